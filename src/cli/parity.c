/* SPDX-License-Identifier: Apache-2.0 */
/* clptycho parity: comparison of every stage of the computation on several devices with double precision. */
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
     .help = "run on this device, named as elsewhere; may be repeated (default: CLPTYCHO_DEVICE, else auto)"},
    {.name = "stages",
     .kind = CLPT_OPTION_TEXT,
     .value = "LIST",
     .offset = offsetof(values, stages),
     .help = "comma-separated stages, with wildcards * and ?; stages that they depend on are added (default: all)"},
    {.name = "count",
     .kind = CLPT_OPTION_INTEGER,
     .value = "S",
     .offset = offsetof(values, count),
     .minimum = 1,
     .maximum = 1e7,
     .default_text = "32",
     .help = "number of patterns, from the start of the scan"},
    {.name = "engine",
     .kind = CLPT_OPTION_TEXT,
     .value = "NAME",
     .offset = offsetof(values, engines),
     .flags = CLPTI_OPTION_REPEATED,
     .help = "engine to iterate; may be repeated; none: no engine (default: rpie)"},
    {.name = "iterations",
     .kind = CLPT_OPTION_INTEGER,
     .value = "N",
     .offset = offsetof(values, iterations),
     .minimum = 1,
     .maximum = 1e6,
     .default_text = "3",
     .help = "number of iterations of each engine"},
    {.name = "each-iteration",
     .kind = CLPT_OPTION_FLAG,
     .offset = offsetof(values, each_iteration),
     .help = "compare object and probe after every iteration, not only after the last"},
    {.name = "sensitivity",
     .kind = CLPT_OPTION_FLAG,
     .offset = offsetof(values, sensitivity),
     .help = "rerun the reference from a start perturbed by 1 ulp, and allow devices 30 times the resulting change in "
             "losses, their gradients and engines"},
    {.name = "inputs",
     .kind = CLPT_OPTION_CHOICE,
     .value = "own|reference",
     .offset = offsetof(values, inputs),
     .default_text = "own",
     .help = "inputs of a stage from earlier ones: the run's own results, or those of the reference, which confines "
             "errors to their stage"},
    {.name = "groups",
     .kind = CLPT_OPTION_INTEGER,
     .value = "G",
     .offset = offsetof(values, groups),
     .minimum = 1,
     .maximum = 1e7,
     .help = "number of groups of patterns (default: 8)"},
    {.name = "grid",
     .kind = CLPT_OPTION_INTEGER,
     .value = "N",
     .offset = offsetof(values, grid),
     .minimum = 1,
     .maximum = 16,
     .default_text = "2",
     .help = "groups of N x N patterns"},
    {.name = "neighbours",
     .kind = CLPT_OPTION_INTEGER,
     .value = "K",
     .offset = offsetof(values, neighbours),
     .maximum = 1e6,
     .help = "draw groups from the K nearest neighbours (default: the minimum)"},
    {.name = "alpha",
     .kind = CLPT_OPTION_REAL,
     .value = "A",
     .offset = offsetof(values, alpha),
     .minimum = 1e-6,
     .maximum = 1,
     .help = "patterns per update of the engines (default: the engine's)"},
    {.name = "modes",
     .kind = CLPT_OPTION_INTEGER,
     .value = "P",
     .offset = offsetof(values, modes),
     .minimum = 1,
     .maximum = 1000,
     .help = "number of probe modes (default: those of probeGuess)"},
    {.name = "object",
     .kind = CLPT_OPTION_TEXT,
     .value = "KIND",
     .offset = offsetof(values, object),
     .help = "starting object: flat, random, file or a path, as in 'reconstruct' (default random: near a truth "
             "gradients are small differences)"},
    {.name = "probe",
     .kind = CLPT_OPTION_TEXT,
     .value = "KIND",
     .offset = offsetof(values, probe),
     .help = "as in 'reconstruct'"},
    {.name = "probe-scale",
     .kind = CLPT_OPTION_CHOICE,
     .value = "auto|data|file",
     .offset = offsetof(values, probe_scale),
     .default_text = "auto",
     .help = "as in 'reconstruct'"},
    {.name = "dump",
     .kind = CLPT_OPTION_TEXT,
     .value = "DIR",
     .offset = offsetof(values, dump),
     .help = "write the inputs and all stages of every run, each run into its own folder in DIR"},
    {.name = "against",
     .kind = CLPT_OPTION_TEXT,
     .value = "DIR",
     .offset = offsetof(values, against),
     .help = "compare with the folder DIR, written by --dump or by another program; without FILE, with its inputs; "
             "with a second such folder as FILE, compare the two"},
    {.name = "allow",
     .kind = CLPT_OPTION_TEXT,
     .value = "NAME",
     .offset = offsetof(values, allow),
     .flags = CLPTI_OPTION_REPEATED,
     .help = "accept this known difference in data or configuration to --against; may be repeated"},
    {.name = "json",
     .kind = CLPT_OPTION_TEXT,
     .value = "FILE",
     .offset = offsetof(values, json),
     .help = "write the complete report as JSON"},
    {.name = "html",
     .kind = CLPT_OPTION_TEXT,
     .value = "FILE",
     .offset = offsetof(values, html),
     .help = "write one HTML page with histograms and pictures of the differences"},
    {.name = "brief",
     .kind = CLPT_OPTION_FLAG,
     .offset = offsetof(values, brief),
     .help = "print one line per array, and details of failures only"},
    {.name = NULL}};
static const clpti_option_table shared[] = {
    {clpti_solver_option_table, offsetof(values, solver), "batch|probe-start|seed"},
    {clpti_propagation_option_table, offsetof(values, beam.propagation), NULL},
    {clpti_beam_options, offsetof(values, beam), NULL},
    {clpti_scan_value_options, offsetof(values, reading), "crop|bin|fftshift"},
    {NULL, 0, NULL}};

typedef clpti_parity_job job;

/* Rejects a name that matches no stage before any file is read. */
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

/* Without a scan, inputs and configuration are those of the dump: options that contradict them are errors. */
static clpt_status check_given(const job *j)
{
    static const char *const names[] = {
        "count",           "engine",        "iterations",  "each-iteration", "groups",      "grid",   "neighbours",
        "batch",           "alpha",         "probe-start", "seed",           "modes",       "object", "probe",
        "probe-scale",     "crop",          "bin",         "fftshift",       "propagation", "energy", "distance",
        "source-distance", "detector-pixel"};
    for (size_t k = 0; k < sizeof names / sizeof *names; k++)
        if (clpti_arguments_have(j->session->arguments, names[k]))
            return clpti_session_usage(j->session, "--%s requires FILE, a scan: without one, its value is that of %s",
                                       names[k], j->v->against);
    return CLPT_OK;
}

static bool reference_alone(const values *v)
{
    int others = 0;
    for (int k = 0; k < v->devices.count; k++) others += strcmp(v->devices.items[k], "reference") != 0;
    return v->devices.count > 0 && others == 0;
}

/* Checks before any file is read. */
static clpt_status check(job *j)
{
    const values *v = j->v;
    const char *file = j->session->arguments->operand;
    bool folder = file && clpti_parity_is_folder(file);
    clpt_status status = check_stages(j);
    if (status != CLPT_OK) return status;
    if (!file && !v->against)
        return clpti_session_usage(
            j->session, "FILE is missing; it is optional only with --against DIR, which then supplies the inputs");
    if (folder && (!v->against || v->devices.count || v->dump || v->sensitivity))
        return clpti_session_usage(
            j->session,
            "%s is a folder: to compare two dumps use --against DIR without --device, --dump and --sensitivity", file);
    if ((!file || folder) && (status = check_given(j)) != CLPT_OK) return status;
    if (reference_alone(v) && !v->against && !v->dump)
        return clpti_session_usage(
            j->session, "the reference alone cannot be compared: name another --device, --against DIR, or --dump DIR");
    if (v->allow.count && !(v->against && file))
        return clpti_session_usage(j->session, "--allow requires FILE and --against DIR");
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
               "engines on the first patterns of a scan, and reports the difference of every array between each device "
               "and the reference. The exit status is 0 if every array is within its tolerance, 1 if one is not or a "
               "stage failed, 2 for a usage error. docs/parity.md describes stages, tolerances and rules.",
    .operand = "FILE",
    .example = "clptycho parity scan.npz --device nvidia --device pocl",
    .options = options,
    .shared = shared,
    .values_size = sizeof(values),
    .run = run};
