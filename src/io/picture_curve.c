/* SPDX-License-Identifier: Apache-2.0 */
/* A PNG of one curve with labelled axes. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "io/canvas.h"

enum { WIDTH = 640, HEIGHT = 400, LEFT = 110, RIGHT = 24, TOP = 36, BOTTOM = 36, DOT = 2, LINES = 4, LABEL = 24 };

static const clpti_rgb grid = {220, 220, 220}, line = {30, 90, 180};

typedef struct axis {
    bool logarithm;
    double low, high; /* of log10 of the values, if `logarithm` */
} axis;

static double mapped(const axis *a, double value)
{
    return a->logarithm ? log10(value) : value;
}

/* A single value is at the centre. */
static axis axis_of(const double *values, int64_t count)
{
    axis a = {.logarithm = true, .low = INFINITY, .high = -INFINITY};
    for (int64_t i = 0; i < count; ++i)
        if (isfinite(values[i]) && !(values[i] > 0)) a.logarithm = false;
    for (int64_t i = 0; i < count; ++i) {
        if (!isfinite(values[i])) continue;
        a.low = fmin(a.low, mapped(&a, values[i]));
        a.high = fmax(a.high, mapped(&a, values[i]));
    }
    if (!(a.low <= a.high)) a = (axis){false, 0, 1};
    const double margin = a.high > a.low ? 0 : fmax(0.1 * fabs(a.low), 0.1);
    a.low -= margin;
    a.high += margin;
    return a;
}

static void draw_axes(clpti_canvas *c, const axis *a, int64_t count)
{
    char label[LABEL];
    const int64_t width = WIDTH - LEFT - RIGHT, height = HEIGHT - TOP - BOTTOM;
    for (int k = 0; k <= LINES; ++k) {
        const double t = (double)k / LINES, value = a->low + t * (a->high - a->low);
        const int64_t y = TOP + (int64_t)lrint((1 - t) * (double)height);
        clpti_canvas_block(c, LEFT, y, width, 1, grid);
        snprintf(label, sizeof label, "%.3g", a->logarithm ? pow(10, value) : value);
        for (char *at = label; *at; at++)
            if (*at == ',') *at = '.'; /* decimal comma of some locales */
        clpti_canvas_text(c, LEFT - 6 - clpti_canvas_text_width(DOT, label), y - CLPTI_GLYPH_HEIGHT, DOT, label);
    }
    clpti_canvas_block(c, LEFT, TOP, 1, height, clpti_ink);
    clpti_canvas_block(c, LEFT, TOP + height, width, 1, clpti_ink);
    clpti_canvas_text(c, LEFT, HEIGHT - BOTTOM + 8, DOT, "1");
    snprintf(label, sizeof label, "%lld", (long long)count);
    if (count > 1)
        clpti_canvas_text(c, WIDTH - RIGHT - clpti_canvas_text_width(DOT, label), HEIGHT - BOTTOM + 8, DOT, label);
}

/* The curve's row at fraction t of the axis; negative: a gap. */
static int64_t row_at(const axis *a, const double *values, int64_t count, double t)
{
    const double at = t * (double)(count - 1);
    const int64_t i = (int64_t)at, next = i + 1 < count ? i + 1 : i;
    if (!isfinite(values[i]) || !isfinite(values[next])) return -1;
    const double from = mapped(a, values[i]), to = mapped(a, values[next]);
    const double level = (from + (at - (double)i) * (to - from) - a->low) / (a->high - a->low);
    return TOP + (int64_t)lrint((1 - level) * (HEIGHT - TOP - BOTTOM));
}

static void draw_curve(clpti_canvas *c, const axis *a, const double *values, int64_t count)
{
    const int64_t width = WIDTH - LEFT - RIGHT;
    int64_t before = -1;
    for (int64_t x = 0; count > 0 && x < width; ++x) {
        const int64_t y = row_at(a, values, count, (double)x / (double)(width - 1));
        const int64_t from = before < 0 ? y : before, top = from < y ? from : y, bottom = from < y ? y : from;
        if (y >= 0) clpti_canvas_block(c, LEFT + x - 1, top - 1, 2, bottom - top + 2, line);
        before = y;
    }
}

clpt_status clpti_picture_write_curve(const char *path, const double *values, int64_t count, const char *caption,
                                      clpt_message *message)
{
    clpti_canvas c = {0};
    const axis a = axis_of(values, count);
    clpt_status status = clpti_canvas_create(HEIGHT, WIDTH, &c, message);
    if (status != CLPT_OK) return status;
    draw_axes(&c, &a, count);
    draw_curve(&c, &a, values, count);
    clpti_canvas_text(&c, LEFT, 10, DOT, caption);
    status = clpti_canvas_write(&c, path, message);
    clpti_canvas_free(&c);
    return status;
}
