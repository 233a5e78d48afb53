/* SPDX-License-Identifier: Apache-2.0 */
/* The nodes of a network, forwards, and backwards with the gradients of its weights. */
#include "ops/layers.h"

#include "network/network.h"

static clpti_convolve_args convolution(const clpt_network *n, const clpti_node *node, int64_t count)
{
    const clpti_layer_plan *layer = &n->plan.layers[node->layer];
    const clpti_tensor_plan *in = &n->plan.tensors[node->in], *out = &n->plan.tensors[node->out];
    clpti_view values = clpti_view_of(n->values);
    return (clpti_convolve_args){.in = {n->tensors[node->in], node->channel},
                                 .count = count,
                                 .height = layer->side,
                                 .width = layer->side,
                                 .inputs = layer->inputs,
                                 .in_pitch = in->channels,
                                 .outputs = layer->outputs,
                                 .out_pitch = layer->outputs,
                                 .weights = clpti_view_at(values, layer->offset),
                                 .bias = clpti_view_at(values, layer->offset + 9 * layer->inputs * layer->outputs),
                                 .relu = out->relu,
                                 .out = clpti_view_of(n->tensors[node->out])};
}

/* The smaller image of POOL and ENLARGE has the side of `small`. */
static clpti_resize_args resizing(const clpt_network *n, int large, int small, int64_t count)
{
    const clpti_tensor_plan *t = &n->plan.tensors[small];
    return (clpti_resize_args){.large = clpti_view_of(n->tensors[large]),
                               .small = clpti_view_of(n->tensors[small]),
                               .count = count,
                               .height = t->side,
                               .width = t->side,
                               .channels = t->channels};
}

static clpti_activate_args activation(const clpt_network *n, const clpti_node *node, int64_t count)
{
    return (clpti_activate_args){.function = node->function,
                                 .values = clpti_view_of(n->tensors[node->in]),
                                 .count = count * clpti_tensor_elements(&n->plan.tensors[node->in]),
                                 .out = clpti_view_of(n->tensors[node->out])};
}

static clpti_frame_args framing(const clpt_network *n, const clpti_node *node, int64_t count, clpt_buffer *const *from)
{
    const clpti_tensor_plan *out = &n->plan.tensors[node->out];
    return (clpti_frame_args){.centre = clpti_view_of(from[node->in]),
                              .border = clpti_view_of(node->border < 0 ? NULL : from[node->border]),
                              .whole = clpti_view_of(from[node->out]),
                              .count = count,
                              .size = out->side,
                              .channels = out->channels};
}

static clpt_status run(clpt_network *n, const clpti_node *node, int64_t count)
{
    switch (node->kind) {
    case CLPTI_NODE_CONVOLVE: {
        clpti_convolve_args args = convolution(n, node, count);
        return clpti_convolve(n->context, &args);
    }
    case CLPTI_NODE_POOL: {
        clpti_resize_args args = resizing(n, node->in, node->out, count);
        return clpti_pool(n->context, &args);
    }
    case CLPTI_NODE_ENLARGE: {
        clpti_resize_args args = resizing(n, node->out, node->in, count);
        return clpti_enlarge(n->context, &args);
    }
    case CLPTI_NODE_ACTIVATE: {
        clpti_activate_args args = activation(n, node, count);
        return clpti_activate(n->context, &args);
    }
    default: {
        clpti_frame_args args = framing(n, node, count, n->tensors);
        return clpti_frame(n->context, &args);
    }
    }
}

clpt_status clpti_network_forward(clpt_network *n, int64_t count)
{
    clpt_status status = CLPT_OK;
    for (int i = 0; i < n->plan.node_count; i++) CLPTI_TRY(run(n, &n->plan.nodes[i], count));
cleanup:
    return status;
}

/* ---- backwards ---- */

/* Gradients of tensors: scratch, from the first node that adds to one until the node that made the tensor. */
typedef struct gradients {
    clpt_buffer *of[CLPTI_NETWORK_TENSORS];
} gradients;

static clpt_status take(clpt_network *n, gradients *g, int tensor, int64_t count)
{
    int64_t elements = count * clpti_tensor_elements(&n->plan.tensors[tensor]);
    return clpti_scratch_take(n->context, CLPTI_REAL, elements, &g->of[tensor]);
}

static clpt_status back_convolution(clpt_network *n, const clpti_node *node, int64_t count, gradients *g)
{
    clpt_status status = CLPT_OK;
    clpti_convolve_args f = convolution(n, node, count);
    const clpti_tensor_plan *in = &n->plan.tensors[node->in];
    clpti_view given = clpti_view_of(g->of[node->out]);
    int64_t elements = count * clpti_tensor_elements(in);
    CLPTI_TRY(clpti_convolve_weights(
        n->context,
        &(clpti_convolve_weights_args){.in = f.in,
                                       .count = count,
                                       .height = f.height,
                                       .width = f.width,
                                       .inputs = f.inputs,
                                       .in_pitch = f.in_pitch,
                                       .outputs = f.outputs,
                                       .cotangent = given,
                                       .slots = clpti_convolve_slots(n->context, f.height, f.inputs, f.outputs),
                                       .gradient = clpti_view_of(n->slots[node->layer])}));
    if (node->in == 0) return CLPT_OK;
    bool add = g->of[node->in] != NULL, part = f.inputs < f.in_pitch;
    if (!add) CLPTI_TRY(take(n, g, node->in, count));
    if (!add && part) CLPTI_TRY(clpti_zero(clpti_view_of(g->of[node->in]), elements));
    CLPTI_TRY(
        clpti_convolve(n->context, &(clpti_convolve_args){.in = given,
                                                          .count = count,
                                                          .height = f.height,
                                                          .width = f.width,
                                                          .inputs = f.outputs,
                                                          .in_pitch = f.outputs,
                                                          .outputs = f.inputs,
                                                          .out_pitch = f.in_pitch,
                                                          .weights = f.weights,
                                                          .back = true,
                                                          .add = add || part,
                                                          .gate = clpti_view_of(in->relu ? n->tensors[node->in] : NULL),
                                                          .out = {g->of[node->in], node->channel}}));
cleanup:
    return status;
}

static clpt_status back(clpt_network *n, const clpti_node *node, int64_t count, gradients *g)
{
    clpt_status status = CLPT_OK;
    clpti_view given = clpti_view_of(g->of[node->out]);
    if (node->kind == CLPTI_NODE_CONVOLVE) return back_convolution(n, node, count, g);
    CLPTI_TRY(take(n, g, node->in, count));
    clpti_view out = clpti_view_of(g->of[node->in]);
    if (node->kind == CLPTI_NODE_POOL) {
        CLPTI_TRY(clpti_pool_back(n->context,
                                  &(clpti_resize_back_args){resizing(n, node->in, node->out, count), given, out}));
    } else if (node->kind == CLPTI_NODE_ENLARGE) {
        CLPTI_TRY(clpti_enlarge_back(n->context,
                                     &(clpti_resize_back_args){resizing(n, node->out, node->in, count), given, out}));
    } else if (node->kind == CLPTI_NODE_ACTIVATE) {
        clpti_activate_args args = activation(n, node, count);
        args.cotangent = given;
        args.out = out;
        CLPTI_TRY(clpti_activate_back(n->context, &args));
    } else {
        if (node->border >= 0) CLPTI_TRY(take(n, g, node->border, count));
        clpti_frame_args args = framing(n, node, count, g->of);
        CLPTI_TRY(clpti_frame_back(n->context, &args));
    }
cleanup:
    return status;
}

clpt_status clpti_network_backward(clpt_network *n, int64_t count, clpt_buffer **d_amplitude, clpt_buffer **d_phase)
{
    clpt_status status = CLPT_OK;
    gradients g = {0};
    g.of[n->plan.amplitude] = *d_amplitude;
    g.of[n->plan.phase] = *d_phase;
    *d_amplitude = *d_phase = NULL;
    for (int i = n->plan.node_count - 1; i >= 0; i--) {
        CLPTI_TRY(back(n, &n->plan.nodes[i], count, &g));
        clpti_scratch_give(&g.of[n->plan.nodes[i].out]);
    }
cleanup:
    for (int i = 0; i < n->plan.tensor_count; i++) clpti_scratch_give(&g.of[i]);
    return status;
}

/* ---- slots ---- */

static int64_t slot_count(clpt_network *n, int layer)
{
    const clpti_layer_plan *l = &n->plan.layers[layer];
    return clpti_convolve_slots(n->context, l->side, l->inputs, l->outputs);
}

static int64_t slot_elements(const clpt_network *n, int layer)
{
    const clpti_layer_plan *l = &n->plan.layers[layer];
    return (9 * l->inputs + 1) * l->outputs;
}

clpt_status clpti_network_slots_clear(clpt_network *n)
{
    clpt_status status = CLPT_OK;
    for (int i = 0; i < n->plan.layer_count; i++) {
        int64_t elements = slot_count(n, i) * slot_elements(n, i);
        if (!n->slots[i]) CLPTI_TRY(clpti_buffer_create(n->context, CLPTI_REAL, elements, &n->slots[i]));
        CLPTI_TRY(clpti_zero(clpti_view_of(n->slots[i]), elements));
    }
cleanup:
    return status;
}

clpt_status clpti_network_slots_fold(clpt_network *n)
{
    clpt_status status = CLPT_OK;
    CLPTI_TRY(clpti_zero(clpti_view_of(n->gradient), n->plan.parameters));
    for (int i = 0; i < n->plan.layer_count; i++)
        CLPTI_TRY(clpti_fold(n->context, &(clpti_fold_args){.slots = clpti_view_of(n->slots[i]),
                                                            .slot_count = slot_count(n, i),
                                                            .count = slot_elements(n, i),
                                                            .out = clpti_view_at(clpti_view_of(n->gradient),
                                                                                 n->plan.layers[i].offset)}));
cleanup:
    return status;
}
