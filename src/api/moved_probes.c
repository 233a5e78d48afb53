/* SPDX-License-Identifier: Apache-2.0 */
/* The forward model and its adjoint with probes moved by fractions of a pixel. */
#include "api/moved_probes.h"

#include "buffer/buffer.h"

clpt_status clpti_moved_take(clpt_context *context, const char *function, clpt_subpixel model, clpti_forward_args *args,
                             clpti_subpixel **made)
{
    clpt_message *m = &context->message;
    if (model < CLPT_SUBPIXEL_BILINEAR || model > CLPT_SUBPIXEL_BANK_8)
        return clpti_fail(m, CLPT_ERROR_ARGUMENT, "%s: there is no model %d of fractions of a pixel", function,
                          (int)model);
    if (model != CLPT_SUBPIXEL_BILINEAR && args->propagator)
        return clpti_fail(m, CLPT_ERROR_ARGUMENT,
                          "%s: subpixel is not supported in a near field: patterns would move with the probe; use "
                          "bilinear",
                          function);
    clpt_status status = clpti_subpixel_create(context, model, args->at.positions, args->size, args->modes, made);
    if (status == CLPT_OK && *made) args->at.positions = clpti_subpixel_positions(*made);
    return status;
}

/* Memory of moved probes. */
enum { probe_bytes = 64 << 20 };

int64_t clpti_moved_chunk(const clpt_context *context, const clpti_forward_args *args)
{
    int64_t elements = args->modes * args->size * args->size;
    int64_t chunk = probe_bytes / (elements * (int64_t)clpti_element_size(context, CLPTI_COMPLEX));
    return chunk > 1 ? chunk : 1;
}

clpt_status clpti_moved_probes(clpti_subpixel *m, const clpti_forward_args *args, int64_t done, int64_t chunk,
                               clpti_forward_args *part)
{
    clpti_pattern_probes probes = {.probe = args->probe};
    *part = *args;
    part->at.first += done;
    part->at.count = args->at.count - done < chunk ? args->at.count - done : chunk;
    clpt_status status = clpti_subpixel_probes(m, 0, &part->at, &probes);
    part->probe = probes.probe;
    part->probe_stride = probes.stride;
    return status;
}

/* ---- gradients ---- */

clpt_status clpti_moved_sums_take(clpt_context *context, const clpti_subpixel *m, int64_t elements, clpt_buffer **sums)
{
    int64_t all = clpti_probe_slots(context, elements) * clpti_subpixel_terms(m) * elements;
    clpt_status status = clpti_scratch_take(context, CLPTI_COMPLEX, all, sums);
    return status == CLPT_OK ? clpti_zero(clpti_view_of(*sums), all) : status;
}

clpt_status clpti_moved_sums_fold(clpt_context *context, clpti_subpixel *m, int64_t elements, clpt_buffer *sums,
                                  clpti_view d_probe)
{
    clpt_status status = CLPT_OK;
    clpt_buffer *terms = NULL;
    int64_t count = clpti_subpixel_terms(m) * elements;
    CLPTI_TRY(clpti_scratch_take(context, CLPTI_COMPLEX, count, &terms));
    CLPTI_TRY(clpti_zero(clpti_view_of(terms), count));
    CLPTI_TRY(clpti_fold(context, &(clpti_fold_args){.slots = clpti_view_of(sums),
                                                     .complex = true,
                                                     .slot_count = clpti_probe_slots(context, elements),
                                                     .count = count,
                                                     .out = clpti_view_of(terms)}));
    CLPTI_TRY(clpti_subpixel_probe_gradient(m, clpti_view_of(terms), d_probe));
cleanup:
    clpti_scratch_give(&terms);
    return status;
}

/* Adds the probe's gradient of a selection, whose products patch·P_p have the gradient `waves`. */
static clpt_status add_probe(clpt_context *context, clpti_subpixel *m, const clpti_forward_back_args *a,
                             const clpti_selection *at, clpti_view waves)
{
    const clpti_forward_args *f = &a->forward;
    return clpti_subpixel_add(
        m, &(clpti_probe_gradient_args){.object = f->object,
                                        .height = f->height,
                                        .width = f->width,
                                        .at = *at,
                                        .waves = waves,
                                        .modes = f->modes,
                                        .size = f->size,
                                        .slots = clpti_probe_slots(context, f->modes * f->size * f->size),
                                        .gradient = a->d_probe});
}

/* The derivatives with respect to positions of the same, into entries `done` … of a->slopes. */
static clpt_status find_slopes(clpt_context *context, clpti_subpixel *m, const clpti_forward_back_args *a,
                               const clpti_selection *at, int64_t done, clpti_view waves)
{
    const clpti_forward_args *f = &a->forward;
    clpt_status status = CLPT_OK;
    clpt_buffer *slopes = NULL; /* indexed by pattern */
    CLPTI_TRY(clpti_scratch_take(context, CLPTI_REAL, 2 * (at->first + at->count), &slopes));
    CLPTI_TRY(clpti_subpixel_slopes(m, &(clpti_subpixel_slopes_args){.at = *at,
                                                                     .probes = {.probe = f->probe},
                                                                     .object = f->object,
                                                                     .height = f->height,
                                                                     .width = f->width,
                                                                     .waves = waves,
                                                                     .stride = 2,
                                                                     .slopes = clpti_view_of(slopes)}));
    CLPTI_TRY(clpti_copy(clpti_view_at(clpti_view_of(slopes), 2 * at->first), clpti_view_at(a->slopes, 2 * done),
                         2 * at->count));
cleanup:
    clpti_scratch_give(&slopes);
    return status;
}

clpt_status clpti_moved_back(clpt_context *context, clpti_subpixel *m, const clpti_forward_back_args *a)
{
    clpt_status status = CLPT_OK;
    clpt_buffer *waves = NULL;
    clpti_forward_back_args back = *a;
    int64_t pixels = a->forward.size * a->forward.size, count = a->forward.at.count;
    int64_t chunk = clpti_moved_chunk(context, &a->forward);
    if (chunk > count) chunk = count;
    CLPTI_TRY(clpti_scratch_take(context, CLPTI_COMPLEX, chunk * a->forward.modes * pixels, &waves));
    back.d_waves = clpti_view_of(waves);
    back.d_probe = back.slopes = (clpti_view){0};
    for (int64_t done = 0; done < count; done += chunk) {
        CLPTI_TRY(clpti_moved_probes(m, &a->forward, done, chunk, &back.forward));
        back.cotangent = clpti_view_at(a->cotangent, done * pixels);
        back.rows_first = a->rows_first + done;
        back.sums = clpti_view_at(a->sums, 4 * done);
        CLPTI_TRY(clpti_forward_back(context, &back));
        if (a->d_probe.buffer) CLPTI_TRY(add_probe(context, m, a, &back.forward.at, back.d_waves));
        if (a->slopes.buffer) CLPTI_TRY(find_slopes(context, m, a, &back.forward.at, done, back.d_waves));
    }
cleanup:
    clpti_scratch_give(&waves);
    return status;
}
