/* SPDX-License-Identifier: Apache-2.0 */
/* Wavelength, and the object's pixel size, from beam and detector. */
#include <math.h>

#include "io/io.h"

static const double planck = 6.62607015e-34, light_speed = 299792458.0; /* exact in the SI */
static const double electron_mass = 9.1093837015e-31;

double clpti_wavelength_of(double energy)
{
    return planck * light_speed / energy;
}

double clpti_electron_wavelength(double volts)
{
    double energy = CLPTI_ELECTRONVOLT * volts, rest = electron_mass * light_speed * light_speed;
    return planck * light_speed / sqrt(energy * (energy + 2 * rest));
}

void clpti_beam_object_pixel(const clpti_beam *beam, bool near_field, int64_t height, int64_t width, double *pixel_x,
                             double *pixel_y)
{
    double shrink = 1; /* near field only */
    if (beam->source_distance != 0) shrink = beam->source_distance / (beam->source_distance + beam->distance);
    double reach = beam->wavelength * beam->distance;
    *pixel_x = near_field ? beam->pixel_x * shrink : 0;
    *pixel_y = near_field ? beam->pixel_y * shrink : 0;
    if (!near_field && beam->pixel_x > 0) *pixel_x = reach / ((double)width * beam->pixel_x);
    if (!near_field && beam->pixel_y > 0) *pixel_y = reach / ((double)height * beam->pixel_y);
}
