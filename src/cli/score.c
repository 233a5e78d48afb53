/* SPDX-License-Identifier: Apache-2.0 */
/* Agreement of object, probe and positions with a scan: R-factor, Poisson likelihood, deviance. */
#include "cli/score.h"

#include <math.h>

typedef struct sums {
    const clpti_scan_file *scan;
    double misfit, total, poisson, deviance;
    int64_t pixels;
} sums;

static void add_pixel(sums *s, double intensity, double amplitude)
{
    double counts = amplitude * amplitude, minimum = fmax(intensity, 1e-8);
    s->misfit += fabs(sqrt(intensity) - amplitude);
    s->total += amplitude;
    s->poisson += intensity - counts * log(intensity + 1e-8);
    s->deviance += 2 * (intensity - counts + (counts > 0 ? counts * log(counts / minimum) : 0));
    s->pixels++;
}

static void take(void *user, int64_t first, int64_t count, const float *patterns)
{
    sums *s = user;
    const clpti_scan_file *scan = s->scan;
    int64_t pixels = scan->side * scan->side;
    for (int64_t k = 0; k < count; ++k) {
        const float *measured = scan->amplitude + (first + k) * pixels;
        const float *mask = scan->mask ? scan->mask + (scan->mask_per_pattern ? (first + k) * pixels : 0) : NULL;
        for (int64_t i = 0; i < pixels; ++i)
            if (!mask || mask[i] != 0) add_pixel(s, fmax(0, (double)patterns[k * pixels + i]), (double)measured[i]);
    }
}

static clpt_status check_parts(clpti_session *session, const char *path, const clpti_file_contents *parts,
                               const clpti_scan_file *scan)
{
    clpt_message *m = &session->message;
    if (!parts->object.data || !parts->probe.data)
        return clpti_fail(m, CLPT_ERROR_FILE, "%s: contains no array '%s'", path,
                          parts->object.data ? "probe" : "object");
    if (parts->probe.shape[1] != scan->side)
        return clpti_fail(m, CLPT_ERROR_ARGUMENT,
                          "%s: its probe has a side of %lld pixels, the patterns have %lld; use the same --crop and "
                          "--bin as for reconstruct",
                          path, (long long)parts->probe.shape[1], (long long)scan->side);
    if (parts->positions && parts->count != scan->count)
        return clpti_fail(m, CLPT_ERROR_ARGUMENT, "%s: contains %lld positions for %lld patterns", path,
                          (long long)parts->count, (long long)scan->count);
    return CLPT_OK;
}

clpt_status clpti_score_make(clpti_session *session, const char *path, const clpti_file_contents *parts,
                             const clpti_scan_file *scan, const clpt_propagation *propagation, clpti_score *score)
{
    clpt_status status = CLPT_OK;
    sums s = {.scan = scan};
    clpti_model model = {.object = &parts->object,
                         .probe = &parts->probe,
                         .positions = parts->positions ? parts->positions : scan->positions,
                         .count = scan->count,
                         .propagation = *propagation,
                         .subpixel = parts->subpixel,
                         .corrections = &parts->corrections};
    CLPTI_TRY(check_parts(session, path, parts, scan));
    CLPTI_TRY(clpti_positions_check(session, path, model.positions, scan->count, scan->side, &parts->object));
    CLPTI_TRY(clpti_predict(session, &model, "compare", take, &s));
    *score = (clpti_score){.r_factor = s.total > 0 ? s.misfit / s.total : 0,
                           .poisson = s.poisson,
                           .deviance = s.pixels ? s.deviance / (double)s.pixels : 0,
                           .patterns = scan->count,
                           .pixels = s.pixels};
cleanup:
    return status;
}
