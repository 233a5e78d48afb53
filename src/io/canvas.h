/* SPDX-License-Identifier: Apache-2.0 */
/* A picture in memory, for picture.c and picture_curve.c. */
#ifndef CLPTI_IO_CANVAS_H
#define CLPTI_IO_CANVAS_H

#include "io/picture_internal.h"

typedef struct clpti_canvas {
    int64_t height, width;
    clpti_rgb *pixels; /* [height, width] */
} clpti_canvas;

static const clpti_rgb clpti_ink = {0, 0, 0};

/* White. */
clpt_status clpti_canvas_create(int64_t height, int64_t width, clpti_canvas *canvas, clpt_message *message);
void clpti_canvas_free(clpti_canvas *canvas);
/* Clipped at the borders. */
void clpti_canvas_block(clpti_canvas *canvas, int64_t x, int64_t y, int64_t width, int64_t height, clpti_rgb colour);
/* Text with its top left corner at (x, y); dot: side of the squares of a glyph. */
void clpti_canvas_text(clpti_canvas *canvas, int64_t x, int64_t y, int64_t dot, const char *text);
int64_t clpti_canvas_text_width(int64_t dot, const char *text);
/* As PNG, by rename. */
clpt_status clpti_canvas_write(const clpti_canvas *canvas, const char *path, clpt_message *message);
/* As PNG in memory, which the caller frees. The canvas must not be used again. */
clpt_status clpti_canvas_encode(clpti_canvas *canvas, unsigned char **png, size_t *bytes, clpt_message *message);

#endif
