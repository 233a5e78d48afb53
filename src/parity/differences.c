/* SPDX-License-Identifier: Apache-2.0 */
/* Element-by-element comparison of two arrays of the same shape. */
#include "parity/differences.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

bool clpti_parity_is_complex(clpt_type type)
{
    return type == CLPT_TYPE_C64 || type == CLPT_TYPE_C128;
}

bool clpti_parity_is_double(clpt_type type)
{
    return type == CLPT_TYPE_F64 || type == CLPT_TYPE_C128;
}

/* Number `index` of the array read as real: a complex element counts as two. */
static double number(const clpti_tensor *tensor, int64_t index)
{
    return clpti_parity_is_double(tensor->type) ? ((const double *)tensor->data)[index]
                                                : (double)((const float *)tensor->data)[index];
}

void clpti_parity_element(const clpti_tensor *tensor, int64_t index, double *re, double *im)
{
    bool complex = clpti_parity_is_complex(tensor->type);
    *re = number(tensor, complex ? 2 * index : index);
    *im = complex ? number(tensor, 2 * index + 1) : 0;
}

clpti_parity_statistics clpti_parity_statistics_of(const clpti_tensor *tensor)
{
    clpti_parity_statistics s = {.count = clpti_tensor_count(tensor)};
    int64_t finite = 0;
    double squares = 0; /* Σ(v − mean)², by Welford's recurrence */
    for (int64_t i = 0; i < s.count; i++) {
        double re, im;
        clpti_parity_element(tensor, i, &re, &im);
        double value = clpti_parity_is_complex(tensor->type) ? hypot(re, im) : re;
        if (!isfinite(value)) {
            s.not_finite++;
            continue;
        }
        double step = value - s.mean;
        s.mean += step / (double)++finite;
        squares += step * (value - s.mean);
        s.minimum = finite == 1 || value < s.minimum ? value : s.minimum;
        s.maximum = finite == 1 || value > s.maximum ? value : s.maximum;
    }
    s.deviation = finite ? sqrt(squares / (double)finite) : 0;
    return s;
}

/* Index of a float in the order of values: adjacent floats differ by 1; +0 and −0 are both 0. */
static int64_t rank_of(double value)
{
    float rounded = (float)value;
    int32_t bits;
    memcpy(&bits, &rounded, sizeof bits);
    return bits < 0 ? -(int64_t)(bits & INT32_MAX) : bits;
}

int64_t clpti_parity_ulps(double a, double b)
{
    int64_t distance = rank_of(a) - rank_of(b);
    return distance < 0 ? -distance : distance;
}

int clpti_parity_ulp_bin(int64_t distance)
{
    int bin = 0;
    for (; distance > 0; distance >>= 1) bin++;
    return bin < CLPTI_PARITY_ULP_BINS ? bin : CLPTI_PARITY_ULP_BINS - 1;
}

const char *clpti_parity_ulp_text(int bin, char text[48])
{
    long long from = bin ? 1LL << (bin - 1) : 0, to = bin ? (1LL << bin) - 1 : 0;
    if (from == to)
        snprintf(text, 48, "%lld", from);
    else
        snprintf(text, 48, "%lld-%lld", from, to);
    return text;
}

static void count_ulps(clpti_parity_difference *d, double got, double expected)
{
    int64_t distance = clpti_parity_ulps(got, expected);
    d->ulps[clpti_parity_ulp_bin(distance)]++;
    if (distance > d->ulp_most) d->ulp_most = distance;
}

/* True if two numbers are equal in the coarser precision. */
static bool same(double got, double expected, bool doubles)
{
    return doubles ? got == expected : (float)got == (float)expected;
}

static void find_scale(const clpti_tensor *expected, const double *factor, clpti_parity_difference *d)
{
    int64_t count = clpti_tensor_count(expected);
    for (int64_t i = 0; i < count; i++) {
        double re, im, weight = factor ? factor[i] : 1;
        if (!(weight > 0)) continue;
        clpti_parity_element(expected, i, &re, &im);
        double size = weight * hypot(re, im);
        if (isfinite(size)) d->scale = fmax(d->scale, size);
    }
}

/* Compares one element and returns `|got − expected|` as a fraction of the scale; NAN if either is not finite. */
static double compare(const clpti_tensor *got, const clpti_tensor *expected, int64_t i, double weight, bool doubles,
                      clpti_parity_difference *d)
{
    double a[2], b[2];
    bool complex = clpti_parity_is_complex(expected->type), equal = true;
    clpti_parity_element(got, i, &a[0], &a[1]);
    clpti_parity_element(expected, i, &b[0], &b[1]);
    bool finite = isfinite(a[0]) && isfinite(a[1]) && isfinite(b[0]) && isfinite(b[1]);
    for (int part = 0; part < (complex ? 2 : 1); part++) {
        if (finite) count_ulps(d, a[part], b[part]);
        equal = equal && same(a[part], b[part], doubles);
    }
    if (!equal) {
        d->different++;
        if (d->first_different < 0) d->first_different = i;
    }
    if (!finite) return (double)NAN;
    double error = weight * hypot(a[0] - b[0], a[1] - b[1]);
    return d->scale > 0 ? error / d->scale : error > 0 ? (double)INFINITY : 0;
}

void clpti_parity_difference_of(const clpti_tensor *got, const clpti_tensor *expected, const double *factor,
                                double tolerance, clpti_parity_difference *d)
{
    *d = (clpti_parity_difference){.largest_at = -1, .first_beyond = -1, .first_different = -1};
    bool doubles = clpti_parity_is_double(got->type) && clpti_parity_is_double(expected->type);
    int64_t count = clpti_tensor_count(expected);
    double squares = 0;
    find_scale(expected, factor, d);
    for (int64_t i = 0; i < count; i++) {
        double weight = factor ? factor[i] : 1;
        if (!(weight > 0)) {
            d->left_out++;
            continue;
        }
        d->compared++;
        double error = compare(got, expected, i, weight, doubles, d);
        if (isnan(error)) d->not_finite++;
        if (!(error <= tolerance)) {
            d->beyond++;
            if (d->first_beyond < 0) d->first_beyond = i;
        }
        if (isnan(error)) continue;
        squares += error * error;
        if (d->largest_at < 0 || error > d->largest) {
            d->largest = error;
            d->largest_at = i;
        }
    }
    int64_t finite = d->compared - d->not_finite;
    d->rms = finite ? sqrt(squares / (double)finite) : 0;
}

const char *clpti_parity_index_text(const clpti_tensor *tensor, int64_t index, char text[128])
{
    int64_t at[CLPTI_TENSOR_RANK] = {0};
    size_t used = 1;
    for (int axis = tensor->rank - 1; axis >= 0; axis--) {
        int64_t side = tensor->shape[axis] ? tensor->shape[axis] : 1; /* an empty array has no coordinates */
        at[axis] = index % side;
        index /= side;
    }
    snprintf(text, 128, "[");
    for (int axis = 0; axis < tensor->rank && used < 128; axis++)
        used += (size_t)snprintf(text + used, 128 - used, "%s%lld", axis ? ", " : "", (long long)at[axis]);
    if (used < 127) snprintf(text + used, 128 - used, "]");
    return text;
}

const char *clpti_parity_value(const clpti_tensor *tensor, int64_t index, char text[80])
{
    double re, im;
    int digits = clpti_parity_is_double(tensor->type) ? 17 : 9;
    clpti_parity_element(tensor, index, &re, &im);
    if (clpti_parity_is_complex(tensor->type))
        snprintf(text, 80, "%.*g%+.*gi", digits, re, digits, im);
    else
        snprintf(text, 80, "%.*g", digits, re);
    return text;
}
