/* SPDX-License-Identifier: Apache-2.0 */
/* One page that needs nothing else: no script, no network, plots as SVG, colours for light and dark screens. */
#include "bench/html.h"

#include <string.h>

static const char head[] =
    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>clptycho bench</title>\n<style>\n"
    ":root { color-scheme: light dark; --page: #f9f9f7; --card: #ffffff; --ink: #14140f; --soft: #55544f;\n"
    "  --faint: #8b8a84; --line: #dedcd4; --bad: #c02f2e; --good: #0d7a0d;\n"
    "  --c0: #2a78d6; --c1: #d9571d; --c2: #12936a; --c3: #b98100; --c4: #c84f80; --c5: #3f7d00; --c6: #5546b5;\n"
    "  --c7: #7a5a3c; }\n"
    "@media (prefers-color-scheme: dark) { :root { --page: #10100f; --card: #1b1b19; --ink: #f4f4f0; --soft: #c0bfb6;\n"
    "  --faint: #8f8e87; --line: #363632; --bad: #f07070; --good: #53b953;\n"
    "  --c0: #5a9ff0; --c1: #ee8351; --c2: #35b98a; --c3: #d3a02c; --c4: #e283a9; --c5: #7fb83f; --c6: #9d90f0;\n"
    "  --c7: #b8946f; } }\n"
    "body { margin: 0 auto; max-width: 1240px; padding: 1.5rem 1rem 4rem; background: var(--page); color: var(--ink);\n"
    "  font: 15px/1.5 system-ui, sans-serif; }\n"
    "h1 { font-size: 1.6rem; margin: 0; } h2 { font-size: 1.2rem; margin: 2.2rem 0 .4rem; }\n"
    "h3 { font-size: 1rem; margin: 1.4rem 0 .3rem; } p { margin: .3rem 0 .8rem; color: var(--soft); max-width: 56rem; "
    "}\n"
    ".card { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: .8rem; margin: .6rem "
    "0;\n"
    "  overflow-x: auto; }\n"
    "svg { display: block; width: 100%; min-width: 640px; height: auto; font: 12px system-ui, sans-serif; }\n"
    "svg text { fill: var(--soft); } svg .strong { fill: var(--ink); } svg .faint { fill: var(--faint); }\n"
    "svg .grid { stroke: var(--line); } svg .roof { stroke: var(--ink); stroke-width: 2; fill: none; }\n"
    "svg .past { stroke: var(--ink); stroke-width: 1.5; } svg .bad { stroke: var(--bad); fill: none; stroke-width: 2; "
    "}\n"
    "svg text.bad { fill: var(--bad); stroke: none; } svg .lead { stroke: var(--faint); stroke-width: .7; }\n"
    ".c0 { fill: var(--c0); } .c1 { fill: var(--c1); } .c2 { fill: var(--c2); } .c3 { fill: var(--c3); }\n"
    ".c4 { fill: var(--c4); } .c5 { fill: var(--c5); } .c6 { fill: var(--c6); } .c7 { fill: var(--c7); }\n"
    "table { border-collapse: collapse; font-size: 13px; font-variant-numeric: tabular-nums; width: 100%; }\n"
    "th { text-align: left; color: var(--soft); font-weight: 600; } th.n, td.n { text-align: right; }\n"
    "th, td { padding: .22rem .45rem; border-bottom: 1px solid var(--line); white-space: nowrap; vertical-align: top; "
    "}\n"
    "td.wide { white-space: normal; min-width: 9rem; } .bad { color: var(--bad); font-weight: 600; }\n"
    ".good { color: var(--good); font-weight: 600; } .soft { color: var(--soft); }\n"
    "summary { cursor: pointer; color: var(--soft); } pre { margin: .2rem 0; font-size: 12px; }\n"
    ".key { display: inline-block; width: .8em; height: .8em; border-radius: 2px; margin-right: .35em; }\n"
    ".k0 { background: var(--c0); } .k1 { background: var(--c1); } .k2 { background: var(--c2); }\n"
    ".k3 { background: var(--c3); } .k4 { background: var(--c4); } .k5 { background: var(--c5); }\n"
    ".k6 { background: var(--c6); } .k7 { background: var(--c7); }\n"
    "</style>\n</head>\n<body>\n";

void clpti_bench_html_text(FILE *stream, const char *text)
{
    for (; *text; text++) {
        switch (*text) {
        case '&':
            fputs("&amp;", stream);
            break;
        case '<':
            fputs("&lt;", stream);
            break;
        case '>':
            fputs("&gt;", stream);
            break;
        case '"':
            fputs("&quot;", stream);
            break;
        default:
            fputc(*text, stream);
        }
    }
}

void clpti_bench_html_device(FILE *stream, const clpti_bench_device *device)
{
    clpti_bench_html_text(stream, device->name);
    if (!*device->short_name) return;
    fputs(" (", stream);
    clpti_bench_html_text(stream, device->short_name);
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
    fputs(head, stream);
    fputs("<h1>clptycho bench</h1>\n<p>", stream);
    clpti_bench_html_text(stream, report->origin.date);
    fputs(", clptycho ", stream);
    clpti_bench_html_text(stream, report->origin.library);
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
    fputs("</body>\n</html>\n", stream);
}
