/* SPDX-License-Identifier: Apache-2.0 */
/* Probe and object as files have them: axes of length 1, real and imaginary parts as two real images. */
#include <string.h>

#include "io/scan_layout.h"

/* Leading axes of length 1 beyond `rank` go. */
static void drop_leading(clpti_tensor *t, int rank)
{
    while (t->rank > rank && t->shape[0] == 1) {
        for (int axis = 1; axis < t->rank; axis++) t->shape[axis - 1] = t->shape[axis];
        t->rank--;
    }
}

static void drop_trailing(clpti_tensor *t, int rank)
{
    while (t->rank > rank && t->shape[t->rank - 1] == 1) t->rank--;
}

/* [2, N, N] of real numbers: one wave, its parts first. */
static void join_parts(clpti_tensor *t)
{
    int64_t pixels = t->shape[1] * t->shape[2];
    double *values = t->data;
    for (int64_t i = 0; i < pixels; i++) values[2 * i + 1] = values[2 * (pixels + i)];
    t->shape[0] = 1;
}

clpt_status clpti_wave_probe(const char *path, const char *name, bool real, clpti_tensor *t, clpt_message *message)
{
    drop_trailing(t, 2);
    drop_leading(t, 3);
    if (t->rank == 2) {
        t->shape[2] = t->shape[1];
        t->shape[1] = t->shape[0];
        t->shape[0] = 1;
        t->rank = 3;
    }
    if (t->rank != 3 || t->shape[0] < 1 || t->shape[1] < 2 || t->shape[2] < 2)
        return clpti_fail(
            message, CLPT_ERROR_FILE,
            "%s: array '%s' is not a probe: [N, N] or [P, N, N], N at least 2; axes of length 1 before or "
            "after these do no harm",
            path, name);
    if (real && t->shape[0] == 2) join_parts(t);
    return CLPT_OK;
}

clpt_status clpti_wave_object(const char *path, const char *name, clpti_tensor *t, clpt_message *message)
{
    drop_trailing(t, 2);
    drop_leading(t, 2);
    if (t->rank == 2 && t->shape[0] > 0 && t->shape[1] > 0) return CLPT_OK;
    return clpti_fail(message, CLPT_ERROR_FILE,
                      "%s: array '%s' has rank %d; an object is [H, W], or [1, H, W]: one layer", path, name, t->rank);
}

static clpt_status read_wave(const clpti_layout_source *source, const char *pattern, char name[1024],
                             clpti_npy_info *info, clpti_tensor *wave, clpt_message *message)
{
    clpti_layout_array(source->store, pattern, name);
    clpt_status status = clpti_store_info(source->store, clpti_store_find(source->store, name), info, message);
    if (status == CLPT_OK) status = clpti_store_read(source->store, name, CLPT_TYPE_C128, wave, message);
    if (status == CLPT_OK) status = clpti_check_finite(source->path, name, wave, message);
    return status;
}

clpt_status clpti_layout_take_probe(clpti_layout_reader *r)
{
    clpt_status status = CLPT_OK;
    clpti_scan_loader *l = r->loader;
    const clpti_layout_source *source;
    const clpti_layout_line *line = clpti_layout_lookup(r, "probe", &source);
    clpti_tensor *probe = &l->scan->probe;
    clpti_npy_info info;
    char name[1024];
    if (l->options->no_probe) return CLPT_OK;
    if (!line && l->options->need_probe)
        return clpti_fail(l->message, CLPT_ERROR_FILE,
                          "%s: contains no starting probe; choose a model or another file with --probe", l->path);
    if (!line) return CLPT_OK;
    CLPTI_TRY(read_wave(source, line->words[0], name, &info, probe, l->message));
    CLPTI_TRY(clpti_wave_probe(source->path, name, !info.is_complex, probe, l->message));
    CLPTI_TRY(clpti_check_nonzero(source->path, name, probe, l->message));
    if (probe->shape[1] != l->geometry.height || probe->shape[2] != l->geometry.width) {
        if (l->options->need_probe)
            CLPTI_TRY(clpti_fail(l->message, CLPT_ERROR_FILE,
                                 "%s: probe '%s' is %lld×%lld, but the frames are %lld×%lld", source->path, name,
                                 (long long)probe->shape[1], (long long)probe->shape[2], (long long)l->geometry.height,
                                 (long long)l->geometry.width));
        clpti_scan_note(l, "probe '%s' is %lld×%lld, not the size of frames: it is not used", name,
                        (long long)probe->shape[1], (long long)probe->shape[2]);
        clpti_tensor_destroy(probe);
        return CLPT_OK;
    }
    l->scan->modes = probe->shape[0];
    status = clpti_probe_fit(&l->geometry, probe, l->message);
cleanup:
    return status;
}

/* Positions relative to the object's centre, whose pixel is [H/2, W/2], become those in its pixels. */
static clpt_status move_to_object(clpti_layout_reader *r, const clpti_tensor *object)
{
    clpt_status status = CLPT_OK;
    static const char *const keys[2] = {"centre.x", "centre.y"};
    const clpti_layout_source *source;
    clpti_scan_loader *l = r->loader;
    for (int k = 0; k < 2; k++) {
        double centre = 0;
        if (!clpti_layout_lookup(r, keys[k], &source)) return CLPT_OK;
        CLPTI_TRY(clpti_layout_number_of(r, keys[k], false, &centre));
        double shift = 0.5 * (double)object->shape[1 - k] - centre / r->object_pixel[k];
        for (int64_t i = 0; i < l->scan->frames; i++) l->scan->positions[2 * i + k] += shift;
    }
cleanup:
    return status;
}

clpt_status clpti_layout_take_object(clpti_layout_reader *r)
{
    clpt_status status = CLPT_OK;
    clpti_scan_loader *l = r->loader;
    const clpti_layout_source *source;
    const clpti_layout_line *line = clpti_layout_lookup(r, "object", &source);
    clpti_tensor *object = &l->scan->object;
    clpti_npy_info info;
    char name[1024];
    if (!line && l->options->need_object)
        return clpti_fail(l->message, CLPT_ERROR_FILE, "%s: contains no starting object", l->path);
    if (!line || (!l->options->need_object && clpti_geometry_is_cropped(&l->geometry))) return CLPT_OK;
    if (clpti_geometry_is_cropped(&l->geometry))
        return clpti_fail(l->message, CLPT_ERROR_ARGUMENT,
                          "%s: its object cannot be used with --crop: its pixels are those of the uncropped patterns",
                          l->path);
    CLPTI_TRY(read_wave(source, line->words[0], name, &info, object, l->message));
    CLPTI_TRY(clpti_wave_object(source->path, name, object, l->message));
    CLPTI_TRY(move_to_object(r, object));
    if (l->options->need_object)
        CLPTI_TRY(clpti_scan_check_positions(l->scan->positions, l->scan->count, l->scan->side, object->shape[0],
                                             object->shape[1], l->path, l->message));
cleanup:
    return status;
}
