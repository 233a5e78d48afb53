/* SPDX-License-Identifier: Apache-2.0 */
/* A small scan that tests change parts of, write and load. */
#ifndef CLPTYCHO_TESTS_IO_SCAN_H
#define CLPTYCHO_TESTS_IO_SCAN_H

#include <complex.h>

#include "io_support.h"

enum { IO_COUNT = 3, IO_SIDE = 8, IO_OBJECT = 20 };

typedef struct io_scan {
    int64_t count, height, width, mask_rank;
    double x[IO_COUNT], y[IO_COUNT], index[IO_COUNT];
    float patterns[IO_COUNT * 12 * 12];
    float mask[IO_COUNT * 12 * 12];
    double complex probe[12 * 12];
    double complex object[IO_OBJECT * IO_OBJECT];
    int probe_rank;
    const char *without; /* this array is left out */
} io_scan;

/* Three patterns with nothing wrong in them. */
io_scan io_scan_make(int64_t height, int64_t width);
/* Adds an array to a file unless s->without names it. */
void io_scan_add(clpti_npz_writer *writer, const io_scan *s, const char *name, clpt_type type, int rank,
                 const int64_t *shape, const void *data);
void io_scan_write(const char *path, const io_scan *s);
clpt_status io_scan_load(const io_scan *s, clpti_scan_options options, clpti_scan_file *scan);
clpti_scan_file io_scan_load_good(const io_scan *s, clpti_scan_options options);

#endif
