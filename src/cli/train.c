/* SPDX-License-Identifier: Apache-2.0 */
/* clptycho train: trains a network on measured scans. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/file_contents.h"
#include "cli/interrupt.h"
#include "cli/result.h"
#include "cli/train.h"
#include "core/memory.h"

typedef clpti_train_values values;
typedef clpti_train_job job;

#define NUMBER(option, member_, text, low, high, help_)                                                                \
    {                                                                                                                  \
        .name = option, .kind = CLPT_OPTION_INTEGER, .value = "N", .offset = offsetof(values, member_),                \
        .default_text = text, .minimum = low, .maximum = high, .help = help_                                           \
    }
#define FACTOR(option, member_, text, low, high, help_)                                                                \
    {                                                                                                                  \
        .name = option, .kind = CLPT_OPTION_REAL, .value = "X", .offset = offsetof(values, member_),                   \
        .default_text = text, .minimum = low, .maximum = high, .help = help_                                           \
    }
static const clpt_option options[] = {
    {.name = "out",
     .kind = CLPT_OPTION_TEXT,
     .value = "FILE.npz",
     .offset = offsetof(values, out),
     .flags = CLPTI_OPTION_OUTPUT,
     .help = "network to write, after each epoch too (default: SCAN_network.npz); losses go to FILE.csv"},
    {.name = "scan",
     .kind = CLPT_OPTION_TEXT,
     .value = "FILE",
     .offset = offsetof(values, scans),
     .flags = CLPTI_OPTION_REPEATED | CLPTI_OPTION_SOURCE,
     .help = "a further scan to train on, of the same probe; may be repeated"},
    {.name = "validate",
     .kind = CLPT_OPTION_TEXT,
     .value = "FILE",
     .offset = offsetof(values, validate),
     .flags = CLPTI_OPTION_SOURCE,
     .help = "judge the network by this scan instead of the last groups of those trained on"},
    NUMBER("groups", groups, "0", 0, 1e9, "groups of patterns drawn from each scan (0: one for each pattern)"),
    NUMBER("gridsize", grid, "2", 1, 3, "a group has gridsize x gridsize patterns"),
    NUMBER("neighbours", neighbours, "7", 1, 1e6, "groups are drawn from this many nearest neighbours"),
    NUMBER("batch", batch, "16", 1, 1e6, "groups per step of the optimiser"),
    NUMBER("epochs", epochs, "30", 1, 1e9, "number of times that all groups are used"),
    FACTOR("validation", validation, "0.05", 0, 0.9, "fraction of groups that judges and is not trained on"),
    FACTOR("filters", filters, "2", 0.25, 16, "factor on the numbers of filters, a multiple of 1/4"),
    {.name = "activation",
     .kind = CLPT_OPTION_CHOICE,
     .value = "sigmoid|swish|softplus|relu",
     .offset = offsetof(values, activation),
     .default_text = "sigmoid",
     .help = "function of the predicted amplitude"},
    {.name = "merge",
     .kind = CLPT_OPTION_CHOICE,
     .value = "none|centre|centre-masked|probe",
     .offset = offsetof(values, merge),
     .default_text = "probe",
     .help = "weights of the patches of a group; centre is PtychoPINN's"},
    {.name = "no-border",
     .kind = CLPT_OPTION_FLAG,
     .offset = offsetof(values, no_border),
     .help = "patches are 0 outside their central half"},
    FACTOR("rate", rate, "3e-4", 1e-9, 1, "learning rate at the start"),
    FACTOR("rate-min", rate_min, "1e-4", 0, 1, "limit of reductions of the rate"),
    NUMBER("rate-patience", rate_patience, "2", 0, 1e9,
           "epochs without a lower validation loss before the rate is halved; 0: constant"),
    NUMBER("stop-patience", stop_patience, "0", 0, 1e9,
           "epochs without a lower training loss before training ends; 0: all epochs"),
    FACTOR("photons", photons, "0", 0, 1e30, "counts per pattern in the loss (0: those measured)"),
    FACTOR("poisson-weight", poisson_weight, "1", 0, 1e12, "weight of the Poisson likelihood"),
    FACTOR("amplitude-weight", amplitude_weight, "0", 0, 1e12, "weight of the mean difference of amplitudes"),
    FACTOR("clip", clip, "0", 0, 1e30, "maximum norm of the gradient; 0: no limit"),
    {.name = "train-scale",
     .kind = CLPT_OPTION_FLAG,
     .offset = offsetof(values, train_scale),
     .help = "train the intensity scale of the prediction too"},
    {.name = "seed",
     .kind = CLPT_OPTION_SEED,
     .value = "S",
     .offset = offsetof(values, seed),
     .default_text = "1",
     .help = "of groups, weights and orders"},
    {.name = "resume",
     .kind = CLPT_OPTION_FLAG,
     .offset = offsetof(values, resume),
     .help = "continue the network in --out with the same options, to the bits of an uninterrupted run"},
    {.name = NULL}};
static const clpti_option_table shared[] = {{clpti_scan_value_options, offsetof(values, reading), NULL},
                                            {NULL, 0, NULL}};

/* ---- preparation ---- */

static clpt_status load(job *j, const char *path, bool with_probe, clpti_network_data *data)
{
    clpt_status status = CLPT_OK;
    clpti_scan_file scan = {0};
    clpt_message *message = &j->session->message;
    clpti_scan_options how = {.need_patterns = true, .need_probe = with_probe, .no_probe = !with_probe};
    clpt_groups_options groups = {.size = sizeof groups,
                                  .groups = j->v->groups,
                                  .grid = j->v->grid,
                                  .neighbours = j->v->grid > 1 ? j->v->neighbours : 0,
                                  .all_choices = true,
                                  .seed = j->v->seed};
    double factor = 1;
    clpti_scan_values_set(&j->v->reading, &how);
    CLPTI_TRY(clpti_scan_load(path, &how, &scan, message));
    clpti_scan_warn_notes(j->session, &scan);
    status = clpti_network_data_add(data, &scan, path, &groups, NULL, message);
    if (status != CLPT_OK) clpti_message_prefix(message, "%s", path);
    CLPTI_TRY(status);
    if (!with_probe || j->file.probe.data) goto cleanup;
    clpt_array probe = clpti_tensor_view(&scan.probe);
    CLPTI_TRY(clpt_network_normalise_probe(&probe, 4, &factor, message));
    CLPTI_TRY(clpti_tensor_create(CLPT_TYPE_C64, 3, scan.probe.shape, &j->file.probe, message));
    for (int64_t i = 0; i < 2 * clpti_tensor_count(&scan.probe); i++)
        ((float *)j->file.probe.data)[i] = (float)(factor * ((const double *)scan.probe.data)[i]);
cleanup:
    clpti_scan_free(&scan);
    return status;
}

static clpt_status load_all(job *j)
{
    clpt_status status = CLPT_OK;
    CLPTI_TRY(load(j, j->session->arguments->operand, true, &j->data));
    for (int i = 0; i < j->v->scans.count; i++) CLPTI_TRY(load(j, j->v->scans.items[i], false, &j->data));
    if (j->v->validate) CLPTI_TRY(load(j, j->v->validate, false, &j->other));
    j->trained = j->v->validate ? j->data.groups : (int64_t)((1 - j->v->validation) * (double)j->data.groups);
    if (j->trained < 1)
        return clpti_fail(&j->session->message, CLPT_ERROR_ARGUMENT, "%lld groups leave none to train on",
                          (long long)j->data.groups);
cleanup:
    return status;
}

static void set_options(job *j)
{
    const values *v = j->v;
    clpt_network_options *o = &j->file.options;
    int64_t side = j->data.side;
    int64_t canvas = clpti_network_data_canvas(&j->data, v->grid);
    if (j->other.groups && clpti_network_data_canvas(&j->other, v->grid) > canvas)
        canvas = clpti_network_data_canvas(&j->other, v->grid);
    *o = clpt_network_options_default();
    o->side = side;
    o->grid = v->grid;
    o->filters = v->filters;
    o->activation = (clpt_activation)v->activation;
    o->no_border = v->no_border;
    o->weight = (clpt_weight)v->merge;
    o->canvas = canvas;
    o->scale = sqrt(v->photons > 0 ? v->photons : j->data.counts) / ((double)side / 2);
    o->train_scale = v->train_scale;
    o->poisson_weight = v->poisson_weight;
    o->amplitude_weight = v->amplitude_weight;
    o->rate = v->rate;
    o->rate_min = v->rate_min;
    o->rate_patience = v->rate_patience;
    o->stop_patience = v->stop_patience;
    o->clip = v->clip;
    j->file.seed = v->seed;
    j->file.groups = (double)j->data.groups;
}

/* A run continues if only its length differs. */
static clpt_status check_resumed(const job *j, const clpti_network_file *old)
{
    clpt_network_options ours = j->file.options, theirs = old->options;
    ours.size = theirs.size = 0;
    if (!memcmp(&ours, &theirs, sizeof ours) && old->seed == j->file.seed && old->groups == j->file.groups)
        return CLPT_OK;
    return clpti_fail(&j->session->message, CLPT_ERROR_ARGUMENT,
                      "%s: was trained with other options or data (side %lld, gridsize %lld, filters %g, canvas %lld, "
                      "scale %g, seed %llu, %g groups); --resume requires the same scans and options",
                      j->path, (long long)theirs.side, (long long)theirs.grid, theirs.filters, (long long)theirs.canvas,
                      theirs.scale, (unsigned long long)old->seed, old->groups);
}

static clpt_status open_network(job *j)
{
    clpt_status status = CLPT_OK;
    clpti_session *session = j->session;
    clpti_network_file old = {0};
    clpt_array probe = clpti_tensor_view(&j->file.probe);
    CLPTI_TRY(
        clpti_session_check(session, clpt_network_create(session->context, &j->file.options, &probe, &j->network)));
    CLPTI_TRY(clpti_session_check(session, clpt_network_initialise(j->network, j->v->seed)));
    if (!j->v->resume) return CLPT_OK;
    CLPTI_TRY(clpti_network_file_read(j->path, &old, &session->message));
    CLPTI_TRY(check_resumed(j, &old));
    CLPTI_TRY(clpti_network_file_restore(j->path, true, j->network, session));
    memcpy(j->file.progress, old.progress, sizeof old.progress);
    j->file.history = old.history; /* ownership is taken */
    old.history = (clpti_tensor){0};
cleanup:
    clpti_network_file_free(&old);
    return status;
}

/* ---- the command ---- */

static clpt_status check(const job *j)
{
    clpt_status status = CLPT_OK;
    clpt_message *message = &j->session->message;
    CLPTI_TRY(clpti_output_check_npz(j->path, message));
    CLPTI_TRY(clpti_output_refuse_overwrite(j->path, "--out", j->session->arguments->operand, message));
    CLPTI_TRY(clpti_output_refuse_overwrite(j->path, "--out", j->v->validate, message));
    for (int i = 0; i < j->v->scans.count; i++)
        CLPTI_TRY(clpti_output_refuse_overwrite(j->path, "--out", j->v->scans.items[i], message));
    if (j->v->validate && clpti_arguments_have(j->session->arguments, "validation"))
        return clpti_session_usage(j->session, "--validation and --validate exclude each other");
cleanup:
    return status;
}

static clpt_status prepare(job *j)
{
    clpt_status status = CLPT_OK;
    clpti_session_prepare(j->session);
    CLPTI_TRY(load_all(j));
    set_options(j);
    int64_t largest = j->v->batch * j->data.channels;
    j->order = clpti_malloc(j->trained, sizeof *j->order);
    j->indices = clpti_malloc(largest, sizeof *j->indices);
    j->offsets = clpti_malloc(largest, 2 * sizeof *j->offsets);
    if (!j->order || !j->indices || !j->offsets)
        CLPTI_TRY(clpti_fail(&j->session->message, CLPT_ERROR_MEMORY, "no memory for batches"));
    const clpti_network_data *judge = j->v->validate ? &j->other : &j->data;
    int64_t start = j->v->validate ? 0 : j->trained;
    double weight = j->v->poisson_weight;
    j->floors[0] = weight * clpti_network_data_floor(&j->data, j->file.options.scale, 0, j->trained);
    j->floors[1] = weight * clpti_network_data_floor(judge, j->file.options.scale, start, judge->groups - start);
    CLPTI_TRY(clpti_session_open(j->session));
    CLPTI_TRY(clpti_network_data_upload(&j->data, j->session));
    if (j->v->validate) CLPTI_TRY(clpti_network_data_upload(&j->other, j->session));
    CLPTI_TRY(open_network(j));
cleanup:
    return status;
}

static clpt_status run(clpti_session *session, const void *given)
{
    job j = {.session = session, .v = given};
    clpt_status status = CLPT_OK;
    j.path = j.v->out ? clpti_strdup(j.v->out) : clpti_result_path(session->arguments->operand, "_network.npz");
    if (!j.path) CLPTI_TRY(clpti_fail(&session->message, CLPT_ERROR_MEMORY, "no memory for a path"));
    CLPTI_TRY(check(&j));
    CLPTI_TRY(prepare(&j));
    CLPTI_TRY(clpti_train_epochs(&j));
    CLPTI_TRY(clpti_train_write_picture(&j));
    printf("%lld steps of %lld groups, %.1f groups/s on %s; wrote %s\n", (long long)clpt_network_get_step(j.network),
           (long long)j.v->batch, j.seconds > 0 ? (double)j.done / j.seconds : 0,
           clpt_context_get_device(session->context)->name, j.path);
cleanup:
    clpti_interrupt_release();
    clpt_network_destroy(&j.network);
    clpti_network_data_free(&j.data);
    clpti_network_data_free(&j.other);
    clpti_network_file_free(&j.file);
    free(j.order);
    free(j.indices);
    free(j.offsets);
    free(j.path);
    return status;
}

const clpti_command clpti_command_train = {
    .name = "train",
    .summary = "trains a network that predicts objects from patterns",
    .details =
        "Writes an NPZ with the weights by name, the options and the state of training, after each epoch; losses "
        "as FILE.csv and FILE_loss.png. No true object is required: predicted patterns are compared with the "
        "measured ones. An interrupt (Ctrl-C) saves; --resume continues.",
    .operand = "SCAN",
    .operand_needed = true,
    .example = "clptycho train scan.npz --groups 1024 --epochs 30 --out net.npz",
    .options = options,
    .shared = shared,
    .main = "out|scan|validate|groups|gridsize|batch|epochs|merge|rate|seed|resume",
    .values_size = sizeof(values),
    .run = run};
