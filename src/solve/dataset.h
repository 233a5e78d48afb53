/* SPDX-License-Identifier: Apache-2.0 */
/* The measurement of a solver: resident on the device if it fits the memory limit, otherwise streamed from the host in
 * chunks. Operations read the same patterns either way, so results have the same bits. */
#ifndef CLPTI_SOLVE_DATASET_H
#define CLPTI_SOLVE_DATASET_H

#include "ops/ops.h"

typedef struct clpti_dataset {
    clpt_context *context;
    clpt_measurement source; /* borrowed host memory */
    bool streamed;
    double mean_count;      /* of the good pixels; 1 if all are dark */
    clpt_buffer *amplitude; /* [count, side, side] when resident */
    clpt_buffer *mask;      /* [side, side], or [count, side, side] when resident; NULL: none */
    float *staging;         /* host staging when streamed */
    int64_t staging_capacity;
} clpti_dataset;

/* Data of some patterns, ready for clpti_project: their buffer, order and first index. */
typedef struct clpti_batch_data {
    clpti_view measured, mask;
    const clpti_order *order;
    int64_t first;
    clpt_buffer *staged_amplitude, *staged_mask; /* if streamed: released by clpti_batch_data_release */
} clpti_batch_data;

clpt_status clpti_dataset_create(clpt_context *context, const clpt_measurement *measurement, clpti_dataset *data);
void clpti_dataset_destroy(clpti_dataset *data);
clpt_status clpti_dataset_batch(clpti_dataset *data, const clpti_selection *at, clpti_batch_data *batch);
void clpti_batch_data_release(clpti_batch_data *batch);

#endif
