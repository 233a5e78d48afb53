/* SPDX-License-Identifier: Apache-2.0 */
/* One run of `parity`: its state, and the functions of its files. */
#ifndef CLPTI_CLI_PARITY_H
#define CLPTI_CLI_PARITY_H

#include "cli/beam.h"
#include "cli/progress.h"
#include "cli/scan_options.h"
#include "cli/session.h"
#include "parity/dump.h"

typedef struct clpti_parity_values {
    clpt_solver_options solver; /* its batch, probe_start and seed */
    clpti_texts devices, engines, allow;
    const char *stages, *object, *probe, *dump, *against, *json, *html;
    int64_t count, groups, grid, neighbours, iterations, modes;
    double alpha;
    int inputs, probe_scale;
    bool each_iteration, sensitivity, brief;
    clpti_beam_values beam;
    clpti_scan_values reading;
} clpti_parity_values;

enum { CLPTI_PARITY_RUNS = CLPTI_TEXTS_MAX + 1, CLPTI_PARITY_COMPARISONS = 4 * CLPTI_PARITY_RUNS };

typedef struct clpti_parity_job {
    clpti_session *session;
    const clpti_parity_values *v;
    clpti_parity_problem problem;
    clpti_parity_plan plan;
    clpti_parity_run runs[CLPTI_PARITY_RUNS]; /* the first is the reference, unless two dumps are compared */
    int run_count;
    clpti_parity_run against;       /* of --against */
    clpti_parity_run perturbed_run; /* of --sensitivity: the reference from a perturbed start */
    clpti_parity_comparison perturbed;
    clpti_parity_comparison comparisons[CLPTI_PARITY_COMPARISONS];
    int comparison_count;
    clpti_progress progress;
} clpti_parity_job;

/* ---- parity_start.c ---- */

/* Reads the scan named by the arguments, and computes the start of the chain, rounded to float32 so that all devices
 * have the same numbers. The session's context is the reference. */
clpt_status clpti_parity_start(clpti_session *session, const clpti_parity_values *values,
                               clpti_parity_problem *problem);

/* ---- parity_run.c ---- */

/* Fills problem, plan and runs: from a scan, from the inputs of --against, or from two dumps alone. */
clpt_status clpti_parity_run_all(clpti_parity_job *job);
/* Computes and prints the comparisons. */
clpt_status clpti_parity_compare_all(clpti_parity_job *job);

/* ---- parity_report.c ---- */

/* Writes the files of --json and --html. */
clpt_status clpti_parity_write_reports(clpti_parity_job *job);
/* Fails if an array failed, and names the first one. */
clpt_status clpti_parity_verdict_of(clpti_parity_job *job);

#endif
