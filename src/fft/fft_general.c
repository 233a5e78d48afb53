/* SPDX-License-Identifier: Apache-2.0 */
/* The fallback FFT: rows, then columns, one kernel per factor of the side. Supports every side and device; compiles
 * once. */
#include <stdlib.h>

#include "cl/runtime.h"
#include "fft/fft.h"
#include "fft/twiddles.h"

typedef struct general_plan {
    int64_t factors[CLPTI_MAX_FACTORS];
    int factor_count;
    clpt_buffer *twiddles;
    clpt_buffer *other; /* the stages alternate between this buffer and the plan's waves */
} general_plan;

static bool applicable(const clpt_context *context, int64_t side)
{
    (void)context;
    (void)side;
    return true;
}

static void destroy(clpti_fft *fft)
{
    general_plan *plan = fft->state;
    clpt_buffer_destroy(&plan->other);
    clpt_buffer_destroy(&plan->twiddles);
    free(plan);
    fft->state = NULL;
}

static clpt_status create(clpti_fft *fft)
{
    static const int radices[] = {4, 0};
    clpt_status status = CLPT_OK;
    general_plan *plan = calloc(1, sizeof *plan);
    if (!plan) return clpti_fail(&fft->context->message, CLPT_ERROR_MEMORY, "out of host memory for an FFT plan");
    fft->state = plan;
    plan->factor_count = clpti_factors(fft->side, radices, plan->factors);
    CLPTI_TRY(clpti_twiddles_create(fft->context, fft->side, &plan->twiddles));
    CLPTI_TRY(clpti_buffer_create(fft->context, CLPTI_COMPLEX, fft->capacity * fft->side * fft->side, &plan->other));
cleanup:
    return status; /* the caller destroys a plan that failed */
}

static clpt_status stage(clpti_fft *fft, clpt_buffer *from, clpt_buffer *to, int64_t count, int64_t radix,
                         int64_t stride, bool down, int direction)
{
    general_plan *plan = fft->state;
    return clpti_run_kernel(
        fft->context, &(clpti_launch){.file = "fft_general",
                                      .kernel = "fft_general_stage",
                                      .options = "",
                                      .global = {fft->side, fft->side, count},
                                      .args = CLPTI_ARGS(CLPTI_BUFFER(from), CLPTI_BUFFER(to),
                                                         CLPTI_BUFFER(plan->twiddles), CLPTI_LONG(count),
                                                         CLPTI_LONG(fft->side), CLPTI_LONG(radix), CLPTI_LONG(stride),
                                                         CLPTI_INT(down), CLPTI_INT(direction == CLPTI_INVERSE))});
}

/* Rows and columns take the same number of stages, so the result ends in the buffer it started in. */
static clpt_status run(clpti_fft *fft, int64_t count, int direction)
{
    general_plan *plan = fft->state;
    clpt_buffer *from = fft->waves, *to = plan->other;
    for (int down = 0; down < 2; down++) {
        int64_t stride = 1;
        for (int i = 0; i < plan->factor_count; i++) {
            clpt_status status = stage(fft, from, to, count, plan->factors[i], stride, down, direction);
            if (status != CLPT_OK) return status;
            stride *= plan->factors[i];
            clpt_buffer *spare = from;
            from = to;
            to = spare;
        }
    }
    return CLPT_OK;
}

const clpti_fft_provider clpti_fft_general = {
    .name = "general",
    .needs = "nothing",
    .applicable = applicable,
    .create = create,
    .run = run,
    .destroy = destroy,
};
