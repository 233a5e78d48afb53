/* SPDX-License-Identifier: Apache-2.0 */
/* Entries for the forward model of a scan, its adjoint, losses, and the gradient of a batch. */
#include <stdlib.h>

#include "catalogue/families.h"
#include "core/memory.h"

static const clpti_entry_array
    object = {.name = "object", .shape = "HW", .kind = CLPTI_ARRAY_COMPLEX, .content = CLPTI_CONTENT_OBJECT},
    d_object = {.name = "d_object", .shape = "HW", .kind = CLPTI_ARRAY_COMPLEX},
    d_probe = {.name = "d_probe", .shape = "PNN", .kind = CLPTI_ARRAY_COMPLEX},
    intensity = {.name = "intensity", .shape = "SNN", .kind = CLPTI_ARRAY_REAL},
    cotangent = {.name = "cotangent", .shape = "SNN", .kind = CLPTI_ARRAY_REAL, .content = CLPTI_CONTENT_COUNTS},
    scale = {.name = "scale", .shape = "", .kind = CLPTI_ARRAY_NUMBERS},
    d_scale = {.name = "d_scale", .shape = "", .kind = CLPTI_ARRAY_NUMBERS},
    modelled = {.name = "intensity", .shape = "SNN", .kind = CLPTI_ARRAY_REAL, .content = CLPTI_CONTENT_COUNTS},
    d_intensity = {.name = "d_intensity", .shape = "SNN", .kind = CLPTI_ARRAY_REAL},
    measured = {.name = "measured", .shape = "SNN", .kind = CLPTI_ARRAY_REAL, .content = CLPTI_CONTENT_COUNTS},
    mask = {.name = "mask",
            .shape = "SNN",
            .kind = CLPTI_ARRAY_REAL,
            .content = CLPTI_CONTENT_MASK,
            .need = CLPTI_NEEDED_NEVER},
    d_batch_positions = {.name = "d_positions", .shape = "T2", .kind = CLPTI_ARRAY_NUMBERS};

static double *numbers(const clpt_array *array)
{
    return array ? array->data : NULL;
}

static clpt_forward_options model(const clpti_call *c)
{
    clpt_forward_options options = c->options.model;
    options.size = sizeof options;
    return options;
}

static clpt_forward_gradients gradients(const clpti_call *c, int first)
{
    clpt_forward_gradients to = clpt_forward_gradients_default();
    to.d_object = c->a[first];
    to.d_probe = c->a[first + 1];
    to.d_positions = c->a[first + 2];
    to.d_scale = numbers(c->a[first + 3]);
    return to;
}

static clpt_status forward(const clpti_call *c)
{
    const clpt_forward_options options = model(c);
    return clpt_forward(c->context, c->a[0], c->scan, c->a[2], &options, c->a[3]);
}

static clpt_status forward_adjoint(const clpti_call *c)
{
    const clpt_forward_options options = model(c);
    const clpt_forward_gradients to = gradients(c, 4);
    return clpt_forward_adjoint(c->context, c->a[0], c->scan, c->a[2], &options, c->a[3], &to);
}

static clpt_status photon_scale(const clpti_call *c)
{
    const clpt_forward_options options = model(c);
    return clpt_photon_scale(c->context, c->a[0], c->scan, c->a[2], &options, c->options.photons, numbers(c->a[3]));
}

static clpt_status loss(const clpti_call *c)
{
    return clpt_loss_evaluate(c->context, c->options.loss, c->a[0], c->a[1], c->a[2], numbers(c->a[3]), c->a[4]);
}

/* Every second pattern of `all`, in descending order; NULL if out of memory. */
static int32_t *every_other(int64_t all, int64_t count)
{
    int32_t *patterns = clpti_malloc(count + 1, sizeof *patterns);
    for (int64_t i = 0; patterns && i < count; i++) patterns[i] = (int32_t)(all - 1 - 2 * i);
    return patterns;
}

static clpt_status gradient(const clpti_call *c)
{
    const clpt_forward_options options = model(c);
    const clpt_forward_gradients to = gradients(c, 6);
    int32_t *patterns = c->sizes.T ? every_other(c->sizes.S, c->sizes.T) : NULL;
    if (c->sizes.T && !patterns) return CLPT_ERROR_MEMORY;
    const clpt_gradient_args args = {.size = sizeof args,
                                     .loss = c->options.loss,
                                     .object = c->a[0],
                                     .scan = c->scan,
                                     .probe = c->a[2],
                                     .patterns = patterns,
                                     .count = c->sizes.T,
                                     .measured = c->a[3],
                                     .mask = c->a[4],
                                     .options = &options};
    clpt_status status = clpt_gradient(c->context, &args, numbers(c->a[5]), &to);
    free(patterns);
    return status;
}

static double pixels(const clpti_call *c)
{
    return (double)c->sizes.S * (double)(c->sizes.N * c->sizes.N);
}

/* A sample of the object, and of each mode a product, a transform and a modulus; a near field has another transform
 * and the product with its transfer function. */
static double forward_flop(const clpti_call *c)
{
    double waves = pixels(c) * (double)c->sizes.P, fft = clpti_flop_fft(c->sizes.S * c->sizes.P, c->sizes.N);
    double far = CLPTI_FLOP_SAMPLE * pixels(c) + (CLPTI_FLOP_PRODUCT + CLPTI_FLOP_MODULUS) * waves + fft;
    return c->options.model.propagation.kind == CLPT_PROPAGATION_FAR_FIELD ? far
                                                                           : far + CLPTI_FLOP_PRODUCT * waves + fft;
}

static double gradient_flop(const clpti_call *c)
{
    return 2.0 * forward_flop(c) + CLPTI_FLOP_PIXEL * pixels(c) + CLPTI_FLOP_PRODUCT * pixels(c) * (double)c->sizes.P;
}

static double photon_scale_flop(const clpti_call *c)
{
    return CLPTI_FLOP_SAMPLE * pixels(c) * (double)c->sizes.P;
}

static double loss_flop(const clpti_call *c)
{
    return CLPTI_FLOP_PIXEL * pixels(c);
}

#define MODEL "smooth|probe-mask|scale|pad|subpixel|propagation|energy|distance|source-distance|detector-pixel"

const clpti_entry clpti_catalogue_models[] = {
    {.name = "forward",
     .function = "clpt_forward",
     .summary = "the intensities of all patterns from object and probe",
     .items = 'S',
     .parts = 'P',
     .arrays = {&object, &clpti_array_positions, &clpti_array_probe, &intensity},
     .options = MODEL,
     .tolerance = CLPTI_ACCURACY_DIFFRACT,
     .scans = true,
     .call = forward,
     .flop = forward_flop},
    {.name = "forward-adjoint",
     .function = "clpt_forward_adjoint",
     .summary = "gradients of forward with respect to object, probe, positions and scale",
     .items = 'S',
     .parts = 'P',
     .arrays = {&object, &clpti_array_positions, &clpti_array_probe, &cotangent, &d_object, &d_probe,
                &clpti_array_d_positions, &d_scale},
     .options = MODEL,
     .tolerance = CLPTI_ACCURACY_GRADIENT,
     .scans = true,
     .call = forward_adjoint,
     .flop = gradient_flop},
    {.name = "photon-scale",
     .function = "clpt_photon_scale",
     .summary = "the scale for a given mean number of photons per pattern",
     .items = 'S',
     .parts = 'P',
     .arrays = {&object, &clpti_array_positions, &clpti_array_probe, &scale},
     .options = "photons|smooth|probe-mask|pad|subpixel",
     .needed = "photons",
     .usual = {.photons = 1e4},
     .tolerance = CLPTI_ACCURACY_LOSS,
     .scans = true,
     .call = photon_scale,
     .flop = photon_scale_flop},
    {.name = "loss",
     .function = "clpt_loss_evaluate",
     .summary = "a loss of intensities against measured counts, and its gradient",
     .items = 'S',
     .arrays = {&modelled, &measured, &mask, &clpti_array_loss, &d_intensity},
     .options = "loss",
     .tolerance = CLPTI_ACCURACY_GRADIENT,
     .call = loss,
     .flop = loss_flop},
    {.name = "gradient",
     .function = "clpt_gradient",
     .summary = "forward, loss, and gradients with respect to object, probe, positions and scale",
     .items = 'S',
     .parts = 'P',
     .arrays = {&object, &clpti_array_positions, &clpti_array_probe, &measured, &mask, &clpti_array_loss, &d_object,
                &d_probe, &d_batch_positions, &d_scale},
     .options = "loss|" MODEL,
     .tolerance = CLPTI_ACCURACY_GRADIENT,
     .scans = true,
     .call = gradient,
     .flop = gradient_flop},
    {.name = NULL}};
