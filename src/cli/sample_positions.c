/* SPDX-License-Identifier: Apache-2.0 */
/* Built-in scan positions of `simulate`: grid, spiral, random, around (0, 0). */
#include <math.h>
#include <stdlib.h>

#include "cli/sample.h"
#include "core/memory.h"
#include "core/poisson.h"

static const int64_t default_count = 100;
static const double count_limit = 1e9;

typedef struct shape {
    int64_t count, columns, rows;
    double width, height; /* covered by random positions */
} shape;

static bool has_span(const clpti_sample_scan_options *options)
{
    return options->span_x > 0 && options->span_y > 0;
}

/* The number of positions that fit the span. */
static double fitting_count(const clpti_sample_scan_options *options)
{
    double columns = options->span_x / options->step, rows = options->span_y / options->step;
    if (options->kind == CLPTI_SAMPLE_GRID) return (floor(columns) + 1) * (floor(rows) + 1);
    if (options->kind == CLPTI_SAMPLE_RANDOM) return fmax(1, floor(columns * rows));
    double radius = 0.5 * fmin(columns, rows);
    return fmax(1, floor(M_PI * radius * radius));
}

static clpt_status find_shape(const clpti_sample_scan_options *options, shape *found, clpt_message *message)
{
    double count = (double)options->count;
    if (options->count == 0) count = has_span(options) ? fitting_count(options) : (double)default_count;
    if (!(count <= count_limit))
        return clpti_fail(message, CLPT_ERROR_ARGUMENT, "a step of %g pixels gives %.3g positions; at most %.0e",
                          options->step, count, count_limit);
    found->count = (int64_t)count;
    found->columns = (int64_t)ceil(sqrt(count));
    if (has_span(options) && options->count == 0) found->columns = (int64_t)floor(options->span_x / options->step) + 1;
    found->rows = (found->count + found->columns - 1) / found->columns;
    found->width = has_span(options) ? options->span_x : options->step * sqrt(count);
    found->height = has_span(options) ? options->span_y : options->step * sqrt(count);
    return CLPT_OK;
}

static void grid_position(const clpti_sample_scan_options *options, const shape *s, int64_t k, double *xy)
{
    xy[0] = options->step * ((double)(k % s->columns) - 0.5 * (double)(s->columns - 1));
    xy[1] = options->step * ((double)(k / s->columns) - 0.5 * (double)(s->rows - 1));
}

/* Fermat's spiral: a golden angle apart, each with an area of step². */
static void spiral_position(const clpti_sample_scan_options *options, int64_t k, double *xy)
{
    double angle = (double)k * M_PI * (3 - sqrt(5)), radius = options->step * sqrt((double)k / M_PI);
    xy[0] = radius * cos(angle);
    xy[1] = radius * sin(angle);
}

static void random_position(const clpti_sample_scan_options *options, const shape *s, int64_t k, double *xy)
{
    uint64_t index = 2 * (uint64_t)k;
    xy[0] = s->width * (clpti_uniform(options->seed, CLPTI_STREAM_POSITIONS, index) - 0.5);
    xy[1] = s->height * (clpti_uniform(options->seed, CLPTI_STREAM_POSITIONS, index + 1) - 0.5);
}

clpt_status clpti_sample_scan_make(const clpti_sample_scan_options *options, double **positions, double **nominal,
                                   int64_t *count, clpt_message *message)
{
    shape s = {0};
    clpt_status status = find_shape(options, &s, message);
    if (status != CLPT_OK) return status;
    *positions = clpti_malloc(s.count, 2 * sizeof(double));
    *nominal = clpti_malloc(s.count, 2 * sizeof(double));
    if (!*positions || !*nominal) {
        free(*positions);
        free(*nominal);
        *positions = *nominal = NULL;
        return clpti_fail(message, CLPT_ERROR_MEMORY, "no memory for %lld positions", (long long)s.count);
    }
    for (int64_t k = 0; k < s.count; ++k) {
        double *xy = *nominal + 2 * k;
        if (options->kind == CLPTI_SAMPLE_GRID)
            grid_position(options, &s, k, xy);
        else if (options->kind == CLPTI_SAMPLE_SPIRAL)
            spiral_position(options, k, xy);
        else
            random_position(options, &s, k, xy);
        for (int axis = 0; axis < 2; ++axis)
            (*positions)[2 * k + axis] = xy[axis] + options->jitter * clpti_normal(options->seed, CLPTI_STREAM_JITTER,
                                                                                   2 * (uint64_t)k + (uint64_t)axis);
    }
    *count = s.count;
    return CLPT_OK;
}
