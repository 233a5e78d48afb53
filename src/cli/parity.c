/* SPDX-License-Identifier: Apache-2.0 */
/* clptycho parity: the chain stage by stage on several devices, against double precision. */
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/parity.h"

typedef clpti_parity_values values;

static const clpt_option options[] = {
    {.name = "device",
     .kind = CLPT_OPTION_TEXT,
     .value = "NAME",
     .offset = offsetof(values, devices),
     .flags = CLPTI_OPTION_REPEATED,
     .help =
         "run on this device, named as elsewhere; may be given several times (default: CLPTYCHO_DEVICE, else auto)"},
    {.name = "stages",
     .kind = CLPT_OPTION_TEXT,
     .value = "LIST",
     .offset = offsetof(values, stages),
     .help = "stages with commas between them, * and ? fit anything, and those that they take (default: all)"},
    {.name = "count",
     .kind = CLPT_OPTION_INTEGER,
     .value = "S",
     .offset = offsetof(values, count),
     .minimum = 1,
     .maximum = 1e7,
     .default_text = "32",
     .help = "patterns used, the first of the scan"},
    {.name = "engine",
     .kind = CLPT_OPTION_TEXT,
     .value = "NAME",
     .offset = offsetof(values, engines),
     .flags = CLPTI_OPTION_REPEATED,
     .help = "an engine to iterate; may be given several times; none for none (default: rpie)"},
    {.name = "iterations",
     .kind = CLPT_OPTION_INTEGER,
     .value = "N",
     .offset = offsetof(values, iterations),
     .minimum = 1,
     .maximum = 1e6,
     .default_text = "3",
     .help = "of each engine"},
    {.name = "each-iteration",
     .kind = CLPT_OPTION_FLAG,
     .offset = offsetof(values, each_iteration),
     .help = "compare object and probe after every iteration, not after the last alone"},
    {.name = "sensitivity",
     .kind = CLPT_OPTION_FLAG,
     .offset = offsetof(values, sensitivity),
     .help = "run the reference once more from a start that is a last place off, and allow devices 30 times what that "
             "changes "
             "in losses, their gradients and engines"},
    {.name = "inputs",
     .kind = CLPT_OPTION_CHOICE,
     .value = "own|reference",
     .offset = offsetof(values, inputs),
     .default_text = "own",
     .help = "what a stage takes of earlier ones: a run's own results, or those of the reference, so that a fault "
             "stays in its "
             "stage"},
    {.name = "groups",
     .kind = CLPT_OPTION_INTEGER,
     .value = "G",
     .offset = offsetof(values, groups),
     .minimum = 1,
     .maximum = 1e7,
     .help = "groups of patterns (default: 8)"},
    {.name = "grid",
     .kind = CLPT_OPTION_INTEGER,
     .value = "N",
     .offset = offsetof(values, grid),
     .minimum = 1,
     .maximum = 16,
     .default_text = "2",
     .help = "N x N patterns make a group"},
    {.name = "neighbours",
     .kind = CLPT_OPTION_INTEGER,
     .value = "K",
     .offset = offsetof(values, neighbours),
     .maximum = 1e6,
     .help = "groups are drawn from the K nearest (default: as few as will do)"},
    {.name = "alpha",
     .kind = CLPT_OPTION_REAL,
     .value = "A",
     .offset = offsetof(values, alpha),
     .minimum = 1e-6,
     .maximum = 1,
     .help = "of the engines (default: the engine's)"},
    {.name = "modes",
     .kind = CLPT_OPTION_INTEGER,
     .value = "P",
     .offset = offsetof(values, modes),
     .minimum = 1,
     .maximum = 1000,
     .help = "probe modes (default: as many as probeGuess holds)"},
    {.name = "object",
     .kind = CLPT_OPTION_TEXT,
     .value = "KIND",
     .offset = offsetof(values, object),
     .help = "flat, random, file or a path, as of 'reconstruct' (default random: at a truth gradients are small "
             "differences)"},
    {.name = "probe",
     .kind = CLPT_OPTION_TEXT,
     .value = "KIND",
     .offset = offsetof(values, probe),
     .help = "as of 'reconstruct'"},
    {.name = "probe-scale",
     .kind = CLPT_OPTION_CHOICE,
     .value = "auto|data|file",
     .offset = offsetof(values, probe_scale),
     .default_text = "auto",
     .help = "as of 'reconstruct'"},
    {.name = "dump",
     .kind = CLPT_OPTION_TEXT,
     .value = "DIR",
     .offset = offsetof(values, dump),
     .help = "write the inputs and every stage of every run, each run into a folder of its own within DIR"},
    {.name = "against",
     .kind = CLPT_OPTION_TEXT,
     .value = "DIR",
     .offset = offsetof(values, against),
     .help = "compare with what --dump, or another program, wrote into DIR; without FILE with the inputs from there; "
             "with a "
             "second such folder as FILE, those two"},
    {.name = "allow",
     .kind = CLPT_OPTION_TEXT,
     .value = "NAME",
     .offset = offsetof(values, allow),
     .flags = CLPTI_OPTION_REPEATED,
     .help = "a difference of data or configuration to --against that is meant; may be given several times"},
    {.name = "json",
     .kind = CLPT_OPTION_TEXT,
     .value = "FILE",
     .offset = offsetof(values, json),
     .help = "write all of it as JSON"},
    {.name = "html",
     .kind = CLPT_OPTION_TEXT,
     .value = "FILE",
     .offset = offsetof(values, html),
     .help = "write one page with histograms and pictures of the differences"},
    {.name = "brief",
     .kind = CLPT_OPTION_FLAG,
     .offset = offsetof(values, brief),
     .help = "one line for each array, and details of failures alone"},
    {.name = NULL}};
static const clpti_option_table shared[] = {
    {clpti_solver_option_table, offsetof(values, solver), "batch|probe-start|seed"},
    {clpti_propagation_option_table, offsetof(values, beam.propagation), NULL},
    {clpti_beam_options, offsetof(values, beam), NULL},
    {clpti_scan_value_options, offsetof(values, reading), "crop|bin|fftshift"},
    {NULL, 0, NULL}};

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
    clpti_parity_comparison_free(&j->perturbed);
    clpti_parity_run_free(&j->perturbed_run);
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
    .shared = shared,
    .values_size = sizeof(values),
    .run = run};
