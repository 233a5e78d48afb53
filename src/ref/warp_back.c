/* SPDX-License-Identifier: Apache-2.0 */
/* Reference of warp_back: adjoint of `warp`. */
#include "ref/field.h"
#include "ref/warp.h"

#include "ops/adjoint.h"

/* The pixels interpolated for one output pixel (−1: none, counts as 0), with weights and their derivatives with respect
 * to the coordinate. */
typedef struct blend {
    int64_t pixel[4];
    double weight[4], by_x[4], by_y[4];
} blend;

static int64_t pixel_at(const clpti_warp_args *a, int64_t x, int64_t y)
{
    if (a->fill == CLPT_FILL_EDGE) return clpti_edge_index(x, y, a->width, a->height);
    return x < 0 || y < 0 || x >= a->width || y >= a->height ? -1 : y * a->width + x;
}

static blend nearest_blend(const clpti_warp_args *a, double x, double y)
{
    bool inside = x >= 0 && y >= 0 && x <= (double)(a->width - 1) && y <= (double)(a->height - 1);
    blend b = {.pixel = {-1, -1, -1, -1}, .weight = {1}};
    if (inside || a->fill == CLPT_FILL_EDGE) b.pixel[0] = pixel_at(a, (int64_t)rint(x), (int64_t)rint(y));
    return b;
}

static blend bilinear_blend(const clpti_warp_args *a, double x, double y)
{
    clpti_cell column = clpti_cell_of(x), row = clpti_cell_of(y);
    double wx[2] = {1 - column.fraction, column.fraction}, wy[2] = {1 - row.fraction, row.fraction};
    blend b;
    for (int i = 0; i < 4; i++) {
        int right = i & 1, below = i >> 1;
        b.pixel[i] = pixel_at(a, column.whole + right, row.whole + below);
        b.weight[i] = wx[right] * wy[below];
        b.by_x[i] = (right ? 1 : -1) * wy[below];
        b.by_y[i] = (below ? 1 : -1) * wx[right];
    }
    return b;
}

/* Adds one output pixel's contribution to the gradient with respect to its transform, through the source point (X/w,
 * Y/w). */
static void add_to_transform(double *out, const clpti_source *s, double column, double row, double by_x, double by_y)
{
    double from[3] = {column / s->w, row / s->w, 1 / s->w};
    for (int i = 0; i < 3; i++) {
        out[2 * i] += by_x * from[i];
        out[2 * (3 + i)] += by_y * from[i];
        out[2 * (6 + i)] -= (by_x * s->x + by_y * s->y) * from[i];
    }
}

static void back_pixel(const clpti_warp_back_args *a, int64_t b, int64_t column, int64_t row)
{
    const clpti_warp_args *w = &a->warp;
    const double *images = clpti_host(w->images), *transform = w->transforms + 9 * ((w->first + b) / w->per_transform);
    double *d_images = clpti_host(a->d_images), *d_transforms = clpti_host(a->d_transforms);
    int64_t start = b * w->height * w->width;
    clpti_source source;
    if (!clpti_source_of(transform, column, row, &source)) return;
    bool nearest = w->interpolation == CLPT_INTERPOLATION_NEAREST;
    blend from = nearest ? nearest_blend(w, source.x, source.y) : bilinear_blend(w, source.x, source.y);
    clpti_value cotangent = clpti_field_get(clpti_host(w->out), w->complex, start + row * w->width + column);
    double by_x = 0, by_y = 0;
    for (int i = 0; i < 4; i++) {
        if (from.pixel[i] < 0) continue;
        int64_t at = start + from.pixel[i];
        if (d_images) clpti_field_add(d_images, w->complex, at, from.weight[i] * cotangent);
        if (!d_transforms || nearest) continue;
        double product = creal(conj(cotangent) * clpti_field_get(images, w->complex, at));
        by_x += from.by_x[i] * product;
        by_y += from.by_y[i] * product;
    }
    if (d_transforms) add_to_transform(d_transforms + 18 * b, &source, (double)column, (double)row, by_x, by_y);
}

clpt_status clpti_ref_warp_back(clpt_context *context, const void *args)
{
    (void)context;
    const clpti_warp_back_args *a = args;
    double *d_images = clpti_host(a->d_images), *d_transforms = clpti_host(a->d_transforms);
    int64_t pixels = a->warp.height * a->warp.width, count = a->warp.count;
    for (int64_t i = 0; d_images && i < count * pixels; i++) clpti_field_set(d_images, a->warp.complex, i, 0);
    for (int64_t i = 0; d_transforms && i < 18 * count; i++) d_transforms[i] = 0;
    for (int64_t b = 0; b < count; b++)
        for (int64_t i = 0; i < pixels; i++) back_pixel(a, b, i % a->warp.width, i / a->warp.width);
    return CLPT_OK;
}
