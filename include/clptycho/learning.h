/* SPDX-License-Identifier: Apache-2.0
 *
 * PtychoPINN's physics layer with its adjoint, and groups of neighbouring positions, for training a network. In three
 * steps:
 *   1. clpt_groups_draw(positions, count, &options, indices, centres, offsets, &message) draws groups of a scan;
 *   2. clpt_physics_layer() takes the patches that a network predicts for them to amplitudes at the detector;
 *   3. clpt_physics_layer_adjoint() takes the cotangent of a loss back to the patches.
 */
#ifndef CLPTYCHO_LEARNING_H
#define CLPTYCHO_LEARNING_H

#include "clptycho/operations.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Patches of a group → clpt_reassemble_group → clpt_extract_group at the same offsets → × probe → diffraction →
 *  amplitude. Statuses and asynchrony are those of the operations.
 *  @param patches    [G, C, N, N] complex
 *  @param offsets    host, F64 or F32: [G, C, 2] (x, y) in pixels
 *  @param probe      [P, N, N] or [N, N] complex
 *  @param canvas     side M of the canvas, M ≥ N
 *  @param amplitude  [G, C, N, N] real: √Σ_p (|FFT2(patch·P_p)| / N)² */
CLPT_API clpt_status clpt_physics_layer(clpt_context *context, const clpt_array *patches, const clpt_array *offsets,
                                        const clpt_array *probe, clpt_weight weight, int64_t canvas,
                                        const clpt_array *amplitude);

/** Vector-Jacobian product of clpt_physics_layer, by the rules of gradients.h; each d_… may be NULL.
 *  @param cotangent  [G, C, N, N] real
 *  @param d_patches  [G, C, N, N] complex
 *  @param d_offsets  [G, C, 2] host, F64 or F32
 *  @param d_probe    the shape of probe */
CLPT_API clpt_status clpt_physics_layer_adjoint(clpt_context *context, const clpt_array *patches,
                                                const clpt_array *offsets, const clpt_array *probe, clpt_weight weight,
                                                int64_t canvas, const clpt_array *cotangent,
                                                const clpt_array *d_patches, const clpt_array *d_offsets,
                                                const clpt_array *d_probe);

typedef struct clpt_groups_options {
    size_t size;        /**< sizeof this struct */
    int64_t groups;     /**< G: number of groups; 0: as many as there are positions */
    int64_t grid;       /**< gridsize: C = grid², at least 1 */
    int64_t neighbours; /**< K: each group is drawn from the K nearest neighbours of a seed point; 0: the minimum
                         *   required; more than there are: all */
    bool all_choices;   /**< PtychoPINN's oversampling: a seed point is used again with another choice of C out of its K
                         */
    uint64_t seed;
} clpt_groups_options;
/** Defaults: a grid of 2, all else 0. */
CLPT_API void clpt_groups_options_init(clpt_groups_options *options, size_t size);
static inline clpt_groups_options clpt_groups_options_default(void)
{
    clpt_groups_options options;
    clpt_groups_options_init(&options, sizeof options);
    return options;
}

/** Groups of neighbouring positions, as PtychoPINN draws them: each is a seed point's choice of C out of its K nearest
 *  neighbours, with ties in the order of indices. The seed point itself is among them only if C = 1 (the group is then
 *  the seed point) or if the scan has no more than C positions (every group is the whole scan). Seed points come in
 *  shuffled order, every position once before any is repeated: without `all_choices` each seeds one group at most, with
 *  it as many as there are choices (K choose C), all different. The choice of C is uniform; within a group indices go
 *  from the nearest to the farthest. Draws depend on seed, count, C and K alone: with another number of groups the
 * first ones stay the same. Host work only; needs no context and may be called from several threads.
 *  @param positions  [count, 2], finite, within ±1e9; duplicates are allowed
 *  @param options    NULL for the defaults
 *  @param indices    receives [G, C]: the positions of each group, no index twice in a group
 *  @param centres    receives [G, 2]: global offset, the mean of the group's positions; may be NULL
 *  @param offsets    receives [G, C, 2]: local offsets, mean − position; may be NULL
 *  @param message    reports a failure; may be NULL
 *  @return CLPT_OK, CLPT_ERROR_ARGUMENT (too few positions or neighbours, more groups than choices, a position not
 *          finite), CLPT_ERROR_MEMORY. */
CLPT_API clpt_status clpt_groups_draw(const double *positions, int64_t count, const clpt_groups_options *options,
                                      int64_t *indices, double *centres, double *offsets, clpt_message *message);

#ifdef __cplusplus
}
#endif
#endif
