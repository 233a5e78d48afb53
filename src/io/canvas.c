/* SPDX-License-Identifier: Apache-2.0 */
/* A picture in memory: blocks, text, PNG. */
#include "io/canvas.h"

#include <errno.h>
#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "io/output.h"

clpt_status clpti_canvas_create(int64_t height, int64_t width, clpti_canvas *canvas, clpt_message *message)
{
    static const clpti_rgb paper = {255, 255, 255};
    int64_t pixels;
    *canvas = (clpti_canvas){height, width, NULL};
    canvas->pixels = clpti_multiply(height, width, &pixels) ? clpti_malloc(pixels, sizeof *canvas->pixels) : NULL;
    if (!canvas->pixels)
        return clpti_fail(message, CLPT_ERROR_MEMORY, "out of memory for %lld×%lld pixels", (long long)height,
                          (long long)width);
    for (int64_t i = 0; i < pixels; i++) canvas->pixels[i] = paper;
    return CLPT_OK;
}

void clpti_canvas_free(clpti_canvas *canvas)
{
    free(canvas->pixels);
    canvas->pixels = NULL;
}

void clpti_canvas_block(clpti_canvas *c, int64_t x, int64_t y, int64_t width, int64_t height, clpti_rgb colour)
{
    for (int64_t row = y < 0 ? 0 : y; row < y + height && row < c->height; row++)
        for (int64_t column = x < 0 ? 0 : x; column < x + width && column < c->width; column++)
            c->pixels[row * c->width + column] = colour;
}

void clpti_canvas_text(clpti_canvas *c, int64_t x, int64_t y, int64_t dot, const char *text)
{
    for (; *text; x += (CLPTI_GLYPH_WIDTH + 1) * dot) {
        const uint8_t *rows = clpti_glyph(&text);
        for (int row = 0; row < CLPTI_GLYPH_HEIGHT; row++)
            for (int column = 0; column < CLPTI_GLYPH_WIDTH; column++)
                if (rows[row] >> (CLPTI_GLYPH_WIDTH - 1 - column) & 1)
                    clpti_canvas_block(c, x + column * dot, y + row * dot, dot, dot, clpti_ink);
    }
}

int64_t clpti_canvas_text_width(int64_t dot, const char *text)
{
    int64_t glyphs = 0;
    for (; *text; glyphs++) clpti_glyph(&text);
    return glyphs * (CLPTI_GLYPH_WIDTH + 1) * dot;
}

static png_image image_of(const clpti_canvas *c)
{
    return (png_image){.version = PNG_IMAGE_VERSION,
                       .width = (png_uint_32)c->width,
                       .height = (png_uint_32)c->height,
                       .format = PNG_FORMAT_RGB,
                       .flags = PNG_IMAGE_FLAG_FAST}; /* half the time, a third larger */
}

static clpt_status write_png(const clpti_canvas *c, const char *path, clpt_message *message)
{
    png_image image = image_of(c);
    FILE *file = fopen(path, "wbe");
    bool good = file && png_image_write_to_stdio(&image, file, 0, c->pixels, 0, NULL) != 0;
    bool by_png = file && !good;
    if (file && fclose(file) != 0) good = false;
    if (good) return CLPT_OK;
    return clpti_fail(message, CLPT_ERROR_FILE, "cannot be written: %s", by_png ? image.message : strerror(errno));
}

clpt_status clpti_canvas_write(const clpti_canvas *canvas, const char *path, clpt_message *message)
{
    clpti_output output = {0};
    clpt_status status = CLPT_OK;
    CLPTI_TRY(clpti_output_begin(path, &output, message));
    status = write_png(canvas, output.temporary, message);
    if (status != CLPT_OK) {
        clpti_message_prefix(message, "%s", path);
        goto cleanup;
    }
    CLPTI_TRY(clpti_output_commit(&output, message));
cleanup:
    clpti_output_discard(&output);
    return status;
}

/* Converts to one byte per pixel if no pixel is coloured, in place; otherwise false. */
static bool make_grey(clpti_canvas *c)
{
    int64_t count = c->height * c->width;
    uint8_t *levels = (uint8_t *)c->pixels;
    for (int64_t i = 0; i < count; i++)
        if (c->pixels[i].red != c->pixels[i].green || c->pixels[i].red != c->pixels[i].blue) return false;
    for (int64_t i = 0; i < count; i++) levels[i] = c->pixels[i].red;
    return true;
}

clpt_status clpti_canvas_encode(clpti_canvas *canvas, unsigned char **png, size_t *bytes, clpt_message *message)
{
    png_alloc_size_t capacity = 0;
    *png = NULL;
    png_image image = image_of(canvas);
    image.flags = 0; /* smaller */
    image.format = make_grey(canvas) ? PNG_FORMAT_GRAY : PNG_FORMAT_RGB;
    png_image sized = image; /* writing modifies the structure */
    bool good = png_image_write_get_memory_size(sized, capacity, 0, canvas->pixels, 0, NULL) != 0;
    if (good) good = (*png = clpti_malloc((int64_t)capacity, 1)) != NULL;
    if (good) good = png_image_write_to_memory(&image, *png, &capacity, 0, canvas->pixels, 0, NULL) != 0;
    *bytes = (size_t)capacity;
    if (good) return CLPT_OK;
    free(*png);
    *png = NULL;
    return clpti_fail(message, CLPT_ERROR_MEMORY, "encoding a PNG of %lld×%lld pixels failed",
                      (long long)canvas->height, (long long)canvas->width);
}
