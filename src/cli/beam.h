/* SPDX-License-Identifier: Apache-2.0 */
/* Options of beam and detector, common to all subcommands that read scans. */
#ifndef CLPTI_CLI_BEAM_H
#define CLPTI_CLI_BEAM_H

#include "cli/options.h"
#include "io/io.h"
#include "solve/options.h"

typedef struct clpti_beam_values {
    clpt_propagation propagation; /* unset numbers are 0 */
    double energy;                /* electronvolts; 0: unset */
    double voltage;               /* kilovolts, of electrons; 0: photons */
} clpti_beam_values;

/* Options of clpti_beam_values, in addition to clpti_propagation_option_table of its `propagation`; ends with a NULL
 * name. */
extern const clpt_option clpti_beam_options[];

/* Copies the options of the beam into those for reading a scan. */
void clpti_beam_set(const clpti_beam_values *values, clpti_scan_options *how);

/* The propagation to the detector of a scan that was read with these options; the far field requires no numbers. In a
 * near field, a missing number, or pixels that are not square, are an error that names it. `path` is the scan's, for
 * messages; may be NULL. */
clpt_status clpti_beam_propagation(const clpti_beam_values *values, const clpti_scan_file *scan, const char *path,
                                   clpt_propagation *propagation, clpt_message *message);

/* The propagation from the options alone; the library reports missing numbers. */
clpt_propagation clpti_beam_given(const clpti_beam_values *values);

/* Prints the properties of the beam to stdout, one per line. */
void clpti_beam_print(const clpti_scan_file *scan);

#endif
