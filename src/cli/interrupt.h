/* SPDX-License-Identifier: Apache-2.0 */
/* Signals as requests: SIGINT, SIGTERM and SIGHUP to stop after the current iteration, SIGUSR1 to save and continue. */
#ifndef CLPTI_CLI_INTERRUPT_H
#define CLPTI_CLI_INTERRUPT_H

#include <stdbool.h>

/* From now on SIGUSR1 is only recorded. To be called before a driver is loaded, since its default action ends the
 * program. */
void clpti_interrupt_watch_saves(void);
/* From now on the first signal of each kind is only recorded, with a line on stderr for those that stop; a second one
 * that stops ends the program. To be called after a driver is loaded, since PoCL can have a handler of its own. */
void clpti_interrupt_watch(void);
/* Restores the default actions of the signals that stop; SIGUSR1 is ignored from now on. */
void clpti_interrupt_release(void);
/* True after a request to stop; true once after each request to save. */
bool clpti_interrupted(void);
bool clpti_interrupt_take_save(void);

#endif
