/* SPDX-License-Identifier: Apache-2.0 */
/* Adjoints: inputs of the operation, then the cotangent; a gradient for each input that has one. */
#include "cli/op_run.h"

clpt_status clpti_op_run_warp_adjoint(clpti_op_call *call)
{
    const clpti_op_values *v = call->values;
    clpt_array images = clpti_op_in(call, 0), transforms = clpti_op_in(call, 1), cotangent = clpti_op_in(call, 2);
    clpt_array d_images, d_transforms;
    clpt_status status = CLPT_OK;
    CLPTI_TRY(clpti_op_field_like(call, 0, 0, &d_images));
    CLPTI_TRY(clpti_op_numbers_like(call, 1, 1, &d_transforms));
    status =
        clpti_session_said(call->session, clpt_warp_adjoint(call->session->context, &images, &transforms,
                                                            (clpt_interpolation)v->interpolation, (clpt_fill)v->fill,
                                                            &cotangent, &d_images, &d_transforms));
cleanup:
    return status;
}

clpt_status clpti_op_run_translate_adjoint(clpti_op_call *call)
{
    clpt_array images = clpti_op_in(call, 0), shifts = clpti_op_in(call, 1), cotangent = clpti_op_in(call, 2);
    clpt_array d_images, d_shifts;
    clpt_status status = CLPT_OK;
    CLPTI_TRY(clpti_op_field_like(call, 0, 0, &d_images));
    CLPTI_TRY(clpti_op_numbers_like(call, 1, 1, &d_shifts));
    status = clpti_session_said(call->session, clpt_translate_adjoint(call->session->context, &images, &shifts,
                                                                      (clpt_interpolation)call->values->interpolation,
                                                                      &cotangent, &d_images, &d_shifts));
cleanup:
    return status;
}

clpt_status clpti_op_run_extract_scan_adjoint(clpti_op_call *call)
{
    clpt_array object = clpti_op_in(call, 0), cotangent = clpti_op_in(call, 2), d_object, d_positions;
    clpt_scan *scan = NULL;
    clpt_status status = CLPT_OK;
    CLPTI_TRY(clpti_op_scan(call, 1, &scan));
    CLPTI_TRY(clpti_op_field_like(call, 0, 0, &d_object));
    CLPTI_TRY(clpti_op_numbers_like(call, 1, 1, &d_positions));
    status = clpti_session_said(call->session, clpt_extract_scan_adjoint(call->session->context, &object, scan,
                                                                         &cotangent, &d_object, &d_positions));
cleanup:
    clpt_scan_destroy(&scan);
    return status;
}

clpt_status clpti_op_run_extract_group_adjoint(clpti_op_call *call)
{
    clpt_array canvas = clpti_op_in(call, 0), offsets = clpti_op_in(call, 1), cotangent = clpti_op_in(call, 2);
    clpt_array d_canvas, d_offsets;
    clpt_status status = CLPT_OK;
    CLPTI_TRY(clpti_op_field_like(call, 0, 0, &d_canvas));
    CLPTI_TRY(clpti_op_numbers_like(call, 1, 1, &d_offsets));
    status = clpti_session_said(call->session, clpt_extract_group_adjoint(call->session->context, &canvas, &offsets,
                                                                          &cotangent, &d_canvas, &d_offsets));
cleanup:
    return status;
}

clpt_status clpti_op_run_reassemble_group_adjoint(clpti_op_call *call)
{
    const clpti_op_values *v = call->values;
    bool weighted = v->weight == CLPT_WEIGHT_PROBE;
    clpt_array patches = clpti_op_in(call, 0), offsets = clpti_op_in(call, 1), cotangent = clpti_op_in(call, 3);
    clpt_array probe = clpti_op_in(call, 2), d_patches, d_offsets, d_probe;
    clpt_status status = CLPT_OK;
    CLPTI_TRY(clpti_op_field_like(call, 0, 0, &d_patches));
    CLPTI_TRY(clpti_op_numbers_like(call, 1, 1, &d_offsets));
    if (weighted) CLPTI_TRY(clpti_op_field_like(call, 2, 2, &d_probe));
    status = clpti_session_said(
        call->session, clpt_reassemble_group_adjoint(call->session->context, &patches, &offsets,
                                                     weighted ? &probe : NULL, (clpt_weight)v->weight, v->recenter,
                                                     &cotangent, &d_patches, &d_offsets, weighted ? &d_probe : NULL));
cleanup:
    return status;
}

clpt_status clpti_op_run_reassemble_scan_adjoint(clpti_op_call *call)
{
    clpt_array patches = clpti_op_in(call, 0), cotangent = clpti_op_in(call, 2), d_patches, d_positions;
    clpt_scan *scan = NULL;
    clpt_status status = CLPT_OK;
    CLPTI_TRY(clpti_op_scan(call, 1, &scan));
    CLPTI_TRY(clpti_op_field_like(call, 0, 0, &d_patches));
    CLPTI_TRY(clpti_op_numbers_like(call, 1, 1, &d_positions));
    status = clpti_session_said(call->session,
                                clpt_reassemble_scan_adjoint(call->session->context, &patches, scan, call->values->crop,
                                                             &cotangent, &d_patches, &d_positions));
cleanup:
    clpt_scan_destroy(&scan);
    return status;
}

clpt_status clpti_op_run_diffract_adjoint(clpti_op_call *call)
{
    clpt_array waves = clpti_op_in(call, 0), cotangent = clpti_op_in(call, 1), d_waves;
    clpt_status status = clpti_op_field_like(call, 0, 0, &d_waves);
    if (status != CLPT_OK) return status;
    return clpti_session_said(call->session,
                              clpt_diffract_adjoint(call->session->context, &waves, &cotangent, &d_waves));
}

clpt_status clpti_op_run_forward_adjoint(clpti_op_call *call)
{
    clpt_array object = clpti_op_in(call, 0), probe = clpti_op_in(call, 2), cotangent = clpti_op_in(call, 3);
    clpt_array d_object, d_probe, d_positions, d_scale;
    clpt_forward_options options = clpti_op_forward_options(call);
    clpt_scan *scan = NULL;
    clpt_status status = CLPT_OK;
    CLPTI_TRY(clpti_op_scan(call, 1, &scan));
    CLPTI_TRY(clpti_op_field_like(call, 0, 0, &d_object));
    CLPTI_TRY(clpti_op_field_like(call, 1, 2, &d_probe));
    CLPTI_TRY(clpti_op_numbers_like(call, 2, 1, &d_positions));
    CLPTI_TRY(clpti_op_numbers(call, 3, 0, NULL, &d_scale));
    clpt_forward_gradients gradients = {&d_object, &d_probe, &d_positions, d_scale.data};
    status = clpti_session_said(call->session, clpt_forward_adjoint(call->session->context, &object, scan, &probe,
                                                                    &options, &cotangent, &gradients));
cleanup:
    clpt_scan_destroy(&scan);
    return status;
}
