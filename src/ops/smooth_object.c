/* SPDX-License-Identifier: Apache-2.0 */
/* Operation smooth_object: one pass of a separable convolution of the object. */
#include <math.h>

#include "ops/constraint.h"
#include "ops/operation.h"
#include "ops/selection.h"

static clpt_status pass(clpt_context *context, const clpti_smooth_object_args *a, clpti_view in, bool by_rows,
                        clpti_view weights, int radius, double keep, clpti_view out)
{
    return clpti_run_kernel(
        context, &(clpti_launch){.file = "smooth_object",
                                 .kernel = "smooth_object_pass",
                                 .options = "",
                                 .global = {a->width, a->height},
                                 .args = CLPTI_ARGS(CLPTI_VIEW(in), CLPTI_LONG(a->height), CLPTI_LONG(a->width),
                                                    CLPTI_INT(by_rows), CLPTI_VIEW(weights), CLPTI_INT(radius),
                                                    CLPTI_FLOAT(keep), CLPTI_VIEW(out))});
}

/* Weights of the pass along x, and, multiplied by `mix`, of the pass along y. */
static int fill_weights(const clpti_smooth_object_args *a, float *weights)
{
    int radius = (int)ceil(3.0 * a->sigma);
    double sum = 1.0;
    for (int k = 1; k <= radius; k++) sum += 2.0 * exp(-0.5 * k * k / (a->sigma * a->sigma));
    for (int k = 0; k <= radius; k++) {
        double weight = exp(-0.5 * k * k / (a->sigma * a->sigma)) / sum;
        weights[k] = (float)weight;
        weights[radius + 1 + k] = (float)(a->mix * weight);
    }
    return radius;
}

static clpt_status general(clpt_context *context, const void *args)
{
    const clpti_smooth_object_args *a = args;
    clpt_status status = CLPT_OK;
    clpt_buffer *along = NULL, *weights = NULL;
    float host[2 * (3 * CLPTI_SMOOTH_OBJECT_MOST + 1)];
    int radius = fill_weights(a, host);
    CLPTI_TRY(clpti_scratch_take(context, CLPTI_COMPLEX, a->height * a->width, &along));
    CLPTI_TRY(clpti_scratch_take(context, CLPTI_REAL, 2 * (radius + 1), &weights));
    CLPTI_TRY(clpti_upload(clpti_view_of(weights), host, 2 * (radius + 1)));
    CLPTI_TRY(pass(context, a, a->field, false, clpti_view_of(weights), radius, 0.0, clpti_view_of(along)));
    CLPTI_TRY(pass(context, a, clpti_view_of(along), true, (clpti_view){weights, radius + 1}, radius, 1.0 - a->mix,
                   a->field));
cleanup:
    clpti_scratch_give(&weights);
    clpti_scratch_give(&along);
    return status;
}

static const clpti_variant variants[] = {{"general", NULL, NULL, general}, {0}};
const clpti_operation clpti_operation_smooth_object = {"smooth_object", clpti_ref_smooth_object, variants};

clpt_status clpti_smooth_object(clpt_context *context, const clpti_smooth_object_args *args)
{
    return clpti_operation_run(context, &clpti_operation_smooth_object, args);
}
