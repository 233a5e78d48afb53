/* SPDX-License-Identifier: Apache-2.0 */
/* One run of `simulate`: its state, and the functions of its files. */
#ifndef CLPTI_CLI_SIMULATE_H
#define CLPTI_CLI_SIMULATE_H

#include "cli/beam.h"
#include "cli/optics.h"
#include "cli/scan_options.h"
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
    clpti_optics_values optics;
    clpti_beam_values beam;
    clpti_scan_values reading; /* object_pixel alone */
} clpti_simulate_values;

typedef struct clpti_simulation {
    clpti_session *session;
    const clpti_simulate_values *v;
    clpti_file_contents parts; /* input of the simulation: the file's, then completed */
    int64_t illuminated;       /* side of the probe without --pad */
    double *nominal;           /* [count, 2] before jitter; NULL: the positions themselves */
    double *reported;          /* [count, 2] as written, with errors from --position-error; NULL: the positions
                                * themselves */
    double *intensity;         /* [count] factors from --intensity-jitter; NULL: ones */
    float *amplitude;          /* [count, N, N] */
    bool object_given;         /* from the file */
    clpti_tensor slices;       /* C128 [K, H, W], whose product is the object; data NULL: one slice */
    double *motion;            /* [count, 2] path of each exposure; NULL: at rest */
    clpt_propagation propagation;
} clpti_simulation;

/* ---- simulate_scan.c ---- */

/* The probe with the requested modes and padding. */
clpt_status clpti_simulate_probe(clpti_simulation *simulation);

/* Positions and object, one fitted to the other: positions of a file are in pixels of a file's object; built-in ones
 * are centred. */
clpt_status clpti_simulate_scan(clpti_simulation *simulation);

/* ---- simulate_defects.c ---- */

/* Defects of measured scans, drawn before the exposure: a mask of dead pixels, reported positions, and the illumination
 * of each pattern. */
clpt_status clpti_simulate_defects(clpti_simulation *simulation);

/* Converts predicted intensities [count, N, N] of the patterns starting at `first` into measured amplitudes:
 * illumination and background, Poisson counts if photons are set, and 0 at dead pixels. A function of seed, pattern and
 * pixel alone, independent of pieces. `patterns` may be the amplitudes themselves. A clpti_piece_function. */
void clpti_simulate_measure(void *simulation, int64_t first, int64_t count, const float *patterns);

/* ---- simulate_fine.c ---- */

/* Of clpti_simulate_values; ends with a NULL name. */
extern const clpt_option clpti_simulate_fine_options[];

bool clpti_simulate_is_fine(const clpti_simulation *simulation);
/* Checks options that require --physics fine or others, once the file is read. */
clpt_status clpti_simulate_check_fine(const clpti_simulation *simulation);
/* Fills the amplitudes, and scales the probe to --photons counts on the detector. */
clpt_status clpti_simulate_expose_fine(clpti_simulation *simulation);

/* ---- simulate_write.c ---- */

clpt_status clpti_simulate_write(const clpti_simulation *simulation);

#endif
