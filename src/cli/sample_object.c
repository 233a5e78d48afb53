/* SPDX-License-Identifier: Apache-2.0 */
/* Built-in objects of `simulate`, with structure in amplitude and phase on many scales: Siemens star, cells. */
#include <math.h>

#include "cli/sample.h"
#include "core/poisson.h"

static double clamp01(double value)
{
    return fmin(fmax(value, 0), 1);
}

/* Smooth noise in [0, 1]: random numbers on a lattice of `period` pixels, blended by 3t² − 2t³. */
static double smooth_noise(uint64_t seed, uint64_t layer, double x, double y, double period)
{
    double column = floor(x / period), row = floor(y / period);
    double u = x / period - column, v = y / period - row;
    u *= u * (3 - 2 * u);
    v *= v * (3 - 2 * v);
    double corner[4];
    for (int k = 0; k < 4; ++k) {
        uint64_t ix = (uint64_t)column + (uint64_t)(k & 1), iy = (uint64_t)row + (uint64_t)(k >> 1);
        corner[k] = clpti_uniform(seed, CLPTI_STREAM_TEXTURE, layer << 56 | iy << 28 | ix);
    }
    return (corner[0] * (1 - u) + corner[1] * u) * (1 - v) + (corner[2] * (1 - u) + corner[3] * u) * v;
}

/* Depth of a Siemens star at (x, y) from its centre: 18 spokes broken by gaps, edges a pixel wide. */
static double star_depth(double x, double y, double outer)
{
    const double spokes = 18;
    double radius = hypot(x, y);
    double spoke = clamp01(0.5 + sin(spokes * atan2(y, x)) * radius / spokes);
    double inside = clamp01(outer - radius + 0.5) * clamp01(radius - 0.04 * outer + 0.5);
    for (int k = 1; k <= 3; ++k) /* rings without material, for scale */
        inside *= clamp01(fabs(radius - 0.25 * k * outer) - 0.008 * outer + 0.5);
    return spoke * inside;
}

/* `depth`: fraction of the thickness. */
static void put(double *pixel, double depth, double amplitude, double phase)
{
    amplitude = pow(amplitude, depth);
    pixel[0] = amplitude * cos(depth * phase);
    pixel[1] = amplitude * sin(depth * phase);
}

static void make_star(uint64_t seed, double part, int64_t height, int64_t width, double *object)
{
    double outer = 0.45 * (double)(height < width ? height : width);
    for (int64_t y = 0; y < height; ++y)
        for (int64_t x = 0; x < width; ++x) {
            double depth = star_depth((double)(x - width / 2), (double)(y - height / 2), outer);
            double texture = 0.6 * smooth_noise(seed, 0, (double)x, (double)y, 24) +
                             0.4 * smooth_noise(seed, 1, (double)x, (double)y, 7);
            put(object + 2 * (y * width + x), part, 1 - 0.2 * depth - 0.1 * texture, 0.9 * depth + 0.3 * texture);
        }
}

/* A cell: a flattened ball with a denser nucleus. Adds its thickness to the real part of every covered pixel. */
static void add_cell(const double centre[2], double radius, int64_t height, int64_t width, double *object)
{
    int64_t top = (int64_t)fmax(0, ceil(centre[1] - radius)),
            bottom = (int64_t)fmin((double)height - 1, centre[1] + radius);
    int64_t left = (int64_t)fmax(0, ceil(centre[0] - radius)),
            right = (int64_t)fmin((double)width - 1, centre[0] + radius);
    for (int64_t y = top; y <= bottom; ++y)
        for (int64_t x = left; x <= right; ++x) {
            double away = hypot((double)x - centre[0], (double)y - centre[1]) / radius;
            double body = sqrt(fmax(0, 1 - away * away)), kernel = sqrt(fmax(0, 1 - 9 * away * away));
            object[2 * (y * width + x)] += 0.7 * body + 0.5 * kernel;
        }
}

static void make_cells(uint64_t seed, double part, int64_t height, int64_t width, double *object)
{
    double area = (double)height * (double)width;
    uint64_t cells = 8 + (uint64_t)(area / 900);
    for (uint64_t k = 0; k < cells; ++k) {
        double number[3];
        for (uint64_t i = 0; i < 3; ++i) number[i] = clpti_uniform(seed, CLPTI_STREAM_CELLS, 3 * k + i);
        double centre[2] = {number[0] * (double)width, number[1] * (double)height};
        add_cell(centre, 5 + 15 * number[2] * number[2], height, width, object);
    }
    for (int64_t y = 0; y < height; ++y)
        for (int64_t x = 0; x < width; ++x) {
            double *pixel = object + 2 * (y * width + x);
            double thickness = pixel[0] + 0.25 * smooth_noise(seed, 0, (double)x, (double)y, 11);
            put(pixel, part, exp(-0.12 * thickness), 0.8 * thickness);
        }
}

clpt_status clpti_sample_object_make(clpti_sample_object kind, uint64_t seed, double depth, int64_t height,
                                     int64_t width, clpti_tensor *object, clpt_message *message)
{
    int64_t shape[2] = {height, width};
    clpt_status status = clpti_tensor_create(CLPT_TYPE_C128, 2, shape, object, message);
    if (status != CLPT_OK) return status;
    double *values = object->data;
    for (int64_t i = 0; i < 2 * height * width; ++i) values[i] = 0;
    if (kind == CLPTI_SAMPLE_STAR)
        make_star(seed, depth, height, width, values);
    else
        make_cells(seed, depth, height, width, values);
    return CLPT_OK;
}
