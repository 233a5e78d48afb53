/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <stdlib.h>

#include "core/memory.h"
#include "io/scan_parts.h"

typedef struct loader {
    const char *path;
    const clpti_scan_options *options;
    clpti_npz *npz;
    clpti_geometry geometry;
    clpti_tensor mask; /* as read */
    clpti_scan_file *scan;
    clpt_message *message;
} loader;

void clpti_scan_free(clpti_scan_file *scan)
{
    if (!scan) return;
    free(scan->positions);
    free(scan->starts);
    free(scan->scan_index);
    free(scan->amplitude);
    free(scan->mask);
    clpti_tensor_destroy(&scan->probe);
    clpti_tensor_destroy(&scan->object);
    *scan = (clpti_scan_file){0};
}

/* A list as long as the scan; the first one read says how long that is. */
static clpt_status load_list(loader *l, const char *name, clpti_tensor *list)
{
    clpt_status status = CLPT_OK;
    clpti_npy_info info;
    CLPTI_TRY(clpti_check_rank(l->npz, l->path, name, 1, 1, &info, l->message));
    if (l->scan->count == 0) l->scan->count = info.shape[0];
    CLPTI_TRY(clpti_check_length(l->path, name, info.shape[0], l->scan->count, "xcoords", l->message));
    CLPTI_TRY(clpti_npz_read(l->npz, name, CLPT_F64, list, l->message));
    CLPTI_TRY(clpti_check_finite(l->path, name, list, l->message));
cleanup:
    return status;
}

static clpt_status load_pairs(loader *l, const char *x_name, const char *y_name, double **pairs)
{
    clpt_status status = CLPT_OK;
    clpti_tensor x = {0}, y = {0};
    CLPTI_TRY(load_list(l, x_name, &x));
    CLPTI_TRY(load_list(l, y_name, &y));
    *pairs = clpti_malloc(l->scan->count, 2 * sizeof **pairs);
    if (!*pairs) CLPTI_TRY(clpti_fail(l->message, CLPT_ERROR_MEMORY, "%s: no memory for its positions", l->path));
    for (int64_t i = 0; i < l->scan->count; i++) {
        (*pairs)[2 * i] = ((double *)x.data)[i];
        (*pairs)[2 * i + 1] = ((double *)y.data)[i];
    }
cleanup:
    clpti_tensor_destroy(&x);
    clpti_tensor_destroy(&y);
    return status;
}

static clpt_status load_scan_index(loader *l)
{
    clpt_status status = CLPT_OK;
    clpti_tensor list = {0};
    CLPTI_TRY(load_list(l, "scan_index", &list));
    l->scan->scan_index = clpti_malloc(l->scan->count, sizeof *l->scan->scan_index);
    if (!l->scan->scan_index)
        CLPTI_TRY(clpti_fail(l->message, CLPT_ERROR_MEMORY, "%s: no memory for scan_index", l->path));
    for (int64_t i = 0; i < l->scan->count; i++) {
        double value = ((double *)list.data)[i];
        if (value != rint(value) || fabs(value) > 9e15)
            CLPTI_TRY(clpti_fail(l->message, CLPT_ERROR_FILE,
                                 "%s: array 'scan_index' holds whole numbers, but [%lld] is %g", l->path, (long long)i,
                                 value));
        l->scan->scan_index[i] = (int64_t)value;
    }
cleanup:
    clpti_tensor_destroy(&list);
    return status;
}

static clpt_status load_lists(loader *l)
{
    clpt_status status = CLPT_OK;
    CLPTI_TRY(load_pairs(l, "xcoords", "ycoords", &l->scan->positions));
    if (clpti_npz_has(l->npz, "xcoords_start") || clpti_npz_has(l->npz, "ycoords_start"))
        CLPTI_TRY(load_pairs(l, "xcoords_start", "ycoords_start", &l->scan->starts));
    if (clpti_npz_has(l->npz, "scan_index")) CLPTI_TRY(load_scan_index(l));
cleanup:
    return status;
}

/* The detector's size: that of the patterns, else of what is there in their stead. */
static clpt_status load_geometry(loader *l)
{
    static const struct {
        const char *name;
        int low;
    } sources[] = {{"diff3d", 3}, {"mask", 2}, {"probeGuess", 2}};
    clpti_npy_info info;
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
        const char *name = sources[i].name;
        bool needed = (i == 0 && l->options->need_patterns) || (i == 2 && l->options->need_probe);
        if (!needed && !clpti_npz_has(l->npz, name)) continue;
        clpt_status status = clpti_check_rank(l->npz, l->path, name, sources[i].low, 3, &info, l->message);
        if (status != CLPT_OK) return status;
        return clpti_geometry_create(l->path, name, info.shape[info.rank - 2], info.shape[info.rank - 1], l->options,
                                     &l->geometry, l->message);
    }
    return CLPT_OK;
}

/* A stack or, for the mask, one image for all; read as `type` once its shape is found right. */
static clpt_status load_stack(loader *l, const char *name, int low, bool per_pattern, clpt_type type,
                              clpti_tensor *tensor)
{
    clpt_status status = CLPT_OK;
    clpti_npy_info info;
    CLPTI_TRY(clpti_check_rank(l->npz, l->path, name, low, 3, &info, l->message));
    if (per_pattern && info.rank == 3)
        CLPTI_TRY(clpti_check_length(l->path, name, info.shape[0], l->scan->count, "xcoords", l->message));
    CLPTI_TRY(clpti_check_sides(l->path, &info, &l->geometry, l->message));
    CLPTI_TRY(clpti_npz_read(l->npz, name, type, tensor, l->message));
cleanup:
    return status;
}

static clpt_status load_patterns(loader *l)
{
    clpt_status status = CLPT_OK;
    clpti_tensor patterns = {0};
    if (clpti_npz_has(l->npz, "mask")) {
        CLPTI_TRY(load_stack(l, "mask", 2, true, CLPT_F32, &l->mask));
        CLPTI_TRY(clpti_check_mask(l->path, &l->mask, l->message));
    }
    if (clpti_npz_has(l->npz, "diff3d")) {
        CLPTI_TRY(load_stack(l, "diff3d", 3, true, CLPT_F32, &patterns));
        CLPTI_TRY(clpti_patterns_fit(l->path, &l->geometry, &l->mask, &patterns, l->message));
        l->scan->amplitude = patterns.data;
        patterns.data = NULL;
    }
    if (l->mask.data) {
        CLPTI_TRY(clpti_mask_fit(l->path, &l->geometry, &l->mask, l->message));
        l->scan->mask_per_pattern = l->mask.rank == 3;
        l->scan->mask = l->mask.data;
        l->mask.data = NULL;
    }
    l->scan->side = l->geometry.side;
cleanup:
    clpti_tensor_destroy(&patterns);
    return status;
}

static clpt_status load_probe(loader *l)
{
    clpt_status status = CLPT_OK;
    clpti_tensor *probe = &l->scan->probe;
    if (!l->options->need_probe && !clpti_npz_has(l->npz, "probeGuess")) return CLPT_OK;
    CLPTI_TRY(load_stack(l, "probeGuess", 2, false, CLPT_C128, probe));
    CLPTI_TRY(clpti_check_finite(l->path, "probeGuess", probe, l->message));
    CLPTI_TRY(clpti_check_nonzero(l->path, "probeGuess", probe, l->message));
    if (probe->rank == 2) {
        probe->shape[2] = probe->shape[1];
        probe->shape[1] = probe->shape[0];
        probe->shape[0] = 1;
        probe->rank = 3;
    }
    l->scan->modes = probe->shape[0];
    status = clpti_probe_fit(&l->geometry, probe, l->message);
    if (status != CLPT_OK) clpti_message_prefix(l->message, "%s: array 'probeGuess'", l->path);
cleanup:
    return status;
}

static bool is_cropped(const clpti_geometry *g)
{
    return g->crop != g->height || g->crop != g->width;
}

static clpt_status load_object(loader *l)
{
    clpt_status status = CLPT_OK;
    clpti_npy_info info;
    clpti_tensor *object = &l->scan->object;
    if (!l->options->need_object && (is_cropped(&l->geometry) || !clpti_npz_has(l->npz, "objectGuess"))) return CLPT_OK;
    CLPTI_TRY(clpti_check_rank(l->npz, l->path, "objectGuess", 2, 2, &info, l->message));
    if (is_cropped(&l->geometry))
        CLPTI_TRY(clpti_fail(
            l->message, CLPT_ERROR_ARGUMENT,
            "%s: array 'objectGuess' cannot be used with crop %lld: its pixels are those of the uncropped patterns",
            l->path, (long long)l->geometry.crop));
    CLPTI_TRY(clpti_npz_read(l->npz, "objectGuess", CLPT_C128, object, l->message));
    CLPTI_TRY(clpti_check_finite(l->path, "objectGuess", object, l->message));
    if (l->options->need_object && l->scan->side > 0)
        CLPTI_TRY(clpti_scan_check_positions(l->scan->positions, l->scan->count, l->scan->side, object->shape[0],
                                             object->shape[1], l->path, l->message));
cleanup:
    return status;
}

/* Cropped patterns have larger pixels in real space. */
static void scale_pairs(const clpti_geometry *g, double *pairs, int64_t count)
{
    if (!pairs || !is_cropped(g)) return;
    for (int64_t i = 0; i < count; i++) {
        pairs[2 * i] *= (double)g->crop / (double)g->width;
        pairs[2 * i + 1] *= (double)g->crop / (double)g->height;
    }
}

clpt_status clpti_scan_load(const char *path, const clpti_scan_options *options, clpti_scan_file *scan,
                            clpt_message *message)
{
    clpt_status status = CLPT_OK;
    loader l = {.path = path, .options = options, .scan = scan, .message = message};
    *scan = (clpti_scan_file){0};
    CLPTI_TRY(clpti_npz_open(path, &l.npz, message));
    CLPTI_TRY(load_lists(&l));
    CLPTI_TRY(load_geometry(&l));
    CLPTI_TRY(load_patterns(&l));
    CLPTI_TRY(load_probe(&l));
    CLPTI_TRY(load_object(&l));
    scale_pairs(&l.geometry, scan->positions, scan->count);
    scale_pairs(&l.geometry, scan->starts, scan->count);
cleanup:
    clpti_tensor_destroy(&l.mask);
    clpti_geometry_destroy(&l.geometry);
    clpti_npz_close(&l.npz);
    if (status != CLPT_OK) clpti_scan_free(scan);
    return status;
}
