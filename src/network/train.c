/* SPDX-License-Identifier: Apache-2.0 */
/* Loss, gradient and steps of a batch, and the ends of epochs. */
#include <math.h>

#include "network/network.h"
#include "ops/layers.h"

static const double decay_mean = 0.9, decay_square = 0.999, epsilon = 1e-7;

/* ---- a batch, piece by piece ---- */

typedef struct totals {
    double value, slope; /* means over the batch: the loss, and its derivative with respect to ln s */
} totals;

static clpt_status run_piece(clpt_network *n, const char *function, clpti_batch *batch, int64_t first, int64_t count,
                             double factor, bool gradient, totals *sums)
{
    clpt_status status = CLPT_OK;
    clpti_field_piece piece = {0};
    clpt_buffer *d_amplitude = NULL, *d_phase = NULL;
    CLPTI_TRY(clpti_batch_load(n, batch, first, count));
    CLPTI_TRY(clpti_network_forward(n, count));
    CLPTI_TRY(clpti_network_fields(n, function, batch, first, count, &piece));
    CLPTI_TRY(clpti_network_loss(n, batch, &piece, factor, sums ? &sums->value : NULL, sums ? &sums->slope : NULL,
                                 gradient ? &d_amplitude : NULL, gradient ? &d_phase : NULL));
    if (gradient) CLPTI_TRY(clpti_network_backward(n, count, &d_amplitude, &d_phase));
cleanup:
    clpti_network_fields_give(&piece);
    clpti_scratch_give(&d_amplitude);
    clpti_scratch_give(&d_phase);
    return status;
}

/* Without sums the call does not wait for the device. */
static clpt_status run_batch(clpt_network *n, const char *function, const clpt_network_batch *given, bool gradient,
                             totals *sums)
{
    clpt_status status = CLPT_OK;
    clpti_batch batch = {0};
    CLPTI_TRY(clpti_batch_open(n, function, given, &batch));
    int64_t groups = batch.given.groups;
    double factor = 1.0 / (double)(groups * clpti_network_channels(n) * n->options.side * n->options.side);
    if (gradient) CLPTI_TRY(clpti_network_slots_clear(n));
    for (int64_t first = 0; first < groups; first += batch.piece) {
        int64_t count = groups - first < batch.piece ? groups - first : batch.piece;
        CLPTI_TRY(run_piece(n, function, &batch, first, count, factor, gradient, sums));
    }
    if (gradient) CLPTI_TRY(clpti_network_slots_fold(n));
    if (sums) *sums = (totals){sums->value * factor, sums->slope * factor};
cleanup:
    clpti_batch_close(&batch);
    return status;
}

clpt_status clpt_network_evaluate(clpt_network *network, const clpt_network_batch *batch, double *loss)
{
    totals sums = {0};
    if (!network || !loss) return CLPT_ERROR_ARGUMENT;
    clpt_status status = run_batch(network, "clpt_network_evaluate", batch, false, &sums);
    *loss = sums.value;
    return status;
}

clpt_status clpt_network_gradient(clpt_network *network, const clpt_network_batch *batch, double *loss)
{
    totals sums = {0};
    if (!network) return CLPT_ERROR_ARGUMENT;
    clpt_status status = run_batch(network, "clpt_network_gradient", batch, true, loss ? &sums : NULL);
    if (loss) *loss = sums.value;
    return status;
}

/* ---- the optimiser ---- */

/* The factor that limits the norm of the gradient. Blocks where there is a limit. */
static clpt_status limit_norm(clpt_network *n, double *factor)
{
    clpt_status status = CLPT_OK;
    clpt_buffer *sum = NULL;
    double total = 0;
    *factor = 1;
    if (n->options.clip == 0) return CLPT_OK;
    int64_t pairs = (n->plan.parameters + 1) / 2; /* of numbers, read as complex ones; a last odd one is 0 */
    CLPTI_TRY(clpti_scratch_take(n->context, CLPTI_REAL, pairs + 1, &sum));
    clpti_view squares = clpti_view_at(clpti_view_of(sum), 1);
    CLPTI_TRY(clpti_power(
        n->context,
        &(clpti_power_args){.modes = clpti_view_of(n->gradient), .mode_count = 1, .count = pairs, .power = squares}));
    CLPTI_TRY(clpti_totals(
        n->context,
        &(clpti_totals_args){.values = squares, .groups = 1, .height = 1, .width = pairs, .out = clpti_view_of(sum)}));
    CLPTI_TRY(clpti_field_download(clpti_view_of(sum), &total, CLPT_TYPE_F64, 1));
    if (sqrt(total) > n->options.clip) *factor = n->options.clip / sqrt(total);
cleanup:
    clpti_scratch_give(&sum);
    return status;
}

/* Adam on ln s, on the host. */
static void step_scale(clpt_network *n, double slope, double rate)
{
    double *c = n->counters;
    c[CLPTI_COUNTER_SCALE_MEAN] += (slope - c[CLPTI_COUNTER_SCALE_MEAN]) * (1 - decay_mean);
    c[CLPTI_COUNTER_SCALE_SQUARE] += (slope * slope - c[CLPTI_COUNTER_SCALE_SQUARE]) * (1 - decay_square);
    c[CLPTI_COUNTER_LOG_SCALE] -= rate * c[CLPTI_COUNTER_SCALE_MEAN] / (sqrt(c[CLPTI_COUNTER_SCALE_SQUARE]) + epsilon);
}

clpt_status clpt_network_step(clpt_network *network, const clpt_network_batch *batch, double *loss)
{
    clpt_network *n = network;
    totals sums = {0};
    double factor = 1;
    if (!n) return CLPT_ERROR_ARGUMENT;
    clpt_status status = CLPT_OK;
    CLPTI_TRY(run_batch(n, "clpt_network_step", batch, true, loss || n->options.train_scale ? &sums : NULL));
    CLPTI_TRY(limit_norm(n, &factor));
    double t = n->counters[CLPTI_COUNTER_STEP] + 1;
    double rate = n->counters[CLPTI_COUNTER_RATE] * sqrt(1 - pow(decay_square, t)) / (1 - pow(decay_mean, t));
    CLPTI_TRY(clpti_adam(n->context, &(clpti_adam_args){.values = clpti_view_of(n->values),
                                                        .gradient = clpti_view_of(n->gradient),
                                                        .mean = clpti_view_of(n->mean),
                                                        .square = clpti_view_of(n->square),
                                                        .count = n->plan.parameters,
                                                        .factor = factor,
                                                        .rate = rate,
                                                        .decay_mean = decay_mean,
                                                        .decay_square = decay_square,
                                                        .epsilon = epsilon}));
    n->counters[CLPTI_COUNTER_STEP] = t;
    if (n->options.train_scale) step_scale(n, sums.slope, rate);
    if (loss) *loss = sums.value;
cleanup:
    return status;
}

clpt_status clpt_network_end_epoch(clpt_network *network, double training, double validation, bool *stop)
{
    if (!network) return CLPT_ERROR_ARGUMENT;
    const clpt_network_options *o = &network->options;
    double *c = network->counters;
    double judged = isnan(validation) ? training : validation;
    c[CLPTI_COUNTER_EPOCH]++;
    if (judged < c[CLPTI_COUNTER_BEST_VALIDATION] - o->rate_change) {
        c[CLPTI_COUNTER_BEST_VALIDATION] = judged;
        c[CLPTI_COUNTER_RATE_WAIT] = 0;
    } else if (o->rate_patience > 0 && ++c[CLPTI_COUNTER_RATE_WAIT] >= (double)o->rate_patience) {
        c[CLPTI_COUNTER_RATE_WAIT] = 0;
        if (c[CLPTI_COUNTER_RATE] > o->rate_min)
            c[CLPTI_COUNTER_RATE] = fmax(o->rate_min, c[CLPTI_COUNTER_RATE] * o->rate_factor);
    }
    if (training < c[CLPTI_COUNTER_BEST_TRAINING]) {
        c[CLPTI_COUNTER_BEST_TRAINING] = training;
        c[CLPTI_COUNTER_STOP_WAIT] = 0;
    } else {
        c[CLPTI_COUNTER_STOP_WAIT]++;
    }
    if (stop) *stop = o->stop_patience > 0 && c[CLPTI_COUNTER_STOP_WAIT] >= (double)o->stop_patience;
    return CLPT_OK;
}

double clpt_network_get_rate(const clpt_network *network)
{
    return network ? network->counters[CLPTI_COUNTER_RATE] : 0;
}

int64_t clpt_network_get_step(const clpt_network *network)
{
    return network ? (int64_t)network->counters[CLPTI_COUNTER_STEP] : 0;
}

int64_t clpt_network_get_epoch(const clpt_network *network)
{
    return network ? (int64_t)network->counters[CLPTI_COUNTER_EPOCH] : 0;
}
