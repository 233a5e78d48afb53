/* SPDX-License-Identifier: Apache-2.0 */
/* Adjoints, losses and total variation between buffers of one context: argument structs and entry points, like ops.h.
 * extract and gather are each other's adjoints, so that fields need little that is new: what is here are the
 * derivatives by coordinates, the adjoints of what is not linear, and of warp. */
#ifndef CLPTI_OPS_ADJOINT_H
#define CLPTI_OPS_ADJOINT_H

#include "ops/ops.h"

/* slope: out[k] = Σ_{v,u} Re(conj(cotangent[k, v, u])·∂patch_k[v, u]/∂(place_x, place_y)) for the bilinear patches of
 * extract: the derivative of the weights in the cell of floor(place). */
typedef struct clpti_slope_args {
    clpti_view images; /* as in clpti_extract_args */
    bool complex;
    int64_t height, width, per_image;
    clpti_selection at;
    clpti_view cotangent; /* [at.count, rows, columns] */
    int64_t rows, columns;
    clpti_view out; /* real [at.count, 2] (x, y) */
} clpti_slope_args;
clpt_status clpti_slope(clpt_context *context, const clpti_slope_args *args);
/* Into host memory [at.count, 2], times `sign`: waits. args->out is not used. */
clpt_status clpti_slope_read(clpt_context *context, const clpti_slope_args *args, double sign, double *out);
clpt_status clpti_ref_slope(clpt_context *context, const void *args);

/* How blocks were merged: the four weightings of a group, and the plain count of a scan. */
typedef enum clpti_merge {
    CLPTI_MERGE_NONE = CLPT_WEIGHT_NONE,
    CLPTI_MERGE_CENTER = CLPT_WEIGHT_CENTRE,
    CLPTI_MERGE_CENTER_MASKED = CLPT_WEIGHT_CENTRE_MASKED,
    CLPTI_MERGE_PROBE = CLPT_WEIGHT_PROBE,
    CLPTI_MERGE_SCAN /* Σ block / (Σ ones + 1e-9) */
} clpti_merge;

/* A merged canvas canvas = S/D', S = Σ_k b_k·(m_k for CENTER_MASKED and PROBE), D = Σ_k m_k, where block b_k and weight
 * m_k (1; the central N/2 mask; power) are moved to place k: pixel (y, x) of the canvas takes block pixel (x − place),
 * 0 outside the block. D' = 1 (NONE), D + 1e-3 (CENTER, CENTER_MASKED), max(D, 1e-12) (PROBE), D + 1e-9 (SCAN). With
 * canvas cotangent ḡ: d_sum = ∂L/∂S = ḡ/D', d_total = ∂L/∂D = −Re(conj(ḡ)·canvas)/D' (0 for NONE, and for PROBE where
 * D ≤ 1e-12); both 0 where the merge cuts off (CENTER_MASKED D ≤ 1e-6; PROBE D ≤ 1e-6·largest of the group). */
typedef struct clpti_merge_back_args {
    clpti_merge merge;
    clpti_view cotangent, canvas; /* [groups, pixels]; canvas as the merge left it */
    bool complex;
    clpti_view total;   /* real [groups, pixels]: D; not read for NONE */
    clpti_view largest; /* real [groups]: max D of each group, for PROBE */
    int64_t groups, pixels;
    clpti_view d_sum;   /* [groups, pixels], element as cotangent; may be the cotangent's own memory */
    clpti_view d_total; /* real [groups, pixels]; not written for NONE */
} clpti_merge_back_args;
clpt_status clpti_merge_back(clpt_context *context, const clpti_merge_back_args *args);
clpt_status clpti_ref_merge_back(clpt_context *context, const void *args);

/* What the next three share. Block k (the central crop×crop of patch k, start size/2 − crop/2; crop = size but for
 * SCAN) lies at place k + shift on canvas k / per_group (per_group = 0: all on one). */
typedef struct clpti_merge_geometry {
    clpti_merge merge;
    bool complex;
    clpti_selection at;
    int64_t per_group, size, crop;
    int64_t height, width;     /* of a canvas */
    clpti_view d_sum, d_total; /* of clpti_merge_back; [.., height, width] */
    clpti_view power;          /* real [size, size], for PROBE */
} clpti_merge_geometry;

/* merge_pull: d_patches[k, v, u] = Σ over the canvas pixels that block pixel (v, u) reached, of its bilinear weight
 * there times d_sum (times m_k there for CENTER_MASKED and PROBE); 0 outside the block. */
typedef struct clpti_merge_pull_args {
    clpti_merge_geometry g;
    clpti_view total;     /* real [.., height, width]: given, g.d_sum is the cotangent ḡ and is divided here */
    clpti_view largest;   /* real [..], with a total for PROBE */
    clpti_view d_patches; /* [at.count, size, size] */
} clpti_merge_pull_args;
clpt_status clpti_merge_pull(clpt_context *context, const clpti_merge_pull_args *args);
clpt_status clpti_ref_merge_pull(clpt_context *context, const void *args);

/* merge_slope: out[k] = ∂L/∂(offset_x, offset_y) of block k = −∂L/∂place: Σ over the canvas of
 * Re(conj(d_sum)·∂(b_k·m_k or b_k)) + d_total·∂m_k, where moved values sit at source coordinate x − place and the cell
 * is that of floor(x − place): at whole places the derivative is the one towards growing offset. */
typedef struct clpti_merge_slope_args {
    clpti_merge_geometry g;
    clpti_view patches; /* [at.count, size, size] */
    clpti_view out;     /* real [at.count, 2] (x, y) */
} clpti_merge_slope_args;
clpt_status clpti_merge_slope(clpt_context *context, const clpti_merge_slope_args *args);
clpt_status clpti_ref_merge_slope(clpt_context *context, const void *args);

/* merge_weight_pull (PROBE): d_power[v, u] += Σ_k Σ over the canvas pixels that weight pixel (v, u) of block k reached,
 * of its bilinear weight times (Re(conj(d_sum)·b_k there) + d_total); ascending k from what is there. ∂L/∂P_p =
 * 2·d_power·P_p. */
typedef struct clpti_merge_weight_pull_args {
    clpti_merge_geometry g;
    clpti_view patches;
    clpti_view d_power; /* real [size, size] */
} clpti_merge_weight_pull_args;
clpt_status clpti_merge_weight_pull(clpt_context *context, const clpti_merge_weight_pull_args *args);
clpt_status clpti_ref_merge_weight_pull(clpt_context *context, const void *args);

/* scale_by: out[r, i] = factor·real[i]·field[r, i]. */
typedef struct clpti_scale_by_args {
    clpti_view field, out; /* complex [repeats, count] */
    clpti_view real;       /* real [count] */
    int64_t repeats, count;
    double factor;
} clpti_scale_by_args;
clpt_status clpti_scale_by(clpt_context *context, const clpti_scale_by_args *args);
clpt_status clpti_ref_scale_by(clpt_context *context, const void *args);

/* detector_back: waves[k, p, i] *= gain·(2·g) or, with `amplitude`, gain·g/A (0 where A = 0), with g = cotangent[k,
 * centred i], A = √I and gain = s_k²·factor (clpti_seen): what the inverse transform turns into the gradient by the
 * exit waves. */
typedef struct clpti_detector_back_args {
    clpti_view waves; /* complex [count, modes, size, size], zero frequency at [0, 0] */
    int64_t count, modes, size;
    double factor;
    bool amplitude;
    bool image; /* a near field: the cotangent is not centred */
    clpti_seen seen;
    clpti_view cotangent; /* real [count, size, size], centred */
} clpti_detector_back_args;
clpt_status clpti_detector_back(clpt_context *context, const clpti_detector_back_args *args);
clpt_status clpti_ref_detector_back(clpt_context *context, const void *args);

/* smooth_back: the adjoint of clpti_smooth (probe mask first, then the transposed convolution with reflected edges). */
typedef clpti_smooth_args clpti_smooth_back_args;
clpt_status clpti_smooth_back(clpt_context *context, const clpti_smooth_back_args *args);
clpt_status clpti_ref_smooth_back(clpt_context *context, const void *args);

/* loss: sums[k] = (loss, Σ ∂loss/∂I·I) of pattern k, each as a high and a low part, and d_intensity. Row k of measured
 * (and of a mask with mask_per_pattern) is (order where given)[first + k]. mae has derivative 0 where √(I + 1e-12) =
 * √m. */
typedef struct clpti_loss_args {
    clpt_loss loss;
    clpti_view intensity; /* real [count, pixels] */
    int64_t count, pixels;
    clpti_view measured; /* real [.., pixels] counts, ≥ 0 */
    bool roots;          /* measured are √counts */
    clpti_view mask;     /* not given: all good */
    bool mask_per_pattern;
    const clpti_order *order;
    int64_t first;
    clpti_view sums;        /* real [count, 4]: loss high, low, Σ d·I high, low */
    clpti_view d_intensity; /* real [count, pixels]; not given: not made; may be the intensity's own memory */
} clpti_loss_args;
clpt_status clpti_loss(clpt_context *context, const clpti_loss_args *args);
clpt_status clpti_ref_loss(clpt_context *context, const void *args);

/* What happens between the two transforms of clpti_exit_step. */
typedef enum clpti_detector {
    CLPTI_DETECTOR_MODULUS,   /* clpti_project: the change that a likelihood asks for */
    CLPTI_DETECTOR_LOSS,      /* the gradient of a loss of the intensities */
    CLPTI_DETECTOR_COTANGENT, /* the caller's derivative by intensities or amplitudes */
} clpti_detector;

/* exit_step: exit waves ψ = smooth(patch·P) to the detector and back; the plan's waves receive, [at.count, modes, size,
 * size], F⁻¹ of what the detector makes of F ψ: with MODULUS the change Δψ of the exit waves (F unitary), else the
 * gradient by ψ. Rows of measured and mask as in clpti_loss_args. */
typedef struct clpti_exit_step_args {
    clpti_forward_args forward; /* `out` is not used; `at` fits the room; `amplitude` says what the cotangent is by */
    const clpti_forward_room *room;
    bool given; /* the exit waves are in the plan's waves already: object and probe are not read */
    clpti_detector detector;
    clpti_seen seen;
    clpt_likelihood likelihood; /* MODULUS */
    clpti_view measured, mask;  /* MODULUS (amplitudes), LOSS (counts) */
    bool mask_per_pattern;
    const clpti_order *rows_order;
    int64_t rows_first;
    bool only_error;          /* MODULUS, LOSS: sums are wanted, and the waves are left in any state */
    clpti_view misfit, total; /* real [at.count], MODULUS */
    clpt_loss loss;           /* LOSS */
    bool loss_roots;          /* LOSS: measured are √counts */
    clpti_view sums;          /* real [at.count, 4], LOSS */
    clpti_view cotangent;     /* real [at.count, size, size], COTANGENT */
} clpti_exit_step_args;
clpt_status clpti_exit_step(clpt_context *context, const clpti_exit_step_args *args);
/* Whether an exit step of this kind would need the plan's transforms: else its room need not have them. Its room, rows
 * and sums are not looked at. */
bool clpti_exit_step_transforms(clpt_context *context, const clpti_exit_step_args *args);

/* object_gradient: canvas[y, x] += Σ_k b_k moved to place(k), b_k[v, u] = Σ_p conj(probe[p, v + pad, u + pad])·waves[k,
 * p, v + pad, u + pad]; weight_sum[y, x] += Σ_k weights moved likewise. Bilinear, in ascending k, starting from what is
 * there. */
typedef struct clpti_object_gradient_args {
    clpti_view waves, probe; /* complex [at.count, modes, size, size], [modes, size, size] */
    int64_t probe_stride;    /* as in clpti_illuminate_args */
    int64_t modes, size;
    int64_t patch, pad; /* side of the patches and where they start; patch 0: size */
    clpti_selection at;
    int64_t per_image;  /* > 0: square canvas g takes blocks g·per_image … alone and starts at 0, without weights */
    clpti_view weights; /* real [patch, patch]; not given: 1 */
    clpti_view canvas;  /* complex [height, width]; with per_image [at.count / per_image, height, width] */
    clpti_view weight_sum; /* real [height, width]; not given: not made */
    int64_t height, width;
} clpti_object_gradient_args;
clpt_status clpti_object_gradient(clpt_context *context, const clpti_object_gradient_args *args);

/* forward_back: the adjoint of the forward model. Per chunk: the far field, the cotangent at the detector (given, or
 * made by a loss), back through transform, smoothing and mask, then to the object, the probe and the places. */
typedef struct clpti_forward_back_args {
    clpti_forward_args forward; /* `out` is not used; `amplitude` says what the cotangent belongs to */
    clpti_view cotangent;       /* real [at.count, size, size]; not given: made by `loss` from the intensity */
    clpt_loss loss;
    clpti_view measured, mask; /* for the loss, rows as in clpti_loss_args */
    bool mask_per_pattern;
    const clpti_order *rows_order;
    int64_t rows_first;
    clpti_view sums;     /* real [at.count, 4], for the loss */
    clpti_view d_object; /* complex [.., height, width]: added to (per_image = 0) or overwritten; not given: not made */
    clpti_view d_probe;  /* complex [clpti_probe_slots, modes, size, size]: added to; not given: not made */
    clpti_view slopes;   /* real [at.count, 2]: by the places; not given: not made */
} clpti_forward_back_args;
clpt_status clpti_forward_back(clpt_context *context, const clpti_forward_back_args *args);

/* variation: rows[y] = that row's part of the total variation as a high and a low part, and its gradient. */
typedef struct clpti_variation_args {
    clpt_variation variation;
    clpti_view object; /* complex [height, width] */
    int64_t height, width;
    double epsilon;
    clpti_view rows;     /* real [height, 2] */
    clpti_view d_object; /* complex [height, width]; not given: not made */
} clpti_variation_args;
clpt_status clpti_variation(clpt_context *context, const clpti_variation_args *args);
clpt_status clpti_ref_variation(clpt_context *context, const void *args);

/* warp_back: adjoint of clpti_warp by the images (d_images, overwritten) and by the transforms: d_transforms[b] = 9
 * numbers for each image b, summed over its pixels (the caller adds up images that share a transform). */
typedef struct clpti_warp_back_args {
    clpti_warp_args warp;    /* `out` holds the cotangent; `images` is only read for d_transforms */
    clpti_view d_images;     /* [count, height, width]; not given: not made */
    clpti_view d_transforms; /* real [count, 9, 2] high and low parts; not given: not made. Zeros for nearest */
} clpti_warp_back_args;
clpt_status clpti_warp_back(clpt_context *context, const clpti_warp_back_args *args);
clpt_status clpti_ref_warp_back(clpt_context *context, const void *args);

#endif
