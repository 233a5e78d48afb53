/* SPDX-License-Identifier: Apache-2.0 */
/* Reference of convolve and convolve_weights: 3×3 convolutions of channels-last images, in double precision. */
#include <stdlib.h>

#include "buffer/buffer.h"
#include "core/memory.h"
#include "ops/layers.h"

/* Pixel (y + t/3 − 1, x + t%3 − 1) of image b; NULL outside. */
static const double *neighbour(const double *in, int64_t b, int64_t y, int64_t x, int t, int64_t height, int64_t width,
                               int64_t pitch)
{
    y += t / 3 - 1;
    x += t % 3 - 1;
    if (y < 0 || x < 0 || y >= height || x >= width) return NULL;
    return in + ((b * height + y) * width + x) * pitch;
}

/* W[t, c, n] of clpti_convolve_args. */
static void order_weights(const clpti_convolve_args *a, double *ordered)
{
    const double *weights = clpti_host(a->weights);
    for (int t = 0; t < 9; t++)
        for (int64_t c = 0; c < a->inputs; c++)
            for (int64_t n = 0; n < a->outputs; n++)
                ordered[(t * a->inputs + c) * a->outputs + n] =
                    a->back ? weights[((8 - t) * a->outputs + n) * a->inputs + c]
                            : weights[(t * a->inputs + c) * a->outputs + n];
}

static void convolve_pixel(const clpti_convolve_args *a, const double *weights, int64_t b, int64_t y, int64_t x,
                           double *sum)
{
    const double *in = clpti_host(a->in), *bias = clpti_host(a->bias), *gate = clpti_host(a->gate);
    int64_t at = ((b * a->height + y) * a->width + x) * a->out_pitch;
    double *out = clpti_host(a->out) + at;
    for (int64_t n = 0; n < a->outputs; n++) sum[n] = (a->add ? out[n] : 0) + (bias ? bias[n] : 0);
    for (int t = 0; t < 9; t++) {
        const double *pixel = neighbour(in, b, y, x, t, a->height, a->width, a->in_pitch);
        for (int64_t c = 0; pixel && c < a->inputs; c++) {
            const double *w = weights + (t * a->inputs + c) * a->outputs, value = pixel[c];
            for (int64_t n = 0; n < a->outputs; n++) sum[n] += value * w[n];
        }
    }
    for (int64_t n = 0; n < a->outputs; n++)
        out[n] = (a->relu && !(sum[n] > 0)) || (gate && !(gate[at + n] > 0)) ? 0 : sum[n];
}

clpt_status clpti_ref_convolve(clpt_context *context, const void *args)
{
    const clpti_convolve_args *a = args;
    double *weights = clpti_malloc(9 * a->inputs * a->outputs, sizeof *weights);
    double *sum = clpti_malloc(a->outputs, sizeof *sum);
    clpt_status status = weights && sum ? CLPT_OK : CLPT_ERROR_MEMORY;
    if (status != CLPT_OK) clpti_fail(&context->message, status, "convolve: no host memory");
    if (status == CLPT_OK) order_weights(a, weights);
    for (int64_t i = 0; status == CLPT_OK && i < a->count * a->height * a->width; i++)
        convolve_pixel(a, weights, i / (a->height * a->width), i / a->width % a->height, i % a->width, sum);
    free(weights);
    free(sum);
    return status;
}

clpt_status clpti_ref_convolve_weights(clpt_context *context, const void *args)
{
    (void)context;
    const clpti_convolve_weights_args *a = args;
    const double *in = clpti_host(a->in), *cotangent = clpti_host(a->cotangent);
    for (int64_t i = 0; i < a->count * a->height * a->width; i++) {
        int64_t b = i / (a->height * a->width), y = i / a->width % a->height, x = i % a->width;
        double *sums = clpti_host(a->gradient) + y * a->slots / a->height * (9 * a->inputs + 1) * a->outputs;
        const double *given = cotangent + i * a->outputs;
        for (int t = 0; t < 9; t++) {
            const double *pixel = neighbour(in, b, y, x, t, a->height, a->width, a->in_pitch);
            for (int64_t c = 0; pixel && c < a->inputs; c++)
                for (int64_t n = 0; n < a->outputs; n++)
                    sums[(t * a->inputs + c) * a->outputs + n] += pixel[c] * given[n];
        }
        for (int64_t n = 0; n < a->outputs; n++) sums[9 * a->inputs * a->outputs + n] += given[n];
    }
    return CLPT_OK;
}
