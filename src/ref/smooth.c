/* SPDX-License-Identifier: Apache-2.0 */
#include "ref/field.h"
#include "ref/probe_mask.h"

#include "ops/ops.h"

/* −1 → 1 and size → size − 2: the edge pixel is not repeated. A single pixel has only itself. */
static int64_t reflected(int64_t i, int64_t size)
{
    if (size == 1) return 0;
    return i < 0 ? -i : i >= size ? 2 * size - 2 - i : i;
}

static clpti_value smoothed(const double *wave, int64_t size, int64_t x, int64_t y, const double weights[3])
{
    clpti_value sum = 0;
    for (int64_t j = -1; j <= 1; j++)
        for (int64_t i = -1; i <= 1; i++) {
            int64_t from = reflected(y + j, size) * size + reflected(x + i, size);
            sum += weights[j + 1] * weights[i + 1] * clpti_field_get(wave, true, from);
        }
    return sum;
}

clpt_status clpti_ref_smooth(clpt_context *context, const void *args)
{
    (void)context;
    const clpti_smooth_args *a = args;
    double side_weight = a->sigma > 0 ? exp(-1 / (2 * a->sigma * a->sigma)) : 0, sum = 1 + 2 * side_weight;
    double weights[3] = {side_weight / sum, 1 / sum, side_weight / sum};
    int64_t size = a->size, pixels = size * size;
    for (int64_t k = 0; k < a->count; k++) {
        const double *in = clpti_host(clpti_view_at(a->in, k * pixels));
        double *out = clpti_host(clpti_view_at(a->out, k * pixels));
        for (int64_t i = 0; i < pixels; i++) {
            int64_t y = i / size, x = i % size;
            bool kept = !a->probe_mask || clpti_in_probe_mask(x, y, size);
            clpti_field_set(out, true, i, kept ? smoothed(in, size, x, y, weights) : 0);
        }
    }
    return CLPT_OK;
}
