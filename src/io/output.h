/* SPDX-License-Identifier: Apache-2.0 */
/* Atomic output files: written beside the target, then renamed over it. */
#ifndef CLPTI_IO_OUTPUT_H
#define CLPTI_IO_OUTPUT_H

#include "core/status.h"

typedef struct clpti_output {
    char *name;      /* the caller's name, for messages */
    char *target;    /* with symbolic links resolved, so that a link stays a link */
    char *temporary; /* exists, empty, with the target's future permissions; write here */
} clpti_output;

clpt_status clpti_output_begin(const char *path, clpti_output *output, clpt_message *message);
/* Flushes the output to disk and renames it into place. Frees `output`, also on failure. */
clpt_status clpti_output_commit(clpti_output *output, clpt_message *message);
/* Removes the output; the target is unchanged. */
void clpti_output_discard(clpti_output *output);

#endif
