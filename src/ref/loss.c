/* SPDX-License-Identifier: Apache-2.0 */
/* Reference of loss: losses of patterns against measured counts, and their derivatives. */
#include "ref/field.h"

#include "ops/adjoint.h"

/* The loss of one good pixel and its derivative with respect to the intensity. */
static double loss_at(clpt_loss loss, double intensity, double measured, double *derivative)
{
    if (loss == CLPT_LOSS_POISSON) {
        *derivative = 1 - measured / (intensity + 1e-8);
        return intensity - measured * log(intensity + 1e-8);
    }
    double model = sqrt(intensity + 1e-12), difference = model - sqrt(measured);
    if (loss == CLPT_LOSS_AMPLITUDE) {
        *derivative = difference / model;
        return difference * difference;
    }
    double sign = difference > 0 ? 1 : difference < 0 ? -1 : 0;
    *derivative = sign / (2 * model);
    return fabs(difference);
}

/* Compensated summation (Neumaier 1974). */
typedef struct exact_sum {
    double sum, rest;
} exact_sum;

static void add(exact_sum *s, double term)
{
    double sum = s->sum + term;
    s->rest += fabs(s->sum) >= fabs(term) ? s->sum - sum + term : term - sum + s->sum;
    s->sum = sum;
}

static void loss_of(const clpti_loss_args *a, int64_t k)
{
    int64_t row = a->order ? a->order->host[a->first + k] : a->first + k;
    const double *intensity = clpti_host(a->intensity) + k * a->pixels;
    const double *measured = clpti_host(a->measured) + row * a->pixels, *mask = clpti_host(a->mask);
    double *d_intensity = clpti_host(a->d_intensity), *sums = clpti_host(a->sums) + 4 * k;
    if (mask && a->mask_per_pattern) mask += row * a->pixels;
    exact_sum loss = {0}, product = {0};
    for (int64_t i = 0; i < a->pixels; i++) {
        double weight = mask ? mask[i] : 1, derivative = 0, modelled = intensity[i];
        if (weight != 0) {
            double counts = a->roots ? measured[i] * measured[i] : measured[i];
            add(&loss, weight * loss_at(a->loss, modelled, counts, &derivative));
        }
        derivative *= weight;
        add(&product, derivative * modelled);
        if (d_intensity) d_intensity[k * a->pixels + i] = derivative;
    }
    sums[0] = loss.sum + loss.rest;
    sums[2] = product.sum + product.rest;
    sums[1] = sums[3] = 0;
}

clpt_status clpti_ref_loss(clpt_context *context, const void *args)
{
    (void)context;
    const clpti_loss_args *a = args;
    for (int64_t k = 0; k < a->count; k++) loss_of(a, k);
    return CLPT_OK;
}
