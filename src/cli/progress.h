/* SPDX-License-Identifier: Apache-2.0 */
/* The line of a terminal that shows progress of long work, or that kernels are being built. Written to stderr, and only
 * where that is a terminal. */
#ifndef CLPTI_CLI_PROGRESS_H
#define CLPTI_CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "clptycho/clptycho.h"
#include "core/clock.h"

/* Building of kernels during a run of the command. */
typedef struct clpti_building {
    bool shown;     /* builds are announced */
    int64_t count;  /* builds so far … */
    double seconds; /* … and their time, which no rate includes */
    bool uncached;  /* later runs repeat some of them */
} clpti_building;

/* A clpt_build_function; the user data is a clpti_building. */
void clpti_building_report(void *building, const clpt_build *build);

/* Seconds spent on anything but building: a clock for rates. */
double clpti_building_clock(const clpti_building *building);

typedef struct clpti_progress {
    bool shown;        /* stderr is a terminal */
    const char *label; /* "simulate" */
    int64_t total;
    int64_t first; /* done before the clock started */
    const clpti_building *building;
    double started; /* by clpti_building_clock */
    double last;    /* clpti_seconds of the latest line */
    bool drawn;
} clpti_progress;

clpti_progress clpti_progress_start(const clpti_building *building, const char *label, int64_t total);
/* `note` may be NULL; it is appended: "error 0.1520". At most ten lines a second are drawn. */
void clpti_progress_show(clpti_progress *progress, int64_t done, const char *note);
/* Erases the line. */
void clpti_progress_end(clpti_progress *progress);

/* Whether stderr is a terminal. */
bool clpti_terminal(void);
/* Erases what is on the terminal's current line, before other text. */
void clpti_terminal_clear(void);

#endif
