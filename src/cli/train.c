/* SPDX-License-Identifier: Apache-2.0 */
/* clptycho train: trains a network on measured scans. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/file_contents.h"
#include "cli/interrupt.h"
#include "cli/network_data.h"
#include "cli/network_file.h"
#include "cli/result.h"
#include "cli/scan_options.h"
#include "core/memory.h"
#include "core/poisson.h"

enum { STREAM_SHUFFLE = 900 };

typedef struct values {
    const char *out, *validate;
    clpti_texts scans;
    int64_t groups, grid, neighbours, batch, epochs, rate_patience, stop_patience;
    double filters, validation, rate, rate_min, photons, amplitude_weight, poisson_weight, clip;
    int activation, merge;
    bool no_border, train_scale, resume;
    uint64_t seed;
    clpti_scan_values reading;
} values;

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

typedef struct job {
    clpti_session *session;
    const values *v;
    char *path;
    clpti_network_data data, other; /* other: of --validate */
    int64_t trained;                /* groups; those after them validate */
    double floors[2];
    clpti_network_file file;
    clpt_network *network;
    int64_t *order, *indices;
    double *offsets;
    double seconds;
    int64_t done; /* groups trained in this run */
} job;

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

/* ---- epochs ---- */

/* The order of an epoch depends on seed and epoch alone. */
static void shuffle(job *j, int64_t epoch)
{
    for (int64_t i = 0; i < j->trained; i++) j->order[i] = i;
    for (int64_t i = j->trained - 1; i > 0; i--) {
        uint64_t draw = (uint64_t)epoch * (uint64_t)j->trained + (uint64_t)i;
        int64_t k = (int64_t)(clpti_uniform(j->v->seed, STREAM_SHUFFLE, draw) * (double)(i + 1)), kept = j->order[i];
        j->order[i] = j->order[k];
        j->order[k] = kept;
    }
}

/* Steps of an epoch from where it was interrupted; stops at a signal. */
static clpt_status run_steps(job *j, int64_t epoch)
{
    clpt_status status = CLPT_OK;
    char label[40], note[80];
    double *progress = j->file.progress;
    shuffle(j, epoch);
    snprintf(label, sizeof label, "epoch %lld of %lld, group", (long long)(epoch + 1), (long long)j->v->epochs);
    clpti_progress bar = clpti_progress_start(&j->session->building, label, j->trained);
    bar.first = (int64_t)progress[1];
    while ((int64_t)progress[1] < j->trained && !clpti_interrupted()) {
        int64_t first = (int64_t)progress[1], left = j->trained - first,
                count = left < j->v->batch ? left : j->v->batch;
        clpt_network_batch batch = clpti_network_data_batch(&j->data, j->order, first, count, j->indices, j->offsets);
        double loss = 0;
        CLPTI_TRY(clpti_session_check(j->session, clpt_network_step(j->network, &batch, &loss)));
        if (!isfinite(loss))
            CLPTI_TRY(clpti_fail(&j->session->message, CLPT_ERROR_ARGUMENT,
                                 "the loss became %g in epoch %lld; a smaller --rate, or --clip, is more stable", loss,
                                 (long long)(epoch + 1)));
        progress[0] += loss * (double)count;
        progress[1] += (double)count;
        j->done += count;
        snprintf(note, sizeof note, "loss above its minimum %.4g", progress[0] / progress[1] - j->floors[0]);
        clpti_progress_show(&bar, first + count, note);
    }
cleanup:
    clpti_progress_end(&bar);
    return status;
}

/* The mean loss of groups that are not trained on; NAN: there are none. */
static clpt_status validate(job *j, double *loss)
{
    clpt_status status = CLPT_OK;
    const clpti_network_data *d = j->v->validate ? &j->other : &j->data;
    int64_t start = j->v->validate ? 0 : j->trained;
    double sum = 0;
    *loss = NAN;
    if (start == d->groups) return CLPT_OK;
    for (int64_t first = start; first < d->groups; first += j->v->batch) {
        int64_t left = d->groups - first, count = left < j->v->batch ? left : j->v->batch;
        clpt_network_batch batch = clpti_network_data_batch(d, NULL, first, count, j->indices, j->offsets);
        double own = 0;
        CLPTI_TRY(clpti_session_check(j->session, clpt_network_evaluate(j->network, &batch, &own)));
        sum += own * (double)count;
    }
    *loss = sum / (double)(d->groups - start);
cleanup:
    return status;
}

static clpt_status add_history(job *j, const double row[CLPTI_HISTORY_COLUMNS])
{
    clpti_tensor *old = &j->file.history, more = {0};
    int64_t epochs = old->data ? old->shape[0] : 0;
    clpt_status status = clpti_tensor_create(CLPT_TYPE_F64, 2, CLPT_SHAPE(epochs + 1, CLPTI_HISTORY_COLUMNS), &more,
                                             &j->session->message);
    if (status != CLPT_OK) return status;
    size_t bytes = CLPTI_HISTORY_COLUMNS * sizeof *row;
    if (epochs) memcpy(more.data, old->data, (size_t)epochs * bytes);
    memcpy((char *)more.data + (size_t)epochs * bytes, row, bytes);
    clpti_tensor_destroy(old);
    *old = more;
    return CLPT_OK;
}

/* All epochs as comma-separated values, by rename. */
static clpt_status write_log(const job *j)
{
    clpt_message *message = &j->session->message;
    clpt_status status = CLPT_OK;
    char *path = clpti_result_path(j->path, ".csv"), *part = clpti_result_path(j->path, ".csv.part");
    FILE *file = path && part ? fopen(part, "w") : NULL;
    if (!file) {
        status = clpti_fail(message, CLPT_ERROR_FILE, "%s: %s", part ? part : "a log", strerror(errno));
    } else {
        const double *row = j->file.history.data;
        fprintf(file, "epoch,loss,validation,loss_minimum,validation_minimum,rate,seconds\n");
        for (int64_t k = 0; k < j->file.history.shape[0]; k++, row += CLPTI_HISTORY_COLUMNS)
            fprintf(file, "%lld,%.9g,%.9g,%.9g,%.9g,%.9g,%.3f\n", (long long)(k + 1), row[0], row[1], row[2], row[3],
                    row[4], row[5]);
        bool good = !ferror(file);
        if (fclose(file) != 0 || !good || rename(part, path) != 0)
            status = clpti_fail(message, CLPT_ERROR_FILE, "%s: %s", path, strerror(errno));
    }
    free(path);
    free(part);
    return status;
}

static clpt_status end_epoch(job *j, double seconds, bool *stop)
{
    clpt_status status = CLPT_OK;
    double validation = NAN, training = j->file.progress[0] / j->file.progress[1];
    CLPTI_TRY(validate(j, &validation));
    double row[CLPTI_HISTORY_COLUMNS] = {
        training, validation, j->floors[0], j->floors[1], clpt_network_get_rate(j->network), seconds};
    CLPTI_TRY(clpti_session_check(j->session, clpt_network_end_epoch(j->network, training, validation, stop)));
    CLPTI_TRY(add_history(j, row));
    j->file.progress[0] = j->file.progress[1] = 0;
    printf("epoch %lld: loss %.6g and validation %.6g above their minimum, rate %.3g, %.2f s\n",
           (long long)clpt_network_get_epoch(j->network), training - j->floors[0], validation - j->floors[1], row[4],
           seconds);
    fflush(stdout);
    CLPTI_TRY(clpti_network_file_write(j->path, &j->file, j->network, &j->session->message));
    CLPTI_TRY(write_log(j));
cleanup:
    return status;
}

static clpt_status run_epochs(job *j)
{
    clpt_status status = CLPT_OK;
    bool stop = false;
    clpti_interrupt_watch();
    while (!stop && clpt_network_get_epoch(j->network) < j->v->epochs) {
        double start = clpti_building_clock(&j->session->building);
        CLPTI_TRY(run_steps(j, clpt_network_get_epoch(j->network)));
        double seconds = clpti_building_clock(&j->session->building) - start;
        j->seconds += seconds;
        if (clpti_interrupted()) {
            CLPTI_TRY(clpti_network_file_write(j->path, &j->file, j->network, &j->session->message));
            fprintf(stderr, "clptycho: stopped in epoch %lld of %lld; continue with --resume\n",
                    (long long)(clpt_network_get_epoch(j->network) + 1), (long long)j->v->epochs);
            j->session->stopped = true;
            return CLPT_ERROR_CANCELLED;
        }
        CLPTI_TRY(end_epoch(j, seconds, &stop));
    }
cleanup:
    return status;
}

/* ---- the command ---- */

/* Losses above their minimum. */
static clpt_status write_picture(const job *j)
{
    clpt_status status = CLPT_OK;
    int64_t epochs = j->file.history.data ? j->file.history.shape[0] : 0;
    double *excess = clpti_malloc(epochs, sizeof *excess);
    char *path = clpti_result_path(j->path, "_loss.png");
    const double *row = j->file.history.data;
    if (!excess || !path) CLPTI_TRY(clpti_fail(&j->session->message, CLPT_ERROR_MEMORY, "no memory for a picture"));
    for (int64_t k = 0; k < epochs; k++)
        excess[k] = row[k * CLPTI_HISTORY_COLUMNS] - row[k * CLPTI_HISTORY_COLUMNS + 2];
    if (epochs > 1)
        status = clpti_picture_write_curve(path, excess, epochs, "loss above its minimum", &j->session->message);
cleanup:
    free(excess);
    free(path);
    return status;
}

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
    CLPTI_TRY(run_epochs(&j));
    CLPTI_TRY(write_picture(&j));
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
