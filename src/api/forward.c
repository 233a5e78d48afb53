/* SPDX-License-Identifier: Apache-2.0 */
/* clpt_forward and clpt_photon_scale: the forward model of a scan. */
#include <math.h>
#include <stdlib.h>

#include "api/forward.h"
#include "api/moved_probes.h"
#include "api/pieces.h"
#include "core/memory.h"
#include "core/poisson.h"
#include "core/struct_size.h"
#include "ops/propagator.h"

typedef struct forward_call {
    clpti_operand operands[3]; /* object, probe, intensity */
    clpti_forward_args args;
    bool poisson, root; /* √counts */
    uint64_t seed;
    double total;             /* Σ of all intensities, for the photon scale */
    clpti_subpixel *subpixel; /* NULL: bilinear */
} forward_call;

static const clpti_struct forward_options = {"clpt_forward_options", sizeof(clpt_forward_options),
                                             &(const clpt_forward_options){.scale = 1.0}};

void clpt_forward_options_init(clpt_forward_options *options, size_t size)
{
    clpti_struct_init(&forward_options, options, size);
}

clpt_status clpti_forward_options_read(clpt_context *context, const char *function, const clpt_forward_options *given,
                                       clpt_forward_options *options)
{
    return clpti_struct_read(&forward_options, function, given, options, &context->message);
}

/* Replaces intensities by counts drawn on the host, identical on every device. */
static clpt_status draw(clpt_context *context, const forward_call *call, clpti_view view, int64_t pattern)
{
    int64_t pixels = call->args.size * call->args.size;
    clpt_status status = CLPT_OK;
    float *rates = clpti_malloc(pixels, sizeof *rates);
    if (!rates) return clpti_fail(&context->message, CLPT_ERROR_MEMORY, "clpt_forward: no host memory for a pattern");
    CLPTI_TRY(clpti_field_download(view, rates, CLPT_TYPE_F32, pixels));
    for (int64_t i = 0; i < pixels; i++) {
        double count = clpti_poisson(call->seed, (uint64_t)pattern, (uint64_t)i, rates[i]);
        rates[i] = (float)(call->root ? sqrt(count) : count);
    }
    CLPTI_TRY(clpti_field_upload(view, rates, CLPT_TYPE_F32, pixels));
cleanup:
    free(rates);
    return status;
}

/* Patterns of the call's selection, with probes moved by their fractions of a pixel. */
static clpt_status predict(clpt_context *context, const forward_call *call)
{
    clpt_status status = CLPT_OK;
    clpti_forward_args args = call->args;
    int64_t pixels = args.size * args.size;
    if (!call->subpixel) return clpti_forward(context, &args);
    int64_t chunk = clpti_moved_chunk(context, &args);
    for (int64_t done = 0; done < call->args.at.count; done += chunk) {
        CLPTI_TRY(clpti_moved_probes(call->subpixel, &call->args, done, chunk, &args));
        args.out = clpti_view_at(call->args.out, done * pixels);
        CLPTI_TRY(clpti_forward(context, &args));
    }
cleanup:
    return status;
}

static clpt_status piece(clpt_context *context, void *user, int64_t first, int64_t count)
{
    forward_call *call = user;
    clpt_status status = CLPT_OK;
    call->args.object = call->operands[0].view;
    call->args.probe = call->operands[1].view;
    call->args.out = call->operands[2].view;
    call->args.at.first = first;
    call->args.at.count = count;
    CLPTI_TRY(predict(context, call));
    int64_t pixels = call->args.size * call->args.size;
    for (int64_t k = 0; call->poisson && k < count; k++)
        CLPTI_TRY(draw(context, call, clpti_view_at(call->args.out, k * pixels), first + k));
cleanup:
    return status;
}

static clpt_status check_options(clpt_context *context, const char *function, const clpt_forward_options *o,
                                 int64_t side)
{
    clpt_message *m = &context->message;
    if (!(o->smooth >= 0.0 && isfinite(o->smooth)))
        return clpti_fail(m, CLPT_ERROR_ARGUMENT, "%s: a smoothing of %g pixels; it must be 0 or more", function,
                          o->smooth);
    if (!isfinite(o->scale) || o->scale < 0.0)
        return clpti_fail(m, CLPT_ERROR_ARGUMENT, "%s: a scale of %g; it must be positive (0 means 1)", function,
                          o->scale);
    if (o->pad && side < 2)
        return clpti_fail(m, CLPT_ERROR_ARGUMENT, "%s: padding needs a side of at least 2", function);
    return CLPT_OK;
}

clpt_status clpti_forward_prepare(clpt_context *context, const char *function, const clpt_array *object,
                                  const clpti_positions *positions, const clpt_array *probe, int64_t side,
                                  const clpt_forward_options *o, clpti_forward_args *args)
{
    clpt_status status = CLPT_OK;
    int64_t modes = 0;
    CLPTI_TRY(clpti_check_array(context, function, "object", object, 2, 2, CLPTI_KIND_COMPLEX));
    CLPTI_TRY(clpti_check_probe(context, function, probe, side, &modes));
    CLPTI_TRY(check_options(context, function, o, side));
    int64_t patch = o->pad ? side / 2 : side;
    *args = (clpti_forward_args){.height = object->shape[0],
                                 .width = object->shape[1],
                                 .at = {.positions = positions, .shift_x = -(patch / 2), .shift_y = -(patch / 2)},
                                 .modes = modes,
                                 .size = side,
                                 .smooth = o->smooth,
                                 .probe_mask = o->probe_mask,
                                 .pad = o->pad,
                                 .amplitude = o->amplitude && !o->poisson,
                                 .scale = o->scale == 0.0 ? 1.0 : o->scale};
    CLPTI_TRY(clpti_propagator_take(context, function, &o->propagation, side, &args->propagator));
cleanup:
    return status;
}

clpt_status clpt_forward(clpt_context *context, const clpt_array *object, const clpt_scan *scan,
                         const clpt_array *probe, const clpt_forward_options *options, const clpt_array *intensity)
{
    static const char *const function = "clpt_forward";
    if (!context) return CLPT_ERROR_ARGUMENT;
    clpt_forward_options o;
    clpt_status status = CLPT_OK;
    forward_call call = {0};
    CLPTI_TRY(clpti_forward_options_read(context, function, options, &o));
    call.poisson = o.poisson;
    call.root = o.amplitude;
    call.seed = o.seed;
    CLPTI_TRY(clpti_check_array(context, function, "intensity", intensity, 3, 3, CLPTI_KIND_REAL));
    CLPTI_TRY(clpti_check_square(context, function, "intensity", intensity));
    CLPTI_TRY(clpti_check_scan(context, function, scan, "intensity", intensity));
    int64_t side = intensity->shape[1];
    CLPTI_TRY(clpti_forward_prepare(context, function, object, &scan->positions, probe, side, &o, &call.args));
    CLPTI_TRY(clpti_moved_take(context, function, o.subpixel, &call.args, &call.subpixel));
    call.operands[0].array = object;
    call.operands[1].array = probe;
    call.operands[2] = (clpti_operand){.array = intensity, .output = true, .per_item = side * side};
    CLPTI_TRY(clpti_run_pieces(context, call.operands, 3, intensity->shape[0], 0, piece, &call));
cleanup:
    clpti_subpixel_destroy(&call.subpixel);
    clpti_propagator_give(&call.args.propagator);
    return status;
}

/* ---- photon scale: Σ|ψ|² is Σ I at s = 1, since the transform conserves energy ---- */

enum { scale_bytes = 64 << 20 }; /* of patterns at a time */

static clpt_status add_totals(clpt_context *context, forward_call *call, clpti_view patterns, clpti_view totals,
                              int64_t first, int64_t count)
{
    clpt_status status = CLPT_OK;
    double *sums = clpti_malloc(count, sizeof *sums);
    if (!sums)
        return clpti_fail(&context->message, CLPT_ERROR_MEMORY, "no host memory for %lld sums", (long long)count);
    call->args.out = patterns;
    call->args.at.first = first;
    call->args.at.count = count;
    CLPTI_TRY(predict(context, call));
    CLPTI_TRY(clpti_totals(
        context,
        &(clpti_totals_args){
            .values = patterns, .groups = count, .height = call->args.size, .width = call->args.size, .out = totals}));
    CLPTI_TRY(clpti_field_download(totals, sums, CLPT_TYPE_F64, count));
    for (int64_t k = 0; k < count; k++) call->total += sums[k];
cleanup:
    free(sums);
    return status;
}

static clpt_status total_piece(clpt_context *context, void *user, int64_t first, int64_t count)
{
    forward_call *call = user;
    clpt_status status = CLPT_OK;
    clpt_buffer *patterns = NULL, *totals = NULL;
    (void)first;
    (void)count;
    call->args.object = call->operands[0].view;
    call->args.probe = call->operands[1].view;
    int64_t all = call->args.at.positions->count, pixels = call->args.size * call->args.size;
    int64_t chunk = scale_bytes / (pixels * (int64_t)clpti_element_size(context, CLPTI_REAL));
    if (chunk > all) chunk = all;
    if (chunk < 1) chunk = 1;
    CLPTI_TRY(clpti_scratch_take(context, CLPTI_REAL, chunk * pixels, &patterns));
    CLPTI_TRY(clpti_scratch_take(context, CLPTI_REAL, chunk, &totals));
    for (int64_t done = 0; done < all; done += chunk)
        CLPTI_TRY(add_totals(context, call, clpti_view_of(patterns), clpti_view_of(totals), done,
                             all - done < chunk ? all - done : chunk));
cleanup:
    clpti_scratch_give(&totals);
    clpti_scratch_give(&patterns);
    return status;
}

clpt_status clpt_photon_scale(clpt_context *context, const clpt_array *object, const clpt_scan *scan,
                              const clpt_array *probe, const clpt_forward_options *options, double photons,
                              double *scale)
{
    static const char *const function = "clpt_photon_scale";
    if (!context || !scale) return CLPT_ERROR_ARGUMENT;
    clpt_forward_options o;
    clpt_status status = CLPT_OK;
    forward_call call = {0};
    CLPTI_TRY(clpti_forward_options_read(context, function, options, &o));
    o.scale = 1.0;
    o.amplitude = o.poisson = false;
    if (!scan || scan->context != context)
        CLPTI_TRY(clpti_fail(&context->message, CLPT_ERROR_ARGUMENT, "%s: scan is NULL or belongs to another context",
                             function));
    if (!(photons > 0.0 && isfinite(photons)))
        CLPTI_TRY(clpti_fail(&context->message, CLPT_ERROR_ARGUMENT, "%s: %g photons; it must be positive", function,
                             photons));
    CLPTI_TRY(clpti_check_array(context, function, "probe", probe, 2, 3, CLPTI_KIND_COMPLEX));
    CLPTI_TRY(clpti_forward_prepare(context, function, object, &scan->positions, probe, probe->shape[probe->rank - 1],
                                    &o, &call.args));
    CLPTI_TRY(clpti_moved_take(context, function, o.subpixel, &call.args, &call.subpixel));
    call.operands[0].array = object;
    call.operands[1].array = probe;
    CLPTI_TRY(clpti_run_pieces(context, call.operands, 2, 1, 0, total_piece, &call));
    if (!(call.total > 0.0))
        CLPTI_TRY(clpti_fail(&context->message, CLPT_ERROR_ARGUMENT,
                             "%s: no light reaches the detector: object or probe are 0 at every position", function));
    *scale = sqrt(photons * (double)scan->positions.count / call.total);
cleanup:
    clpti_subpixel_destroy(&call.subpixel);
    clpti_propagator_give(&call.args.propagator);
    return status;
}
