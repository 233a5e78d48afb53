/* SPDX-License-Identifier: Apache-2.0 */
/* Functions of benchmarks that are more than a repeated call of an operation. */
#ifndef CLPTI_BENCH_ROWS_H
#define CLPTI_BENCH_ROWS_H

#include "bench/problem.h"

/* Seconds of one call from its beginning until the device is done. */
clpt_status clpti_bench_time_one(clpti_bench_problem *problem, double *seconds, clpt_message *message);

/* ---- benchmarks_special.c ---- */

/* Creates a scan in every call: positions and tile lists are part of the time. */
clpt_status clpti_bench_run_new_scan(clpti_bench_problem *problem);
/* Moves the problem's scan to its positions in every call. */
clpt_status clpti_bench_run_scan_move(clpti_bench_problem *problem);
/* One sample: the time of the second use of a new scan minus that of the third. */
clpt_status clpti_bench_sample_lists(clpti_bench_problem *problem, double *seconds, clpt_message *message);
/* One sample: the time of the first transforms of a side in a new context minus that of the second ones. */
clpt_status clpti_bench_sample_plan(clpti_bench_problem *problem, double *seconds, clpt_message *message);

/* ---- benchmarks_engine.c: one iteration of an engine ---- */
clpt_status clpti_bench_prepare_engine(clpti_bench_problem *problem, clpt_message *message);
clpt_status clpti_bench_run_engine(clpti_bench_problem *problem);
clpt_status clpti_bench_collect_engine(clpti_bench_problem *problem);
double clpti_bench_flop_engine(const clpti_bench_problem *problem);
double clpti_bench_bytes_engine(const clpti_bench_problem *problem);

#endif
