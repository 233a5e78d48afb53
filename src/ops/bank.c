/* SPDX-License-Identifier: Apache-2.0 */
/* Operations bank_probes and bank_sums. */
#include "ops/operation.h"
#include "ops/selection.h"
#include "ops/subpixel.h"

#define CHOSEN(s) CLPTI_BUFFER((s).positions->pairs), CLPTI_ORDER((s).order), CLPTI_LONG((s).first)
#define SUMS_ARGS(a)                                                                                                   \
    CLPTI_VIEW((a)->object), CLPTI_LONG((a)->height), CLPTI_LONG((a)->width), CLPTI_SELECTION((a)->at),                \
        CLPTI_BUFFER((a)->fractions->pairs), CLPTI_INT((a)->bank), CLPTI_LONG((a)->at.count), CLPTI_VIEW((a)->waves),  \
        CLPTI_LONG((a)->modes), CLPTI_LONG((a)->size)

static clpt_status probes_general(clpt_context *context, const void *args)
{
    const clpti_bank_probes_args *a = args;
    int64_t elements = a->modes * a->size * a->size;
    return clpti_run_kernel(context,
                            &(clpti_launch){.file = "bank",
                                            .kernel = "bank_probes_general",
                                            .options = "",
                                            .global = {elements, a->at.count},
                                            .args = CLPTI_ARGS(CLPTI_VIEW(a->copies), CLPTI_INT(a->bank), CHOSEN(a->at),
                                                               CLPTI_LONG(a->at.count), CLPTI_LONG(elements),
                                                               CLPTI_INT(a->axis), CLPTI_VIEW(a->out))});
}

static bool probes_lanes_apply(const clpt_context *context, const void *args)
{
    const clpti_bank_probes_args *a = args;
    return clpti_capabilities_of(context)->cpu_shaped && a->size % 8 == 0 && a->axis == CLPTI_AXIS_NONE;
}

static clpt_status probes_lanes(clpt_context *context, const void *args)
{
    const clpti_bank_probes_args *a = args;
    return clpti_run_kernel(context,
                            &(clpti_launch){.file = "bank_lanes",
                                            .kernel = "bank_probes_lanes",
                                            .options = "",
                                            .global = {a->modes * a->size, a->at.count},
                                            .local = {1, 1, 1},
                                            .args = CLPTI_ARGS(CLPTI_VIEW(a->copies), CLPTI_INT(a->bank), CHOSEN(a->at),
                                                               CLPTI_LONG(a->modes * a->size * a->size),
                                                               CLPTI_LONG(a->size), CLPTI_VIEW(a->out))});
}

/* Zeroes fresh sums, for kernels that add to what is there. */
static clpt_status start_sums(const clpti_bank_sums_args *a)
{
    clpt_status status = CLPT_OK;
    int64_t pixels = a->slots * a->size * a->size, copies = (a->bank + 1) * (a->bank + 1);
    if (!a->fresh) return CLPT_OK;
    CLPTI_TRY(clpti_zero(a->sums, copies * a->modes * pixels));
    if (a->patch_power.buffer) CLPTI_TRY(clpti_zero(a->patch_power, pixels));
cleanup:
    return status;
}

static clpt_status sums_general(clpt_context *context, const void *args)
{
    const clpti_bank_sums_args *a = args;
    clpt_status status = start_sums(a);
    if (status != CLPT_OK) return status;
    return clpti_run_kernel(context,
                            &(clpti_launch){.file = "bank",
                                            .kernel = "bank_sums_general",
                                            .options = "",
                                            .global = {a->size, a->size, a->modes * a->slots},
                                            .args = CLPTI_ARGS(SUMS_ARGS(a), CLPTI_LONG(a->slots), CLPTI_VIEW(a->sums),
                                                               CLPTI_VIEW(a->patch_power))});
}

static bool sums_lanes_apply(const clpt_context *context, const void *args)
{
    const clpti_bank_sums_args *a = args;
    return clpti_capabilities_of(context)->cpu_shaped && a->size % 16 == 0 && a->slots == 1 && a->patch_power.buffer;
}

enum { items_per_unit = 4, band_bytes = 32 << 10, rows_max = 4 };

static clpt_status sums_lanes(clpt_context *context, const void *args)
{
    const clpti_bank_sums_args *a = args;
    clpt_status status = CLPT_OK;
    clpt_buffer *scratch = NULL;
    int64_t items = (int64_t)context->device.compute_units * items_per_unit, copies = (a->bank + 1) * (a->bank + 1);
    int64_t row = (2 * copies + 1) * a->size, rows = band_bytes / (row * (int64_t)sizeof(float));
    if (rows > rows_max) rows = rows_max;
    if (rows < 1) rows = 1;
    if (items > (a->size + rows - 1) / rows) items = (a->size + rows - 1) / rows;
    CLPTI_TRY(start_sums(a));
    CLPTI_TRY(clpti_scratch_take(context, CLPTI_REAL, items * rows * row, &scratch));
    CLPTI_TRY(clpti_run_kernel(context,
                               &(clpti_launch){.file = "bank_lanes",
                                               .kernel = "bank_sums_lanes",
                                               .options = "",
                                               .global = {items},
                                               .local = {1, 1, 1},
                                               .args = CLPTI_ARGS(SUMS_ARGS(a), CLPTI_LONG(rows), CLPTI_VIEW(a->sums),
                                                                  CLPTI_VIEW(a->patch_power), CLPTI_BUFFER(scratch))}));
cleanup:
    clpti_scratch_give(&scratch);
    return status;
}

enum { cells_items = 64, largest_side = 32768, patterns_max = 1 << 30, object_side_max = 1 << 28 };

static bool sums_cells_apply(const clpt_context *context, const void *args)
{
    const clpti_bank_sums_args *a = args;
    char wanted[40];
    /* A forced variant is tried on any device. */
    bool gpu =
        context->device.type == CLPT_DEVICE_GPU || clpti_requested_variant(context, "bank_sums", wanted, sizeof wanted);
    return gpu && a->slots == 1 && context->device.max_work_group >= cells_items && a->size <= largest_side &&
           a->at.count <= patterns_max && a->height <= object_side_max && a->width <= object_side_max;
}

static clpt_status sums_cells(clpt_context *context, const void *args)
{
    const clpti_bank_sums_args *a = args;
    int64_t planes = (a->bank + 1) * (a->bank + 1) * a->modes, pixels = a->size * a->size;
    return clpti_run_kernel(
        context, &(clpti_launch){.file = "bank_cells",
                                 .kernel = "bank_sums_cells",
                                 .options = "",
                                 .global = {pixels, planes + (a->patch_power.buffer != NULL)},
                                 .local = {cells_items, 1, 1},
                                 .args = CLPTI_ARGS(CLPTI_VIEW(a->object), CLPTI_LONG(a->height), CLPTI_LONG(a->width),
                                                    CLPTI_SELECTION(a->at), CLPTI_BUFFER(a->fractions->pairs),
                                                    CLPTI_INT(a->bank), CLPTI_INT(a->at.count), CLPTI_VIEW(a->waves),
                                                    CLPTI_INT(a->modes), CLPTI_INT(a->size), CLPTI_VIEW(a->sums),
                                                    CLPTI_VIEW(a->patch_power), CLPTI_INT(a->fresh))});
}

static const clpti_variant probes_variants[] = {
    {"lanes", "a CPU, a side divisible by 8, and no derivative", probes_lanes_apply, probes_lanes},
    {"general", NULL, NULL, probes_general},
    {0}};
static const clpti_variant sums_variants[] = {
    {"lanes", "a CPU, a side divisible by 16, one slot, and patch_power given", sums_lanes_apply, sums_lanes},
    {"cells",
     "a GPU, one slot, a side up to 32768, an object of up to 2^28 rows and columns, up to 2^30 "
     "patterns",
     sums_cells_apply, sums_cells},
    {"general", NULL, NULL, sums_general},
    {0}};
const clpti_operation clpti_operation_bank_probes = {"bank_probes", clpti_ref_bank_probes, probes_variants};
const clpti_operation clpti_operation_bank_sums = {"bank_sums", clpti_ref_bank_sums, sums_variants};

clpt_status clpti_bank_probes(clpt_context *context, const clpti_bank_probes_args *args)
{
    return clpti_operation_run(context, &clpti_operation_bank_probes, args);
}

clpt_status clpti_bank_sums(clpt_context *context, const clpti_bank_sums_args *args)
{
    return clpti_operation_run(context, &clpti_operation_bank_sums, args);
}
