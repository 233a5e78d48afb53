/* SPDX-License-Identifier: Apache-2.0 */
/* Region, mask and offset of a comparison, from the positions of both files. */
#include "cli/compare.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"

/* The layout determined by positions, in pixels of the truth. */
typedef struct layout {
    double *positions; /* [count, 2]; NULL: unknown */
    int64_t count, side;
    const clpti_tensor *probe;
    double offset_x, offset_y; /* from the truth's grid to the result's */
} layout;

/* Positions of the patterns on the file's object. */
static const double *positions_of(const clpti_file_contents *parts)
{
    return parts->true_positions ? parts->true_positions : parts->positions;
}

static void mean_of(const clpti_file_contents *parts, double mean[2])
{
    const double *positions = positions_of(parts);
    mean[0] = mean[1] = 0;
    for (int64_t s = 0; s < parts->count; ++s)
        for (int k = 0; k < 2; ++k) mean[k] += positions[2 * s + k] / (double)parts->count;
}

static clpt_status make_layout(const clpti_file_contents *result, const clpti_file_contents *truth, layout *l,
                               clpt_message *message)
{
    const clpti_file_contents *known = truth->positions ? truth : result;
    const clpti_file_contents *illuminated = truth->probe.data ? truth : result;
    double of_result[2], of_truth[2];
    *l = (layout){.count = known->count};
    if (illuminated->probe.data) {
        l->probe = &illuminated->probe;
        l->side = illuminated->probe.shape[1];
    }
    if (!known->positions) return CLPT_OK;
    if (result->positions && truth->positions && result->count == truth->count) {
        mean_of(result, of_result);
        mean_of(truth, of_truth);
        l->offset_x = of_result[0] - of_truth[0];
        l->offset_y = of_result[1] - of_truth[1];
    }
    l->positions = clpti_malloc(l->count, 2 * sizeof *l->positions);
    if (!l->positions)
        return clpti_fail(message, CLPT_ERROR_MEMORY, "no memory for %lld positions", (long long)l->count);
    memcpy(l->positions, positions_of(known), (size_t)l->count * 2 * sizeof *l->positions);
    return CLPT_OK;
}

static int64_t clamp(double value, int64_t length)
{
    return value < 0 ? 0 : value > (double)length ? length : (int64_t)value;
}

/* The bounding box of centres or patches; all of the truth if no positions are known. */
static void set_region(const layout *l, const clpti_compare_options *how, const clpti_tensor *truth,
                       clpt_compare_options *o)
{
    double low[2] = {0, 0}, high[2] = {(double)truth->shape[1], (double)truth->shape[0]};
    int64_t reach = how->region == CLPTI_COMPARE_PATCHES ? l->side / 2 : 0;
    if (how->box[2] > 0) {
        o->top = how->box[0];
        o->left = how->box[1];
        o->height = how->box[2];
        o->width = how->box[3];
        return;
    }
    if (how->region != CLPTI_COMPARE_ALL && l->positions)
        for (int k = 0; k < 2; ++k) {
            low[k] = INFINITY;
            high[k] = -INFINITY;
            for (int64_t s = 0; s < l->count; ++s) {
                low[k] = fmin(low[k], ceil(l->positions[2 * s + k]) - (double)reach);
                high[k] = fmax(high[k], floor(l->positions[2 * s + k]) + (double)reach + 1);
            }
        }
    o->left = clamp(low[0] + (double)how->margin, truth->shape[1]);
    o->top = clamp(low[1] + (double)how->margin, truth->shape[0]);
    o->width = clamp(high[0] - (double)how->margin, truth->shape[1]) - o->left;
    o->height = clamp(high[1] - (double)how->margin, truth->shape[0]) - o->top;
    if (o->width < 1 || o->height < 1) o->width = o->height = 1; /* rejected later, with a message about the sizes */
}

static clpt_status make_mask(const layout *l, const clpti_compare_options *how, const clpti_tensor *truth,
                             uint8_t **mask, clpt_message *message)
{
    int64_t height = truth->shape[0], width = truth->shape[1];
    if (!l->positions || !l->probe || how->coverage == 0) return CLPT_OK;
    *mask = clpti_malloc(height * width, 1);
    if (!*mask) return clpti_fail(message, CLPT_ERROR_MEMORY, "no memory for a mask");
    clpt_array probe = clpti_tensor_view(l->probe);
    return clpt_coverage(l->positions, l->count, l->side, &probe, how->coverage, height, width, *mask, message);
}

clpt_status clpti_compare_contents(const char *result_path, const clpti_file_contents *result, const char *truth_path,
                                   const clpti_file_contents *truth, const clpti_compare_options *how,
                                   clpt_comparison *comparison, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    layout l = {0};
    uint8_t *mask = NULL;
    clpt_compare_options o = clpt_compare_options_default();
    if (!result->object.data || !truth->object.data)
        return clpti_fail(message, CLPT_ERROR_FILE, "%s: contains no object",
                          result->object.data ? truth_path : result_path);
    CLPTI_TRY(make_layout(result, truth, &l, message));
    set_region(&l, how, &truth->object, &o);
    CLPTI_TRY(make_mask(&l, how, &truth->object, &mask, message));
    o.mask = mask;
    o.offset_x = l.offset_x;
    o.offset_y = l.offset_y;
    o.keep_shift = how->keep_shift;
    o.keep_ramp = how->keep_ramp;
    o.keep_scale = how->keep_scale;
    clpt_array object = clpti_tensor_view(&result->object), reference = clpti_tensor_view(&truth->object);
    status = clpt_compare(&object, &reference, &o, comparison, message);
cleanup:
    free(mask);
    free(l.positions);
    return status;
}

/* ---- pictures ---- */

static clpt_status write_one(const char *stem, const char *ending, const double *values, int64_t height, int64_t width,
                             clpti_picture kind, const clpti_picture_notes *notes, clpt_message *message)
{
    char path[4096];
    if (snprintf(path, sizeof path, "%s%s", stem, ending) >= (int)sizeof path)
        return clpti_fail(message, CLPT_ERROR_ARGUMENT, "--png: the name is too long");
    return clpti_picture_write(path, values, CLPT_TYPE_C128, height, width, kind, notes, message);
}

static const char *file_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

clpt_status clpti_compare_pictures(const char *stem, const clpt_comparison *c, const char *result_path,
                                   const clpti_file_contents *result, const char *truth_path,
                                   const clpti_file_contents *truth, clpt_message *message)
{
    const double pixel = truth->pixel > 0 ? truth->pixel : result->pixel;
    const clpti_picture_notes both = {pixel, {file_name(result_path), file_name(truth_path)}},
                              one = {pixel, {"magnitude of the difference"}};
    clpt_status status = CLPT_OK;
    const double *whole = truth->object.data;
    int64_t pixels = c->height * c->width;
    double *pair = clpti_malloc(2 * pixels, 2 * sizeof *pair),
           *difference = clpti_malloc(pixels, 2 * sizeof *difference);
    if (!pair || !difference) CLPTI_TRY(clpti_fail(message, CLPT_ERROR_MEMORY, "no memory for a picture"));
    for (int64_t y = 0; y < c->height; ++y)
        for (int64_t x = 0; x < c->width; ++x)
            for (int k = 0; k < 2; ++k) {
                double got = c->aligned[2 * (y * c->width + x) + k];
                double expected = whole[2 * ((c->top + y) * truth->object.shape[1] + c->left + x) + k];
                pair[2 * (2 * y * c->width + x) + k] = got;
                pair[2 * ((2 * y + 1) * c->width + x) + k] = expected;
                difference[2 * (y * c->width + x) + k] = got - expected;
            }
    CLPTI_TRY(
        write_one(stem, "_magnitude.png", pair, c->height, 2 * c->width, CLPTI_PICTURE_AMPLITUDE, &both, message));
    CLPTI_TRY(write_one(stem, "_phase.png", pair, c->height, 2 * c->width, CLPTI_PICTURE_PHASE, &both, message));
    CLPTI_TRY(
        write_one(stem, "_difference.png", difference, c->height, c->width, CLPTI_PICTURE_AMPLITUDE, &one, message));
cleanup:
    free(pair);
    free(difference);
    return status;
}
