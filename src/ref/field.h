/* SPDX-License-Identifier: Apache-2.0 */
/* Element access to fields of doubles, real or complex, and interpolation between pixels. */
#ifndef CLPTI_REF_FIELD_H
#define CLPTI_REF_FIELD_H

#include <complex.h>
#include <math.h>

#include "buffer/buffer.h"

#undef complex /* the argument structs have a member of this name */
typedef double _Complex clpti_value;

static inline clpti_value clpti_field_get(const double *field, bool is_complex, int64_t i)
{
    return is_complex ? field[2 * i] + I * field[2 * i + 1] : field[i];
}

static inline void clpti_field_set(double *field, bool is_complex, int64_t i, clpti_value value)
{
    if (!is_complex) {
        field[i] = creal(value);
        return;
    }
    field[2 * i] = creal(value);
    field[2 * i + 1] = cimag(value);
}

static inline void clpti_field_add(double *field, bool is_complex, int64_t i, clpti_value value)
{
    clpti_field_set(field, is_complex, i, clpti_field_get(field, is_complex, i) + value);
}

static inline double clpti_magnitude2(clpti_value z)
{
    return creal(z) * creal(z) + cimag(z) * cimag(z);
}

/* A coordinate as the pixel below it and the fraction in [0, 1). */
typedef struct clpti_cell {
    int64_t whole;
    double fraction;
} clpti_cell;

static inline clpti_cell clpti_cell_of(double coordinate)
{
    double below = floor(coordinate);
    return (clpti_cell){(int64_t)below, coordinate - below};
}

/* One image of a field. */
typedef struct clpti_image {
    const double *data;
    bool is_complex;
    int64_t height, width;
} clpti_image;

static inline clpti_value clpti_image_pixel(const clpti_image *image, int64_t x, int64_t y)
{
    if (x < 0 || y < 0 || x >= image->width || y >= image->height) return 0;
    return clpti_field_get(image->data, image->is_complex, y * image->width + x);
}

/* Bilinear sample at (x.whole + dx + x.fraction, y.whole + dy + y.fraction); 0 outside. */
static inline clpti_value clpti_image_bilinear(const clpti_image *image, clpti_cell x, clpti_cell y, int64_t dx,
                                               int64_t dy)
{
    int64_t left = x.whole + dx, top = y.whole + dy;
    double fx = x.fraction, fy = y.fraction;
    return (1 - fy) * ((1 - fx) * clpti_image_pixel(image, left, top) + fx * clpti_image_pixel(image, left + 1, top)) +
           fy * ((1 - fx) * clpti_image_pixel(image, left, top + 1) + fx * clpti_image_pixel(image, left + 1, top + 1));
}

/* The pixel nearest to (x, y), half to even; 0 for a point outside [0, width − 1]×[0, height − 1]. */
static inline clpti_value clpti_image_nearest(const clpti_image *image, double x, double y)
{
    if (!(x >= 0 && x <= (double)(image->width - 1) && y >= 0 && y <= (double)(image->height - 1))) return 0;
    return clpti_image_pixel(image, (int64_t)rint(x), (int64_t)rint(y));
}

#endif
