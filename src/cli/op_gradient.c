/* SPDX-License-Identifier: Apache-2.0 */
/* Losses with their gradients, PtychoPINN's physics layer, and groups of a scan. */
#include "cli/op_run.h"

clpt_status clpti_op_run_loss(clpti_op_call *call)
{
    clpt_array intensity = clpti_op_in(call, 0), measured = clpti_op_in(call, 1), mask = clpti_op_in(call, 2);
    clpt_array value, d_intensity;
    clpt_status status = CLPT_OK;
    CLPTI_TRY(clpti_op_numbers(call, 0, 0, NULL, &value));
    CLPTI_TRY(clpti_op_field_like(call, 1, 0, &d_intensity));
    status = clpti_session_said(
        call->session, clpt_loss_evaluate(call->session->context, (clpt_loss)call->values->loss, &intensity, &measured,
                                          call->in[2].data ? &mask : NULL, value.data, &d_intensity));
cleanup:
    return status;
}

clpt_status clpti_op_run_total_variation(clpti_op_call *call)
{
    clpt_array object = clpti_op_in(call, 0), value, d_object;
    clpt_status status = CLPT_OK;
    CLPTI_TRY(clpti_op_numbers(call, 0, 0, NULL, &value));
    CLPTI_TRY(clpti_op_field_like(call, 1, 0, &d_object));
    status = clpti_session_said(call->session,
                                clpt_variation_evaluate(call->session->context, (clpt_variation)call->values->variation,
                                                        &object, call->values->epsilon, value.data, &d_object));
cleanup:
    return status;
}

clpt_status clpti_op_run_gradient(clpti_op_call *call)
{
    clpt_array object = clpti_op_in(call, 0), probe = clpti_op_in(call, 2), measured = clpti_op_in(call, 3);
    clpt_array mask = clpti_op_in(call, 4), value, d_object, d_probe, d_positions, d_scale;
    clpt_forward_options options = clpti_op_forward_options(call);
    clpt_scan *scan = NULL;
    clpt_status status = CLPT_OK;
    CLPTI_TRY(clpti_op_scan(call, 1, &scan));
    CLPTI_TRY(clpti_op_numbers(call, 0, 0, NULL, &value));
    CLPTI_TRY(clpti_op_field_like(call, 1, 0, &d_object));
    CLPTI_TRY(clpti_op_field_like(call, 2, 2, &d_probe));
    CLPTI_TRY(clpti_op_numbers_like(call, 3, 1, &d_positions));
    CLPTI_TRY(clpti_op_numbers(call, 4, 0, NULL, &d_scale));
    clpt_forward_gradients gradients = {&d_object, &d_probe, &d_positions, d_scale.data};
    status = clpti_session_said(
        call->session, clpt_gradient(call->session->context, (clpt_loss)call->values->loss, &object, scan, &probe, NULL,
                                     0, &measured, call->in[4].data ? &mask : NULL, &options, value.data, &gradients));
cleanup:
    clpt_scan_destroy(&scan);
    return status;
}

clpt_status clpti_op_run_physics_layer(clpti_op_call *call)
{
    const clpti_op_values *v = call->values;
    clpt_context *context = call->session->context;
    clpt_array patches = clpti_op_in(call, 0), offsets = clpti_op_in(call, 1), probe = clpti_op_in(call, 2);
    clpt_array cotangent = clpti_op_in(call, 3), amplitude, d_patches, d_offsets, d_probe;
    clpt_status status = CLPT_OK;
    CLPTI_TRY(clpti_op_field(call, 0, false, patches.rank, patches.shape, &amplitude));
    CLPTI_TRY(clpti_session_said(call->session, clpt_physics_layer(context, &patches, &offsets, &probe,
                                                                   (clpt_weight)v->weight, v->canvas, &amplitude)));
    if (!call->in[3].data) goto cleanup;
    CLPTI_TRY(clpti_op_field_like(call, 1, 0, &d_patches));
    CLPTI_TRY(clpti_op_numbers_like(call, 2, 1, &d_offsets));
    CLPTI_TRY(clpti_op_field_like(call, 3, 2, &d_probe));
    status = clpti_session_said(call->session,
                                clpt_physics_layer_adjoint(context, &patches, &offsets, &probe, (clpt_weight)v->weight,
                                                           v->canvas, &cotangent, &d_patches, &d_offsets, &d_probe));
cleanup:
    return status;
}

clpt_status clpti_op_run_groups(clpti_op_call *call)
{
    const clpti_op_values *v = call->values;
    const clpti_tensor *positions = &call->in[0];
    int64_t count = positions->shape[0], groups = v->groups ? v->groups : count, size = v->grid * v->grid;
    clpt_groups_options options = {groups, v->grid, v->neighbours, v->all_choices, v->seed};
    clpt_array indices, centres, offsets;
    clpt_status status = CLPT_OK;
    if (positions->shape[1] != 2)
        return clpti_fail(&call->session->message, CLPT_ERROR_ARGUMENT, "positions [%lld, %lld] are not [S, 2]",
                          (long long)count, (long long)positions->shape[1]);
    CLPTI_TRY(clpti_op_numbers(call, 0, 2, CLPT_SHAPE(groups, size), &indices));
    CLPTI_TRY(clpti_op_numbers(call, 1, 2, CLPT_SHAPE(groups, 2), &centres));
    CLPTI_TRY(clpti_op_numbers(call, 2, 3, CLPT_SHAPE(groups, size, 2), &offsets));
    status = clpt_groups_draw(positions->data, count, &options, indices.data, centres.data, offsets.data,
                              &call->session->message);
cleanup:
    return status;
}
