/* SPDX-License-Identifier: Apache-2.0 */
/* --dump DIR of subcommands that run on one device: the inputs, and the stages from the object to the losses for the
 * first patterns. `parity` compares such folders. */
#ifndef CLPTI_CLI_DUMP_H
#define CLPTI_CLI_DUMP_H

#include "cli/session.h"
#include "parity/dump.h"

enum { CLPTI_DUMP_PATTERNS = 32 }; /* maximum number of patterns in the stages */

/* Everything that determines the patterns, and the measured ones. */
typedef struct clpti_dump_model {
    const clpti_tensor *object, *probe; /* C128 [H, W], [P, N, N] */
    const double *positions;            /* [scan->count, 2] in the pixels of the object */
    const clpti_scan_file *scan;
    clpt_propagation propagation;
} clpti_dump_model;

typedef struct clpti_dump {
    clpti_parity_problem problem;
    clpti_parity_plan plan;
    clpti_parity_run run;
} clpti_dump;

/* The inputs of a problem for the first `count` patterns, with object and probe rounded to float32 so that all devices
 * have the same numbers. */
clpt_status clpti_dump_give(const clpti_dump_model *model, int64_t count, clpti_parity_problem *problem,
                            clpt_message *message);

/* Runs the stages of a model on the session's device. */
clpt_status clpti_dump_make(clpti_session *session, const clpti_dump_model *model, clpti_dump *dump);
clpt_status clpti_dump_write(clpti_session *session, const char *folder, const clpti_dump *dump);
void clpti_dump_free(clpti_dump *dump);

#endif
