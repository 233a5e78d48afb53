/* SPDX-License-Identifier: Apache-2.0 */
/* Dispatch of an operation: the plain C reference in a reference context, otherwise the first variant of its table that
 * applies on this device (or the one forced by the options). */
#ifndef CLPTI_OPS_OPERATION_H
#define CLPTI_OPS_OPERATION_H

#include "buffer/buffer.h"

typedef struct clpti_variant {
    const char *name;  /* "general", "vec4": named after its assumption */
    const char *needs; /* preconditions in words, as in its kernel file; NULL: none */
    bool (*applicable)(const clpt_context *context, const void *args); /* NULL: always */
    clpt_status (*run)(clpt_context *context, const void *args);
} clpti_variant;

typedef struct clpti_operation {
    const char *name;
    clpt_status (*reference)(clpt_context *context, const void *args); /* src/ref; NULL: variants only */
    const clpti_variant *variants; /* fastest first, general last; ends with a NULL name */
} clpti_operation;

/* All operations, by name; ends with NULL. An operation missing here does not run. */
extern const clpti_operation *const clpti_operations[];
extern const clpti_operation clpti_operation_activate;
extern const clpti_operation clpti_operation_activate_back;
extern const clpti_operation clpti_operation_adam;
extern const clpti_operation clpti_operation_advance;
extern const clpti_operation clpti_operation_background_step;
extern const clpti_operation clpti_operation_background_sums;
extern const clpti_operation clpti_operation_backproject;
extern const clpti_operation clpti_operation_bank_probes;
extern const clpti_operation clpti_operation_bank_sums;
extern const clpti_operation clpti_operation_blend;
extern const clpti_operation clpti_operation_centre;
extern const clpti_operation clpti_operation_conjugate;
extern const clpti_operation clpti_operation_convolve;
extern const clpti_operation clpti_operation_convolve_weights;
extern const clpti_operation clpti_operation_detector_back;
extern const clpti_operation clpti_operation_displace;
extern const clpti_operation clpti_operation_divide;
extern const clpti_operation clpti_operation_enlarge;
extern const clpti_operation clpti_operation_enlarge_back;
extern const clpti_operation clpti_operation_exit_step;
extern const clpti_operation clpti_operation_extract;
extern const clpti_operation clpti_operation_fold;
extern const clpti_operation clpti_operation_forward;
extern const clpti_operation clpti_operation_forward_back;
extern const clpti_operation clpti_operation_fraction_slope;
extern const clpti_operation clpti_operation_frame;
extern const clpti_operation clpti_operation_frame_back;
extern const clpti_operation clpti_operation_gather;
extern const clpti_operation clpti_operation_gram;
extern const clpti_operation clpti_operation_illuminate;
extern const clpti_operation clpti_operation_inner;
extern const clpti_operation clpti_operation_intensity;
extern const clpti_operation clpti_operation_largest;
extern const clpti_operation clpti_operation_limit_amplitude;
extern const clpti_operation clpti_operation_loss;
extern const clpti_operation clpti_operation_merge_back;
extern const clpti_operation clpti_operation_merge_pull;
extern const clpti_operation clpti_operation_merge_slope;
extern const clpti_operation clpti_operation_merge_weight_pull;
extern const clpti_operation clpti_operation_momentum;
extern const clpti_operation clpti_operation_move_positions;
extern const clpti_operation clpti_operation_normalise_power;
extern const clpti_operation clpti_operation_object_gradient;
extern const clpti_operation clpti_operation_patch_products;
extern const clpti_operation clpti_operation_polar;
extern const clpti_operation clpti_operation_polar_back;
extern const clpti_operation clpti_operation_pool;
extern const clpti_operation clpti_operation_pool_back;
extern const clpti_operation clpti_operation_position_fit;
extern const clpti_operation clpti_operation_power;
extern const clpti_operation clpti_operation_precondition;
extern const clpti_operation clpti_operation_probe_gradient;
extern const clpti_operation clpti_operation_project;
extern const clpti_operation clpti_operation_propagate;
extern const clpti_operation clpti_operation_reassemble_group;
extern const clpti_operation clpti_operation_relax;
extern const clpti_operation clpti_operation_rescale;
extern const clpti_operation clpti_operation_rotate;
extern const clpti_operation clpti_operation_round_positions;
extern const clpti_operation clpti_operation_scale_by;
extern const clpti_operation clpti_operation_scale_sums;
extern const clpti_operation clpti_operation_secant;
extern const clpti_operation clpti_operation_shift_fields;
extern const clpti_operation clpti_operation_shift_sums;
extern const clpti_operation clpti_operation_shift_waves;
extern const clpti_operation clpti_operation_slope;
extern const clpti_operation clpti_operation_slot_sums;
extern const clpti_operation clpti_operation_smooth;
extern const clpti_operation clpti_operation_smooth_back;
extern const clpti_operation clpti_operation_smooth_object;
extern const clpti_operation clpti_operation_stack;
extern const clpti_operation clpti_operation_step_fit;
extern const clpti_operation clpti_operation_step_lengths;
extern const clpti_operation clpti_operation_tile_lists;
extern const clpti_operation clpti_operation_tiles;
extern const clpti_operation clpti_operation_totals;
extern const clpti_operation clpti_operation_transfer;
extern const clpti_operation clpti_operation_tv_step;
extern const clpti_operation clpti_operation_variable_changes;
extern const clpti_operation clpti_operation_variable_fits;
extern const clpti_operation clpti_operation_variable_probes;
extern const clpti_operation clpti_operation_variable_sums;
extern const clpti_operation clpti_operation_variation;
extern const clpti_operation clpti_operation_warp;
extern const clpti_operation clpti_operation_warp_back;

bool clpti_is_operation(const char *name);
/* NULL if there is none. */
const clpti_operation *clpti_operation_find(const char *name, size_t length);

/* The variant that clpti_operation_run would choose; NULL in a reference context, or if none applies. */
const clpti_variant *clpti_operation_choice(clpt_context *context, const clpti_operation *operation, const void *args);
clpt_status clpti_operation_run(clpt_context *context, const clpti_operation *operation, const void *args);

#endif
