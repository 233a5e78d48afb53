/* SPDX-License-Identifier: Apache-2.0 */
/* Operations variable_probes, variable_changes, variable_fits and variable_sums. */
#include "ops/operation.h"
#include "ops/relaxation.h"
#include "ops/selection.h"

#define ORDER(s) CLPTI_ORDER((s).order), CLPTI_LONG((s).first), CLPTI_LONG((s).count)

static clpt_status probes_general(clpt_context *context, const void *args)
{
    const clpti_variable_probes_args *a = args;
    return clpti_run_kernel(
        context,
        &(clpti_launch){.file = "variable_probes",
                        .kernel = "variable_probes",
                        .options = "",
                        .global = {a->pixels, a->at.count},
                        .args = CLPTI_ARGS(CLPTI_VIEW(a->probe), CLPTI_VIEW(a->variable), CLPTI_VIEW(a->coefficients),
                                           ORDER(a->at), CLPTI_LONG(a->modes), CLPTI_LONG(a->variable_count),
                                           CLPTI_LONG(a->pixels), CLPTI_VIEW(a->out))});
}

static clpt_status changes_general(clpt_context *context, const void *args)
{
    const clpti_variable_changes_args *a = args;
    return clpti_run_kernel(
        context,
        &(clpti_launch){.file = "variable_probes",
                        .kernel = "variable_changes",
                        .options = "",
                        .global = {a->size, a->size, a->at.count},
                        .args = CLPTI_ARGS(CLPTI_VIEW(a->object), CLPTI_LONG(a->height), CLPTI_LONG(a->width),
                                           CLPTI_SELECTION(a->at), CLPTI_LONG(a->at.count), CLPTI_VIEW(a->waves),
                                           CLPTI_LONG(a->modes), CLPTI_LONG(a->size), CLPTI_VIEW(a->largest),
                                           CLPTI_FLOAT(a->alpha), CLPTI_VIEW(a->changes))});
}

static clpt_status fit_general(clpt_context *context, const void *args)
{
    const clpti_variable_fits_args *a = args;
    int32_t items = clpti_group_items(context);
    return clpti_run_kernel(
        context, &(clpti_launch){.file = "variable_probes",
                                 .kernel = "variable_fits",
                                 .options = "",
                                 .global = {a->variable_count * items, a->at.count},
                                 .local = {items, 1, 1},
                                 .args = CLPTI_ARGS(CLPTI_VIEW(a->variable), CLPTI_VIEW(a->changes), ORDER(a->at),
                                                    CLPTI_LONG(a->variable_count), CLPTI_LONG(a->pixels),
                                                    CLPTI_VIEW(a->fits), CLPTI_LOCAL(8 * items))});
}

static clpt_status sums_general(clpt_context *context, const void *args)
{
    const clpti_variable_sums_args *a = args;
    return clpti_run_kernel(
        context,
        &(clpti_launch){.file = "variable_probes",
                        .kernel = "variable_sums",
                        .options = "",
                        .global = {a->pixels, a->variable_count + 1},
                        .args = CLPTI_ARGS(CLPTI_VIEW(a->coefficients), CLPTI_VIEW(a->fits), CLPTI_FLOAT(a->step),
                                           CLPTI_VIEW(a->changes), ORDER(a->at), CLPTI_LONG(a->variable_count),
                                           CLPTI_LONG(a->pixels), CLPTI_VIEW(a->sums))});
}

static const clpti_variant probes_variants[] = {{"general", NULL, NULL, probes_general}, {0}};
static const clpti_variant changes_variants[] = {{"general", NULL, NULL, changes_general}, {0}};
static const clpti_variant fit_variants[] = {{"general", NULL, NULL, fit_general}, {0}};
static const clpti_variant sums_variants[] = {{"general", NULL, NULL, sums_general}, {0}};
const clpti_operation clpti_operation_variable_probes = {"variable_probes", clpti_ref_variable_probes, probes_variants};
const clpti_operation clpti_operation_variable_changes = {"variable_changes", clpti_ref_variable_changes,
                                                          changes_variants};
const clpti_operation clpti_operation_variable_fits = {"variable_fits", clpti_ref_variable_fits, fit_variants};
const clpti_operation clpti_operation_variable_sums = {"variable_sums", clpti_ref_variable_sums, sums_variants};

clpt_status clpti_variable_probes(clpt_context *context, const clpti_variable_probes_args *args)
{
    return clpti_operation_run(context, &clpti_operation_variable_probes, args);
}

clpt_status clpti_variable_changes(clpt_context *context, const clpti_variable_changes_args *args)
{
    return clpti_operation_run(context, &clpti_operation_variable_changes, args);
}

clpt_status clpti_variable_fits(clpt_context *context, const clpti_variable_fits_args *args)
{
    return clpti_operation_run(context, &clpti_operation_variable_fits, args);
}

clpt_status clpti_variable_sums(clpt_context *context, const clpti_variable_sums_args *args)
{
    return clpti_operation_run(context, &clpti_operation_variable_sums, args);
}
