/* SPDX-License-Identifier: Apache-2.0 */
/* Frames and mask of a layout: one array or several in a row, [S, H, W] or a raster [Y, X, H, W]. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "io/scan_layout.h"

static const int64_t default_limit = INT64_C(1) << 30;

/* ---- shapes ---- */

static clpt_status describe(clpti_layout_reader *r, int64_t piece, clpti_npy_info *info)
{
    clpti_store *store = r->frames_of->store;
    return clpti_check_rank(store, r->frames_of->path, r->pieces[piece], 3, 4, info, r->loader->message);
}

static int64_t frames_in(const clpti_npy_info *info)
{
    int64_t count = 1;
    for (int axis = 0; axis < info->rank - 2; axis++)
        if (!clpti_multiply(count, info->shape[axis], &count)) return -1;
    return count;
}

static clpt_status count_frames(clpti_layout_reader *r)
{
    clpti_scan_loader *l = r->loader;
    for (int64_t i = 0; i < r->piece_count; i++) {
        clpti_npy_info info;
        clpt_status status = describe(r, i, &info);
        if (status != CLPT_OK) return status;
        if (i == 0) r->info = info;
        int64_t frames = frames_in(&info), last = info.rank - 1, first = r->info.rank - 1;
        if (info.shape[last] != r->info.shape[first] || info.shape[last - 1] != r->info.shape[first - 1] || frames < 0)
            return clpti_fail(l->message, CLPT_ERROR_FILE, "%s: frames of '%s' are %lld×%lld, those of '%s' %lld×%lld",
                              l->path, r->pieces[i], (long long)info.shape[last - 1], (long long)info.shape[last],
                              r->pieces[0], (long long)r->info.shape[first - 1], (long long)r->info.shape[first]);
        r->frame_count += frames;
        if (info.rank == 4 && r->piece_count == 1) {
            r->raster[0] = info.shape[0];
            r->raster[1] = info.shape[1];
        }
    }
    return CLPT_OK;
}

clpt_status clpti_layout_find_frames(clpti_layout_reader *r)
{
    clpt_status status = CLPT_OK;
    clpti_scan_loader *l = r->loader;
    const clpti_layout_source *source = NULL, *other = NULL;
    const clpti_layout_line *line = clpti_layout_lookup(r, "counts", &source);
    const clpti_layout_line *amplitudes = clpti_layout_lookup(r, "amplitudes", &other);
    char name[1024];
    r->counts = line && (!amplitudes || source <= other);
    if (!r->counts) {
        line = amplitudes;
        source = other;
    }
    if (!line) return CLPT_OK;
    r->frames_of = source;
    r->transposed = !strcmp(clpti_layout_text_of(&source->layout, "frames"), "transposed");
    bool all = !strcmp(line->words[1], "all");
    clpti_layout_array(source->store, line->words[0], name);
    CLPTI_TRY(clpti_layout_arrays(source->store, all ? line->words[0] : name, &r->pieces, &r->piece_count, l->message));
    CLPTI_TRY(count_frames(r));
    int64_t height = r->info.shape[r->info.rank - 2], width = r->info.shape[r->info.rank - 1];
    CLPTI_TRY(clpti_geometry_create(l->path, r->pieces[0], r->transposed ? width : height,
                                    r->transposed ? height : width, l->options, &l->geometry, l->message));
cleanup:
    return status;
}

/* ---- data ---- */

/* [W, H] → [H, W] in place of each of `count` images. */
static clpt_status transpose(float *values, int64_t count, int64_t height, int64_t width, clpt_message *message)
{
    float *work = clpti_malloc(height * width, sizeof *work);
    if (!work) return clpti_fail(message, CLPT_ERROR_MEMORY, "out of memory for transposing frames");
    for (int64_t s = 0; s < count; s++) {
        float *image = values + s * height * width;
        memcpy(work, image, (size_t)(height * width) * sizeof *work);
        for (int64_t i = 0; i < height * width; i++) image[i] = work[i % width * height + i / width];
    }
    free(work);
    return CLPT_OK;
}

static clpt_status read_whole(clpti_layout_reader *r, clpti_tensor *values)
{
    clpt_status status = CLPT_OK;
    clpti_scan_loader *l = r->loader;
    int64_t height = l->geometry.height, width = l->geometry.width, done = 0;
    clpti_tensor piece = {0};
    for (int64_t i = 0; i < r->piece_count; i++) {
        CLPTI_TRY(clpti_store_read(r->frames_of->store, r->pieces[i], CLPT_TYPE_F32, &piece, l->message));
        if (r->piece_count == 1) {
            *values = piece;
            values->rank = 3;
            piece = (clpti_tensor){0};
        } else if (i == 0)
            CLPTI_TRY(
                clpti_tensor_create(CLPT_TYPE_F32, 3, (int64_t[]){r->frame_count, height, width}, values, l->message));
        if (piece.data)
            memcpy((float *)values->data + done, piece.data, (size_t)clpti_tensor_count(&piece) * sizeof(float));
        done += piece.data ? clpti_tensor_count(&piece) : 0;
        clpti_tensor_destroy(&piece);
    }
    values->shape[0] = r->frame_count;
    values->shape[1] = height;
    values->shape[2] = width;
    if (r->transposed) status = transpose(values->data, r->frame_count, height, width, l->message);
cleanup:
    clpti_tensor_destroy(&piece);
    if (status == CLPT_ERROR_MEMORY)
        clpti_message_prefix(l->message, "%lld frames of %lld×%lld pixels do not fit: read their centre with --crop N",
                             (long long)r->frame_count, (long long)height, (long long)width);
    return status;
}

static void bounds_of(const int64_t *lines, int64_t count, int64_t bounds[2])
{
    int64_t low = lines[0], high = lines[0];
    for (int64_t i = 1; i < count; i++) {
        low = lines[i] < low ? lines[i] : low;
        high = lines[i] > high ? lines[i] : high;
    }
    bounds[0] = low;
    bounds[1] = high - low + 1;
}

/* The crop of each frame, [S, crop, crop], one frame at a time. */
static clpt_status read_cropped(clpti_layout_reader *r, clpti_tensor *values)
{
    clpt_status status = CLPT_OK;
    clpti_scan_loader *l = r->loader;
    const clpti_geometry *g = &l->geometry;
    int64_t rows[2], columns[2], side = g->crop, done = 0;
    bool swap = r->transposed;
    bounds_of(g->rows, side, rows);
    bounds_of(g->columns, side, columns);
    float *frame = clpti_malloc(rows[1] * columns[1], sizeof *frame);
    CLPTI_TRY(clpti_tensor_create(CLPT_TYPE_F32, 3, (int64_t[]){r->frame_count, side, side}, values, l->message));
    if (!frame) CLPTI_TRY(clpti_fail(l->message, CLPT_ERROR_MEMORY, "%s: out of memory for a frame", l->path));
    for (int64_t p = 0; p < r->piece_count; p++) {
        clpti_npy_info info;
        CLPTI_TRY(describe(r, p, &info));
        for (int64_t s = 0; s < frames_in(&info); s++) {
            float *to = (float *)values->data + done++ * side * side;
            CLPTI_TRY(clpti_store_read_frame(r->frames_of->store, r->pieces[p], s, swap ? columns : rows,
                                             swap ? rows : columns, frame, l->message));
            for (int64_t i = 0; i < side * side; i++) {
                int64_t row = g->rows[i / side] - rows[0], column = g->columns[i % side] - columns[0];
                to[i] = frame[swap ? column * rows[1] + row : row * columns[1] + column];
            }
        }
    }
cleanup:
    free(frame);
    return status;
}

/* ---- mask ---- */

/* 1 = good. bad: the file's nonzero numbers mean bad pixels; else its positive ones good pixels. */
static clpt_status read_mask(clpti_store *store, const char *name, bool bad, clpti_tensor *mask, clpt_message *message)
{
    if (bad) return clpti_read_bad_pixels(store, name, mask, message);
    clpt_status status = clpti_store_read(store, name, CLPT_TYPE_F32, mask, message);
    float *values = mask->data;
    for (int64_t i = 0; status == CLPT_OK && i < clpti_tensor_count(mask); i++) values[i] = values[i] > 0;
    return status;
}

static clpt_status read_masks(clpti_layout_reader *r, clpti_store *store, const char *path, bool all, bool bad,
                              clpti_tensor *mask)
{
    clpt_status status = CLPT_OK;
    clpti_scan_loader *l = r->loader;
    char **names = NULL, name[1024];
    int64_t count = 0, done = 0;
    clpti_tensor piece = {0};
    clpti_layout_array(store, path, name);
    CLPTI_TRY(clpti_layout_arrays(store, all ? path : name, &names, &count, l->message));
    for (int64_t i = 0; i < count; i++) {
        CLPTI_TRY(read_mask(store, names[i], bad, &piece, l->message));
        int64_t each = clpti_tensor_count(&piece), shape[3] = {r->frame_count, l->geometry.height, l->geometry.width};
        if (count == 1) {
            *mask = piece;
            piece = (clpti_tensor){0};
        } else if (i == 0)
            CLPTI_TRY(clpti_tensor_create(CLPT_TYPE_F32, 3, shape, mask, l->message));
        if (piece.data && done + each <= clpti_tensor_count(mask))
            memcpy((float *)mask->data + done, piece.data, (size_t)each * sizeof(float));
        done += each;
        clpti_tensor_destroy(&piece);
    }
cleanup:
    clpti_layout_names_free(names, count);
    clpti_tensor_destroy(&piece);
    return status;
}

/* [H, W], [1, H, W], [S, H, W], or the raster's shape. */
static clpt_status shape_mask(clpti_layout_reader *r, const char *name, clpti_tensor *mask)
{
    clpti_scan_loader *l = r->loader;
    int64_t pixels = l->geometry.height * l->geometry.width, count = clpti_tensor_count(mask) / pixels;
    int last = mask->rank - 1;
    clpti_npy_info info = {.rank = mask->rank};
    snprintf(info.name, sizeof info.name, "%s", name);
    if (mask->rank < 2)
        return clpti_fail(l->message, CLPT_ERROR_FILE, "%s: '%s' is not a mask: it must be [H, W]", l->path, name);
    info.shape[last] = mask->shape[r->transposed ? last - 1 : last];
    info.shape[last - 1] = mask->shape[r->transposed ? last : last - 1];
    clpt_status status = clpti_check_sides(l->path, &info, &l->geometry, l->message);
    if (status == CLPT_OK && count != 1)
        status = clpti_check_length(l->path, name, count, r->frame_count, "frames", l->message);
    if (status != CLPT_OK) return status;
    mask->rank = count == 1 ? 2 : 3;
    mask->shape[0] = count == 1 ? l->geometry.height : count;
    mask->shape[1] = count == 1 ? l->geometry.width : l->geometry.height;
    mask->shape[2] = l->geometry.width;
    return r->transposed ? transpose(mask->data, count, l->geometry.height, l->geometry.width, l->message) : CLPT_OK;
}

static clpt_status load_mask(clpti_layout_reader *r)
{
    clpt_status status = CLPT_OK;
    clpti_scan_loader *l = r->loader;
    const clpti_layout_source *source;
    const clpti_layout_line *line = clpti_layout_lookup(r, "mask", &source);
    if (!line) return CLPT_OK;
    bool bad = !strcmp(line->words[1], "bad");
    CLPTI_TRY(read_masks(r, source->store, line->words[0], !strcmp(line->words[2], "all"), bad, &l->mask));
    CLPTI_TRY(shape_mask(r, line->words[0], &l->mask));
    clpti_scan_invert_mask(l);
    status = clpti_check_mask(l->path, &l->mask, l->message);
cleanup:
    return status;
}

/* ---- both ---- */

/* The geometry of frames that are cropped already, and the mask brought to it. */
static clpt_status enter_crop(clpti_scan_loader *l, clpti_geometry *full)
{
    clpti_scan_options inner = {.crop = l->geometry.crop, .bin = l->geometry.bin};
    clpti_geometry crop;
    *full = l->geometry;
    if (l->mask.data) {
        clpti_geometry unbinned = *full;
        unbinned.bin = 1;
        unbinned.side = full->crop;
        clpt_status status = clpti_mask_fit(l->path, &unbinned, &l->mask, l->message);
        if (status != CLPT_OK) return status;
    }
    clpt_status status = clpti_geometry_create(l->path, "frames", full->crop, full->crop, &inner, &crop, l->message);
    if (status == CLPT_OK) l->geometry = crop;
    return status;
}

clpt_status clpti_layout_take_frames(clpti_layout_reader *r)
{
    clpt_status status = CLPT_OK;
    clpti_scan_loader *l = r->loader;
    clpti_geometry full = {0};
    clpti_frames frames = {.name = r->pieces[0], .counts = r->counts, .maximum = clpti_type_maximum(&r->info)};
    int64_t limit = l->options->stack_limit ? l->options->stack_limit : default_limit, bytes;
    bool large = !clpti_multiply(r->frame_count, l->geometry.height * l->geometry.width * 4, &bytes) || bytes > limit;
    bool crop = large && !l->options->centre && clpti_geometry_is_cropped(&l->geometry) &&
                clpti_store_reads_frames(r->frames_of->store);
    CLPTI_TRY(load_mask(r));
    CLPTI_TRY(clpti_scan_add_mask(l));
    CLPTI_TRY(crop ? read_cropped(r, &frames.values) : read_whole(r, &frames.values));
    if (crop) CLPTI_TRY(enter_crop(l, &full));
    CLPTI_TRY(clpti_scan_take_patterns(l, &frames));
cleanup:
    if (full.rows) {
        if (l->geometry.rows != full.rows) clpti_geometry_destroy(&l->geometry);
        l->geometry = full;
    }
    clpti_tensor_destroy(&frames.values);
    return status;
}
