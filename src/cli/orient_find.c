/* SPDX-License-Identifier: Apache-2.0 */
/* --orientation auto: trials of all orientations on the middle of the scan. */
#include "cli/orient.h"
#include "cli/progress.h"
#include "cli/trial.h"

enum { ORIENTATIONS = 16 };
static const double alike = 1.02; /* R-factors within this ratio are indistinguishable */

/* ---- all of them ---- */

static clpti_orientation orientation_of(int k)
{
    return (clpti_orientation){.flip_x = k & 1, .flip_y = k & 2, .transpose = k & 4, .pattern_transpose = k & 8};
}

/* The lowest, or an earlier one that is as good. */
static int best_of(const double *r_factors, int count)
{
    int best = 0;
    for (int k = 1; k < count; ++k)
        if (r_factors[k] < r_factors[best]) best = k;
    for (int k = 0; k < count; ++k)
        if (r_factors[k] < alike * r_factors[best]) return k;
    return best;
}

static void report(const double *r_factors, int count, int best)
{
    char text[96];
    int next = -1;
    clpti_orientation o = orientation_of(best);
    for (int k = 0; k < count; ++k)
        if (k != best && (next < 0 || r_factors[k] < r_factors[next])) next = k;
    printf("orientation: %s fits best, R-factor %.4f", clpti_orientation_text(&o, text), r_factors[best]);
    o = orientation_of(next);
    printf("; next %s, %.4f%s\n", clpti_orientation_text(&o, text), r_factors[next],
           r_factors[next] < alike * r_factors[best] ? ", indistinguishable from it" : "");
}

clpt_status clpti_orientation_find(clpti_session *session, const clpti_scan_file *scan,
                                   const clpt_propagation *propagation, const clpti_probe_choice *probe,
                                   clpti_orientation *found)
{
    clpt_status status = CLPT_OK;
    bool given = probe->path || (!probe->model && !probe->optics && scan->probe.data);
    int count = given ? ORIENTATIONS : ORIENTATIONS / 2;
    double r_factors[ORIENTATIONS];
    clpti_progress progress = clpti_progress_start(&session->building, "orientation", count);
    for (int k = 0; k < count; ++k) {
        char text[96];
        const clpti_orientation o = orientation_of(k);
        const clpti_trial_choice choice = {probe, o, scan->side};
        CLPTI_TRY(clpti_trial_run(session, scan, propagation, &choice, &r_factors[k], NULL));
        if (session->arguments->verbose)
            fprintf(stderr, "clptycho: orientation %s: R-factor %.4f\n", clpti_orientation_text(&o, text),
                    r_factors[k]);
        clpti_progress_show(&progress, k + 1, NULL);
    }
cleanup:
    clpti_progress_end(&progress);
    if (status != CLPT_OK) return status;
    int best = best_of(r_factors, count);
    *found = orientation_of(best);
    report(r_factors, count, best);
    return CLPT_OK;
}
