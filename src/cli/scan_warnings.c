/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/scan_warnings.h"

#include <math.h>
#include <stdio.h>

enum { SAMPLE = 256, TEXT = 320 }; /* patterns that a mean is taken of */

static bool is_good(const clpti_scan_file *scan, int64_t pattern, int64_t pixel)
{
    if (!scan->mask) return true;
    int64_t pixels = scan->side * scan->side;
    return scan->mask[(scan->mask_per_pattern ? pattern * pixels : 0) + pixel] != 0;
}

/* Where counts lie in the mean of some patterns: the distance of their centre from [N/2, N/2], and the share of them in
 * the four corners, where a zero frequency at [0, 0] puts the bright spot. */
static void find_centre(const clpti_scan_file *scan, double *away, double *corners)
{
    int64_t side = scan->side, pixels = side * side, step = scan->count / SAMPLE + 1;
    double mass = 0, x_sum = 0, y_sum = 0, outside = 0;
    for (int64_t k = 0; k < scan->count; k += step)
        for (int64_t i = 0; i < pixels; ++i) {
            if (!is_good(scan, k, i)) continue;
            int64_t x = i % side, y = i / side;
            double counts = (double)scan->amplitude[k * pixels + i] * (double)scan->amplitude[k * pixels + i];
            mass += counts;
            x_sum += counts * (double)(x - side / 2);
            y_sum += counts * (double)(y - side / 2);
            if ((x < side / 4 || x >= side - side / 4) && (y < side / 4 || y >= side - side / 4)) outside += counts;
        }
    *away = mass > 0 ? hypot(x_sum, y_sum) / mass : 0;
    *corners = mass > 0 ? outside / mass : 0;
}

static bool off_centre(const clpti_scan_file *scan, char *text)
{
    double away, corners, near = fmax(1, 0.05 * (double)scan->side);
    if (scan->near_field) return false;
    find_centre(scan, &away, &corners);
    if (corners > 0.5)
        snprintf(text, TEXT, "%.0f %% of the counts lie in the corners: is the zero frequency at [0, 0]? (--fftshift)",
                 100 * corners);
    else if (away > near)
        snprintf(text, TEXT, "the mean pattern's centre is %.1f pixels away from [N/2, N/2]", away);
    return corners > 0.5 || away > near;
}

static bool is_dark(const clpti_scan_file *scan, int64_t pattern)
{
    int64_t pixels = scan->side * scan->side;
    bool any = false;
    for (int64_t i = 0; i < pixels; ++i) {
        if (!is_good(scan, pattern, i)) continue;
        if (scan->amplitude[pattern * pixels + i] > 0) return false;
        any = true;
    }
    return any;
}

static bool dark_patterns(const clpti_scan_file *scan, char *text)
{
    int64_t dark = 0, first = 0;
    for (int64_t k = 0; k < scan->count; ++k)
        if (is_dark(scan, k) && ++dark == 1) first = k;
    snprintf(text, TEXT,
             "%lld patterns hold no counts at all, the first is number %lld: they pull the object to 0 there; leave "
             "them out, or mask them (mask [S, N, N])",
             (long long)dark, (long long)first);
    return dark > 0;
}

/* Square roots of counts are hardly ever all whole. */
static bool whole_numbers(const clpti_scan_file *scan, char *text)
{
    double most = 0;
    int64_t pixels = scan->side * scan->side;
    for (int64_t k = 0; k < scan->count; ++k)
        for (int64_t i = 0; i < pixels; ++i) {
            double value = (double)scan->amplitude[k * pixels + i];
            if (value != rint(value)) return false;
            most = fmax(most, value);
        }
    snprintf(text, TEXT,
             "the amplitudes are all whole numbers, up to %.6g: are they counts? diff3d holds their square roots",
             most);
    return most > 9 && most < 1e9;
}

static bool no_movement(const clpti_scan_file *scan, char *text)
{
    double low[2] = {INFINITY, INFINITY}, high[2] = {-INFINITY, -INFINITY};
    for (int64_t i = 0; i < 2 * scan->count; ++i) {
        low[i & 1] = fmin(low[i & 1], scan->positions[i]);
        high[i & 1] = fmax(high[i & 1], scan->positions[i]);
    }
    double span = fmax(high[0] - low[0], high[1] - low[1]);
    snprintf(text, TEXT, "all %lld positions lie within %.3g pixels: are they in pixels of the object?",
             (long long)scan->count, span);
    return scan->count > 1 && span < 1;
}

void clpti_scan_warnings(const clpti_scan_file *scan, void (*say)(const char *sentence))
{
    static bool (*const doubts[])(const clpti_scan_file *, char *) = {no_movement, dark_patterns, whole_numbers,
                                                                      off_centre};
    char text[TEXT];
    for (size_t k = 0; k < sizeof doubts / sizeof *doubts; ++k)
        if ((k == 0 || scan->amplitude) && doubts[k](scan, text)) say(text);
}
