/* SPDX-License-Identifier: Apache-2.0 */
/* A line that says how far long work is: on stderr, and only where that is a terminal. */
#ifndef CLPTI_CLI_PROGRESS_H
#define CLPTI_CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

typedef struct clpti_progress {
    bool shown;        /* stderr is a terminal */
    const char *label; /* "simulate" */
    int64_t total;
    int64_t first;        /* done before the clock started */
    double started, last; /* seconds, of clpti_seconds */
    bool drawn;
} clpti_progress;

/* Seconds of a clock that only goes forward. */
double clpti_seconds(void);

clpti_progress clpti_progress_start(const char *label, int64_t total);
/* `note` may be NULL; it ends the line: "error 0.1520". At most ten lines a second are drawn. */
void clpti_progress_show(clpti_progress *progress, int64_t done, const char *note);
/* Wipes the line, so that what follows starts on a clean one. */
void clpti_progress_end(clpti_progress *progress);

#endif
