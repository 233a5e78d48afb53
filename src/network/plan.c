/* SPDX-License-Identifier: Apache-2.0 */
/* The layers of PtychoPINN's network: an encoder of convolutions and pooling, and two decoders, for amplitude and
 * phase, without connections between the levels of encoder and decoders. */
#include "network/plan.h"

#include <stdio.h>
#include <string.h>

#include "ops/layers.h"

enum { BORDER_CHANNELS = 4 }; /* of the last level of a decoder, whatever the number of patterns in a group */

static int add_tensor(clpti_plan *p, const char *name, int64_t side, int64_t channels, bool relu)
{
    clpti_tensor_plan *t = &p->tensors[p->tensor_count];
    *t = (clpti_tensor_plan){.side = side, .channels = channels, .relu = relu};
    snprintf(t->name, sizeof t->name, "%s", name);
    return p->tensor_count++;
}

static int add_convolution(clpti_plan *p, const char *name, int in, int64_t channel, int64_t inputs, int64_t outputs,
                           bool relu)
{
    clpti_layer_plan *layer = &p->layers[p->layer_count];
    *layer =
        (clpti_layer_plan){.inputs = inputs, .outputs = outputs, .side = p->tensors[in].side, .offset = p->parameters};
    snprintf(layer->name, sizeof layer->name, "%s", name);
    p->parameters += (9 * inputs + 1) * outputs;
    int out = add_tensor(p, name, layer->side, outputs, relu);
    p->nodes[p->node_count++] =
        (clpti_node){.kind = CLPTI_NODE_CONVOLVE, .in = in, .out = out, .layer = p->layer_count++, .channel = channel};
    return out;
}

static int add_node(clpti_plan *p, const char *name, clpti_node node, int64_t side)
{
    node.out = add_tensor(p, name, side, p->tensors[node.in].channels, false);
    p->nodes[p->node_count++] = node;
    return node.out;
}

/* "amp" and "up1a": "amp_up1a". */
static const char *name_of(const char *head, const char *part, char text[20])
{
    snprintf(text, 20, "%s%s%s", head, *head ? "_" : "", part);
    return text;
}

static const char *level_name(const char *head, const char *part, int level, const char *end, char text[20])
{
    snprintf(text, 20, "%s%s%s%d%s", head, *head ? "_" : "", part, level, end);
    return text;
}

/* Two convolutions. */
static int add_pair(clpti_plan *p, const char *head, const char *part, int level, int in, int64_t filters)
{
    char name[20];
    int middle =
        add_convolution(p, level_name(head, part, level, "a", name), in, 0, p->tensors[in].channels, filters, true);
    return add_convolution(p, level_name(head, part, level, "b", name), middle, 0, filters, filters, true);
}

static int add_border(clpti_plan *p, const clpt_network_options *o, const char *head, int in)
{
    char name[20];
    int64_t filters = (int64_t)(o->filters * 2048 / (double)o->side), channels = p->tensors[in].channels;
    int a =
        add_convolution(p, name_of(head, "outa", name), in, channels - BORDER_CHANNELS, BORDER_CHANNELS, filters, true);
    int b = add_convolution(p, name_of(head, "outb", name), a, 0, filters, filters, true);
    int whole = add_node(p, name_of(head, "out_ups", name), (clpti_node){.kind = CLPTI_NODE_ENLARGE, .in = b}, o->side);
    int z = add_convolution(p, name_of(head, "border", name), whole, 0, filters, o->grid * o->grid, false);
    return add_node(p, name_of(head, "border_act", name),
                    (clpti_node){.kind = CLPTI_NODE_ACTIVATE, .in = z, .function = CLPT_ACTIVATION_SWISH}, o->side);
}

/* Levels have half as many filters and twice the side of the level before. */
static int add_decoder(clpti_plan *p, const clpt_network_options *o, const char *head, int in, int function)
{
    char name[20];
    double filters = o->filters * (double)o->side; /* of the first level */
    for (int level = 1; p->tensors[in].side < o->side / 2; level++, filters /= 2) {
        int pair = add_pair(p, head, "up", level, in, (int64_t)filters);
        in = add_node(p, level_name(head, "ups", level, "", name), (clpti_node){.kind = CLPTI_NODE_ENLARGE, .in = pair},
                      2 * p->tensors[pair].side);
    }
    int z = add_convolution(p, name_of(head, "inner", name), in, 0, p->tensors[in].channels - BORDER_CHANNELS,
                            o->grid * o->grid, false);
    int centre = add_node(p, name_of(head, "inner_act", name),
                          (clpti_node){.kind = CLPTI_NODE_ACTIVATE, .in = z, .function = function}, o->side / 2);
    int border = o->no_border ? -1 : add_border(p, o, head, in);
    return add_node(p, head, (clpti_node){.kind = CLPTI_NODE_FRAME, .in = centre, .border = border}, o->side);
}

void clpti_plan_make(const clpt_network_options *o, clpti_plan *p)
{
    char name[20];
    *p = (clpti_plan){0};
    int in = add_tensor(p, "input", o->side, o->grid * o->grid, false);
    double filters = o->filters * 2048 / (double)o->side;
    for (int level = 1; p->tensors[in].side > 8; level++, filters *= 2) {
        int pair = add_pair(p, "", "enc", level, in, (int64_t)filters);
        in = add_node(p, level_name("", "pool", level, "", name), (clpti_node){.kind = CLPTI_NODE_POOL, .in = pair},
                      p->tensors[pair].side / 2);
    }
    p->amplitude = add_decoder(p, o, "amp", in, (int)o->activation);
    p->phase = add_decoder(p, o, "phase", in, CLPTI_ACTIVATION_PHASE);
}
