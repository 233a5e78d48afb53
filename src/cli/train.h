/* SPDX-License-Identifier: Apache-2.0 */
/* One run of `train`: its options, data and network. */
#ifndef CLPTI_CLI_TRAIN_H
#define CLPTI_CLI_TRAIN_H

#include "cli/network_data.h"
#include "cli/network_file.h"
#include "cli/scan_options.h"

typedef struct clpti_train_values {
    const char *out, *validate;
    clpti_texts scans;
    int64_t groups, grid, neighbours, batch, epochs, rate_patience, stop_patience;
    double filters, validation, rate, rate_min, photons, amplitude_weight, poisson_weight, clip;
    int activation, merge;
    bool no_border, train_scale, resume;
    uint64_t seed;
    clpti_scan_values reading;
} clpti_train_values;

typedef struct clpti_train_job {
    clpti_session *session;
    const clpti_train_values *v;
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
} clpti_train_job;

/* Trains until all epochs are done, the loss stops falling, or a signal; writes network and table of losses after each
 * epoch. train_epochs.c */
clpt_status clpti_train_epochs(clpti_train_job *job);
/* Losses above their minimum, as a curve. */
clpt_status clpti_train_write_picture(const clpti_train_job *job);

#endif
