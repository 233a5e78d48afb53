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

/* Of clpti_beam_values; ends with a NULL name. */
extern const clpt_option clpti_beam_options[];

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
