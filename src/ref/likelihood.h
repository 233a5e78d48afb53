/* SPDX-License-Identifier: Apache-2.0 */
/* What a likelihood asks for at the detector: cl/common/likelihood.clh. */
#ifndef CLPTI_REF_LIKELIHOOD_H
#define CLPTI_REF_LIKELIHOOD_H

#include <math.h>

#include "clptycho/clptycho.h"

/* Δψ̂ / ψ̂ where √I is `model` and √m `amplitude`. */
static inline double clpti_likelihood_gain(clpt_likelihood likelihood, double amplitude, double model)
{
    if (likelihood == CLPT_LIKELIHOOD_AMPLITUDE) return amplitude / (model + 1e-6) - 1;
    double ratio = amplitude / fmax(model, fmax(amplitude / 32, 1e-6));
    return ratio * ratio - 1;
}

#endif
