/* SPDX-License-Identifier: Apache-2.0 */
/* Complex images in host memory, for quality metrics. */
#ifndef CLPTI_QUALITY_IMAGE_H
#define CLPTI_QUALITY_IMAGE_H

#include <complex.h>

#include "core/status.h"

typedef double _Complex clpti_value;

typedef struct clpti_image {
    int64_t height, width;
    clpti_value *at; /* [height, width] */
} clpti_image;

/* Undefined contents. CLPT_ERROR_MEMORY leaves it empty. */
clpt_status clpti_image_create(int64_t height, int64_t width, clpti_image *image);
void clpti_image_destroy(clpti_image *image);

/* The region of `from` that starts at row `top` and column `left` and has the size of `to`; border pixels are repeated
 * outside. */
void clpti_image_cut(const clpti_image *from, int64_t top, int64_t left, clpti_image *to);

/* direction −1 forward, +1 inverse, unscaled. */
clpt_status clpti_image_transform(clpti_image *image, int direction);

/* The largest length ≤ `length`, and the smallest ≥ `length`, with no prime factor above 7, for fast transforms. */
int64_t clpti_quick_length_below(int64_t length);
int64_t clpti_quick_length_above(int64_t length);

/* Integer frequencies 0, 1, … −1 of index k. */
static inline double clpti_frequency(int64_t k, int64_t length)
{
    return (double)(k < (length + 1) / 2 ? k : k - length);
}

/* A window: 1 inside, with half-cosine edges over an eighth of the length at either end. */
double clpti_edge_window(int64_t i, int64_t length);

/* ---- peak.c ---- */

/* Location of the maximum of |Σ a[y, x]·e^{i(u·ys[y] + v·xs[x])}| near (u, v): searched within ±step, refined until the
 * step is below 1e-4 of the initial one. May return CLPT_ERROR_MEMORY. */
clpt_status clpti_peak_refine(const clpti_image *a, const double *ys, const double *xs, double step_u, double step_v,
                              double *u, double *v);

/* ---- align.c ---- */

/* The transformation from object to truth over the region that starts at (top, left) and has the size of `aligned`. */
clpt_status clpti_align(const clpti_image *object, const clpti_image *truth, int64_t top, int64_t left,
                        const double *weight, const clpt_compare_options *options, clpt_alignment *found,
                        clpti_image *aligned);

/* ---- ssim.c ---- */

/* Mean structural similarity of two real images, over pixels whose window lies inside and whose mask is not 0. */
clpt_status clpti_ssim(const double *a, const double *b, const uint8_t *mask, int64_t height, int64_t width,
                       double *similarity);

/* ---- ring.c ---- */

/* weight: [height, width] of the window. */
clpt_status clpti_ring_correlation(const clpti_image *a, const clpti_image *b, const double *weight,
                                   clpt_comparison *result);

#endif
