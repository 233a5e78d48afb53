/* SPDX-License-Identifier: Apache-2.0 */
/* One run of `simulate`: what its parts share. */
#ifndef CLPTI_CLI_SIMULATE_H
#define CLPTI_CLI_SIMULATE_H

#include "cli/beam.h"
#include "cli/file_contents.h"
#include "cli/session.h"

typedef struct clpti_simulate_values {
    const char *out, *from;
    int object, probe, positions; /* indices into the words; the last one is "file" */
    int64_t size, count, modes, object_size;
    double step, jitter, photons;
    double position_error, dead, background, intensity_jitter; /* simulate_defects.c */
    uint64_t seed;
    bool pad;
    double pupil;
    int physics; /* simulate_fine.c */
    double motion, point_spread, slice_distance;
    int64_t slices;
    clpt_solver_options solver; /* subpixel alone */
    clpti_beam_values beam;
} clpti_simulate_values;

typedef struct clpti_simulation {
    clpti_session *session;
    const clpti_simulate_values *v;
    clpti_file_contents parts; /* what is simulated from: first the file's, then completed */
    int64_t illuminated;       /* side of the probe without what --pad adds */
    double *nominal;           /* [count, 2] before jitter; NULL: the positions themselves */
    double *reported;          /* [count, 2] as written, off by --position-error; NULL: the positions themselves */
    double *intensity;         /* [count] factors by --intensity-jitter; NULL: ones */
    float *amplitude;          /* [count, N, N] */
    bool object_given;         /* by the file */
    clpti_tensor slices;       /* C128 [K, H, W], whose product is the object; data NULL: one slice */
    double *motion;            /* [count, 2] path of each exposure; NULL: at rest */
    clpt_propagation propagation;
} clpti_simulation;

/* ---- simulate_scan.c ---- */

/* The probe with the modes and the padding asked for. */
clpt_status clpti_simulate_probe(clpti_simulation *simulation);

/* Positions and object, one fitted to the other: positions of a file mean pixels of a file's object; all else is
 * centred. */
clpt_status clpti_simulate_scan(clpti_simulation *simulation);

/* ---- simulate_defects.c ---- */

/* What measured scans suffer from, drawn before the exposure: a mask of dead pixels, positions as they are told, and
 * the light of each pattern. */
clpt_status clpti_simulate_defects(clpti_simulation *simulation);

/* Turns predicted intensities [count, N, N] of the patterns from `first` on into measured amplitudes: light and
 * background, counts where there are photons to count, and nothing where a pixel is dead. A function of seed, pattern
 * and pixel alone, so that pieces make no difference. `patterns` may be the amplitudes themselves. A
 * clpti_piece_function. */
void clpti_simulate_measure(void *simulation, int64_t first, int64_t count, const float *patterns);

/* ---- simulate_fine.c ---- */

/* Of clpti_simulate_values; ends with a NULL name. */
extern const clpt_option clpti_simulate_fine_options[];

bool clpti_simulate_is_fine(const clpti_simulation *simulation);
/* Options that require --physics fine or others, once the file is read. */
clpt_status clpti_simulate_check_fine(const clpti_simulation *simulation);
/* Fills the amplitudes, and scales the probe to --photons counts on the detector. */
clpt_status clpti_simulate_expose_fine(clpti_simulation *simulation);

/* ---- simulate_write.c ---- */

clpt_status clpti_simulate_write(const clpti_simulation *simulation);

#endif
