/* SPDX-License-Identifier: Apache-2.0 */
/* Initial values of additional probe modes, made from the first. */
#include "cli/extra_modes.h"

#include <math.h>

static double polynomial(int64_t index, double u, double v)
{
    switch (index) {
    case 0:
        return u;
    case 1:
        return v;
    case 2:
        return u * v;
    case 3:
        return u * u - v * v;
    case 4:
        return u * u + v * v;
    default:
        break;
    }
    int64_t left = index - 5, degree = 3;
    for (; left > degree; ++degree) left -= degree + 1;
    return pow(u, (double)(degree - left)) * pow(v, (double)left);
}

void clpti_modes_add(double *probe, int64_t have, int64_t total, int64_t side, double factor)
{
    double half = side > 1 ? (double)(side / 2) : 1;
    for (int64_t mode = have; mode < total; ++mode)
        for (int64_t y = 0; y < side; ++y)
            for (int64_t x = 0; x < side; ++x) {
                double u = (double)(x - side / 2) / half, v = (double)(y - side / 2) / half;
                double weight = factor * polynomial(mode - 1, u, v);
                const double *first = probe + 2 * (y * side + x);
                double *to = probe + 2 * ((mode * side + y) * side + x);
                to[0] = weight * first[0];
                to[1] = weight * first[1];
            }
}
