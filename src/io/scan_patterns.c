/* SPDX-License-Identifier: Apache-2.0 */
/* Shift, crop and bin of patterns and masks. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "io/scan_internal.h"

void clpti_geometry_destroy(clpti_geometry *geometry)
{
    free(geometry->rows);
    free(geometry->columns);
    *geometry = (clpti_geometry){0};
}

/* Kept line i is line (length/2 − crop/2 + i) of a centred detector; line r of a centred detector is line (r −
 * length/2) mod length of one whose zero frequency comes first. */
static int64_t *make_lines(int64_t length, int64_t crop, bool shift)
{
    int64_t *lines = clpti_malloc(crop, sizeof *lines);
    for (int64_t i = 0; lines && i < crop; i++) {
        lines[i] = length / 2 - crop / 2 + i;
        if (shift) lines[i] = (lines[i] + length - length / 2) % length;
    }
    return lines;
}

clpt_status clpti_geometry_create(const char *path, const char *array, int64_t height, int64_t width,
                                  const clpti_scan_options *options, clpti_geometry *geometry, clpt_message *message)
{
    int64_t crop = options->crop ? options->crop : height, bin = options->bin ? options->bin : 1;
    int64_t minimum = height < width ? height : width;
    *geometry = (clpti_geometry){.height = height, .width = width, .crop = crop, .bin = bin};
    if (crop < 0 || bin < 0)
        return clpti_fail(message, CLPT_ERROR_ARGUMENT, "crop %lld and bin %lld must not be negative", (long long)crop,
                          (long long)bin);
    if (!options->crop && height != width)
        return clpti_fail(message, CLPT_ERROR_FILE, "%s: array '%s' is %lld×%lld, not square; crop it to %lld or less",
                          path, array, (long long)height, (long long)width, (long long)minimum);
    if (crop > minimum)
        return clpti_fail(message, CLPT_ERROR_ARGUMENT, "%s: array '%s' is %lld×%lld, smaller than crop %lld", path,
                          array, (long long)height, (long long)width, (long long)crop);
    if (crop % bin)
        return clpti_fail(message, CLPT_ERROR_ARGUMENT, "%s: array '%s': bin %lld does not divide the side of %lld",
                          path, array, (long long)bin, (long long)crop);
    geometry->side = crop / bin;
    geometry->rows = make_lines(height, crop, options->fftshift);
    geometry->columns = make_lines(width, crop, options->fftshift);
    if (geometry->rows && geometry->columns) return CLPT_OK;
    clpti_geometry_destroy(geometry);
    return clpti_fail(message, CLPT_ERROR_MEMORY, "%s: out of memory for a crop of %lld", path, (long long)crop);
}

/* ---- One pattern ---- */

static clpt_status fail_amplitude(const char *path, int64_t pattern, int64_t row, int64_t column, float value,
                                  clpt_message *message)
{
    return clpti_fail(
        message, CLPT_ERROR_FILE,
        "%s: array 'diff3d' must contain amplitudes (√counts), but [%lld, %lld, %lld] is %g; mark bad "
        "pixels in array 'mask' (0 = bad) or with --mask FILE, or leave the frame out with --exclude %lld",
        path, (long long)pattern, (long long)row, (long long)column, (double)value, (long long)pattern);
}

/* from [H, W] → to [crop, crop], 0 where the mask of the same layout is. */
static clpt_status take_pattern(const char *path, const clpti_geometry *g, int64_t pattern, const float *from,
                                const float *mask, float *to, clpt_message *message)
{
    for (int64_t i = 0; i < g->crop; i++) {
        for (int64_t j = 0; j < g->crop; j++) {
            int64_t at = g->rows[i] * g->width + g->columns[j];
            bool good = !mask || mask[at] != 0;
            if (good && !(from[at] >= 0 && isfinite(from[at])))
                return fail_amplitude(path, pattern, g->rows[i], g->columns[j], from[at], message);
            to[i * g->crop + j] = good ? from[at] : 0;
        }
    }
    return CLPT_OK;
}

static void take_mask(const clpti_geometry *g, const float *from, float *to)
{
    for (int64_t i = 0; i < g->crop; i++)
        for (int64_t j = 0; j < g->crop; j++) to[i * g->crop + j] = from[g->rows[i] * g->width + g->columns[j]];
}

/* One binned pixel from the crop: Σ amplitude², and whether all pixels of the mask are good. */
static double sum_block(const clpti_geometry *g, const float *from, int64_t row, int64_t column, bool *all_good)
{
    double sum = 0;
    *all_good = true;
    for (int64_t i = row * g->bin; i < (row + 1) * g->bin; i++) {
        for (int64_t j = column * g->bin; j < (column + 1) * g->bin; j++) {
            double value = (double)from[i * g->crop + j];
            sum += value * value;
            *all_good = *all_good && value != 0;
        }
    }
    return sum;
}

/* mask: [crop, crop] or NULL. A block with a bad pixel becomes 0. */
static void bin_pattern(const clpti_geometry *g, const float *from, const float *mask, float *to)
{
    for (int64_t i = 0; i < g->side; i++) {
        for (int64_t j = 0; j < g->side; j++) {
            bool good = true, positive;
            if (mask) sum_block(g, mask, i, j, &good);
            to[i * g->side + j] = good ? (float)sqrt(sum_block(g, from, i, j, &positive)) : 0;
        }
    }
}

static void bin_mask(const clpti_geometry *g, const float *from, float *to)
{
    for (int64_t i = 0; i < g->side; i++) {
        for (int64_t j = 0; j < g->side; j++) {
            bool good;
            sum_block(g, from, i, j, &good);
            to[i * g->side + j] = good;
        }
    }
}

/* ---- All of them ---- */

/* Releases memory that a smaller array no longer needs. */
static void shrink(clpti_tensor *tensor, const clpti_geometry *g)
{
    tensor->shape[tensor->rank - 2] = tensor->shape[tensor->rank - 1] = g->side;
    void *smaller = realloc(tensor->data, (size_t)clpti_tensor_count(tensor) * sizeof(float));
    if (smaller) tensor->data = smaller;
}

clpt_status clpti_patterns_fit(const char *path, const clpti_geometry *g, const clpti_tensor *mask,
                               const int64_t *frame, clpti_tensor *patterns, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    int64_t pixels = g->height * g->width, kept = g->side * g->side;
    float *data = patterns->data;
    const float *masks = mask->data;
    float *crop = clpti_malloc(g->crop * g->crop, sizeof *crop), *good = clpti_malloc(g->crop * g->crop, sizeof *good);
    if (!crop || !good)
        CLPTI_TRY(clpti_fail(message, CLPT_ERROR_MEMORY, "%s: out of memory for cropping patterns to %lld", path,
                             (long long)g->crop));
    /* Pattern s ends before pattern s + 1 of the larger ones starts, so this works in place. */
    for (int64_t s = 0; s < patterns->shape[0]; s++) {
        const float *own = masks ? masks + (mask->rank == 3 ? s * pixels : 0) : NULL;
        CLPTI_TRY(take_pattern(path, g, frame[s], data + s * pixels, own, crop, message));
        if (own) take_mask(g, own, good);
        if (g->bin > 1)
            bin_pattern(g, crop, own ? good : NULL, data + s * kept);
        else
            memcpy(data + s * kept, crop, (size_t)kept * sizeof *crop);
    }
    shrink(patterns, g);
cleanup:
    free(crop);
    free(good);
    return status;
}

clpt_status clpti_mask_fit(const char *path, const clpti_geometry *g, clpti_tensor *mask, clpt_message *message)
{
    float *data = mask->data;
    int64_t pixels = g->height * g->width, kept = g->side * g->side, count = mask->rank == 3 ? mask->shape[0] : 1;
    float *crop = clpti_malloc(g->crop * g->crop, sizeof *crop);
    bool any = false;
    if (!crop)
        return clpti_fail(message, CLPT_ERROR_MEMORY, "%s: out of memory for cropping the mask to %lld", path,
                          (long long)g->crop);
    for (int64_t s = 0; s < count; s++) {
        take_mask(g, data + s * pixels, crop);
        bin_mask(g, crop, data + s * kept);
    }
    free(crop);
    for (int64_t i = 0; i < count * kept && !any; i++) any = data[i] != 0;
    shrink(mask, g);
    if (any) return CLPT_OK;
    return clpti_fail(message, CLPT_ERROR_FILE, "%s: array 'mask' leaves no good pixel after crop %lld and bin %lld",
                      path, (long long)g->crop, (long long)g->bin);
}

bool clpti_geometry_is_cropped(const clpti_geometry *g)
{
    return g->crop != g->height || g->crop != g->width;
}

clpt_status clpti_scan_take_patterns(clpti_scan_loader *l, clpti_frames *frames)
{
    clpt_status status = CLPT_OK;
    clpti_tensor *patterns = &frames->values;
    CLPTI_TRY(clpti_scan_choose_frames(l));
    if (patterns->data) CLPTI_TRY(clpti_detector_correct(l, frames));
    CLPTI_TRY(clpti_scan_compact(l, patterns));
    if (patterns->data) {
        CLPTI_TRY(clpti_patterns_fit(l->path, &l->geometry, &l->mask, l->scan->frame, patterns, l->message));
        l->scan->amplitude = patterns->data;
        patterns->data = NULL;
    }
    if (l->mask.data) {
        CLPTI_TRY(clpti_mask_fit(l->path, &l->geometry, &l->mask, l->message));
        l->scan->mask_per_pattern = l->mask.rank == 3;
        l->scan->mask = l->mask.data;
        l->mask.data = NULL;
    }
    l->scan->side = l->geometry.side;
cleanup:
    return status;
}
