/* SPDX-License-Identifier: Apache-2.0 */
/* A small scan that tests modify, write and load. */
#include "io_scan.h"

#include <math.h>

io_scan io_scan_make(int64_t height, int64_t width)
{
    io_scan s = {.count = IO_COUNT, .height = height, .width = width, .probe_rank = 2};
    for (int i = 0; i < IO_COUNT; i++) {
        s.x[i] = 8 + i;
        s.y[i] = 9 + 0.25 * i;
        s.index[i] = i / 2;
    }
    for (int i = 0; i < IO_COUNT * height * width; i++) {
        s.patterns[i] = (float)(i % 97);
        s.mask[i] = 1;
    }
    for (int i = 0; i < height * width; i++) s.probe[i] = sin(i) + 1.0 * I * cos(2 * i);
    for (int i = 0; i < IO_OBJECT * IO_OBJECT; i++) s.object[i] = 1;
    return s;
}

void io_scan_add(clpti_npz_writer *writer, const io_scan *s, const char *name, clpt_type type, int rank,
                 const int64_t *shape, const void *data)
{
    if (s->without && strcmp(s->without, name) == 0) return;
    io_ok(clpti_npz_add(writer, name, type, rank, shape, data, &io_message), &io_message);
}

void io_scan_write(const char *path, const io_scan *s)
{
    clpti_npz_writer *writer;
    const int64_t list[] = {s->count}, stack[] = {s->count, s->height, s->width}, mode[] = {1, s->height, s->width};
    io_ok(clpti_npz_create(path, &writer, &io_message), &io_message);
    io_scan_add(writer, s, "xcoords", CLPT_TYPE_F64, 1, list, s->x);
    io_scan_add(writer, s, "ycoords", CLPT_TYPE_F64, 1, list, s->y);
    io_scan_add(writer, s, "xcoords_start", CLPT_TYPE_F64, 1, list, s->y);
    io_scan_add(writer, s, "ycoords_start", CLPT_TYPE_F64, 1, list, s->x);
    io_scan_add(writer, s, "scan_index", CLPT_TYPE_F64, 1, list, s->index);
    io_scan_add(writer, s, "diff3d", CLPT_TYPE_F32, 3, stack, s->patterns);
    if (s->mask_rank)
        io_scan_add(writer, s, "mask", CLPT_TYPE_F32, (int)s->mask_rank, stack + (3 - s->mask_rank), s->mask);
    io_scan_add(writer, s, "probeGuess", CLPT_TYPE_C128, s->probe_rank, mode + (3 - s->probe_rank), s->probe);
    io_scan_add(writer, s, "objectGuess", CLPT_TYPE_C128, 2, (int64_t[]){IO_OBJECT, IO_OBJECT}, s->object);
    io_ok(clpti_npz_commit(&writer, &io_message), &io_message);
}

clpt_status io_scan_load(const io_scan *s, clpti_scan_options options, clpti_scan_file *scan)
{
    io_scan_write(io_path("scan.npz"), s);
    return clpti_scan_load(io_path("scan.npz"), &options, scan, &io_message);
}

clpti_scan_file io_scan_load_good(const io_scan *s, clpti_scan_options options)
{
    clpti_scan_file scan;
    io_ok(io_scan_load(s, options, &scan), &io_message);
    return scan;
}
