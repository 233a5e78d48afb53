/* SPDX-License-Identifier: Apache-2.0 */
/* Layers of networks. Sizes are read as: `modes` inputs, `size` outputs or channels, images of height × width. */
#include "steps.h"

#include "ops/layers.h"

/* One pixel; fewer and more channels than a block. */
static const step_sizes convolutions[] = {{1, 1, 1, 1, 1, 0, 0}, {2, 3, 7, 4, 5, 0, 0}, {1, 9, 17, 3, 9, 0, 0}, {0}};

/* Blocks of 16 and 32 outputs and of 8 inputs, whole and incomplete; small and large images. */
static const step_sizes large_convolutions[] = {{2, 4, 8, 7, 9, 0, 0},     {3, 8, 16, 8, 8, 0, 0},
                                                {2, 17, 33, 5, 19, 0, 0},  {1, 64, 4, 12, 16, 0, 0},
                                                {2, 12, 70, 33, 34, 0, 0}, {0}};

/* STEP_A: the gradient with respect to the input; STEP_B: relu; STEP_MASK: a gate; STEP_IN_PLACE: added to the output;
 * STEP_CROP: channels of wider images. */
static clpt_status convolve(step_bench *b, const step_sizes *n)
{
    bool part = step_has(n, STEP_CROP);
    int64_t inputs = part ? n->modes - n->modes / 2 : n->modes, outputs = part ? n->size - n->size / 2 : n->size;
    return clpti_convolve(
        b->context,
        &(clpti_convolve_args){.in = clpti_view_at(b->views[0], n->modes - inputs),
                               .count = n->count,
                               .height = n->height,
                               .width = n->width,
                               .inputs = inputs,
                               .in_pitch = n->modes,
                               .outputs = outputs,
                               .out_pitch = n->size,
                               .weights = b->views[1],
                               .back = step_has(n, STEP_A),
                               .bias = step_unless(n, STEP_WITHOUT, b->views[2]),
                               .relu = step_has(n, STEP_B),
                               .add = step_has(n, STEP_IN_PLACE),
                               .gate = clpti_view_at(step_given(n, STEP_MASK, b->views[3]), n->size - outputs),
                               .out = clpti_view_at(b->views[4], n->size - outputs)});
}

static clpt_status convolve_weights(step_bench *b, const step_sizes *n)
{
    int64_t inputs = step_has(n, STEP_CROP) ? n->modes - n->modes / 2 : n->modes;
    return clpti_convolve_weights(b->context,
                                  &(clpti_convolve_weights_args){.in = clpti_view_at(b->views[0], n->modes - inputs),
                                                                 .count = n->count,
                                                                 .height = n->height,
                                                                 .width = n->width,
                                                                 .inputs = inputs,
                                                                 .in_pitch = n->modes,
                                                                 .outputs = n->size,
                                                                 .cotangent = b->views[1],
                                                                 .slots = n->height < 3 ? 1 : 3,
                                                                 .gradient = b->views[2]});
}

/* Of operations by element. */
static const step_sizes few[] = {{1, 1, 1, 1, 1, 0, 0}, {3, 2, 5, 4, 3, 2, 0}, {2, 3, 16, 5, 7, 1, 0}, {0}};

/* Every second pair of pixels repeats: windows with several equal maxima. */
static void prepare_pool(step_case *c)
{
    for (int64_t i = 0; i + 1 < c->fields[0].count; i += 2) {
        double value = test_get(&c->fields[0], i, 0);
        test_set(&c->fields[0], i, 0, (double)(int)(4 * value) / 4);
    }
}

static clpti_resize_args resize_args(step_bench *b, const step_sizes *n, int large, int small)
{
    return (clpti_resize_args){.large = b->views[large],
                               .small = b->views[small],
                               .count = n->count,
                               .height = n->height,
                               .width = n->width,
                               .channels = n->size};
}

static clpt_status pool(step_bench *b, const step_sizes *n)
{
    clpti_resize_args args = resize_args(b, n, 0, 1);
    return clpti_pool(b->context, &args);
}

static clpt_status pool_back(step_bench *b, const step_sizes *n)
{
    return clpti_pool_back(b->context, &(clpti_resize_back_args){resize_args(b, n, 0, 1), b->views[1], b->views[2]});
}

static clpt_status enlarge(step_bench *b, const step_sizes *n)
{
    clpti_resize_args args = resize_args(b, n, 1, 0);
    return clpti_enlarge(b->context, &args);
}

static clpt_status enlarge_back(step_bench *b, const step_sizes *n)
{
    return clpti_enlarge_back(b->context, &(clpti_resize_back_args){resize_args(b, n, 1, 0), b->views[1], b->views[2]});
}

static clpti_activate_args activate_args(step_bench *b, const step_sizes *n, clpti_view out)
{
    return (clpti_activate_args){.function = step_kind(n),
                                 .values = b->views[0],
                                 .count = n->count * n->height * n->width,
                                 .cotangent = b->views[1],
                                 .out = out};
}

/* Up to ±20, where exponentials differ by orders of magnitude. */
static void prepare_activate(step_case *c)
{
    for (int64_t i = 0; i < c->fields[0].count; i += 3)
        test_set(&c->fields[0], i, 0, 20 * test_get(&c->fields[0], i, 0));
}

static clpt_status activate(step_bench *b, const step_sizes *n)
{
    clpti_activate_args args = activate_args(b, n, b->views[1]);
    return clpti_activate(b->context, &args);
}

static clpt_status activate_back(step_bench *b, const step_sizes *n)
{
    clpti_activate_args args = activate_args(b, n, b->views[2]);
    return clpti_activate_back(b->context, &args);
}

static const step_sizes frames[] = {{1, 1, 4, 2, 4, 0, 0}, {3, 4, 8, 4, 8, 0, 0}, {2, 3, 16, 8, 16, 0, 0}, {0}};

static clpti_frame_args frame_args(step_bench *b, const step_sizes *n)
{
    return (clpti_frame_args){.centre = b->views[0],
                              .border = step_unless(n, STEP_WITHOUT, b->views[1]),
                              .whole = b->views[2],
                              .count = n->count,
                              .size = n->size,
                              .channels = n->modes};
}

static clpt_status frame(step_bench *b, const step_sizes *n)
{
    clpti_frame_args args = frame_args(b, n);
    return clpti_frame(b->context, &args);
}

static clpt_status frame_back(step_bench *b, const step_sizes *n)
{
    clpti_frame_args args = frame_args(b, n);
    return clpti_frame_back(b->context, &args);
}

static void prepare_frame_back(step_case *c)
{
    if (step_has(&c->n, STEP_WITHOUT)) c->tolerance[1] = 0;
}

static clpt_status stack(step_bench *b, const step_sizes *n)
{
    return clpti_stack(b->context, &(clpti_stack_args){.amplitudes = b->views[0],
                                                       .order = step_order(b, n),
                                                       .first = n->first,
                                                       .groups = n->count,
                                                       .channels = 1,
                                                       .size = n->size,
                                                       .gain = 0.75,
                                                       .scale = 3,
                                                       .stacked = b->views[1],
                                                       .counts = step_unless(n, STEP_WITHOUT, b->views[2])});
}

static void prepare_stack(step_case *c)
{
    if (step_has(&c->n, STEP_WITHOUT)) c->tolerance[2] = 0;
}

static clpti_polar_args polar_args(step_bench *b, const step_sizes *n)
{
    return (clpti_polar_args){.amplitude = b->views[0],
                              .phase = b->views[1],
                              .groups = n->count,
                              .pixels = n->size * n->size,
                              .channels = n->modes,
                              .patches = b->views[2],
                              .d_amplitude = b->views[3],
                              .d_phase = b->views[4],
                              .factor = 0.25};
}

static clpt_status polar(step_bench *b, const step_sizes *n)
{
    clpti_polar_args args = polar_args(b, n);
    return clpti_polar(b->context, &args);
}

static clpt_status polar_back(step_bench *b, const step_sizes *n)
{
    clpti_polar_args args = polar_args(b, n);
    return clpti_polar_back(b->context, &args);
}

static clpt_status adam(step_bench *b, const step_sizes *n)
{
    return clpti_adam(b->context, &(clpti_adam_args){.values = b->views[0],
                                                     .gradient = b->views[1],
                                                     .mean = b->views[2],
                                                     .square = b->views[3],
                                                     .count = n->height * n->width,
                                                     .factor = 0.5,
                                                     .rate = 1e-2,
                                                     .decay_mean = 0.9,
                                                     .decay_square = 0.999,
                                                     .epsilon = 1e-7});
}

const step_entry step_layers[] = {
    {.name = "convolve",
     .shapes = convolutions,
     .larger = large_convolutions,
     .splits = true,
     .flags = {0, STEP_B, STEP_A | STEP_WITHOUT | STEP_MASK, STEP_A | STEP_WITHOUT | STEP_CROP | STEP_IN_PLACE,
               STEP_B | STEP_CROP},
     .arrays = {{"rSHWP"}, {"r9PN"}, {"rN"}, {"rSHWN"}, {"rSHWN", .tolerance = TEST_LINEAR}},
     .call = convolve},
    {.name = "convolve_weights",
     .shapes = convolutions,
     .larger = large_convolutions,
     .splits = true,
     .flags = {0, STEP_CROP},
     .arrays = {{"rSHWP"}, {"rSHWN"}, {"r3LN", .tolerance = TEST_LINEAR}},
     .call = convolve_weights},
    {.name = "pool",
     .shapes = few,
     .splits = true,
     .arrays = {{"rSYXN"}, {"rSHWN", .tolerance = 1e-12}},
     .prepare = prepare_pool,
     .call = pool},
    {.name = "pool_back",
     .shapes = few,
     .splits = true,
     .arrays = {{"rSYXN"}, {"rSHWN"}, {"rSYXN", .tolerance = 1e-12}},
     .prepare = prepare_pool,
     .call = pool_back},
    {.name = "enlarge",
     .shapes = few,
     .splits = true,
     .arrays = {{"rSHWN"}, {"rSYXN", .tolerance = 1e-12}},
     .call = enlarge},
    {.name = "enlarge_back",
     .shapes = few,
     .splits = true,
     .arrays = {{"rSHWN"}, {"rSYXN"}, {"rSHWN", .tolerance = TEST_LINEAR}},
     .call = enlarge_back},
    {.name = "activate",
     .shapes = few,
     .flags = {0, STEP_KIND, 2 * STEP_KIND, 3 * STEP_KIND, 4 * STEP_KIND},
     .arrays = {{"rSHW"}, {"rSHW", .tolerance = TEST_LINEAR}},
     .prepare = prepare_activate,
     .call = activate},
    {.name = "activate_back",
     .shapes = few,
     .flags = {0, STEP_KIND, 2 * STEP_KIND, 3 * STEP_KIND, 4 * STEP_KIND},
     .arrays = {{"rSHW"}, {"rSHW"}, {"rSHW", .tolerance = TEST_LINEAR}},
     .prepare = prepare_activate,
     .call = activate_back},
    {.name = "frame",
     .shapes = frames,
     .splits = true,
     .flags = {0, STEP_WITHOUT},
     .arrays = {{"rSHHP"}, {"rSNNP"}, {"rSNNP", .tolerance = 1e-12}},
     .call = frame},
    {.name = "frame_back",
     .shapes = frames,
     .splits = true,
     .flags = {0, STEP_WITHOUT},
     .arrays = {{"rSHHP", .tolerance = 1e-12}, {"rSNNP", .tolerance = 1e-12}, {"rSNNP"}},
     .prepare = prepare_frame_back,
     .call = frame_back},
    {.name = "stack",
     .shapes = few,
     .splits = true,
     .flags = {0, STEP_ORDERED, STEP_WITHOUT},
     .arrays = {{"rKNN"}, {"rSNN", .tolerance = TEST_LINEAR}, {"rSNN", .tolerance = TEST_LINEAR}},
     .prepare = prepare_stack,
     .call = stack},
    {.name = "polar",
     .shapes = few,
     .splits = true,
     .arrays = {{"rSNNP"}, {"rSNNP"}, {"cSPNN", .tolerance = TEST_LINEAR}},
     .call = polar},
    {.name = "polar_back",
     .shapes = few,
     .splits = true,
     .arrays =
         {{"rSNNP"}, {"rSNNP"}, {"cSPNN"}, {"rSNNP", .tolerance = TEST_LINEAR}, {"rSNNP", .tolerance = TEST_LINEAR}},
     .call = polar_back},
    {.name = "adam",
     .shapes = few,
     .arrays = {{"rHW", .tolerance = TEST_LINEAR},
                {"rHW"},
                {"rHW", .tolerance = TEST_LINEAR},
                {"rHW", STEP_POSITIVE, TEST_LINEAR}},
     .call = adam},
    {0}};
