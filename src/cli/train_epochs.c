/* SPDX-License-Identifier: Apache-2.0 */
/* The epochs of `train`: steps, validation, table and picture of losses. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/interrupt.h"
#include "cli/result.h"
#include "cli/train.h"
#include "core/memory.h"
#include "core/poisson.h"

enum { STREAM_SHUFFLE = 900 };

typedef clpti_train_job job;

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
    printf("epoch %lld: loss %.6g", (long long)clpt_network_get_epoch(j->network), training - j->floors[0]);
    if (!isnan(validation)) printf(" and validation %.6g", validation - j->floors[1]);
    printf(" above %s minimum, rate %.3g, %.2f s\n", isnan(validation) ? "its" : "their", row[4], seconds);
    fflush(stdout);
    CLPTI_TRY(clpti_network_file_write(j->path, &j->file, j->network, &j->session->message));
    CLPTI_TRY(write_log(j));
cleanup:
    return status;
}

clpt_status clpti_train_epochs(job *j)
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

/* Losses above their minimum. */
clpt_status clpti_train_write_picture(const job *j)
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
