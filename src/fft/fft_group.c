/* SPDX-License-Identifier: Apache-2.0 */
/* GPU-shaped transform, see cl/fft_group.cl: columns, then rows of a few waves at a time, which stay in a GPU's
 * last-level cache in between. */
#include <stdlib.h>

#include "cl/runtime.h"
#include "core/tuning.h"
#include "fft/fft.h"
#include "fft/mixed_radix.h"
#include "fft/twiddles.h"

typedef struct group_plan {
    clpti_mixed_radix mixed;
    char options[CLPTI_MIXED_OPTIONS];
    clpt_buffer *roots;
} group_plan;

static bool applicable(const clpt_context *context, int64_t side)
{
    clpti_mixed_radix mixed;
    return clpti_mixed_radix_find(context, side, &mixed);
}

static bool preferred(const clpt_context *context, int64_t side)
{
    return !clpti_capabilities_of(context)->cpu_shaped && side >= clpti_tuned_number(context, CLPTI_TUNING_GROUP_SIDE);
}

static void destroy(clpti_fft *fft)
{
    group_plan *plan = fft->state;
    clpt_buffer_destroy(&plan->roots);
    free(plan);
    fft->state = NULL;
}

static clpt_status create(clpti_fft *fft)
{
    group_plan *plan = calloc(1, sizeof *plan);
    if (!plan) return clpti_fail(&fft->context->message, CLPT_ERROR_MEMORY, "out of host memory for an FFT plan");
    fft->state = plan;
    clpti_mixed_radix_find(fft->context, fft->side, &plan->mixed);
    clpti_mixed_radix_options(&plan->mixed, fft->side, plan->options);
    return clpti_twiddles_create(fft->context, fft->side, &plan->roots); /* the caller destroys a plan that failed */
}

static clpt_status lines(clpti_fft *fft, const char *kernel, int64_t first, int64_t count, int direction)
{
    group_plan *plan = fft->state;
    int64_t group = plan->mixed.items * plan->mixed.lines;
    int64_t blocks = (fft->side + plan->mixed.lines - 1) / plan->mixed.lines;
    return clpti_run_kernel(
        fft->context,
        &(clpti_launch){.file = "fft_group",
                        .kernel = kernel,
                        .options = plan->options,
                        .global = {group * blocks, count},
                        .local = {(int32_t)group, 1, 1},
                        .args = CLPTI_ARGS(CLPTI_BUFFER(fft->waves), CLPTI_LONG(first), CLPTI_BUFFER(plan->roots),
                                           CLPTI_INT(direction == CLPTI_INVERSE))});
}

static clpt_status run(clpti_fft *fft, int64_t count, int direction)
{
    clpt_status status = CLPT_OK;
    int64_t chunk = clpti_tuned(fft->context, CLPTI_TUNING_FIELD_BYTES) / (8 * fft->side * fft->side);
    if (chunk < 1) chunk = 1;
    for (int64_t first = 0; first < count; first += chunk) {
        int64_t part = count - first < chunk ? count - first : chunk;
        CLPTI_TRY(lines(fft, "fft_group_columns", first, part, direction));
        CLPTI_TRY(lines(fft, "fft_group_rows", first, part, direction));
    }
cleanup:
    return status;
}

const clpti_fft_provider clpti_fft_group = {
    .name = "group",
    .needs = CLPTI_MIXED_NEEDS,
    .preferred = preferred,
    .applicable = applicable,
    .create = create,
    .run = run,
    .destroy = destroy,
};
