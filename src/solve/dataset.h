/* SPDX-License-Identifier: Apache-2.0 */
/* What was measured, resident on the device where it fits the memory limit, else streamed from the host a chunk at a
 * time. Operations see the same rows either way, so the bits are the same. */
#ifndef CLPTI_SOLVE_DATASET_H
#define CLPTI_SOLVE_DATASET_H

#include "ops/ops.h"

typedef struct clpti_dataset {
    clpt_context *context;
    clpt_measurement source; /* borrowed host memory */
    bool streamed;
    double mean_count;      /* of the good pixels; 1 where all are dark */
    clpt_buffer *amplitude; /* [count, side, side] when resident */
    clpt_buffer *mask;      /* [side, side], or [count, side, side] when resident; NULL: none */
    float *staging;         /* host staging when streamed */
    int64_t staging_capacity;
} clpti_dataset;

/* Rows of some patterns, ready for clpti_project: where they are, and the order and first to read them by. */
typedef struct clpti_batch_data {
    clpti_view measured, mask;
    const clpti_order *order;
    int64_t first;
    clpt_buffer *staged_amplitude, *staged_mask; /* when streamed: given back by clpti_batch_data_release */
} clpti_batch_data;

clpt_status clpti_dataset_create(clpt_context *context, const clpt_measurement *measurement, clpti_dataset *data);
void clpti_dataset_destroy(clpti_dataset *data);
clpt_status clpti_dataset_batch(clpti_dataset *data, const clpti_selection *at, clpti_batch_data *rows);
void clpti_batch_data_release(clpti_batch_data *rows);

#endif
