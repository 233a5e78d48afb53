/* SPDX-License-Identifier: Apache-2.0 */
/* Start of a reconstruction from a scan: object size, scaled probe with modes, flat or random object. */
#ifndef CLPTI_CLI_START_H
#define CLPTI_CLI_START_H

#include "io/io.h"

/* The smallest object that contains every patch, with a margin: positions move by (shift_x, shift_y) so that the
 * smallest top-left corner is CLPTI_START_MARGIN. */
enum { CLPTI_START_MARGIN = 2 };
typedef struct clpti_layout {
    int64_t height, width;
    double shift_x, shift_y;
} clpti_layout;
clpti_layout clpti_layout_of(const double *positions, int64_t count, int64_t side);

/* mean_S Σ amplitude² over good pixels: counts per pattern. *maximum receives the maximum over patterns; may be NULL.
 */
double clpti_mean_counts(const clpti_scan_file *scan, double *maximum);

/* Σ_p |P_p|² of the first `modes` modes. */
double clpti_probe_power(const clpti_tensor *probe, int64_t modes);

typedef enum clpti_probe_scale { CLPTI_SCALE_AUTO, CLPTI_SCALE_DATA, CLPTI_SCALE_FILE } clpti_probe_scale;

/* The file's probe as [modes, N, N] complex128: scaled so that its power at good pixels is the mean counts per pattern,
 * with modes added if the file has fewer. CLPTI_SCALE_AUTO preserves a scale that matches the data (Σ|P|² at least half
 * of the mean counts and at good pixels at most four times as many: an object transmits a fraction of the probe's
 * power), so that a true probe gives an object with its true scale. `far`: patterns are far fields, and a mask hides
 * what the far field of the probe has there. */
clpt_status clpti_start_probe(const clpti_scan_file *scan, bool far, int64_t modes, clpti_probe_scale scale,
                              clpti_tensor *probe, clpt_message *message);

/* Ones, [height, width] complex128; with `random`, phases uniform within ±0.5 that depend on the seed alone. */
clpt_status clpti_start_object(int64_t height, int64_t width, bool random, uint64_t seed, clpti_tensor *object,
                               clpt_message *message);

#endif
