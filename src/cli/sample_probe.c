/* SPDX-License-Identifier: Apache-2.0 */
/* Built-in probes of `simulate`: disc, Gaussian, defocused lens, at the sample. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/extra_modes.h"
#include "cli/sample.h"
#include "core/memory.h"
#include "fft/host_fft.h"

static const double probe_radius = 0.2; /* fraction of the side: patterns are oversampled about twice */
static const double mode_factor = 0.8;  /* an additional mode has a few percent of the first one's power */

static double distance(int64_t x, int64_t y, int64_t side)
{
    return hypot((double)(x - side / 2), (double)(y - side / 2));
}

/* 1 within `radius`, 0 beyond, an edge of `soft` pixels. */
static double aperture(double away, double radius, double soft)
{
    return 0.5 * erfc((away - radius) / soft);
}

static void make_disc(int64_t side, double *probe)
{
    double radius = probe_radius * (double)side;
    for (int64_t y = 0; y < side; ++y)
        for (int64_t x = 0; x < side; ++x) {
            double away = distance(x, y, side), bend = away / radius;
            double amplitude = aperture(away, radius, 1.5);
            /* a curved wavefront, as behind any lens: a flat one would leave the outer detector dark */
            probe[2 * (y * side + x)] = amplitude * cos(3 * bend * bend);
            probe[2 * (y * side + x) + 1] = amplitude * sin(3 * bend * bend);
        }
}

static void make_gaussian(int64_t side, double *probe)
{
    double sigma = 0.5 * probe_radius * (double)side;
    for (int64_t y = 0; y < side; ++y)
        for (int64_t x = 0; x < side; ++x) {
            double away = distance(x, y, side) / sigma;
            probe[2 * (y * side + x)] = exp(-0.5 * away * away);
            probe[2 * (y * side + x) + 1] = 0;
        }
}

/* Moves [0, 0] to [side/2, side/2]. */
static void centre(const double *from, int64_t side, double *to)
{
    for (int64_t y = 0; y < side; ++y)
        for (int64_t x = 0; x < side; ++x)
            memcpy(to + 2 * (((y + side / 2) % side) * side + (x + side / 2) % side), from + 2 * (y * side + x),
                   2 * sizeof *to);
}

/* The field of a round defocused lens: its pupil times the phase of the defocus, transformed to the sample. A phase
 * π·c·k²/side moves the ray of frequency k by c·k pixels, so c = radius at the sample / radius of the pupil gives a
 * spot of that radius. */
static clpt_status make_focus(int64_t side, double pupil, double *probe, clpt_message *message)
{
    double radius = 0.5 * pupil * (double)side;
    double curve = 1.1 * M_PI / (double)side * (probe_radius / (0.5 * pupil)); /* the same spot for any pupil */
    double *spectrum = clpti_calloc(side * side, 2 * sizeof *spectrum);
    if (!spectrum) return clpti_fail(message, CLPT_ERROR_MEMORY, "no memory for a probe of side %lld", (long long)side);
    for (int64_t y = 0; y < side; ++y)
        for (int64_t x = 0; x < side; ++x) {
            double u = (double)(x < (side + 1) / 2 ? x : x - side), v = (double)(y < (side + 1) / 2 ? y : y - side);
            double amplitude = aperture(hypot(u, v), radius, 1), phase = curve * (u * u + v * v);
            spectrum[2 * (y * side + x)] = amplitude * cos(phase);
            spectrum[2 * (y * side + x) + 1] = amplitude * sin(phase);
        }
    clpt_status status = clpti_ref_fft2(spectrum, side, 1, 1);
    if (status == CLPT_OK)
        centre(spectrum, side, probe);
    else
        clpti_fail(message, status, "no Fourier transform of side %lld", (long long)side);
    free(spectrum);
    return status;
}

void clpti_sample_probe_scale(int64_t side, double *probe)
{
    double peak = 0;
    for (int64_t i = 0; i < side * side; ++i) peak = fmax(peak, hypot(probe[2 * i], probe[2 * i + 1]));
    for (int64_t i = 0; i < 2 * side * side; ++i) probe[i] /= peak;
}

clpt_status clpti_sample_probe_make(clpti_sample_probe kind, double pupil, int64_t modes, int64_t side,
                                    clpti_tensor *probe, clpt_message *message)
{
    int64_t shape[3] = {modes, side, side};
    clpt_status status = clpti_tensor_create(CLPT_TYPE_C128, 3, shape, probe, message);
    CLPTI_TRY(status);
    if (kind == CLPTI_SAMPLE_DISC)
        make_disc(side, probe->data);
    else if (kind == CLPTI_SAMPLE_GAUSSIAN)
        make_gaussian(side, probe->data);
    else
        CLPTI_TRY(make_focus(side, pupil, probe->data, message));
    clpti_sample_probe_scale(side, probe->data);
    clpti_modes_add(probe->data, 1, modes, side, mode_factor);
cleanup:
    if (status != CLPT_OK) clpti_tensor_destroy(probe);
    return status;
}
