/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/result.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cli/session.h"
#include "core/memory.h"
#include "io/h5.h"

char *clpti_result_path(const char *file, const char *ending)
{
    static const char *const known[] = {".npz", ".h5", ".hdf5", ".hdf", ".cxi"};
    size_t stem = strlen(file);
    for (size_t k = 0; k < sizeof known / sizeof *known; ++k) {
        size_t length = strlen(known[k]);
        if (stem <= length || strcasecmp(file + stem - length, known[k])) continue;
        stem -= length;
        break;
    }
    size_t size = stem + strlen(ending) + 1;
    char *path = clpti_malloc((int64_t)size, 1);
    if (path) snprintf(path, size, "%.*s%s", (int)stem, file, ending);
    return path;
}

clpt_status clpti_result_check(const char *path, clpt_message *message)
{
    if (clpti_h5_is_name(path) && !clpti_h5_available())
        return clpti_fail(
            message, CLPT_ERROR_FILE,
            "%s: this build of clptycho has no HDF5 and cannot write it; name an .npz file, or build with "
            "libhdf5 (Debian: libhdf5-dev)",
            path);
    return clpti_output_check(path, message);
}

static clpt_status add_tensor(clpti_npz_writer *writer, const char *name, const clpti_tensor *tensor,
                              clpt_message *message)
{
    return clpti_npz_add(writer, name, tensor->type, tensor->rank, tensor->shape, tensor->data, message);
}

clpt_status clpti_result_write(const char *path, const clpti_result *result, clpt_message *message)
{
    clpti_npz_writer *writer = NULL;
    if (clpti_h5_is_name(path)) return clpti_result_write_h5(path, result, message);
    clpt_status status = clpti_npz_create(path, &writer, message);
    CLPTI_TRY(status);
    CLPTI_TRY(add_tensor(writer, "object", &result->object, message));
    CLPTI_TRY(add_tensor(writer, "probe", &result->probe, message));
    CLPTI_TRY(
        clpti_npz_add(writer, "positions", CLPT_F64, 2, CLPT_SHAPE(result->count, 2), result->positions, message));
    CLPTI_TRY(clpti_npz_add(writer, "errors", CLPT_F64, 1, CLPT_SHAPE(result->iterations), result->errors, message));
    CLPTI_TRY(clpti_npz_add(writer, "r_factor", CLPT_F64, 0, NULL, &result->r_factor, message));
    status = clpti_npz_commit(&writer, message);
cleanup:
    clpti_npz_discard(&writer);
    return status;
}

/* Widens complex64 [rows of `modes` squares] into complex128 with the modes side by side; plain copy for one. */
static double *side_by_side(const clpti_tensor *field, int64_t modes, int64_t height, int64_t width)
{
    const float *from = field->data;
    double *to = clpti_malloc(modes * height * width, 2 * sizeof *to);
    if (!to) return NULL;
    for (int64_t p = 0; p < modes; ++p)
        for (int64_t y = 0; y < height; ++y)
            for (int64_t x = 0; x < 2 * width; ++x)
                to[2 * (y * modes + p) * width + x] = (double)from[2 * (p * height + y) * width + x];
    return to;
}

static clpt_status write_pair(const char *path, const char *const endings[2], const clpti_tensor *field,
                              clpt_message *message)
{
    static const clpti_picture kinds[2] = {CLPTI_PICTURE_AMPLITUDE, CLPTI_PICTURE_PHASE};
    int64_t modes = field->rank == 3 ? field->shape[0] : 1;
    int64_t height = field->shape[field->rank - 2], width = field->shape[field->rank - 1];
    clpt_status status = CLPT_OK;
    double *values = side_by_side(field, modes, height, width);
    if (!values) status = clpti_fail(message, CLPT_ERROR_MEMORY, "no memory for a picture of %s", path);
    for (int k = 0; k < 2 && status == CLPT_OK; ++k) {
        char *picture = clpti_result_path(path, endings[k]);
        status = picture ? clpti_picture_write(picture, values, CLPT_C128, height, modes * width, kinds[k], message)
                         : clpti_fail(message, CLPT_ERROR_MEMORY, "no memory for a path");
        free(picture);
    }
    free(values);
    return status;
}

clpt_status clpti_result_pictures(const char *path, const clpti_result *result, clpt_message *message)
{
    static const char *const object_endings[2] = {"_object_amplitude.png", "_object_phase.png"};
    static const char *const probe_endings[2] = {"_probe_amplitude.png", "_probe_phase.png"};
    clpt_status status = write_pair(path, object_endings, &result->object, message);
    return status == CLPT_OK ? write_pair(path, probe_endings, &result->probe, message) : status;
}
