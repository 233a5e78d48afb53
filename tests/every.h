/* SPDX-License-Identifier: Apache-2.0 */
/* Every public operation as a row of one table, for suites that hold all of them to the same promise: the same bits
 * however they are called (test_repeat), any size (test_shapes). A new operation is one row; test_repeat compares the
 * table with the public header. */
#ifndef CLPT_TESTS_EVERY_H
#define CLPT_TESTS_EVERY_H

#include "support.h"

/* Sizes by the letters of the public header. */
typedef struct every_sizes {
    int64_t B, S, G, C, P, N, M, H, W, crop;
} every_sizes;

typedef enum every_fill {
    EVERY_OUT,        /* a result */
    EVERY_RANDOM,     /* in [−1, 1] */
    EVERY_OBJECT,     /* magnitudes from ½ to 1 and gentle phases */
    EVERY_PROBE,      /* one pixel far brighter than the others, so that no intensity is near 0 */
    EVERY_WEIGHT,     /* magnitudes from ½ to 1 */
    EVERY_COUNTS,     /* from ½ to 1½, far from the intensities of object and probe */
    EVERY_MASK,       /* 0 or 1 */
    EVERY_POSITIONS,  /* patches within the object */
    EVERY_OFFSETS,    /* within ±N/4 */
    EVERY_SHIFTS,     /* within ±N/4, far from whole and half pixels */
    EVERY_TRANSFORMS, /* near the identity */
} every_fill;

typedef struct every_array {
    const char *name;  /* as messages call it */
    clpt_type type;    /* double precision: always host memory */
    const char *shape; /* a letter or a digit for each axis; L: the side of clpt_scan_get_canvas; T: half of S */
    every_fill fill;
} every_array;

enum { EVERY_ARRAYS = 9 };

typedef struct every_row {
    const char *name; /* "function" or "function, what is special" */
    char split;       /* letter of the leading axis along which a caller may split the call; 0: none */
    double tolerance; /* against the reference; as CONVENTIONS has it */
    double part;      /* of the elements that may differ by anything */
    every_array arrays[EVERY_ARRAYS];
    clpt_status (*call)(clpt_context *context, const every_sizes *sizes, const clpt_array *arrays);
} every_row;

/* The tables, each ended by a row without a name. */
extern const every_row every_image[], every_patch[], every_wave[], every_slope[], every_loss[];

/* Row number `index` of all tables, or of the few rows of test_few; NULL beyond the last. */
const every_row *every_row_at(int index);

/* One way of calling: in `parts` along the split axis, with host arrays or through buffers. */
typedef struct every_way {
    int64_t parts; /* 0: 1 */
    bool buffers;
} every_way;

typedef struct every_result {
    int count;
    const char *names[EVERY_ARRAYS];
    test_field out[EVERY_ARRAYS];
    clpt_status status;
} every_result;

/* Runs a row with the numbers that belong to its sizes and fails the test unless it succeeds. */
every_result every_run(clpt_context *context, const every_row *row, const every_sizes *sizes, every_way way);
/* As every_run, but a failure is the result. */
every_result every_try(clpt_context *context, const every_row *row, const every_sizes *sizes, every_way way);
void every_free(every_result *result);

/* One number for all bits of one array. */
uint64_t every_digest(const test_field *field);

/* A scan of [S, 2] positions for the length of one call. */
clpt_status every_scan(clpt_context *context, const clpt_array *positions, clpt_scan **scan);

#endif
