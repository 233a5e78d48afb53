/* SPDX-License-Identifier: Apache-2.0 */
/* Start of a reconstruction: object size, scaled probe with modes, flat or random object. */
#include "cli/start.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/extra_modes.h"
#include "core/memory.h"
#include "core/poisson.h"
#include "fft/host_fft.h"

static const double new_mode_factor = 0.1;
static const double visible_min = 0.02; /* of the power of a probe: below this, counts are scattered light */

/* Saturates: positions that are wrong may be anywhere. */
static int64_t pixels_of(double span)
{
    return (int64_t)floor(fmin(span, 9e15) + CLPTI_START_MARGIN);
}

clpti_layout clpti_layout_of(const double *positions, int64_t count, int64_t side)
{
    double left = INFINITY, top = INFINITY, right = -INFINITY, bottom = -INFINITY;
    for (int64_t k = 0; k < count; ++k) {
        left = fmin(left, positions[2 * k]);
        right = fmax(right, positions[2 * k]);
        top = fmin(top, positions[2 * k + 1]);
        bottom = fmax(bottom, positions[2 * k + 1]);
    }
    double half = (double)(side / 2);
    clpti_layout layout = {.shift_x = CLPTI_START_MARGIN + half - left, .shift_y = CLPTI_START_MARGIN + half - top};
    /* floor(largest top-left) + side + a pixel for the bilinear neighbour, and the margin beyond it */
    layout.width = pixels_of(right - left) + side + CLPTI_START_MARGIN + 2;
    layout.height = pixels_of(bottom - top) + side + CLPTI_START_MARGIN + 2;
    return layout;
}

double clpti_mean_counts(const clpti_scan_file *scan, double *maximum)
{
    int64_t pixels = scan->side * scan->side;
    double sum = 0, largest = 0;
    for (int64_t k = 0; k < scan->count; ++k) {
        const float *pattern = scan->amplitude + k * pixels;
        const float *mask = scan->mask ? scan->mask + (scan->mask_per_pattern ? k * pixels : 0) : NULL;
        double counts = 0;
        for (int64_t i = 0; i < pixels; ++i)
            if (!mask || mask[i] != 0)
                counts += (double)pattern[i] * pattern[i] - (scan->background ? (double)scan->background[i] : 0);
        sum += counts;
        largest = fmax(largest, counts);
    }
    if (maximum) *maximum = largest;
    return sum / (double)scan->count;
}

double clpti_probe_power(const clpti_tensor *probe, int64_t modes)
{
    const double *values = probe->data;
    int64_t count = 2 * modes * probe->shape[1] * probe->shape[2];
    double power = 0;
    for (int64_t i = 0; i < count; ++i) power += values[i] * values[i];
    return power;
}

/* Adds the intensity of a far field [side, side], frequency 0 at [0, 0], at pixels of a mask with frequency 0 at the
 * centre. */
static double masked_power(const double *wave, const float *mask, int64_t side)
{
    double power = 0;
    for (int64_t i = 0; i < side * side; ++i) {
        int64_t y = (i / side + side / 2) % side, x = (i % side + side / 2) % side;
        if (mask[y * side + x] != 0) power += wave[2 * i] * wave[2 * i] + wave[2 * i + 1] * wave[2 * i + 1];
    }
    return power / (double)(side * side);
}

/* Mean over patterns of the power that the probe without an object brings to good pixels. */
static clpt_status visible_power(const clpti_scan_file *scan, const clpti_tensor *probe, int64_t modes, double *power)
{
    int64_t side = scan->side, pixels = side * side, masks = scan->mask_per_pattern ? scan->count : 1;
    double *waves = clpti_malloc(modes * pixels, 2 * sizeof *waves);
    float *good = clpti_calloc(pixels, sizeof *good);
    clpt_status status = waves && good ? CLPT_OK : CLPT_ERROR_MEMORY;
    *power = 0;
    CLPTI_TRY(status);
    memcpy(waves, probe->data, (size_t)(modes * pixels) * 2 * sizeof *waves);
    CLPTI_TRY(clpti_ref_fft2(waves, side, modes, -1));
    for (int64_t k = 0; k < masks; ++k)
        for (int64_t p = 0; p < modes; ++p)
            *power += masked_power(waves + 2 * p * pixels, scan->mask + k * pixels, side) / (double)masks;
cleanup:
    free(waves);
    free(good);
    return status;
}

/* The object scatters light to good pixels, so that the probe alone may bring less there than is counted. */
static double probe_factor(double power, double visible, double counts, clpti_probe_scale scale)
{
    if (scale == CLPTI_SCALE_FILE) return 1;
    if (scale == CLPTI_SCALE_AUTO && power >= 0.5 * counts && visible <= 4 * counts) return 1;
    return sqrt(counts / fmax(visible, visible_min * power));
}

clpt_status clpti_start_probe(const clpti_scan_file *scan, bool far, int64_t modes, clpti_probe_scale scale,
                              clpti_tensor *probe, clpt_message *message)
{
    int64_t shape[3] = {modes, scan->side, scan->side};
    int64_t have = scan->modes < modes ? scan->modes : modes;
    double power = clpti_probe_power(&scan->probe, have), counts = clpti_mean_counts(scan, NULL);
    if (!(power > 0)) return clpti_fail(message, CLPT_ERROR_FILE, "the starting probe is zero everywhere");
    if (!(counts > 0)) return clpti_fail(message, CLPT_ERROR_FILE, "the patterns contain no counts at good pixels");
    clpt_status status = clpti_tensor_create(CLPT_TYPE_C128, 3, shape, probe, message);
    if (status != CLPT_OK) return status;
    double visible = power;
    if (far && scan->mask) status = visible_power(scan, &scan->probe, have, &visible);
    if (status != CLPT_OK) return clpti_fail(message, status, "no host memory for the power of the probe");
    double factor = probe_factor(power, visible, counts, scale);
    const double *from = scan->probe.data;
    double *to = probe->data;
    int64_t numbers = 2 * have * scan->side * scan->side;
    for (int64_t i = 0; i < numbers; ++i) to[i] = factor * from[i];
    clpti_modes_add(to, have, modes, scan->side, new_mode_factor);
    return CLPT_OK;
}

enum { object_stream = 0x5401 }; /* the random stream of starting phases */

clpt_status clpti_start_object(int64_t height, int64_t width, bool random, uint64_t seed, clpti_tensor *object,
                               clpt_message *message)
{
    int64_t shape[2] = {height, width};
    clpt_status status = clpti_tensor_create(CLPT_TYPE_C128, 2, shape, object, message);
    if (status != CLPT_OK) return status;
    double *values = object->data;
    for (int64_t i = 0; i < height * width; ++i) {
        double phase = random ? clpti_uniform(seed, object_stream, (uint64_t)i) - 0.5 : 0;
        values[2 * i] = cos(phase);
        values[2 * i + 1] = sin(phase);
    }
    return CLPT_OK;
}
