/* SPDX-License-Identifier: Apache-2.0 */
/* Reference of frame and frame_back: a central block and the border around it. */
#include "buffer/buffer.h"
#include "ops/layers.h"

/* Index in `centre` of element i of `whole`; −1 in the border. */
static int64_t central(const clpti_frame_args *a, int64_t i)
{
    int64_t c = i % a->channels, x = i / a->channels % a->size, y = i / a->channels / a->size % a->size;
    int64_t b = i / a->channels / a->size / a->size, side = a->size / 2, q = a->size / 4;
    x -= q;
    y -= q;
    if (x < 0 || y < 0 || x >= side || y >= side) return -1;
    return ((b * side + y) * side + x) * a->channels + c;
}

clpt_status clpti_ref_frame(clpt_context *context, const void *args)
{
    (void)context;
    const clpti_frame_args *a = args;
    const double *centre = clpti_host(a->centre), *border = clpti_host(a->border);
    double *whole = clpti_host(a->whole);
    for (int64_t i = 0; i < a->count * a->size * a->size * a->channels; i++) {
        int64_t at = central(a, i);
        whole[i] = at >= 0 ? centre[at] : border ? border[i] : 0;
    }
    return CLPT_OK;
}

clpt_status clpti_ref_frame_back(clpt_context *context, const void *args)
{
    (void)context;
    const clpti_frame_args *a = args;
    const double *whole = clpti_host(a->whole);
    double *centre = clpti_host(a->centre), *border = clpti_host(a->border);
    for (int64_t i = 0; i < a->count * a->size * a->size * a->channels; i++) {
        int64_t at = central(a, i);
        if (at >= 0) centre[at] = whole[i];
        if (border) border[i] = at >= 0 ? 0 : whole[i];
    }
    return CLPT_OK;
}
