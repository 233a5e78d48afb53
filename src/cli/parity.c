/* SPDX-License-Identifier: Apache-2.0 */
/* clptycho parity: the chain stage by stage on several devices, against double precision. */
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/parity.h"
#include "cli/progress.h"

typedef clpti_parity_values values;

/* clang-format off */
static const clpti_option options[] = {
    {"device", CLPTI_OPTION_TEXTS, "NAME", offsetof(values, devices),
     "run on this device, named as elsewhere; may be given several times (default: CLPTYCHO_DEVICE, else auto)", NULL, 0, 0},
    {"stages", CLPTI_OPTION_TEXT, "LIST", offsetof(values, stages),
     "stages with commas between them, * and ? fit anything, and those that they take (default: all)", NULL, 0, 0},
    {"count", CLPTI_OPTION_INTEGER, "S", offsetof(values, count), "patterns used, the first of the scan", "32", 1, 1e7},
    {"engine", CLPTI_OPTION_TEXTS, "NAME", offsetof(values, engines),
     "an engine to iterate; may be given several times; none for none (default: rpie)", NULL, 0, 0},
    {"iterations", CLPTI_OPTION_INTEGER, "N", offsetof(values, iterations), "of each engine", "3", 1, 1e6},
    {"each-iteration", CLPTI_OPTION_FLAG, NULL, offsetof(values, each_iteration),
     "compare object and probe after every iteration, not after the last alone", NULL, 0, 0},
    {"inputs", CLPTI_OPTION_CHOICE, "own|reference", offsetof(values, inputs),
     "what a stage takes of earlier ones: a run's own results, or those of the reference, so that a fault stays in its stage",
     "own", 0, 0},
    {"groups", CLPTI_OPTION_INTEGER, "G", offsetof(values, groups), "groups of patterns (default: 8)", NULL, 1, 1e7},
    {"grid", CLPTI_OPTION_INTEGER, "N", offsetof(values, grid), "N x N patterns make a group", "2", 1, 16},
    {"neighbours", CLPTI_OPTION_INTEGER, "K", offsetof(values, neighbours),
     "groups are drawn from the K nearest (default: as few as will do)", NULL, 0, 1e6},
    {"batch", CLPTI_OPTION_INTEGER, "N", offsetof(values, batch), "patterns per update (default: the engine's)", NULL, 0, 1e9},
    {"alpha", CLPTI_OPTION_REAL, "A", offsetof(values, alpha), "of the engines (default: the engine's)", NULL, 1e-6, 1},
    {"probe-start", CLPTI_OPTION_INTEGER, "N", offsetof(values, probe_start), "first iteration, from 0, that updates the probe", "1", -1, 1e6},
    {"seed", CLPTI_OPTION_SEED, "N", offsetof(values, seed), "of groups, orders and --object random", "0", 0, 0},
    {"modes", CLPTI_OPTION_INTEGER, "P", offsetof(values, modes), "probe modes (default: as many as probeGuess holds)", NULL, 1, 1000},
    {"object", CLPTI_OPTION_TEXT, "KIND", offsetof(values, object),
     "flat, random, file or a path, as of 'reconstruct' (default: the scan's objectGuess, else random)", NULL, 0, 0},
    {"probe", CLPTI_OPTION_TEXT, "KIND", offsetof(values, probe), "as of 'reconstruct'", NULL, 0, 0},
    {"probe-scale", CLPTI_OPTION_CHOICE, "auto|data|file", offsetof(values, probe_scale), "as of 'reconstruct'", "auto", 0, 0},
    {"crop", CLPTI_OPTION_INTEGER, "N", offsetof(values, crop), "keep the central N x N pixels of each pattern", NULL, 1, 1e6},
    {"bin", CLPTI_OPTION_INTEGER, "K", offsetof(values, bin), "then sum K x K pixels into one", NULL, 1, 1e6},
    {"fftshift", CLPTI_OPTION_FLAG, NULL, offsetof(values, fftshift),
     "patterns have their zero frequency at pixel [0, 0]: move it to the centre", NULL, 0, 0},
    CLPTI_BEAM_OPTIONS(values, beam),
    {"brief", CLPTI_OPTION_FLAG, NULL, offsetof(values, brief), "one line for each array, and details of failures alone", NULL, 0, 0},
    {NULL, CLPTI_OPTION_FLAG, NULL, 0, NULL, NULL, 0, 0}};
/* clang-format on */

enum { RUNS = CLPTI_TEXTS_MOST + 1, COMPARISONS = 2 * RUNS };

typedef struct job {
    clpti_session *session;
    const values *v;
    clpti_parity_problem problem;
    clpti_parity_plan plan;
    clpti_parity_run runs[RUNS]; /* the first is the reference */
    int run_count;
    clpti_parity_comparison comparisons[COMPARISONS];
    int comparison_count;
    clpti_progress progress;
} job;

static void stage_begins(void *user, const char *stage, int done, int count)
{
    job *j = user;
    j->progress.total = count;
    clpti_progress_show(&j->progress, done, stage);
}

static clpt_status run_on(job *j, clpt_context *context)
{
    const clpt_device_info *device = clpt_context_device(context);
    clpti_parity_run *run = &j->runs[j->run_count++];
    if (device->type == CLPT_DEVICE_REFERENCE)
        snprintf(run->label, sizeof run->label, "reference");
    else
        snprintf(run->label, sizeof run->label, "%s %d:%d", device->short_name, device->platform, device->device);
    j->progress = clpti_progress_start(run->label, j->plan.count);
    clpt_status status = clpti_parity_capture(context, &j->problem, &j->plan, j->v->inputs ? &j->runs[0] : NULL, run,
                                              stage_begins, j, &j->session->message);
    clpti_progress_end(&j->progress);
    return status;
}

static clpt_status run_device(job *j, const char *name)
{
    clpt_context *context = NULL;
    clpt_status status = clpti_session_open_device(j->session, name, &context);
    if (status == CLPT_OK) status = run_on(j, context);
    clpti_session_close_device(j->session, &context);
    return status;
}

static clpt_status run_all(job *j)
{
    clpt_status status = CLPT_OK;
    const clpti_texts *devices = &j->v->devices;
    CLPTI_TRY(run_on(j, j->session->context));
    for (int k = 0; k < devices->count; k++) CLPTI_TRY(run_device(j, devices->items[k]));
    if (!devices->count) CLPTI_TRY(run_device(j, NULL));
cleanup:
    return status;
}

static clpt_status compare(job *j, const clpti_parity_run *got, const clpti_parity_run *want, double allowance)
{
    clpti_parity_comparison *c = &j->comparisons[j->comparison_count++];
    clpt_status status = clpti_parity_judge(&j->problem, &j->plan, got, want, allowance, c, &j->session->message);
    if (status == CLPT_OK) clpti_parity_print(stdout, c, j->v->brief);
    return status;
}

/* Each device against the reference; and against the first device, which may be as far off the other way. */
static clpt_status compare_all(job *j)
{
    clpt_status status = CLPT_OK;
    for (int k = 1; k < j->run_count; k++) {
        CLPTI_TRY(compare(j, &j->runs[k], &j->runs[0], 1));
        if (k > 1) CLPTI_TRY(compare(j, &j->runs[k], &j->runs[1], 2));
    }
cleanup:
    return status;
}

static clpt_status verdict(job *j)
{
    int failed = 0, judged = 0;
    const clpti_parity_finding *first = NULL;
    const clpti_parity_comparison *where = NULL;
    char place[128] = "";
    for (int c = 0; c < j->comparison_count; c++) {
        const clpti_parity_comparison *at = &j->comparisons[c];
        failed += clpti_parity_count(at, CLPTI_PARITY_FAIL);
        judged += at->count - clpti_parity_count(at, CLPTI_PARITY_ABSENT);
        for (int k = 0; !first && k < at->count; k++)
            if (at->findings[k].verdict == CLPTI_PARITY_FAIL) {
                first = &at->findings[k];
                where = at;
            }
    }
    if (!judged) return clpti_fail(&j->session->message, CLPT_ERROR_FILE, "nothing could be compared");
    if (!failed) return CLPT_OK;
    if (first->got && first->want && first->want->rank && first->difference.first_beyond >= 0)
        clpti_parity_place(first->want, first->difference.first_beyond, place);
    return clpti_fail(&j->session->message, CLPT_ERROR_DEVICE,
                      "%d of %d arrays differ; the first is %s/%s of %s%s%s: %s", failed, judged, first->item->name,
                      first->array, where->got->label, *place ? " at " : "", place, first->reason);
}

/* A name that fits no stage is refused before anything is read. */
static clpt_status check_stages(job *j)
{
    clpti_parity_config config = {.engines = ""};
    for (size_t k = 0; clpt_engine_name(k); k++) {
        size_t used = strlen(config.engines);
        snprintf(config.engines + used, sizeof config.engines - used, "%s%s", used ? "," : "", clpt_engine_name(k));
    }
    clpt_status status = clpti_parity_plan_make(&config, j->v->stages, &j->plan, &j->session->message);
    j->session->usage = status == CLPT_ERROR_ARGUMENT;
    return status;
}

static clpt_status run(clpti_session *session, const void *given)
{
    clpt_status status = CLPT_OK;
    job *j = calloc(1, sizeof *j);
    if (!j) return clpti_fail(&session->message, CLPT_ERROR_MEMORY, "no memory for a run");
    j->session = session;
    j->v = given;
    CLPTI_TRY(check_stages(j));
    CLPTI_TRY(clpti_session_open_device(session, "reference", &session->context));
    CLPTI_TRY(clpti_parity_start(session, j->v, &j->problem));
    CLPTI_TRY(clpti_parity_plan_make(&j->problem.config, j->v->stages, &j->plan, &session->message));
    CLPTI_TRY(run_all(j));
    CLPTI_TRY(compare_all(j));
    CLPTI_TRY(verdict(j));
cleanup:
    for (int k = 0; k < j->comparison_count; k++) clpti_parity_comparison_free(&j->comparisons[k]);
    for (int k = 0; k < j->run_count; k++) clpti_parity_run_free(&j->runs[k]);
    clpti_parity_problem_free(&j->problem);
    free(j);
    return status;
}

const clpti_command clpti_command_parity = {
    .name = "parity",
    .summary = "compares every stage of the computation between devices and double precision",
    .details = "Runs groups, warp, patches, reassembly, illumination, diffraction, losses, gradients and iterations of "
               "engines on the first patterns of a scan, and says of every array how far each device is from the "
               "reference. The exit status is 0 when every array is within its tolerance, 1 when one is not or a stage "
               "failed, 2 when the command was called wrongly. docs/parity.md has stages, tolerances and rules.",
    .operand = "FILE",
    .operand_needed = true,
    .example = "clptycho parity scan.npz --device nvidia --device pocl",
    .options = options,
    .values_size = sizeof(values),
    .run = run};
