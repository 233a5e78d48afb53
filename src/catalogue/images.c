/* SPDX-License-Identifier: Apache-2.0 */
/* Entries for images: warp, translation, total variation, and adjoints. */
#include "catalogue/families.h"

static const clpti_entry_array
    images = {.name = "images", .shape = "BHW", .kind = CLPTI_ARRAY_FIELD, .content = CLPTI_CONTENT_RANDOM},
    transforms = {.name = "transforms",
                  .shape = "B8",
                  .kind = CLPTI_ARRAY_NUMBERS,
                  .content = CLPTI_CONTENT_TRANSFORMS},
    shifts = {.name = "shifts", .shape = "B2", .kind = CLPTI_ARRAY_NUMBERS, .content = CLPTI_CONTENT_SHIFTS},
    out = {.name = "out", .shape = "BHW", .kind = CLPTI_ARRAY_FIELD},
    cotangent = {.name = "cotangent", .shape = "BHW", .kind = CLPTI_ARRAY_FIELD, .content = CLPTI_CONTENT_RANDOM},
    d_images = {.name = "d_images", .shape = "BHW", .kind = CLPTI_ARRAY_FIELD},
    d_transforms = {.name = "d_transforms", .shape = "B8", .kind = CLPTI_ARRAY_NUMBERS},
    d_shifts = {.name = "d_shifts", .shape = "B2", .kind = CLPTI_ARRAY_NUMBERS},
    object = {.name = "object", .shape = "HW", .kind = CLPTI_ARRAY_COMPLEX, .content = CLPTI_CONTENT_RANDOM},
    d_object = {.name = "d_object", .shape = "HW", .kind = CLPTI_ARRAY_COMPLEX};

enum { SOURCE_POINT = 12 }; /* of a warp */

static clpt_status warp(const clpti_call *c)
{
    return clpt_warp(c->context, c->a[0], c->a[1], c->options.interpolation, c->options.fill, c->a[2]);
}

static clpt_status warp_adjoint(const clpti_call *c)
{
    return clpt_warp_adjoint(c->context, c->a[0], c->a[1], c->options.interpolation, c->options.fill, c->a[2], c->a[3],
                             c->a[4]);
}

static clpt_status translate(const clpti_call *c)
{
    return clpt_translate(c->context, c->a[0], c->a[1], c->options.interpolation, c->a[2]);
}

static clpt_status translate_adjoint(const clpti_call *c)
{
    return clpt_translate_adjoint(c->context, c->a[0], c->a[1], c->options.interpolation, c->a[2], c->a[3], c->a[4]);
}

static clpt_status total_variation(const clpti_call *c)
{
    return clpt_variation_evaluate(c->context, c->options.variation, c->a[0], c->options.epsilon,
                                   c->a[1] ? c->a[1]->data : NULL, c->a[2]);
}

static double pixels(const clpti_call *c)
{
    return (double)c->sizes.B * (double)(c->sizes.H * c->sizes.W);
}

static double warp_flop(const clpti_call *c)
{
    return (CLPTI_FLOP_SAMPLE + SOURCE_POINT) * pixels(c);
}

static double warp_adjoint_flop(const clpti_call *c)
{
    return 2.0 * (CLPTI_FLOP_SAMPLE + SOURCE_POINT) * pixels(c);
}

static double translate_flop(const clpti_call *c)
{
    return CLPTI_FLOP_SAMPLE * pixels(c);
}

static double translate_adjoint_flop(const clpti_call *c)
{
    return (2.0 * CLPTI_FLOP_SAMPLE + CLPTI_FLOP_WEIGHT) * pixels(c);
}

static double total_variation_flop(const clpti_call *c)
{
    return CLPTI_FLOP_PIXEL * (double)(c->sizes.H * c->sizes.W);
}

const clpti_entry clpti_catalogue_images[] = {
    {.name = "warp",
     .function = "clpt_warp",
     .summary = "projective warp: out(x, y) = image(T (x, y, 1))",
     .items = 'B',
     .arrays = {&images, &transforms, &out},
     .options = "interp|fill",
     .tolerance = CLPTI_ACCURACY_WARP,
     .call = warp,
     .flop = warp_flop},
    {.name = "warp-adjoint",
     .function = "clpt_warp_adjoint",
     .summary = "adjoint of warp, and gradient with respect to the transforms",
     .items = 'B',
     .arrays = {&images, &transforms, &cotangent, &d_images, &d_transforms},
     .options = "interp|fill",
     .tolerance = CLPTI_ACCURACY_GRADIENT,
     .call = warp_adjoint,
     .flop = warp_adjoint_flop},
    {.name = "translate",
     .function = "clpt_translate",
     .summary = "translation of images by +shift, 0 outside",
     .items = 'B',
     .arrays = {&images, &shifts, &out},
     .options = "interp",
     .tolerance = CLPTI_ACCURACY_LINEAR,
     .call = translate,
     .flop = translate_flop},
    {.name = "translate-adjoint",
     .function = "clpt_translate_adjoint",
     .summary = "adjoint of translate, and gradient with respect to the shifts",
     .items = 'B',
     .arrays = {&images, &shifts, &cotangent, &d_images, &d_shifts},
     .options = "interp",
     .tolerance = CLPTI_ACCURACY_GRADIENT,
     .call = translate_adjoint,
     .flop = translate_adjoint_flop},
    {.name = "total-variation",
     .function = "clpt_variation_evaluate",
     .summary = "total variation of an object, and its gradient",
     .arrays = {&object, &clpti_array_loss, &d_object},
     .options = "variation|epsilon",
     .usual = {.epsilon = 0.1},
     .tolerance = CLPTI_ACCURACY_GRADIENT,
     .call = total_variation,
     .flop = total_variation_flop},
    {.name = NULL}};
