/* SPDX-License-Identifier: Apache-2.0 */
/* Adjoints, losses and total variation between buffers of one context: argument structs and entry points, as in ops.h.
 * extract and gather are each other's adjoints, so only the derivatives with respect to coordinates and the adjoints of
 * nonlinear operations and of warp are declared here. */
#ifndef CLPTI_OPS_ADJOINT_H
#define CLPTI_OPS_ADJOINT_H

#include "ops/ops.h"

/* slope: out[k] = Σ_{v,u} Re(conj(cotangent[k, v, u])·∂patch_k[v, u]/∂(position_x, position_y)) for the bilinear
 * patches of extract; the derivative is that of the weights in the cell of floor(position). */
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
/* Writes to host memory [at.count, 2], multiplied by `sign`. Blocks. args->out is not used. */
clpt_status clpti_slope_read(clpt_context *context, const clpti_slope_args *args, double sign, double *out);
clpt_status clpti_ref_slope(clpt_context *context, const void *args);

/* Block merging: the four weightings of a group, and the uniform count of a scan. */
typedef enum clpti_merge {
    CLPTI_MERGE_NONE = CLPT_WEIGHT_NONE,
    CLPTI_MERGE_CENTRE = CLPT_WEIGHT_CENTRE,
    CLPTI_MERGE_CENTRE_MASKED = CLPT_WEIGHT_CENTRE_MASKED,
    CLPTI_MERGE_PROBE = CLPT_WEIGHT_PROBE,
    CLPTI_MERGE_SCAN /* Σ block / (Σ ones + 1e-9) */
} clpti_merge;

/* Derivatives of a merged canvas.
 * canvas = S/D', S = Σ_k b_k·(m_k for CENTRE_MASKED and PROBE), D = Σ_k m_k. Block b_k and weight m_k (1; the central
 * N/2 mask; power) are moved to position k: canvas pixel (y, x) takes block pixel (x − position), 0 outside the block.
 * D' = 1 (NONE), D + 1e-3 (CENTRE, CENTRE_MASKED), max(D, 1e-12) (PROBE), D + 1e-9 (SCAN).
 * With canvas cotangent ḡ: d_sum = ∂L/∂S = ḡ/D', d_total = ∂L/∂D = −Re(conj(ḡ)·canvas)/D' (0 for NONE, and for PROBE
 * where D ≤ 1e-12). Both are 0 below the cutoff of the merge (CENTRE_MASKED D ≤ 1e-6; PROBE D ≤ 1e-6·maximum of the
 * group). */
typedef struct clpti_merge_back_args {
    clpti_merge merge;
    clpti_view cotangent, canvas; /* [groups, pixels]; canvas: result of the merge */
    bool complex;
    clpti_view total;   /* real [groups, pixels]: D; not read for NONE */
    clpti_view largest; /* real [groups]: max D of each group, for PROBE */
    int64_t groups, pixels;
    clpti_view d_sum;   /* [groups, pixels], element type of the cotangent; may alias the cotangent */
    clpti_view d_total; /* real [groups, pixels]; not written for NONE */
} clpti_merge_back_args;
clpt_status clpti_merge_back(clpt_context *context, const clpti_merge_back_args *args);
clpt_status clpti_ref_merge_back(clpt_context *context, const void *args);

/* Geometry shared by the next three operations. Block k (the central crop×crop of patch k, start size/2 − crop/2; crop
 * = size except for SCAN) starts at position k + shift on canvas k / per_group (per_group = 0: one canvas for all). */
typedef struct clpti_merge_geometry {
    clpti_merge merge;
    bool complex;
    clpti_selection at;
    int64_t per_group, size, crop;
    int64_t height, width;     /* of a canvas */
    clpti_view d_sum, d_total; /* of clpti_merge_back; [.., height, width] */
    clpti_view power;          /* real [size, size], for PROBE */
} clpti_merge_geometry;

/* merge_pull: d_patches[k, v, u] = Σ of d_sum over the canvas pixels that block pixel (v, u) contributes to, weighted
 * by its bilinear weight (times m_k there for CENTRE_MASKED and PROBE); 0 outside the block. */
typedef struct clpti_merge_pull_args {
    clpti_merge_geometry g;
    clpti_view total;     /* real [.., height, width]; if present, g.d_sum is the cotangent ḡ and is divided here */
    clpti_view largest;   /* real [..], required with `total` for PROBE */
    clpti_view d_patches; /* [at.count, size, size] */
} clpti_merge_pull_args;
clpt_status clpti_merge_pull(clpt_context *context, const clpti_merge_pull_args *args);
clpt_status clpti_ref_merge_pull(clpt_context *context, const void *args);

/* merge_slope: out[k] = ∂L/∂(offset_x, offset_y) of block k = −∂L/∂position: Σ over the canvas of
 * Re(conj(d_sum)·∂(b_k·m_k or b_k)) + d_total·∂m_k. Moved values have source coordinate x − position, in the cell of
 * floor(x − position); at integer positions this is the one-sided derivative for increasing offset. */
typedef struct clpti_merge_slope_args {
    clpti_merge_geometry g;
    clpti_view patches; /* [at.count, size, size] */
    clpti_view out;     /* real [at.count, 2] (x, y) */
} clpti_merge_slope_args;
clpt_status clpti_merge_slope(clpt_context *context, const clpti_merge_slope_args *args);
clpt_status clpti_ref_merge_slope(clpt_context *context, const void *args);

/* merge_weight_pull (PROBE): d_power[v, u] += Σ_k Σ of (Re(conj(d_sum)·b_k) + d_total) over the canvas pixels that
 * weight pixel (v, u) of block k contributes to, weighted by its bilinear weight; accumulated in ascending k. ∂L/∂P_p =
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
 * centred i], A = √I and gain = s_k²·factor (clpti_detector_response). The inverse transform of the result is the
 * gradient with respect to the exit waves. */
typedef struct clpti_detector_back_args {
    clpti_view waves; /* complex [count, modes, size, size], zero frequency at [0, 0] */
    int64_t count, modes, size;
    double factor;
    bool amplitude;
    bool image; /* a near field: the cotangent is not centred */
    clpti_detector_response response;
    clpti_view cotangent; /* real [count, size, size], centred */
} clpti_detector_back_args;
clpt_status clpti_detector_back(clpt_context *context, const clpti_detector_back_args *args);
clpt_status clpti_ref_detector_back(clpt_context *context, const void *args);

/* smooth_back: the adjoint of clpti_smooth (probe mask first, then the transposed convolution with reflected edges). */
typedef clpti_smooth_args clpti_smooth_back_args;
clpt_status clpti_smooth_back(clpt_context *context, const clpti_smooth_back_args *args);
clpt_status clpti_ref_smooth_back(clpt_context *context, const void *args);

/* loss: sums[k] = (loss, Σ ∂loss/∂I·I) of pattern k, each as a float pair (high, low), and optionally d_intensity.
 * Pattern k is compared with entry order[first + k] (without an order, first + k) of measured, and of the mask with
 * mask_per_pattern. The derivative of mae is 0 where √(I + 1e-12) = √m. */
typedef struct clpti_loss_args {
    clpt_loss loss;
    clpti_view intensity; /* real [count, pixels] */
    int64_t count, pixels;
    clpti_view measured; /* real [.., pixels] counts, ≥ 0 */
    bool roots;          /* measured holds √counts */
    clpti_view mask;     /* absent: all pixels good */
    bool mask_per_pattern;
    const clpti_order *order;
    int64_t first;
    clpti_view sums;        /* real [count, 4]: loss (high, low), Σ d·I (high, low) */
    clpti_view d_intensity; /* optional, real [count, pixels]; may alias the intensity */
} clpti_loss_args;
clpt_status clpti_loss(clpt_context *context, const clpti_loss_args *args);
clpt_status clpti_ref_loss(clpt_context *context, const void *args);

/* Operation at the detector, between the two transforms of clpti_exit_step. */
typedef enum clpti_detector {
    CLPTI_DETECTOR_MODULUS,   /* clpti_project: the update defined by a likelihood */
    CLPTI_DETECTOR_LOSS,      /* gradient of a loss of the intensities */
    CLPTI_DETECTOR_COTANGENT, /* the caller's derivative with respect to intensities or amplitudes */
} clpti_detector;

/* exit_step: exit waves ψ = smooth(patch·P) to the detector and back. The plan's waves receive, [at.count, modes, size,
 * size], F⁻¹ of the detector's result for F ψ: the change Δψ of the exit waves with MODULUS (F unitary), otherwise the
 * gradient with respect to ψ. Entries of measured and mask as in clpti_loss_args. */
typedef struct clpti_exit_step_args {
    clpti_forward_args forward; /* `out` is unused; `at` fits the workspace; `amplitude`: variable of the cotangent */
    const clpti_forward_workspace *workspace;
    bool given; /* the plan already contains the exit waves; object and probe are not read */
    clpti_detector detector;
    clpti_detector_response response;
    clpt_likelihood likelihood; /* MODULUS */
    clpti_view measured, mask;  /* MODULUS (amplitudes), LOSS (counts) */
    bool mask_per_pattern;
    const clpti_order *rows_order;
    int64_t rows_first;
    bool only_error;          /* MODULUS, LOSS: compute only the sums; the waves are left undefined */
    clpti_view misfit, total; /* real [at.count], MODULUS */
    clpt_loss loss;           /* LOSS */
    bool loss_roots;          /* LOSS: measured holds √counts */
    clpti_view sums;          /* real [at.count, 4], LOSS */
    clpti_view cotangent;     /* real [at.count, size, size], COTANGENT */
} clpti_exit_step_args;
clpt_status clpti_exit_step(clpt_context *context, const clpti_exit_step_args *args);
/* True if an exit step of this kind requires the plan's transforms; otherwise its workspace need not provide them.
 * Workspace, positions and sums are ignored. */
bool clpti_exit_step_transforms(clpt_context *context, const clpti_exit_step_args *args);

/* object_gradient: canvas[y, x] += Σ_k b_k moved to position(k), b_k[v, u] = Σ_p conj(probe[p, v + pad, u +
 * pad])·waves[k, p, v + pad, u + pad]; weight_sum[y, x] += Σ_k weights, moved likewise. Bilinear; accumulated in
 * ascending k. */
typedef struct clpti_object_gradient_args {
    clpti_view waves, probe; /* complex [at.count, modes, size, size], [modes, size, size] */
    int64_t probe_stride;    /* as in clpti_illuminate_args */
    int64_t modes, size;
    int64_t patch, pad; /* side and start of the patches; patch 0: size */
    clpti_selection at;
    int64_t per_image;     /* > 0: square canvas g is the sum of blocks g·per_image … alone; no weights */
    clpti_view weights;    /* real [patch, patch]; absent: 1 */
    bool own_weights;      /* pattern k has the weights Σ_p |probe[p]|² of its own probe; no padding, no per_image */
    clpti_view canvas;     /* complex [height, width]; with per_image [at.count / per_image, height, width] */
    clpti_view weight_sum; /* optional, real [height, width] */
    int64_t height, width;
    bool fresh; /* without per_image: canvas and weight_sum are taken as 0 */
} clpti_object_gradient_args;
clpt_status clpti_object_gradient(clpt_context *context, const clpti_object_gradient_args *args);
/* Zeroes fresh sums, for variants that add to what is there. */
clpt_status clpti_object_gradient_start(const clpti_object_gradient_args *args);

/* forward_back: the adjoint of the forward model. Per chunk: far field; cotangent at the detector (given, or derived
 * from a loss); back through transform, smoothing and mask; then to object, probe and positions. With a probe_stride
 * there are no d_probe and slopes. */
typedef struct clpti_forward_back_args {
    clpti_forward_args forward; /* `out` is unused; `amplitude`: variable of the cotangent */
    clpti_view cotangent;       /* real [at.count, size, size]; absent: derived from `loss` */
    clpt_loss loss;
    clpti_view measured, mask; /* for the loss, entries as in clpti_loss_args */
    bool mask_per_pattern;
    const clpti_order *rows_order;
    int64_t rows_first;
    clpti_view sums;     /* real [at.count, 4], for the loss */
    clpti_view d_object; /* optional, complex [.., height, width]: accumulated (per_image = 0) or overwritten */
    clpti_view d_probe;  /* optional, complex [clpti_probe_slots, modes, size, size]: accumulated */
    clpti_view slopes;   /* optional, real [at.count, 2]: with respect to the positions */
    clpti_view d_waves;  /* optional, complex [at.count, modes, size, size]: with respect to the products patch·P_p */
} clpti_forward_back_args;
clpt_status clpti_forward_back(clpt_context *context, const clpti_forward_back_args *args);

/* variation: rows[y] = contribution of object row y to the total variation, as a float pair (high, low); and the
 * gradient. */
typedef struct clpti_variation_args {
    clpt_variation variation;
    clpti_view object; /* complex [height, width] */
    int64_t height, width;
    double epsilon;
    clpti_view rows;     /* real [height, 2] */
    clpti_view d_object; /* optional, complex [height, width] */
} clpti_variation_args;
clpt_status clpti_variation(clpt_context *context, const clpti_variation_args *args);
clpt_status clpti_ref_variation(clpt_context *context, const void *args);

/* warp_back: adjoint of clpti_warp with respect to the images (d_images, overwritten) and the transforms:
 * d_transforms[b] = 9 numbers for image b, summed over its pixels (the caller sums images that share a transform). */
typedef struct clpti_warp_back_args {
    clpti_warp_args warp;    /* `out` is the cotangent; `images` is read only for d_transforms */
    clpti_view d_images;     /* optional, [count, height, width] */
    clpti_view d_transforms; /* optional, real [count, 9, 2] (high, low); zeros for nearest */
} clpti_warp_back_args;
clpt_status clpti_warp_back(clpt_context *context, const clpti_warp_back_args *args);
clpt_status clpti_ref_warp_back(clpt_context *context, const void *args);

#endif
