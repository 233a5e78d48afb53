/* SPDX-License-Identifier: Apache-2.0 */
/* Linear phase and mean amplitude of a region. */
#include "quality/ramp.h"

#include <math.h>

/* The angle of Σ o[p + step]·conj(o[p]), without wraps for ramps below π per pixel. */
static double slope(const double *o, int64_t width, const clpti_box *b, int64_t dy, int64_t dx)
{
    double re = 0, im = 0;
    for (int64_t y = b->top; y + dy < b->top + b->height; ++y)
        for (int64_t x = b->left; x + dx < b->left + b->width; ++x) {
            const double *p = o + 2 * (y * width + x), *q = p + 2 * (dy * width + dx);
            re += q[0] * p[0] + q[1] * p[1];
            im += q[1] * p[0] - q[0] * p[1];
        }
    return atan2(im, re);
}

/* Adds to `fit` the least-squares plane of the phases that remain, weighted by |o|, about the box's centre, where x and
 * y are orthogonal except for the weights. */
static void refine(const double *o, int64_t width, const clpti_box *b, clpti_ramp *fit)
{
    const double cx = (double)b->left + 0.5 * (double)(b->width - 1),
                 cy = (double)b->top + 0.5 * (double)(b->height - 1);
    double re = 0, im = 0, xx = 0, yy = 0, xp = 0, yp = 0, sum = 0, pixels = 0;
    for (int pass = 0; pass < 2; ++pass)
        for (int64_t y = b->top; y < b->top + b->height; ++y)
            for (int64_t x = b->left; x < b->left + b->width; ++x) {
                const double *p = o + 2 * (y * width + x), u = (double)x - cx, v = (double)y - cy;
                const double angle = fit->x * (double)x + fit->y * (double)y, c = cos(angle), s = sin(angle);
                const double a = p[0] * c + p[1] * s, d = p[1] * c - p[0] * s;
                if (pass == 0) {
                    re += a;
                    im += d;
                    sum += hypot(p[0], p[1]);
                    pixels += 1;
                    continue;
                }
                const double left = remainder(atan2(d, a) - atan2(im, re), 2 * M_PI), weight = hypot(p[0], p[1]);
                xx += weight * u * u;
                yy += weight * v * v;
                xp += weight * u * left;
                yp += weight * v * left;
            }
    const double dx = xx > 0 ? xp / xx : 0, dy = yy > 0 ? yp / yy : 0;
    fit->x += dx;
    fit->y += dy;
    fit->offset = atan2(im, re) - dx * cx - dy * cy;
    fit->amplitude = sum / pixels;
}

clpti_ramp clpti_ramp_fit(const double *o, int64_t width, const clpti_box *air)
{
    clpti_ramp fit = {slope(o, width, air, 0, 1), slope(o, width, air, 1, 0), 0, 1};
    for (int k = 0; k < 3; ++k) refine(o, width, air, &fit);
    return fit;
}
