/* SPDX-License-Identifier: Apache-2.0 */
/* SIGINT and SIGTERM as a wish to stop soon. */
#ifndef CLPTI_CLI_INTERRUPT_H
#define CLPTI_CLI_INTERRUPT_H

#include <stdbool.h>

/* From here on the first SIGINT or SIGTERM is only noted, with a line on stderr; a second one ends the program. */
void clpti_interrupt_watch(void);
/* Signals do again what they did before. */
void clpti_interrupt_release(void);
bool clpti_interrupted(void);

#endif
