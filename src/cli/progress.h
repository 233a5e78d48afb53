/* SPDX-License-Identifier: Apache-2.0 */
/* Progress line in a terminal, and the announcement of kernel builds. Written to stderr, only if that is a terminal. */
#ifndef CLPTI_CLI_PROGRESS_H
#define CLPTI_CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "clptycho/clptycho.h"
#include "core/clock.h"

/* Kernel builds during a run of the command. */
typedef struct clpti_building {
    bool quiet;     /* no progress line either */
    bool shown;     /* builds are announced */
    int64_t count;  /* builds so far … */
    double seconds; /* … and their time, excluded from rates */
    bool uncached;  /* at least one build was not cached */
} clpti_building;

/* A clpt_build_function; its user data is a clpti_building. */
void clpti_building_report(void *building, const clpt_build *build);

/* Seconds excluding builds: a clock for rates. */
double clpti_building_clock(const clpti_building *building);

typedef struct clpti_progress {
    bool shown;        /* stderr is a terminal */
    const char *label; /* "simulate" */
    int64_t total;
    int64_t first; /* items done before the clock started */
    const clpti_building *building;
    double started; /* by clpti_building_clock */
    double last;    /* clpti_seconds of the last output */
    bool drawn;
} clpti_progress;

clpti_progress clpti_progress_start(const clpti_building *building, const char *label, int64_t total);
/* `note` is appended: "error 0.1520"; may be NULL. Drawn at most ten times per second. */
void clpti_progress_show(clpti_progress *progress, int64_t done, const char *note);
/* Erases the line. */
void clpti_progress_end(clpti_progress *progress);

/* True if stderr is a terminal. */
bool clpti_terminal(void);
/* Erases the terminal's current line, before other text. */
void clpti_terminal_clear(void);

#endif
