/* SPDX-License-Identifier: Apache-2.0 */
/* clptycho parity: the chain stage by stage on several devices, against double precision. */
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/parity.h"

typedef clpti_parity_values values;

static const clpti_option options[] = {
    {"device", CLPTI_OPTION_TEXTS, "NAME", offsetof(values, devices),
     "run on this device, named as elsewhere; may be given several times (default: CLPTYCHO_DEVICE, else auto)", NULL,
     0, 0},
    {"stages", CLPTI_OPTION_TEXT, "LIST", offsetof(values, stages),
     "stages with commas between them, * and ? fit anything, and those that they take (default: all)", NULL, 0, 0},
    {"count", CLPTI_OPTION_INTEGER, "S", offsetof(values, count), "patterns used, the first of the scan", "32", 1, 1e7},
    {"engine", CLPTI_OPTION_TEXTS, "NAME", offsetof(values, engines),
     "an engine to iterate; may be given several times; none for none (default: rpie)", NULL, 0, 0},
    {"iterations", CLPTI_OPTION_INTEGER, "N", offsetof(values, iterations), "of each engine", "3", 1, 1e6},
    {"each-iteration", CLPTI_OPTION_FLAG, NULL, offsetof(values, each_iteration),
     "compare object and probe after every iteration, not after the last alone", NULL, 0, 0},
    {"sensitivity", CLPTI_OPTION_FLAG, NULL, offsetof(values, sensitivity),
     "run the reference once more from a start that is a last place off, and allow devices 30 times what that changes "
     "in losses, their gradients and engines",
     NULL, 0, 0},
    {"inputs", CLPTI_OPTION_CHOICE, "own|reference", offsetof(values, inputs),
     "what a stage takes of earlier ones: a run's own results, or those of the reference, so that a fault stays in its "
     "stage",
     "own", 0, 0},
    {"groups", CLPTI_OPTION_INTEGER, "G", offsetof(values, groups), "groups of patterns (default: 8)", NULL, 1, 1e7},
    {"grid", CLPTI_OPTION_INTEGER, "N", offsetof(values, grid), "N x N patterns make a group", "2", 1, 16},
    {"neighbours", CLPTI_OPTION_INTEGER, "K", offsetof(values, neighbours),
     "groups are drawn from the K nearest (default: as few as will do)", NULL, 0, 1e6},
    {"batch", CLPTI_OPTION_INTEGER, "N", offsetof(values, batch), "patterns per update (default: the engine's)", NULL,
     0, 1e9},
    {"alpha", CLPTI_OPTION_REAL, "A", offsetof(values, alpha), "of the engines (default: the engine's)", NULL, 1e-6, 1},
    {"probe-start", CLPTI_OPTION_INTEGER, "N", offsetof(values, probe_start),
     "first iteration, from 0, that updates the probe", "1", -1, 1e6},
    {"seed", CLPTI_OPTION_SEED, "N", offsetof(values, seed), "of groups, orders and --object random", "0", 0, 0},
    {"modes", CLPTI_OPTION_INTEGER, "P", offsetof(values, modes), "probe modes (default: as many as probeGuess holds)",
     NULL, 1, 1000},
    {"object", CLPTI_OPTION_TEXT, "KIND", offsetof(values, object),
     "flat, random, file or a path, as of 'reconstruct' (default random: at a truth gradients are small differences)",
     NULL, 0, 0},
    {"probe", CLPTI_OPTION_TEXT, "KIND", offsetof(values, probe), "as of 'reconstruct'", NULL, 0, 0},
    {"probe-scale", CLPTI_OPTION_CHOICE, "auto|data|file", offsetof(values, probe_scale), "as of 'reconstruct'", "auto",
     0, 0},
    {"crop", CLPTI_OPTION_INTEGER, "N", offsetof(values, crop), "keep the central N x N pixels of each pattern", NULL,
     1, 1e6},
    {"bin", CLPTI_OPTION_INTEGER, "K", offsetof(values, bin), "then sum K x K pixels into one", NULL, 1, 1e6},
    {"fftshift", CLPTI_OPTION_FLAG, NULL, offsetof(values, fftshift),
     "patterns have their zero frequency at pixel [0, 0]: move it to the centre", NULL, 0, 0},
    CLPTI_BEAM_OPTIONS(values, beam),
    {"dump", CLPTI_OPTION_TEXT, "DIR", offsetof(values, dump),
     "write the inputs and every stage of every run, each run into a folder of its own within DIR", NULL, 0, 0},
    {"against", CLPTI_OPTION_TEXT, "DIR", offsetof(values, against),
     "compare with what --dump, or another program, wrote into DIR; without FILE with the inputs from there; with a "
     "second such folder as FILE, those two",
     NULL, 0, 0},
    {"allow", CLPTI_OPTION_TEXTS, "NAME", offsetof(values, allow),
     "a difference of data or configuration to --against that is meant; may be given several times", NULL, 0, 0},
    {"json", CLPTI_OPTION_TEXT, "FILE", offsetof(values, json), "write all of it as JSON", NULL, 0, 0},
    {"html", CLPTI_OPTION_TEXT, "FILE", offsetof(values, html),
     "write one page with histograms and pictures of the differences", NULL, 0, 0},
    {"brief", CLPTI_OPTION_FLAG, NULL, offsetof(values, brief),
     "one line for each array, and details of failures alone", NULL, 0, 0},
    {NULL, CLPTI_OPTION_FLAG, NULL, 0, NULL, NULL, 0, 0}};

typedef clpti_parity_job job;

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

/* Without a scan, inputs and configuration are those of the dump: an option that says otherwise is a mistake. */
static clpt_status check_given(const job *j)
{
    static const char *const names[] = {
        "count",           "engine",        "iterations",  "each-iteration", "groups",      "grid",   "neighbours",
        "batch",           "alpha",         "probe-start", "seed",           "modes",       "object", "probe",
        "probe-scale",     "crop",          "bin",         "fftshift",       "propagation", "energy", "distance",
        "source-distance", "detector-pixel"};
    for (size_t k = 0; k < sizeof names / sizeof *names; k++)
        if (clpti_arguments_have(j->session->arguments, names[k]))
            return clpti_session_usage(j->session, "--%s needs FILE, a scan: without one it is as %s says", names[k],
                                       j->v->against);
    return CLPT_OK;
}

static bool reference_alone(const values *v)
{
    int others = 0;
    for (int k = 0; k < v->devices.count; k++) others += strcmp(v->devices.items[k], "reference") != 0;
    return v->devices.count > 0 && others == 0;
}

/* What is refused before anything is read. */
static clpt_status check(job *j)
{
    const values *v = j->v;
    const char *file = j->session->arguments->operand;
    bool folder = file && clpti_parity_is_folder(file);
    clpt_status status = check_stages(j);
    if (status != CLPT_OK) return status;
    if (!file && !v->against)
        return clpti_session_usage(j->session, "FILE is missing; without one, --against DIR gives the inputs");
    if (folder && (!v->against || v->devices.count || v->dump || v->sensitivity))
        return clpti_session_usage(j->session,
                                   "%s is a folder: two dumps are compared with --against DIR, no --device, "
                                   "no --dump and no --sensitivity",
                                   file);
    if ((!file || folder) && (status = check_given(j)) != CLPT_OK) return status;
    if (reference_alone(v) && !v->against && !v->dump)
        return clpti_session_usage(j->session, "the reference alone has nothing to be compared with: name another "
                                               "--device, --against DIR, or --dump DIR");
    if (v->allow.count && !(v->against && file))
        return clpti_session_usage(j->session, "--allow needs FILE and --against DIR, which may then differ");
    if (v->json && (status = clpti_output_check(v->json, &j->session->message)) != CLPT_OK) return status;
    if (v->html && (status = clpti_output_check(v->html, &j->session->message)) != CLPT_OK) return status;
    return v->dump ? clpti_parity_make_folder(v->dump, &j->session->message) : CLPT_OK;
}

static clpt_status run(clpti_session *session, const void *given)
{
    clpt_status status = CLPT_OK;
    job *j = calloc(1, sizeof *j);
    if (!j) return clpti_fail(&session->message, CLPT_ERROR_MEMORY, "no memory for a run");
    j->session = session;
    j->v = given;
    CLPTI_TRY(check(j));
    CLPTI_TRY(clpti_parity_run_all(j));
    CLPTI_TRY(clpti_parity_compare_all(j));
    CLPTI_TRY(clpti_parity_write_reports(j));
    CLPTI_TRY(clpti_parity_verdict_of(j));
cleanup:
    for (int k = 0; k < j->comparison_count; k++) clpti_parity_comparison_free(&j->comparisons[k]);
    for (int k = 0; k < j->run_count; k++) clpti_parity_run_free(&j->runs[k]);
    clpti_parity_run_free(&j->against);
    clpti_parity_comparison_free(&j->moved);
    clpti_parity_run_free(&j->moved_run);
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
    .example = "clptycho parity scan.npz --device nvidia --device pocl",
    .options = options,
    .values_size = sizeof(values),
    .run = run};
