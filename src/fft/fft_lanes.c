/* SPDX-License-Identifier: Apache-2.0 */
/* CPU-shaped transform: see cl/fft_lanes.cl. */
#include <stdlib.h>

#include "cl/runtime.h"
#include "fft/fft.h"
#include "fft/twiddles.h"

enum { smallest_side = 16, largest_side = 8192, items_per_unit = 4 };

typedef struct lanes_plan {
    int factor_count;
    clpt_buffer *factors, *twiddles, *scratch;
    int64_t items; /* capacity of the scratch, in work-items */
} lanes_plan;

static int factor(int64_t side, int64_t factors[CLPTI_MAX_FACTORS])
{
    static const int radices[] = {8, 4, 2, 3, 5, 7, 11, 13, 0};
    return clpti_factors(side, radices, factors);
}

static bool applicable(const clpt_context *context, int64_t side)
{
    int64_t factors[CLPTI_MAX_FACTORS];
    if (side < smallest_side || side > largest_side || clpti_capabilities_of(context)->loop_limit) return false;
    int count = factor(side, factors);
    return factors[count - 1] <= 13;
}

static bool preferred(const clpt_context *context, int64_t side)
{
    (void)side;
    return clpti_capabilities_of(context)->cpu_shaped;
}

static void destroy(clpti_fft *fft)
{
    lanes_plan *plan = fft->state;
    clpt_buffer_destroy(&plan->factors);
    clpt_buffer_destroy(&plan->twiddles);
    clpt_buffer_destroy(&plan->scratch);
    free(plan);
    fft->state = NULL;
}

static clpt_status create(clpti_fft *fft)
{
    clpt_status status = CLPT_OK;
    clpt_context *context = fft->context;
    lanes_plan *plan = calloc(1, sizeof *plan);
    if (!plan) return clpti_fail(&context->message, CLPT_ERROR_MEMORY, "out of host memory for an FFT plan");
    fft->state = plan;
    int64_t factors[CLPTI_MAX_FACTORS];
    int32_t radices[CLPTI_MAX_FACTORS];
    plan->factor_count = factor(fft->side, factors);
    for (int i = 0; i < plan->factor_count; i++) radices[i] = (int32_t)factors[i];
    plan->items = (int64_t)context->device.compute_units * items_per_unit;
    if (plan->items > fft->capacity) plan->items = fft->capacity;
    CLPTI_TRY(clpti_twiddles_create(context, fft->side, &plan->twiddles));
    CLPTI_TRY(clpti_buffer_create(context, CLPTI_INDEX, plan->factor_count, &plan->factors));
    CLPTI_TRY(clpti_upload(clpti_view_of(plan->factors), radices, plan->factor_count));
    int64_t item_floats = (2 * fft->side * fft->side + 15) / 16 * 16 + 64 * fft->side;
    CLPTI_TRY(clpti_buffer_create(context, CLPTI_REAL, plan->items * item_floats, &plan->scratch));
cleanup:
    return status; /* the caller destroys a plan that failed */
}

static clpt_status run(clpti_fft *fft, int64_t count, int direction)
{
    lanes_plan *plan = fft->state;
    return clpti_run_kernel(
        fft->context,
        &(clpti_launch){.file = "fft_lanes",
                        .kernel = "fft_lanes",
                        .lanes = true,
                        .options = "",
                        .global = {count < plan->items ? count : plan->items},
                        .local = {1, 1, 1},
                        .args = CLPTI_ARGS(CLPTI_BUFFER(fft->waves), CLPTI_LONG(count), CLPTI_INT(fft->side),
                                           CLPTI_BUFFER(plan->twiddles), CLPTI_BUFFER(plan->factors),
                                           CLPTI_INT(plan->factor_count), CLPTI_BUFFER(plan->scratch),
                                           CLPTI_INT(direction == CLPTI_INVERSE))});
}

const clpti_fft_provider clpti_fft_lanes = {
    .name = "lanes",
    .needs = "a side of 16 to 8192 whose factors are 2, 3, 5, 7, 11 and 13, and a device that does not limit loops",
    .preferred = preferred,
    .applicable = applicable,
    .create = create,
    .run = run,
    .destroy = destroy,
};
