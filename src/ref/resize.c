/* SPDX-License-Identifier: Apache-2.0 */
/* Reference of pool and enlarge, and of their adjoints. */
#include "buffer/buffer.h"
#include "ops/layers.h"

/* Index in `large` of pixel k (row-major) of the 2×2 pixels of element i of `small`. */
static int64_t index_of(const clpti_resize_args *a, int64_t i, int k)
{
    int64_t c = i % a->channels, x = i / a->channels % a->width, y = i / a->channels / a->width;
    return ((2 * y + k / 2) * 2 * a->width + 2 * x + k % 2) * a->channels + c;
}

static int64_t count_of(const clpti_resize_args *a)
{
    return a->count * a->height * a->width * a->channels;
}

/* The first of the four pixels that has their maximum. */
static int first_maximum(const clpti_resize_args *a, const double *large, int64_t i)
{
    int best = 0;
    for (int k = 1; k < 4; k++)
        if (large[index_of(a, i, k)] > large[index_of(a, i, best)]) best = k;
    return best;
}

clpt_status clpti_ref_pool(clpt_context *context, const void *args)
{
    (void)context;
    const clpti_resize_args *a = args;
    const double *large = clpti_host(a->large);
    double *small = clpti_host(a->small);
    for (int64_t i = 0; i < count_of(a); i++) small[i] = large[index_of(a, i, first_maximum(a, large, i))];
    return CLPT_OK;
}

clpt_status clpti_ref_pool_back(clpt_context *context, const void *args)
{
    (void)context;
    const clpti_resize_back_args *a = args;
    const double *large = clpti_host(a->forward.large), *given = clpti_host(a->cotangent);
    double *out = clpti_host(a->out);
    for (int64_t i = 0; i < count_of(&a->forward); i++) {
        int best = first_maximum(&a->forward, large, i);
        for (int k = 0; k < 4; k++) {
            int64_t at = index_of(&a->forward, i, k);
            out[at] = k == best && large[at] > 0 ? given[i] : 0;
        }
    }
    return CLPT_OK;
}

clpt_status clpti_ref_enlarge(clpt_context *context, const void *args)
{
    (void)context;
    const clpti_resize_args *a = args;
    const double *small = clpti_host(a->small);
    double *large = clpti_host(a->large);
    for (int64_t i = 0; i < count_of(a); i++)
        for (int k = 0; k < 4; k++) large[index_of(a, i, k)] = small[i];
    return CLPT_OK;
}

clpt_status clpti_ref_enlarge_back(clpt_context *context, const void *args)
{
    (void)context;
    const clpti_resize_back_args *a = args;
    const double *small = clpti_host(a->forward.small), *given = clpti_host(a->cotangent);
    double *out = clpti_host(a->out);
    for (int64_t i = 0; i < count_of(&a->forward); i++) {
        double sum = 0;
        for (int k = 0; k < 4; k++) sum += given[index_of(&a->forward, i, k)];
        out[i] = small[i] > 0 ? sum : 0;
    }
    return CLPT_OK;
}
