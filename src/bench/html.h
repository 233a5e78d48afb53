/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of the HTML page. */
#ifndef CLPTI_BENCH_HTML_H
#define CLPTI_BENCH_HTML_H

#include "bench/output.h"
#include "report/page.h"

enum { CLPTI_BENCH_COLOURS = 8 }; /* of devices, classes c0 … c7; more begin anew */

/* "NVIDIA H100 (nvidia)", in HTML. */
void clpti_bench_html_device(FILE *stream, const clpti_bench_device *device);

/* ---- html_bars.c: every operation's rate on every device ---- */
void clpti_bench_html_bars(FILE *stream, const clpti_bench_report *report, const clpti_bench_comparison *comparisons,
                           int comparison_count);
/* ---- html_roofline.c ---- */
void clpti_bench_html_roofline(FILE *stream, const clpti_bench_device *device, int colour);
/* ---- html_tables.c ---- */
void clpti_bench_html_figures(FILE *stream, const clpti_bench_device *device);
void clpti_bench_html_devices(FILE *stream, const clpti_bench_report *report);
void clpti_bench_html_comparison(FILE *stream, const clpti_bench_comparison *comparison);

#endif
