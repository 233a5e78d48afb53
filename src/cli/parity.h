/* SPDX-License-Identifier: Apache-2.0 */
/* One run of `parity`: what its parts share. */
#ifndef CLPTI_CLI_PARITY_H
#define CLPTI_CLI_PARITY_H

#include "cli/beam.h"
#include "cli/session.h"
#include "parity/parity.h"

typedef struct clpti_parity_values {
    clpti_texts devices, engines;
    const char *stages, *object, *probe;
    int64_t count, groups, grid, neighbours, iterations, batch, modes, crop, bin, probe_start;
    uint64_t seed;
    double alpha;
    int inputs, probe_scale;
    bool each_iteration, fftshift, brief;
    clpti_beam_values beam;
} clpti_parity_values;

/* Reads the scan that the arguments name, and makes what a chain starts from, rounded to float32 so that every device
 * is given the same numbers. The session's context is the reference. */
clpt_status clpti_parity_start(clpti_session *session, const clpti_parity_values *values,
                               clpti_parity_problem *problem);

#endif
