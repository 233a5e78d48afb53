/* SPDX-License-Identifier: Apache-2.0 */
/* An additive background of the intensity of all patterns, given or refined: part of the detector's response. Once per
 * iteration, refinement compares the remaining counts of all patterns at each pixel (clpti_background_sums). */
#include <string.h>

#include "ops/constraint.h"
#include "solve/extension.h"
#include "solve/predicted_intensity.h"

static const double step = 1.0; /* fraction of the optimal change */

typedef struct background {
    clpt_buffer *counts; /* real [side, side] */
    clpt_buffer *sums;   /* real [side, side, 2]; NULL: not refined */
} background;

static void close_background(void *state)
{
    background *b = state;
    clpt_buffer_destroy(&b->counts);
    clpt_buffer_destroy(&b->sums);
}

static const clpti_part part = {"the background", sizeof(background), close_background};

static bool is_used(const clpt_solver *s)
{
    return s->data.source.background || s->options.background_start != CLPT_NEVER;
}

static bool is_refining(const clpt_solver *s, const background *b)
{
    return b->sums && clpti_solver_is_past(s, s->options.background_start);
}

/* A background refined from zero applies from the first iteration that refines it. */
static void respond(const clpt_solver *s, const void *state, clpti_detector_response *response)
{
    const background *b = state;
    if (s->data.source.background || is_refining(s, b)) response->background = clpti_view_of(b->counts);
}

static clpt_status create(clpt_solver *s, void *state)
{
    background *b = state;
    const float *given = s->data.source.background;
    clpt_status status = CLPT_OK;
    int64_t pixels = s->side * s->side;
    bool refined = s->options.background_start != CLPT_NEVER;
    CLPTI_TRY(clpti_buffer_create(s->context, CLPTI_REAL, pixels, &b->counts));
    CLPTI_TRY(given ? clpti_field_upload(clpti_view_of(b->counts), given, CLPT_TYPE_F32, pixels)
                    : clpti_zero(clpti_view_of(b->counts), pixels));
    if (refined) CLPTI_TRY(clpti_buffer_create(s->context, CLPTI_REAL, 2 * pixels, &b->sums));
cleanup:
    return status;
}

static clpt_status add(clpt_solver *s, void *state, clpti_misfit_args *misfit)
{
    const background *b = state;
    misfit->sums = clpti_view_of(b->sums);
    return clpti_background_sums(s->context, misfit);
}

static clpt_status after(clpt_solver *s, void *state)
{
    background *b = state;
    clpt_status status = CLPT_OK;
    int64_t pixels = s->side * s->side;
    double sigma = s->options.background_smooth;
    if (!is_refining(s, b)) return CLPT_OK;
    CLPTI_TRY(clpti_zero(clpti_view_of(b->sums), 2 * pixels));
    CLPTI_TRY(clpti_for_each_prediction(s, add, b));
    if (sigma > 0.0)
        CLPTI_TRY(clpti_smooth_object(
            s->context,
            &(clpti_smooth_object_args){
                .field = clpti_view_of(b->sums), .height = s->side, .width = s->side, .sigma = sigma, .mix = 1.0}));
    CLPTI_TRY(clpti_background_step(s->context, &(clpti_background_step_args){.sums = clpti_view_of(b->sums),
                                                                              .background = clpti_view_of(b->counts),
                                                                              .count = pixels,
                                                                              .step = step}));
cleanup:
    return status;
}

static int states(clpt_solver *s, void *state, clpti_state_entry *entries, int capacity)
{
    const background *b = state;
    if (!b->sums || capacity < 1) return 0;
    entries[0] = (clpti_state_entry){.name = "background", .rank = 2, .shape = {s->side, s->side}, .buffer = b->counts};
    return 1;
}

const clpti_extension clpti_background_extension = {
    .part = &part, .is_used = is_used, .create = create, .after = after, .states = states, .respond = respond};

clpt_status clpt_solver_get_background(clpt_solver *s, double *counts)
{
    if (!s || !counts) return CLPT_ERROR_ARGUMENT;
    const background *b = clpti_part_find(&s->parts, &part);
    if (b) return clpti_field_download(clpti_view_of(b->counts), counts, CLPT_TYPE_F64, s->side * s->side);
    memset(counts, 0, (size_t)(s->side * s->side) * sizeof *counts);
    return CLPT_OK;
}
