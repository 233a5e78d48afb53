/* SPDX-License-Identifier: Apache-2.0 */
#include "ops/operation.h"
#include "ops/selection.h"

static clpt_status general(clpt_context *context, const void *args)
{
    const clpti_project_args *a = args;
    int32_t columns = clpti_group_columns(context), rows = clpti_group_rows(context);
    return clpti_run_kernel(
        context, &(clpti_launch){
                     .file = "project",
                     .kernel = "project_general",
                     .options = "",
                     .global = {a->count * columns, rows},
                     .local = {columns, rows, 1},
                     .args = CLPTI_ARGS(CLPTI_VIEW(a->waves), CLPTI_LONG(a->count), CLPTI_LONG(a->modes),
                                        CLPTI_LONG(a->size), CLPTI_FLOAT(a->factor), CLPTI_FLOAT(a->scale),
                                        CLPTI_VIEW(a->measured), CLPTI_VIEW(a->mask), CLPTI_INT(a->mask_per_pattern),
                                        CLPTI_ORDER(a->order), CLPTI_LONG(a->first), CLPTI_INT(a->only_error),
                                        CLPTI_VIEW(a->misfit), CLPTI_VIEW(a->total), CLPTI_LOCAL(8 * columns * rows))});
}

static bool lanes_apply(const clpt_context *context, const void *args)
{
    const clpti_project_args *a = args;
    return clpti_capabilities_of(context)->cpu_shaped && a->size % 16 == 0;
}

static clpt_status lanes(clpt_context *context, const void *args)
{
    const clpti_project_args *a = args;
    return clpti_run_kernel(
        context,
        &(clpti_launch){.file = "project_lanes",
                        .kernel = "project_lanes",
                        .options = "",
                        .global = {a->count},
                        .local = {1, 1, 1},
                        .args = CLPTI_ARGS(CLPTI_VIEW(a->waves), CLPTI_LONG(a->modes), CLPTI_LONG(a->size),
                                           CLPTI_FLOAT(a->factor), CLPTI_FLOAT(a->scale), CLPTI_VIEW(a->measured),
                                           CLPTI_VIEW(a->mask), CLPTI_INT(a->mask_per_pattern), CLPTI_ORDER(a->order),
                                           CLPTI_LONG(a->first), CLPTI_INT(a->only_error), CLPTI_VIEW(a->misfit),
                                           CLPTI_VIEW(a->total))});
}

static const clpti_variant variants[] = {
    {"lanes", "a CPU and a side divisible by 16", lanes_apply, lanes}, {"general", NULL, NULL, general}, {0}};
static const clpti_operation operation = {"project", clpti_ref_project, variants};

clpt_status clpti_project(clpt_context *context, const clpti_project_args *args)
{
    return clpti_operation_run(context, &operation, args);
}
