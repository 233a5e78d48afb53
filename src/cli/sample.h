/* SPDX-License-Identifier: Apache-2.0 */
/* Built-in objects, probes and scans of `simulate`: in double precision, functions of their arguments alone. */
#ifndef CLPTI_CLI_SAMPLE_H
#define CLPTI_CLI_SAMPLE_H

#include "io/io.h"

/* One stream of random numbers for each use of a seed. */
enum {
    CLPTI_STREAM_TEXTURE = 0x5301,
    CLPTI_STREAM_CELLS = 0x5302,
    CLPTI_STREAM_POSITIONS = 0x5303,
    CLPTI_STREAM_JITTER = 0x5304,
    CLPTI_STREAM_POSITION_ERROR = 0x5305,
    CLPTI_STREAM_DEAD = 0x5306,
    CLPTI_STREAM_INTENSITY = 0x5307
};

#define CLPTI_SAMPLE_OBJECTS "star|cells"
typedef enum clpti_sample_object { CLPTI_SAMPLE_STAR, CLPTI_SAMPLE_CELLS } clpti_sample_object;
/* [height, width] complex128, |o| ≤ 1. `depth`: fraction of the sample's thickness. */
clpt_status clpti_sample_object_make(clpti_sample_object kind, uint64_t seed, double depth, int64_t height,
                                     int64_t width, clpti_tensor *object, clpt_message *message);

#define CLPTI_SAMPLE_PROBES "disc|gaussian|focus"
typedef enum clpti_sample_probe { CLPTI_SAMPLE_DISC, CLPTI_SAMPLE_GAUSSIAN, CLPTI_SAMPLE_FOCUS } clpti_sample_probe;
/* [modes, side, side] complex128, the first mode's peak amplitude 1. `pupil`: radius of the pupil of
 * CLPTI_SAMPLE_FOCUS, a fraction of half the side. */
clpt_status clpti_sample_probe_make(clpti_sample_probe kind, double pupil, int64_t modes, int64_t side,
                                    clpti_tensor *probe, clpt_message *message);

/* Scales a mode [side, side] to a peak amplitude of 1. */
void clpti_sample_probe_scale(int64_t side, double *probe);

#define CLPTI_SAMPLE_SCANS "grid|spiral|random"
typedef enum clpti_sample_scan { CLPTI_SAMPLE_GRID, CLPTI_SAMPLE_SPIRAL, CLPTI_SAMPLE_RANDOM } clpti_sample_scan;
typedef struct clpti_sample_scan_options {
    clpti_sample_scan kind;
    int64_t count;         /* 0: as many as fit the span, 100 without a span */
    double step;           /* pixels between neighbours; for spiral and random: one position per step² */
    double span_x, span_y; /* pixels covered by the positions; 0: no limit */
    double jitter;         /* standard deviation in x and in y, pixels */
    uint64_t seed;
} clpti_sample_scan_options;
/* positions and nominal (before jitter): [count, 2] around (0, 0); the caller frees both. */
clpt_status clpti_sample_scan_make(const clpti_sample_scan_options *options, double **positions, double **nominal,
                                   int64_t *count, clpt_message *message);

#endif
