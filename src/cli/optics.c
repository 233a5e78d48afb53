/* SPDX-License-Identifier: Apache-2.0 */
/* Probes computed from optics.
 *
 * The wave at the sample is the inverse transform of pupil·exp(−iχ) over angles α = λk. For a defocus z, the distance
 * by which the sample is downstream of the focus, χ = πλz k²: the conjugate phase of free propagation by z
 * (docs/propagation.md). Aberrations are those of Uhlemann & Haider (Ultramicroscopy 72 (1998) 109) and of Krivanek et
 * al. (Ultramicroscopy 78 (1999) 1), in polar form. A zone plate of diameter D and outermost zone width w has the focal
 * length Dw/λ (Attwood, Soft X-Rays and Extreme Ultraviolet Radiation, equation 9.13), thus the semi-angle λ/(2w). */
#include "cli/optics.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "fft/host_fft.h"

#define PI 3.14159265358979323846

const clpt_option clpti_optics_options[] = {
    {.name = "convergence",
     .group = "optics",
     .kind = CLPT_OPTION_REAL,
     .value = "MRAD",
     .unit = "milliradians",
     .offset = offsetof(clpti_optics_values, convergence),
     .minimum = 1e-6,
     .maximum = 1e3,
     .help = "probe of a round lens with this semi-angle of convergence"},
    {.name = "zone-plate",
     .group = "optics",
     .kind = CLPT_OPTION_TEXT,
     .value = "D,W[,STOP]",
     .unit = "metres",
     .offset = offsetof(clpti_optics_values, zone_plate),
     .help = "probe of a zone plate: diameter, width of the outermost zone, diameter of the central stop"},
    {.name = "mirrors",
     .group = "optics",
     .kind = CLPT_OPTION_TEXT,
     .value = "W,H,FX[,FY]",
     .unit = "metres",
     .offset = offsetof(clpti_optics_values, mirrors),
     .help =
         "probe of a pair of focusing mirrors: width and height of the pupil, distances from the mirrors for x and y "
         "to the focus"},
    {.name = "defocus",
     .group = "optics",
     .kind = CLPT_OPTION_REAL,
     .value = "M",
     .unit = "metres",
     .offset = offsetof(clpti_optics_values, defocus),
     .minimum = -1e3,
     .maximum = 1e3,
     .help = "distance from the focus to the sample; positive: the sample is downstream (overfocus)"},
    {.name = "aberrations",
     .group = "optics",
     .kind = CLPT_OPTION_TEXT,
     .value = "LIST",
     .unit = "metres",
     .offset = offsetof(clpti_optics_values, aberrations),
     .help =
         "aberrations of the pupil, A1=20e-9@30,C3=1e-3: size and azimuth in degrees, by the names of Haider (C1, A1, "
         "B2, A2, C3, S3, A3, B4, D4, A4, C5, A5) or Krivanek (C10 to C56)"},
    {.name = NULL}};

/* Names with order, symmetry and factor. */
static const struct {
    const char *name;
    int order, symmetry;
    double factor;
} terms[] = {{"C1", 2, 0, 1.0 / 2},  {"A1", 2, 2, 1.0 / 2},  {"B2", 3, 1, 1},        {"A2", 3, 3, 1.0 / 3},
             {"C3", 4, 0, 1.0 / 4},  {"S3", 4, 2, 1},        {"A3", 4, 4, 1.0 / 4},  {"B4", 5, 1, 1},
             {"D4", 5, 3, 1},        {"A4", 5, 5, 1.0 / 5},  {"C5", 6, 0, 1.0 / 6},  {"A5", 6, 6, 1.0 / 6},
             {"C10", 2, 0, 1.0 / 2}, {"C12", 2, 2, 1.0 / 2}, {"C21", 3, 1, 1.0 / 3}, {"C23", 3, 3, 1.0 / 3},
             {"C30", 4, 0, 1.0 / 4}, {"C32", 4, 2, 1.0 / 4}, {"C34", 4, 4, 1.0 / 4}, {"C41", 5, 1, 1.0 / 5},
             {"C43", 5, 3, 1.0 / 5}, {"C45", 5, 5, 1.0 / 5}, {"C50", 6, 0, 1.0 / 6}, {"C52", 6, 2, 1.0 / 6},
             {"C54", 6, 4, 1.0 / 6}, {"C56", 6, 6, 1.0 / 6}};
enum { TERMS = sizeof terms / sizeof *terms };

/* ---- options ---- */

bool clpti_optics_given(const clpti_optics_values *v)
{
    return v->convergence > 0 || v->zone_plate || v->mirrors;
}

/* "NAME=SIZE[@DEGREES]" of `length` characters. */
static bool parse_term(const char *text, size_t length, clpti_aberration *a)
{
    char word[64], *end;
    if (length >= sizeof word) return false;
    memcpy(word, text, length);
    word[length] = '\0';
    char *equals = strchr(word, '=');
    if (!equals) return false;
    *equals = '\0';
    for (int k = 0; k < TERMS; ++k) {
        if (strcmp(terms[k].name, word) != 0) continue;
        *a = (clpti_aberration){terms[k].order, terms[k].symmetry, terms[k].factor, strtod(equals + 1, &end), 0};
        if (end == equals + 1 || !isfinite(a->size)) return false;
        if (*end == '@') {
            const char *degrees = end + 1;
            a->azimuth = strtod(degrees, &end) * PI / 180;
            if (end == degrees || !isfinite(a->azimuth) || a->symmetry == 0) return false;
        }
        return *end == '\0';
    }
    return false;
}

static clpt_status parse_aberrations(const char *text, clpti_optics *o, clpt_message *message)
{
    while (text && *text) {
        const size_t length = strcspn(text, ",");
        if (o->count == CLPTI_ABERRATIONS_MAX)
            return clpti_fail(message, CLPT_ERROR_ARGUMENT, "--aberrations has more than %d terms",
                              CLPTI_ABERRATIONS_MAX);
        if (!parse_term(text, length, &o->aberrations[o->count++]))
            return clpti_fail(
                message, CLPT_ERROR_ARGUMENT,
                "--aberrations: '%.*s' is not NAME=METRES or NAME=METRES@DEGREES with a name of Haider (C1, "
                "A1, B2, A2, C3, …) or Krivanek (C10, C12, …); round ones have no azimuth",
                (int)length, text);
        text += length + (text[length] == ',');
    }
    return CLPT_OK;
}

/* Up to four positive numbers; returns their count, 0 for anything else. */
static int parse_sizes(const char *text, double sizes[4])
{
    int count = 0;
    for (const char *at = text; at; ++count) {
        char *end;
        if (count == 4) return 0;
        sizes[count] = strtod(at, &end);
        if (end == at || !(sizes[count] > 0 && sizes[count] < 1e6) || (*end && *end != ',')) return 0;
        at = *end ? end + 1 : NULL;
    }
    return count;
}

static clpt_status parse_zone_plate(const char *text, double wavelength, clpti_optics *o, clpt_message *message)
{
    double sizes[4];
    const int count = parse_sizes(text, sizes);
    if (count < 2 || count > 3 || sizes[1] >= sizes[0] / 4)
        return clpti_fail(message, CLPT_ERROR_ARGUMENT,
                          "--zone-plate requires diameter, width of the outermost zone (below a quarter of it) and, if "
                          "there is one, diameter of the central stop in metres, '180e-6,50e-9,60e-6', not '%s'",
                          text);
    if (count == 3 && sizes[2] >= sizes[0])
        return clpti_fail(message, CLPT_ERROR_ARGUMENT, "--zone-plate %s: the central stop covers the zone plate",
                          text);
    o->semi_x = o->semi_y = wavelength / (2 * sizes[1]);
    o->stop = count == 3 ? sizes[2] / sizes[0] : 0;
    return CLPT_OK;
}

static clpt_status parse_mirrors(const char *text, clpti_optics *o, clpt_message *message)
{
    double sizes[4];
    const int count = parse_sizes(text, sizes);
    if (count < 3)
        return clpti_fail(
            message, CLPT_ERROR_ARGUMENT,
            "--mirrors requires width and height of the pupil, then the distance to the focus from the "
            "mirrors that focus x and y (one number if equal), in metres, '300e-6,400e-6,0.2,0.1', not '%s'",
            text);
    o->rectangular = true;
    o->semi_x = sizes[0] / (2 * sizes[2]);
    o->semi_y = sizes[1] / (2 * sizes[count - 1]);
    return CLPT_OK;
}

clpt_status clpti_optics_parse(const clpti_optics_values *v, double wavelength, clpti_optics *optics,
                               clpt_message *message)
{
    clpt_status status = CLPT_OK;
    *optics = (clpti_optics){.semi_x = 1e-3 * v->convergence, .semi_y = 1e-3 * v->convergence, .defocus = v->defocus};
    if (v->zone_plate) CLPTI_TRY(parse_zone_plate(v->zone_plate, wavelength, optics, message));
    if (v->mirrors) CLPTI_TRY(parse_mirrors(v->mirrors, optics, message));
    status = parse_aberrations(v->aberrations, optics, message);
cleanup:
    return status;
}

clpt_status clpti_optics_check(const clpti_optics_values *v, clpt_message *message)
{
    clpti_optics ignored;
    if ((v->convergence > 0) + (v->zone_plate != NULL) + (v->mirrors != NULL) > 1)
        return clpti_fail(message, CLPT_ERROR_ARGUMENT, "--convergence, --zone-plate and --mirrors exclude each other");
    if ((v->defocus != 0 || v->aberrations) && !clpti_optics_given(v))
        return clpti_fail(message, CLPT_ERROR_ARGUMENT, "%s requires a pupil: --convergence, --zone-plate or --mirrors",
                          v->aberrations ? "--aberrations" : "--defocus");
    return clpti_optics_parse(v, 1e-10, &ignored, message);
}

/* ---- the probe ---- */

double clpti_optics_phase(const clpti_optics *o, double wavelength, double x, double y)
{
    const double angle = hypot(x, y), azimuth = atan2(y, x);
    double sum = 0.5 * o->defocus * angle * angle;
    for (int k = 0; k < o->count; ++k) {
        const clpti_aberration *a = &o->aberrations[k];
        sum += a->factor * a->size * pow(angle, a->order) * cos(a->symmetry * (azimuth - a->azimuth));
    }
    return 2 * PI / wavelength * sum;
}

/* 1 inside, 0 outside, over one detector pixel at the edge; `step` in radians per pixel. */
static double edge(double angle, double limit, double step)
{
    return fmin(1, fmax(0, 0.5 + (limit - angle) / step));
}

static double pupil(const clpti_optics *o, const double step[2], double x, double y)
{
    if (o->rectangular) return edge(fabs(x), o->semi_x, step[0]) * edge(fabs(y), o->semi_y, step[1]);
    const double angle = hypot(x, y), width = fmax(step[0], step[1]);
    return edge(angle, o->semi_x, width) - (o->stop > 0 ? edge(angle, o->stop * o->semi_x, width) : 0);
}

/* Errors name the axis with the lower limit. */
static clpt_status check_sampling(const clpti_optics *o, const double step[2], const double pixel[2], int64_t side,
                                  clpt_message *message)
{
    const double semi[2] = {o->semi_x, o->semi_y}, half = 0.5 * (double)side;
    for (int k = 0; k < 2; ++k) {
        const double radius = fabs(o->defocus) * semi[k] / pixel[k];
        if (semi[k] > half * step[k])
            return clpti_fail(
                message, CLPT_ERROR_ARGUMENT,
                "the pupil's semi-angle of %.4g mrad is beyond the detector, which ends at %.4g mrad; check "
                "--convergence, --zone-plate or --mirrors, and energy, distance and pixel size",
                1e3 * semi[k], 1e3 * half * step[k]);
        if (semi[k] < step[k])
            return clpti_fail(message, CLPT_ERROR_ARGUMENT,
                              "the pupil's semi-angle of %.4g mrad is less than one detector pixel, %.4g mrad",
                              1e3 * semi[k], 1e3 * step[k]);
        if (radius > half)
            return clpti_fail(message, CLPT_ERROR_ARGUMENT,
                              "with --defocus %g the spot has a radius of %.0f pixels, beyond the probe of %lld x %lld",
                              o->defocus, radius, (long long)side, (long long)side);
    }
    return CLPT_OK;
}

/* [0, 0] to [side/2, side/2]. */
static void centre(const double *from, int64_t side, double *to)
{
    for (int64_t y = 0; y < side; ++y)
        for (int64_t x = 0; x < side; ++x)
            memcpy(to + 2 * (((y + side / 2) % side) * side + (x + side / 2) % side), from + 2 * (y * side + x),
                   2 * sizeof *to);
}

clpt_status clpti_optics_probe(const clpti_optics *o, double wavelength, const double pixel[2], int64_t side,
                               double *probe, clpt_message *message)
{
    const double step[2] = {wavelength / ((double)side * pixel[0]), wavelength / ((double)side * pixel[1])};
    clpt_status status = check_sampling(o, step, pixel, side, message);
    if (status != CLPT_OK) return status;
    double *spectrum = clpti_malloc(side * side, 2 * sizeof *spectrum);
    if (!spectrum) return clpti_fail(message, CLPT_ERROR_MEMORY, "no memory for a probe of side %lld", (long long)side);
    for (int64_t i = 0; i < side * side; ++i) {
        const int64_t u = i % side, v = i / side;
        const double x = step[0] * (double)(u < (side + 1) / 2 ? u : u - side),
                     y = step[1] * (double)(v < (side + 1) / 2 ? v : v - side);
        const double amplitude = pupil(o, step, x, y), phase = -clpti_optics_phase(o, wavelength, x, y);
        spectrum[2 * i] = amplitude * cos(phase);
        spectrum[2 * i + 1] = amplitude * sin(phase);
    }
    status = clpti_ref_fft2(spectrum, side, 1, 1);
    if (status == CLPT_OK)
        centre(spectrum, side, probe);
    else
        clpti_fail(message, status, "no Fourier transform of side %lld", (long long)side);
    free(spectrum);
    return status;
}
