/* SPDX-License-Identifier: Apache-2.0 */
/* Operation shift_fields: fields of patterns moved by fractions of a pixel. */
#include <string.h>

#include "core/tuning.h"
#include "fft/fft.h"
#include "ops/fused.h"
#include "ops/operation.h"
#include "ops/subpixel.h"

/* ---- composed ---- */

static int64_t elements_of(const clpti_shift_fields_args *a)
{
    return a->modes * a->size * a->size;
}

static clpt_status multiply(clpt_context *context, const clpti_shift_fields_args *a)
{
    clpti_selection whole = a->at;
    whole.positions = a->whole;
    return clpti_patch_products(context, &(clpti_patch_products_args){.object = a->object,
                                                                      .height = a->height,
                                                                      .width = a->width,
                                                                      .at = whole,
                                                                      .waves = a->fields,
                                                                      .modes = a->modes,
                                                                      .size = a->size,
                                                                      .slots = 1,
                                                                      .out = clpti_view_of(a->fft->waves)});
}

/* Spectra of the fields in the memory of the plan; one for all patterns: in scratch memory. */
static clpt_status transform(clpt_context *context, const clpti_shift_fields_args *a, clpt_buffer **common)
{
    clpt_status status = CLPT_OK;
    clpti_view waves = clpti_view_of(a->fft->waves);
    int64_t elements = elements_of(a), own = a->stride ? a->at.count : 1;
    if (a->object.buffer)
        CLPTI_TRY(multiply(context, a));
    else if (a->fields.buffer != waves.buffer)
        CLPTI_TRY(clpti_copy(a->fields, waves, own * elements));
    CLPTI_TRY(clpti_fft_run(a->fft, own * a->modes, CLPTI_FORWARD));
    if (a->stride) return CLPT_OK;
    CLPTI_TRY(clpti_scratch_take(context, CLPTI_COMPLEX, elements, common));
    CLPTI_TRY(clpti_copy(waves, clpti_view_of(*common), elements));
cleanup:
    return status;
}

static clpt_status composed(clpt_context *context, const void *args)
{
    const clpti_shift_fields_args *a = args;
    clpt_status status = CLPT_OK;
    clpt_buffer *common = NULL;
    clpti_view waves = clpti_view_of(a->fft->waves);
    CLPTI_TRY(transform(context, a, &common));
    CLPTI_TRY(clpti_shift_waves(context, &(clpti_shift_waves_args){.spectra = common ? clpti_view_of(common) : waves,
                                                                   .stride = a->stride,
                                                                   .at = a->at,
                                                                   .modes = a->modes,
                                                                   .size = a->size,
                                                                   .conjugate = a->back,
                                                                   .factor = 1.0 / (double)(a->size * a->size),
                                                                   .out = waves}));
    CLPTI_TRY(clpti_fft_run(a->fft, a->at.count * a->modes, CLPTI_INVERSE));
cleanup:
    clpti_scratch_give(&common);
    return status;
}

/* ---- lines ---- */

enum { tile_bytes = 64 * 76 * 8, widest = 1 << 22 };

static bool lines_apply(const clpt_context *context, const void *args)
{
    const clpti_shift_fields_args *a = args;
    char wanted[40];
    clpti_fused_lines lines;
    /* A forced variant is tried on any device; a requested FFT provider must be honoured. */
    bool forced = clpti_requested_variant(context, "shift_fields", wanted, sizeof wanted) != NULL;
    bool gpu = context->device.type == CLPT_DEVICE_GPU && !strcmp(context->fft_requested, "auto");
    return (forced || gpu) && context->device.local_memory >= (uint64_t)(tile_bytes + 8 * a->size) &&
           context->device.max_work_group >= CLPTI_FUSED_GROUP && a->width < widest &&
           clpti_fused_lines_of(context, a->size, &lines);
}

/* A chunk of patterns, of which `done` precede it. */
typedef struct chunk {
    const clpti_shift_fields_args *a;
    clpti_fused_lines lines;
    clpt_buffer *stages;
    clpti_selection at;
    int64_t done;
} chunk;

static clpti_view result(const chunk *c)
{
    return clpti_view_at(clpti_view_of(c->a->fft->waves), c->done * elements_of(c->a));
}

/* The first of two launches reads the fields, the second what the first one wrote. */
static clpti_view source(const chunk *c, bool first)
{
    return first ? clpti_view_at(c->a->fields, c->done * c->a->stride) : result(c);
}

static clpt_status rows(clpt_context *context, const chunk *c, bool first)
{
    const clpti_shift_fields_args *a = c->a;
    return clpti_run_kernel(
        context,
        &(clpti_launch){.file = "shift_fields_lines",
                        .kernel = "shift_fields_lines_rows",
                        .options = c->lines.options,
                        .global = {c->lines.group * c->lines.blocks, c->at.count * a->modes},
                        .local = {(int32_t)c->lines.group, 1, 1},
                        .registers = c->lines.registers,
                        .args = CLPTI_ARGS(CLPTI_VIEW(source(c, first)), CLPTI_LONG(first ? a->stride : elements_of(a)),
                                           CLPTI_BUFFER(c->at.positions->pairs), CLPTI_ORDER(c->at.order),
                                           CLPTI_LONG(c->at.first), CLPTI_INT(a->modes), CLPTI_INT(a->back),
                                           CLPTI_BUFFER(c->stages), CLPTI_VIEW(result(c)))});
}

static clpt_status columns(clpt_context *context, const chunk *c, bool first)
{
    const clpti_shift_fields_args *a = c->a;
    clpti_selection whole = c->at;
    if (a->whole) whole.positions = a->whole;
    return clpti_run_kernel(
        context, &(clpti_launch){.file = "shift_fields_lines",
                                 .kernel = "shift_fields_lines_columns",
                                 .options = c->lines.options,
                                 .global = {c->lines.group * c->lines.blocks, c->at.count * a->modes},
                                 .local = {(int32_t)c->lines.group, 1, 1},
                                 .registers = c->lines.registers,
                                 .args = CLPTI_ARGS(
                                     CLPTI_VIEW(source(c, first)), CLPTI_LONG(first ? a->stride : elements_of(a)),
                                     CLPTI_VIEW(a->object), CLPTI_LONG(a->height), CLPTI_LONG(a->width),
                                     CLPTI_SELECTION(whole), CLPTI_BUFFER(c->at.positions->pairs), CLPTI_INT(a->modes),
                                     CLPTI_INT(a->back), CLPTI_BUFFER(c->stages), CLPTI_VIEW(result(c)))});
}

/* Products are formed by columns, which come first then: any order of the axes gives the same field. */
static clpt_status in_lines(clpt_context *context, const void *args)
{
    const clpti_shift_fields_args *a = args;
    clpt_status status = CLPT_OK;
    bool products = a->object.buffer != NULL;
    int64_t bytes = 8 * elements_of(a), size = clpti_tuned(context, CLPTI_TUNING_FIELD_BYTES) / bytes;
    chunk c = {.a = a, .at = a->at};
    if (size < 1) size = 1;
    clpti_fused_lines_of(context, a->size, &c.lines);
    CLPTI_TRY(clpti_fused_twiddles(context, a->size, &c.stages));
    for (; c.done < a->at.count; c.done += size) {
        c.at.first = a->at.first + c.done;
        c.at.count = a->at.count - c.done < size ? a->at.count - c.done : size;
        if (products) CLPTI_TRY(columns(context, &c, true));
        CLPTI_TRY(rows(context, &c, !products));
        if (!products) CLPTI_TRY(columns(context, &c, false));
    }
cleanup:
    return status;
}

/* The steps dispatch to their own references, so the composition works in both kinds of context. */
static const clpti_variant variants[] = {{"lines",
                                          "a GPU, " CLPTI_FUSED_LINES_NEEDS
                                          "no FFT provider requested, work-groups of 256, 39 KB of local memory and a "
                                          "line more, and an object less than 2^22 wide",
                                          lines_apply, in_lines},
                                         {"composed", NULL, NULL, composed},
                                         {0}};
const clpti_operation clpti_operation_shift_fields = {"shift_fields", composed, variants};

clpt_status clpti_shift_fields(clpt_context *context, const clpti_shift_fields_args *args)
{
    return clpti_operation_run(context, &clpti_operation_shift_fields, args);
}

bool clpti_shift_fields_in_lines(clpt_context *context, int64_t size)
{
    const clpti_shift_fields_args args = {.size = size, .modes = 1};
    const clpti_variant *chosen = clpti_operation_choice(context, &clpti_operation_shift_fields, &args);
    return chosen && chosen->run == in_lines;
}
