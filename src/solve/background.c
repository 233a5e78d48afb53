/* SPDX-License-Identifier: Apache-2.0 */
#include "solve/background.h"

#include <string.h>

#include "ops/constraint.h"
#include "solve/levels.h"

static const double step = 1.0; /* part of the best change */

static bool is_refining(const clpt_solver *s)
{
    return s->background_sums && s->iteration >= s->options.background_start;
}

clpti_view clpti_background_of(const clpt_solver *s)
{
    return clpti_view_of(s->data.source.background || is_refining(s) ? s->background : NULL);
}

clpt_status clpti_background_create(clpt_solver *s)
{
    const float *given = s->data.source.background;
    clpt_status status = CLPT_OK;
    int64_t pixels = s->side * s->side;
    bool refined = s->options.background_start > 0;
    if (!given && !refined) return CLPT_OK;
    CLPTI_TRY(clpti_buffer_create(s->context, CLPTI_REAL, pixels, &s->background));
    CLPTI_TRY(given ? clpti_field_upload(clpti_view_of(s->background), given, CLPT_TYPE_F32, pixels)
                    : clpti_zero(clpti_view_of(s->background), pixels));
    if (refined) CLPTI_TRY(clpti_buffer_create(s->context, CLPTI_REAL, 2 * pixels, &s->background_sums));
cleanup:
    return status;
}

void clpti_background_destroy(clpt_solver *s)
{
    clpt_buffer_destroy(&s->background);
    clpt_buffer_destroy(&s->background_sums);
}

static clpt_status add(clpt_solver *s, clpti_misfit_args *misfit)
{
    misfit->sums = clpti_view_of(s->background_sums);
    return clpti_background_sums(s->context, misfit);
}

clpt_status clpti_background_after(clpt_solver *s)
{
    clpt_status status = CLPT_OK;
    int64_t pixels = s->side * s->side;
    double sigma = s->options.background_smooth;
    if (!is_refining(s)) return CLPT_OK;
    CLPTI_TRY(clpti_zero(clpti_view_of(s->background_sums), 2 * pixels));
    CLPTI_TRY(clpti_levels_visit(s, add));
    if (sigma > 0.0)
        CLPTI_TRY(
            clpti_smooth_object(s->context, &(clpti_smooth_object_args){.field = clpti_view_of(s->background_sums),
                                                                        .height = s->side,
                                                                        .width = s->side,
                                                                        .sigma = sigma,
                                                                        .mix = 1.0}));
    CLPTI_TRY(
        clpti_background_step(s->context, &(clpti_background_step_args){.sums = clpti_view_of(s->background_sums),
                                                                        .background = clpti_view_of(s->background),
                                                                        .count = pixels,
                                                                        .step = step}));
cleanup:
    return status;
}

int clpti_background_states(clpt_solver *s, clpti_state_row *rows, int room)
{
    if (!s->background_sums || room < 1) return 0;
    rows[0] = (clpti_state_row){.name = "background", .rank = 2, .shape = {s->side, s->side}, .buffer = s->background};
    return 1;
}

clpt_status clpt_solver_get_background(clpt_solver *s, double *background)
{
    if (!s || !background) return CLPT_ERROR_ARGUMENT;
    if (s->background)
        return clpti_field_download(clpti_view_of(s->background), background, CLPT_TYPE_F64, s->side * s->side);
    memset(background, 0, (size_t)(s->side * s->side) * sizeof *background);
    return CLPT_OK;
}
