/* SPDX-License-Identifier: Apache-2.0 */
/* The model of fractions of a pixel where --subpixel is left out: that of the scan, if its file names one. Otherwise
 * exact in a far field where the starting probe fades at its edge and counts outweigh the noise that bilinear sampling
 * averages (docs/model.md; any counts with the Poisson likelihood), or a bank where many patterns share an update; else
 * bilinear. */
#include <math.h>
#include <stdio.h>

#include "cli/fraction_model.h"
#include "cli/reconstruct.h"
#include "solve/options.h"

enum { bank_batch = 100 }; /* patterns that make a bank quicker than shifts of each */

static const double edge_limit = 0.1;     /* mean intensity of the probe's border, as a fraction of its mean */
static const double count_limit = 4000;   /* counts per object pixel */
static const int64_t border_divisor = 16; /* side / width of the border */

static bool is_border(int64_t i, int64_t side)
{
    int64_t width = side / border_divisor > 1 ? side / border_divisor : 1, x = i % side, y = i / side;
    return x < width || y < width || x >= side - width || y >= side - width;
}

/* Mean intensity of the border over that of all pixels, of all modes. */
static double edge_of(const clpti_tensor *probe)
{
    const double *values = probe->data;
    int64_t side = probe->shape[2], pixels = side * side, border = 0;
    double edge = 0, all = 0;
    for (int64_t i = 0; i < clpti_tensor_count(probe); ++i) {
        double power = values[2 * i] * values[2 * i] + values[2 * i + 1] * values[2 * i + 1];
        bool outer = is_border(i % pixels, side);
        all += power;
        edge += outer ? power : 0;
        border += outer;
    }
    return all > 0 ? edge / (double)border / (all / (double)clpti_tensor_count(probe)) : 1;
}

/* Counts of the scan per pixel of the box around its positions, in pixels of the measured grid. */
static double counts_per_pixel(const clpti_job *j)
{
    double low[2] = {INFINITY, INFINITY}, high[2] = {-INFINITY, -INFINITY};
    double factor = (double)j->measured / (double)j->scan.side;
    for (int64_t i = 0; i < 2 * j->scan.count; ++i) {
        low[i & 1] = fmin(low[i & 1], factor * j->positions[i]);
        high[i & 1] = fmax(high[i & 1], factor * j->positions[i]);
    }
    double area = (high[0] - low[0] + 1) * (high[1] - low[1] + 1);
    return clpti_mean_counts(&j->scan, NULL) * (double)j->scan.count / area;
}

/* Exact, or a bank where many patterns share an update of one probe. */
static clpt_status shift_model(const clpti_job *j, clpt_solver_options how, clpt_subpixel *model)
{
    how.subpixel = *model = CLPT_SUBPIXEL_EXACT;
    clpt_status status =
        clpti_solver_options_resolve(&how, j->scan.count, CLPTI_NAMING_COMMAND, NULL, &j->session->message);
    if (status == CLPT_OK && how.batch >= bank_batch && how.opr_modes == 0) *model = CLPT_SUBPIXEL_BANK_4;
    return status;
}

static clpt_status choose(const clpti_job *j, clpt_solver_options *how, char *why, size_t size)
{
    double edge = edge_of(&j->probe), counts = counts_per_pixel(j);
    bool far = how->propagation.kind == CLPT_PROPAGATION_FAR_FIELD;
    if (far)
        snprintf(why, size, "%.2g of the probe's mean intensity at its edge, %.3g counts per object pixel", edge,
                 counts);
    else
        snprintf(why, size, "near field");
    how->subpixel = CLPT_SUBPIXEL_BILINEAR;
    bool enough = counts >= count_limit || how->likelihood == CLPT_LIKELIHOOD_POISSON;
    return far && edge <= edge_limit && enough ? shift_model(j, *how, &how->subpixel) : CLPT_OK;
}

clpt_status clpti_job_choose_subpixel(clpti_job *j, clpt_solver_options *how)
{
    static const char *const words[] = {[CLPT_SUBPIXEL_BILINEAR] = "bilinear sampling of the object",
                                        [CLPT_SUBPIXEL_EXACT] = "exact shifts of the probe",
                                        [CLPT_SUBPIXEL_BANK_2] = "a bank of probes, bank:2",
                                        [CLPT_SUBPIXEL_BANK_4] = "a bank of probes, bank:4",
                                        [CLPT_SUBPIXEL_BANK_8] = "a bank of probes, bank:8"};
    char why[160] = "";
    clpt_status status = CLPT_OK;
    clpti_reconstruct_values *values = j->session->arguments->values;
    if (clpti_arguments_have(j->session->arguments, "subpixel")) return CLPT_OK;
    if (j->scan.has_subpixel) {
        CLPTI_TRY(clpti_fraction_model(j->session->arguments->operand, j->scan.subpixel, &how->subpixel,
                                       &j->session->message));
    } else {
        CLPTI_TRY(choose(j, how, why, sizeof why));
        printf("fractions of a pixel: %s (%s; --subpixel)\n", words[how->subpixel], why);
    }
    values->solver.subpixel = how->subpixel; /* as recorded */
cleanup:
    return status;
}
