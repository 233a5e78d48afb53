/* SPDX-License-Identifier: Apache-2.0 */
/* Output of benchmark reports as text, CSV, JSON and HTML; reading of JSON; comparison of two reports. */
#ifndef CLPTI_BENCH_OUTPUT_H
#define CLPTI_BENCH_OUTPUT_H

#include <stdio.h>

#include <cjson/cJSON.h>

#include "bench/report.h"

/* ---- compare.c ---- */

typedef enum clpti_bench_verdict {
    CLPTI_BENCH_SAME, /* within the noise */
    CLPTI_BENCH_FASTER,
    CLPTI_BENCH_SLOWER,  /* a regression */
    CLPTI_BENCH_BROKEN,  /* was good, now wrong or an error: a regression */
    CLPTI_BENCH_MENDED,  /* the reverse */
    CLPTI_BENCH_ADDED,   /* not in the earlier run */
    CLPTI_BENCH_MISSING, /* only in the earlier run */
    CLPTI_BENCH_VERDICTS
} clpti_bench_verdict;
extern const char *const clpti_bench_verdict_names[CLPTI_BENCH_VERDICTS];

/* Medians differ significantly if their difference exceeds the sum of both spreads and this fraction. */
#define CLPTI_BENCH_NOISE 0.05

typedef struct clpti_bench_change {
    const clpti_bench_device *device, *device_before;
    const clpti_bench_figure *before, *now; /* one of them NULL if it is added or missing */
    clpti_bench_verdict verdict;
    double ratio; /* now / before of the medians; NAN unless both were measured */
} clpti_bench_change;

typedef struct clpti_bench_comparison {
    const clpti_bench_report *before;
    clpti_bench_change *changes; /* owned; devices of only one report are omitted */
    int64_t count, shared;       /* number of changes; number of devices in both */
} clpti_bench_comparison;

/* Figures are matched by device, operation, side, count and parts; the k-th device of a name matches the k-th of that
 * name. Both reports must outlive the comparison. */
clpt_status clpti_bench_compare(const clpti_bench_report *before, const clpti_bench_report *now,
                                clpti_bench_comparison *comparison, clpt_message *message);
void clpti_bench_comparison_free(clpti_bench_comparison *comparison);
int64_t clpti_bench_verdict_count(const clpti_bench_comparison *comparison, clpti_bench_verdict verdict);
/* True for a change, false for equal figures and for those of one run alone (the runs may have measured different
 * operations). */
bool clpti_bench_is_change(clpti_bench_verdict verdict);
/* Text about the device's roofs if they changed by more than a tenth, otherwise "": the machine was busy, or clocked
 * differently, which may also have changed the figures. */
const char *clpti_bench_roofs_changed(const clpti_bench_change *change, char text[160]);
int64_t clpti_bench_regressions(const clpti_bench_comparison *comparison);

/* Results of a run, as written to every format. */
typedef struct clpti_bench_results {
    const clpti_bench_report *report;
    const clpti_bench_comparison *comparisons; /* with earlier runs */
    int comparison_count;
} clpti_bench_results;

/* ---- text.c ---- */
void clpti_bench_print_device(FILE *stream, const clpti_bench_device *device); /* and the column headings */
void clpti_bench_print_figure(FILE *stream, const clpti_bench_device *device, const clpti_bench_figure *figure);
void clpti_bench_print_comparison(FILE *stream, const clpti_bench_comparison *comparison);
/* All devices, figures and comparisons. */
void clpti_bench_print(FILE *stream, const clpti_bench_results *results);

/* ---- csv.c, json_write.c, json_read.c, page.c ---- */
void clpti_bench_write_csv(FILE *stream, const clpti_bench_report *report);
/* The document of --json (docs/benchmarks.md), deleted by the caller; NULL if out of memory. */
cJSON *clpti_bench_json(const clpti_bench_results *results);
/* Appends the file's devices to a report. Messages begin with the file's name. */
clpt_status clpti_bench_read_json(const char *path, clpti_bench_report *report, clpt_message *message);
/* The HTML page. */
clpt_status clpti_bench_write_page(FILE *stream, const clpti_bench_results *results, clpt_message *message);

#endif
