/* SPDX-License-Identifier: Apache-2.0 */
/* The components of the reader that a layout drives (scan_layout.c). */
#ifndef CLPTI_IO_SCAN_LAYOUT_H
#define CLPTI_IO_SCAN_LAYOUT_H

#include "io/layout.h"
#include "io/layout_values.h"
#include "io/scan_internal.h"

/* A file with its layout. Of several sources, the last that has positions supplies them; for all else it is the first.
 */
typedef struct clpti_layout_source {
    const char *path;
    clpti_store *store; /* NULL: a text with positions */
    clpti_file_layout layout;
} clpti_layout_source;

enum { CLPTI_SOURCES = 3 }; /* --data of the file, the file, --positions */

typedef struct clpti_layout_reader {
    clpti_scan_loader *loader;
    clpti_layout_source sources[CLPTI_SOURCES];
    int count;
    clpti_store *companion; /* of --positions */
    char companion_path[4096];
    double object_pixel[2]; /* x, y in metres; 0: unknown */
    bool from_centre;       /* positions are relative to `centre` of the object */
    double centre[2];       /* metres */
    /* frames */
    const clpti_layout_source *frames_of;
    char **pieces; /* arrays */
    int64_t piece_count, frame_count;
    int64_t raster[2]; /* rows and columns of a raster of frames; 0: a list */
    bool counts, transposed;
    clpti_npy_info info; /* of the first piece */
    /* positions */
    double *pairs; /* [pair_count, 2] x, y */
    int64_t pair_count;
    clpti_quantity unit; /* metres or pixels */
    char positions_name[300];
} clpti_layout_reader;

/* The first line of a key whose path exists, and its source. */
const clpti_layout_line *clpti_layout_lookup(const clpti_layout_reader *reader, const char *key,
                                             const clpti_layout_source **source);
/* The first positive number of a key in any source; 0 if there is none. */
clpt_status clpti_layout_number_of(clpti_layout_reader *reader, const char *key, bool step, double *value);

/* ---- layout_frames.c ---- */

/* Finds the frames: shapes only. */
clpt_status clpti_layout_find_frames(clpti_layout_reader *reader);
/* Reads mask and frames, and fills the scan's patterns. Positions are known. */
clpt_status clpti_layout_take_frames(clpti_layout_reader *reader);

/* ---- layout_positions.c ---- */

/* Reads positions, none if no source has them. */
clpt_status clpti_layout_find_positions(clpti_layout_reader *reader);

/* ---- layout_waves.c ---- */

clpt_status clpti_layout_take_probe(clpti_layout_reader *reader);
clpt_status clpti_layout_take_object(clpti_layout_reader *reader);

#endif
