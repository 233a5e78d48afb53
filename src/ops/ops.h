/* SPDX-License-Identifier: Apache-2.0 */
/* Operations on buffers of one context: argument structs and entry points. Arguments have already been checked (by
 * src/api or the engine); nothing here waits for the device. The reference of `clpti_x` is `clpti_ref_x` in src/ref:
 * the same struct, with views of doubles. */
#ifndef CLPTI_OPS_OPS_H
#define CLPTI_OPS_OPS_H

#include "buffer/buffer.h"

struct clpti_tile_cache; /* src/ops/tile_lists.h */

/* Positions. `xy` (host doubles) always; `pairs` (CLPTI_POSITION) on a device. */
typedef struct clpti_positions {
    double *xy; /* [count, 2] */
    int64_t count;
    clpt_buffer *pairs;
    struct clpti_tile_cache *tiles; /* blocks that touch each tile of a canvas, on a device */
} clpti_positions;

/* Copies `count` positions and splits them for the device. */
clpt_status clpti_positions_create(clpt_context *context, const double *xy, int64_t count, clpti_positions *positions);
/* New coordinates, same count; data derived from the old ones is recomputed when needed. */
clpt_status clpti_positions_move(clpt_context *context, clpti_positions *positions, const double *xy);
void clpti_positions_destroy(clpti_positions *positions);

/* A permutation of patterns: the k-th of a batch is indices[first + k]. */
typedef struct clpti_order {
    const int32_t *host;
    clpt_buffer *device; /* CLPTI_INDEX, NULL in a reference context */
} clpti_order;

/* Positions first … first + count − 1, through `order` if present, each shifted by whole pixels. */
typedef struct clpti_selection {
    const clpti_positions *positions;
    const clpti_order *order; /* NULL: the order of the positions */
    int64_t first, count;
    int64_t shift_x, shift_y;
} clpti_selection;

/* Index into the positions of the k-th of a selection. */
static inline int64_t clpti_selected(const clpti_selection *s, int64_t k)
{
    return s->order ? s->order->host[s->first + k] : s->first + k;
}

/* warp: out[b, y, x] = image[b](T[b / per_transform]·(x, y, 1)). */
typedef struct clpti_warp_args {
    clpti_view images, out; /* [count, height, width] */
    bool complex;
    int64_t count, height, width;
    const double *transforms;     /* host [.., 9], row-major 3×3 */
    clpt_buffer *transform_pairs; /* device: CLPTI_REAL [.., 9, 2] (high, low); NULL in a reference context */
    int64_t first;                /* transform of image b is (first + b) / per_transform */
    int64_t per_transform;
    clpt_interpolation interpolation;
    clpt_fill fill;
} clpti_warp_args;
clpt_status clpti_warp(clpt_context *context, const clpti_warp_args *args);
clpt_status clpti_ref_warp(clpt_context *context, const void *args);

/* extract: patches[k, v, u] = images[k / per_image] sampled at position(k) + (u, v), 0 outside; patches start at
 * position + shift. With per_image = 0 all share image 0. */
typedef struct clpti_extract_args {
    clpti_view images; /* [.., height, width] */
    bool complex;
    int64_t height, width, per_image;
    clpti_selection at;
    clpt_interpolation interpolation;
    clpti_view patches; /* [at.count, rows, columns] */
    int64_t rows, columns;
} clpti_extract_args;
clpt_status clpti_extract(clpt_context *context, const clpti_extract_args *args);
clpt_status clpti_ref_extract(clpt_context *context, const void *args);

/* gather: canvas[y, x] += Σ_k block_k moved to position(k); weight_sum[y, x] += Σ_k weight, moved likewise. Bilinear;
 * accumulated in ascending k, hence bit-identical however a selection is split. block_k is the central crop×crop block
 * of patch k (start size/2 − crop/2); its [0, 0] lies at position + shift. Adjoint of extract. */
typedef struct clpti_gather_args {
    clpti_view patches; /* [at.count, size, size] */
    bool complex;
    int64_t size, crop;
    clpti_selection at;
    clpti_view weights;    /* real [size, size], cropped likewise; absent: 1 */
    clpti_view canvas;     /* [height, width] */
    clpti_view weight_sum; /* optional, real [height, width] */
    int64_t height, width;
} clpti_gather_args;
clpt_status clpti_gather(clpt_context *context, const clpti_gather_args *args);
clpt_status clpti_ref_gather(clpt_context *context, const void *args);

/* divide: canvas[i] /= weight_sum[i] + epsilon. */
typedef struct clpti_divide_args {
    clpti_view canvas, weight_sum;
    bool complex;
    int64_t count;
    double epsilon;
} clpti_divide_args;
clpt_status clpti_divide(clpt_context *context, const clpti_divide_args *args);
clpt_status clpti_ref_divide(clpt_context *context, const void *args);

/* reassemble_group: see clpt_reassemble_group. Block c of group g starts at position(g·C + c) + shift. */
typedef struct clpti_reassemble_group_args {
    clpti_view patches; /* [groups, per_group, size, size] */
    bool complex;
    int64_t groups, per_group, size;
    clpti_selection at; /* count = groups·per_group */
    clpt_weight weight;
    clpti_view power;  /* real [size, size], Σ_p |P_p|², for CLPT_WEIGHT_PROBE */
    clpti_view canvas; /* [groups, side, side]; absent: only totals are computed, and patches are not read */
    int64_t side;
    clpti_view total;   /* optional, real [groups, side, side]: receives Σ weights (not for NONE) */
    clpti_view largest; /* optional, real [groups]: receives the maximum of Σ weights of each group, for PROBE */
} clpti_reassemble_group_args;
clpt_status clpti_reassemble_group(clpt_context *context, const clpti_reassemble_group_args *args);
clpt_status clpti_ref_reassemble_group(clpt_context *context, const void *args);

/* power: power[r, i] = Σ_p |modes[r, p, i]|². */
typedef struct clpti_power_args {
    clpti_view modes; /* complex [repeats, mode_count, count] */
    int64_t repeats;  /* 0: 1 */
    int64_t mode_count, count;
    clpti_view power; /* real [repeats, count] */
} clpti_power_args;
clpt_status clpti_power(clpt_context *context, const clpti_power_args *args);
clpt_status clpti_ref_power(clpt_context *context, const void *args);

/* Detector response to pattern k: I = s_k²·factor·Σ_p |waves|² + b, with scale s_k and background b. */
typedef struct clpti_detector_response {
    clpti_view scales;        /* real [..]: s of pattern order[first + k] (without an order, first + k); absent: 1 */
    const clpti_order *order; /* permutation of the scales */
    int64_t first;
    clpti_view background; /* real [size, size], centred like the measurement; absent: 0 */
} clpti_detector_response;
static inline bool clpti_detector_response_given(const clpti_detector_response *response)
{
    return response->scales.buffer || response->background.buffer;
}

/* illuminate: waves[k, p, v, u] = patch_k(v − pad, u − pad)·probe[p, v, u] within the probe mask, 0 outside the patch;
 * bilinear patches of the object, 0 outside it. */
typedef struct clpti_illuminate_args {
    clpti_view object; /* complex [.., height, width] */
    int64_t height, width;
    int64_t per_image; /* patch k comes from object k / per_image; 0: all from object 0 */
    clpti_selection at;
    clpti_view probe;     /* complex [modes, size, size] */
    int64_t probe_stride; /* elements between the probes of successive patterns; 0: one probe for all */
    int64_t modes, size;
    int64_t patch, pad; /* side and start of the patches: size and 0 unless padded */
    bool probe_mask;
    clpti_view waves; /* complex [at.count, modes, size, size] */
} clpti_illuminate_args;
clpt_status clpti_illuminate(clpt_context *context, const clpti_illuminate_args *args);
clpt_status clpti_ref_illuminate(clpt_context *context, const void *args);

/* smooth: out = in with the separable 3×3 Gaussian, edges reflected without repeating the edge pixel, then the probe
 * mask. */
typedef struct clpti_smooth_args {
    clpti_view in, out; /* complex [count, size, size], not aliased */
    int64_t count, size;
    double sigma;
    bool probe_mask;
} clpti_smooth_args;
clpt_status clpti_smooth(clpt_context *context, const clpti_smooth_args *args);
clpt_status clpti_ref_smooth(clpt_context *context, const void *args);

/* intensity: out[k, y, x] = I (clpti_detector_response) of the waves at [k, .., shifted], or its square root; zero
 * frequency moves to [N/2, N/2], except with `image`. */
typedef struct clpti_intensity_args {
    clpti_view waves; /* complex [count, modes, size, size], zero frequency at [0, 0] */
    int64_t count, modes, size;
    double factor;
    bool amplitude;
    bool image; /* a near field: the detector array is not centred */
    clpti_detector_response response;
    clpti_view out; /* real [count, size, size] */
} clpti_intensity_args;
clpt_status clpti_intensity(clpt_context *context, const clpti_intensity_args *args);
clpt_status clpti_ref_intensity(clpt_context *context, const void *args);

/* project: with model = √I (clpti_detector_response) and measured amplitude a (zero frequency moved to [0, 0]), waves ←
 * scale·waves·gain, 0 at bad pixels, with the gain of the likelihood (clpti_likelihood_gain); misfit[k] = Σ|model − a|
 * and total[k] = Σ a over good pixels. With `only_error` the waves are unchanged. Entry k of measured and mask is
 * order[first + k] (without an order, first + k). */
typedef struct clpti_project_args {
    clpti_view waves; /* complex [count, modes, size, size] */
    int64_t count, modes, size;
    double factor;
    double scale; /* 1/N² after an unscaled transform makes the inverse transform return exit waves */
    bool image;   /* a near field: measured and mask are not centred */
    clpti_detector_response response;
    clpt_likelihood likelihood;
    clpti_view measured; /* real [.., size, size] centred amplitudes */
    clpti_view mask;     /* real, 1 = good; absent: all good */
    bool mask_per_pattern;
    const clpti_order *order;
    int64_t first;
    bool only_error;
    clpti_view misfit, total; /* real [count] */
} clpti_project_args;
clpt_status clpti_project(clpt_context *context, const clpti_project_args *args);
clpt_status clpti_ref_project(clpt_context *context, const void *args);

/* backproject: step[k, v, u] = Σ_p conj(probe[p, v + pad, u + pad])·waves[k, p, v + pad, u + pad]. */
typedef struct clpti_backproject_args {
    clpti_view waves, probe; /* complex [count, modes, size, size], [modes, size, size] */
    int64_t probe_stride;    /* as in clpti_illuminate_args */
    int64_t count, modes, size;
    int64_t patch, pad; /* side of a step and its start in a wave; patch 0: size */
    clpti_view step;    /* complex [count, patch, patch] */
} clpti_backproject_args;
clpt_status clpti_backproject(clpt_context *context, const clpti_backproject_args *args);
clpt_status clpti_ref_backproject(clpt_context *context, const void *args);

/* probe_gradient: gradient[p, i] += Σ_k conj(patch_k[i])·waves[k, p, i]; patch_power[i] += Σ_k |patch_k[i]|², bilinear
 * patches of the object, 0 outside [pad, pad + patch); accumulated in ascending k, hence bit-identical however the
 * batch is split. */
typedef struct clpti_probe_gradient_args {
    clpti_view object;
    int64_t height, width;
    clpti_selection at;
    clpti_view waves; /* complex [at.count, modes, size, size] */
    int64_t modes, size;
    int64_t per_image;      /* as in clpti_illuminate_args */
    int64_t patch, pad;     /* side and start of the patches; patch 0: size */
    int64_t slots;          /* separate sums, pattern first + k in slot (first + k) % slots; 0: 1 */
    clpti_view gradient;    /* complex [slots, modes, size, size] */
    clpti_view patch_power; /* optional, real [slots, size, size] */
    bool fresh;             /* both sums are taken as 0 */
} clpti_probe_gradient_args;
clpt_status clpti_probe_gradient(clpt_context *context, const clpti_probe_gradient_args *args);
clpt_status clpti_ref_probe_gradient(clpt_context *context, const void *args);

/* The number of slots that keeps this device busy with sums of `elements` numbers (modes·size²): each slot is summed in
 * order, independent of the split, and clpti_fold adds the slots. */
int64_t clpti_probe_slots(clpt_context *context, int64_t elements);

/* fold: out[i] += Σ_s slots[s, i], in order; slots 0 … slot_count − 1. With `fresh`, out is taken as 0. */
typedef struct clpti_fold_args {
    clpti_view slots; /* [slot_count, count] */
    bool complex;
    int64_t slot_count, count;
    clpti_view out; /* [count] */
    bool fresh;
} clpti_fold_args;
clpt_status clpti_fold(clpt_context *context, const clpti_fold_args *args);
clpt_status clpti_ref_fold(clpt_context *context, const void *args);

/* relax: field[r·count + i] += factor·step[r·count + i] / ((1 − alpha)·power[i] + alpha·max(power)), 0 where the
 * denominator is 0: the rPIE update (Maiden, Johnson & Li 2017, eq. 25) over a batch. `largest` contains max(power),
 * from clpti_largest. With `fresh`, field is taken as 0. */
typedef struct clpti_relax_args {
    clpti_view field, step; /* complex [repeats, count] */
    clpti_view power;       /* real [count] */
    clpti_view largest;     /* real [1] */
    int64_t repeats, count;
    double alpha;
    double factor;
    bool fresh;
} clpti_relax_args;
clpt_status clpti_relax(clpt_context *context, const clpti_relax_args *args);
clpt_status clpti_ref_relax(clpt_context *context, const void *args);

/* largest: out[g] = max_i values[g, i], values ≥ 0, by fixed blocks. */
typedef struct clpti_largest_args {
    clpti_view values; /* real [groups, count] */
    int64_t groups, count;
    clpti_view out; /* real [groups] */
} clpti_largest_args;
clpt_status clpti_largest(clpt_context *context, const clpti_largest_args *args);
clpt_status clpti_ref_largest(clpt_context *context, const void *args);

/* totals: out[g] = Σ_i values[g, i], image rows first. */
typedef struct clpti_totals_args {
    clpti_view values; /* real [groups, height, width] */
    int64_t groups, height, width;
    clpti_view out; /* real [groups] */
} clpti_totals_args;
clpt_status clpti_totals(clpt_context *context, const clpti_totals_args *args);
clpt_status clpti_ref_totals(clpt_context *context, const void *args);

struct clpti_propagator;
/* forward: the complete forward model, see clpt_forward (without Poisson sampling). */
typedef struct clpti_forward_args {
    clpti_view object; /* complex [.., height, width] */
    int64_t height, width;
    int64_t per_image; /* pattern k uses object k / per_image, and chunks contain whole images; 0: all use object 0 */
    clpti_selection at;
    clpti_view probe;     /* complex [modes, size, size] */
    int64_t probe_stride; /* as in clpti_illuminate_args */
    int64_t modes, size;
    double smooth;
    bool probe_mask, pad, amplitude;
    double scale;
    struct clpti_propagator *propagator; /* src/ops/propagator.h; NULL: the far field */
    clpti_view out;                      /* real [at.count, size, size] */
} clpti_forward_args;
clpt_status clpti_forward(clpt_context *context, const clpti_forward_args *args);

struct clpti_fft;
/* Workspace shared by the composed forward model and its adjoint: a plan, the number of patterns per chunk, and an
 * additional wave buffer where smoothing or the probe mask requires it. */
typedef struct clpti_forward_workspace {
    struct clpti_fft *fft;
    int64_t chunk;
    clpt_buffer *spare; /* complex, like the plan's waves; NULL if not needed */
} clpti_forward_workspace;
clpt_status clpti_forward_reserve(clpt_context *context, const clpti_forward_args *args, bool spare, bool transforms,
                                  clpti_forward_workspace *workspace);
void clpti_forward_release(clpti_forward_workspace *workspace);
/* Propagated exit waves of `at` (a chunk of args->at, starting `done` patterns in), in the plan's waves. */
clpt_status clpti_forward_far_field(clpt_context *context, const clpti_forward_args *args, const clpti_selection *at,
                                    int64_t done, const clpti_forward_workspace *workspace);

/* gram: gram[p, q] = Σ_i conj(modes[p, i])·modes[q, i]. */
typedef struct clpti_gram_args {
    clpti_view modes; /* complex [mode_count, count] */
    int64_t mode_count, count;
    clpti_view gram; /* complex [mode_count, mode_count] */
} clpti_gram_args;
clpt_status clpti_gram(clpt_context *context, const clpti_gram_args *args);
clpt_status clpti_ref_gram(clpt_context *context, const void *args);

/* Blocks. `gram` receives the Gram matrix's eigenvectors as columns, in descending order of eigenvalue: modes rotated
 * by it are orthogonal, in descending order of power. */
clpt_status clpti_principal(clpt_context *context, const clpti_gram_args *args);

/* rotate: out[q, i] = Σ_p matrix[p, q]·modes[p, i]. */
typedef struct clpti_rotate_args {
    clpti_view modes, out; /* complex [mode_count, count], not aliased */
    int64_t mode_count, count;
    clpti_view matrix; /* complex [mode_count, mode_count] */
} clpti_rotate_args;
clpt_status clpti_rotate(clpt_context *context, const clpti_rotate_args *args);
clpt_status clpti_ref_rotate(clpt_context *context, const void *args);

#endif
