/* SPDX-License-Identifier: Apache-2.0 */
/* Losses, their slopes at the detector, and gradients of a whole batch. */
#include <stdio.h>

#include "parity/parts.h"

static const char *const losses[] = {
    [CLPT_LOSS_POISSON] = "poisson", [CLPT_LOSS_AMPLITUDE] = "amplitude", [CLPT_LOSS_AMPLITUDE_L1] = "mae"};
enum { LOSSES = sizeof losses / sizeof *losses };

/* "mae_object", "good_mae": of a loss. */
static const char *join(const char *left, const char *right, char name[48])
{
    snprintf(name, 48, "%s_%s", left, right);
    return name;
}

static clpt_status loss_values(clpti_parity_task *task, bool slopes)
{
    clpt_status status = CLPT_OK;
    clpt_array intensity, counts, mask, out;
    char name[48];
    CLPTI_TRY(clpti_parity_result(task, "forward", "intensity", &intensity));
    CLPTI_TRY(clpti_parity_input(task, "counts", &counts));
    for (int k = 0; k < LOSSES; k++) {
        double *value = NULL;
        CLPTI_TRY(clpti_parity_input(task, slopes ? join("good", losses[k], name) : "mask", &mask));
        CLPTI_TRY(slopes ? clpti_parity_out(task, losses[k], false, 3, intensity.shape, &out)
                         : clpti_parity_numbers(task, losses[k], 0, NULL, &out));
        if (!slopes) value = out.data;
        CLPTI_TRY(clpti_parity_said(task, clpt_loss_evaluate(task->context, (clpt_loss)k, &intensity, &counts, &mask,
                                                             value, slopes ? &out : NULL)));
    }
cleanup:
    return status;
}

clpt_status clpti_parity_losses(clpti_parity_task *task)
{
    return loss_values(task, false);
}

clpt_status clpti_parity_slopes(clpti_parity_task *task)
{
    return loss_values(task, true);
}

static clpt_status gradient(clpti_parity_task *task, clpt_scan *scan, clpt_loss loss)
{
    clpt_status status = CLPT_OK;
    clpt_array object, probe, counts, mask, d_object, d_probe, d_positions, value;
    char name[48];
    clpt_forward_options options = clpt_forward_options_default();
    options.propagation = clpti_parity_propagation(&task->problem->config);
    CLPTI_TRY(clpti_parity_input(task, "object", &object));
    CLPTI_TRY(clpti_parity_input(task, "probe", &probe));
    CLPTI_TRY(clpti_parity_input(task, "counts", &counts));
    CLPTI_TRY(clpti_parity_input(task, join("good", losses[loss], name), &mask));
    CLPTI_TRY(clpti_parity_numbers(task, join(losses[loss], "loss", name), 0, NULL, &value));
    CLPTI_TRY(clpti_parity_out(task, join(losses[loss], "object", name), true, 2, object.shape, &d_object));
    CLPTI_TRY(clpti_parity_out(task, join(losses[loss], "probe", name), true, 3, probe.shape, &d_probe));
    CLPTI_TRY(clpti_parity_numbers(task, join(losses[loss], "positions", name), 2,
                                   CLPT_SHAPE(clpt_scan_get_count(scan), 2), &d_positions));
    const clpt_forward_gradients to = {.d_object = &d_object, .d_probe = &d_probe, .d_positions = &d_positions};
    CLPTI_TRY(clpti_parity_said(task, clpt_gradient(task->context, loss, &object, scan, &probe, NULL, 0, &counts, &mask,
                                                    &options, value.data, &to)));
cleanup:
    return status;
}

clpt_status clpti_parity_gradients(clpti_parity_task *task)
{
    clpt_status status = CLPT_OK;
    clpt_scan *scan = NULL;
    CLPTI_TRY(clpti_parity_scan(task, &scan));
    for (int k = 0; k < LOSSES; k++) CLPTI_TRY(gradient(task, scan, (clpt_loss)k));
cleanup:
    clpt_scan_destroy(&scan);
    return status;
}

clpt_status clpti_parity_variation(clpti_parity_task *task)
{
    static const char *const names[] = {[CLPT_VARIATION_QUADRATIC] = "squares", [CLPT_VARIATION_TOTAL] = "edge"};
    static const double epsilon = 1e-3;
    clpt_status status = CLPT_OK;
    clpt_array object, value, out;
    char name[48];
    CLPTI_TRY(clpti_parity_input(task, "object", &object));
    for (int k = 0; k < 2; k++) {
        CLPTI_TRY(clpti_parity_numbers(task, names[k], 0, NULL, &value));
        CLPTI_TRY(clpti_parity_out(task, join(names[k], "gradient", name), true, 2, object.shape, &out));
        CLPTI_TRY(clpti_parity_said(
            task, clpt_variation_evaluate(task->context, (clpt_variation)k, &object, epsilon, value.data, &out)));
    }
cleanup:
    return status;
}
