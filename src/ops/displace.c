/* SPDX-License-Identifier: Apache-2.0 */
/* Operation displace: displacements of all positions from their fits, restricted to an affine map. */
#include <math.h>

#include "ops/engine.h"
#include "ops/operation.h"
#include "ops/selection.h"

static clpt_status add_up(clpt_context *context, const clpti_displace_args *a, int row, clpt_buffer *totals)
{
    int32_t items = clpti_group_items(context);
    return clpti_run_kernel(context,
                            &(clpti_launch){.file = "displace",
                                            .kernel = "displace_sums",
                                            .options = "",
                                            .global = {items},
                                            .local = {items, 1, 1},
                                            .args = CLPTI_ARGS(CLPTI_BUFFER(a->positions->pairs), CLPTI_LONG(a->count),
                                                               CLPTI_VIEW(a->moved), CLPTI_INT(row),
                                                               CLPTI_BUFFER(totals), CLPTI_LOCAL(4 * 8 * items))});
}

static clpt_status add_up_rows(clpt_context *context, const clpti_displace_args *a, clpt_buffer *totals)
{
    clpt_status status = CLPT_OK;
    for (int row = 0; row < 2; row++) CLPTI_TRY(add_up(context, a, row, totals));
cleanup:
    return status;
}

/* The linear map M, from the sums at the current positions. */
static clpt_status find_map(clpt_context *context, const clpti_displace_args *a, clpt_buffer *totals)
{
    clpt_status status = CLPT_OK;
    int32_t items = clpti_group_items(context);
    CLPTI_TRY(clpti_run_kernel(
        context, &(clpti_launch){.file = "displace",
                                 .kernel = "displace_map_sums",
                                 .options = "",
                                 .global = {items},
                                 .local = {items, 1, 1},
                                 .args = CLPTI_ARGS(CLPTI_VIEW(a->sums), CLPTI_LONG(a->count), CLPTI_FLOAT(a->damping),
                                                    CLPTI_BUFFER(totals), CLPTI_LOCAL(4 * 16 * items))}));
    CLPTI_TRY(clpti_run_kernel(
        context, &(clpti_launch){.file = "displace",
                                 .kernel = "displace_map",
                                 .options = "",
                                 .global = {1},
                                 .args = CLPTI_ARGS(CLPTI_BUFFER(totals), CLPTI_LONG(a->count), CLPTI_FLOAT(a->damping),
                                                    CLPTI_FLOAT(2.0 * fmax(a->stretch, 0.0) / (double)a->size),
                                                    CLPTI_FLOAT(a->map_limit))}));
cleanup:
    return status;
}

/* Components of the map to keep, in the encoding of displace_hold: none, all except dilation, all. */
static int kept(const clpti_displace_args *a)
{
    if (a->stretch < 0.0) return 0;
    return a->dilation ? 2 : 1;
}

static clpt_status general(clpt_context *context, const void *args)
{
    const clpti_displace_args *a = args;
    clpt_status status = CLPT_OK;
    clpt_buffer *totals = NULL;
    CLPTI_TRY(clpti_scratch_take(context, CLPTI_REAL, 36, &totals));
    CLPTI_TRY(add_up_rows(context, a, totals));
    CLPTI_TRY(find_map(context, a, totals));
    CLPTI_TRY(clpti_run_kernel(
        context,
        &(clpti_launch){.file = "displace",
                        .kernel = "displace_step",
                        .options = "",
                        .global = {a->count},
                        .args = CLPTI_ARGS(CLPTI_VIEW(a->sums), CLPTI_BUFFER(a->positions->pairs), CLPTI_LONG(a->count),
                                           CLPTI_VIEW(a->moved), CLPTI_BUFFER(totals), CLPTI_FLOAT(a->step),
                                           CLPTI_FLOAT(a->damping), CLPTI_FLOAT(a->limit))}));
    CLPTI_TRY(add_up_rows(context, a, totals));
    CLPTI_TRY(clpti_run_kernel(
        context, &(clpti_launch){.file = "displace",
                                 .kernel = "displace_hold",
                                 .options = "",
                                 .global = {a->count},
                                 .args = CLPTI_ARGS(CLPTI_BUFFER(a->positions->pairs), CLPTI_LONG(a->count),
                                                    CLPTI_VIEW(a->moved), CLPTI_BUFFER(totals), CLPTI_FLOAT(a->pull),
                                                    CLPTI_INT(kept(a)), CLPTI_FLOAT(a->range))}));
cleanup:
    clpti_scratch_give(&totals);
    return status;
}

static const clpti_variant variants[] = {{"general", NULL, NULL, general}, {0}};
const clpti_operation clpti_operation_displace = {"displace", clpti_ref_displace, variants};

clpt_status clpti_displace(clpt_context *context, const clpti_displace_args *args)
{
    return clpti_operation_run(context, &clpti_operation_displace, args);
}
