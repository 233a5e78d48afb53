/* SPDX-License-Identifier: Apache-2.0 */
#include "solve/intensity.h"

#include <stdlib.h>

#include "core/memory.h"
#include "solve/levels.h"

static const double limit = 1.5; /* most that a pattern's power changes by in an iteration */

static bool is_refining(const clpt_solver *s)
{
    return s->scales && s->iteration >= s->options.intensity_start;
}

clpti_view clpti_intensity_scales(const clpt_solver *s)
{
    return clpti_view_of(is_refining(s) ? s->scales : NULL);
}

clpt_status clpti_intensity_create(clpt_solver *s)
{
    clpt_status status = CLPT_OK;
    double *ones = NULL;
    if (s->options.intensity_start <= 0) return CLPT_OK;
    if (!(ones = clpti_malloc(s->count, sizeof *ones)))
        CLPTI_TRY(clpti_fail(&s->context->message, CLPT_ERROR_MEMORY, "clpt_solver_create: no host memory for %lld",
                             (long long)s->count));
    for (int64_t k = 0; k < s->count; k++) ones[k] = 1.0;
    CLPTI_TRY(clpti_buffer_create(s->context, CLPTI_REAL, s->count, &s->scales));
    CLPTI_TRY(clpti_buffer_create(s->context, CLPTI_REAL, 2 * s->count, &s->scale_sums));
    CLPTI_TRY(clpti_field_upload(clpti_view_of(s->scales), ones, CLPT_TYPE_F64, s->count));
cleanup:
    free(ones);
    return status;
}

void clpti_intensity_destroy(clpt_solver *s)
{
    clpt_buffer_destroy(&s->scales);
    clpt_buffer_destroy(&s->scale_sums);
}

static clpt_status add(clpt_solver *s, clpti_misfit_args *misfit)
{
    misfit->sums = clpti_view_at(clpti_view_of(s->scale_sums), 2 * misfit->seen.first);
    return clpti_scale_sums(s->context, misfit);
}

clpt_status clpti_intensity_after(clpt_solver *s)
{
    clpt_status status = CLPT_OK;
    if (!is_refining(s)) return CLPT_OK;
    CLPTI_TRY(clpti_levels_visit(s, add));
    CLPTI_TRY(clpti_rescale(s->context, &(clpti_rescale_args){.sums = clpti_view_of(s->scale_sums),
                                                              .scales = clpti_view_of(s->scales),
                                                              .count = s->count,
                                                              .limit = limit}));
cleanup:
    return status;
}

int clpti_intensity_states(clpt_solver *s, clpti_state_row *rows, int room)
{
    if (!s->scales || room < 1) return 0;
    rows[0] = (clpti_state_row){.name = "amplitude_factors", .rank = 1, .shape = {s->count}, .buffer = s->scales};
    return 1;
}

clpt_status clpt_solver_get_amplitude_factors(clpt_solver *s, double *factors)
{
    if (!s || !factors) return CLPT_ERROR_ARGUMENT;
    if (s->scales) return clpti_field_download(clpti_view_of(s->scales), factors, CLPT_TYPE_F64, s->count);
    for (int64_t k = 0; k < s->count; k++) factors[k] = 1.0;
    return CLPT_OK;
}
