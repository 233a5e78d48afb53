/* SPDX-License-Identifier: Apache-2.0 */
/* Reference of activate and activate_back: the functions of a network's last layers and their derivatives. */
#include <math.h>

#include "buffer/buffer.h"
#include "ops/layers.h"

static double sigmoid(double z)
{
    return 0.5 * (1 + tanh(0.5 * z));
}

static double value_of(int function, double z)
{
    switch (function) {
    case CLPT_ACTIVATION_SIGMOID:
        return sigmoid(z);
    case CLPT_ACTIVATION_SWISH:
        return z * sigmoid(z);
    case CLPT_ACTIVATION_SOFTPLUS:
        return fmax(z, 0) + log1p(exp(-fabs(z)));
    case CLPT_ACTIVATION_RELU:
        return fmax(z, 0);
    default:
        return M_PI * tanh(z);
    }
}

static double slope_of(int function, double z)
{
    double s = sigmoid(z), e = exp(-fabs(z)), sech = 2 * e / (1 + e * e); /* 1 − tanh² without cancellation */
    switch (function) {
    case CLPT_ACTIVATION_SIGMOID:
        return s * (1 - s);
    case CLPT_ACTIVATION_SWISH:
        return s * (1 + z * (1 - s));
    case CLPT_ACTIVATION_SOFTPLUS:
        return s;
    case CLPT_ACTIVATION_RELU:
        return z > 0;
    default:
        return M_PI * sech * sech;
    }
}

clpt_status clpti_ref_activate(clpt_context *context, const void *args)
{
    (void)context;
    const clpti_activate_args *a = args;
    const double *values = clpti_host(a->values);
    double *out = clpti_host(a->out);
    for (int64_t i = 0; i < a->count; i++) out[i] = value_of(a->function, values[i]);
    return CLPT_OK;
}

clpt_status clpti_ref_activate_back(clpt_context *context, const void *args)
{
    (void)context;
    const clpti_activate_args *a = args;
    const double *values = clpti_host(a->values), *given = clpti_host(a->cotangent);
    double *out = clpti_host(a->out);
    for (int64_t i = 0; i < a->count; i++) out[i] = given[i] * slope_of(a->function, values[i]);
    return CLPT_OK;
}
