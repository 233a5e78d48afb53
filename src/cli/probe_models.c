/* SPDX-License-Identifier: Apache-2.0 */
/* Models of starting probes: mean pattern, disc, Gaussian, defocused lens. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/probe_choice.h"
#include "core/memory.h"
#include "fft/host_fft.h"

void clpti_mean_pattern(const clpti_scan_file *scan, double *mean)
{
    int64_t pixels = scan->side * scan->side;
    for (int64_t i = 0; i < pixels; ++i) {
        double sum = 0;
        int64_t counted = 0;
        for (int64_t s = 0; s < scan->count; ++s) {
            const float *mask = scan->mask ? scan->mask + (scan->mask_per_pattern ? s * pixels : 0) : NULL;
            double amplitude = (double)scan->amplitude[s * pixels + i];
            if (mask && mask[i] == 0) continue;
            sum += amplitude * amplitude;
            counted++;
        }
        mean[i] = counted ? sum / (double)counted : 0;
    }
}

/* to[y, x] = from[y + side/2, x + side/2], or the reverse for an odd side. */
static void roll(const double *from, int64_t side, int64_t by, double *to)
{
    for (int64_t y = 0; y < side; ++y)
        for (int64_t x = 0; x < side; ++x)
            memcpy(to + 2 * (((y + by) % side) * side + (x + by) % side), from + 2 * (y * side + x), 2 * sizeof *to);
}

/* A centred far field becomes the centred wave at the sample, in place. */
static clpt_status to_sample(double *wave, int64_t side, clpt_message *message)
{
    double *work = clpti_malloc(side * side, 2 * sizeof *work);
    if (!work) return clpti_fail(message, CLPT_ERROR_MEMORY, "no memory for a probe of side %lld", (long long)side);
    roll(wave, side, side - side / 2, work);
    clpt_status status = clpti_ref_fft2(work, side, 1, 1);
    if (status != CLPT_OK)
        clpti_fail(message, status, "no Fourier transform of side %lld", (long long)side);
    else
        roll(work, side, side / 2, wave);
    free(work);
    return status;
}

static clpt_status make_mean(const double *numbers, const double *mean, int64_t side, double *probe,
                             clpt_message *message)
{
    (void)numbers;
    for (int64_t i = 0; i < side * side; ++i) {
        probe[2 * i] = sqrt(mean[i]);
        probe[2 * i + 1] = 0;
    }
    return to_sample(probe, side, message);
}

static double distance(int64_t i, int64_t side)
{
    return hypot((double)(i % side - side / 2), (double)(i / side - side / 2));
}

/* 1 within `radius`, 0 beyond, with an edge about one pixel wide. */
static double aperture(double away, double radius)
{
    return 0.5 * erfc(away - radius);
}

static clpt_status make_disc(const double *numbers, const double *mean, int64_t side, double *probe,
                             clpt_message *message)
{
    (void)mean, (void)message;
    for (int64_t i = 0; i < side * side; ++i) {
        probe[2 * i] = aperture(distance(i, side), numbers[0]);
        probe[2 * i + 1] = 0;
    }
    return CLPT_OK;
}

static clpt_status make_gaussian(const double *numbers, const double *mean, int64_t side, double *probe,
                                 clpt_message *message)
{
    (void)mean, (void)message;
    for (int64_t i = 0; i < side * side; ++i) {
        double away = distance(i, side) / numbers[0];
        probe[2 * i] = exp(-0.5 * away * away);
        probe[2 * i + 1] = 0;
    }
    return CLPT_OK;
}

/* The radius of the disc with the mean pattern's second moment: ⟨r²⟩ = A²/2 for a uniform disc. */
static double pupil_radius(const double *mean, int64_t side)
{
    double mass = 0, moment = 0;
    for (int64_t i = 0; i < side * side; ++i) {
        mass += mean[i];
        moment += mean[i] * pow(distance(i, side), 2);
    }
    return mass > 0 ? sqrt(2 * moment / mass) : 0;
}

/* A round defocused lens: its pupil, A detector pixels in radius, times the phase π·c·k²/N of a defocus, transformed to
 * the sample. That phase moves the ray of frequency k by c·k pixels, so c = R/A makes a spot of radius |R|: for R > 0
 * the beam converges at the sample, with its focus downstream, for R < 0 it diverges. */
static clpt_status make_defocus(const double *numbers, const double *mean, int64_t side, double *probe,
                                clpt_message *message)
{
    double pupil = numbers[1] > 0 ? numbers[1] : pupil_radius(mean, side);
    if (!(pupil > 0))
        return clpti_fail(message, CLPT_ERROR_FILE,
                          "the mean pattern is dark: specify the pupil's radius, --probe defocus:R,A");
    double curve = acos(-1) * numbers[0] / pupil / (double)side;
    for (int64_t i = 0; i < side * side; ++i) {
        double away = distance(i, side), amplitude = aperture(away, pupil), phase = curve * away * away;
        probe[2 * i] = amplitude * cos(phase);
        probe[2 * i + 1] = amplitude * sin(phase);
    }
    return to_sample(probe, side, message);
}

const clpti_probe_model clpti_probe_models[] = {{"mean", NULL, 0, 0, false, make_mean},
                                                {"disc", "R", 1, 1, false, make_disc},
                                                {"gaussian", "S", 1, 1, false, make_gaussian},
                                                {"defocus", "R[,A]", 1, 2, true, make_defocus},
                                                {NULL, NULL, 0, 0, false, NULL}};
