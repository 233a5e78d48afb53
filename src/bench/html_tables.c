/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/html.h"

#include <string.h>

static void cell(FILE *stream, const char *text)
{
    fputs("<td>", stream);
    clpti_page_text(stream, text);
    fputs("</td>", stream);
}

static void number(FILE *stream, const char *text)
{
    fputs("<td class=\"n\">", stream);
    clpti_page_text(stream, text);
    fputs("</td>", stream);
}

static void heads(FILE *stream, const char *const *names, size_t count)
{
    fputs("<div class=\"card\"><table>\n<tr>", stream);
    for (size_t k = 0; k < count; k++) /* a leading blank: a column of numbers */
        fprintf(stream, names[k][0] == ' ' ? "<th class=\"n\">%s</th>" : "<th>%s</th>",
                names[k] + (names[k][0] == ' '));
    fputs("</tr>\n", stream);
}

#define HEADS(stream, ...)                                                                                             \
    heads((stream), (const char *const[]){__VA_ARGS__},                                                                \
          sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

/* Several texts in a cell that may take several lines. */
static void wide(FILE *stream, const char *class, const char *const *texts)
{
    fprintf(stream, "<td class=\"wide %s\">", class);
    for (; *texts; texts++) {
        clpti_page_text(stream, *texts);
        if (texts[1]) fputs(", ", stream);
    }
    fputs("</td>", stream);
}

#define WIDE(stream, class, ...) wide((stream), (class), (const char *const[]){__VA_ARGS__, NULL})

static void put_device(FILE *stream, const clpti_bench_device *v, int colour)
{
    char text[32], driver[112];
    fprintf(stream, "<tr><td><span class=\"key k%d\"></span></td><td class=\"wide\">", colour);
    clpti_bench_html_device(stream, v);
    fputs("</td>", stream);
    cell(stream, v->type);
    snprintf(driver, sizeof driver, "driver %s", v->driver);
    WIDE(stream, "", v->version, driver);
    snprintf(text, sizeof text, "%lld", (long long)v->units);
    number(stream, text);
    number(stream, clpti_bench_number_text(v->copy > 0 ? v->copy : (double)NAN, text));
    number(stream, clpti_bench_number_text(v->fma > 0 ? v->fma : (double)NAN, text));
    cell(stream, *v->energy ? v->energy : "-");
    WIDE(stream, "", v->origin.library, v->origin.date);
    WIDE(stream, "", v->origin.processor, v->origin.system);
    if (*v->reason)
        WIDE(stream, v->left_out ? "soft" : "bad", v->reason);
    else
        cell(stream, "");
    fputs("</tr>\n", stream);
}

void clpti_bench_html_devices(FILE *stream, const clpti_bench_report *report)
{
    HEADS(stream, "", "device", "type", "OpenCL", " units", " copy, B/s", " FMA, FLOP/s", "energy", "clptycho",
          "machine", "");
    for (int64_t d = 0; d < report->device_count; d++)
        put_device(stream, &report->devices[d], (int)(d % CLPTI_BENCH_COLOURS));
    fputs("</table></div>\n", stream);
}

/* ---- figures ---- */

static void share(FILE *stream, double part)
{
    char text[32] = "-";
    if (isfinite(part)) snprintf(text, sizeof text, part < 0.0995 ? "%.1f %%" : "%.0f %%", 100 * part);
    number(stream, text);
}

static void choices(FILE *stream, const clpti_bench_figure *f)
{
    fputs("<td><details><summary>how</summary><pre>", stream);
    if (clpti_bench_timed(f))
        fprintf(stream, "%lld samples of %lld calls\n", (long long)f->times.samples, (long long)f->times.calls);
    clpti_page_text(stream, f->choices);
    fputs("</pre></details></td>", stream);
}

static void verdict(FILE *stream, const clpti_bench_figure *f)
{
    fprintf(stream, "<td class=\"%s\">",
            f->state == CLPTI_BENCH_GOOD      ? "good"
            : f->state == CLPTI_BENCH_SKIPPED ? "soft"
                                              : "wide bad");
    clpti_page_text(stream, f->state == CLPTI_BENCH_GOOD ? "good" : f->reason);
    fputs("</td>", stream);
}

static void put_figure(FILE *stream, const clpti_bench_device *device, const clpti_bench_figure *f, long long index)
{
    char size[128], text[32];
    bool timed = clpti_bench_timed(f);
    fprintf(stream, "<tr><td class=\"n soft\">%lld</td>", index);
    cell(stream, f->operation);
    cell(stream, clpti_bench_size_text(f, size));
    number(stream, clpti_bench_seconds_text(timed ? f->times.median : (double)NAN, text));
    number(stream, clpti_bench_seconds_text(timed ? f->times.spread : (double)NAN, text));
    number(stream, clpti_bench_number_text(clpti_bench_items_rate(f), text));
    number(stream, clpti_bench_number_text(clpti_bench_flop_rate(f), text));
    number(stream, clpti_bench_number_text(clpti_bench_byte_rate(f), text));
    share(stream, clpti_bench_copy_share(device, f));
    share(stream, clpti_bench_fma_share(device, f));
    cell(stream, timed ? clpti_bench_bound(device, f) : "");
    snprintf(text, sizeof text, isfinite(f->joules) ? "%.3g mJ" : "-", 1e3 * f->joules);
    number(stream, text);
    snprintf(text, sizeof text, isfinite(f->error) ? "%.1e" : "-", f->error);
    number(stream, text);
    verdict(stream, f);
    choices(stream, f);
    fputs("</tr>\n", stream);
}

void clpti_bench_html_figures(FILE *stream, const clpti_bench_device *device)
{
    if (!device->figure_count) return;
    fputs("<h3>", stream);
    clpti_bench_html_device(stream, device);
    fputs("</h3>\n<p>driver ", stream);
    clpti_page_text(stream, device->driver);
    fputs(", clptycho ", stream);
    clpti_page_text(stream, device->origin.library);
    fputs(", ", stream);
    clpti_page_text(stream, device->origin.date);
    fputs("</p>\n", stream);
    HEADS(stream, " #", "operation", "size", " time", " ±", " items/s", " FLOP/s", " B/s", " of copy", " of FMA",
          "bound", " energy", " error", "check", "");
    for (int64_t k = 0; k < device->figure_count; k++)
        put_figure(stream, device, &device->figures[k], (long long)k + 1);
    fputs("</table></div>\n", stream);
}

/* ---- earlier runs ---- */

static const char *class_of(clpti_bench_verdict verdict)
{
    if (verdict == CLPTI_BENCH_SLOWER || verdict == CLPTI_BENCH_BROKEN) return "bad";
    return verdict == CLPTI_BENCH_FASTER || verdict == CLPTI_BENCH_MENDED ? "good" : "soft";
}

static void put_change(FILE *stream, const clpti_bench_change *c)
{
    char size[128], text[32];
    const clpti_bench_figure *f = c->now ? c->now : c->before;
    fprintf(stream, "<tr><td class=\"%s\">%s</td>", class_of(c->verdict), clpti_bench_verdict_names[c->verdict]);
    cell(stream, f->operation);
    cell(stream, clpti_bench_size_text(f, size));
    number(stream, clpti_bench_seconds_text(c->before ? c->before->times.median : (double)NAN, text));
    number(stream, clpti_bench_seconds_text(c->before ? c->before->times.spread : (double)NAN, text));
    number(stream, clpti_bench_seconds_text(c->now ? c->now->times.median : (double)NAN, text));
    number(stream, clpti_bench_seconds_text(c->now ? c->now->times.spread : (double)NAN, text));
    snprintf(text, sizeof text, isfinite(c->ratio) ? "%+.1f %%" : "-", 100 * (c->ratio - 1));
    number(stream, text);
    cell(stream, c->device->name);
    fputs("</tr>\n", stream);
}

/* The rows that changed, or the others. */
static void put_changes(FILE *stream, const clpti_bench_comparison *comparison, bool others)
{
    HEADS(stream, "", "operation", "size", " before", " ±", " now", " ±", " change", "device");
    for (int64_t k = 0; k < comparison->count; k++) {
        if (clpti_bench_tells(comparison->changes[k].verdict) != others) put_change(stream, &comparison->changes[k]);
    }
    fputs("</table></div>\n", stream);
}

void clpti_bench_html_comparison(FILE *stream, const clpti_bench_comparison *comparison)
{
    const clpti_bench_report *before = comparison->before;
    if (before->device_count) {
        const clpti_bench_origin *o = &before->devices[0].origin;
        fputs("<h3>", stream);
        clpti_page_text(stream, o->source);
        fputs("</h3>\n<p>", stream);
        clpti_page_text(stream, o->date);
        fputs(", clptycho ", stream);
        clpti_page_text(stream, o->library);
    } else {
        fputs("<h3>Earlier run</h3>\n<p>no devices", stream);
    }
    if (comparison->shared == 0) {
        fputs(". No device is in both runs, so nothing was compared.</p>\n", stream);
        return;
    }
    for (int v = 0; v < CLPTI_BENCH_VERDICTS; v++)
        fprintf(stream, "%s %lld %s", v ? "," : ":",
                (long long)clpti_bench_verdict_count(comparison, (clpti_bench_verdict)v), clpti_bench_verdict_names[v]);
    fprintf(stream,
            ". Slower or faster: medians differ by more than both spreads together and by more than %.0f %%.</p>\n",
            100 * CLPTI_BENCH_NOISE);
    for (int64_t k = 0; k < comparison->count; k++) {
        char roofs[160];
        const clpti_bench_change *change = &comparison->changes[k];
        if ((k && change[-1].device == change->device) || !*clpti_bench_roofs_moved(change, roofs)) continue;
        fputs("<p>The roofs of ", stream);
        clpti_bench_html_device(stream, change->device);
        fputs(" moved: ", stream);
        clpti_page_text(stream, roofs);
        fputs("; was the machine as free?</p>\n", stream);
    }
    put_changes(stream, comparison, false);
    fputs("<details><summary>What stayed the same, is new or missing</summary>\n", stream);
    put_changes(stream, comparison, true);
    fputs("</details>\n", stream);
}
