/* SPDX-License-Identifier: Apache-2.0 */
/* Complex images in host memory: cropping, Fourier transforms, edge windows. */
#include "quality/image.h"

#include <math.h>
#include <stdlib.h>

#include "core/memory.h"
#include "fft/host_fft.h"

clpt_status clpti_image_create(int64_t height, int64_t width, clpti_image *image)
{
    int64_t count;
    *image = (clpti_image){0};
    if (!clpti_multiply(height, width, &count)) return CLPT_ERROR_MEMORY;
    clpti_value *at = clpti_malloc(count, sizeof *at);
    if (!at) return CLPT_ERROR_MEMORY;
    *image = (clpti_image){height, width, at};
    return CLPT_OK;
}

void clpti_image_destroy(clpti_image *image)
{
    free(image->at);
    *image = (clpti_image){0};
}

static int64_t within(int64_t i, int64_t length)
{
    return i < 0 ? 0 : i < length ? i : length - 1;
}

void clpti_image_cut(const clpti_image *from, int64_t top, int64_t left, clpti_image *to)
{
    for (int64_t y = 0; y < to->height; y++)
        for (int64_t x = 0; x < to->width; x++)
            to->at[y * to->width + x] =
                from->at[within(top + y, from->height) * from->width + within(left + x, from->width)];
}

clpt_status clpti_image_transform(clpti_image *image, int direction)
{
    return clpti_ref_fft2_rectangle((double *)image->at, image->height, image->width, direction);
}

static bool is_quick(int64_t length)
{
    static const int64_t factors[] = {2, 3, 5, 7};
    for (int i = 0; i < 4; i++)
        while (length % factors[i] == 0) length /= factors[i];
    return length == 1;
}

int64_t clpti_quick_length_below(int64_t length)
{
    while (!is_quick(length)) length--;
    return length;
}

int64_t clpti_quick_length_above(int64_t length)
{
    while (!is_quick(length)) length++;
    return length;
}

double clpti_edge_window(int64_t i, int64_t length)
{
    double edge = (double)length / 8, from = fmin((double)i, (double)(length - 1 - i)) + 0.5;
    return from < edge ? 0.5 - 0.5 * cos(acos(-1) * from / edge) : 1;
}
