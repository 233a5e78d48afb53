/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/op_run.h"

#define FIELD(name, shape, rank)                                                                                       \
    {                                                                                                                  \
        name, shape, CLPTI_OP_FIELD, rank, rank, CLPTI_OP_NEEDED                                                       \
    }
#define COMPLEX(name, shape, rank)                                                                                     \
    {                                                                                                                  \
        name, shape, CLPTI_OP_COMPLEX, rank, rank, CLPTI_OP_NEEDED                                                     \
    }
#define COTANGENT(shape, rank) FIELD("cotangent", shape, rank)
#define PROBE(need)                                                                                                    \
    {                                                                                                                  \
        "probe", "[P, N, N] or [N, N]", CLPTI_OP_COMPLEX, 2, 3, need                                                   \
    }
#define MASK                                                                                                           \
    {                                                                                                                  \
        "mask", "[S, N, N] or [N, N], 1 = good", CLPTI_OP_FIELD, 2, 3, CLPTI_OP_WHERE_THERE                            \
    }
#define POSITIONS                                                                                                      \
    {                                                                                                                  \
        "positions", "[S, 2] patch centres (x, y)", CLPTI_OP_NUMBERS, 2, 2, CLPTI_OP_NEEDED                            \
    }
#define OFFSETS                                                                                                        \
    {                                                                                                                  \
        "offsets", "[G, C, 2] (x, y)", CLPTI_OP_NUMBERS, 3, 3, CLPTI_OP_NEEDED                                         \
    }
#define SHIFTS                                                                                                         \
    {                                                                                                                  \
        "shifts", "[K, 2] (x, y), K = B, 1 or B/k", CLPTI_OP_NUMBERS, 2, 2, CLPTI_OP_NEEDED                            \
    }
#define TRANSFORMS                                                                                                     \
    {                                                                                                                  \
        "transforms", "[K, 3, 3] or [K, 8], K = B, 1 or B/k", CLPTI_OP_NUMBERS, 2, 3, CLPTI_OP_NEEDED                  \
    }

#define BEAM "propagation|energy|distance|source-distance|detector-pixel"

const clpti_op clpti_ops[] = {
    {.name = "warp",
     .summary = "projective warp: out(x, y) = image(T (x, y, 1))",
     .inputs = {FIELD("images", "[B, H, W]", 3), TRANSFORMS},
     .outputs = {{.name = "out"}},
     .options = "interp|fill",
     .run = clpti_op_run_warp},
    {.name = "translate",
     .summary = "moves images by +shift, 0 outside",
     .inputs = {FIELD("images", "[B, H, W]", 3), SHIFTS},
     .outputs = {{.name = "out"}},
     .options = "interp",
     .run = clpti_op_run_translate},
    {.name = "extract-scan",
     .summary = "bilinear patches of an object at scan positions",
     .inputs = {FIELD("object", "[H, W]", 2), POSITIONS},
     .outputs = {{.name = "patches"}},
     .options = "size",
     .needed = "size",
     .run = clpti_op_run_extract_scan},
    {.name = "extract-group",
     .summary = "centre crops of canvases moved by +offset",
     .inputs = {FIELD("canvas", "[G, M, M]", 3), OFFSETS},
     .outputs = {{.name = "patches"}},
     .options = "size",
     .needed = "size",
     .run = clpti_op_run_extract_group},
    {.name = "reassemble-group",
     .summary = "merges each group's patches onto a canvas",
     .inputs = {FIELD("patches", "[G, C, N, N]", 4), OFFSETS, PROBE(CLPTI_OP_FOR_PROBE_WEIGHT)},
     .outputs = {{.name = "canvas"}},
     .options = "canvas|weight|recenter",
     .needed = "canvas",
     .run = clpti_op_run_reassemble_group},
    {.name = "reassemble-scan",
     .summary = "merges the centres of a scan's patches; origin is the object coordinate of canvas[0, 0]",
     .inputs = {FIELD("patches", "[S, N, N]", 3), POSITIONS},
     .outputs = {{.name = "canvas"}, {.name = "origin"}},
     .options = "crop",
     .needed = "crop",
     .run = clpti_op_run_reassemble_scan},
    {.name = "diffract",
     .summary = "far-field amplitude |FFT2 wave| / N, centred",
     .inputs = {COMPLEX("waves", "[B, N, N]", 3)},
     .outputs = {{.name = "amplitude"}},
     .options = "",
     .run = clpti_op_run_diffract},
    {.name = "propagate",
     .summary = "waves to the detector of a near field, or back",
     .inputs = {COMPLEX("waves", "[B, N, N]", 3)},
     .outputs = {{.name = "out"}},
     .options = BEAM "|back",
     .needed = "propagation",
     .run = clpti_op_run_propagate},
    {.name = "forward",
     .summary = "the intensity of every pattern that object and probe predict",
     .inputs = {COMPLEX("object", "[H, W]", 2), POSITIONS, PROBE(CLPTI_OP_NEEDED)},
     .outputs = {{.name = "intensity"}},
     .options = "smooth|probe-mask|scale|pad|" BEAM,
     .run = clpti_op_run_forward},

    {.name = "warp-adjoint",
     .summary = "adjoint of warp, and its gradient by the transforms",
     .inputs = {FIELD("images", "[B, H, W]", 3), TRANSFORMS, COTANGENT("[B, H, W]", 3)},
     .outputs = {{.name = "d_images"}, {.name = "d_transforms"}},
     .options = "interp|fill",
     .run = clpti_op_run_warp_adjoint},
    {.name = "translate-adjoint",
     .summary = "adjoint of translate, and its gradient by the shifts",
     .inputs = {FIELD("images", "[B, H, W]", 3), SHIFTS, COTANGENT("[B, H, W]", 3)},
     .outputs = {{.name = "d_images"}, {.name = "d_shifts"}},
     .options = "interp",
     .run = clpti_op_run_translate_adjoint},
    {.name = "extract-scan-adjoint",
     .summary = "adjoint of extract-scan, and its gradient by the positions",
     .inputs = {FIELD("object", "[H, W]", 2), POSITIONS, COTANGENT("[S, N, N]", 3)},
     .outputs = {{.name = "d_object"}, {.name = "d_positions"}},
     .options = "",
     .run = clpti_op_run_extract_scan_adjoint},
    {.name = "extract-group-adjoint",
     .summary = "adjoint of extract-group, and its gradient by the offsets",
     .inputs = {FIELD("canvas", "[G, M, M]", 3), OFFSETS, COTANGENT("[G, C, N, N]", 4)},
     .outputs = {{.name = "d_canvas"}, {.name = "d_offsets"}},
     .options = "",
     .run = clpti_op_run_extract_group_adjoint},
    {.name = "reassemble-group-adjoint",
     .summary = "adjoint of reassemble-group, and its gradients by offsets and probe",
     .inputs = {FIELD("patches", "[G, C, N, N]", 4), OFFSETS, PROBE(CLPTI_OP_FOR_PROBE_WEIGHT),
                COTANGENT("[G, M, M]", 3)},
     .outputs = {{.name = "d_patches"}, {.name = "d_offsets"}, {.name = "d_probe", .when = " with --weight probe"}},
     .options = "weight|recenter",
     .run = clpti_op_run_reassemble_group_adjoint},
    {.name = "reassemble-scan-adjoint",
     .summary = "adjoint of reassemble-scan, and its gradient by the positions",
     .inputs = {FIELD("patches", "[S, N, N]", 3), POSITIONS, COTANGENT("[L, L]", 2)},
     .outputs = {{.name = "d_patches"}, {.name = "d_positions"}},
     .options = "crop",
     .needed = "crop",
     .run = clpti_op_run_reassemble_scan_adjoint},
    {.name = "diffract-adjoint",
     .summary = "gradient of diffract by the waves",
     .inputs = {COMPLEX("waves", "[B, N, N]", 3), COTANGENT("[B, N, N]", 3)},
     .outputs = {{.name = "d_waves"}},
     .options = "",
     .run = clpti_op_run_diffract_adjoint},
    {.name = "forward-adjoint",
     .summary = "gradients of forward by object, probe, positions and scale",
     .inputs = {COMPLEX("object", "[H, W]", 2), POSITIONS, PROBE(CLPTI_OP_NEEDED), COTANGENT("[S, N, N]", 3)},
     .outputs = {{.name = "d_object"}, {.name = "d_probe"}, {.name = "d_positions"}, {.name = "d_scale"}},
     .options = "smooth|probe-mask|scale|pad|" BEAM,
     .run = clpti_op_run_forward_adjoint},

    {.name = "loss",
     .summary = "a loss of intensities against measured counts, and its gradient",
     .inputs = {FIELD("intensity", "[S, N, N]", 3), FIELD("measured", "[S, N, N] counts", 3), MASK},
     .outputs = {{.name = "loss"}, {.name = "d_intensity"}},
     .options = "loss",
     .run = clpti_op_run_loss},
    {.name = "total-variation",
     .summary = "total variation of an object, and its gradient",
     .inputs = {COMPLEX("object", "[H, W]", 2)},
     .outputs = {{.name = "loss"}, {.name = "d_object"}},
     .options = "variation|epsilon",
     .run = clpti_op_run_total_variation},
    {.name = "gradient",
     .summary = "forward, loss, and the gradients of object, probe, positions and scale",
     .inputs = {COMPLEX("object", "[H, W]", 2), POSITIONS, PROBE(CLPTI_OP_NEEDED),
                FIELD("measured", "[S, N, N] counts", 3), MASK},
     .outputs =
         {{.name = "loss"}, {.name = "d_object"}, {.name = "d_probe"}, {.name = "d_positions"}, {.name = "d_scale"}},
     .options = "loss|smooth|probe-mask|scale|pad|" BEAM,
     .run = clpti_op_run_gradient},
    {.name = "physics-layer",
     .summary = "PtychoPINN's physics: patches of groups merged, extracted again, illuminated and diffracted",
     .inputs = {COMPLEX("patches", "[G, C, N, N]", 4),
                OFFSETS,
                PROBE(CLPTI_OP_NEEDED),
                {"cotangent", "[G, C, N, N]", CLPTI_OP_FIELD, 4, 4, CLPTI_OP_WHERE_THERE}},
     .outputs = {{.name = "amplitude"},
                 {.name = "d_patches", .when = " with cotangent"},
                 {.name = "d_offsets", .when = " with cotangent"},
                 {.name = "d_probe", .when = " with cotangent"}},
     .options = "canvas|weight",
     .needed = "canvas",
     .run = clpti_op_run_physics_layer},
    {.name = "groups",
     .summary = "groups of neighbouring positions: their indices, means and offsets from these",
     .inputs = {POSITIONS},
     .outputs = {{.name = "indices", .integers = true}, {.name = "centres"}, {.name = "offsets"}},
     .options = "groups|grid|neighbours|all-choices|seed",
     .host = true,
     .run = clpti_op_run_groups},
    {.name = NULL}};
