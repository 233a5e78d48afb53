/* SPDX-License-Identifier: Apache-2.0 */
/* Corrections of a result's model: scale factors, background and variable modes. */
#include "cli/corrections.h"

#include <math.h>
#include <string.h>

static clpt_status load(const char *path, clpti_store *store, const char *name, clpt_type type, int rank,
                        const int64_t *shape, clpti_tensor *tensor, clpt_message *message)
{
    if (!clpti_store_has(store, name)) return CLPT_OK;
    clpt_status status = clpti_store_read(store, name, type, tensor, message);
    if (status != CLPT_OK) return status;
    bool fits = tensor->rank == rank;
    for (int axis = 0; fits && axis < rank; ++axis) fits = shape[axis] < 0 || tensor->shape[axis] == shape[axis];
    if (!fits)
        return clpti_fail(message, CLPT_ERROR_FILE,
                          "%s: array '%s' does not match its other arrays: it has %lld numbers", path, name,
                          (long long)clpti_tensor_count(tensor));
    const double *values = tensor->data;
    for (int64_t i = 0; i < clpti_tensor_count(tensor) * (type == CLPT_TYPE_C128 ? 2 : 1); ++i)
        if (!isfinite(values[i]))
            return clpti_fail(message, CLPT_ERROR_FILE, "%s: array '%s' contains a number that is not finite", path,
                              name);
    return CLPT_OK;
}

clpt_status clpti_corrections_load(const char *path, clpti_store *store, int64_t count, int64_t side,
                                   clpti_corrections *c, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    CLPTI_TRY(load(path, store, "amplitude_factors", CLPT_TYPE_F64, 1, CLPT_SHAPE(count), &c->factors, message));
    CLPTI_TRY(load(path, store, "background", CLPT_TYPE_F64, 2, CLPT_SHAPE(side, side), &c->background, message));
    CLPTI_TRY(load(path, store, "opr_modes", CLPT_TYPE_C128, 3, CLPT_SHAPE(-1, side, side), &c->modes, message));
    if (c->modes.data)
        CLPTI_TRY(load(path, store, "opr_coefficients", CLPT_TYPE_C128, 2, CLPT_SHAPE(count, c->modes.shape[0]),
                       &c->coefficients, message));
    if (c->modes.data && !c->coefficients.data)
        CLPTI_TRY(clpti_fail(message, CLPT_ERROR_FILE, "%s: has 'opr_modes' without 'opr_coefficients'", path));
cleanup:
    return status;
}

clpt_status clpti_corrections_of_scan(const clpti_scan_file *scan, clpti_corrections *c, clpt_message *message)
{
    if (!scan->background) return CLPT_OK;
    clpt_status status =
        clpti_tensor_create(CLPT_TYPE_F64, 2, CLPT_SHAPE(scan->side, scan->side), &c->background, message);
    if (status != CLPT_OK) return status;
    for (int64_t i = 0; i < scan->side * scan->side; ++i)
        ((double *)c->background.data)[i] = (double)scan->background[i];
    return CLPT_OK;
}

void clpti_corrections_free(clpti_corrections *c)
{
    clpti_tensor_destroy(&c->factors);
    clpti_tensor_destroy(&c->background);
    clpti_tensor_destroy(&c->modes);
    clpti_tensor_destroy(&c->coefficients);
}

void clpti_corrections_probe(const clpti_corrections *c, const clpti_tensor *probe, int64_t k, double *varied)
{
    int64_t pixels = probe->shape[1] * probe->shape[2], count = c->modes.shape[0];
    const double *coefficients = (const double *)c->coefficients.data + 2 * k * count, *modes = c->modes.data;
    memcpy(varied, probe->data, (size_t)clpti_tensor_count(probe) * 2 * sizeof *varied);
    for (int64_t j = 0; j < count; ++j) {
        double re = coefficients[2 * j], im = coefficients[2 * j + 1];
        for (int64_t i = 0; i < pixels; ++i, modes += 2) {
            varied[2 * i] += re * modes[0] - im * modes[1];
            varied[2 * i + 1] += re * modes[1] + im * modes[0];
        }
    }
}

void clpti_corrections_apply(const clpti_corrections *c, int64_t k, int64_t pixels, float *intensity)
{
    const double *background = c->background.data, *factors = c->factors.data;
    double gain = factors ? factors[k] * factors[k] : 1;
    for (int64_t i = 0; i < pixels; ++i)
        intensity[i] = (float)(gain * (double)intensity[i] + (background ? background[i] : 0));
}
