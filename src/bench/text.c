/* SPDX-License-Identifier: Apache-2.0 */
/* Benchmark reports as tables in a terminal. */
#include "bench/output.h"

#include <string.h>

typedef struct column {
    const char *head;
    int width; /* < 0: left-aligned */
} column;

enum { OPERATION, SIZE, TIME, SPREAD, ITEMS, FLOPS, BYTES, COPY, FMA, BOUND, ENERGY, ERROR, COLUMNS };
static const column columns[COLUMNS] = {{"operation", -24}, {"size", -24},  {"time", 8},   {"spread", 8},
                                        {"items/s", 7},     {"FLOP/s", 7},  {"B/s", 7},    {"of copy", 7},
                                        {"of FMA", 6},      {"bound", -10}, {"energy", 8}, {"error", 7}};

/* Pads by characters, some of which have several bytes in UTF-8. */
static void print_cell(FILE *stream, const char *text, int width)
{
    int length = 0, size = width < 0 ? -width : width;
    for (const char *c = text; *c; c++) length += (*c & 0xC0) != 0x80;
    int blanks = size > length ? size - length : 0;
    if (width < 0)
        fprintf(stream, "%s%*s  ", text, blanks, "");
    else
        fprintf(stream, "%*s%s  ", blanks, "", text);
}

static const char *share_text(double share, char text[32])
{
    if (isfinite(share))
        snprintf(text, 32, share < 0.0995 ? "%.1f %%" : "%.0f %%", 100 * share);
    else
        snprintf(text, 32, "-");
    return text;
}

void clpti_bench_print_device(FILE *stream, const clpti_bench_device *device)
{
    char copy[32], fma[32];
    fprintf(stream, "\n%s%s%s%s; driver %s; clptycho %s, %s\n", device->name, *device->version ? "; " : "",
            device->version, *device->type ? "" : " (not opened)", *device->driver ? device->driver : "-",
            device->origin.library, device->origin.date);
    if (*device->reason) {
        fprintf(stream, "  %s: %s\n", device->left_out ? "skipped" : "FAILED", device->reason);
        return;
    }
    if (device->copy > 0)
        fprintf(stream, "roofs: copy %sB/s, multiply-add %sFLOP/s; energy %s\n",
                clpti_bench_number_text(device->copy, copy), clpti_bench_number_text(device->fma, fma),
                *device->energy ? device->energy : "-");
    for (int k = 0; k < COLUMNS; k++) print_cell(stream, columns[k].head, columns[k].width);
    fputc('\n', stream);
}

void clpti_bench_print_figure(FILE *stream, const clpti_bench_device *device, const clpti_bench_figure *figure)
{
    char size[128], cells[COLUMNS][32];
    print_cell(stream, figure->operation, columns[OPERATION].width);
    print_cell(stream, clpti_bench_size_text(figure, size), columns[SIZE].width);
    if (!clpti_bench_timed(figure)) {
        fprintf(stream, "%s: %s\n", figure->state == CLPTI_BENCH_ERROR ? "FAILED" : "skipped", figure->reason);
        return;
    }
    clpti_bench_seconds_text(figure->times.median, cells[TIME]);
    clpti_bench_seconds_text(figure->times.spread, cells[SPREAD]);
    clpti_bench_number_text(clpti_bench_items_rate(figure), cells[ITEMS]);
    clpti_bench_number_text(clpti_bench_flop_rate(figure), cells[FLOPS]);
    clpti_bench_number_text(clpti_bench_byte_rate(figure), cells[BYTES]);
    share_text(clpti_bench_copy_share(device, figure), cells[COPY]);
    share_text(clpti_bench_fma_share(device, figure), cells[FMA]);
    const char *bound = clpti_bench_bound(device, figure);
    snprintf(cells[BOUND], sizeof cells[BOUND], "%s", *bound ? bound : "-");
    if (isfinite(figure->joules))
        snprintf(cells[ENERGY], sizeof cells[ENERGY], "%.3g mJ", 1e3 * figure->joules);
    else
        snprintf(cells[ENERGY], sizeof cells[ENERGY], "-");
    snprintf(cells[ERROR], sizeof cells[ERROR], "%.1e", figure->error);
    for (int k = TIME; k < COLUMNS; k++) print_cell(stream, cells[k], columns[k].width);
    fprintf(stream, figure->state == CLPTI_BENCH_WRONG ? "FAILED: %s\n" : "\n", figure->reason);
}

static void print_change(FILE *stream, const clpti_bench_change *change)
{
    char size[128], before[32], now[32], ratio[32] = "";
    const clpti_bench_figure *figure = change->now ? change->now : change->before;
    print_cell(stream, clpti_bench_verdict_names[change->verdict], -8);
    print_cell(stream, figure->operation, columns[OPERATION].width);
    print_cell(stream, clpti_bench_size_text(figure, size), columns[SIZE].width);
    clpti_bench_seconds_text(change->before ? change->before->times.median : (double)NAN, before);
    clpti_bench_seconds_text(change->now ? change->now->times.median : (double)NAN, now);
    if (isfinite(change->ratio)) snprintf(ratio, sizeof ratio, "%+.0f %%", 100 * (change->ratio - 1));
    print_cell(stream, before, 8);
    fprintf(stream, "-> ");
    print_cell(stream, now, 8);
    print_cell(stream, ratio, 7);
    fprintf(stream, "%s%s%s\n", change->device->name, change->now && *change->now->reason ? ": " : "",
            change->now ? change->now->reason : change->device->reason);
}

void clpti_bench_print_comparison(FILE *stream, const clpti_bench_comparison *comparison)
{
    const clpti_bench_report *before = comparison->before;
    const char *source = before->device_count ? before->devices[0].origin.source : "the earlier run";
    fprintf(stream, "\nagainst %s:", source);
    if (comparison->shared == 0) {
        fprintf(stream, " no device is in both, so nothing was compared\n");
        return;
    }
    for (int v = 0; v < CLPTI_BENCH_VERDICTS; v++)
        fprintf(stream, "%s %lld %s", v ? "," : "",
                (long long)clpti_bench_verdict_count(comparison, (clpti_bench_verdict)v), clpti_bench_verdict_names[v]);
    fputc('\n', stream);
    for (int64_t k = 0; k < comparison->count; k++) {
        char roofs[160];
        const clpti_bench_change *change = &comparison->changes[k];
        if ((k == 0 || change[-1].device != change->device) && *clpti_bench_roofs_changed(change, roofs))
            fprintf(stream, "the roofs of %s changed: %s; was the machine idle?\n", change->device->name, roofs);
        clpti_bench_verdict verdict = comparison->changes[k].verdict;
        if (clpti_bench_is_change(verdict)) print_change(stream, &comparison->changes[k]);
    }
}

void clpti_bench_print(FILE *stream, const clpti_bench_results *results)
{
    for (int64_t d = 0; d < results->report->device_count; d++) {
        const clpti_bench_device *device = &results->report->devices[d];
        clpti_bench_print_device(stream, device);
        for (int64_t k = 0; k < device->figure_count; k++)
            clpti_bench_print_figure(stream, device, &device->figures[k]);
    }
    for (int k = 0; k < results->comparison_count; k++) clpti_bench_print_comparison(stream, &results->comparisons[k]);
}
