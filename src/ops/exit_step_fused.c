/* SPDX-License-Identifier: Apache-2.0 */
/* exit_step on GPUs: transforms fused with illumination and projection. */
#include "ops/exit_step_fused.h"

#include <stdio.h>

#include "ops/adjoint.h"
#include "fft/fft.h"

/* Detector inputs and operation as kernel arguments: DETECTOR_ARGS of cl/common/detector.clh. */
typedef struct detector {
    clpti_view measured;
    const clpti_order *rows;
    int64_t first;
    int kind;
    double factor, scale;
    clpti_view first_sum, second_sum;
} detector;

static detector detector_of(const clpti_exit_step_args *a)
{
    const clpti_forward_args *f = &a->forward;
    double pixels = (double)(f->size * f->size);
    detector d = {.measured = a->measured,
                  .rows = a->rows_order,
                  .first = a->rows_first,
                  .factor = f->scale * f->scale / pixels,
                  .scale = 1.0 / pixels};
    switch (a->detector) {
    case CLPTI_DETECTOR_MODULUS:
        d.first_sum = a->misfit;
        d.second_sum = a->total;
        break;
    case CLPTI_DETECTOR_LOSS:
        d.first_sum = a->sums;
        d.kind = clpti_loss_kind(a->loss, a->loss_roots);
        break;
    case CLPTI_DETECTOR_COTANGENT:
        d.measured = a->cotangent;
        d.rows = NULL;
        d.first = 0;
        d.kind = f->amplitude;
        break;
    }
    return d;
}

#define DETECTOR(a, d)                                                                                                 \
    CLPTI_VIEW((d).measured), CLPTI_VIEW((a)->mask), CLPTI_INT((a)->mask_per_pattern), CLPTI_ORDER((d).rows),          \
        CLPTI_LONG((d).first), CLPTI_INT((d).kind), CLPTI_FLOAT((d).factor), CLPTI_FLOAT((d).scale)

/* Appends the detector's build options to those of a side. */
static void detector_options(const clpti_exit_step_args *a, const char *side, char *options, size_t size)
{
    const char *likelihood = clpti_likelihood_option(a->likelihood);
    snprintf(options, size, "%s%s-DCLPT_DETECTOR=%d%s%s", side, *side ? " " : "", (int)a->detector,
             *likelihood ? " " : "", likelihood);
}

/* ---- one kernel ---- */

bool clpti_exit_step_n64_applies(const clpt_context *context, const void *args)
{
    const clpti_exit_step_args *a = args;
    return a->forward.size == 64 && !clpti_detector_response_given(&a->response) &&
           clpti_fused_suits(context, &a->forward, "exit_step");
}

clpt_status clpti_exit_step_n64(clpt_context *context, const void *args)
{
    const clpti_exit_step_args *a = args;
    const clpti_forward_args *f = &a->forward;
    char options[96];
    clpti_fused_programs programs;
    clpt_buffer *stages = NULL;
    detector d = detector_of(a);
    clpt_status status = clpti_fused_twiddles(context, CLPTI_FUSED_TILE64, &stages);
    if (status != CLPT_OK) return status;
    detector_options(a, "", options, sizeof options);
    clpti_fused_programs_of(f->modes, options, &programs);
    return clpti_run_kernel(
        context, &(clpti_launch){.file = "exit_step_n64",
                                 .kernel = "exit_step_n64",
                                 .registers = CLPTI_FUSED_REGISTERS,
                                 .options = programs.options,
                                 .also = programs.also,
                                 .global = {CLPTI_FUSED_GROUP * f->at.count},
                                 .local = {CLPTI_FUSED_GROUP, 1, 1},
                                 .args = CLPTI_ARGS(CLPTI_VIEW(f->object), CLPTI_LONG(f->height), CLPTI_LONG(f->width),
                                                    CLPTI_LONG(f->per_image), CLPTI_SELECTION(f->at),
                                                    CLPTI_VIEW(f->probe), CLPTI_LONG(f->probe_stride),
                                                    CLPTI_INT(f->modes), CLPTI_INT(f->probe_mask), CLPTI_BUFFER(stages),
                                                    CLPTI_INT(a->given), CLPTI_BUFFER(a->workspace->fft->waves),
                                                    DETECTOR(a, d), CLPTI_INT(a->only_error), CLPTI_VIEW(d.first_sum),
                                                    CLPTI_VIEW(d.second_sum))});
}

/* ---- three kernels ---- */

bool clpti_exit_step_split_applies(const clpt_context *context, const void *args)
{
    const clpti_exit_step_args *a = args;
    clpti_fused_lines lines;
    return !clpti_detector_response_given(&a->response) && clpti_fused_suits(context, &a->forward, "exit_step") &&
           clpti_fused_lines_of(context, a->forward.size, &lines) &&
           !(lines.partial_group && a->forward.modes > 1 && clpti_capabilities_of(context)->full_work_groups_only);
}

/* A chunk in progress: `at`, `first` and the sums start at its first pattern. */
typedef struct split {
    const clpti_exit_step_args *a;
    clpti_forward_args forward;
    detector d;
    clpti_fused_lines lines;
    clpti_fused_programs programs;
    clpt_buffer *stages, *parts;
    clpti_view waves;
} split;

static clpt_status columns(clpt_context *context, const split *s)
{
    const clpti_forward_args *f = &s->forward;
    return clpti_run_kernel(
        context,
        &(clpti_launch){.file = "exit_step_split",
                        .kernel = "exit_step_split_columns",
                        .options = s->programs.options,
                        .also = s->programs.also,
                        .global = {s->lines.group * s->lines.blocks, f->at.count * f->modes},
                        .local = {(int32_t)s->lines.group, 1, 1},
                        .registers = s->lines.registers,
                        .args = CLPTI_ARGS(CLPTI_VIEW(f->object), CLPTI_LONG(f->height), CLPTI_LONG(f->width),
                                           CLPTI_LONG(f->per_image), CLPTI_SELECTION(f->at), CLPTI_VIEW(f->probe),
                                           CLPTI_LONG(f->probe_stride), CLPTI_INT(f->modes), CLPTI_INT(f->probe_mask),
                                           CLPTI_BUFFER(s->stages), CLPTI_INT(s->a->given), CLPTI_VIEW(s->waves))});
}

static clpt_status rows(clpt_context *context, const split *s)
{
    const clpti_exit_step_args *a = s->a;
    return clpti_run_kernel(
        context,
        &(clpti_launch){.file = "exit_step_split",
                        .kernel = "exit_step_split_rows",
                        .options = s->programs.options,
                        .also = s->programs.also,
                        .global = {s->lines.group * s->lines.blocks, s->forward.at.count},
                        .local = {(int32_t)s->lines.group, 1, 1},
                        .registers = s->lines.registers,
                        .args = CLPTI_ARGS(CLPTI_VIEW(s->waves), CLPTI_INT(s->forward.modes), CLPTI_BUFFER(s->stages),
                                           DETECTOR(a, s->d), CLPTI_INT(a->only_error), CLPTI_BUFFER(s->parts))});
}

static clpt_status sums(clpt_context *context, const split *s)
{
    if (!s->parts) return CLPT_OK;
    return clpti_run_kernel(
        context, &(clpti_launch){.file = "exit_step_split",
                                 .kernel = "exit_step_split_sums",
                                 .options = s->programs.options,
                                 .also = s->programs.also,
                                 .registers = s->lines.registers,
                                 .global = {s->forward.at.count},
                                 .args = CLPTI_ARGS(CLPTI_BUFFER(s->parts), CLPTI_LONG(s->forward.at.count),
                                                    CLPTI_VIEW(s->d.first_sum), CLPTI_VIEW(s->d.second_sum))});
}

static clpt_status back(clpt_context *context, const split *s)
{
    const clpti_forward_args *f = &s->forward;
    if (s->a->only_error) return CLPT_OK;
    return clpti_run_kernel(context,
                            &(clpti_launch){.file = "exit_step_split",
                                            .kernel = "exit_step_split_back",
                                            .options = s->programs.options,
                                            .also = s->programs.also,
                                            .global = {s->lines.group * s->lines.blocks, f->at.count * f->modes},
                                            .local = {(int32_t)s->lines.group, 1, 1},
                                            .registers = s->lines.registers,
                                            .args = CLPTI_ARGS(CLPTI_VIEW(s->waves), CLPTI_BUFFER(s->stages))});
}

/* Advances by `done` patterns. */
static void start_chunk(split *s, int64_t done, int64_t chunk)
{
    const clpti_exit_step_args *a = s->a;
    const clpti_forward_args *f = &a->forward;
    int64_t width = a->detector == CLPTI_DETECTOR_LOSS ? 4 : 1;
    s->forward.at.first = f->at.first + done;
    s->forward.at.count = f->at.count - done < chunk ? f->at.count - done : chunk;
    if (f->per_image) s->forward.object = clpti_view_at(f->object, done / f->per_image * f->height * f->width);
    if (f->probe_stride) s->forward.probe = clpti_view_at(f->probe, done * f->probe_stride);
    s->waves = (clpti_view){a->workspace->fft->waves, done * f->modes * f->size * f->size};
    s->d = detector_of(a);
    s->d.first += done;
    s->d.first_sum.offset += width * done;
    s->d.second_sum.offset += done;
}

clpt_status clpti_exit_step_split(clpt_context *context, const void *args)
{
    const clpti_exit_step_args *a = args;
    const clpti_forward_args *f = &a->forward;
    clpt_status status = CLPT_OK;
    split s = {.a = a, .forward = *f};
    int64_t chunk = clpti_fused_chunk(context, f);
    char options[200];
    clpti_fused_lines_of(context, f->size, &s.lines);
    detector_options(a, s.lines.options, options, sizeof options);
    clpti_fused_programs_of(f->modes, options, &s.programs);
    CLPTI_TRY(clpti_fused_twiddles(context, f->size, &s.stages));
    if (a->detector != CLPTI_DETECTOR_COTANGENT)
        CLPTI_TRY(clpti_scratch_take(context, CLPTI_REAL, 4 * chunk * s.lines.blocks, &s.parts));
    for (int64_t done = 0; done < f->at.count; done += chunk) {
        start_chunk(&s, done, chunk);
        CLPTI_TRY(columns(context, &s));
        CLPTI_TRY(rows(context, &s));
        CLPTI_TRY(sums(context, &s));
        CLPTI_TRY(back(context, &s));
    }
cleanup:
    clpti_scratch_give(&s.parts);
    return status;
}
