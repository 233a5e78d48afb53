/* SPDX-License-Identifier: Apache-2.0 */
/* Output files that appear whole or not at all: written beside the target, then renamed over it. */
#ifndef CLPTI_IO_OUTPUT_H
#define CLPTI_IO_OUTPUT_H

#include "core/status.h"

typedef struct clpti_output {
    char *asked;     /* as the caller named it, for messages */
    char *target;    /* with symbolic links followed, so that a link stays a link */
    char *temporary; /* exists, empty, with the permissions of the target to be; write here */
} clpti_output;

clpt_status clpti_output_begin(const char *path, clpti_output *output, clpt_message *message);
/* Brings what was written to the disk and renames it into place. Frees `output`, also on failure. */
clpt_status clpti_output_commit(clpti_output *output, clpt_message *message);
/* Removes what was written; the target stays as it was. */
void clpti_output_discard(clpti_output *output);

#endif
