/* SPDX-License-Identifier: Apache-2.0 */
/* Networks: options, creation, weights. */
#include "network/network.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/merge.h"
#include "core/memory.h"
#include "core/poisson.h"
#include "core/struct_size.h"
#include "network/arrays.h"

enum { STREAM_WEIGHTS = 1000 }; /* and one more per layer */

static const clpt_network_options defaults = {.size = sizeof defaults,
                                              .side = 64,
                                              .grid = 2,
                                              .filters = 2,
                                              .weight = CLPT_WEIGHT_PROBE,
                                              .scale = 988.21176880261854, /* √1e9 / 32 */
                                              .poisson_weight = 1,
                                              .rate = 1e-3,
                                              .rate_min = 1e-4,
                                              .rate_factor = 0.5,
                                              .rate_change = 1e-4,
                                              .rate_patience = 2,
                                              .stop_patience = 3};
static const clpti_struct options_struct = {"clpt_network_options", sizeof defaults, &defaults};

void clpt_network_options_init(clpt_network_options *options, size_t size)
{
    clpti_struct_init(&options_struct, options, size);
}

/* ---- checks ---- */

typedef struct option_range {
    const char *name;
    double value, low, high;
} option_range;

static clpt_status check_ranges(const clpt_network_options *o, clpt_message *message)
{
    const option_range ranges[] = {{"grid", (double)o->grid, 1, 3},
                                   {"filters", o->filters, 0.25, 16},
                                   {"activation", o->activation, CLPT_ACTIVATION_SIGMOID, CLPT_ACTIVATION_RELU},
                                   {"weight", o->weight, CLPT_WEIGHT_NONE, CLPT_WEIGHT_PROBE},
                                   {"canvas", (double)o->canvas, (double)o->side, (double)o->side * 16},
                                   {"scale", o->scale, 1e-12, 1e12},
                                   {"poisson_weight", o->poisson_weight, 0, 1e12},
                                   {"amplitude_weight", o->amplitude_weight, 0, 1e12},
                                   {"rate", o->rate, 0, 1},
                                   {"rate_min", o->rate_min, 0, 1},
                                   {"rate_factor", o->rate_factor, 0, 1},
                                   {"rate_change", o->rate_change, 0, 1e12},
                                   {"rate_patience", (double)o->rate_patience, 0, 1e9},
                                   {"stop_patience", (double)o->stop_patience, 0, 1e9},
                                   {"clip", o->clip, 0, 1e30}};
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        if (!(ranges[i].value >= ranges[i].low && ranges[i].value <= ranges[i].high))
            return clpti_fail(message, CLPT_ERROR_ARGUMENT, "clpt_network_create: %s is %g; it must be from %g to %g",
                              ranges[i].name, ranges[i].value, ranges[i].low, ranges[i].high);
    return CLPT_OK;
}

static clpt_status check_options(clpt_network_options *o, clpt_message *message)
{
    if (o->side != 64 && o->side != 128 && o->side != 256)
        return clpti_fail(message, CLPT_ERROR_ARGUMENT,
                          "clpt_network_create: side is %lld; the network exists for 64, 128 and 256",
                          (long long)o->side);
    if (o->canvas == 0) o->canvas = o->side + 4 * (o->grid - 1) + 10;
    clpt_status status = check_ranges(o, message);
    if (status != CLPT_OK) return status;
    if (fmod(o->filters * 4, 1) != 0)
        return clpti_fail(message, CLPT_ERROR_ARGUMENT,
                          "clpt_network_create: filters is %g; it must be a multiple of 1/4", o->filters);
    if (o->poisson_weight == 0 && o->amplitude_weight == 0)
        return clpti_fail(message, CLPT_ERROR_ARGUMENT, "clpt_network_create: all weights of the loss are 0");
    return CLPT_OK;
}

/* ---- creation ---- */

static clpt_status take_probe(clpt_network *n, const clpt_array *probe)
{
    clpt_status status = CLPT_OK;
    int64_t side = n->options.side;
    clpt_buffer *power = NULL;
    CLPTI_TRY(clpti_check_probe(n->context, "clpt_network_create", probe, side, &n->modes));
    CLPTI_TRY(clpti_buffer_create(n->context, CLPTI_COMPLEX, n->modes * side * side, &n->probe));
    clpt_array own = clpt_array_device(n->probe, 0, probe->rank, probe->shape);
    CLPTI_TRY(clpt_array_copy(n->context, probe, &own));
    if (n->options.weight != CLPT_WEIGHT_PROBE) return CLPT_OK;
    CLPTI_TRY(clpti_buffer_create(n->context, CLPTI_REAL, side * side, &n->power));
    CLPTI_TRY(clpti_compute_probe_power(n->context, "clpt_network_create", &own, side, &power));
    CLPTI_TRY(clpti_copy(clpti_view_of(power), clpti_view_of(n->power), side * side));
cleanup:
    clpti_scratch_give(&power);
    return status;
}

static void reset_optimiser(clpt_network *n)
{
    double log_scale = n->counters[CLPTI_COUNTER_LOG_SCALE];
    memset(n->counters, 0, sizeof n->counters);
    n->counters[CLPTI_COUNTER_RATE] = n->options.rate;
    n->counters[CLPTI_COUNTER_BEST_VALIDATION] = n->counters[CLPTI_COUNTER_BEST_TRAINING] = INFINITY;
    n->counters[CLPTI_COUNTER_LOG_SCALE] = log_scale;
}

static clpt_status create_parameters(clpt_network *n)
{
    clpt_status status = CLPT_OK;
    int64_t count = (n->plan.parameters + 1) / 2 * 2; /* for limit_norm */
    clpt_buffer **all[] = {&n->values, &n->gradient, &n->mean, &n->square};
    for (int i = 0; i < 4; i++) {
        CLPTI_TRY(clpti_buffer_create(n->context, CLPTI_REAL, count, all[i]));
        CLPTI_TRY(clpti_zero(clpti_view_of(*all[i]), count));
    }
cleanup:
    return status;
}

clpt_status clpt_network_create(clpt_context *context, const clpt_network_options *options, const clpt_array *probe,
                                clpt_network **network)
{
    clpt_status status = CLPT_OK;
    if (network) *network = NULL;
    if (!context || !network) return CLPT_ERROR_ARGUMENT;
    clpt_network *n = clpti_calloc(1, sizeof *n);
    if (!n) return clpti_fail(&context->message, CLPT_ERROR_MEMORY, "clpt_network_create: no host memory");
    n->context = context;
    CLPTI_TRY(clpti_struct_read(&options_struct, "clpt_network_create", options, &n->options, &context->message));
    n->options.size = sizeof n->options;
    CLPTI_TRY(check_options(&n->options, &context->message));
    CLPTI_TRY(take_probe(n, probe));
    clpti_plan_make(&n->options, &n->plan);
    CLPTI_TRY(create_parameters(n));
    n->counters[CLPTI_COUNTER_LOG_SCALE] = log(n->options.scale);
    reset_optimiser(n);
    *network = n;
    n = NULL;
cleanup:
    clpt_network_destroy(&n);
    return status;
}

void clpt_network_destroy(clpt_network **network)
{
    clpt_network *n = network ? *network : NULL;
    if (!n) return;
    clpt_buffer **own[] = {&n->probe, &n->power, &n->values, &n->gradient, &n->mean, &n->square};
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) clpt_buffer_destroy(own[i]);
    for (int i = 0; i < CLPTI_NETWORK_LAYERS; i++) clpt_buffer_destroy(&n->slots[i]);
    for (int i = 0; i < CLPTI_NETWORK_TENSORS; i++) clpt_buffer_destroy(&n->tensors[i]);
    free(n);
    *network = NULL;
}

const clpt_network_options *clpt_network_get_options(const clpt_network *network)
{
    return network ? &network->options : NULL;
}

/* ---- weights ---- */

size_t clpt_network_get_weight_count(const clpt_network *network)
{
    return network ? 2 * (size_t)network->plan.layer_count : 0;
}

static clpti_network_entry weight_of(const clpt_network *n, size_t index)
{
    const clpti_layer_plan *layer = &n->plan.layers[index / 2];
    clpti_network_entry entry = {.buffer = n->values, .offset = layer->offset};
    clpt_network_array *a = &entry.array;
    a->type = clpt_buffer_get_type(n->values);
    snprintf(a->name, sizeof a->name, "%s.%c", layer->name, index % 2 ? 'b' : 'w');
    if (index % 2) {
        a->rank = 1;
        a->shape[0] = layer->outputs;
        entry.offset += 9 * layer->inputs * layer->outputs;
    } else {
        const int64_t shape[4] = {3, 3, layer->inputs, layer->outputs};
        a->rank = 4;
        memcpy(a->shape, shape, sizeof shape);
    }
    return entry;
}

clpt_status clpt_network_describe_weight(clpt_network *network, size_t index, clpt_network_array *weight)
{
    if (!network || !weight) return CLPT_ERROR_ARGUMENT;
    if (index >= clpt_network_get_weight_count(network))
        return clpti_fail(&network->context->message, CLPT_ERROR_ARGUMENT,
                          "clpt_network_describe_weight: there are %zu weights, not %zu",
                          clpt_network_get_weight_count(network), index + 1);
    *weight = weight_of(network, index).array;
    return CLPT_OK;
}

static clpt_status find_weight(clpt_network *n, const char *function, const char *name, clpti_network_entry *entry)
{
    for (size_t i = 0; name && i < clpt_network_get_weight_count(n); i++) {
        *entry = weight_of(n, i);
        if (!strcmp(entry->array.name, name)) return CLPT_OK;
    }
    return clpti_fail(&n->context->message, CLPT_ERROR_ARGUMENT,
                      "%s: the network has no weights '%s'; the first of its names are %s.w and %s.b, the last %s.b",
                      function, name ? name : "(NULL)", n->plan.layers[0].name, n->plan.layers[0].name,
                      n->plan.layers[n->plan.layer_count - 1].name);
}

clpt_status clpt_network_get_weight(clpt_network *network, const char *name, const clpt_array *weight)
{
    clpti_network_entry entry;
    if (!network) return CLPT_ERROR_ARGUMENT;
    clpt_status status = find_weight(network, "clpt_network_get_weight", name, &entry);
    return status != CLPT_OK ? status
                             : clpti_network_entry_copy(network, "clpt_network_get_weight", &entry, weight, false);
}

clpt_status clpt_network_set_weight(clpt_network *network, const char *name, const clpt_array *weight)
{
    clpti_network_entry entry;
    if (!network) return CLPT_ERROR_ARGUMENT;
    clpt_status status = find_weight(network, "clpt_network_set_weight", name, &entry);
    return status != CLPT_OK ? status
                             : clpti_network_entry_copy(network, "clpt_network_set_weight", &entry, weight, true);
}

clpt_status clpt_network_get_gradient(clpt_network *network, const char *name, const clpt_array *gradient)
{
    clpti_network_entry entry;
    if (!network) return CLPT_ERROR_ARGUMENT;
    clpt_status status = find_weight(network, "clpt_network_get_gradient", name, &entry);
    entry.buffer = network->gradient;
    return status != CLPT_OK ? status
                             : clpti_network_entry_copy(network, "clpt_network_get_gradient", &entry, gradient, false);
}

clpt_status clpt_network_initialise(clpt_network *network, uint64_t seed)
{
    clpt_network *n = network;
    if (!n) return CLPT_ERROR_ARGUMENT;
    clpt_status status = CLPT_OK;
    double *values = clpti_calloc(n->plan.parameters, sizeof *values);
    if (!values) return clpti_fail(&n->context->message, CLPT_ERROR_MEMORY, "clpt_network_initialise: no host memory");
    for (int l = 0; l < n->plan.layer_count; l++) {
        const clpti_layer_plan *layer = &n->plan.layers[l];
        double limit = sqrt(6.0 / (double)(9 * (layer->inputs + layer->outputs)));
        for (int64_t i = 0; i < 9 * layer->inputs * layer->outputs; i++)
            values[layer->offset + i] =
                limit * (2 * clpti_uniform(seed, STREAM_WEIGHTS + (uint32_t)l, (uint64_t)i) - 1);
    }
    CLPTI_TRY(clpti_field_upload(clpti_view_of(n->values), values, CLPT_TYPE_F64, n->plan.parameters));
    CLPTI_TRY(clpti_zero(clpti_view_of(n->mean), n->plan.parameters));
    CLPTI_TRY(clpti_zero(clpti_view_of(n->square), n->plan.parameters));
    n->counters[CLPTI_COUNTER_LOG_SCALE] = log(n->options.scale);
    reset_optimiser(n);
cleanup:
    free(values);
    return status;
}
