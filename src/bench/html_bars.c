/* SPDX-License-Identifier: Apache-2.0 */
/* Throughput of every operation and size: a bar for each device, on a logarithmic axis, with marks of earlier runs. */
#include "bench/html.h"

#include <string.h>

enum { WIDTH = 1080, LEFT = 230, RIGHT = 90, TOP = 34, BAR = 11, GAP = 9 };

typedef struct plot {
    FILE *stream;
    const clpti_bench_report *report;
    const clpti_bench_comparison *comparisons;
    int comparison_count;
    int low, high; /* decades of the axis */
    double y;
} plot;

static bool same_work(const clpti_bench_figure *a, const clpti_bench_figure *b)
{
    return !strcmp(a->operation, b->operation) && a->size.side == b->size.side && a->size.each == b->size.each;
}

/* The device's figure of the same work, with the most items; NULL: none that took any time. */
static const clpti_bench_figure *figure_of(const clpti_bench_device *device, const clpti_bench_figure *work)
{
    const clpti_bench_figure *found = NULL;
    for (int64_t k = 0; k < device->figure_count; k++) {
        const clpti_bench_figure *f = &device->figures[k];
        if (same_work(f, work) && clpti_bench_items_rate(f) > 0 && (!found || f->size.count > found->size.count))
            found = f;
    }
    return found;
}

/* Whether an earlier figure of the report is of the same work, so that the group is drawn already. */
static bool is_drawn(const clpti_bench_report *report, int64_t device, int64_t figure)
{
    const clpti_bench_figure *work = &report->devices[device].figures[figure];
    for (int64_t d = 0; d <= device; d++) {
        int64_t end = d == device ? figure : report->devices[d].figure_count;
        for (int64_t k = 0; k < end; k++)
            if (same_work(&report->devices[d].figures[k], work)) return true;
    }
    return false;
}

static double x_of(const plot *p, double rate)
{
    double part = (log10(rate) - p->low) / (p->high - p->low);
    return LEFT + part * (WIDTH - LEFT - RIGHT);
}

static void find_decades(plot *p)
{
    double least = INFINITY, most = 0;
    for (int64_t d = 0; d < p->report->device_count; d++)
        for (int64_t k = 0; k < p->report->devices[d].figure_count; k++) {
            double rate = clpti_bench_items_rate(&p->report->devices[d].figures[k]);
            if (!(rate > 0)) continue;
            least = fmin(least, rate);
            most = fmax(most, rate);
        }
    p->low = isfinite(least) ? (int)floor(log10(least) - 0.15) : 0;
    p->high = most > 0 ? (int)ceil(log10(most)) : 1;
    if (p->high <= p->low) p->high = p->low + 1;
}

/* Marks of earlier runs; gives the rightmost one back, 0 without any. */
static double put_past(const plot *p, const clpti_bench_figure *f, double y)
{
    double most = 0;
    for (int c = 0; c < p->comparison_count; c++)
        for (int64_t k = 0; k < p->comparisons[c].count; k++) {
            const clpti_bench_change *change = &p->comparisons[c].changes[k];
            if (change->now != f || !change->before) continue;
            double rate = clpti_bench_items_rate(change->before);
            if (!(rate > 0)) continue;
            double x = fmin(fmax(x_of(p, rate), LEFT), WIDTH - RIGHT);
            fprintf(p->stream, "<line class=\"past\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>\n", x, x,
                    y - 1.5, y + BAR + 0.5);
            most = fmax(most, x);
        }
    return most;
}

static void put_bar(const plot *p, int64_t device, const clpti_bench_figure *f, double y)
{
    char rate_text[32], size[128], seconds[32];
    double rate = clpti_bench_items_rate(f), x = x_of(p, rate);
    fprintf(p->stream, "<g><title>");
    clpti_bench_html_device(p->stream, &p->report->devices[device]);
    fputs(": ", p->stream);
    clpti_page_text(p->stream, f->operation);
    fprintf(p->stream, " %s, %s</title>", clpti_bench_size_text(f, size),
            clpti_bench_seconds_text(f->times.median, seconds));
    fprintf(p->stream, "<rect class=\"c%d\" x=\"%d\" y=\"%.1f\" width=\"%.1f\" height=\"%d\" rx=\"2\"/></g>\n",
            (int)(device % CLPTI_BENCH_COLOURS), LEFT, y, x - LEFT, BAR - 1);
    bool wrong = f->state == CLPTI_BENCH_WRONG;
    fprintf(p->stream, "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\">%s%s</text>\n", wrong ? "bad" : "soft",
            fmax(x, put_past(p, f, y)) + 6, y + BAR - 2, clpti_bench_number_text(rate, rate_text),
            wrong ? " WRONG" : "");
}

/* A group: its name, and a bar for each device that has the work. */
static void put_group(plot *p, const clpti_bench_figure *work)
{
    double top = p->y;
    int bars = 0;
    for (int64_t d = 0; d < p->report->device_count; d++) {
        const clpti_bench_figure *f = figure_of(&p->report->devices[d], work);
        if (f) put_bar(p, d, f, top + BAR * bars++);
    }
    if (!bars) return;
    fprintf(p->stream, "<text class=\"strong\" x=\"%d\" y=\"%.1f\" text-anchor=\"end\">", LEFT - 10,
            top + BAR * bars / 2.0 + 3.5);
    clpti_page_text(p->stream, work->operation);
    if (work->size.each > 1) fprintf(p->stream, " %lld ×", (long long)work->size.each);
    if (work->size.side > 1) fprintf(p->stream, " %lld²", (long long)work->size.side);
    fputs("</text>\n", p->stream);
    p->y += BAR * bars + GAP;
}

static double plot_height(const plot *p)
{
    double height = 0;
    for (int64_t d = 0; d < p->report->device_count; d++)
        for (int64_t k = 0; k < p->report->devices[d].figure_count; k++) {
            int bars = 0;
            if (is_drawn(p->report, d, k)) continue;
            for (int64_t e = 0; e < p->report->device_count; e++)
                bars += figure_of(&p->report->devices[e], &p->report->devices[d].figures[k]) != NULL;
            height += bars ? BAR * bars + GAP : 0;
        }
    return height;
}

static void put_axis(const plot *p, double bottom)
{
    for (int decade = p->low; decade <= p->high; decade++) {
        char text[32];
        double x = x_of(p, pow(10, decade));
        fprintf(p->stream, "<line class=\"grid\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%.1f\"/>\n", x, x, TOP - 8,
                bottom);
        if (decade < 0)
            snprintf(text, sizeof text, "%g", pow(10, decade));
        else
            snprintf(text, sizeof text, "%d%s",
                     decade % 3 == 0   ? 1
                     : decade % 3 == 1 ? 10
                                       : 100,
                     decade < 3    ? ""
                     : decade < 6  ? " k"
                     : decade < 9  ? " M"
                     : decade < 12 ? " G"
                                   : " T");
        fprintf(p->stream, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>\n", x, TOP - 14, text);
    }
}

static void put_legend(const plot *p)
{
    fputs("<p>Items a second (patterns, groups, images, as the operation counts them), on a logarithmic axis. ",
          p->stream);
    for (int64_t d = 0; d < p->report->device_count; d++) {
        if (!p->report->devices[d].figure_count) continue;
        fprintf(p->stream, "<span class=\"key k%d\"></span>", (int)(d % CLPTI_BENCH_COLOURS));
        clpti_bench_html_device(p->stream, &p->report->devices[d]);
        fputs(" &ensp; ", p->stream);
    }
    if (p->comparison_count) fputs("Strokes across a bar: the earlier runs.", p->stream);
    fputs("</p>\n", p->stream);
}

void clpti_bench_html_bars(FILE *stream, const clpti_bench_report *report, const clpti_bench_comparison *comparisons,
                           int comparison_count)
{
    plot p = {
        .stream = stream, .report = report, .comparisons = comparisons, .comparison_count = comparison_count, .y = TOP};
    double height = plot_height(&p);
    if (height == 0) return;
    find_decades(&p);
    put_legend(&p);
    fprintf(stream, "<div class=\"card\"><svg viewBox=\"0 0 %d %.0f\" role=\"img\" aria-label=\"throughput\">\n", WIDTH,
            TOP + height + 4);
    put_axis(&p, TOP + height);
    for (int64_t d = 0; d < report->device_count; d++)
        for (int64_t k = 0; k < report->devices[d].figure_count; k++)
            if (!is_drawn(report, d, k)) put_group(&p, &report->devices[d].figures[k]);
    fputs("</svg></div>\n", stream);
}
