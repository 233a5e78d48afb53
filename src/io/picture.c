/* SPDX-License-Identifier: Apache-2.0 */
/* PNG pictures of fields with a scale bar of values. */
#include <errno.h>
#include <math.h>
#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "io/output.h"
#include "io/picture_internal.h"

/* Smaller fields are enlarged by an integer factor. */
#define SMALL 384
/* libpng's own limit for either side. */
#define LARGEST 900000
/* Spacing between bar, labels and borders; width of the bar; minimum height for three separate labels. */
#define GAP 12
#define BAR 20
#define HEIGHT_MIN 96
#define LABEL 24

static const clpti_rgb paper = {255, 255, 255}, ink = {0, 0, 0};
/* Colours of NaN: unlike any grey, and black, since all cyclic colours are light. */
static const clpti_rgb nothing_grey = {200, 60, 160}, nothing_cyclic = {0, 0, 0};

typedef struct canvas {
    int64_t height, width;
    clpti_rgb *pixels;
} canvas;

static clpti_rgb colour_of(const clpti_picture_scale *scale, double value)
{
    if (isnan(value)) return scale->cyclic ? nothing_cyclic : nothing_grey;
    if (scale->low == scale->high) return clpti_colour_grey(0.5);
    double t = (value - scale->low) / (scale->high - scale->low);
    return scale->cyclic ? clpti_colour_cyclic(t) : clpti_colour_grey(t);
}

static void draw_field(canvas *c, const clpti_picture_scale *scale, int64_t height, int64_t width, int64_t factor)
{
    for (int64_t y = 0; y < height * factor; y++)
        for (int64_t x = 0; x < width * factor; x++)
            c->pixels[y * c->width + x] = colour_of(scale, scale->values[y / factor * width + x / factor]);
}

static void draw_block(canvas *c, int64_t x, int64_t y, int64_t width, int64_t height, clpti_rgb colour)
{
    for (int64_t row = y < 0 ? 0 : y; row < y + height && row < c->height; row++)
        for (int64_t column = x; column < x + width && column < c->width; column++)
            c->pixels[row * c->width + column] = colour;
}

static void draw_text(canvas *c, int64_t x, int64_t y, int64_t dot, const char *text)
{
    for (; *text; x += (CLPTI_GLYPH_WIDTH + 1) * dot) {
        const uint8_t *rows = clpti_glyph(&text);
        for (int row = 0; row < CLPTI_GLYPH_HEIGHT; row++)
            for (int column = 0; column < CLPTI_GLYPH_WIDTH; column++)
                if (rows[row] >> (CLPTI_GLYPH_WIDTH - 1 - column) & 1)
                    draw_block(c, x + column * dot, y + row * dot, dot, dot, ink);
    }
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

static void draw_bar(canvas *c, const clpti_picture_scale *scale, int64_t x, int64_t dot)
{
    char label[LABEL];
    int64_t border = GAP, length = c->height - 2 * border;
    bool constant = scale->low == scale->high;
    draw_block(c, x - 1, border - 1, BAR + 2, length + 2, ink);
    for (int64_t y = 0; y < length; y++) {
        double t = 1 - (double)y / (double)(length - 1);
        draw_block(c, x, border + y, BAR, 1, colour_of(scale, scale->low + t * (scale->high - scale->low)));
    }
    for (int tick = constant ? 1 : 0; tick <= (constant ? 1 : 2); tick++) {
        int64_t y = border + (int64_t)((1 - 0.5 * tick) * (double)(length - 1));
        write_label(scale, 0.5 * tick, label);
        draw_block(c, x + BAR, y, 5, 1, ink);
        draw_text(c, x + BAR + 9, y - CLPTI_GLYPH_HEIGHT * dot / 2, dot, label);
    }
}

static clpt_status draw_canvas(const clpti_picture_scale *scale, int64_t height, int64_t width, int64_t minimum,
                               canvas *c, clpt_message *message)
{
    int64_t longest = height > width ? height : width;
    int64_t factor = longest < minimum ? (minimum + longest - 1) / longest : 1, dot = height * factor < 1024 ? 2 : 3,
            pixels;
    c->height = height * factor > HEIGHT_MIN ? height * factor : HEIGHT_MIN;
    c->width = width * factor + GAP + BAR + 10 + 9 * (CLPTI_GLYPH_WIDTH + 1) * dot + GAP;
    c->pixels = clpti_multiply(c->height, c->width, &pixels) ? clpti_malloc(pixels, sizeof *c->pixels) : NULL;
    if (!c->pixels)
        return clpti_fail(message, CLPT_ERROR_MEMORY, "out of memory for %lld×%lld pixels", (long long)c->height,
                          (long long)c->width);
    for (int64_t i = 0; i < pixels; i++) c->pixels[i] = paper;
    draw_field(c, scale, height, width, factor);
    draw_bar(c, scale, width * factor + GAP, dot);
    return CLPT_OK;
}

static png_image image_of(const canvas *c)
{
    return (png_image){.version = PNG_IMAGE_VERSION,
                       .width = (png_uint_32)c->width,
                       .height = (png_uint_32)c->height,
                       .format = PNG_FORMAT_RGB,
                       .flags = PNG_IMAGE_FLAG_FAST}; /* half the time, a third larger */
}

static clpt_status write_png(const canvas *c, const char *path, clpt_message *message)
{
    png_image image = image_of(c);
    FILE *file = fopen(path, "wbe");
    bool good = file && png_image_write_to_stdio(&image, file, 0, c->pixels, 0, NULL) != 0;
    bool by_png = file && !good;
    if (file && fclose(file) != 0) good = false;
    if (good) return CLPT_OK;
    return clpti_fail(message, CLPT_ERROR_FILE, "cannot be written: %s", by_png ? image.message : strerror(errno));
}

static clpt_status draw(const void *values, clpt_type type, int64_t height, int64_t width, clpti_picture kind,
                        int64_t minimum, canvas *c, clpt_message *message)
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
    if (status == CLPT_OK) status = draw_canvas(&scale, height, width, minimum, c, message);
    clpti_picture_scale_destroy(&scale);
    return status;
}

clpt_status clpti_picture_write(const char *path, const void *values, clpt_type type, int64_t height, int64_t width,
                                clpti_picture kind, clpt_message *message)
{
    canvas c = {0};
    clpti_output output = {0};
    clpt_status status = draw(values, type, height, width, kind, SMALL, &c, message);
    if (status != CLPT_OK) {
        clpti_message_prefix(message, "%s", path);
        goto cleanup;
    }
    CLPTI_TRY(clpti_output_begin(path, &output, message));
    status = write_png(&c, output.temporary, message);
    if (status != CLPT_OK) {
        clpti_message_prefix(message, "%s", path);
        goto cleanup;
    }
    CLPTI_TRY(clpti_output_commit(&output, message));
cleanup:
    clpti_output_discard(&output);
    free(c.pixels);
    return status;
}

/* Converts to one byte per pixel if no pixel is coloured, in place; otherwise false. */
static bool make_grey(canvas *c)
{
    int64_t count = c->height * c->width;
    uint8_t *levels = (uint8_t *)c->pixels;
    for (int64_t i = 0; i < count; i++)
        if (c->pixels[i].red != c->pixels[i].green || c->pixels[i].red != c->pixels[i].blue) return false;
    for (int64_t i = 0; i < count; i++) levels[i] = c->pixels[i].red;
    return true;
}

clpt_status clpti_picture_encode(const void *values, clpt_type type, int64_t height, int64_t width, clpti_picture kind,
                                 int64_t minimum, unsigned char **png, size_t *bytes, clpt_message *message)
{
    canvas c = {0};
    png_alloc_size_t capacity = 0;
    *png = NULL;
    clpt_status status = draw(values, type, height, width, kind, minimum, &c, message);
    if (status != CLPT_OK) return status;
    png_image image = image_of(&c);
    image.flags = 0; /* smaller */
    image.format = make_grey(&c) ? PNG_FORMAT_GRAY : PNG_FORMAT_RGB;
    png_image sized = image; /* writing modifies the structure */
    bool good = png_image_write_get_memory_size(sized, capacity, 0, c.pixels, 0, NULL) != 0;
    if (good) good = (*png = clpti_malloc((int64_t)capacity, 1)) != NULL;
    if (good) good = png_image_write_to_memory(&image, *png, &capacity, 0, c.pixels, 0, NULL) != 0;
    *bytes = (size_t)capacity;
    free(c.pixels);
    if (good) return CLPT_OK;
    free(*png);
    *png = NULL;
    return clpti_fail(message, CLPT_ERROR_MEMORY, "encoding a PNG of %lld×%lld pixels failed", (long long)height,
                      (long long)width);
}
