/* SPDX-License-Identifier: Apache-2.0 */
/* Operation probe_gradient: gradient with respect to the probe, summed over patterns. */
#include "core/tuning.h"
#include "ops/operation.h"
#include "ops/selection.h"

static int64_t patch_of(const clpti_probe_gradient_args *a)
{
    return a->patch ? a->patch : a->size;
}

static int64_t slots_of(const clpti_probe_gradient_args *a)
{
    return a->slots ? a->slots : 1;
}

/* The tuned number is for sums of 128×128; smaller sums take more slots to occupy a GPU equally, larger ones fewer. */
int64_t clpti_probe_slots(clpt_context *context, int64_t elements)
{
    int64_t tuned = clpti_tuned(context, CLPTI_TUNING_PROBE_SLOTS), slots = tuned * (128 * 128) / elements;
    if (tuned == 1) return 1;
    if (slots > 4 * tuned) return 4 * tuned;
    int64_t minimum = tuned > 4 ? tuned / 4 : 1;
    return slots > minimum ? slots : minimum;
}

/* Zeroes fresh sums, for kernels that add to what is there. */
static clpt_status start_sums(const clpti_probe_gradient_args *a)
{
    clpt_status status = CLPT_OK;
    int64_t elements = slots_of(a) * a->size * a->size;
    if (!a->fresh) return CLPT_OK;
    CLPTI_TRY(clpti_zero(a->gradient, elements * a->modes));
    if (a->patch_power.buffer) CLPTI_TRY(clpti_zero(a->patch_power, elements));
cleanup:
    return status;
}

static clpt_status general(clpt_context *context, const void *args)
{
    const clpti_probe_gradient_args *a = args;
    clpt_status status = start_sums(a);
    if (status != CLPT_OK) return status;
    return clpti_run_kernel(
        context,
        &(clpti_launch){.file = "probe_gradient",
                        .kernel = "probe_gradient_general",
                        .options = "",
                        .global = {patch_of(a), patch_of(a), a->modes * slots_of(a)},
                        .args = CLPTI_ARGS(CLPTI_VIEW(a->object), CLPTI_LONG(a->height), CLPTI_LONG(a->width),
                                           CLPTI_LONG(a->per_image), CLPTI_SELECTION(a->at), CLPTI_LONG(a->at.count),
                                           CLPTI_VIEW(a->waves), CLPTI_LONG(a->modes), CLPTI_LONG(a->size),
                                           CLPTI_LONG(patch_of(a)), CLPTI_LONG(a->pad), CLPTI_LONG(slots_of(a)),
                                           CLPTI_VIEW(a->gradient), CLPTI_VIEW(a->patch_power))});
}

static bool lanes_apply(const clpt_context *context, const void *args)
{
    const clpti_probe_gradient_args *a = args;
    return clpti_capabilities_of(context)->cpu_shaped && a->size % 16 == 0 && patch_of(a) == a->size &&
           slots_of(a) == 1 && a->patch_power.buffer;
}

enum { bands_per_unit = 4, rows_max = 16 };

static clpt_status lanes(clpt_context *context, const void *args)
{
    const clpti_probe_gradient_args *a = args;
    clpt_status status = CLPT_OK;
    clpt_buffer *scratch = NULL;
    int64_t bands = (int64_t)context->device.compute_units * bands_per_unit, rows = (a->size + bands - 1) / bands;
    if (rows > rows_max) rows = rows_max;
    bands = (a->size + rows - 1) / rows;
    CLPTI_TRY(start_sums(a));
    CLPTI_TRY(clpti_scratch_take(context, CLPTI_REAL, bands * (2 * a->modes + 1) * rows * a->size, &scratch));
    CLPTI_TRY(clpti_run_kernel(
        context, &(clpti_launch){.file = "probe_gradient_lanes",
                                 .kernel = "probe_gradient_lanes",
                                 .options = "",
                                 .global = {bands},
                                 .local = {1, 1, 1},
                                 .args = CLPTI_ARGS(CLPTI_VIEW(a->object), CLPTI_LONG(a->height), CLPTI_LONG(a->width),
                                                    CLPTI_LONG(a->per_image), CLPTI_SELECTION(a->at),
                                                    CLPTI_LONG(a->at.count), CLPTI_VIEW(a->waves), CLPTI_LONG(a->modes),
                                                    CLPTI_INT(a->size), CLPTI_INT(rows), CLPTI_VIEW(a->gradient),
                                                    CLPTI_VIEW(a->patch_power), CLPTI_BUFFER(scratch))}));
cleanup:
    clpti_scratch_give(&scratch);
    return status;
}

/* ---- a GPU ---- */

enum { columns_across = 32, columns_rows = 4, columns_down = 2, modes_max = 4 };

static bool columns_apply(const clpt_context *context, const void *args)
{
    const clpti_probe_gradient_args *a = args;
    char requested[40];
    /* A forced variant is tried on any device. */
    bool gpu = context->device.type == CLPT_DEVICE_GPU ||
               clpti_requested_variant(context, "probe_gradient", requested, sizeof requested);
    return gpu && context->device.max_work_group >= columns_across * columns_down && a->size <= 32768 &&
           a->height <= 1 << 28 && a->width <= 1 << 28 && a->at.count <= 1 << 30;
}

static const char *const columns_options[modes_max] = {"-DCLPT_MODES=1", "-DCLPT_MODES=2", "-DCLPT_MODES=3",
                                                       "-DCLPT_MODES=4"};

static const clpti_part part = {"the programs of probe gradients", sizeof(bool), NULL};

/* Builds the programs for every number of modes, and for adding the slots, so that another number of modes or patterns
 * never needs a build. */
static clpt_status prepare_columns(clpt_context *context)
{
    clpt_status status = CLPT_OK;
    bool *are_ready = clpti_context_part(context, &part);
    if (!are_ready) return CLPT_ERROR_MEMORY;
    if (*are_ready) return CLPT_OK;
    for (int together = 1; together <= modes_max; together++)
        CLPTI_TRY(clpti_prepare_kernel(context, &(clpti_launch){.file = "probe_gradient_columns",
                                                                .kernel = "probe_gradient_columns",
                                                                .options = columns_options[together - 1]}));
    for (int complex = 0; complex < 2; complex++)
        CLPTI_TRY(clpti_prepare_kernel(
            context,
            &(clpti_launch){.file = "fold", .kernel = "fold_general", .options = clpti_element_option(complex)}));
    *are_ready = true;
cleanup:
    return status;
}

static clpt_status columns(clpt_context *context, const void *args)
{
    const clpti_probe_gradient_args *a = args;
    int64_t groups = (a->modes + modes_max - 1) / modes_max, together = (a->modes + groups - 1) / groups;
    int64_t patch = patch_of(a);
    groups = (a->modes + together - 1) / together;
    bool all_written = patch == a->size;
    clpt_status status = prepare_columns(context);
    if (status == CLPT_OK && !all_written) status = start_sums(a);
    if (status != CLPT_OK) return status;
    return clpti_run_kernel(
        context, &(clpti_launch){.file = "probe_gradient_columns",
                                 .kernel = "probe_gradient_columns",
                                 .options = columns_options[together - 1],
                                 .global = {patch, (patch + columns_rows - 1) / columns_rows, groups * slots_of(a)},
                                 .local = {columns_across, columns_down, 1},
                                 .args = CLPTI_ARGS(CLPTI_VIEW(a->object), CLPTI_INT(a->height), CLPTI_INT(a->width),
                                                    CLPTI_INT(a->per_image), CLPTI_SELECTION(a->at),
                                                    CLPTI_INT(a->at.count), CLPTI_VIEW(a->waves), CLPTI_INT(a->modes),
                                                    CLPTI_INT(a->size), CLPTI_INT(patch), CLPTI_INT(a->pad),
                                                    CLPTI_INT(slots_of(a)), CLPTI_VIEW(a->gradient),
                                                    CLPTI_VIEW(a->patch_power), CLPTI_INT(a->fresh && all_written))});
}

static const clpti_variant variants[] = {
    {"lanes", "a CPU, a side divisible by 16, no padding, one slot, and patch_power given", lanes_apply, lanes},
    {"columns", "a GPU, a side up to 32768, an object of up to 2^28 rows and columns, up to 2^30 patterns",
     columns_apply, columns},
    {"general", NULL, NULL, general},
    {0}};
const clpti_operation clpti_operation_probe_gradient = {"probe_gradient", clpti_ref_probe_gradient, variants};

clpt_status clpti_probe_gradient(clpt_context *context, const clpti_probe_gradient_args *args)
{
    return clpti_operation_run(context, &clpti_operation_probe_gradient, args);
}
