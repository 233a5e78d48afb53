/* SPDX-License-Identifier: Apache-2.0 */
/* clptycho compare: the accuracy of a result against a truth, another result, or a scan. */
#include <cjson/cJSON.h>
#include <math.h>
#include <stdlib.h>

#include "cli/result_frames.h"
#include "cli/warning.h"
#include "cli/beam.h"
#include "cli/commands.h"
#include "cli/compare.h"
#include "cli/grid.h"
#include "cli/orient.h"
#include "cli/file_contents.h"
#include "cli/fraction_model.h"
#include "cli/result.h"
#include "cli/scan_options.h"
#include "cli/score.h"
#include "core/memory.h"

typedef struct values {
    const char *scan, *png, *box, *orientation;
    int region;
    int64_t margin;
    double coverage;
    bool json, keep_shift, keep_ramp, keep_scale;
    clpt_solver_options solver; /* subpixel alone */
    clpti_beam_values beam;
    clpti_scan_values reading;
} values;

static const clpt_option options[] = {
    {.name = "scan",
     .kind = CLPT_OPTION_TEXT,
     .value = "FILE",
     .offset = offsetof(values, scan),
     .help = "also report the agreement of RESULT with this scan: R-factor and Poisson likelihood"},
    {.name = "region",
     .kind = CLPT_OPTION_CHOICE,
     .value = CLPTI_COMPARE_REGIONS,
     .offset = offsetof(values, region),
     .default_text = "centres",
     .help = "region of the comparison: the bounding box of the patch centres, that of the patches, or all of TRUTH"},
    {.name = "box",
     .kind = CLPT_OPTION_TEXT,
     .value = "T,L,H,W",
     .offset = offsetof(values, box),
     .help = "compare this box of TRUTH instead: first row and column, height and width in pixels"},
    {.name = "margin",
     .kind = CLPT_OPTION_INTEGER,
     .value = "N",
     .offset = offsetof(values, margin),
     .maximum = 1e6,
     .default_text = "0",
     .help = "exclude N pixels along the region's border"},
    {.name = "coverage",
     .kind = CLPT_OPTION_REAL,
     .value = "C",
     .offset = offsetof(values, coverage),
     .maximum = 1,
     .default_text = "0.1",
     .help = "exclude pixels whose illumination is below this fraction of the maximum; 0: none"},
    {.name = "keep-shift",
     .kind = CLPT_OPTION_FLAG,
     .offset = offsetof(values, keep_shift),
     .help = "do not correct the shift"},
    {.name = "keep-ramp",
     .kind = CLPT_OPTION_FLAG,
     .offset = offsetof(values, keep_ramp),
     .help = "do not correct the linear phase ramp"},
    {.name = "keep-scale",
     .kind = CLPT_OPTION_FLAG,
     .offset = offsetof(values, keep_scale),
     .help = "do not correct scale and phase"},
    {.name = "png",
     .kind = CLPT_OPTION_TEXT,
     .value = "STEM",
     .offset = offsetof(values, png),
     .help = "write STEM_magnitude.png and STEM_phase.png, RESULT next to TRUTH, and STEM_difference.png"},
    {.name = "json",
     .kind = CLPT_OPTION_FLAG,
     .offset = offsetof(values, json),
     .help = "print JSON instead of text, with every ring"},
    {.name = "orientation",
     .kind = CLPT_OPTION_TEXT,
     .value = "LIST",
     .offset = offsetof(values, orientation),
     .help = "orientation of the scan, as for reconstruct or as chosen by 'auto'"},
    {.name = NULL}};
static const clpti_option_table shared[] = {{clpti_solver_option_table, offsetof(values, solver), "subpixel"},
                                            {clpti_propagation_option_table, offsetof(values, beam.propagation), NULL},
                                            {clpti_beam_options, offsetof(values, beam), NULL},
                                            {clpti_scan_value_options, offsetof(values, reading), NULL},
                                            {NULL, 0, NULL}};

typedef struct job {
    clpti_session *session;
    const values *v;
    clpti_file_contents result, truth;
    int64_t box[4]; /* height 0: none */
    bool compared, scored, placed;
    double lattice; /* clpt_lattice_power of the result; 0: no raster */
    clpt_comparison comparison;
    clpti_position_errors off; /* valid if `placed` */
    clpti_score score;
} job;

static const double half_nyquist = 0.25; /* cycles per pixel */

static clpt_status compare(job *j)
{
    const char *result = j->session->arguments->operand, *truth = j->session->arguments->second;
    const values *v = j->v;
    clpti_compare_options how = {.region = (clpti_compare_region)v->region,
                                 .box = {j->box[0], j->box[1], j->box[2], j->box[3]},
                                 .margin = v->margin,
                                 .coverage = v->coverage,
                                 .keep_shift = v->keep_shift,
                                 .keep_ramp = v->keep_ramp,
                                 .keep_scale = v->keep_scale};
    clpt_status status = CLPT_OK;
    if (!truth) return CLPT_OK;
    CLPTI_TRY(clpti_file_contents_load(truth, &j->truth, &j->session->message));
    const double grid = fmin(j->result.pad_detector, j->truth.pad_detector);
    CLPTI_TRY(clpti_file_contents_regrid(&j->result, grid, &j->session->message));
    CLPTI_TRY(clpti_file_contents_regrid(&j->truth, grid, &j->session->message));
    CLPTI_TRY(clpti_compare_contents(result, &j->result, truth, &j->truth, &how, &j->comparison, &j->session->message));
    j->compared = true;
    if (!clpti_compare_related(&j->comparison))
        clpti_warn(
            j->session, "W007",
            "%s and %s are hardly correlated (Fourier ring correlation %.2f at half the Nyquist frequency, below 0.5 "
            "from %.3f cycles per pixel): their alignment is a guess, and these figures are not meaningful",
            result, truth, clpti_correlation_at(&j->comparison, half_nyquist), j->comparison.frc_half);
    j->placed = clpti_compare_positions(&j->result, &j->truth, &j->off);
    if (v->png)
        CLPTI_TRY(
            clpti_compare_pictures(v->png, &j->comparison, result, &j->result, truth, &j->truth, &j->session->message));
cleanup:
    return status;
}

static clpt_status score(job *j)
{
    const values *v = j->v;
    clpt_message *message = &j->session->message;
    clpti_scan_options how = {.need_patterns = true, .no_probe = true};
    clpti_scan_file scan = {0};
    clpt_propagation propagation;
    clpt_status status = CLPT_OK;
    if (!v->scan) return CLPT_OK;
    clpti_beam_set(&v->beam, &how);
    clpti_scan_values_set(&v->reading, &how);
    CLPTI_TRY(clpti_scan_load(v->scan, &how, &scan, message));
    CLPTI_TRY(clpti_beam_propagation(&v->beam, &scan, v->scan, &propagation, message));
    CLPTI_TRY(clpti_orientation_take(j->session, v->orientation, &scan));
    CLPTI_TRY(clpti_scan_pad(&scan, clpti_padded_side(scan.side, j->result.pad_detector), message));
    CLPTI_TRY(clpti_session_open(j->session));
    clpti_file_contents_pick(&j->result, &scan);
    if (!j->result.is_result) CLPTI_TRY(clpti_corrections_of_scan(&scan, &j->result.corrections, message));
    j->result.subpixel = clpti_fraction_chosen(j->session, &v->solver, j->result.subpixel);
    CLPTI_TRY(clpti_score_make(j->session, j->session->arguments->operand, &j->result, &scan, &propagation, &j->score));
    j->scored = true;
cleanup:
    clpti_scan_free(&scan);
    return status;
}

/* ---- output ---- */

static void print_frequency(const char *label, double frequency)
{
    printf("%-20s %s%.4f cycles per pixel", label, frequency >= 0.5 ? "never below; " : "", frequency);
    if (frequency > 0) printf(" (a period of %.2f pixels)", 1 / frequency);
    putchar('\n');
}

/* A constant truth, such as the magnitude of a pure phase object, has no structure to be similar to. */
static void print_similarity(const clpt_comparison *c)
{
    const struct {
        const char *of;
        double value;
    } both[] = {{"magnitude", c->ssim_magnitude}, {"phase", c->ssim_phase}};
    printf("%-20s", "SSIM");
    for (int k = 0; k < 2; ++k)
        if (isnan(both[k].value))
            printf("%s not defined for %s (constant truth)", k ? "," : "", both[k].of);
        else
            printf("%s %.5f %s", k ? "," : "", both[k].value, both[k].of);
    putchar('\n');
}

static void print_text(const job *j)
{
    const clpt_comparison *c = &j->comparison;
    const clpt_alignment *a = &c->alignment;
    if (j->compared) {
        printf("%-20s %lld rows x %lld columns from row %lld, column %lld of the truth\n", "region",
               (long long)c->height, (long long)c->width, (long long)c->top, (long long)c->left);
        printf("%-20s shift %.3f, %.3f pixels; ramp %.3g, %.3g rad per pixel; scale %.5g, phase %.3f\n", "removed",
               a->shift_x, a->shift_y, a->ramp_x, a->ramp_y, a->scale, a->phase);
        printf("%-20s %.5f\n", "NRMSE", c->nrmse);
        print_similarity(c);
        printf("%-20s %.5f\n", "FRC at Nyquist/2", clpti_correlation_at(c, half_nyquist));
        print_frequency("FRC below 0.5", c->frc_half);
        print_frequency("FRC below 1/2 bit", c->frc_half_bit);
    }
    if (j->placed)
        printf("%-20s error %.4f pixels RMS, %.3f maximum, common shift removed; %.4f RMS beyond an affine map\n",
               "positions", j->off.rms, j->off.maximum, j->off.beyond_affine);
    if (j->lattice > 0)
        printf("%-20s %.1f times the power around it (noise alone: about 4)\n", "lattice of the scan", j->lattice);
    if (j->scored) {
        printf("%-20s %.5f over %lld patterns\n", "R-factor", j->score.r_factor, (long long)j->score.patterns);
        printf("%-20s %.8g, deviance per pixel %.5g\n", "Poisson likelihood", j->score.poisson, j->score.deviance);
    }
}

static bool add_numbers(cJSON *to, const char *const *names, const double *numbers, size_t count)
{
    for (size_t i = 0; i < count; ++i)
        if (!cJSON_AddNumberToObject(to, names[i], numbers[i])) return false;
    return true;
}

static bool add_rings(cJSON *to, const clpt_comparison *c)
{
    static const char *const names[] = {"frequency", "correlation", "half_bit", "count"};
    cJSON *list = cJSON_AddArrayToObject(to, "rings");
    for (int64_t r = 0; list && r < c->ring_count; ++r) {
        const clpt_ring *ring = &c->rings[r];
        const double numbers[] = {ring->frequency, ring->correlation, ring->half_bit, (double)ring->count};
        cJSON *entry = cJSON_CreateObject();
        if (!entry || !cJSON_AddItemToArray(list, entry) || !add_numbers(entry, names, numbers, 4)) return false;
    }
    return list != NULL;
}

static bool add_comparison(cJSON *root, const clpt_comparison *c)
{
    static const char *const names[] = {
        "top",   "left",  "height", "width",          "shift_x",    "shift_y",  "ramp_x",       "ramp_y",
        "scale", "phase", "nrmse",  "ssim_magnitude", "ssim_phase", "frc_half", "frc_half_bit", "frc_half_nyquist"};
    const clpt_alignment *a = &c->alignment;
    const double numbers[] = {
        (double)c->top, (double)c->left, (double)c->height, (double)c->width,
        a->shift_x,     a->shift_y,      a->ramp_x,         a->ramp_y,
        a->scale,       a->phase,        c->nrmse,          c->ssim_magnitude,
        c->ssim_phase,  c->frc_half,     c->frc_half_bit,   clpti_correlation_at(c, half_nyquist)};
    return add_numbers(root, names, numbers, sizeof numbers / sizeof *numbers) && add_rings(root, c);
}

static clpt_status print_json(const job *j)
{
    static const char *const names[] = {"r_factor", "poisson", "deviance", "patterns", "pixels"};
    const clpti_score *s = &j->score;
    const double numbers[] = {s->r_factor, s->poisson, s->deviance, (double)s->patterns, (double)s->pixels};
    static const char *const off_names[] = {"position_rms", "position_most", "position_rms_beyond_affine"};
    const double off[] = {j->off.rms, j->off.maximum, j->off.beyond_affine};
    char *text = NULL;
    cJSON *root = cJSON_CreateObject();
    bool good = root && cJSON_AddStringToObject(root, "version", clpt_version());
    if (j->compared) good = good && add_comparison(root, &j->comparison);
    if (j->placed) good = good && add_numbers(root, off_names, off, 3);
    if (j->lattice > 0) good = good && cJSON_AddNumberToObject(root, "lattice", j->lattice);
    if (j->scored) good = good && add_numbers(root, names, numbers, 5);
    if (good) text = cJSON_Print(root);
    if (text) puts(text);
    cJSON_free(text);
    cJSON_Delete(root);
    return text ? CLPT_OK : clpti_fail(&j->session->message, CLPT_ERROR_MEMORY, "no memory for the JSON text");
}

/* "T,L,H,W"; NULL leaves it empty. */
static bool parse_box(const char *text, int64_t box[4])
{
    for (int k = 0; text && k < 4; ++k) {
        char *end;
        box[k] = strtoll(text, &end, 10);
        if (end == text || *end != (k < 3 ? ',' : '\0') || box[k] < 0 || box[k] > INT32_MAX) return false;
        text = end + 1;
    }
    return !text || (box[2] > 0 && box[3] > 0);
}

/* Fails early if a picture cannot be written. */
static clpt_status check_pictures(const char *stem, clpt_message *message)
{
    char *path = clpti_result_path(stem, "_magnitude.png");
    if (!path) return clpti_fail(message, CLPT_ERROR_MEMORY, "no memory for a path");
    clpt_status status = clpti_output_check(path, message);
    free(path);
    return status;
}

static clpt_status find_lattice(job *j)
{
    clpt_array object = clpti_tensor_view(&j->result.object);
    if (!object.data || !j->result.positions) return CLPT_OK;
    return clpt_lattice_power(&object, j->result.positions, j->result.count, &j->lattice, &j->session->message);
}

static clpt_status run(clpti_session *session, const void *given)
{
    job j = {.session = session, .v = given, .comparison = clpt_comparison_default()};
    clpt_status status = CLPT_OK;
    if (!session->arguments->second && !j.v->scan)
        return clpti_session_usage(session, "TRUTH or --scan is missing: one of them is required");
    if (j.v->box && clpti_arguments_have(session->arguments, "region"))
        return clpti_session_usage(session, "--box and --region exclude each other");
    if (!parse_box(j.v->box, j.box))
        return clpti_session_usage(session, "--box requires four comma-separated integers, not '%s'", j.v->box);
    if (j.v->png && !session->arguments->second)
        return clpti_session_usage(session, "--png requires TRUTH, which is missing");
    if (j.v->png) CLPTI_TRY(check_pictures(j.v->png, &session->message));
    CLPTI_TRY(clpti_file_contents_load(session->arguments->operand, &j.result, &session->message));
    CLPTI_TRY(find_lattice(&j));
    CLPTI_TRY(score(&j)); /* on the result's own grid */
    CLPTI_TRY(compare(&j));
    if (j.v->json)
        status = print_json(&j);
    else
        print_text(&j);
cleanup:
    clpt_comparison_free(&j.comparison);
    clpti_file_contents_free(&j.result);
    clpti_file_contents_free(&j.truth);
    return status;
}

const clpti_command clpti_command_compare = {
    .name = "compare",
    .summary = "compares a result with a truth, another result, or a scan",
    .details = "Corrects the ambiguities of ptychography (shift, linear phase ramp, scale and phase), then computes "
               "NRMSE, structural similarity (SSIM) and Fourier ring correlation (FRC), on the coarser of the two "
               "grids. RESULT and TRUTH are results of 'reconstruct' (NPZ or HDF5) or scans with an objectGuess.",
    .operand = "RESULT",
    .operand_needed = true,
    .second = "TRUTH",
    .example = "clptycho compare result.npz truth.npz --scan scan.npz --png seen",
    .options = options,
    .shared = shared,
    .values_size = sizeof(values),
    .run = run};
