/* SPDX-License-Identifier: Apache-2.0 */
/* Entries for waves at a detector, and modes of a probe. */
#include "catalogue/families.h"

static const clpti_entry_array
    waves = {.name = "waves", .shape = "BNN", .kind = CLPTI_ARRAY_COMPLEX, .content = CLPTI_CONTENT_RANDOM},
    bright_waves = {.name = "waves", .shape = "BNN", .kind = CLPTI_ARRAY_COMPLEX, .content = CLPTI_CONTENT_PROBE},
    d_waves = {.name = "d_waves", .shape = "BNN", .kind = CLPTI_ARRAY_COMPLEX},
    amplitude = {.name = "amplitude", .shape = "BNN", .kind = CLPTI_ARRAY_REAL},
    cotangent = {.name = "cotangent", .shape = "BNN", .kind = CLPTI_ARRAY_REAL, .content = CLPTI_CONTENT_RANDOM},
    out = {.name = "out", .shape = "BNN", .kind = CLPTI_ARRAY_COMPLEX},
    modes = {.name = "modes", .shape = "PNN", .kind = CLPTI_ARRAY_COMPLEX, .content = CLPTI_CONTENT_MODES},
    orthogonal = {.name = "orthogonal", .shape = "PNN", .kind = CLPTI_ARRAY_COMPLEX, .joint = true},
    gram_matrix = {.name = "gram", .shape = "PP", .kind = CLPTI_ARRAY_PAIRS, .joint = true};

static clpt_status diffract(const clpti_call *c)
{
    return clpt_diffract(c->context, c->a[0], c->a[1]);
}

static clpt_status diffract_adjoint(const clpti_call *c)
{
    return clpt_diffract_adjoint(c->context, c->a[0], c->a[1], c->a[2]);
}

static clpt_status propagate(const clpti_call *c)
{
    return clpt_propagate(c->context, c->a[0], &c->options.model.propagation,
                          c->options.back ? CLPT_DIRECTION_BACKWARD : CLPT_DIRECTION_FORWARD, c->a[1]);
}

static clpt_status gram(const clpti_call *c)
{
    return clpt_gram(c->context, c->a[0], c->a[1]);
}

/* The operation is in place: applied to a copy of the modes. */
static clpt_status orthogonalise(const clpti_call *c)
{
    clpt_status status = c->sizes.P && c->sizes.N ? clpt_array_copy(c->context, c->a[0], c->a[1]) : CLPT_OK;
    return status == CLPT_OK ? clpt_orthogonalise(c->context, c->a[1]) : status;
}

static double pixels(const clpti_call *c)
{
    return (double)c->sizes.B * (double)(c->sizes.N * c->sizes.N);
}

static double diffract_flop(const clpti_call *c)
{
    return CLPTI_FLOP_MODULUS * pixels(c) + clpti_flop_fft(c->sizes.B, c->sizes.N);
}

static double diffract_adjoint_flop(const clpti_call *c)
{
    return 2.0 * diffract_flop(c);
}

static double propagate_flop(const clpti_call *c)
{
    return CLPTI_FLOP_PRODUCT * pixels(c) + 2.0 * clpti_flop_fft(c->sizes.B, c->sizes.N);
}

/* One triangle of P × P products. */
static double gram_flop(const clpti_call *c)
{
    return 8.0 * (double)(c->sizes.P * c->sizes.N * c->sizes.N) * (double)c->sizes.P / 2.0;
}

const clpti_entry clpti_catalogue_waves[] = {
    {.name = "diffract",
     .function = "clpt_diffract",
     .summary = "far-field amplitude |FFT2 wave| / N, centred",
     .items = 'B',
     .arrays = {&waves, &amplitude},
     .options = "",
     .tolerance = CLPTI_ACCURACY_DIFFRACT,
     .call = diffract,
     .flop = diffract_flop},
    {.name = "diffract-adjoint",
     .function = "clpt_diffract_adjoint",
     .summary = "gradient of diffract with respect to the waves",
     .items = 'B',
     .arrays = {&bright_waves, &cotangent, &d_waves},
     .options = "",
     .tolerance = CLPTI_ACCURACY_GRADIENT,
     .call = diffract_adjoint,
     .flop = diffract_adjoint_flop},
    {.name = "propagate",
     .function = "clpt_propagate",
     .summary = "waves to the detector of a near field, or back",
     .items = 'B',
     .arrays = {&waves, &out},
     .options = "propagation|energy|distance|source-distance|detector-pixel|back",
     .needed = "propagation",
     .usual = {.model.propagation = CLPTI_NEAR_FIELD},
     .tolerance = CLPTI_ACCURACY_DIFFRACT,
     .call = propagate,
     .flop = propagate_flop},
    {.name = "gram",
     .function = "clpt_gram",
     .summary = "Gram matrix of modes",
     .items = 'P',
     .arrays = {&modes, &gram_matrix},
     .options = "",
     .tolerance = CLPTI_ACCURACY_LINEAR,
     .call = gram,
     .flop = gram_flop},
    {.name = "orthogonalise",
     .function = "clpt_orthogonalise",
     .summary = "unitary rotation of modes: orthogonal, in order of descending power",
     .items = 'P',
     .arrays = {&modes, &orthogonal},
     .options = "",
     .tolerance = CLPTI_ACCURACY_GRADIENT,
     .call = orthogonalise,
     .flop = gram_flop},
    {.name = NULL}};
