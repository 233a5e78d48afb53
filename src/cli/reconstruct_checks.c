/* SPDX-License-Identifier: Apache-2.0 */
/* What `reconstruct` refuses, or warns of, before it begins. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/dump.h"
#include "cli/reconstruct.h"
#include "cli/start.h"

static clpt_status check_engine(clpti_session *session, const char *name)
{
    char known[256] = "";
    for (size_t k = 0; clpt_engine_name(k); ++k) {
        if (!strcmp(clpt_engine_name(k), name)) return CLPT_OK;
        size_t used = strlen(known);
        snprintf(known + used, sizeof known - used, "%s%s", used ? ", " : "", clpt_engine_name(k));
    }
    return clpti_session_usage(session, "unknown engine '%s'; there is: %s", name, known);
}

/* An option that would change nothing is a mistake of who gave it. */
clpt_status clpti_job_check_options(const clpti_job *j)
{
    const clpti_reconstruct_values *v = j->v;
    const clpti_arguments *given = j->session->arguments;
    const bool ml = !strcmp(v->engine, "ml"), lsqml = !strcmp(v->engine, "lsqml");
    const bool amplitude = v->likelihood == CLPT_LIKELIHOOD_AMPLITUDE;
    const bool projects = !strcmp(v->engine, "raar") || !strcmp(v->engine, "dm"), epie = !strcmp(v->engine, "epie"),
               refines = v->position_start > 0, batches = lsqml || !strcmp(v->engine, "rpie");
    const struct {
        const char *option, *needs;
        bool counts;
    } rows[] = {{"relaxation", "--engine raar or dm", projects},
                {"likelihood", "--engine ml or lsqml where it is poisson", amplitude || ml || lsqml},
                {"batch", "an engine that updates after batches: rpie or lsqml", batches},
                {"batches", "an engine that updates after batches: rpie or lsqml", batches},
                {"alpha", "an engine other than epie, whose update has none", !epie},
                {"opr-start", "--opr-modes J, from 1", v->opr_modes > 0},
                {"position-step", "--position-start N, from 1", refines},
                {"position-limit", "--position-start N, from 1", refines},
                {"position-range", "--position-start N, from 1", refines},
                {"position-stretch", "--position-start N, from 1", refines},
                {"position-dilation", "--position-start N, from 1", refines},
                {"position-affine", "--position-start N, from 1", refines}};
    clpt_status status = check_engine(j->session, v->engine);
    if (status != CLPT_OK) return status;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; ++i)
        if (!rows[i].counts && clpti_arguments_have(given, rows[i].option))
            return clpti_session_usage(j->session, "--%s needs %s", rows[i].option, rows[i].needs);
    if (v->object_from_file && clpti_arguments_have(given, "object") && strcmp(v->object, "file"))
        return clpti_session_usage(j->session, "--object %s and --object-from-file exclude each other", v->object);
    if (clpti_job_starts_from(v, v->object) && strcmp(v->object, "flat") && strcmp(v->object, "random") &&
        strcmp(v->object, "file") && access(v->object, F_OK) != 0)
        return clpti_session_usage(j->session, "--object takes flat, random, file or the path of a file, not '%s'",
                                   v->object);
    if (v->object_start < 0 && v->probe_start < 0 && !refines && v->intensity_start <= 0 && v->background_start <= 0)
        return clpti_session_usage(j->session, "--object-start -1 with --probe-start -1 leaves nothing to reconstruct; "
                                               "'forward' says how well they fit");
    if (clpti_arguments_have(given, "out") && clpti_arguments_have(given, "output"))
        return clpti_session_usage(j->session, "--out and --output are one option: give it once");
    return CLPT_OK;
}

/* What is to begin after the last iteration does nothing, which a run in parts may well want. */
void clpti_job_warn_of_late_starts(const clpti_job *j)
{
    const clpti_reconstruct_values *v = j->v;
    const struct {
        const char *option;
        int64_t first; /* from 1 */
    } starts[] = {{"object-start", v->object_start + 1},
                  {"probe-start", clpti_arguments_have(j->session->arguments, "probe-start") ? v->probe_start + 1 : 0},
                  {"position-start", v->position_start},
                  {"intensity-start", v->intensity_start},
                  {"background-start", v->background_start},
                  {"opr-start", v->opr_modes > 0 ? v->opr_start : 0}};
    for (size_t i = 0; i < sizeof starts / sizeof *starts; ++i)
        if (starts[i].first > v->iterations)
            clpti_warn("--%s begins with iteration %lld, and this run ends after %lld", starts[i].option,
                       (long long)starts[i].first, (long long)v->iterations);
}

/* Whether the run can write where it will, over nothing that it reads. */
clpt_status clpti_job_check_outputs(const clpti_job *j)
{
    clpt_status status = CLPT_OK;
    clpt_message *message = &j->session->message;
    const char *file = j->session->arguments->operand;
    char *checkpoint = clpti_checkpoint_path(j);
    if (!checkpoint) CLPTI_TRY(clpti_fail(message, CLPT_ERROR_MEMORY, "no memory for a path"));
    CLPTI_TRY(clpti_result_check(j->path, message));
    CLPTI_TRY(clpti_output_spares(j->path, "--out", file, message));
    const char *const read[] = {j->v->resume, j->v->background, j->v->mask, j->v->probe, j->v->object};
    for (size_t k = 0; k < sizeof read / sizeof *read; ++k)
        CLPTI_TRY(clpti_output_spares(j->path, "--out", read[k], message));
    CLPTI_TRY(clpti_output_spares(checkpoint, "--out", file, message));
    if (j->v->dump) CLPTI_TRY(clpti_parity_make_folder(j->v->dump, message));
cleanup:
    free(checkpoint);
    return status;
}

/* A power far from the counts brings the object far from 1, up to where nothing is finite. */
void clpti_job_warn_of_power(const clpti_job *j)
{
    double power = j->v->probe_power, counts = clpti_mean_counts(&j->scan, NULL);
    if (power > 0 && counts > 0 && (power > 1e3 * counts || power < 1e-3 * counts))
        clpti_warn("--probe-power %g, while a pattern has %.4g counts in the mean: the object will come out with an "
                   "amplitude of about %.2g",
                   power, counts, sqrt(counts / power));
}

/* Positions in metres, nanometres or steps of a motor would ask for an object that no machine holds. */
clpt_status clpti_job_check_extent(const clpti_job *j)
{
    const clpti_scan_file *scan = &j->scan;
    if (!clpti_job_starts_from(j->v, "flat") && !clpti_job_starts_from(j->v, "random")) return CLPT_OK;
    double low[2] = {INFINITY, INFINITY}, high[2] = {-INFINITY, -INFINITY}, side = (double)scan->side;
    for (int64_t i = 0; i < 2 * scan->count; ++i) {
        low[i & 1] = fmin(low[i & 1], scan->positions[i]);
        high[i & 1] = fmax(high[i & 1], scan->positions[i]);
    }
    double width = high[0] - low[0] + side, height = high[1] - low[1] + side;
    if (width * height <= 1000 * (double)scan->count * side * side) return CLPT_OK;
    return clpti_fail(
        &j->session->message, CLPT_ERROR_FILE,
        "%s: its positions span %.3g x %.3g pixels, of which %lld patterns of %lld x %lld pixels see less "
        "than a thousandth; are they %s?",
        j->session->arguments->operand, width, height, (long long)scan->count, (long long)scan->side,
        (long long)scan->side,
        strcmp(scan->format, "CXI") ? "in pixels of the object"
                                    : "in metres, and energy, distance and detector pixel right ('info' shows them)");
}
