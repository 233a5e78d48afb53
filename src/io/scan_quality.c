/* SPDX-License-Identifier: Apache-2.0 */
/* Checks of a scan that can be read and may be wrong all the same. docs/scan_checks.md has their thresholds and the
 * reasons for these. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/memory.h"
#include "io/io.h"

enum { SAMPLE = 256, TEXT = 480 }; /* patterns that a mean is taken of */

typedef struct finding {
    const clpti_scan_file *scan;
    clpti_scan_spacing spacing;
    double *totals; /* [count] counts of each pattern */
    double median;  /* of these */
    char text[TEXT];
} finding;

/* A check fills `text` and returns true where it finds something. */
typedef struct check {
    const char *code; /* stable: --ignore and --error of the command accept it */
    const char *name;
    bool (*find)(finding *f);
    bool patterns; /* requires patterns */
} check;

static bool say(finding *f, const char *format, ...) __attribute__((format(printf, 2, 3)));
static bool say(finding *f, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(f->text, TEXT, format, arguments);
    va_end(arguments);
    return true;
}

static const char *plural(int64_t count)
{
    return count == 1 ? "" : "s";
}

/* ---- what was done to the frames ---- */

static bool empty_frames(finding *f)
{
    const clpti_detector_facts *facts = &f->scan->facts;
    return facts->empty > 0 && say(f, "%lld pattern%s with no counts, the first is frame %lld: left out",
                                   (long long)facts->empty, plural(facts->empty), (long long)facts->first_empty);
}

static bool dead_pixels(finding *f)
{
    const clpti_detector_facts *facts = &f->scan->facts;
    return facts->dead > 0 &&
           say(f, "%lld pixel%s at %.10g in every frame: taken as dead, gaps or always saturated, and masked",
               (long long)facts->dead, plural(facts->dead), facts->top);
}

static bool saturated_pixels(finding *f)
{
    const clpti_detector_facts *facts = &f->scan->facts;
    return facts->saturated > 0 &&
           say(f, "%lld value%s of %lld frame%s at %.10g or above: taken as saturated and masked in those",
               (long long)facts->saturated, plural(facts->saturated), (long long)facts->saturated_frames,
               plural(facts->saturated_frames), facts->top);
}

static bool clipped_values(finding *f)
{
    const clpti_detector_facts *facts = &f->scan->facts;
    return facts->clipped > 0 && say(f,
                                     "%lld negative value%s became 0: their noise no longer averages to 0; a mean "
                                     "dark frame as --background keeps it",
                                     (long long)facts->clipped, plural(facts->clipped));
}

/* ---- pixels ---- */

static bool odd_pixels(finding *f)
{
    const clpti_detector_facts *facts = &f->scan->facts;
    int64_t all = facts->hot + facts->constant + facts->blind;
    return all > 0 &&
           say(f,
               "%lld pixel%s that no detector has when all is well (%lld hot, %lld never change, %lld are 0 between "
               "pixels with counts), the first is [%lld, %lld]: %s",
               (long long)all, plural(all), (long long)facts->hot, (long long)facts->constant, (long long)facts->blind,
               (long long)facts->example[0], (long long)facts->example[1],
               facts->odd_masked ? "masked" : "--hot-pixels masks them, or --mask FILE");
}

static bool clipped_detector(finding *f)
{
    const clpti_detector_facts *facts = &f->scan->facts;
    return facts->plateau > 0 && say(f,
                                     "%lld values are exactly the largest of all, %.6g counts: a saturated detector? "
                                     "--saturation %.6g masks them",
                                     (long long)facts->plateau, facts->plateau_value, facts->plateau_value);
}

static bool counts_as_amplitudes(finding *f)
{
    double step = f->scan->facts.count_step;
    if (step == 0) return false;
    return say(f,
               "the amplitudes are all multiples of %.6g: are they counts? The array holds their square roots; "
               "--counts takes them",
               step);
}

static bool inverted_mask(finding *f)
{
    const clpti_detector_facts *facts = &f->scan->facts;
    return facts->masked_pixels > 0.5 && facts->masked_light > 0.5 * facts->light &&
           say(f, "the mask leaves out %.3g %% of pixels with %.3g %% of all counts: is it inverted? (--mask-invert)",
               100 * facts->masked_pixels, 100 * facts->masked_light / facts->light);
}

/* ---- patterns ---- */

static const float *mask_of(const clpti_scan_file *scan, int64_t k)
{
    return scan->mask ? scan->mask + (scan->mask_per_pattern ? k * scan->side * scan->side : 0) : NULL;
}

/* The distance of the counts' centre from [N/2, N/2] in the mean of some patterns, and the fraction of counts in the
 * four corners, where a zero frequency at [0, 0] puts the bright spot. */
static void find_centre(const clpti_scan_file *scan, double *away, double *corners)
{
    int64_t side = scan->side, pixels = side * side, step = scan->count / SAMPLE + 1;
    double mass = 0, x_sum = 0, y_sum = 0, outside = 0;
    for (int64_t k = 0; k < scan->count; k += step)
        for (int64_t i = 0; i < pixels; ++i) {
            const float *mask = mask_of(scan, k);
            if (mask && mask[i] == 0) continue;
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

/* Such pixels, where they are not masked, move the mean pattern's centre and light its border. */
static bool has_bright_pixels(const clpti_scan_file *scan)
{
    return scan->facts.hot + scan->facts.constant > 0 && !scan->facts.odd_masked;
}

static bool off_centre(finding *f)
{
    double away, corners, near = fmax(1, 0.05 * (double)f->scan->side);
    if (f->scan->near_field || has_bright_pixels(f->scan)) return false;
    find_centre(f->scan, &away, &corners);
    if (corners > 0.5)
        return say(f, "%.0f %% of the counts lie in the corners: is the zero frequency at [0, 0]? (--fftshift)",
                   100 * corners);
    return away > near &&
           say(f, "the mean pattern's centre is %.1f pixels away from [N/2, N/2]: --centre auto moves it", away);
}

/* Mean counts of a good pixel within a border of an eighth of the side, over that of all pixels. */
static double border_ratio(const clpti_scan_file *scan)
{
    int64_t side = scan->side, pixels = side * side, step = scan->count / SAMPLE + 1;
    int64_t border = side / 8 ? side / 8 : 1, counted[2] = {0, 0};
    double sum[2] = {0, 0};
    for (int64_t k = 0; k < scan->count; k += step)
        for (int64_t i = 0; i < pixels; ++i) {
            const float *mask = mask_of(scan, k);
            int64_t x = i % side, y = i / side;
            bool outer = x < border || y < border || x >= side - border || y >= side - border;
            if (mask && mask[i] == 0) continue;
            sum[outer] += (double)scan->amplitude[k * pixels + i] * (double)scan->amplitude[k * pixels + i];
            counted[outer]++;
        }
    if (!counted[0] || !counted[1] || !(sum[0] + sum[1] > 0)) return 0;
    return sum[1] / (double)counted[1] / ((sum[0] + sum[1]) / (double)(counted[0] + counted[1]));
}

static bool near_field_signs(finding *f)
{
    double away, corners;
    if (f->scan->near_field || f->scan->side < 8 || f->scan->count < CLPTI_QUALITY_FRAMES || has_bright_pixels(f->scan))
        return false;
    find_centre(f->scan, &away, &corners);
    double ratio = border_ratio(f->scan);
    return ratio > 0.5 && corners <= 0.5 &&
           say(f,
               "the patterns are as bright at their border as elsewhere (%.2f of the mean): images of a near field "
               "(--propagation), a dark signal (--dark, --background), or a crop that is too small?",
               ratio);
}

static bool outlying_frames(finding *f)
{
    const clpti_scan_file *scan = f->scan;
    char text[160];
    int64_t found = 0, *which = clpti_malloc(scan->count, sizeof *which);
    double minimum = INFINITY, maximum = 0;
    if (!which || !(f->median > 0) || scan->count < CLPTI_QUALITY_FRAMES) {
        free(which);
        return false;
    }
    for (int64_t k = 0; k < scan->count; k++) {
        double ratio = f->totals[k] / f->median;
        if (ratio <= 5 && ratio >= 0.1) continue;
        minimum = fmin(minimum, ratio);
        maximum = fmax(maximum, ratio);
        which[found++] = k;
    }
    if (found) clpti_frames_text(scan, which, found, text);
    free(which);
    return found > 0 &&
           say(f,
               "%lld frame%s ha%s %.3g to %.3g times the counts of the median one: frame%s %s; --exclude leaves them "
               "out",
               (long long)found, plural(found), found == 1 ? "s" : "ve", minimum, maximum, plural(found), text);
}

/* ---- positions ---- */

static bool no_movement(finding *f)
{
    const clpti_scan_file *scan = f->scan;
    double low[2] = {INFINITY, INFINITY}, high[2] = {-INFINITY, -INFINITY};
    for (int64_t i = 0; i < 2 * scan->count; ++i) {
        low[i & 1] = fmin(low[i & 1], scan->positions[i]);
        high[i & 1] = fmax(high[i & 1], scan->positions[i]);
    }
    double span = fmax(high[0] - low[0], high[1] - low[1]);
    return scan->count > 1 && span < 1 &&
           say(f, "all %lld positions lie within %.3g pixels: are they in pixels of the object?",
               (long long)scan->count, span);
}

static bool no_overlap(finding *f)
{
    const clpti_scan_file *scan = f->scan;
    const clpti_scan_spacing *s = &f->spacing;
    if (scan->count < 2 || scan->side == 0) return false;
    if (s->apart * 2 > scan->count)
        return say(f,
                   "%lld of %lld patches overlap no other (the nearest position is %.4g pixels away): are positions in "
                   "pixels of the object, and energy, distance and pixel size right? Nothing links these patterns",
                   (long long)s->apart, (long long)scan->count, s->nearest);
    if (s->apart > 0)
        return say(f, "%lld patch%s overlap no other: wrong positions? --exclude leaves them out", (long long)s->apart,
                   s->apart == 1 ? "" : "es");
    if (!scan->near_field && s->nearest > 0.5 * (double)scan->side)
        return say(
            f,
            "steps of %.3g pixels (median) are more than half of a patch, and no probe fills more of it where its "
            "far field is sampled: are energy, distance, pixel size and positions right, or are these images of "
            "a near field (--propagation)?",
            s->nearest);
    return s->overlap < 0.2 &&
           say(f,
               "the linear overlap is %.0f %%: steps of %.3g pixels (median) for a probe of %.3g; 60 %% or more is "
               "usual, and little links these patterns",
               100 * s->overlap, s->nearest, s->diameter);
}

static const check checks[] = {{"W101", "movement", no_movement, false},
                               {"W102", "overlap", no_overlap, false},
                               {"W103", "empty frames", empty_frames, true},
                               {"W104", "dead pixels", dead_pixels, true},
                               {"W105", "saturated pixels", saturated_pixels, true},
                               {"W106", "negative counts", clipped_values, true},
                               {"W107", "inverted mask", inverted_mask, true},
                               {"W108", "odd pixels", odd_pixels, true},
                               {"W109", "clipped detector", clipped_detector, true},
                               {"W110", "counts as amplitudes", counts_as_amplitudes, true},
                               {"W111", "outlying frames", outlying_frames, true},
                               {"W112", "centre", off_centre, true},
                               {"W113", "near field", near_field_signs, true}};

static int ascending(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

static void measure_totals(finding *f)
{
    const clpti_scan_file *scan = f->scan;
    int64_t pixels = scan->side * scan->side;
    for (int64_t k = 0; k < scan->count; k++) {
        const float *pattern = scan->amplitude + k * pixels, *mask = mask_of(scan, k);
        double sum = 0;
        for (int64_t i = 0; i < pixels; i++)
            if (!mask || mask[i] != 0) sum += (double)pattern[i] * (double)pattern[i];
        f->totals[k] = sum;
    }
    double *sorted = clpti_malloc(scan->count, sizeof *sorted);
    for (int64_t k = 0; sorted && k < scan->count; k++) sorted[k] = f->totals[k];
    if (sorted) qsort(sorted, (size_t)scan->count, sizeof *sorted, ascending);
    f->median = sorted ? sorted[scan->count / 2] : 0;
    free(sorted);
}

const char *clpti_scan_check_code(int index, const char **name)
{
    if (index >= (int)(sizeof checks / sizeof *checks)) return NULL;
    *name = checks[index].name;
    return checks[index].code;
}

void clpti_scan_check_quality(const clpti_scan_file *scan, clpti_scan_finding report, void *user)
{
    finding f = {.scan = scan};
    clpti_scan_measure_spacing(scan, &f.spacing, NULL);
    f.totals = clpti_malloc(scan->count, sizeof *f.totals);
    if (f.totals && scan->amplitude) measure_totals(&f);
    for (size_t k = 0; k < sizeof checks / sizeof *checks && f.totals; ++k)
        if ((scan->amplitude || !checks[k].patterns) && checks[k].find(&f)) report(user, checks[k].code, f.text);
    free(f.totals);
}
