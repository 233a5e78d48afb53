/* SPDX-License-Identifier: Apache-2.0 */
/* Diffraction patterns by a finer model than the reconstruction's: Fourier shifts, several slices, motion and point
 * spread. */
#include "cli/fine_model.h"

#include <complex.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/grid.h"
#include "core/memory.h"
#include "fft/host_fft.h"

typedef double _Complex value;

enum { factor = CLPTI_FINE_FACTOR };
static const double pi = 3.14159265358979323846;
static const double steps_per_pixel = 4; /* of an exposure in motion */
static const double spread_reach = 4;    /* standard deviations of the point spread */

struct clpti_fine_model {
    int64_t side, fine;                   /* of a pattern and of an exit wave: fine = factor · side */
    int64_t modes, slices, height, width; /* height and width of the fine object */
    int64_t margin;                       /* detector pixels around the pattern within reach of the point spread */
    value *object;                        /* [slices, height, width] */
    value *spectra;  /* [modes, side, side]: the probe's transform / side², frequency 0 at [0, 0] */
    value *transfer; /* [fine, fine] from slice to slice; NULL: one slice */
    value *wave;     /* [fine, fine] */
    value *ramps;    /* [2, side] */
    double *frame;   /* [side + 2·margin]² */
    double *blurred; /* as large */
    double *kernel;  /* [2·margin + 1] */
};

static int64_t margin_of(const clpti_fine_scene *scene)
{
    return (int64_t)ceil(spread_reach * scene->point_spread);
}

double clpti_fine_bytes(const clpti_fine_scene *scene)
{
    const double grid = (double)(factor * factor), pattern = (double)scene->side * (double)scene->side;
    return (double)sizeof(value) * (grid * (double)scene->slice_count * (double)scene->height * (double)scene->width +
                                    pattern * ((double)scene->modes + 2 * grid));
}

/* Frequency number i of n, as a signed integer. */
static int64_t signed_frequency(int64_t i, int64_t n)
{
    return i < (n + 1) / 2 ? i : i - n;
}

/* ---- The object on the fine grid ---- */

static clpt_status make_object(clpti_fine_model *m, const clpti_fine_scene *scene, clpt_message *message)
{
    const int64_t pixels = scene->height * scene->width, fine = m->height * m->width;
    clpt_status status = CLPT_OK;
    clpti_tensor slice = {0};
    for (int64_t s = 0; s < m->slices; s++) {
        CLPTI_TRY(clpti_tensor_create(CLPT_TYPE_C128, 2, (int64_t[]){scene->height, scene->width}, &slice, message));
        memcpy(slice.data, (const value *)scene->slices + s * pixels, (size_t)pixels * sizeof(value));
        CLPTI_TRY(clpti_object_regrid(&slice, factor, message));
        memcpy(m->object + s * fine, slice.data, (size_t)fine * sizeof(value));
        clpti_tensor_destroy(&slice);
    }
cleanup:
    clpti_tensor_destroy(&slice);
    return status;
}

/* ---- Probe, slices, detector ---- */

static clpt_status make_spectra(clpti_fine_model *m, const clpti_fine_scene *scene)
{
    const int64_t numbers = m->modes * m->side * m->side;
    memcpy(m->spectra, scene->probe, (size_t)numbers * sizeof *m->spectra);
    for (int64_t i = 0; i < numbers; i++) m->spectra[i] /= (double)(m->side * m->side);
    return clpti_ref_fft2((double *)m->spectra, m->side, m->modes, -1);
}

/* exp(2πi z (√(1/λ² − f²) − 1/λ)), divided by the number of pixels for the forward and inverse transforms. */
static void make_transfer(clpti_fine_model *m, const clpti_fine_scene *scene)
{
    const double wave_number = 1 / scene->wavelength, number = (double)(m->fine * m->fine);
    for (int64_t i = 0; i < m->fine; i++)
        for (int64_t j = 0; j < m->fine; j++) {
            double y = (double)signed_frequency(i, m->fine) / ((double)m->side * scene->pixel_y);
            double x = (double)signed_frequency(j, m->fine) / ((double)m->side * scene->pixel_x);
            double along = sqrt(fmax(0, wave_number * wave_number - x * x - y * y));
            double phase = 2 * pi * scene->slice_distance * (along - wave_number);
            m->transfer[i * m->fine + j] = (cos(phase) + I * sin(phase)) / number;
        }
}

static void make_kernel(clpti_fine_model *m, double spread)
{
    double sum = 0;
    for (int64_t k = -m->margin; k <= m->margin; k++)
        sum += m->kernel[m->margin + k] = spread > 0 ? exp(-0.5 * (double)(k * k) / (spread * spread)) : 1;
    for (int64_t k = 0; k <= 2 * m->margin; k++) m->kernel[k] /= sum;
}

clpt_status clpti_fine_create(const clpti_fine_scene *scene, clpti_fine_model **model, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    clpti_fine_model *m = clpti_calloc(1, sizeof *m);
    if (!m) return clpti_fail(message, CLPT_ERROR_MEMORY, "no memory for the fine model");
    *m = (clpti_fine_model){.side = scene->side,
                            .fine = factor * scene->side,
                            .modes = scene->modes,
                            .slices = scene->slice_count,
                            .height = factor * scene->height,
                            .width = factor * scene->width,
                            .margin = margin_of(scene)};
    const int64_t frame = m->side + 2 * m->margin;
    m->object = clpti_malloc(m->slices * m->height * m->width, sizeof *m->object);
    m->spectra = clpti_malloc(m->modes * m->side * m->side, sizeof *m->spectra);
    m->transfer = clpti_malloc(m->slices > 1 ? m->fine * m->fine : 1, sizeof *m->transfer);
    m->wave = clpti_malloc(m->fine * m->fine, sizeof *m->wave);
    m->ramps = clpti_malloc(2 * m->side, sizeof *m->ramps);
    m->frame = clpti_malloc(frame * frame, sizeof *m->frame);
    m->blurred = clpti_malloc(frame * frame, sizeof *m->blurred);
    m->kernel = clpti_malloc(2 * m->margin + 1, sizeof *m->kernel);
    *model = m;
    if (frame > m->fine)
        CLPTI_TRY(clpti_fail(message, CLPT_ERROR_ARGUMENT,
                             "a point spread of %g pixels reaches beyond the fine grid of %lld x %lld pixels",
                             scene->point_spread, (long long)m->fine, (long long)m->fine));
    if (!m->object || !m->spectra || !m->transfer || !m->wave || !m->ramps || !m->frame || !m->blurred || !m->kernel)
        CLPTI_TRY(clpti_fail(message, CLPT_ERROR_MEMORY,
                             "no memory for an object of %lld x %lld pixels on the fine grid", (long long)m->height,
                             (long long)m->width));
    CLPTI_TRY(make_object(m, scene, message));
    status = make_spectra(m, scene);
    if (status != CLPT_OK)
        CLPTI_TRY(clpti_fail(message, status, "no memory for a probe of side %lld", (long long)m->side));
    if (m->slices > 1) make_transfer(m, scene);
    make_kernel(m, scene->point_spread);
cleanup:
    if (status != CLPT_OK) clpti_fine_destroy(model);
    return status;
}

void clpti_fine_destroy(clpti_fine_model **model)
{
    clpti_fine_model *m = *model;
    if (!m) return;
    free(m->object);
    free(m->spectra);
    free(m->transfer);
    free(m->wave);
    free(m->ramps);
    free(m->frame);
    free(m->blurred);
    free(m->kernel);
    free(m);
    *model = NULL;
}

/* ---- One exposure ---- */

/* Phases that move the probe's pixel [side/2, side/2] to [fine/2, fine/2] plus `fraction`, for each frequency. */
static void fill_ramp(const clpti_fine_model *m, double fraction, value *ramp)
{
    double shift = (double)(m->side / 2) / (double)m->side - ((double)(m->fine / 2) + fraction) / (double)m->fine;
    for (int64_t i = 0; i < m->side; i++) {
        double phase = 2 * pi * (double)signed_frequency(i, m->side) * shift;
        ramp[i] = cos(phase) + I * sin(phase);
    }
}

/* The probe on the fine grid, moved by a fraction of its pixels. */
static clpt_status set_probe(clpti_fine_model *m, int64_t mode, const double fraction[2])
{
    const value *spectrum = m->spectra + mode * m->side * m->side, *x = m->ramps, *y = m->ramps + m->side;
    fill_ramp(m, fraction[0], m->ramps);
    fill_ramp(m, fraction[1], m->ramps + m->side);
    memset(m->wave, 0, (size_t)(m->fine * m->fine) * sizeof *m->wave);
    for (int64_t i = 0; i < m->side; i++)
        for (int64_t j = 0; j < m->side; j++) {
            int64_t row = (signed_frequency(i, m->side) + m->fine) % m->fine;
            int64_t column = (signed_frequency(j, m->side) + m->fine) % m->fine;
            m->wave[row * m->fine + column] = spectrum[i * m->side + j] * y[i] * x[j];
        }
    return clpti_ref_fft2((double *)m->wave, m->fine, 1, 1);
}

/* Multiplies by the slice's pixels starting at [top, left]; the object is 0 outside. */
static void pass_slice(clpti_fine_model *m, int64_t slice, int64_t left, int64_t top)
{
    const value *object = m->object + slice * m->height * m->width;
    for (int64_t i = 0; i < m->fine; i++)
        for (int64_t j = 0; j < m->fine; j++) {
            int64_t y = top + i, x = left + j;
            bool inside = y >= 0 && x >= 0 && y < m->height && x < m->width;
            m->wave[i * m->fine + j] = inside ? m->wave[i * m->fine + j] * object[y * m->width + x] : 0;
        }
}

static clpt_status to_next_slice(clpti_fine_model *m)
{
    clpt_status status = clpti_ref_fft2((double *)m->wave, m->fine, 1, -1);
    if (status != CLPT_OK) return status;
    for (int64_t i = 0; i < m->fine * m->fine; i++) m->wave[i] *= m->transfer[i];
    return clpti_ref_fft2((double *)m->wave, m->fine, 1, 1);
}

/* frame += weight · |far field|² of the detector and its margin */
static void add_intensity(clpti_fine_model *m, double weight)
{
    const int64_t frame = m->side + 2 * m->margin, first = -(m->side / 2) - m->margin + m->fine;
    const double scale = 1 / (double)(factor * factor * m->side);
    for (int64_t i = 0; i < frame; i++)
        for (int64_t j = 0; j < frame; j++) {
            value z = scale * m->wave[(first + i) % m->fine * m->fine + (first + j) % m->fine];
            m->frame[i * frame + j] += weight * (creal(z) * creal(z) + cimag(z) * cimag(z));
        }
}

static clpt_status add_exposure(clpti_fine_model *m, const double position[2], double weight)
{
    clpt_status status = CLPT_OK;
    double fraction[2];
    int64_t corner[2];
    for (int axis = 0; axis < 2; axis++) {
        double centre = factor * position[axis], whole = rint(centre);
        fraction[axis] = centre - whole;
        corner[axis] = (int64_t)whole - m->fine / 2;
    }
    for (int64_t p = 0; p < m->modes; p++) {
        CLPTI_TRY(set_probe(m, p, fraction));
        for (int64_t s = 0; s < m->slices; s++) {
            if (s > 0) CLPTI_TRY(to_next_slice(m));
            pass_slice(m, s, corner[0], corner[1]);
        }
        CLPTI_TRY(clpti_ref_fft2((double *)m->wave, m->fine, 1, -1));
        add_intensity(m, weight);
    }
cleanup:
    return status;
}

/* Applies the detector's response to the frame, and removes its margin. */
static void detect(clpti_fine_model *m, float *intensity)
{
    const int64_t frame = m->side + 2 * m->margin, taps = 2 * m->margin + 1;
    for (int64_t i = 0; i < frame; i++)
        for (int64_t j = 0; j < m->side; j++) {
            double sum = 0;
            for (int64_t k = 0; k < taps; k++) sum += m->kernel[k] * m->frame[i * frame + j + k];
            m->blurred[i * m->side + j] = sum;
        }
    for (int64_t i = 0; i < m->side; i++)
        for (int64_t j = 0; j < m->side; j++) {
            double sum = 0;
            for (int64_t k = 0; k < taps; k++) sum += m->kernel[k] * m->blurred[(i + k) * m->side + j];
            intensity[i * m->side + j] = (float)sum;
        }
}

clpt_status clpti_fine_pattern(clpti_fine_model *m, const double position[2], const double path[2], float *intensity)
{
    const int64_t frame = m->side + 2 * m->margin;
    const int64_t steps = 1 + (int64_t)floor(steps_per_pixel * hypot(path[0], path[1]));
    memset(m->frame, 0, (size_t)(frame * frame) * sizeof *m->frame);
    for (int64_t k = 0; k < steps; k++) {
        const double along = ((double)k + 0.5) / (double)steps - 0.5;
        const double at[2] = {position[0] + along * path[0], position[1] + along * path[1]};
        clpt_status status = add_exposure(m, at, 1 / (double)steps);
        if (status != CLPT_OK) return status;
    }
    detect(m, intensity);
    return CLPT_OK;
}
