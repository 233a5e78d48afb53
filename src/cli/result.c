/* SPDX-License-Identifier: Apache-2.0 */
/* Files of a result of `reconstruct`: NPZ or HDF5, and pictures. */
#include "cli/result.h"

#include "cli/fraction_model.h"

#include <stdio.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cli/record.h"
#include "cli/session.h"
#include "core/memory.h"
#include "io/h5.h"

char *clpti_result_path(const char *file, const char *ending)
{
    static const char *const known[] = {".npz", ".h5", ".hdf5", ".hdf", ".ptyr", ".cxi"};
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
        return clpti_fail(message, CLPT_ERROR_FILE,
                          "%s: this build of clptycho does not support HDF5; name an .npz file, or build with libhdf5 "
                          "(Debian: libhdf5-dev)",
                          path);
    clpt_status status = clpti_output_check(path, message);
    return status == CLPT_OK ? clpti_output_check_ending(path, true, message) : status;
}

static clpt_status add_tensor(clpti_npz_writer *writer, const char *name, const clpti_tensor *tensor,
                              clpt_message *message)
{
    return clpti_npz_add(writer, name, tensor->type, tensor->rank, tensor->shape, tensor->data, message);
}

const clpti_tensor *clpti_result_extra(const clpti_result *r, int index, const char **name)
{
    const struct {
        const char *name;
        const clpti_tensor *tensor;
    } extras[] = {{"amplitude_factors", &r->amplitude_factors},
                  {"background", &r->background},
                  {"opr_modes", &r->opr_modes},
                  {"opr_coefficients", &r->opr_coefficients}};
    if (index >= (int)(sizeof extras / sizeof *extras)) return NULL;
    *name = extras[index].name;
    return extras[index].tensor;
}

clpt_status clpti_result_write(const char *path, const clpti_result *result, clpt_message *message)
{
    clpti_npz_writer *writer = NULL;
    char *record = NULL;
    if (clpti_h5_is_name(path)) return clpti_result_write_h5(path, result, message);
    clpt_status status = clpti_record_print(result, &record, message);
    CLPTI_TRY(status);
    CLPTI_TRY(clpti_npz_create(path, &writer, message));
    CLPTI_TRY(add_tensor(writer, "object", &result->object, message));
    CLPTI_TRY(add_tensor(writer, "probe", &result->probe, message));
    CLPTI_TRY(
        clpti_npz_add(writer, "positions", CLPT_TYPE_F64, 2, CLPT_SHAPE(result->count, 2), result->positions, message));
    CLPTI_TRY(add_tensor(writer, "used", &result->used, message));
    CLPTI_TRY(
        clpti_npz_add(writer, "errors", CLPT_TYPE_F64, 1, CLPT_SHAPE(result->iterations), result->errors, message));
    CLPTI_TRY(clpti_npz_add(writer, "r_factor", CLPT_TYPE_F64, 0, NULL, &result->r_factor, message));
    CLPTI_TRY(clpti_npz_add(writer, "poisson", CLPT_TYPE_F64, 0, NULL, &result->poisson, message));
    const double subpixel = clpti_fraction_number(result->subpixel);
    if (subpixel != 0) CLPTI_TRY(clpti_npz_add(writer, "subpixel", CLPT_TYPE_F64, 0, NULL, &subpixel, message));
    if (result->pad_detector != 1)
        CLPTI_TRY(clpti_npz_add(writer, "pad_detector", CLPT_TYPE_F64, 0, NULL, &result->pad_detector, message));
    const double pixel[2] = {result->origin.data->object_pixel_x, result->origin.data->object_pixel_y};
    if (pixel[0] > 0) CLPTI_TRY(clpti_npz_add(writer, "object_pixel", CLPT_TYPE_F64, 1, CLPT_SHAPE(2), pixel, message));
    const char *name = NULL;
    const clpti_tensor *extra;
    for (int i = 0; (extra = clpti_result_extra(result, i, &name)); ++i)
        if (extra->data) CLPTI_TRY(add_tensor(writer, name, extra, message));
    CLPTI_TRY(clpti_npz_add_bytes(writer, "options", (int64_t)strlen(record), record, message));
    status = clpti_npz_commit(&writer, message);
cleanup:
    clpti_npz_discard(&writer);
    free(record);
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

/* One picture of one field, written by its own thread, since compression takes seconds. */
typedef struct picture_task {
    const char *path, *ending;
    double pixel; /* metres; 0: unknown */
    const clpti_tensor *field;
    clpti_picture kind;
    pthread_t thread;
    bool running;
    clpt_status status;
    clpt_message message;
} picture_task;

static clpt_status write_picture(picture_task *t)
{
    const clpti_tensor *field = t->field;
    int64_t modes = field->rank == 3 ? field->shape[0] : 1;
    int64_t height = field->shape[field->rank - 2], width = field->shape[field->rank - 1];
    double *values = side_by_side(field, modes, height, width);
    char *picture = clpti_result_path(t->path, t->ending);
    const clpti_picture_notes notes = {.pixel = t->pixel};
    clpt_status status =
        values && picture
            ? clpti_picture_write(picture, values, CLPT_TYPE_C128, height, modes * width, t->kind, &notes, &t->message)
            : clpti_fail(&t->message, CLPT_ERROR_MEMORY, "no memory for the picture %s of %s", t->ending, t->path);
    free(picture);
    free(values);
    return status;
}

static void *run_task(void *task)
{
    picture_task *t = task;
    t->status = write_picture(t);
    return NULL;
}

static const char *const picture_endings[] = {"_object_amplitude.png", "_object_phase.png", "_object.png",
                                              "_probe_amplitude.png",  "_probe_phase.png",  "_errors.png"};

const char *clpti_result_picture(int index)
{
    return index < (int)(sizeof picture_endings / sizeof *picture_endings) ? picture_endings[index] : NULL;
}

static clpt_status write_curve(const char *path, const clpti_result *result, clpt_message *message)
{
    char *picture = clpti_result_path(path, picture_endings[5]);
    if (!picture) return clpti_fail(message, CLPT_ERROR_MEMORY, "no memory for a path");
    clpt_status status =
        clpti_picture_write_curve(picture, result->errors, result->iterations, "error by iteration", message);
    free(picture);
    return status;
}

clpt_status clpti_result_pictures(const char *path, const clpti_result *result, clpt_message *message)
{
    picture_task tasks[] = {{.ending = picture_endings[0], .field = &result->object, .kind = CLPTI_PICTURE_AMPLITUDE},
                            {.ending = picture_endings[1], .field = &result->object, .kind = CLPTI_PICTURE_PHASE},
                            {.ending = picture_endings[2], .field = &result->object, .kind = CLPTI_PICTURE_COLOUR},
                            {.ending = picture_endings[3], .field = &result->probe, .kind = CLPTI_PICTURE_AMPLITUDE},
                            {.ending = picture_endings[4], .field = &result->probe, .kind = CLPTI_PICTURE_PHASE}};
    enum { count = sizeof tasks / sizeof *tasks };
    clpt_status status = CLPT_OK;
    for (int i = 0; i < count; i++) {
        tasks[i].path = path;
        tasks[i].pixel = result->origin.data->object_pixel_x;
        tasks[i].running = pthread_create(&tasks[i].thread, NULL, run_task, &tasks[i]) == 0;
        if (!tasks[i].running) run_task(&tasks[i]);
    }
    for (int i = 0; i < count; i++) {
        if (tasks[i].running) pthread_join(tasks[i].thread, NULL);
        if (status == CLPT_OK && tasks[i].status != CLPT_OK)
            status = clpti_fail(message, tasks[i].status, "%s", tasks[i].message.text);
    }
    return status == CLPT_OK ? write_curve(path, result, message) : status;
}
