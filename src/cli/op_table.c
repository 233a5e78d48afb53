/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/op.h"

#include "cli/parts.h"

static bool is_complex(const clpti_tensor *tensor)
{
    return tensor->type == CLPT_C64 || tensor->type == CLPT_C128;
}

/* Reserves output k in the context's own precision. */
static clpt_status make_output(clpti_op_call *call, int k, bool complex, int rank, const int64_t *shape,
                               clpt_array *view)
{
    bool wide = clpt_context_device(call->session->context)->type == CLPT_DEVICE_REFERENCE;
    clpt_type type = complex ? (wide ? CLPT_C128 : CLPT_C64) : (wide ? CLPT_F64 : CLPT_F32);
    clpt_status status = clpti_tensor_create(type, rank, shape, &call->out[k], &call->session->message);
    if (status == CLPT_OK) *view = clpti_tensor_view(&call->out[k]);
    return status;
}

/* The scan of an input [S, 2]. */
static clpt_status make_scan(clpti_op_call *call, const clpti_tensor *positions, clpt_scan **scan)
{
    if (positions->shape[1] != 2)
        return clpti_fail(&call->session->message, CLPT_ERROR_ARGUMENT, "positions [%lld, %lld] are not [S, 2]",
                          (long long)positions->shape[0], (long long)positions->shape[1]);
    return clpti_session_said(call->session,
                              clpt_scan_create(call->session->context, positions->data, positions->shape[0], scan));
}

static clpt_status run_warp(clpti_op_call *call)
{
    clpt_array images = clpti_tensor_view(&call->in[0]), transforms = clpti_tensor_view(&call->in[1]), out;
    clpt_status status = make_output(call, 0, is_complex(&call->in[0]), images.rank, images.shape, &out);
    if (status != CLPT_OK) return status;
    return clpti_session_said(call->session, clpt_warp(call->session->context, &images, &transforms,
                                                       (clpt_interpolation)call->values->interpolation,
                                                       (clpt_fill)call->values->fill, &out));
}

static clpt_status run_translate(clpti_op_call *call)
{
    clpt_array images = clpti_tensor_view(&call->in[0]), shifts = clpti_tensor_view(&call->in[1]), out;
    clpt_status status = make_output(call, 0, is_complex(&call->in[0]), images.rank, images.shape, &out);
    if (status != CLPT_OK) return status;
    return clpti_session_said(call->session, clpt_translate(call->session->context, &images, &shifts,
                                                            (clpt_interpolation)call->values->interpolation, &out));
}

static clpt_status run_extract_scan(clpti_op_call *call)
{
    clpt_array object = clpti_tensor_view(&call->in[0]), patches;
    const clpti_tensor *positions = &call->in[1];
    int64_t size = call->values->size;
    clpt_scan *scan = NULL;
    clpt_status status = make_scan(call, positions, &scan);
    CLPTI_TRY(status);
    CLPTI_TRY(make_output(call, 0, is_complex(&call->in[0]), 3, CLPT_SHAPE(positions->shape[0], size, size), &patches));
    status = clpti_session_said(call->session, clpt_extract_scan(call->session->context, &object, scan, &patches));
cleanup:
    clpt_scan_destroy(&scan);
    return status;
}

static clpt_status run_extract_group(clpti_op_call *call)
{
    clpt_array canvas = clpti_tensor_view(&call->in[0]), offsets = clpti_tensor_view(&call->in[1]), patches;
    int64_t size = call->values->size;
    clpt_status status = make_output(call, 0, is_complex(&call->in[0]), 4,
                                     CLPT_SHAPE(offsets.shape[0], offsets.shape[1], size, size), &patches);
    if (status != CLPT_OK) return status;
    return clpti_session_said(call->session, clpt_extract_group(call->session->context, &canvas, &offsets, &patches));
}

static clpt_status run_reassemble_group(clpti_op_call *call)
{
    const clpti_op_values *v = call->values;
    clpt_array patches = clpti_tensor_view(&call->in[0]), offsets = clpti_tensor_view(&call->in[1]), probe, canvas;
    if (call->in[2].data) probe = clpti_tensor_view(&call->in[2]);
    clpt_status status =
        make_output(call, 0, is_complex(&call->in[0]), 3, CLPT_SHAPE(patches.shape[0], v->canvas, v->canvas), &canvas);
    if (status != CLPT_OK) return status;
    return clpti_session_said(call->session, clpt_reassemble_group(call->session->context, &patches, &offsets,
                                                                   call->in[2].data ? &probe : NULL,
                                                                   (clpt_weight)v->weight, v->recenter, &canvas));
}

static clpt_status run_reassemble_scan(clpti_op_call *call)
{
    clpt_array patches = clpti_tensor_view(&call->in[0]), canvas;
    clpt_scan *scan = NULL;
    int64_t side;
    clpt_status status = make_scan(call, &call->in[1], &scan);
    CLPTI_TRY(status);
    CLPTI_TRY(clpti_tensor_create(CLPT_F64, 1, CLPT_SHAPE(2), &call->out[1], &call->session->message));
    CLPTI_TRY(clpti_session_said(call->session, clpt_scan_canvas(scan, call->values->crop, &side, call->out[1].data)));
    CLPTI_TRY(make_output(call, 0, is_complex(&call->in[0]), 2, CLPT_SHAPE(side, side), &canvas));
    status = clpti_session_said(
        call->session, clpt_reassemble_scan(call->session->context, &patches, scan, call->values->crop, &canvas));
cleanup:
    clpt_scan_destroy(&scan);
    return status;
}

static clpt_status run_diffract(clpti_op_call *call)
{
    clpt_array waves = clpti_tensor_view(&call->in[0]), amplitude;
    clpt_status status = make_output(call, 0, false, waves.rank, waves.shape, &amplitude);
    if (status != CLPT_OK) return status;
    return clpti_session_said(call->session, clpt_diffract(call->session->context, &waves, &amplitude));
}

static clpt_status run_forward(clpti_op_call *call)
{
    const clpti_op_values *v = call->values;
    clpt_array object = clpti_tensor_view(&call->in[0]), probe = clpti_tensor_view(&call->in[2]), intensity;
    int64_t side = probe.shape[probe.rank - 1];
    clpt_forward_options options = clpt_forward_options_default();
    options.smooth = v->smooth;
    options.probe_mask = v->probe_mask;
    options.pad = v->pad;
    options.scale = v->scale;
    clpt_scan *scan = NULL;
    clpt_status status = make_scan(call, &call->in[1], &scan);
    CLPTI_TRY(status);
    CLPTI_TRY(make_output(call, 0, false, 3, CLPT_SHAPE(call->in[1].shape[0], side, side), &intensity));
    status = clpti_session_said(call->session,
                                clpt_forward(call->session->context, &object, scan, &probe, &options, &intensity));
cleanup:
    clpt_scan_destroy(&scan);
    return status;
}

#define POSITIONS                                                                                                      \
    {                                                                                                                  \
        "positions", "[S, 2] patch centres (x, y)", CLPTI_OP_NUMBERS, 2, 2, false                                      \
    }
#define OFFSETS                                                                                                        \
    {                                                                                                                  \
        "offsets", "[G, C, 2] (x, y)", CLPTI_OP_NUMBERS, 3, 3, false                                                   \
    }

const clpti_op clpti_ops[] = {
    {.name = "warp",
     .summary = "projective warp: out(x, y) = image(T (x, y, 1))",
     .inputs = {{"images", "[B, H, W]", CLPTI_OP_FIELD, 3, 3, false},
                {"transforms", "[K, 3, 3] or [K, 8], K = B, 1 or B/k", CLPTI_OP_NUMBERS, 2, 3, false}},
     .outputs = {"out"},
     .options = "interp|fill",
     .run = run_warp},
    {.name = "translate",
     .summary = "moves images by +shift, 0 outside",
     .inputs = {{"images", "[B, H, W]", CLPTI_OP_FIELD, 3, 3, false},
                {"shifts", "[K, 2] (x, y), K = B, 1 or B/k", CLPTI_OP_NUMBERS, 2, 2, false}},
     .outputs = {"out"},
     .options = "interp",
     .run = run_translate},
    {.name = "extract-scan",
     .summary = "bilinear patches of an object at scan positions",
     .inputs = {{"object", "[H, W]", CLPTI_OP_FIELD, 2, 2, false}, POSITIONS},
     .outputs = {"patches"},
     .options = "size",
     .needed = "size",
     .run = run_extract_scan},
    {.name = "extract-group",
     .summary = "centre crops of canvases moved by +offset",
     .inputs = {{"canvas", "[G, M, M]", CLPTI_OP_FIELD, 3, 3, false}, OFFSETS},
     .outputs = {"patches"},
     .options = "size",
     .needed = "size",
     .run = run_extract_group},
    {.name = "reassemble-group",
     .summary = "merges each group's patches onto a canvas",
     .inputs = {{"patches", "[G, C, N, N]", CLPTI_OP_FIELD, 4, 4, false},
                OFFSETS,
                {"probe", "[P, N, N] or [N, N]", CLPTI_OP_COMPLEX, 2, 3, true}},
     .outputs = {"canvas"},
     .options = "canvas|weight|recenter",
     .needed = "canvas",
     .run = run_reassemble_group},
    {.name = "reassemble-scan",
     .summary = "merges the centres of a scan's patches; origin is the object coordinate of canvas[0, 0]",
     .inputs = {{"patches", "[S, N, N]", CLPTI_OP_FIELD, 3, 3, false}, POSITIONS},
     .outputs = {"canvas", "origin"},
     .options = "crop",
     .needed = "crop",
     .run = run_reassemble_scan},
    {.name = "diffract",
     .summary = "far-field amplitude |FFT2 wave| / N, centred",
     .inputs = {{"waves", "[B, N, N]", CLPTI_OP_COMPLEX, 3, 3, false}},
     .outputs = {"amplitude"},
     .options = "",
     .run = run_diffract},
    {.name = "forward",
     .summary = "the intensity of every pattern that object and probe predict",
     .inputs = {{"object", "[H, W]", CLPTI_OP_COMPLEX, 2, 2, false},
                POSITIONS,
                {"probe", "[P, N, N] or [N, N]", CLPTI_OP_COMPLEX, 2, 3, false}},
     .outputs = {"intensity"},
     .options = "smooth|probe-mask|scale|pad",
     .run = run_forward},
    {.name = NULL}};
