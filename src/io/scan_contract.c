/* SPDX-License-Identifier: Apache-2.0 */
/* Scans in the PtychoPINN contract: arrays with fixed names in an NPZ or HDF5 file. */
#include <math.h>
#include <stdlib.h>

#include "core/memory.h"
#include "io/scan_internal.h"

/* A list with one element per pattern; the first one read sets the number of patterns. */
static clpt_status load_list(clpti_scan_loader *l, const char *name, clpti_tensor *list)
{
    clpt_status status = CLPT_OK;
    clpti_npy_info info;
    CLPTI_TRY(clpti_check_rank(l->store, l->path, name, 1, 2, &info, l->message));
    if (info.rank == 2 && info.shape[0] != 1 && info.shape[1] != 1) /* MATLAB's lists are [1, S] or [S, 1] */
        CLPTI_TRY(clpti_check_rank(l->store, l->path, name, 1, 1, &info, l->message));
    int64_t length = info.rank == 2 && info.shape[0] == 1 ? info.shape[1] : info.shape[0];
    if (l->scan->count == 0) l->scan->count = length;
    CLPTI_TRY(clpti_check_length(l->path, name, length, l->scan->count, "xcoords", l->message));
    CLPTI_TRY(clpti_store_read(l->store, name, CLPT_TYPE_F64, list, l->message));
    CLPTI_TRY(clpti_check_finite_frames(l, name, list));
cleanup:
    return status;
}

static clpt_status load_pairs(clpti_scan_loader *l, const char *x_name, const char *y_name, double **pairs)
{
    clpt_status status = CLPT_OK;
    clpti_tensor x = {0}, y = {0};
    CLPTI_TRY(load_list(l, x_name, &x));
    CLPTI_TRY(load_list(l, y_name, &y));
    *pairs = clpti_malloc(l->scan->count, 2 * sizeof **pairs);
    if (!*pairs) CLPTI_TRY(clpti_fail(l->message, CLPT_ERROR_MEMORY, "%s: out of memory for its positions", l->path));
    for (int64_t i = 0; i < l->scan->count; i++) {
        (*pairs)[2 * i] = ((double *)x.data)[i];
        (*pairs)[2 * i + 1] = ((double *)y.data)[i];
    }
cleanup:
    clpti_tensor_destroy(&x);
    clpti_tensor_destroy(&y);
    return status;
}

static clpt_status load_scan_index(clpti_scan_loader *l)
{
    clpt_status status = CLPT_OK;
    clpti_tensor list = {0};
    CLPTI_TRY(load_list(l, "scan_index", &list));
    l->scan->scan_index = clpti_malloc(l->scan->count, sizeof *l->scan->scan_index);
    if (!l->scan->scan_index)
        CLPTI_TRY(clpti_fail(l->message, CLPT_ERROR_MEMORY, "%s: out of memory for scan_index", l->path));
    for (int64_t i = 0; i < l->scan->count; i++) {
        double value = ((double *)list.data)[i];
        if (value != rint(value) || fabs(value) > 9e15)
            CLPTI_TRY(clpti_fail(l->message, CLPT_ERROR_FILE,
                                 "%s: array 'scan_index' must contain integers, but [%lld] is %g", l->path,
                                 (long long)i, value));
        l->scan->scan_index[i] = (int64_t)value;
    }
cleanup:
    clpti_tensor_destroy(&list);
    return status;
}

/* The model of fractions of a pixel that made a simulated scan. */
static clpt_status load_subpixel(clpti_scan_loader *l)
{
    clpti_tensor number = {0};
    if (!clpti_store_has(l->store, "subpixel")) return CLPT_OK;
    clpt_status status = clpti_store_read(l->store, "subpixel", CLPT_TYPE_F64, &number, l->message);
    if (status == CLPT_OK && clpti_tensor_count(&number) != 1)
        status = clpti_fail(l->message, CLPT_ERROR_FILE, "%s: array 'subpixel' has %lld elements; it is a number",
                            l->path, (long long)clpti_tensor_count(&number));
    if (status == CLPT_OK) l->scan->subpixel = *(const double *)number.data;
    l->scan->has_subpixel = status == CLPT_OK;
    clpti_tensor_destroy(&number);
    return status;
}

static clpt_status load_lists(clpti_scan_loader *l)
{
    clpt_status status = CLPT_OK;
    CLPTI_TRY(load_pairs(l, "xcoords", "ycoords", &l->scan->positions));
    if (clpti_store_has(l->store, "xcoords_start") || clpti_store_has(l->store, "ycoords_start"))
        CLPTI_TRY(load_pairs(l, "xcoords_start", "ycoords_start", &l->scan->starts));
    if (clpti_store_has(l->store, "scan_index")) CLPTI_TRY(load_scan_index(l));
cleanup:
    return status;
}

/* PtychoPINN takes `diffraction` as well, and files may have an older `diff3d` beside it. */
static const char *patterns_name(const clpti_scan_loader *l)
{
    return clpti_store_has(l->store, "diffraction") ? "diffraction" : "diff3d";
}

/* [H, W, S] in old files: the last axis alone has the number of patterns. */
static bool patterns_last(const clpti_scan_loader *l, const clpti_npy_info *info)
{
    return info->rank == 3 && info->shape[2] == l->scan->count && info->shape[0] != l->scan->count;
}

/* The detector's size: that of the patterns, otherwise of an array that replaces them. */
static clpt_status load_geometry(clpti_scan_loader *l)
{
    const struct {
        const char *name;
        int low;
    } sources[] = {{patterns_name(l), 3}, {"mask", 2}, {"probeGuess", 2}};
    clpti_npy_info info;
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
        const char *name = sources[i].name;
        bool needed = (i == 0 && l->options->need_patterns) || (i == 2 && l->options->need_probe);
        if (!needed && !clpti_store_has(l->store, name)) continue;
        clpt_status status = clpti_check_rank(l->store, l->path, name, sources[i].low, 3, &info, l->message);
        if (status != CLPT_OK) return status;
        int last = i == 0 && patterns_last(l, &info) ? 1 : info.rank - 1;
        if (info.rank == 3 && info.shape[2] == 1) last = 1; /* [N, N, 1] */
        return clpti_geometry_create(l->path, name, info.shape[last - 1], info.shape[last], l->options, &l->geometry,
                                     l->message);
    }
    return CLPT_OK;
}

/* A stack or, for the mask, a single image; read as `type` once its shape has been checked. */
static clpt_status load_stack(clpti_scan_loader *l, const char *name, int low, bool per_pattern, clpt_type type,
                              clpti_tensor *tensor)
{
    clpt_status status = CLPT_OK;
    clpti_npy_info info;
    CLPTI_TRY(clpti_check_rank(l->store, l->path, name, low, 3, &info, l->message));
    if (!per_pattern) {
        status = clpti_store_read(l->store, name, type, tensor, l->message);
        if (status == CLPT_OK) status = clpti_check_finite(l->path, name, tensor, l->message);
        if (status == CLPT_OK) status = clpti_wave_probe(l->path, name, !info.is_complex, tensor, l->message);
        if (status == CLPT_OK && !info.is_complex && info.rank == 3 && info.shape[0] == 2)
            clpti_scan_note(l, "'%s' has two real images: they are taken as real and imaginary part of one mode", name);
        info.shape[0] = tensor->rank == 3 ? tensor->shape[0] : 0;
        info.shape[1] = tensor->shape[1];
        info.shape[2] = tensor->shape[2];
        info.rank = 3;
        return status == CLPT_OK ? clpti_check_sides(l->path, &info, &l->geometry, l->message) : status;
    }
    bool image = info.rank == 3 && info.shape[0] == 1; /* [1, H, W]: one mask */
    if (per_pattern && info.rank == 3 && !image)
        CLPTI_TRY(clpti_check_length(l->path, name, info.shape[0], l->scan->count, "xcoords", l->message));
    CLPTI_TRY(clpti_check_sides(l->path, &info, &l->geometry, l->message));
    CLPTI_TRY(clpti_store_read(l->store, name, type, tensor, l->message));
    if (image && l->scan->count != 1) {
        tensor->rank = 2;
        tensor->shape[0] = tensor->shape[1];
        tensor->shape[1] = tensor->shape[2];
    }
cleanup:
    return status;
}

static void move_axis(const clpti_tensor *from, clpti_tensor *to)
{
    int64_t pixels = from->shape[0] * from->shape[1], count = from->shape[2];
    for (int64_t i = 0; i < pixels * count; i++)
        ((float *)to->data)[i] = ((const float *)from->data)[i % pixels * count + i / pixels];
}

static clpt_status read_patterns(clpti_scan_loader *l, clpti_tensor *patterns)
{
    clpt_status status = CLPT_OK;
    const char *name = patterns_name(l);
    clpti_npy_info info;
    clpti_tensor last = {0};
    CLPTI_TRY(clpti_check_rank(l->store, l->path, name, 3, 3, &info, l->message));
    if (!patterns_last(l, &info)) return load_stack(l, name, 3, true, CLPT_TYPE_F32, patterns);
    CLPTI_TRY(clpti_store_read(l->store, name, CLPT_TYPE_F32, &last, l->message));
    CLPTI_TRY(clpti_tensor_create(CLPT_TYPE_F32, 3, (int64_t[]){info.shape[2], info.shape[0], info.shape[1]}, patterns,
                                  l->message));
    move_axis(&last, patterns);
    clpti_scan_note(l, "'%s' has its patterns along the last axis: [H, W, S]", name);
cleanup:
    clpti_tensor_destroy(&last);
    return status;
}

static clpt_status load_patterns(clpti_scan_loader *l)
{
    clpt_status status = CLPT_OK;
    clpti_frames frames = {.name = "diff3d"};
    clpti_npy_info info;
    if (clpti_store_has(l->store, "mask")) {
        CLPTI_TRY(load_stack(l, "mask", 2, true, CLPT_TYPE_F32, &l->mask));
        CLPTI_TRY(clpti_check_mask(l->path, &l->mask, l->message));
        clpti_scan_invert_mask(l);
    }
    CLPTI_TRY(clpti_scan_add_mask(l));
    if (clpti_store_has(l->store, patterns_name(l))) {
        frames.name = patterns_name(l);
        CLPTI_TRY(clpti_store_info(l->store, clpti_store_find(l->store, frames.name), &info, l->message));
        CLPTI_TRY(read_patterns(l, &frames.values));
        frames.maximum = clpti_type_maximum(&info);
    }
    status = clpti_scan_take_patterns(l, &frames);
cleanup:
    clpti_tensor_destroy(&frames.values);
    return status;
}

static clpt_status load_probe(clpti_scan_loader *l)
{
    clpt_status status = CLPT_OK;
    clpti_tensor *probe = &l->scan->probe;
    if (l->options->no_probe || (!l->options->need_probe && !clpti_store_has(l->store, "probeGuess"))) return CLPT_OK;
    CLPTI_TRY(load_stack(l, "probeGuess", 2, false, CLPT_TYPE_C128, probe));
    CLPTI_TRY(clpti_check_nonzero(l->path, "probeGuess", probe, l->message));
    l->scan->modes = probe->shape[0];
    status = clpti_probe_fit(&l->geometry, probe, l->message);
    if (status != CLPT_OK) clpti_message_prefix(l->message, "%s: array 'probeGuess'", l->path);
cleanup:
    return status;
}

static clpt_status load_object(clpti_scan_loader *l)
{
    clpt_status status = CLPT_OK;
    clpti_npy_info info;
    clpti_tensor *object = &l->scan->object;
    if (!l->options->need_object &&
        (clpti_geometry_is_cropped(&l->geometry) || !clpti_store_has(l->store, "objectGuess")))
        return CLPT_OK;
    CLPTI_TRY(clpti_check_rank(l->store, l->path, "objectGuess", 2, 2, &info, l->message));
    if (clpti_geometry_is_cropped(&l->geometry))
        CLPTI_TRY(clpti_fail(
            l->message, CLPT_ERROR_ARGUMENT,
            "%s: array 'objectGuess' cannot be used with crop %lld: its pixels are those of the uncropped patterns",
            l->path, (long long)l->geometry.crop));
    CLPTI_TRY(clpti_store_read(l->store, "objectGuess", CLPT_TYPE_C128, object, l->message));
    CLPTI_TRY(clpti_check_finite(l->path, "objectGuess", object, l->message));
    if (l->options->need_object && l->scan->side > 0)
        CLPTI_TRY(clpti_scan_check_positions(l->scan->positions, l->scan->count, l->scan->side, object->shape[0],
                                             object->shape[1], l->path, l->message));
cleanup:
    return status;
}

static bool matches(const clpti_scan_options *options, const clpti_store *store)
{
    (void)options, (void)store; /* the last format: its errors report what is missing */
    return true;
}

static clpt_status load(clpti_scan_loader *l)
{
    clpt_status status = CLPT_OK;
    CLPTI_TRY(load_lists(l));
    CLPTI_TRY(load_subpixel(l));
    CLPTI_TRY(load_geometry(l));
    CLPTI_TRY(load_patterns(l));
    CLPTI_TRY(load_probe(l));
    CLPTI_TRY(load_object(l));
cleanup:
    return status;
}

const clpti_scan_format clpti_scan_contract = {"PtychoPINN contract", matches, load};
