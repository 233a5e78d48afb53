/* SPDX-License-Identifier: Apache-2.0 */
/* The components of clpti_picture_write. */
#ifndef CLPTI_IO_PICTURE_INTERNAL_H
#define CLPTI_IO_PICTURE_INTERNAL_H

#include "io/io.h"

typedef struct clpti_rgb {
    uint8_t red, green, blue;
} clpti_rgb;

/* ---- colour_map.c: t in [0, 1], clamped ---- */
clpti_rgb clpti_colour_grey(double t);
clpti_rgb clpti_colour_cyclic(double t); /* of uniform lightness; 0 and 1 are the same colour */
/* The same in the brightness, 0 to 1, of a complex value. */
clpti_rgb clpti_colour_complex(double t, double brightness);

/* ---- picture_range.c ---- */

/* The values to draw, and the range of the colours. */
typedef struct clpti_picture_scale {
    double *values;     /* [count]; NaN: nothing to draw */
    double *brightness; /* [count] from 0 to 1 of a picture in colour; NULL: others */
    double low, high;   /* of the colours; equal for a constant picture */
    bool cyclic;        /* angles over [−π, π] */
    bool logarithm;     /* values, low and high are log10 */
} clpti_picture_scale;

clpt_status clpti_picture_scale_create(const void *values, clpt_type type, int64_t count, clpti_picture kind,
                                       clpti_picture_scale *scale, clpt_message *message);
void clpti_picture_scale_destroy(clpti_picture_scale *scale);

/* ---- tiny_font.c ---- */
#define CLPTI_GLYPH_WIDTH 5
#define CLPTI_GLYPH_HEIGHT 7

/* Rows of the next character, highest of five bits leftmost; advances *text (π has two bytes). Empty for an unknown
 * character. */
const uint8_t *clpti_glyph(const char **text);

#endif
