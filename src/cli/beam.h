/* SPDX-License-Identifier: Apache-2.0 */
/* Options that tell about beam and detector, alike for every subcommand that reads scans. */
#ifndef CLPTI_CLI_BEAM_H
#define CLPTI_CLI_BEAM_H

#include "cli/options.h"
#include "io/io.h"
#include "solve/options.h"

typedef struct clpti_beam_values {
    clpt_propagation propagation; /* numbers that are not given: 0 */
    double energy;                /* electronvolts; 0: not given */
} clpti_beam_values;

/* Of clpti_beam_values, beside clpti_propagation_option_table of its `propagation`; ends with a NULL name. */
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
