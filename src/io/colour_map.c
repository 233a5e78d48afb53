/* SPDX-License-Identifier: Apache-2.0 */
/* Colour maps of pictures: grey for amplitudes, cyclic for phases, hue and brightness for complex values. */
#include <math.h>

#include "io/picture_internal.h"

static uint8_t to_byte(double value)
{
    return (uint8_t)lrint(255 * fmin(1, fmax(0, value)));
}

clpti_rgb clpti_colour_grey(double t)
{
    uint8_t level = to_byte(t);
    return (clpti_rgb){level, level, level};
}

static double srgb(double linear)
{
    return linear <= 0.0031308 ? 12.92 * linear : 1.055 * pow(linear, 1 / 2.4) - 0.055;
}

/* A circle of one lightness in Oklab (Ottosson 2020, "A perceptual color space for image processing"), so that no phase
 * stands out. A radius of 0.12 stays inside sRGB. Brightness scales both, which keeps the hue and ends in black. */
clpti_rgb clpti_colour_complex(double t, double brightness)
{
    double angle = 2 * 3.14159265358979323846 * t, lightness = 0.7 * brightness;
    double a = 0.12 * brightness * cos(angle), b = 0.12 * brightness * sin(angle);
    double l = pow(lightness + 0.3963377774 * a + 0.2158037573 * b, 3);
    double m = pow(lightness - 0.1055613458 * a - 0.0638541728 * b, 3);
    double s = pow(lightness - 0.0894841775 * a - 1.2914855480 * b, 3);
    return (clpti_rgb){to_byte(srgb(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s)),
                       to_byte(srgb(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s)),
                       to_byte(srgb(-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s))};
}

clpti_rgb clpti_colour_cyclic(double t)
{
    return clpti_colour_complex(t, 1);
}
