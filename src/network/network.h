/* SPDX-License-Identifier: Apache-2.0 */
/* struct clpt_network, and the steps that its files compose. */
#ifndef CLPTI_NETWORK_NETWORK_H
#define CLPTI_NETWORK_NETWORK_H

#include "network/plan.h"
#include "ops/adjoint.h"

/* Numbers of the optimiser that persist between steps, part of the state. */
typedef enum clpti_counter {
    CLPTI_COUNTER_STEP,
    CLPTI_COUNTER_EPOCH,
    CLPTI_COUNTER_RATE,
    CLPTI_COUNTER_BEST_VALIDATION,
    CLPTI_COUNTER_RATE_WAIT,
    CLPTI_COUNTER_BEST_TRAINING,
    CLPTI_COUNTER_STOP_WAIT,
    CLPTI_COUNTER_LOG_SCALE, /* of the prediction */
    CLPTI_COUNTER_SCALE_MEAN,
    CLPTI_COUNTER_SCALE_SQUARE,
    CLPTI_COUNTERS
} clpti_counter;

struct clpt_network {
    clpt_context *context;
    clpt_network_options options;
    clpti_plan plan;
    int64_t modes;
    clpt_buffer *probe, *power;                     /* [modes, N, N]; Σ|P|² [N, N], for CLPT_WEIGHT_PROBE */
    clpt_buffer *values, *gradient, *mean, *square; /* [parameters] */
    clpt_buffer *slots[CLPTI_NETWORK_LAYERS];       /* partial sums of gradients; NULL until the first */
    double counters[CLPTI_COUNTERS];
    int64_t capacity; /* groups of a piece that the tensors have memory for */
    clpt_buffer *tensors[CLPTI_NETWORK_TENSORS];
};

static inline int64_t clpti_network_channels(const clpt_network *n)
{
    return n->options.grid * n->options.grid;
}

/* ---- batch.c: a batch on the device, piece by piece ---- */

typedef struct clpti_batch {
    clpt_network_batch given; /* checked, in the library's size */
    clpti_positions positions;
    clpti_order order;     /* of the amplitudes: device order, unless these are host memory */
    int32_t *indices;      /* host [G·C] */
    clpt_buffer *uploaded; /* host amplitudes: those of a piece */
    int64_t piece;         /* groups per piece */
    clpt_buffer *counts;   /* (s·X)² [piece, C, N, N] */
    clpt_buffer *mask;     /* [N, N]; NULL: all pixels count */
} clpti_batch;
clpt_status clpti_batch_open(clpt_network *network, const char *function, const clpt_network_batch *given,
                             clpti_batch *batch);
void clpti_batch_close(clpti_batch *batch);
/* Input and counts of groups first … first + count − 1 into the network's input tensor and batch->counts. */
clpt_status clpti_batch_load(clpt_network *network, clpti_batch *batch, int64_t first, int64_t count);

/* ---- layers.c ---- */

/* Runs all nodes on the input tensor. */
clpt_status clpti_network_forward(clpt_network *network, int64_t count);
/* Gradients of amplitude and phase (scratch, which this takes over) to those of the weights, added to the slots. */
clpt_status clpti_network_backward(clpt_network *network, int64_t count, clpt_buffer **d_amplitude,
                                   clpt_buffer **d_phase);
/* Zeroes the slots (and creates them), and adds them up into `gradient`. */
clpt_status clpti_network_slots_clear(clpt_network *network);
clpt_status clpti_network_slots_fold(clpt_network *network);

/* ---- physics.c ---- */

/* Patches and canvases of a piece; scratch. */
typedef struct clpti_field_piece {
    clpt_buffer *patches; /* complex [count, C, N, N] */
    clpt_buffer *canvas;  /* complex [count, M, M] */
    clpti_reassemble_group_args merge;
    clpti_forward_args forward;
} clpti_field_piece;
/* Patches of the tensors amplitude and phase, merged. */
clpt_status clpti_network_fields(clpt_network *network, const char *function, const clpti_batch *batch, int64_t first,
                                 int64_t count, clpti_field_piece *piece);
void clpti_network_fields_give(clpti_field_piece *piece);
/* Sums of the loss of a piece, as weighted sums over pixels: value, and the derivative with respect to ln s. With
 * gradients also the gradients of amplitude and phase, multiplied by `factor`. Without sums the call does not wait. */
clpt_status clpti_network_loss(clpt_network *network, const clpti_batch *batch, clpti_field_piece *piece, double factor,
                               double *value, double *slope, clpt_buffer **d_amplitude, clpt_buffer **d_phase);

#endif
