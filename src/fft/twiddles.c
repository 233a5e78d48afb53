/* SPDX-License-Identifier: Apache-2.0 */
/* Factors of a side, and roots of unity in double precision. */
#include "fft/twiddles.h"

#include <math.h>
#include <stdlib.h>

#include "core/memory.h"

int clpti_factors(int64_t side, const int *radices, int64_t factors[CLPTI_MAX_FACTORS])
{
    int count = 0;
    for (; *radices; radices++)
        for (; side % *radices == 0; side /= *radices) factors[count++] = *radices;
    for (int64_t prime = 2; side > 1; prime = prime * prime > side ? side : prime + 1)
        for (; side % prime == 0; side /= prime) factors[count++] = prime;
    return count;
}

clpt_status clpti_twiddles_upload(clpt_buffer *twiddles, int64_t side)
{
    float *roots = clpti_malloc(2 * side, sizeof *roots);
    if (!roots)
        return clpti_fail(&twiddles->context->message, CLPT_ERROR_MEMORY, "out of host memory for %lld twiddle factors",
                          (long long)side);
    for (int64_t k = 0; k < side; k++) {
        double angle = -2.0 * M_PI * (double)k / (double)side;
        roots[2 * k] = (float)cos(angle);
        roots[2 * k + 1] = (float)sin(angle);
    }
    clpt_status status = clpti_upload(clpti_view_of(twiddles), roots, side);
    free(roots);
    return status;
}

clpt_status clpti_twiddles_create(clpt_context *context, int64_t side, clpt_buffer **twiddles)
{
    clpt_status status = clpti_buffer_create(context, CLPTI_COMPLEX, side, twiddles);
    if (status == CLPT_OK) status = clpti_twiddles_upload(*twiddles, side);
    if (status != CLPT_OK) clpt_buffer_destroy(twiddles);
    return status;
}
