/* SPDX-License-Identifier: Apache-2.0 */
/* Decimation in time (Cooley & Tukey 1965) over the prime factors of the length, smallest first. */
#include "ref/fft.h"

#include <complex.h>
#include <math.h>
#include <stdlib.h>

#include "core/memory.h"

typedef double _Complex value;

typedef struct fft_plan {
    int64_t length;
    value *twiddles; /* e^{direction·2πi·k/length} */
    value *terms;    /* as many as the largest prime factor */
    value *line;     /* one transformed row or column */
} fft_plan;

static int64_t smallest_factor(int64_t n)
{
    for (int64_t p = 2; p * p <= n; p++)
        if (n % p == 0) return p;
    return n;
}

/* Joins `p` transforms of length m, one after another in `out`, into one of length p·m. */
static void join(const fft_plan *plan, value *out, int64_t p, int64_t m)
{
    int64_t step = plan->length / (p * m), root = plan->length / p;
    for (int64_t k = 0; k < m; k++) {
        for (int64_t r = 0; r < p; r++) plan->terms[r] = out[r * m + k] * plan->twiddles[r * k * step];
        for (int64_t q = 0; q < p; q++) {
            value sum = plan->terms[0];
            for (int64_t r = 1, turn = q; r < p; r++, turn = (turn + q) % p)
                sum += plan->terms[r] * plan->twiddles[turn * root];
            out[q * m + k] = sum;
        }
    }
}

static void join_two(const fft_plan *plan, value *out, int64_t m)
{
    int64_t step = plan->length / (2 * m);
    for (int64_t k = 0; k < m; k++) {
        value even = out[k], odd = out[m + k] * plan->twiddles[k * step];
        out[k] = even + odd;
        out[m + k] = even - odd;
    }
}

static void transform(const fft_plan *plan, const value *in, int64_t stride, value *out, int64_t n)
{
    if (n == 1) {
        *out = *in;
        return;
    }
    int64_t p = smallest_factor(n), m = n / p;
    for (int64_t r = 0; r < p; r++) transform(plan, in + r * stride, stride * p, out + r * m, m);
    if (p == 2)
        join_two(plan, out, m);
    else
        join(plan, out, p, m);
}

static void transform_line(const fft_plan *plan, value *data, int64_t stride)
{
    transform(plan, data, stride, plan->line, plan->length);
    for (int64_t i = 0; i < plan->length; i++) data[i * stride] = plan->line[i];
}

clpt_status clpti_ref_fft2(double *data, int64_t side, int64_t count, int direction)
{
    clpt_status status = CLPT_ERROR_MEMORY;
    fft_plan plan = {.length = side};
    plan.twiddles = clpti_malloc(side, sizeof *plan.twiddles);
    plan.terms = clpti_malloc(side, sizeof *plan.terms);
    plan.line = clpti_malloc(side, sizeof *plan.line);
    if (!plan.twiddles || !plan.terms || !plan.line) goto cleanup;
    for (int64_t k = 0; k < side; k++)
        plan.twiddles[k] = cexp(I * (direction * 2 * acos(-1) * (double)k / (double)side));
    for (int64_t image = 0; image < count; image++) {
        value *wave = (value *)data + image * side * side;
        for (int64_t y = 0; y < side; y++) transform_line(&plan, wave + y * side, 1);
        for (int64_t x = 0; x < side; x++) transform_line(&plan, wave + x, side);
    }
    status = CLPT_OK;
cleanup:
    free(plan.twiddles);
    free(plan.terms);
    free(plan.line);
    return status;
}
