/* SPDX-License-Identifier: Apache-2.0
 *
 * Adjoints of operations, losses, and the gradient of a batch, for optimisers of your own. docs/gradients.md has the
 * formulas, examples/phase_fit.c a whole program. In three steps:
 *   1. describe the batch, clpt_gradient_args args = {.size = sizeof args, .loss = CLPT_LOSS_AMPLITUDE, …};
 *   2. name the results, clpt_forward_gradients g = {.size = sizeof g, .d_object = &d_object};
 *   3. clpt_gradient(context, &args, &loss, &g), then a step of the optimiser, and again.
 *
 * Adjoints are vector-Jacobian products. `cotangent` has the shape of the operation's output; every d_… has the shape
 * of the argument it belongs to, is overwritten, and may be NULL if it is not needed. With L = Re Σ
 * conj(cotangent)·output, the gradient with respect to a complex z is ∂L/∂Re z + i·∂L/∂Im z. Other arguments, statuses
 * and asynchrony are those of the operations; d_positions, d_offsets, d_shifts and d_transforms are host memory, F64 or
 * F32, and a call that requests one waits for it. The derivative of a bilinear sample with respect to its position is
 * that of its weights in the cell given by the floor of the source coordinate; CLPT_INTERPOLATION_NEAREST has the
 * derivative 0. Sums over overlapping patches have a fixed order: the same bits in every run, however the work is
 * split.
 */
#ifndef CLPTYCHO_GRADIENTS_H
#define CLPTYCHO_GRADIENTS_H

#include "clptycho/operations.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Adjoints ------------------------------------------------------------------------------------------------ */

/** @param cotangent     [B, H, W]
 *  @param d_images      [B, H, W]
 *  @param d_transforms  the shape of transforms */
CLPT_API clpt_status clpt_warp_adjoint(clpt_context *context, const clpt_array *images, const clpt_array *transforms,
                                       clpt_interpolation interpolation, clpt_fill fill, const clpt_array *cotangent,
                                       const clpt_array *d_images, const clpt_array *d_transforms);

/** @param cotangent  [B, H, W]
 *  @param d_images   [B, H, W]
 *  @param d_shifts   [K, 2] */
CLPT_API clpt_status clpt_translate_adjoint(clpt_context *context, const clpt_array *images, const clpt_array *shifts,
                                            clpt_interpolation interpolation, const clpt_array *cotangent,
                                            const clpt_array *d_images, const clpt_array *d_shifts);

/** @param cotangent    [S, N, N]
 *  @param d_object     [H, W]
 *  @param d_positions  [S, 2] */
CLPT_API clpt_status clpt_extract_scan_adjoint(clpt_context *context, const clpt_array *object, const clpt_scan *scan,
                                               const clpt_array *cotangent, const clpt_array *d_object,
                                               const clpt_array *d_positions);

/** @param cotangent  [G, C, N, N]
 *  @param d_canvas   [G, M, M]
 *  @param d_offsets  [G, C, 2] */
CLPT_API clpt_status clpt_extract_group_adjoint(clpt_context *context, const clpt_array *canvas,
                                                const clpt_array *offsets, const clpt_array *cotangent,
                                                const clpt_array *d_canvas, const clpt_array *d_offsets);

/** @param cotangent  [G, M, M]
 *  @param d_patches  [G, C, N, N]
 *  @param d_offsets  [G, C, 2]
 *  @param d_probe    the shape of probe, for CLPT_WEIGHT_PROBE; the cutoffs count as constants */
CLPT_API clpt_status clpt_reassemble_group_adjoint(clpt_context *context, const clpt_array *patches,
                                                   const clpt_array *offsets, const clpt_array *probe,
                                                   clpt_weight weight, clpt_centring centring,
                                                   const clpt_array *cotangent, const clpt_array *d_patches,
                                                   const clpt_array *d_offsets, const clpt_array *d_probe);

/** @param cotangent    [L, L]
 *  @param d_patches    [S, N, N]
 *  @param d_positions  [S, 2]; the size of the canvas counts as a constant */
CLPT_API clpt_status clpt_reassemble_scan_adjoint(clpt_context *context, const clpt_array *patches,
                                                  const clpt_scan *scan, int64_t crop, const clpt_array *cotangent,
                                                  const clpt_array *d_patches, const clpt_array *d_positions);

/** @param cotangent  [B, N, N] real
 *  @param d_waves    [B, N, N] complex */
CLPT_API clpt_status clpt_diffract_adjoint(clpt_context *context, const clpt_array *waves, const clpt_array *cotangent,
                                           const clpt_array *d_waves);

/** Gradients of a forward model; each may be NULL. */
typedef struct clpt_forward_gradients {
    size_t size;                   /**< sizeof this struct */
    const clpt_array *d_object;    /**< [H, W] complex */
    const clpt_array *d_probe;     /**< the shape of probe, complex */
    const clpt_array *d_positions; /**< [S, 2], or [count, 2] for a batch; host, F64 or F32 */
    double *d_scale;               /**< derivative with respect to the scale of the options */
} clpt_forward_gradients;
/** No gradient. */
CLPT_API void clpt_forward_gradients_init(clpt_forward_gradients *gradients, size_t size);
static inline clpt_forward_gradients clpt_forward_gradients_default(void)
{
    clpt_forward_gradients gradients;
    clpt_forward_gradients_init(&gradients, sizeof gradients);
    return gradients;
}

/** @param options    of the forward model, NULL for the defaults; `poisson` must be off (a draw has no derivative)
 *  @param cotangent  [S, N, N] real, of the intensity, or of the amplitude with `amplitude` */
CLPT_API clpt_status clpt_forward_adjoint(clpt_context *context, const clpt_array *object, const clpt_scan *scan,
                                          const clpt_array *probe, const clpt_forward_options *options,
                                          const clpt_array *cotangent, const clpt_forward_gradients *gradients);

/* ---- Losses -------------------------------------------------------------------------------------------------- */

/** With modelled intensities I and measured counts m. */
typedef enum clpt_loss {
    CLPT_LOSS_POISSON,     /**< Σ mask·(I − m·ln(I + 1e-8)) */
    CLPT_LOSS_AMPLITUDE,   /**< Σ mask·(√(I + 1e-12) − √m)² */
    CLPT_LOSS_AMPLITUDE_L1 /**< Σ mask·|√(I + 1e-12) − √m| */
} clpt_loss;

/** A loss of intensities and its gradient. Sums are compensated: accurate for 10⁸ terms and more. Returns when done.
 *  @param intensity    [S, N, M] real
 *  @param measured     [S, N, M] real, counts; not read where mask = 0
 *  @param mask         [S, N, M] or [N, M] real, 1 = good; NULL: all good
 *  @param value        receives the loss; may be NULL
 *  @param d_intensity  [S, N, M]; may be NULL */
CLPT_API clpt_status clpt_loss_evaluate(clpt_context *context, clpt_loss loss, const clpt_array *intensity,
                                        const clpt_array *measured, const clpt_array *mask, double *value,
                                        const clpt_array *d_intensity);

typedef enum clpt_variation {
    CLPT_VARIATION_QUADRATIC, /**< Σ|Δx o|² + Σ|Δy o|², forward differences within the array */
    CLPT_VARIATION_TOTAL /**< Σ√(|Δx o|² + |Δy o|² + ε²) over all pixels, with differences across the border 0 */
} clpt_variation;

/** Variation of an object and its gradient. Returns when done.
 *  @param object    [H, W] complex
 *  @param epsilon   ε of CLPT_VARIATION_TOTAL, > 0; ignored otherwise
 *  @param value     receives the variation; may be NULL
 *  @param d_object  [H, W] complex; may be NULL */
CLPT_API clpt_status clpt_variation_evaluate(clpt_context *context, clpt_variation variation, const clpt_array *object,
                                             double epsilon, double *value, const clpt_array *d_object);

/* ---- Gradient of a batch ------------------------------------------------------------------------------------- */

/** Arguments of clpt_gradient. Everything is borrowed for the duration of the call. */
typedef struct clpt_gradient_args {
    size_t size;              /**< sizeof this struct */
    clpt_loss loss;           /**< 0: CLPT_LOSS_POISSON */
    const clpt_array *object; /**< [H, W] complex */
    const clpt_scan *scan;    /**< S positions */
    const clpt_array *probe;  /**< [P, N, N] or [N, N] complex */
    const int32_t *patterns; /**< [count] host: indices, 0 … S − 1, of the scan's patterns in the batch; NULL: all */
    int64_t count;           /**< number of patterns in the batch; ignored if `patterns` is NULL */
    const clpt_array *measured; /**< [S, N, N] real, counts; not read where mask = 0 */
    const clpt_array *mask;     /**< [S, N, N] or [N, N] real, 1 = good; NULL: all good. With `patterns`, a mask per
                                 *   pattern must be a host array if `measured` is one, else a buffer */
    const clpt_forward_options *options; /**< NULL: defaults; `amplitude` is ignored, `poisson` must be off */
} clpt_gradient_args;
/** No arrays, no options, CLPT_LOSS_POISSON. */
CLPT_API void clpt_gradient_args_init(clpt_gradient_args *args, size_t size);
static inline clpt_gradient_args clpt_gradient_args_default(void)
{
    clpt_gradient_args args;
    clpt_gradient_args_init(&args, sizeof args);
    return args;
}

/** Forward model, loss, and gradients of a batch of a scan in one call.
 *  @param args       object, probe, scan, patterns and loss
 *  @param value      receives the loss of the batch, for which the call waits; may be NULL
 *  @param gradients  NULL: the loss alone; d_positions is [count, 2] for a batch */
CLPT_API clpt_status clpt_gradient(clpt_context *context, const clpt_gradient_args *args, double *value,
                                   const clpt_forward_gradients *gradients);

#ifdef __cplusplus
}
#endif
#endif
