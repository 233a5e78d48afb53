/* SPDX-License-Identifier: Apache-2.0 */
/* Object, probe, positions and mask of a scan or of a result, checked. */
#include "cli/file_contents.h"
#include "cli/warning.h"

#include <math.h>
#include <stdlib.h>

#include "cli/fraction_model.h"
#include "cli/grid.h"
#include "cli/session.h"
#include "core/memory.h"
#include "io/store.h"

static clpt_status check_finite(const char *path, const char *name, const clpti_tensor *tensor, clpt_message *message)
{
    const double *values = tensor->data;
    int64_t count = clpti_tensor_count(tensor) * (tensor->type == CLPT_TYPE_C128 ? 2 : 1);
    for (int64_t i = 0; i < count; ++i)
        if (!isfinite(values[i]))
            return clpti_fail(message, CLPT_ERROR_FILE, "%s: array '%s': element %lld is not finite", path, name,
                              (long long)(tensor->type == CLPT_TYPE_C128 ? i / 2 : i));
    return CLPT_OK;
}

/* The first of several names that the file has; NULL: none. */
static const char *first_of(const clpti_store *store, const char *const *names)
{
    while (*names && !clpti_store_has(store, *names)) ++names;
    return *names;
}

static clpt_status load_object(const char *path, clpti_store *store, clpti_tensor *object, clpt_message *message)
{
    static const char *const names[] = {"objectGuess", "object", "entry_1/image_2/data", NULL};
    const char *name = first_of(store, names);
    if (!name) return CLPT_OK;
    clpt_status status = clpti_store_read(store, name, CLPT_TYPE_C128, object, message);
    if (status == CLPT_OK) status = clpti_wave_object(path, name, object, message);
    return status == CLPT_OK ? check_finite(path, name, object, message) : status;
}

static clpt_status load_probe(const char *path, clpti_store *store, clpti_tensor *probe, clpt_message *message)
{
    static const char *const names[] = {"probeGuess",
                                        "probe",
                                        "entry_1/instrument_1/source_1/illumination",
                                        "entry_1/instrument_1/source_1/probe",
                                        "entry_1/image_1/data",
                                        NULL};
    const char *name = first_of(store, names);
    clpti_npy_info info;
    if (!name) return CLPT_OK;
    clpt_status status = clpti_store_info(store, clpti_store_find(store, name), &info, message);
    if (status == CLPT_OK) status = clpti_store_read(store, name, CLPT_TYPE_C128, probe, message);
    if (status == CLPT_OK) status = clpti_wave_probe(path, name, !info.is_complex, probe, message);
    if (status == CLPT_OK && probe->shape[1] != probe->shape[2])
        status = clpti_fail(message, CLPT_ERROR_FILE, "%s: array '%s' is not a probe: [N, N] or [P, N, N]", path, name);
    return status == CLPT_OK ? check_finite(path, name, probe, message) : status;
}

static clpt_status load_mask(const char *path, clpti_store *store, clpti_tensor *mask, clpt_message *message)
{
    if (!clpti_store_has(store, "mask")) return CLPT_OK;
    clpt_status status = clpti_store_read(store, "mask", CLPT_TYPE_F32, mask, message);
    if (status == CLPT_OK && mask->rank != 2 && mask->rank != 3)
        status = clpti_fail(message, CLPT_ERROR_FILE, "%s: array 'mask' has rank %d; it is [N, N] or [S, N, N]", path,
                            mask->rank);
    return status;
}

/* Two columns as pairs. */
static clpt_status load_columns(const char *path, clpti_store *store, const char *const names[2], double **pairs,
                                int64_t *count, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    clpti_tensor columns[2] = {{0}, {0}};
    for (int k = 0; k < 2; ++k) CLPTI_TRY(clpti_store_read(store, names[k], CLPT_TYPE_F64, &columns[k], message));
    const clpti_tensor *x = &columns[0], *y = &columns[1];
    if (x->rank != 1 || y->rank != 1 || x->shape[0] != y->shape[0] || x->shape[0] < 1)
        CLPTI_TRY(clpti_fail(
            message, CLPT_ERROR_FILE,
            "%s: arrays '%s' (rank %d, %lld elements) and '%s' (rank %d, %lld) must be lists of one length", path,
            names[0], x->rank, (long long)clpti_tensor_count(x), names[1], y->rank, (long long)clpti_tensor_count(y)));
    for (int k = 0; k < 2; ++k) CLPTI_TRY(check_finite(path, names[k], &columns[k], message));
    *count = x->shape[0];
    if (!(*pairs = clpti_malloc(*count, 2 * sizeof **pairs)))
        CLPTI_TRY(clpti_fail(message, CLPT_ERROR_MEMORY, "no memory for %lld positions", (long long)*count));
    for (int64_t k = 0; k < 2 * *count; ++k) (*pairs)[k] = ((const double *)columns[k & 1].data)[k / 2];
cleanup:
    clpti_tensor_destroy(&columns[0]);
    clpti_tensor_destroy(&columns[1]);
    return status;
}

static const char *const start_names[2] = {"xcoords", "ycoords"}, *const true_names[2] = {"xcoords_true",
                                                                                          "ycoords_true"};

static clpt_status load_truth(const char *path, clpti_store *store, clpti_file_contents *parts, clpt_message *message)
{
    int64_t count = 0;
    if (!clpti_store_has(store, true_names[0]) && !clpti_store_has(store, true_names[1])) return CLPT_OK;
    clpt_status status = load_columns(path, store, true_names, &parts->true_positions, &count, message);
    if (status == CLPT_OK && count != parts->count)
        status = clpti_fail(message, CLPT_ERROR_FILE, "%s: array '%s' has %lld elements, '%s' %lld", path,
                            true_names[0], (long long)count, start_names[0], (long long)parts->count);
    return status;
}

static clpt_status load_positions(const char *path, clpti_store *store, clpti_file_contents *parts,
                                  clpt_message *message)
{
    if (clpti_store_has(store, start_names[0]) || clpti_store_has(store, start_names[1]))
        return load_columns(path, store, start_names, &parts->positions, &parts->count, message);
    if (!clpti_store_has(store, "positions")) return CLPT_OK;
    clpti_tensor pairs = {0};
    clpt_status status = clpti_store_read(store, "positions", CLPT_TYPE_F64, &pairs, message);
    if (status != CLPT_OK) return status;
    if (pairs.rank != 2 || pairs.shape[0] < 1 || pairs.shape[1] != 2)
        status = clpti_fail(message, CLPT_ERROR_FILE, "%s: array 'positions' is not [S, 2]", path);
    if (status == CLPT_OK) status = check_finite(path, "positions", &pairs, message);
    if (status == CLPT_OK) {
        parts->count = pairs.shape[0];
        parts->positions = pairs.data; /* ownership is taken */
        pairs.data = NULL;
    }
    clpti_tensor_destroy(&pairs);
    return status;
}

/* Frames used for a result; older results used all. */
static clpt_status load_used(const char *path, clpti_store *store, clpti_file_contents *parts, clpt_message *message)
{
    clpti_tensor used = {0};
    clpt_status status = CLPT_OK;
    if (!parts->positions || !clpti_store_has(store, "used")) return CLPT_OK;
    CLPTI_TRY(clpti_store_read(store, "used", CLPT_TYPE_F64, &used, message));
    if (used.rank != 1 || used.shape[0] != parts->count)
        CLPTI_TRY(clpti_fail(message, CLPT_ERROR_FILE, "%s: array 'used' has %lld elements, 'positions' %lld", path,
                             (long long)clpti_tensor_count(&used), (long long)parts->count));
    parts->used = clpti_malloc(parts->count, sizeof *parts->used);
    if (!parts->used)
        CLPTI_TRY(clpti_fail(message, CLPT_ERROR_MEMORY, "no memory for %lld frames", (long long)parts->count));
    for (int64_t s = 0; s < parts->count; ++s) parts->used[s] = ((const double *)used.data)[s] != 0;
cleanup:
    clpti_tensor_destroy(&used);
    return status;
}

/* A scan's array 'background' has the size of the detector, and is not part of a model. */
static clpt_status load_corrections(const char *path, clpti_store *store, clpti_file_contents *parts,
                                    clpt_message *message)
{
    parts->is_result = parts->object.data && parts->probe.data && !clpti_store_has(store, "objectGuess");
    if (!parts->is_result || !parts->positions) return CLPT_OK;
    return clpti_corrections_load(path, store, parts->count, parts->probe.shape[1], &parts->corrections, message);
}

static clpt_status load_grid(const char *path, clpti_store *store, clpti_file_contents *parts, clpt_message *message)
{
    clpti_tensor factor = {0};
    parts->pad_detector = 1;
    if (!clpti_store_has(store, "pad_detector")) return CLPT_OK;
    clpt_status status = clpti_store_read(store, "pad_detector", CLPT_TYPE_F64, &factor, message);
    if (status != CLPT_OK) return status;
    parts->pad_detector = clpti_tensor_count(&factor) == 1 ? *(const double *)factor.data : 0;
    clpti_tensor_destroy(&factor);
    if (parts->pad_detector >= 1 && parts->pad_detector <= CLPTI_PAD_DETECTOR_MAX) return CLPT_OK;
    return clpti_fail(message, CLPT_ERROR_FILE, "%s: array 'pad_detector' is not a number from 1 to %d", path,
                      CLPTI_PAD_DETECTOR_MAX);
}

static clpt_status load_pixel(const char *path, clpti_store *store, clpti_file_contents *parts, clpt_message *message)
{
    clpti_tensor pixel = {0};
    if (!clpti_store_has(store, "object_pixel")) return CLPT_OK;
    clpt_status status = clpti_store_read(store, "object_pixel", CLPT_TYPE_F64, &pixel, message);
    if (status != CLPT_OK) return status;
    parts->pixel = clpti_tensor_count(&pixel) == 2 ? *(const double *)pixel.data : -1;
    clpti_tensor_destroy(&pixel);
    if (parts->pixel > 0 && isfinite(parts->pixel)) return CLPT_OK;
    return clpti_fail(message, CLPT_ERROR_FILE, "%s: array 'object_pixel' does not contain two sizes in metres", path);
}

clpt_status clpti_file_contents_regrid(clpti_file_contents *parts, double factor, clpt_message *message)
{
    const double change = factor / parts->pad_detector;
    clpt_status status = CLPT_OK;
    if (fabs(change - 1) < 1e-9) return CLPT_OK;
    if (parts->object.data) CLPTI_TRY(clpti_object_regrid(&parts->object, change, message));
    if (parts->probe.data)
        CLPTI_TRY(clpti_probe_regrid(&parts->probe, (int64_t)rint((double)parts->probe.shape[1] * change), message));
    for (int64_t i = 0; parts->positions && i < 2 * parts->count; ++i) {
        parts->positions[i] *= change;
        if (parts->true_positions) parts->true_positions[i] *= change;
    }
    parts->pad_detector = factor;
    parts->pixel /= change;
cleanup:
    return status;
}

clpt_status clpti_file_contents_load(const char *path, clpti_file_contents *parts, clpt_message *message)
{
    *parts = (clpti_file_contents){0};
    clpti_store *store = NULL;
    clpt_status status = clpti_store_open(path, &store, message);
    if (status == CLPT_OK) status = load_object(path, store, &parts->object, message);
    if (status == CLPT_OK) status = load_probe(path, store, &parts->probe, message);
    if (status == CLPT_OK) status = load_positions(path, store, parts, message);
    if (status == CLPT_OK) status = load_used(path, store, parts, message);
    if (status == CLPT_OK) status = load_truth(path, store, parts, message);
    if (status == CLPT_OK) status = load_grid(path, store, parts, message);
    if (status == CLPT_OK) status = load_pixel(path, store, parts, message);
    if (status == CLPT_OK) status = clpti_fraction_load(path, store, &parts->subpixel, message);
    if (status == CLPT_OK) status = load_mask(path, store, &parts->mask, message);
    if (status == CLPT_OK) status = load_corrections(path, store, parts, message);
    clpti_store_close(&store);
    if (status != CLPT_OK) clpti_file_contents_free(parts);
    return status;
}

void clpti_file_contents_free(clpti_file_contents *parts)
{
    clpti_tensor_destroy(&parts->object);
    clpti_tensor_destroy(&parts->probe);
    clpti_tensor_destroy(&parts->mask);
    clpti_corrections_free(&parts->corrections);
    free(parts->positions);
    free(parts->true_positions);
    free(parts->used);
    *parts = (clpti_file_contents){0};
}

clpt_status clpti_positions_check(clpti_session *session, const char *what, const double *positions, int64_t count,
                                  int64_t side, const clpti_tensor *object)
{
    int64_t height = object->shape[0], width = object->shape[1], over = 0;
    clpt_status status = clpti_scan_check_positions(positions, count, side, height, width, what, &session->message);
    if (status != CLPT_OK) return status;
    for (int64_t k = 0; k < count; ++k) {
        double left = positions[2 * k] - (double)(side / 2), top = positions[2 * k + 1] - (double)(side / 2);
        over += left < 0 || top < 0 || left + (double)side > (double)width || top + (double)side > (double)height;
    }
    if (over)
        clpti_warn(session, "W004",
                   "%lld of %lld patches extend beyond the object of %lld rows x %lld columns, where it counts as 0",
                   (long long)over, (long long)count, (long long)height, (long long)width);
    return CLPT_OK;
}

clpt_array clpti_tensor_view(const clpti_tensor *tensor)
{
    return clpt_array_host(tensor->data, tensor->type, tensor->rank, tensor->shape);
}
