/* SPDX-License-Identifier: Apache-2.0 */
/* Refinement of a scale factor for each pattern: the illumination of pattern k is s_k·P. Exit waves remain those of P,
 * and the detector's response has s_k² of their power, so engines are unaffected and an update weights all patterns
 * alike, not by s_k². After each iteration the factor of every pattern is computed from its counts. */
#include <stdlib.h>

#include "core/memory.h"
#include "solve/extension.h"
#include "solve/predicted_intensity.h"

static const double limit = 1.5; /* maximum factor on a pattern's power per iteration */

typedef struct fluctuation {
    clpt_buffer *scales; /* real [count]: s */
    clpt_buffer *sums;   /* real [count, 2] */
} fluctuation;

static void close_fluctuation(void *state)
{
    fluctuation *f = state;
    clpt_buffer_destroy(&f->scales);
    clpt_buffer_destroy(&f->sums);
}

static const clpti_part part = {"the refinement of intensities", sizeof(fluctuation), close_fluctuation};

static bool is_used(const clpt_solver *s)
{
    return s->options.intensity_start != CLPT_NEVER;
}

static bool is_refining(const clpt_solver *s)
{
    return clpti_solver_is_past(s, s->options.intensity_start);
}

static void respond(const clpt_solver *s, const void *state, clpti_detector_response *response)
{
    const fluctuation *f = state;
    if (is_refining(s)) response->scales = clpti_view_of(f->scales);
}

static clpt_status create(clpt_solver *s, void *state)
{
    fluctuation *f = state;
    clpt_status status = CLPT_OK;
    double *ones = NULL;
    if (!(ones = clpti_malloc(s->count, sizeof *ones)))
        CLPTI_TRY(clpti_fail(&s->context->message, CLPT_ERROR_MEMORY, "clpt_solver_create: no host memory for %lld",
                             (long long)s->count));
    for (int64_t k = 0; k < s->count; k++) ones[k] = 1.0;
    CLPTI_TRY(clpti_buffer_create(s->context, CLPTI_REAL, s->count, &f->scales));
    CLPTI_TRY(clpti_buffer_create(s->context, CLPTI_REAL, 2 * s->count, &f->sums));
    CLPTI_TRY(clpti_field_upload(clpti_view_of(f->scales), ones, CLPT_TYPE_F64, s->count));
cleanup:
    free(ones);
    return status;
}

static clpt_status add(clpt_solver *s, void *state, clpti_misfit_args *misfit)
{
    const fluctuation *f = state;
    misfit->sums = clpti_view_at(clpti_view_of(f->sums), 2 * misfit->response.first);
    return clpti_scale_sums(s->context, misfit);
}

static clpt_status after(clpt_solver *s, void *state)
{
    fluctuation *f = state;
    clpt_status status = CLPT_OK;
    if (!is_refining(s)) return CLPT_OK;
    CLPTI_TRY(clpti_for_each_prediction(s, add, f));
    CLPTI_TRY(clpti_rescale(s->context, &(clpti_rescale_args){.sums = clpti_view_of(f->sums),
                                                              .scales = clpti_view_of(f->scales),
                                                              .count = s->count,
                                                              .limit = limit}));
cleanup:
    return status;
}

static int states(clpt_solver *s, void *state, clpti_state_entry *entries, int capacity)
{
    const fluctuation *f = state;
    if (capacity < 1) return 0;
    entries[0] = (clpti_state_entry){.name = "amplitude_factors", .rank = 1, .shape = {s->count}, .buffer = f->scales};
    return 1;
}

const clpti_extension clpti_intensity_extension = {
    .part = &part, .is_used = is_used, .create = create, .after = after, .states = states, .respond = respond};

clpt_status clpt_solver_get_amplitude_factors(clpt_solver *s, double *factors)
{
    if (!s || !factors) return CLPT_ERROR_ARGUMENT;
    const fluctuation *f = clpti_part_find(&s->parts, &part);
    if (f) return clpti_field_download(clpti_view_of(f->scales), factors, CLPT_TYPE_F64, s->count);
    for (int64_t k = 0; k < s->count; k++) factors[k] = 1.0;
    return CLPT_OK;
}
