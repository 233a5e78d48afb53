/* SPDX-License-Identifier: Apache-2.0 */
/* Blocks of a merge on their canvas, for the adjoints of merging. */
#ifndef CLPTI_REF_MERGE_H
#define CLPTI_REF_MERGE_H

#include "ref/field.h"

#include "ops/adjoint.h"

/* Block k: the position of canvas pixel [0, 0] relative to it, and its offsets in the fields. */
typedef struct clpti_block {
    const clpti_merge_geometry *g;
    clpti_cell column, row;
    int64_t patch;  /* element of its patch's first pixel */
    int64_t canvas; /* element of its canvas's first pixel */
    int64_t start;  /* of the block in its patch */
} clpti_block;

static inline clpti_block clpti_block_of(const clpti_merge_geometry *g, int64_t k)
{
    const double *position = g->at.positions->xy + 2 * clpti_selected(&g->at, k);
    return (clpti_block){.g = g,
                         .column = clpti_cell_of(-(position[0] + (double)g->at.shift_x)),
                         .row = clpti_cell_of(-(position[1] + (double)g->at.shift_y)),
                         .patch = k * g->size * g->size,
                         .canvas = (g->per_group ? k / g->per_group : 0) * g->height * g->width,
                         .start = g->size / 2 - g->crop / 2};
}

/* True if the weight multiplies the block itself, and not only the divisor. */
static inline bool clpti_merge_product(clpti_merge merge)
{
    return merge == CLPTI_MERGE_CENTRE_MASKED || merge == CLPTI_MERGE_PROBE;
}

/* The patch pixel of block pixel (u, v); −1 outside the block. */
static inline int64_t clpti_block_pixel(const clpti_block *b, int64_t u, int64_t v)
{
    if (u < 0 || v < 0 || u >= b->g->crop || v >= b->g->crop) return -1;
    return (b->start + v) * b->g->size + b->start + u;
}

/* The weight m of a patch pixel (−1: outside the block). */
static inline double clpti_merge_weight(const clpti_merge_geometry *g, int64_t pixel)
{
    if (pixel < 0) return 0;
    if (g->merge == CLPTI_MERGE_PROBE) return clpti_host(g->power)[pixel];
    if (g->merge == CLPTI_MERGE_SCAN || g->merge == CLPTI_MERGE_NONE) return 1;
    int64_t low = g->size / 4, high = low + g->size / 2, x = pixel % g->size, y = pixel / g->size;
    return x >= low && x < high && y >= low && y < high;
}

/* The four neighbours interpolated at canvas pixel (x, y), and their bilinear weights with derivatives with respect to
 * the coordinate. */
typedef struct clpti_taps {
    int64_t pixel[4]; /* of the patch, −1 outside the block */
    double weight[4], by_x[4], by_y[4];
} clpti_taps;

static inline clpti_taps clpti_taps_of(const clpti_block *b, int64_t x, int64_t y)
{
    clpti_taps taps;
    double wx[2] = {1 - b->column.fraction, b->column.fraction}, wy[2] = {1 - b->row.fraction, b->row.fraction};
    for (int i = 0; i < 4; i++) {
        int right = i & 1, below = i >> 1;
        taps.pixel[i] = clpti_block_pixel(b, b->column.whole + x + right, b->row.whole + y + below);
        taps.weight[i] = wx[right] * wy[below];
        taps.by_x[i] = (right ? 1 : -1) * wy[below];
        taps.by_y[i] = (below ? 1 : -1) * wx[right];
    }
    return taps;
}

/* Σ of the block's pixels, or of its weights, multiplied by these factors. */
static inline clpti_value clpti_taps_value(const clpti_block *b, const clpti_taps *taps, const double factors[4],
                                           const double *patches)
{
    clpti_value sum = 0;
    for (int i = 0; i < 4; i++)
        if (taps->pixel[i] >= 0) sum += factors[i] * clpti_field_get(patches, b->g->complex, b->patch + taps->pixel[i]);
    return sum;
}

static inline double clpti_taps_weight(const clpti_block *b, const clpti_taps *taps, const double factors[4])
{
    double sum = 0;
    for (int i = 0; i < 4; i++) sum += factors[i] * clpti_merge_weight(b->g, taps->pixel[i]);
    return sum;
}

/* Divisor of a merge's sum; 0 below the cutoff of the merge. */
static inline double clpti_merge_divisor(clpti_merge merge, double total, double largest)
{
    switch (merge) {
    case CLPTI_MERGE_CENTRE:
        return total + 1e-3;
    case CLPTI_MERGE_CENTRE_MASKED:
        return total <= 1e-6 ? 0 : total + 1e-3;
    case CLPTI_MERGE_PROBE:
        return total <= 1e-6 * largest ? 0 : fmax(total, 1e-12);
    case CLPTI_MERGE_SCAN:
        return total + 1e-9;
    case CLPTI_MERGE_NONE:
        break;
    }
    return 1;
}

#endif
