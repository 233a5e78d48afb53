/* SPDX-License-Identifier: Apache-2.0 */
/* SIGINT and SIGTERM as requests to stop after the current iteration. */
#ifndef CLPTI_CLI_INTERRUPT_H
#define CLPTI_CLI_INTERRUPT_H

#include <stdbool.h>

/* From now on the first SIGINT or SIGTERM is only recorded, with a line on stderr; a second one ends the program. */
void clpti_interrupt_watch(void);
/* Restores the previous actions of the signals. */
void clpti_interrupt_release(void);
bool clpti_interrupted(void);

#endif
