/* SPDX-License-Identifier: Apache-2.0 */
/* A device's roofline: operations a second over operations a byte, both logarithmic, a numbered point for each figure.
 */
#include "bench/html.h"

#include <stdlib.h>

enum { WIDTH = 1080, HEIGHT = 460, LEFT = 70, RIGHT = 20, TOP = 26, BOTTOM = 44, POINT = 4, LABEL = 13 };

typedef struct label {
    double x, y, width; /* middle of its text */
} label;

typedef struct plot {
    FILE *stream;
    const clpti_bench_device *device;
    double x_low, x_high, y_low, y_high; /* log10 */
    label *taken;                        /* points and labels that are drawn */
    int taken_count;
} plot;

static double x_of(const plot *p, double intensity)
{
    return LEFT + (log10(intensity) - p->x_low) / (p->x_high - p->x_low) * (WIDTH - LEFT - RIGHT);
}

static double y_of(const plot *p, double rate)
{
    return HEIGHT - BOTTOM - (log10(rate) - p->y_low) / (p->y_high - p->y_low) * (HEIGHT - TOP - BOTTOM);
}

static bool has_point(const clpti_bench_figure *f)
{
    return clpti_bench_timed(f) && f->flop > 0 && f->bytes > 0 && f->times.median > 0;
}

/* Whole decades around all points and the corner of the roof. */
static void find_range(plot *p)
{
    const clpti_bench_device *d = p->device;
    double corner = log10(d->fma / d->copy);
    p->x_low = p->x_high = corner;
    p->y_low = p->y_high = log10(d->fma);
    for (int64_t k = 0; k < d->figure_count; k++) {
        const clpti_bench_figure *f = &d->figures[k];
        if (!has_point(f)) continue;
        double x = log10(f->flop / f->bytes), y = log10(clpti_bench_flop_rate(f));
        p->x_low = fmin(p->x_low, x);
        p->x_high = fmax(p->x_high, x);
        p->y_low = fmin(p->y_low, y);
        p->y_high = fmax(p->y_high, y);
    }
    p->x_low = floor(p->x_low - 0.2);
    p->x_high = ceil(p->x_high + 0.3);
    p->y_low = floor(p->y_low - 0.1);
    p->y_high = ceil(p->y_high + 0.1);
}

static void put_axes(const plot *p)
{
    char text[32];
    for (double d = p->x_low; d <= p->x_high; d++) {
        double x = x_of(p, pow(10, d));
        fprintf(p->stream, "<line class=\"grid\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>\n", x, x, TOP,
                HEIGHT - BOTTOM);
        fprintf(p->stream, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%g</text>\n", x, HEIGHT - BOTTOM + 17,
                pow(10, d));
    }
    for (double d = p->y_low; d <= p->y_high; d++) {
        double y = y_of(p, pow(10, d));
        fprintf(p->stream, "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>\n", LEFT, WIDTH - RIGHT,
                y, y);
        fprintf(p->stream, "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>\n", LEFT - 8, y + 4,
                clpti_bench_number_text(pow(10, d), text));
    }
    fprintf(p->stream, "<text class=\"faint\" x=\"%d\" y=\"%d\" text-anchor=\"end\">FLOP a byte</text>\n",
            WIDTH - RIGHT, HEIGHT - 8);
    fprintf(p->stream, "<text class=\"faint\" x=\"%d\" y=\"%d\">FLOP/s</text>\n", LEFT - 40, TOP - 12);
}

static void put_roof(const plot *p)
{
    const clpti_bench_device *d = p->device;
    char copy[32], fma[32];
    double left = pow(10, p->x_low), corner = d->fma / d->copy, right = pow(10, p->x_high);
    double bottom = pow(10, p->y_low), start = left * d->copy >= bottom ? left : bottom / d->copy;
    fprintf(p->stream, "<polyline class=\"roof\" points=\"%.1f,%.1f %.1f,%.1f %.1f,%.1f\"/>\n", x_of(p, start),
            y_of(p, start * d->copy), x_of(p, corner), y_of(p, d->fma), x_of(p, right), y_of(p, d->fma));
    fprintf(p->stream, "<text class=\"strong\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">%sFLOP/s</text>\n",
            x_of(p, right) - 4, y_of(p, d->fma) - 7, clpti_bench_number_text(d->fma, fma));
    fprintf(p->stream, "<text class=\"strong\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">%sB/s</text>\n",
            x_of(p, corner) - 16, y_of(p, d->fma) + 4, clpti_bench_number_text(d->copy, copy));
}

static bool is_free(const plot *p, const label *at)
{
    if (at->x < LEFT + 4 || at->x > WIDTH - RIGHT - 4 || at->y < TOP || at->y > HEIGHT - BOTTOM - 4) return false;
    for (int k = 0; k < p->taken_count; k++) {
        const label *t = &p->taken[k];
        if (fabs(t->x - at->x) < (t->width + at->width) / 2 && fabs(t->y - at->y) < LABEL - 2) return false;
    }
    return true;
}

/* Near the point, or a little further each time around, with a line to it. */
static label find_place(const plot *p, double x, double y, double width)
{
    label at = {x, y - 10, width};
    for (int ring = 0; ring < 5; ring++)
        for (int k = 0; k < 12; k++) {
            double angle = 0.5236 * (k + 0.5 * ring) - 1.5708, far = 12.0 + 11.0 * ring;
            at.x = x + far * cos(angle);
            at.y = y + far * sin(angle);
            if (is_free(p, &at)) return at;
        }
    return at;
}

static void put_mark(const plot *p, const clpti_bench_figure *f, double x, double y, int colour)
{
    char size[128], rate[32];
    fputs("<g><title>", p->stream);
    clpti_page_text(p->stream, f->operation);
    fprintf(p->stream, " %s: %sFLOP/s</title>", clpti_bench_size_text(f, size),
            clpti_bench_number_text(clpti_bench_flop_rate(f), rate));
    if (f->state == CLPTI_BENCH_WRONG)
        fprintf(p->stream, "<path class=\"bad\" d=\"M%.1f %.1fl8 8m0 -8l-8 8\"/></g>\n", x - 4, y - 4);
    else
        fprintf(p->stream, "<circle class=\"c%d\" cx=\"%.1f\" cy=\"%.1f\" r=\"%d\"/></g>\n", colour, x, y, POINT);
}

static void put_points(plot *p, int colour)
{
    const clpti_bench_device *d = p->device;
    for (int64_t k = 0; k < d->figure_count; k++) {
        const clpti_bench_figure *f = &d->figures[k];
        if (!has_point(f)) continue;
        double x = x_of(p, f->flop / f->bytes), y = y_of(p, clpti_bench_flop_rate(f));
        put_mark(p, f, x, y, colour);
        p->taken[p->taken_count++] = (label){x, y, 2 * POINT};
    }
    for (int64_t k = 0; k < d->figure_count; k++) {
        const clpti_bench_figure *f = &d->figures[k];
        if (!has_point(f)) continue;
        double x = x_of(p, f->flop / f->bytes), y = y_of(p, clpti_bench_flop_rate(f));
        label at = find_place(p, x, y, k + 1 < 10 ? 9 : 16);
        if (hypot(at.x - x, at.y - y) > 14)
            fprintf(p->stream, "<line class=\"lead\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>\n", x, y, at.x,
                    at.y);
        fprintf(p->stream, "<text class=\"strong\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%lld</text>\n", at.x,
                at.y + 4, (long long)k + 1);
        p->taken[p->taken_count++] = at;
    }
}

void clpti_bench_html_roofline(FILE *stream, const clpti_bench_device *device, int colour)
{
    plot p = {.stream = stream, .device = device};
    if (!(device->copy > 0 && device->fma > 0) || !device->figure_count) return;
    p.taken = calloc(2 * (size_t)device->figure_count, sizeof *p.taken);
    if (!p.taken) return; /* the figures are in the tables all the same */
    find_range(&p);
    fputs("<h3>", stream);
    clpti_bench_html_device(stream, device);
    fprintf(stream, "</h3>\n<div class=\"card\"><svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"roofline\">\n",
            WIDTH, HEIGHT);
    put_axes(&p);
    put_roof(&p);
    put_points(&p, colour);
    fputs("</svg></div>\n", stream);
    free(p.taken);
}
