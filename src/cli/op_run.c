/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/op_run.h"

#include "cli/parts.h"

clpt_array clpti_op_in(const clpti_op_call *call, int k)
{
    return clpti_tensor_view(&call->in[k]);
}

clpt_status clpti_op_field(clpti_op_call *call, int k, bool complex, int rank, const int64_t *shape, clpt_array *view)
{
    bool wide = clpt_context_get_device(call->session->context)->type == CLPT_DEVICE_REFERENCE;
    clpt_type type = complex ? (wide ? CLPT_TYPE_C128 : CLPT_TYPE_C64) : (wide ? CLPT_TYPE_F64 : CLPT_TYPE_F32);
    clpt_status status = clpti_tensor_create(type, rank, shape, &call->out[k], &call->session->message);
    if (status == CLPT_OK) *view = clpti_tensor_view(&call->out[k]);
    return status;
}

clpt_status clpti_op_field_like(clpti_op_call *call, int k, int input, clpt_array *view)
{
    const clpti_tensor *like = &call->in[input];
    return clpti_op_field(call, k, clpti_op_complex(call, input), like->rank, like->shape, view);
}

clpt_status clpti_op_numbers(clpti_op_call *call, int k, int rank, const int64_t *shape, clpt_array *view)
{
    clpt_status status = clpti_tensor_create(CLPT_TYPE_F64, rank, shape, &call->out[k], &call->session->message);
    if (status == CLPT_OK) *view = clpti_tensor_view(&call->out[k]);
    return status;
}

clpt_status clpti_op_numbers_like(clpti_op_call *call, int k, int input, clpt_array *view)
{
    return clpti_op_numbers(call, k, call->in[input].rank, call->in[input].shape, view);
}

bool clpti_op_complex(const clpti_op_call *call, int input)
{
    return call->in[input].type == CLPT_TYPE_C64 || call->in[input].type == CLPT_TYPE_C128;
}

clpt_status clpti_op_scan(clpti_op_call *call, int input, clpt_scan **scan)
{
    const clpti_tensor *positions = &call->in[input];
    if (positions->shape[1] != 2)
        return clpti_fail(&call->session->message, CLPT_ERROR_ARGUMENT, "positions [%lld, %lld] are not [S, 2]",
                          (long long)positions->shape[0], (long long)positions->shape[1]);
    return clpti_session_said(call->session,
                              clpt_scan_create(call->session->context, positions->data, positions->shape[0], scan));
}

clpt_forward_options clpti_op_forward_options(const clpti_op_call *call)
{
    const clpti_op_values *v = call->values;
    clpt_forward_options options = clpt_forward_options_default();
    options.smooth = v->smooth;
    options.probe_mask = v->probe_mask;
    options.propagation = clpti_beam_given(&v->beam);
    options.pad = v->pad;
    options.scale = v->scale;
    return options;
}

clpt_status clpti_op_run_warp(clpti_op_call *call)
{
    clpt_array images = clpti_op_in(call, 0), transforms = clpti_op_in(call, 1), out;
    clpt_status status = clpti_op_field_like(call, 0, 0, &out);
    if (status != CLPT_OK) return status;
    return clpti_session_said(call->session, clpt_warp(call->session->context, &images, &transforms,
                                                       (clpt_interpolation)call->values->interpolation,
                                                       (clpt_fill)call->values->fill, &out));
}

clpt_status clpti_op_run_translate(clpti_op_call *call)
{
    clpt_array images = clpti_op_in(call, 0), shifts = clpti_op_in(call, 1), out;
    clpt_status status = clpti_op_field_like(call, 0, 0, &out);
    if (status != CLPT_OK) return status;
    return clpti_session_said(call->session, clpt_translate(call->session->context, &images, &shifts,
                                                            (clpt_interpolation)call->values->interpolation, &out));
}

clpt_status clpti_op_run_extract_scan(clpti_op_call *call)
{
    clpt_array object = clpti_op_in(call, 0), patches;
    const clpti_tensor *positions = &call->in[1];
    int64_t size = call->values->size;
    clpt_scan *scan = NULL;
    clpt_status status = clpti_op_scan(call, 1, &scan);
    CLPTI_TRY(status);
    CLPTI_TRY(
        clpti_op_field(call, 0, clpti_op_complex(call, 0), 3, CLPT_SHAPE(positions->shape[0], size, size), &patches));
    status = clpti_session_said(call->session, clpt_extract_scan(call->session->context, &object, scan, &patches));
cleanup:
    clpt_scan_destroy(&scan);
    return status;
}

clpt_status clpti_op_run_extract_group(clpti_op_call *call)
{
    clpt_array canvas = clpti_op_in(call, 0), offsets = clpti_op_in(call, 1), patches;
    int64_t size = call->values->size;
    clpt_status status = clpti_op_field(call, 0, clpti_op_complex(call, 0), 4,
                                        CLPT_SHAPE(offsets.shape[0], offsets.shape[1], size, size), &patches);
    if (status != CLPT_OK) return status;
    return clpti_session_said(call->session, clpt_extract_group(call->session->context, &canvas, &offsets, &patches));
}

clpt_status clpti_op_run_reassemble_group(clpti_op_call *call)
{
    const clpti_op_values *v = call->values;
    clpt_array patches = clpti_op_in(call, 0), offsets = clpti_op_in(call, 1), probe, canvas;
    if (call->in[2].data) probe = clpti_op_in(call, 2);
    clpt_status status = clpti_op_field(call, 0, clpti_op_complex(call, 0), 3,
                                        CLPT_SHAPE(patches.shape[0], v->canvas, v->canvas), &canvas);
    if (status != CLPT_OK) return status;
    return clpti_session_said(call->session, clpt_reassemble_group(call->session->context, &patches, &offsets,
                                                                   call->in[2].data ? &probe : NULL,
                                                                   (clpt_weight)v->weight, v->recenter, &canvas));
}

clpt_status clpti_op_run_reassemble_scan(clpti_op_call *call)
{
    clpt_array patches = clpti_op_in(call, 0), canvas;
    clpt_scan *scan = NULL;
    int64_t side;
    clpt_status status = clpti_op_scan(call, 1, &scan);
    CLPTI_TRY(status);
    CLPTI_TRY(clpti_tensor_create(CLPT_TYPE_F64, 1, CLPT_SHAPE(2), &call->out[1], &call->session->message));
    CLPTI_TRY(
        clpti_session_said(call->session, clpt_scan_get_canvas(scan, call->values->crop, &side, call->out[1].data)));
    CLPTI_TRY(clpti_op_field(call, 0, clpti_op_complex(call, 0), 2, CLPT_SHAPE(side, side), &canvas));
    status = clpti_session_said(
        call->session, clpt_reassemble_scan(call->session->context, &patches, scan, call->values->crop, &canvas));
cleanup:
    clpt_scan_destroy(&scan);
    return status;
}

clpt_status clpti_op_run_diffract(clpti_op_call *call)
{
    clpt_array waves = clpti_op_in(call, 0), amplitude;
    clpt_status status = clpti_op_field(call, 0, false, waves.rank, waves.shape, &amplitude);
    if (status != CLPT_OK) return status;
    return clpti_session_said(call->session, clpt_diffract(call->session->context, &waves, &amplitude));
}

clpt_status clpti_op_run_propagate(clpti_op_call *call)
{
    clpt_array waves = clpti_op_in(call, 0), out;
    clpt_propagation how = clpti_beam_given(&call->values->beam);
    clpt_status status = clpti_op_field(call, 0, true, waves.rank, waves.shape, &out);
    if (status != CLPT_OK) return status;
    return clpti_session_said(call->session,
                              clpt_propagate(call->session->context, &waves, &how, call->values->back, &out));
}

clpt_status clpti_op_run_forward(clpti_op_call *call)
{
    clpt_array object = clpti_op_in(call, 0), probe = clpti_op_in(call, 2), intensity;
    int64_t side = probe.shape[probe.rank - 1];
    clpt_forward_options options = clpti_op_forward_options(call);
    clpt_scan *scan = NULL;
    clpt_status status = clpti_op_scan(call, 1, &scan);
    CLPTI_TRY(status);
    CLPTI_TRY(clpti_op_field(call, 0, false, 3, CLPT_SHAPE(call->in[1].shape[0], side, side), &intensity));
    status = clpti_session_said(call->session,
                                clpt_forward(call->session->context, &object, scan, &probe, &options, &intensity));
cleanup:
    clpt_scan_destroy(&scan);
    return status;
}
