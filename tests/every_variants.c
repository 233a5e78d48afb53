/* SPDX-License-Identifier: Apache-2.0 */
/* The table of calls of operations with options other than the defaults. */
#include "every.h"

/* `center` divides by Σ mask + 1e-3, which is far smaller than the masks themselves in some pixels: what they lose to
 * rounding counts that much more. */
#define CENTRE 1e-4
/* Likewise the slope of a scan's mean where the edge of a patch covers a small fraction of a pixel. */
#define COVERAGE 5e-4

#define SPECTRUM                                                                                                       \
    {                                                                                                                  \
        CLPT_PROPAGATION_ANGULAR_SPECTRUM, 1e-10, 0.1, 1e-6, 0                                                         \
    }
#define FRESNEL                                                                                                        \
    {                                                                                                                  \
        CLPT_PROPAGATION_FRESNEL, 1e-10, 0.2, 1e-6, 0.5                                                                \
    }

const every_variant every_variants[] = {
    {"warp", .name = "nearest", .options = {.interpolation = CLPT_INTERPOLATION_NEAREST, .fill = CLPT_FILL_EDGE},
     .real = true, .alternative = "transforms", .fraction = TEST_NEAREST},
    {"translate", .name = "nearest", .options = {.interpolation = CLPT_INTERPOLATION_NEAREST}, .real = true},
    {"warp-adjoint", .name = "edge", .options = {.fill = CLPT_FILL_EDGE}},
    /* the gradient of one transform sums over the images */
    {"warp-adjoint", .name = "one transform", .real = true, .alternative = "transforms"},
    {"translate-adjoint", .name = "real", .real = true},
    {"total-variation", .name = "edge", .options = {.variation = CLPT_VARIATION_TOTAL, .epsilon = 0.1}},

    {"extract-scan", .name = "real", .real = true},
    {"reassemble-scan-adjoint", .name = "", .tolerance = COVERAGE},

    {"extract-group-adjoint", .name = "real", .real = true},
    {"reassemble-group", .name = "recentred", .options = {.recenter = true}, .whole = true},
    {"reassemble-group", .name = "center", .options = {.weight = CLPT_WEIGHT_CENTRE}, .tolerance = CENTRE},
    {"reassemble-group", .name = "center_masked", .options = {.weight = CLPT_WEIGHT_CENTRE_MASKED}},
    {"reassemble-group", .name = "probe", .options = {.weight = CLPT_WEIGHT_PROBE}},
    {"reassemble-group-adjoint", .name = "center_masked", .options = {.weight = CLPT_WEIGHT_CENTRE_MASKED}},
    {"reassemble-group-adjoint", .name = "probe", .options = {.weight = CLPT_WEIGHT_PROBE, .recenter = true},
     .whole = true},
    {"physics-layer", .name = "probe", .options = {.weight = CLPT_WEIGHT_PROBE}},

    {"propagate", .name = "back", .options = {.model.propagation = FRESNEL, .back = true}},
    {"forward", .name = "smoothed and masked",
     .options = {.model = {.smooth = 0.6, .probe_mask = true, .scale = 1.5, .amplitude = true}}},
    {"forward", .name = "padded", .options = {.model.pad = true}},
    {"forward", .name = "near field", .options = {.model = {.propagation = FRESNEL, .amplitude = true}}},
    /* a rate that differs by rounding has a count more now and then; a count depends on the pattern's index */
    {"forward", .name = "counts", .options = {.model = {.poisson = true, .seed = 5}}, .whole = true, .fraction = 1e-3},
    {"forward-adjoint", .name = "smoothed", .options = {.model = {.smooth = 0.6, .scale = 1.5, .amplitude = true}}},
    {"forward-adjoint", .name = "near field", .options = {.model.propagation = SPECTRUM}},

    {"loss", .name = "amplitude", .options = {.loss = CLPT_LOSS_AMPLITUDE}},
    {"loss", .name = "mae", .options = {.loss = CLPT_LOSS_AMPLITUDE_L1},
     .fraction = 1e-3}, /* signs of differences that round to 0 */
    {"gradient", .name = "amplitude, a list", .options = {.loss = CLPT_LOSS_AMPLITUDE}, .batch = true},
    {"gradient", .name = "mae, one mask", .options = {.loss = CLPT_LOSS_AMPLITUDE_L1}, .alternative = "mask"},
    {.operation = NULL}};
