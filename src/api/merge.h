/* SPDX-License-Identifier: Apache-2.0 */
/* Checks and adjoints common to reassembly and the physics layer. */
#ifndef CLPTI_API_MERGE_H
#define CLPTI_API_MERGE_H

#include "arrays/patches.h"
#include "ops/adjoint.h"

/* Patches [G, C, N, N], a known weight, and a canvas [G, M, M] of their kind with M ≥ N. */
clpt_status clpti_check_group(clpt_context *context, const char *function, const clpt_array *patches,
                              clpt_weight weight, const char *name, const clpt_array *canvas);

/* Patches [S, N, N] of the scan, a valid crop, and a canvas as described by clpt_scan_get_canvas. */
clpt_status clpti_check_scan_merge(clpt_context *context, const char *function, const clpt_array *patches,
                                   const clpt_scan *scan, int64_t crop, const char *name, const clpt_array *canvas);

/* Σ_p |P_p|² of a checked probe; scratch that the caller gives back. */
clpt_status clpti_compute_probe_power(clpt_context *context, const char *function, const clpt_array *probe,
                                      int64_t side, clpt_buffer **power);

/* d_probe = 2·d_power·probe. */
clpt_status clpti_probe_gradient_from_power(clpt_context *context, const clpt_array *probe, clpt_buffer *d_power,
                                            const clpt_array *d_probe);

/* Destinations of the gradients of a merge; absent views and NULL pointers are not computed. */
typedef struct clpti_merge_targets {
    clpti_view patches; /* the patches that were merged */
    clpti_view d_patches;
    double *slopes;     /* host [blocks, 2], with respect to the offsets; blocks until the device is done */
    clpti_view d_power; /* real [N, N], accumulated */
} clpti_merge_targets;

/* The adjoint of clpti_reassemble_group for cotangent [groups, side, side] of its canvas (the forward's own canvas is
 * not used). */
clpt_status clpti_merge_adjoint(clpt_context *context, const clpti_reassemble_group_args *forward, clpti_view cotangent,
                                const clpti_merge_targets *targets);

/* Subtracts the mean of pairs: the adjoint of subtracting a mean. */
void clpti_subtract_mean(double *pairs, int64_t count);

#endif
