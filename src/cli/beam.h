/* SPDX-License-Identifier: Apache-2.0 */
/* Options that tell about beam and detector, alike for every subcommand that reads scans. */
#ifndef CLPTI_CLI_BEAM_H
#define CLPTI_CLI_BEAM_H

#include "cli/options.h"
#include "io/io.h"

#define CLPTI_PROPAGATIONS "far|angular|fresnel"
typedef enum clpti_propagation_choice {
    CLPTI_PROPAGATION_FAR,
    CLPTI_PROPAGATION_ANGULAR,
    CLPTI_PROPAGATION_FRESNEL
} clpti_propagation_choice;

typedef struct clpti_beam_values {
    int propagation;
    double energy;                           /* electronvolts; 0: not given */
    double distance, source_distance, pixel; /* metres; 0: not given */
} clpti_beam_values;

/* Rows of a table of options; `member` is the clpti_beam_values in the command's `values`. */
/* clang-format off */
#define CLPTI_BEAM_OPTIONS(values, member)                                                                             \
    {"propagation", CLPTI_OPTION_CHOICE, CLPTI_PROPAGATIONS, offsetof(values, member.propagation),                     \
     "from sample to detector: a far field, or a near field by its angular spectrum or in Fresnel's approximation",    \
     "far", 0, 0},                                                                                                     \
    {"energy", CLPTI_OPTION_REAL, "EV", offsetof(values, member.energy),                                               \
     "photon energy in electronvolts (default: the file's)", NULL, 1e-3, 1e9},                                         \
    {"distance", CLPTI_OPTION_REAL, "M", offsetof(values, member.distance),                                            \
     "from sample to detector, metres (default: the file's)", NULL, 1e-9, 1e6},                                        \
    {"source-distance", CLPTI_OPTION_REAL, "M", offsetof(values, member.source_distance),                              \
     "near field: from the beam's focus to the sample, metres; negative where the beam converges (default: a "         \
     "parallel beam)", NULL, -1e6, 1e6},                                                                               \
    {"detector-pixel", CLPTI_OPTION_REAL, "M", offsetof(values, member.pixel),                                         \
     "side of the detector's pixels, metres (default: the file's)", NULL, 1e-12, 1e3}
/* clang-format on */

/* What the options say about the beam, into how a scan is read. */
void clpti_beam_set(const clpti_beam_values *values, clpti_scan_options *how);

/* How waves reach the detector of a scan that was read with these options; the far field needs no numbers. A near field
 * with a number that neither file nor options tell, or with pixels that are not square, is an error that names it.
 * `path` is the scan's, for messages; NULL where there is none. */
clpt_status clpti_beam_propagation(const clpti_beam_values *values, const clpti_scan_file *scan, const char *path,
                                   clpt_propagation *propagation, clpt_message *message);

/* The same from the options alone; the library says which numbers are missing. */
clpt_propagation clpti_beam_given(const clpti_beam_values *values);

/* What is known of the beam, a line each, on stdout. */
void clpti_beam_print(const clpti_scan_file *scan);

#endif
