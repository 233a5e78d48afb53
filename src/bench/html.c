/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/html.h"

void clpti_bench_html_device(FILE *stream, const clpti_bench_device *device)
{
    clpti_page_text(stream, device->name);
    if (!*device->short_name) return;
    fputs(" (", stream);
    clpti_page_text(stream, device->short_name);
    fputc(')', stream);
}

/* How it went, in a sentence. */
static void put_summary(FILE *stream, const clpti_bench_report *report, const clpti_bench_comparison *comparisons,
                        int comparison_count)
{
    long long good = clpti_bench_count(report, CLPTI_BENCH_GOOD), wrong = clpti_bench_count(report, CLPTI_BENCH_WRONG);
    long long errors = clpti_bench_count(report, CLPTI_BENCH_ERROR), regressions = 0;
    for (int k = 0; k < comparison_count; k++) regressions += clpti_bench_regressions(&comparisons[k]);
    fprintf(stream, "<p>%lld figures agree with the double-precision reference", good);
    fprintf(stream, wrong ? "; <span class=\"bad\">%lld do not</span>" : "; %lld do not", wrong);
    fprintf(stream, errors ? "; <span class=\"bad\">%lld could not be measured</span>" : "; %lld could not be measured",
            errors);
    if (comparison_count)
        fprintf(stream, regressions ? "; <span class=\"bad\">%lld regressions</span>" : "; %lld regressions",
                regressions);
    fputs(".</p>\n", stream);
}

static void put_head(FILE *stream, const clpti_bench_report *report, const clpti_bench_comparison *comparisons,
                     int comparison_count)
{
    clpti_page_begin(stream, "clptycho bench");
    fputs("<h1>clptycho bench</h1>\n<p>", stream);
    clpti_page_text(stream, report->origin.date);
    fputs(", clptycho ", stream);
    clpti_page_text(stream, report->origin.library);
    fputs("</p>\n", stream);
    put_summary(stream, report, comparisons, comparison_count);
}

static void put_rooflines(FILE *stream, const clpti_bench_report *report)
{
    fputs("<h2>Rooflines</h2>\n<p>Operations a second against operations for each byte that has to move (every array "
          "once). The line is what the device itself reached in this run: copying memory on the left, multiply-adds on "
          "the right. Numbers are those of the tables below; points above the line are served by caches.</p>\n",
          stream);
    for (int64_t d = 0; d < report->device_count; d++)
        clpti_bench_html_roofline(stream, &report->devices[d], (int)(d % CLPTI_BENCH_COLOURS));
}

void clpti_bench_write_html(FILE *stream, const clpti_bench_report *report, const clpti_bench_comparison *comparisons,
                            int comparison_count)
{
    put_head(stream, report, comparisons, comparison_count);
    fputs("<h2>Devices</h2>\n", stream);
    clpti_bench_html_devices(stream, report);
    if (comparison_count) fputs("<h2>Against earlier runs</h2>\n", stream);
    for (int k = 0; k < comparison_count; k++) clpti_bench_html_comparison(stream, &comparisons[k]);
    fputs("<h2>Throughput</h2>\n", stream);
    clpti_bench_html_bars(stream, report, comparisons, comparison_count);
    put_rooflines(stream, report);
    fputs("<h2>Figures</h2>\n<p>Time: median of one call over the samples, ± the distance between the quartiles. B/s: "
          "every array once. Shares are of the device's own roofs; the bound is the roof that is lower for the row. "
          "Error: largest difference from the reference as a part of its largest magnitude.</p>\n",
          stream);
    for (int64_t d = 0; d < report->device_count; d++) clpti_bench_html_figures(stream, &report->devices[d]);
    clpti_page_end(stream);
}
