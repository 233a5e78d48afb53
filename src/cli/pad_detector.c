/* SPDX-License-Identifier: Apache-2.0 */
/* --pad-detector of `reconstruct`: the factor from the option, or from the data. */
#include <string.h>

#include "cli/file_contents.h"
#include "cli/grid.h"
#include "cli/reconstruct.h"
#include "cli/trial.h"

enum { SAMPLE = 256 }; /* number of patterns for measuring the light at the edge */
static const double automatic_factor = 2;
static const double edge_light = 0.005; /* fraction of the mean intensity at the edge, typical of waves beyond it */
static const double better = 0.93;      /* of the edge's R-factor without padding */

/* Mean intensity at the edge, relative to that of all good pixels. */
static double light_at_edge(const clpti_scan_file *scan)
{
    const int64_t side = scan->side, pixels = side * side;
    double sums[2] = {0, 0}, counts[2] = {0, 0};
    for (int64_t k = 0; k < scan->count; k += scan->count / SAMPLE + 1)
        for (int64_t i = 0; i < pixels; ++i) {
            const double amplitude = (double)scan->amplitude[k * pixels + i];
            if (scan->mask && scan->mask[(scan->mask_per_pattern ? k * pixels : 0) + i] == 0) continue;
            const bool edge = clpti_is_edge(i % side, i / side, side);
            const double light = amplitude * amplitude - (scan->background ? (double)scan->background[i] : 0);
            for (int part = 0; part <= (int)edge; ++part) {
                sums[part] += light;
                counts[part]++;
            }
        }
    return counts[1] > 0 && sums[0] > 0 ? sums[1] / counts[1] / (sums[0] / counts[0]) : 0;
}

/* Chooses padding if it improves the R-factor of the detector's edge, in a trial on the middle of the scan: waves that
 * wrap around appear there, and padding reduces no other errors. */
static clpt_status choose_by_trial(const clpti_job *j, const clpti_probe_choice *probe, double *factor)
{
    const double light = light_at_edge(&j->scan);
    const int64_t sides[2] = {j->scan.side, clpti_padded_side(j->scan.side, automatic_factor)};
    double r[2], edge[2];
    clpt_status status = CLPT_OK;
    *factor = 1;
    if (j->scan.has_subpixel) return CLPT_OK; /* made by the forward model, whose waves do wrap */
    if (!(light >= edge_light)) return CLPT_OK;
    for (int k = 0; k < 2; ++k) {
        const clpti_trial_choice choice = {.probe = probe, .padded = sides[k]};
        CLPTI_TRY(clpti_trial_run(j->session, &j->scan, &j->propagation, &choice, &r[k], &edge[k]));
    }
    if (edge[1] < better * edge[0]) *factor = automatic_factor;
    printf("--pad-detector %g: the detector's edge has %.2g %% of the mean intensity, and a trial's R-factor there is "
           "%.4f "
           "without padding, %.4f padded to %lld x %lld pixels\n",
           *factor, 100 * light, edge[0], edge[1], (long long)sides[1], (long long)sides[1]);
cleanup:
    return status;
}

/* The factor of the grid of the starting object; 0: any. */
static clpt_status factor_of_start(const clpti_job *j, double *factor)
{
    clpti_file_contents parts;
    *factor = 0;
    if (clpti_job_starts_from(j->v, "flat") || clpti_job_starts_from(j->v, "random")) return CLPT_OK;
    *factor = 1;
    if (clpti_job_starts_from(j->v, "file")) return CLPT_OK;
    clpt_status status = clpti_file_contents_load(j->v->object, &parts, &j->session->message);
    if (status != CLPT_OK) return status;
    if (parts.object.data) *factor = parts.pad_detector;
    clpti_file_contents_free(&parts);
    return CLPT_OK;
}

static clpt_status choose_factor(const clpti_job *j, const clpti_probe_choice *probe, double *factor)
{
    clpt_status status = CLPT_OK;
    *factor = j->v->pad_detector;
    if (*factor > 0) return CLPT_OK;
    *factor = 1;
    if (j->propagation.kind != CLPT_PROPAGATION_FAR_FIELD) return CLPT_OK;
    if (j->resume) return clpti_checkpoint_pad_detector(j->resume, factor, &j->session->message);
    CLPTI_TRY(factor_of_start(j, factor));
    if (!(*factor > 0)) status = choose_by_trial(j, probe, factor);
cleanup:
    return status;
}

clpt_status clpti_job_choose_padding(const clpti_job *j, const clpti_probe_choice *probe, int64_t *padded)
{
    double factor;
    clpt_status status = choose_factor(j, probe, &factor);
    if (status != CLPT_OK) return status;
    *padded = clpti_padded_side(j->scan.side, factor);
    if (*padded == j->scan.side) return CLPT_OK;
    if (j->propagation.kind != CLPT_PROPAGATION_FAR_FIELD)
        return clpti_session_usage(j->session, "--pad-detector is for the far field only");
    return CLPT_OK;
}
