/* SPDX-License-Identifier: Apache-2.0 */
#include "ops/adjoint.h"
#include "ops/operation.h"

/* Blocks in chunks of at most this many bytes: sums continue from chunk to chunk in order. */
enum { step_bytes = 64 << 20 };

static clpt_status chunk(clpt_context *context, const clpti_object_gradient_args *a, int64_t side,
                         const clpti_selection *at, clpt_buffer *step)
{
    clpt_status status = CLPT_OK;
    int64_t done = at->first - a->at.first;
    CLPTI_TRY(clpti_backproject(
        context, &(clpti_backproject_args){.waves = clpti_view_at(a->waves, done * a->modes * a->size * a->size),
                                           .probe = a->probe,
                                           .count = at->count,
                                           .modes = a->modes,
                                           .size = a->size,
                                           .patch = side,
                                           .pad = a->pad,
                                           .step = clpti_view_of(step)}));
    CLPTI_TRY(clpti_gather(context, &(clpti_gather_args){.patches = clpti_view_of(step),
                                                         .complex = true,
                                                         .size = side,
                                                         .crop = side,
                                                         .at = *at,
                                                         .weights = a->weights,
                                                         .canvas = a->canvas,
                                                         .weight_sum = a->weight_sum,
                                                         .height = a->height,
                                                         .width = a->width}));
cleanup:
    return status;
}

static clpt_status composed(clpt_context *context, const void *args)
{
    const clpti_object_gradient_args *a = args;
    clpt_status status = CLPT_OK;
    clpt_buffer *step = NULL;
    int64_t side = a->patch ? a->patch : a->size;
    int64_t room = step_bytes / (side * side * (int64_t)clpti_element_size(context, CLPTI_COMPLEX));
    if (room < 1) room = 1;
    if (room > a->at.count) room = a->at.count;
    CLPTI_TRY(clpti_scratch_take(context, CLPTI_COMPLEX, room * side * side, &step));
    for (int64_t done = 0; done < a->at.count; done += room) {
        clpti_selection at = a->at;
        at.first += done;
        at.count = a->at.count - done < room ? a->at.count - done : room;
        CLPTI_TRY(chunk(context, a, side, &at, step));
    }
cleanup:
    clpti_scratch_give(&step);
    return status;
}

/* The steps choose their own reference, so the composition serves both kinds of context. */
static const clpti_variant variants[] = {{"composed", NULL, NULL, composed}, {0}};
static const clpti_operation operation = {"object_gradient", composed, variants};

clpt_status clpti_object_gradient(clpt_context *context, const clpti_object_gradient_args *args)
{
    return clpti_operation_run(context, &operation, args);
}
