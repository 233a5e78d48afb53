/* SPDX-License-Identifier: Apache-2.0 */
/* Trial reconstructions of the middle of a scan, for choices made from the data. */
#ifndef CLPTI_CLI_TRIAL_H
#define CLPTI_CLI_TRIAL_H

#include "cli/orient.h"
#include "cli/probe_choice.h"

/* The settings of a trial. */
typedef struct clpti_trial_choice {
    const clpti_probe_choice *probe;
    clpti_orientation orientation; /* the scan is brought into it, */
    int64_t padded;                /* and then padded to this side; its side: not padded */
} clpti_trial_choice;

/* The R-factor after a few iterations with the default options on at most 100 patterns, from a flat object. The session
 * must be open. `at_edge`: that of the pixels at the edge of the measured patterns; may be NULL. */
clpt_status clpti_trial_run(clpti_session *session, const clpti_scan_file *scan, const clpt_propagation *propagation,
                            const clpti_trial_choice *choice, double *r_factor, double *at_edge);

/* True if a pixel is within side/16 of the edge of a side×side pattern; false beyond it. */
bool clpti_is_edge(int64_t x, int64_t y, int64_t side);

#endif
