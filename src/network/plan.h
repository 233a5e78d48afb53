/* SPDX-License-Identifier: Apache-2.0 */
/* The plan of a network: its layers as a list of nodes between images (tensors), made from the options alone. */
#ifndef CLPTI_NETWORK_PLAN_H
#define CLPTI_NETWORK_PLAN_H

#include "core/status.h"
#include "clptycho/network.h"

enum { CLPTI_NETWORK_TENSORS = 96, CLPTI_NETWORK_NODES = 96, CLPTI_NETWORK_LAYERS = 40 };

/* An image per group, [side, side, channels]. */
typedef struct clpti_tensor_plan {
    char name[20];
    int64_t side, channels;
    bool relu; /* output of relu: its gradient is that before relu */
} clpti_tensor_plan;

/* A convolution's weights: [9, inputs, outputs] at `offset` of all parameters, then [outputs] of its bias. */
typedef struct clpti_layer_plan {
    char name[20];
    int64_t inputs, outputs, side, offset;
} clpti_layer_plan;

typedef enum clpti_node_kind {
    CLPTI_NODE_CONVOLVE,
    CLPTI_NODE_POOL,
    CLPTI_NODE_ENLARGE,
    CLPTI_NODE_ACTIVATE,
    CLPTI_NODE_FRAME
} clpti_node_kind;

typedef struct clpti_node {
    clpti_node_kind kind;
    int in, out;     /* tensors */
    int layer;       /* CONVOLVE */
    int64_t channel; /* CONVOLVE: the first channel of `in` that it reads */
    int function;    /* ACTIVATE: see clpti_activate_args */
    int border;      /* FRAME: the second tensor; −1: none */
} clpti_node;

typedef struct clpti_plan {
    int tensor_count, node_count, layer_count;
    clpti_tensor_plan tensors[CLPTI_NETWORK_TENSORS]; /* 0: the input */
    clpti_node nodes[CLPTI_NETWORK_NODES];
    clpti_layer_plan layers[CLPTI_NETWORK_LAYERS];
    int amplitude, phase; /* tensors */
    int64_t parameters;
} clpti_plan;

/* Of checked options. */
void clpti_plan_make(const clpt_network_options *options, clpti_plan *plan);
static inline int64_t clpti_tensor_elements(const clpti_tensor_plan *tensor)
{
    return tensor->side * tensor->side * tensor->channels;
}

#endif
