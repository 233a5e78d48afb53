/* SPDX-License-Identifier: Apache-2.0 */
/* PNG pictures of fields with a colour bar, captions and a length bar. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/canvas.h"

/* Smaller fields are enlarged by an integer factor. */
#define SMALL 384
/* libpng's own limit for either side. */
#define LARGEST 900000
/* Spacing between bar, labels and borders; width of the bar; minimum height for three separate labels. */
#define GAP 12
#define BAR 20
#define HEIGHT_MIN 96
#define LABEL 24

/* Colours of NaN: unlike any grey, and black, since all cyclic colours are light. */
static const clpti_rgb nothing_grey = {200, 60, 160}, nothing_cyclic = {0, 0, 0};

/* Position of the field on its canvas. */
typedef struct frame {
    int64_t factor, dot;   /* pixels of the picture per pixel of the field, and per dot of a glyph */
    int64_t top;           /* of the field, below captions */
    int64_t height, width; /* of the field, in pixels of the picture */
    int64_t bar;           /* height of the colour bar with its margins */
} frame;

static clpti_rgb colour_of(const clpti_picture_scale *scale, double value)
{
    if (isnan(value)) return scale->cyclic ? nothing_cyclic : nothing_grey;
    if (scale->low == scale->high) return clpti_colour_grey(0.5);
    double t = (value - scale->low) / (scale->high - scale->low);
    return scale->cyclic ? clpti_colour_cyclic(t) : clpti_colour_grey(t);
}

static clpti_rgb colour_at(const clpti_picture_scale *scale, int64_t i)
{
    if (!scale->brightness) return colour_of(scale, scale->values[i]);
    const double angle = isnan(scale->values[i]) ? 0 : scale->values[i];
    return clpti_colour_complex((angle - scale->low) / (scale->high - scale->low), scale->brightness[i]);
}

static void draw_field(clpti_canvas *c, const clpti_picture_scale *scale, const frame *f)
{
    const int64_t width = f->width / f->factor;
    for (int64_t y = 0; y < f->height; y++)
        for (int64_t x = 0; x < f->width; x++)
            c->pixels[(f->top + y) * c->width + x] = colour_at(scale, y / f->factor * width + x / f->factor);
}

static void write_label(const clpti_picture_scale *scale, double t, char label[LABEL])
{
    static const char *const angles[] = {"-π", "0", "π"};
    double value = scale->low + t * (scale->high - scale->low);
    if (fabs(value) < 1e-9 * (scale->high - scale->low)) value = 0; /* instead of −1e-17 */
    if (scale->cyclic)
        snprintf(label, LABEL, "%s", angles[lrint(2 * t)]);
    else
        snprintf(label, LABEL, "%.3g", scale->logarithm ? pow(10, value) : value);
    for (char *at = label; *at; at++)
        if (*at == ',') *at = '.'; /* decimal comma of some locales */
}

static void draw_bar(clpti_canvas *c, const clpti_picture_scale *scale, const frame *f)
{
    char label[LABEL];
    int64_t x = f->width + GAP, border = f->top + GAP, length = f->bar - 2 * GAP;
    bool constant = scale->low == scale->high;
    clpti_canvas_block(c, x - 1, border - 1, BAR + 2, length + 2, clpti_ink);
    for (int64_t y = 0; y < length; y++) {
        double t = 1 - (double)y / (double)(length - 1);
        clpti_canvas_block(c, x, border + y, BAR, 1, colour_of(scale, scale->low + t * (scale->high - scale->low)));
    }
    for (int tick = constant ? 1 : 0; tick <= (constant ? 1 : 2); tick++) {
        int64_t y = border + (int64_t)((1 - 0.5 * tick) * (double)(length - 1));
        write_label(scale, 0.5 * tick, label);
        clpti_canvas_block(c, x + BAR, y, 5, 1, clpti_ink);
        clpti_canvas_text(c, x + BAR + 9, y - CLPTI_GLYPH_HEIGHT * f->dot / 2, f->dot, label);
    }
}

/* The largest of 1, 2 and 5·10^k metres within `limit`, with its text; 0: none. */
static double round_length(double limit, char text[LABEL])
{
    static const struct {
        double size;
        const char *name;
    } units[] = {{1, "m"}, {1e-3, "mm"}, {1e-6, "µm"}, {1e-9, "nm"}, {1e-12, "pm"}};
    if (!(limit > 1e-12 && limit < 1e6)) return 0;
    const double decade = pow(10, floor(log10(limit) + 1e-9));
    const double length = decade * (limit >= 5 * decade ? 5 : limit >= 2 * decade ? 2 : 1);
    size_t unit = 0;
    while (unit + 1 < sizeof units / sizeof *units && length < units[unit].size * (1 - 1e-9)) unit++;
    snprintf(text, LABEL, "%.0f %s", length / units[unit].size, units[unit].name);
    return length;
}

/* Below the field: a bar of at most a third of its width. */
static void draw_length(clpti_canvas *c, const frame *f, double pixel)
{
    char text[LABEL];
    const double each = pixel / (double)f->factor, length = round_length(each * (double)f->width / 3, text);
    const int64_t pixels = (int64_t)lrint(length / each), y = f->top + f->height + GAP / 2;
    if (length == 0) return;
    clpti_canvas_block(c, GAP, y + (CLPTI_GLYPH_HEIGHT - 3) * f->dot / 2, pixels, 3 * f->dot, clpti_ink);
    clpti_canvas_text(c, GAP + pixels + 4 * f->dot, y, f->dot, text);
}

/* Above the field: one for each of the side-by-side parts, shortened to its width. */
static void draw_captions(clpti_canvas *c, const frame *f, const clpti_picture_notes *notes)
{
    const int parts = notes->captions[1] ? 2 : 1;
    for (int k = 0; k < parts; k++) {
        char text[256];
        snprintf(text, sizeof text, "%s", notes->captions[k] ? notes->captions[k] : "");
        while (*text && clpti_canvas_text_width(f->dot, text) > f->width / parts) text[strlen(text) - 1] = '\0';
        clpti_canvas_text(c, k * f->width / parts + f->dot, GAP / 2, f->dot, text);
    }
}

static clpt_status draw_canvas(const clpti_picture_scale *scale, int64_t height, int64_t width, int64_t minimum,
                               const clpti_picture_notes *notes, clpti_canvas *c, clpt_message *message)
{
    const int64_t longest = height > width ? height : width;
    frame f = {.factor = longest < minimum ? (minimum + longest - 1) / longest : 1};
    f.height = height * f.factor;
    f.width = width * f.factor;
    f.dot = f.height < 1024 ? 2 : 3;
    f.bar = f.height > HEIGHT_MIN ? f.height : HEIGHT_MIN;
    const int64_t strip = CLPTI_GLYPH_HEIGHT * f.dot + GAP;
    f.top = notes && notes->captions[0] ? strip : 0;
    clpt_status status =
        clpti_canvas_create(f.top + f.bar + (notes && notes->pixel > 0 ? strip : 0),
                            f.width + GAP + BAR + 10 + 9 * (CLPTI_GLYPH_WIDTH + 1) * f.dot + GAP, c, message);
    if (status != CLPT_OK) return status;
    draw_field(c, scale, &f);
    draw_bar(c, scale, &f);
    if (f.top > 0) draw_captions(c, &f, notes);
    if (notes && notes->pixel > 0) draw_length(c, &f, notes->pixel);
    return CLPT_OK;
}

static clpt_status draw(const void *values, clpt_type type, int64_t height, int64_t width, clpti_picture kind,
                        int64_t minimum, const clpti_picture_notes *notes, clpti_canvas *c, clpt_message *message)
{
    clpti_picture_scale scale = {0};
    if (type != CLPT_TYPE_F64 && type != CLPT_TYPE_C128)
        return clpti_fail(message, CLPT_ERROR_ARGUMENT, "a picture requires float64 or complex128, not %s",
                          clpti_type_name(type));
    if (height < 1 || width < 1 || height > LARGEST || width > LARGEST)
        return clpti_fail(message, CLPT_ERROR_ARGUMENT,
                          "a PNG cannot have %lld×%lld pixels; its sides must be from 1 to %d", (long long)height,
                          (long long)width, LARGEST);
    clpt_status status = clpti_picture_scale_create(values, type, height * width, kind, &scale, message);
    if (status == CLPT_OK) status = draw_canvas(&scale, height, width, minimum, notes, c, message);
    clpti_picture_scale_destroy(&scale);
    return status;
}

clpt_status clpti_picture_write(const char *path, const void *values, clpt_type type, int64_t height, int64_t width,
                                clpti_picture kind, const clpti_picture_notes *notes, clpt_message *message)
{
    clpti_canvas c = {0};
    clpt_status status = draw(values, type, height, width, kind, SMALL, notes, &c, message);
    if (status == CLPT_OK)
        status = clpti_canvas_write(&c, path, message);
    else
        clpti_message_prefix(message, "%s", path);
    clpti_canvas_free(&c);
    return status;
}

clpt_status clpti_picture_encode(const void *values, clpt_type type, int64_t height, int64_t width, clpti_picture kind,
                                 int64_t minimum, unsigned char **png, size_t *bytes, clpt_message *message)
{
    clpti_canvas c = {0};
    *png = NULL;
    clpt_status status = draw(values, type, height, width, kind, minimum, NULL, &c, message);
    if (status == CLPT_OK) status = clpti_canvas_encode(&c, png, bytes, message);
    clpti_canvas_free(&c);
    return status;
}
