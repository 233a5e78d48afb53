/* SPDX-License-Identifier: Apache-2.0 */
/* Decimation in time (Cooley & Tukey 1965) over the prime factors of the length, smallest first. */
#include "fft/host_fft.h"

#include <complex.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "core/memory.h"

typedef double _Complex value;

typedef struct fft_plan {
    int64_t length;
    value *twiddles; /* e^{direction·2πi·k/length} */
    value *terms;    /* as many as the maximum prime factor */
    value *line;     /* one transformed row or column */
} fft_plan;

static int64_t smallest_factor(int64_t n)
{
    for (int64_t p = 2; p * p <= n; p++)
        if (n % p == 0) return p;
    return n;
}

/* Combines `p` consecutive transforms of length m in `out` into one of length p·m. */
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

static void plan_destroy(fft_plan *plan)
{
    free(plan->twiddles);
    free(plan->terms);
    free(plan->line);
}

/* False if out of memory; the plan must be destroyed even then. */
static bool plan_create(int64_t length, int direction, fft_plan *plan)
{
    *plan = (fft_plan){.length = length};
    plan->twiddles = clpti_malloc(length, sizeof *plan->twiddles);
    plan->terms = clpti_malloc(length, sizeof *plan->terms);
    plan->line = clpti_malloc(length, sizeof *plan->line);
    if (!plan->twiddles || !plan->terms || !plan->line) return false;
    for (int64_t k = 0; k < length; k++)
        plan->twiddles[k] = cexp(I * (direction * 2 * acos(-1) * (double)k / (double)length));
    return true;
}

static void transform_image(const fft_plan *rows, const fft_plan *columns, value *wave)
{
    int64_t width = rows->length, height = columns->length;
    for (int64_t y = 0; y < height; y++) transform_line(rows, wave + y * width, 1);
    for (int64_t x = 0; x < width; x++) transform_line(columns, wave + x, width);
}

clpt_status clpti_ref_fft2(double *data, int64_t side, int64_t count, int direction)
{
    fft_plan plan;
    bool made = plan_create(side, direction, &plan);
    for (int64_t image = 0; made && image < count; image++)
        transform_image(&plan, &plan, (value *)data + image * side * side);
    plan_destroy(&plan);
    return made ? CLPT_OK : CLPT_ERROR_MEMORY;
}

clpt_status clpti_ref_fft2_rectangle(double *data, int64_t height, int64_t width, int direction)
{
    fft_plan rows, columns;
    bool made = plan_create(width, direction, &rows);
    made = plan_create(height, direction, &columns) && made;
    if (made) transform_image(&rows, &columns, (value *)data);
    plan_destroy(&columns);
    plan_destroy(&rows);
    return made ? CLPT_OK : CLPT_ERROR_MEMORY;
}
