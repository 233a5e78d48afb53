/* SPDX-License-Identifier: Apache-2.0 */
/* Invented results of the benchmark sweep, and files to write them to and read them from. */
#ifndef CLPT_TESTS_BENCH_CASE_H
#define CLPT_TESTS_BENCH_CASE_H

#include "support.h"

#include "bench/output.h"

/* Two devices, "alpha" and "beta <&\">", with every kind of figure: good ones, a wrong one, an error, one skipped. */
clpti_bench_report bench_case_report(void);
clpti_bench_device *bench_case_device(clpti_bench_report *report, const char *name, const char *short_name);
/* A good figure that took `median` ± `spread` seconds. */
clpti_bench_figure *bench_case_figure(clpti_bench_device *device, const char *operation, int64_t side, int64_t count,
                                      int64_t each, double median, double spread);

/* A file of this process, gone after bench_case_remove. */
const char *bench_case_path(void);
void bench_case_write(const char *text);
void bench_case_remove(void);
/* The text that a function writes to a stream; free with free(). */
typedef void (*bench_case_writer)(FILE *stream, const void *what);
char *bench_case_written(bench_case_writer write, const void *what);

#endif
