/* SPDX-License-Identifier: Apache-2.0 */
/* Gain of a likelihood at the detector: cl/common/likelihood.clh. */
#ifndef CLPTI_REF_LIKELIHOOD_H
#define CLPTI_REF_LIKELIHOOD_H

#include <math.h>

#include "clptycho/clptycho.h"

/* Δψ̂ / ψ̂ where √I is `model` and √m `amplitude`. */
static inline double clpti_likelihood_gain(clpt_likelihood likelihood, double amplitude, double model)
{
    double ratio = fmin(amplitude / fmax(model, 1e-30), 8);
    return likelihood == CLPT_LIKELIHOOD_POISSON ? ratio * ratio - 1 : ratio - 1;
}

#endif
