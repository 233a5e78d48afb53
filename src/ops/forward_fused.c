/* SPDX-License-Identifier: Apache-2.0 */
/* forward on GPUs: transforms fused with illumination and intensity. */
#include "ops/forward_fused.h"

#include "ops/fused.h"

static double factor_of(const clpti_forward_args *a)
{
    return a->scale * a->scale / (double)(a->size * a->size);
}

/* ---- one kernel ---- */

bool clpti_forward_n64_applies(const clpt_context *context, const void *args)
{
    const clpti_forward_args *a = args;
    return a->size == 64 && clpti_fused_suits(context, a, "forward");
}

clpt_status clpti_forward_n64(clpt_context *context, const void *args)
{
    const clpti_forward_args *a = args;
    clpti_fused_programs programs;
    clpt_buffer *stages = NULL;
    clpti_fused_programs_of(a->modes, "", &programs);
    clpt_status status = clpti_fused_twiddles(context, CLPTI_FUSED_TILE64, &stages);
    if (status != CLPT_OK) return status;
    return clpti_run_kernel(
        context,
        &(clpti_launch){.file = "forward_n64",
                        .kernel = "forward_n64",
                        .options = programs.options,
                        .also = programs.also,
                        .global = {CLPTI_FUSED_GROUP * a->at.count},
                        .local = {CLPTI_FUSED_GROUP, 1, 1},
                        .registers = CLPTI_FUSED_REGISTERS,
                        .args = CLPTI_ARGS(CLPTI_VIEW(a->object), CLPTI_LONG(a->height), CLPTI_LONG(a->width),
                                           CLPTI_LONG(a->per_image), CLPTI_SELECTION(a->at), CLPTI_VIEW(a->probe),
                                           CLPTI_LONG(a->probe_stride), CLPTI_INT(a->modes), CLPTI_INT(a->probe_mask),
                                           CLPTI_BUFFER(stages), CLPTI_FLOAT(factor_of(a)), CLPTI_INT(a->amplitude),
                                           CLPTI_VIEW(a->out))});
}

/* ---- two kernels ---- */

bool clpti_forward_split_applies(const clpt_context *context, const void *args)
{
    const clpti_forward_args *a = args;
    clpti_fused_lines lines;
    return clpti_fused_suits(context, a, "forward") && clpti_fused_lines_of(context, a->size, &lines);
}

/* The fields of two chunks: the one being written and the one that is ready. */
typedef struct split {
    const clpti_forward_args *a;
    clpti_fused_lines lines;
    clpti_fused_programs programs;
    clpt_buffer *stages, *fields;
    int64_t chunk, done; /* patterns per chunk, and before the one being written */
} split;

static int64_t count_from(const split *s, int64_t first)
{
    int64_t left = s->a->at.count - first;
    return first < 0 || left <= 0 ? 0 : left < s->chunk ? left : s->chunk;
}

static clpti_view field_of(const split *s, int64_t chunk)
{
    return (clpti_view){s->fields, chunk % 2 * s->chunk * s->a->modes * s->a->size * s->a->size};
}

/* Columns of the chunk starting at s->done, and rows of the chunk before it. */
static clpt_status launch(clpt_context *context, const split *s)
{
    const clpti_forward_args *a = s->a;
    int64_t before = s->done - s->chunk, number = s->done / s->chunk;
    int64_t columns = count_from(s, s->done), rows = count_from(s, before);
    int64_t maximum = columns * a->modes > rows ? columns * a->modes : rows;
    clpti_selection at = a->at;
    at.first += s->done;
    int64_t image = a->per_image ? s->done / a->per_image * a->height * a->width : 0;
    clpti_view object = columns ? clpti_view_at(a->object, image) : a->object;
    clpti_view out = rows ? clpti_view_at(a->out, before * a->size * a->size) : a->out;
    return clpti_run_kernel(
        context, &(clpti_launch){
                     .file = "forward_split",
                     .kernel = "forward_split",
                     .options = s->programs.options,
                     .also = s->programs.also,
                     .global = {s->lines.group * s->lines.blocks * maximum * (columns && rows ? 2 : 1)},
                     .local = {(int32_t)s->lines.group, 1, 1},
                     .registers = s->lines.registers,
                     .args = CLPTI_ARGS(
                         CLPTI_VIEW(object), CLPTI_LONG(a->height), CLPTI_LONG(a->width), CLPTI_LONG(a->per_image),
                         CLPTI_SELECTION(at), CLPTI_INT(columns),
                         CLPTI_VIEW(columns ? clpti_view_at(a->probe, s->done * a->probe_stride) : a->probe),
                         CLPTI_LONG(a->probe_stride), CLPTI_INT(a->modes), CLPTI_INT(a->probe_mask),
                         CLPTI_BUFFER(s->stages), CLPTI_VIEW(field_of(s, number)), CLPTI_VIEW(field_of(s, number + 1)),
                         CLPTI_INT(rows), CLPTI_FLOAT(factor_of(a)), CLPTI_INT(a->amplitude), CLPTI_VIEW(out))});
}

clpt_status clpti_forward_split(clpt_context *context, const void *args)
{
    const clpti_forward_args *a = args;
    clpt_status status = CLPT_OK;
    split s = {.a = a, .chunk = clpti_fused_chunk(context, a)};
    int64_t fields = s.chunk < a->at.count ? 2 * s.chunk : a->at.count;
    clpti_fused_lines_of(context, a->size, &s.lines);
    clpti_fused_programs_of(a->modes, s.lines.options, &s.programs);
    CLPTI_TRY(clpti_fused_twiddles(context, a->size, &s.stages));
    CLPTI_TRY(clpti_scratch_take(context, CLPTI_COMPLEX, fields * a->modes * a->size * a->size, &s.fields));
    for (; s.done < a->at.count + s.chunk; s.done += s.chunk) CLPTI_TRY(launch(context, &s));
cleanup:
    clpti_scratch_give(&s.fields);
    return status;
}
