/* SPDX-License-Identifier: Apache-2.0 */
#include "ops/operation.h"
#include "ops/selection.h"

static clpt_status merge(clpt_context *context, const clpti_reassemble_group_args *a, clpt_buffer *total)
{
    return clpti_run_kernel(
        context,
        &(clpti_launch){.file = "reassemble_group",
                        .kernel = "reassemble_group_general",
                        .options = clpti_element_option(a->complex),
                        .global = {a->side, a->side, a->groups},
                        .args = CLPTI_ARGS(CLPTI_VIEW(a->patches), CLPTI_LONG(a->groups), CLPTI_LONG(a->per_group),
                                           CLPTI_LONG(a->size), CLPTI_SELECTION(a->at), CLPTI_INT(a->weight),
                                           CLPTI_VIEW(a->power), CLPTI_VIEW(a->canvas), CLPTI_LONG(a->side),
                                           CLPTI_BUFFER(total))});
}

static clpt_status cut_off(clpt_context *context, const clpti_reassemble_group_args *a, clpt_buffer *total,
                           clpt_buffer *largest)
{
    int64_t pixels = a->side * a->side;
    return clpti_run_kernel(
        context, &(clpti_launch){.file = "reassemble_group",
                                 .kernel = "reassemble_group_cutoff",
                                 .options = clpti_element_option(a->complex),
                                 .global = {pixels, a->groups},
                                 .args = CLPTI_ARGS(CLPTI_VIEW(a->canvas), CLPTI_BUFFER(total), CLPTI_BUFFER(largest),
                                                    CLPTI_LONG(a->groups), CLPTI_LONG(pixels))});
}

static clpt_status general(clpt_context *context, const void *args)
{
    const clpti_reassemble_group_args *a = args;
    if (a->weight != CLPT_WEIGHT_PROBE) return merge(context, a, NULL);
    clpt_status status = CLPT_OK;
    clpt_buffer *total = NULL, *largest = NULL;
    int64_t pixels = a->side * a->side;
    CLPTI_TRY(clpti_scratch_take(context, CLPTI_REAL, a->groups * pixels, &total));
    CLPTI_TRY(clpti_scratch_take(context, CLPTI_REAL, a->groups, &largest));
    CLPTI_TRY(merge(context, a, total));
    CLPTI_TRY(clpti_largest(context, &(clpti_largest_args){.values = clpti_view_of(total),
                                                           .groups = a->groups,
                                                           .count = pixels,
                                                           .out = clpti_view_of(largest)}));
    CLPTI_TRY(cut_off(context, a, total, largest));
cleanup:
    clpti_scratch_give(&largest);
    clpti_scratch_give(&total);
    return status;
}

static const clpti_variant variants[] = {{"general", NULL, NULL, general}, {0}};
static const clpti_operation operation = {"reassemble_group", clpti_ref_reassemble_group, variants};

clpt_status clpti_reassemble_group(clpt_context *context, const clpti_reassemble_group_args *args)
{
    return clpti_operation_run(context, &operation, args);
}
