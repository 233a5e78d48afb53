/* SPDX-License-Identifier: Apache-2.0 */
/* Checks of ranks, lengths and values of a scan's arrays. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "io/scan_internal.h"

static void write_shape(const clpti_npy_info *info, char *text, size_t capacity)
{
    size_t used = (size_t)snprintf(text, capacity, "[");
    for (int axis = 0; axis < info->rank && used < capacity; axis++)
        used +=
            (size_t)snprintf(text + used, capacity - used, "%s%lld", axis ? ", " : "", (long long)info->shape[axis]);
    if (used < capacity) snprintf(text + used, capacity - used, "]");
}

/* "[3, 4]": the index of element number `at`. */
static void write_index(const clpti_tensor *tensor, int64_t at, char *text, size_t capacity)
{
    clpti_npy_info index = {.rank = tensor->rank};
    for (int axis = tensor->rank - 1; axis >= 0; axis--) {
        index.shape[axis] = at % tensor->shape[axis];
        at /= tensor->shape[axis];
    }
    write_shape(&index, text, capacity);
}

clpt_status clpti_check_rank(clpti_store *store, const char *path, const char *name, int low, int high,
                             clpti_npy_info *info, clpt_message *message)
{
    static const char *const layouts[] = {"one number", "a list", "a matrix", "a stack of matrices",
                                          "a raster of matrices"};
    char shape[256];
    clpti_tensor none;
    int64_t index = clpti_store_find(store, name);
    if (index < 0) return clpti_store_read(store, name, CLPT_TYPE_F64, &none, message); /* lists the available names */
    clpt_status status = clpti_store_info(store, index, info, message);
    if (status != CLPT_OK) return status;
    write_shape(info, shape, sizeof shape);
    if (info->rank < low || info->rank > high)
        return clpti_fail(message, CLPT_ERROR_FILE, "%s: array '%s' has shape %s; it must be %s%s%s", path, name, shape,
                          layouts[low], high > low ? " or " : "", high > low ? layouts[high] : "");
    for (int axis = 0; axis < info->rank; axis++)
        if (info->shape[axis] == 0)
            return clpti_fail(message, CLPT_ERROR_FILE, "%s: array '%s' is empty: its shape is %s", path, name, shape);
    return CLPT_OK;
}

clpt_status clpti_check_length(const char *path, const char *name, int64_t length, int64_t expected,
                               const char *reference, clpt_message *message)
{
    if (length == expected) return CLPT_OK;
    return clpti_fail(message, CLPT_ERROR_FILE, "%s: array '%s' has %lld entries, but %s has %lld", path, name,
                      (long long)length, reference, (long long)expected);
}

clpt_status clpti_check_sides(const char *path, const clpti_npy_info *info, const clpti_geometry *geometry,
                              clpt_message *message)
{
    int64_t height = info->shape[info->rank - 2], width = info->shape[info->rank - 1];
    if (height == geometry->height && width == geometry->width) return CLPT_OK;
    return clpti_fail(
        message, CLPT_ERROR_FILE, "%s: array '%s' is %lld×%lld, but the patterns are %lld×%lld%s", path, info->name,
        (long long)height, (long long)width, (long long)geometry->height, (long long)geometry->width,
        strcmp(info->name, "probeGuess") ? "" : "; to reconstruct without it, use --probe mean or another");
}

clpt_status clpti_check_finite(const char *path, const char *name, const clpti_tensor *tensor, clpt_message *message)
{
    const double *values = tensor->data;
    char index[256];
    bool is_complex = tensor->type == CLPT_TYPE_C128;
    int64_t numbers = clpti_tensor_count(tensor) * (is_complex ? 2 : 1);
    for (int64_t i = 0; i < numbers; i++) {
        if (isfinite(values[i])) continue;
        write_index(tensor, is_complex ? i / 2 : i, index, sizeof index);
        return clpti_fail(message, CLPT_ERROR_FILE, "%s: array '%s' is not finite: %s is %g", path, name, index,
                          values[i]);
    }
    return CLPT_OK;
}

clpt_status clpti_check_nonzero(const char *path, const char *name, const clpti_tensor *tensor, clpt_message *message)
{
    const double *values = tensor->data;
    int64_t numbers = clpti_tensor_count(tensor) * 2;
    for (int64_t i = 0; i < numbers; i++)
        if (values[i] != 0) return CLPT_OK;
    return clpti_fail(message, CLPT_ERROR_FILE, "%s: array '%s' is zero everywhere", path, name);
}

clpt_status clpti_check_mask(const char *path, const clpti_tensor *mask, clpt_message *message)
{
    const float *values = mask->data;
    char index[256];
    bool any = false;
    int64_t count = clpti_tensor_count(mask);
    for (int64_t i = 0; i < count; i++) {
        any = any || values[i] == 1;
        if (values[i] == 0 || values[i] == 1) continue;
        write_index(mask, i, index, sizeof index);
        return clpti_fail(message, CLPT_ERROR_FILE, "%s: array 'mask' must contain 1 (good) or 0 (bad), but %s is %g",
                          path, index, (double)values[i]);
    }
    if (any) return CLPT_OK;
    return clpti_fail(message, CLPT_ERROR_FILE, "%s: array 'mask' leaves no good pixel", path);
}

clpt_status clpti_scan_check_positions(const double *xy, int64_t count, int64_t side, int64_t height, int64_t width,
                                       const char *path, clpt_message *message)
{
    for (int64_t i = 0; i < count; i++) {
        double left = xy[2 * i] - (double)(side / 2), top = xy[2 * i + 1] - (double)(side / 2);
        bool inside = left + (double)(side - 1) > -1 && left < (double)width && top + (double)(side - 1) > -1 &&
                      top < (double)height;
        if (inside) continue;
        return clpti_fail(message, CLPT_ERROR_FILE,
                          "%s: array 'xcoords', 'ycoords': position %lld (x = %g, y = %g) is outside the object: its "
                          "%lld×%lld patch does not overlap its %lld×%lld pixels",
                          path, (long long)i, xy[2 * i], xy[2 * i + 1], (long long)side, (long long)side,
                          (long long)height, (long long)width);
    }
    return CLPT_OK;
}
