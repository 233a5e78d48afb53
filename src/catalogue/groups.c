/* SPDX-License-Identifier: Apache-2.0 */
/* Entries for groups of patches: drawing, extraction, reassembly, PtychoPINN's physics layer, and adjoints. */
#include "catalogue/families.h"

static const clpti_entry_array
    offsets = {.name = "offsets", .shape = "GC2", .kind = CLPTI_ARRAY_NUMBERS, .content = CLPTI_CONTENT_OFFSETS},
    d_offsets = {.name = "d_offsets", .shape = "GC2", .kind = CLPTI_ARRAY_NUMBERS},
    canvas = {.name = "canvas", .shape = "GMM", .kind = CLPTI_ARRAY_FIELD, .content = CLPTI_CONTENT_RANDOM},
    d_canvas = {.name = "d_canvas", .shape = "GMM", .kind = CLPTI_ARRAY_FIELD},
    merged = {.name = "canvas", .shape = "GMM", .kind = CLPTI_ARRAY_FIELD},
    of_canvas = {.name = "cotangent", .shape = "GMM", .kind = CLPTI_ARRAY_FIELD, .content = CLPTI_CONTENT_RANDOM},
    patches = {.name = "patches", .shape = "GCNN", .kind = CLPTI_ARRAY_FIELD, .content = CLPTI_CONTENT_RANDOM},
    d_patches = {.name = "d_patches", .shape = "GCNN", .kind = CLPTI_ARRAY_FIELD},
    extracted = {.name = "patches", .shape = "GCNN", .kind = CLPTI_ARRAY_FIELD},
    of_patches = {.name = "cotangent", .shape = "GCNN", .kind = CLPTI_ARRAY_FIELD, .content = CLPTI_CONTENT_RANDOM},
    weights = {.name = "probe",
               .shape = "PNN",
               .kind = CLPTI_ARRAY_COMPLEX,
               .content = CLPTI_CONTENT_WEIGHT,
               .need = CLPTI_NEEDED_BY_PROBE_WEIGHT},
    d_weights = {.name = "d_probe", .shape = "PNN", .kind = CLPTI_ARRAY_COMPLEX, .need = CLPTI_NEEDED_BY_PROBE_WEIGHT};

/* Of the physics layer. */
static const clpti_entry_array
    waves = {.name = "patches", .shape = "GCNN", .kind = CLPTI_ARRAY_COMPLEX, .content = CLPTI_CONTENT_RANDOM},
    d_waves = {.name = "d_patches", .shape = "GCNN", .kind = CLPTI_ARRAY_COMPLEX},
    probe = {.name = "probe", .shape = "PNN", .kind = CLPTI_ARRAY_COMPLEX, .content = CLPTI_CONTENT_WEIGHT},
    d_probe = {.name = "d_probe", .shape = "PNN", .kind = CLPTI_ARRAY_COMPLEX},
    amplitude = {.name = "amplitude", .shape = "GCNN", .kind = CLPTI_ARRAY_REAL},
    of_amplitude = {.name = "cotangent", .shape = "GCNN", .kind = CLPTI_ARRAY_REAL, .content = CLPTI_CONTENT_RANDOM};

/* Of the draw, which depends on all positions. */
static const clpti_entry_array indices = {.name = "indices",
                                          .shape = "GC",
                                          .kind = CLPTI_ARRAY_INTEGERS,
                                          .joint = true},
                               centres = {.name = "centres", .shape = "G2", .kind = CLPTI_ARRAY_NUMBERS, .joint = true},
                               drawn_offsets = {
                                   .name = "offsets", .shape = "GC2", .kind = CLPTI_ARRAY_NUMBERS, .joint = true};

static clpt_status extract_group(const clpti_call *c)
{
    return clpt_extract_group(c->context, c->a[0], c->a[1], c->a[2]);
}

static clpt_status extract_group_adjoint(const clpti_call *c)
{
    return clpt_extract_group_adjoint(c->context, c->a[0], c->a[1], c->a[2], c->a[3], c->a[4]);
}

static clpt_status reassemble_group(const clpti_call *c)
{
    return clpt_reassemble_group(c->context, c->a[0], c->a[1], c->a[2], c->options.weight,
                                 c->options.recenter ? CLPT_CENTRING_MEAN : CLPT_CENTRING_NONE, c->a[3]);
}

static clpt_status reassemble_group_adjoint(const clpti_call *c)
{
    return clpt_reassemble_group_adjoint(c->context, c->a[0], c->a[1], c->a[2], c->options.weight,
                                         c->options.recenter ? CLPT_CENTRING_MEAN : CLPT_CENTRING_NONE, c->a[3],
                                         c->a[4], c->a[5], c->a[6]);
}

static clpt_status physics_layer(const clpti_call *c)
{
    return clpt_physics_layer(c->context, c->a[0], c->a[1], c->a[2], c->options.weight, c->sizes.M, c->a[3]);
}

static clpt_status physics_layer_adjoint(const clpti_call *c)
{
    return clpt_physics_layer_adjoint(c->context, c->a[0], c->a[1], c->a[2], c->options.weight, c->sizes.M, c->a[3],
                                      c->a[4], c->a[5], c->a[6]);
}

static clpt_status groups(const clpti_call *c)
{
    clpt_groups_options options = c->options.grouping;
    options.size = sizeof options;
    options.groups = c->sizes.G;
    return clpt_groups_draw(c->a[0]->data, c->a[0]->shape[0], &options, c->a[1]->data, c->a[2]->data, c->a[3]->data,
                            c->message);
}

static double pixels(const clpti_call *c)
{
    return (double)(c->sizes.G * c->sizes.C) * (double)(c->sizes.N * c->sizes.N);
}

static double sample_flop(const clpti_call *c)
{
    return CLPTI_FLOP_SAMPLE * pixels(c);
}

/* The gradients with respect to the field and to the offsets. */
static double sample_adjoint_flop(const clpti_call *c)
{
    return (2.0 * CLPTI_FLOP_SAMPLE + CLPTI_FLOP_WEIGHT) * pixels(c);
}

static double layer_flop(const clpti_call *c)
{
    return (2.0 * CLPTI_FLOP_SAMPLE + CLPTI_FLOP_WEIGHT + CLPTI_FLOP_PRODUCT + CLPTI_FLOP_MODULUS) * pixels(c) +
           clpti_flop_fft(c->sizes.G * c->sizes.C, c->sizes.N);
}

static double layer_adjoint_flop(const clpti_call *c)
{
    return 2.0 * layer_flop(c);
}

const clpti_entry clpti_catalogue_groups[] = {
    {.name = "extract-group",
     .function = "clpt_extract_group",
     .summary = "centre crops of canvases moved by +offset",
     .items = 'G',
     .parts = 'C',
     .arrays = {&canvas, &offsets, &extracted},
     .options = "size",
     .needed = "size",
     .tolerance = CLPTI_ACCURACY_LINEAR,
     .call = extract_group,
     .flop = sample_flop},
    {.name = "extract-group-adjoint",
     .function = "clpt_extract_group_adjoint",
     .summary = "adjoint of extract-group, and gradient with respect to the offsets",
     .items = 'G',
     .parts = 'C',
     .arrays = {&canvas, &offsets, &of_patches, &d_canvas, &d_offsets},
     .options = "",
     .tolerance = CLPTI_ACCURACY_GRADIENT,
     .call = extract_group_adjoint,
     .flop = sample_adjoint_flop},
    {.name = "reassemble-group",
     .function = "clpt_reassemble_group",
     .summary = "merges each group's patches onto a canvas",
     .items = 'G',
     .parts = 'C',
     .arrays = {&patches, &offsets, &weights, &merged},
     .options = "canvas|weight|recenter",
     .needed = "canvas",
     .tolerance = CLPTI_ACCURACY_LINEAR,
     .call = reassemble_group,
     .flop = sample_flop},
    {.name = "reassemble-group-adjoint",
     .function = "clpt_reassemble_group_adjoint",
     .summary = "adjoint of reassemble-group, and gradients with respect to offsets and probe",
     .items = 'G',
     .parts = 'C',
     .arrays = {&patches, &offsets, &weights, &of_canvas, &d_patches, &d_offsets, &d_weights},
     .options = "weight|recenter",
     .tolerance = CLPTI_ACCURACY_GRADIENT,
     .call = reassemble_group_adjoint,
     .flop = sample_adjoint_flop},
    {.name = "physics-layer",
     .function = "clpt_physics_layer",
     .summary = "PtychoPINN's physics: patches of groups merged, extracted again, illuminated and diffracted",
     .items = 'G',
     .parts = 'C',
     .arrays = {&waves, &offsets, &probe, &amplitude},
     .options = "canvas|weight",
     .needed = "canvas",
     .tolerance = CLPTI_ACCURACY_DIFFRACT,
     .with_gradients = true,
     .call = physics_layer,
     .flop = layer_flop},
    {.name = "physics-layer-adjoint",
     .function = "clpt_physics_layer_adjoint",
     .summary = "gradients of physics-layer with respect to patches, offsets and probe",
     .items = 'G',
     .parts = 'C',
     .arrays = {&waves, &offsets, &probe, &of_amplitude, &d_waves, &d_offsets, &d_probe},
     .options = "canvas|weight",
     .needed = "canvas",
     .tolerance = CLPTI_ACCURACY_GRADIENT,
     .call = physics_layer_adjoint,
     .flop = layer_adjoint_flop},
    {.name = "groups",
     .function = "clpt_groups_draw",
     .summary = "groups of neighbouring positions: indices, means, and offsets from these",
     .items = 'G',
     .arrays = {&clpti_array_positions, &indices, &centres, &drawn_offsets},
     .options = "groups|grid|neighbours|all-choices|seed",
     .usual = {.grouping = {.grid = 2, .neighbours = 7}},
     .tolerance = CLPTI_ACCURACY_LINEAR,
     .host = true,
     .call = groups},
    {.name = NULL}};
