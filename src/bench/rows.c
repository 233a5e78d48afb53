/* SPDX-License-Identifier: Apache-2.0 */
/* Every operation and engine, one row each: what `clptycho bench` sweeps. */
#include "bench/rows.h"

/* Accuracy against double precision (docs/benchmarks.md): largest difference over the reference's largest magnitude. */
#define LINEAR 2e-6
#define WARP 5e-6
#define DIFFRACT 2e-6
#define LOSS 1e-6
#define GRADIENT 2e-5
#define ENGINE 1e-4 /* nearly dark far-field pixels have a phase that rounding decides */

#define CASES(...) ((const clpti_bench_case[]){__VA_ARGS__, {.level = -1}})
/* side, items, parts of an item */
#define QUICK(side, count, each)                                                                                       \
    {                                                                                                                  \
        {side, count, each}, 0                                                                                         \
    }
#define USUAL(side, count, each)                                                                                       \
    {                                                                                                                  \
        {side, count, each}, 1                                                                                         \
    }
#define FULL(side, count, each)                                                                                        \
    {                                                                                                                  \
        {side, count, each}, 2                                                                                         \
    }

const clpti_bench_row clpti_bench_rows[] = {
    {"forward", "pattern", "modes", "forward model, amplitude",
     CASES(QUICK(64, 4096, 1), USUAL(104, 1024, 1), USUAL(128, 1024, 1), USUAL(128, 256, 5), USUAL(256, 256, 1),
           FULL(64, 1024, 1), FULL(128, 256, 1), FULL(512, 64, 1)),
     DIFFRACT, 0, clpti_bench_set_up_forward, clpti_bench_run_forward, clpti_bench_flop_forward, NULL, NULL, NULL},
    {"forward-near", "pattern", "modes", "forward model of a near field (angular spectrum), amplitude",
     CASES(USUAL(128, 1024, 1), FULL(256, 256, 1)), DIFFRACT, 0, clpti_bench_set_up_forward,
     clpti_bench_run_forward_near, clpti_bench_flop_forward_near, NULL, NULL, NULL},
    {"forward-adjoint", "pattern", "modes", "its gradients by object and probe",
     CASES(USUAL(64, 4096, 1), FULL(128, 1024, 1), FULL(256, 256, 1)), GRADIENT, 0, clpti_bench_set_up_forward_adjoint,
     clpti_bench_run_forward_adjoint, clpti_bench_flop_gradient, NULL, NULL, NULL},
    {"gradient", "pattern", "modes", "gradients of the amplitude loss by object and probe",
     CASES(QUICK(64, 4096, 1), USUAL(128, 1024, 1), FULL(104, 1024, 1), FULL(128, 256, 5), FULL(256, 256, 1)), GRADIENT,
     0, clpti_bench_set_up_gradient, clpti_bench_run_gradient, clpti_bench_flop_gradient, NULL, NULL, NULL},
    {"gradient-and-loss", "pattern", "modes", "the same with the loss read back: a wait in every call",
     CASES(USUAL(64, 4096, 1)), GRADIENT, 0, clpti_bench_set_up_gradient_loss, clpti_bench_run_gradient_loss,
     clpti_bench_flop_gradient, NULL, NULL, NULL},
    {"photon-scale", "pattern", "modes", "the scale that gives a number of photons", CASES(USUAL(64, 4096, 1)), LOSS, 0,
     clpti_bench_set_up_photon_scale, clpti_bench_run_photon_scale, clpti_bench_flop_sample, NULL, NULL, NULL},
    {"scan", "position", NULL, "making a scan from its positions", CASES(QUICK(1, 4096, 1), FULL(1, 65536, 1)), LINEAR,
     0, clpti_bench_set_up_scan, clpti_bench_run_scan, NULL, clpti_bench_nothing, NULL, NULL},
    {"scan-move", "position", NULL, "moving a scan to new positions", CASES(USUAL(1, 4096, 1)), LINEAR, 0,
     clpti_bench_set_up_scan, clpti_bench_run_scan_move, NULL, clpti_bench_nothing, NULL, NULL},
    {"tile-lists", "pattern", NULL, "what a scan keeps for reassembly: its second use less the third",
     CASES(USUAL(64, 4096, 1)), LINEAR, 0, clpti_bench_set_up_reassemble_scan, clpti_bench_run_reassemble_scan, NULL,
     clpti_bench_nothing, clpti_bench_sample_lists, NULL},
    {"extract-scan", "pattern", NULL, "patches of an object",
     CASES(QUICK(64, 4096, 1), USUAL(128, 1024, 1), FULL(256, 256, 1)), LINEAR, 0, clpti_bench_set_up_extract_scan,
     clpti_bench_run_extract_scan, clpti_bench_flop_sample, NULL, NULL, NULL},
    {"extract-scan-adjoint", "pattern", NULL, "its gradients by object and positions", CASES(USUAL(64, 4096, 1)),
     GRADIENT, 0, clpti_bench_set_up_extract_scan_adjoint, clpti_bench_run_extract_scan_adjoint,
     clpti_bench_flop_sample_back, NULL, NULL, NULL},
    {"reassemble-scan", "pattern", NULL, "merge of all patches of a scan",
     CASES(QUICK(64, 4096, 1), FULL(128, 1024, 1), FULL(256, 256, 1)), LINEAR, 0, clpti_bench_set_up_reassemble_scan,
     clpti_bench_run_reassemble_scan, clpti_bench_flop_sample, NULL, NULL, NULL},
    {"reassemble-new-scan", "pattern", NULL, "the same with a scan made in every call", CASES(USUAL(64, 4096, 1)),
     LINEAR, 0, clpti_bench_set_up_reassemble_scan, clpti_bench_run_reassemble_scan_new, clpti_bench_flop_sample, NULL,
     NULL, NULL},
    {"reassemble-scan-adjoint", "pattern", NULL, "its gradients by patches and positions", CASES(USUAL(64, 4096, 1)),
     GRADIENT, 0, clpti_bench_set_up_reassemble_scan_adjoint, clpti_bench_run_reassemble_scan_adjoint,
     clpti_bench_flop_sample_back, NULL, NULL, NULL},

    {"physics-layer", "group", "patches", "PtychoPINN's physics layer, amplitude",
     CASES(QUICK(64, 16, 4), USUAL(64, 1024, 4)), DIFFRACT, 0, clpti_bench_set_up_physics, clpti_bench_run_physics,
     clpti_bench_flop_physics, NULL, NULL, NULL},
    {"physics-layer-adjoint", "group", "patches", "its gradient by the patches",
     CASES(QUICK(64, 16, 4), USUAL(64, 1024, 4)), GRADIENT, 0, clpti_bench_set_up_physics_adjoint,
     clpti_bench_run_physics_adjoint, clpti_bench_flop_physics_back, NULL, NULL, NULL},
    {"extract-group", "group", "patches", "patches of every group's canvas", CASES(USUAL(64, 1024, 4)), LINEAR, 0,
     clpti_bench_set_up_extract_group, clpti_bench_run_extract_group, clpti_bench_flop_sample, NULL, NULL, NULL},
    {"extract-group-adjoint", "group", "patches", "its gradients by canvases and offsets", CASES(USUAL(64, 1024, 4)),
     GRADIENT, 0, clpti_bench_set_up_extract_group_adjoint, clpti_bench_run_extract_group_adjoint,
     clpti_bench_flop_sample_back, NULL, NULL, NULL},
    {"reassemble-group", "group", "patches", "merge of every group's patches", CASES(QUICK(64, 1024, 4)), LINEAR, 0,
     clpti_bench_set_up_reassemble_group, clpti_bench_run_reassemble_group, clpti_bench_flop_sample, NULL, NULL, NULL},
    {"reassemble-group-adjoint", "group", "patches", "its gradients by patches and offsets", CASES(USUAL(64, 1024, 4)),
     GRADIENT, 0, clpti_bench_set_up_reassemble_group_adjoint, clpti_bench_run_reassemble_group_adjoint,
     clpti_bench_flop_sample_back, NULL, NULL, NULL},
    {"groups", "group", NULL, "groups of four neighbours from positions; host work", CASES(USUAL(1, 4096, 1)), LINEAR,
     CLPTI_BENCH_HOST, clpti_bench_set_up_groups, clpti_bench_run_groups, NULL, clpti_bench_nothing, NULL, NULL},

    {"warp", "image", NULL, "projective warp, bilinear", CASES(QUICK(256, 64, 1), FULL(1024, 4, 1)), WARP, 0,
     clpti_bench_set_up_warp, clpti_bench_run_warp, clpti_bench_flop_warp, NULL, NULL, NULL},
    {"warp-adjoint", "image", NULL, "its gradients by images and transforms", CASES(USUAL(256, 64, 1)), GRADIENT, 0,
     clpti_bench_set_up_warp_adjoint, clpti_bench_run_warp_adjoint, clpti_bench_flop_warp_back, NULL, NULL, NULL},
    {"translate", "image", NULL, "bilinear shift", CASES(USUAL(256, 64, 1)), LINEAR, 0, clpti_bench_set_up_translate,
     clpti_bench_run_translate, clpti_bench_flop_sample, NULL, NULL, NULL},
    {"translate-adjoint", "image", NULL, "its gradients by images and shifts", CASES(USUAL(256, 64, 1)), GRADIENT, 0,
     clpti_bench_set_up_translate_adjoint, clpti_bench_run_translate_adjoint, clpti_bench_flop_sample_back, NULL, NULL,
     NULL},
    {"diffract", "wave", NULL, "far-field amplitude",
     CASES(QUICK(64, 4096, 1), USUAL(104, 1024, 1), USUAL(128, 1024, 1), USUAL(256, 256, 1), FULL(100, 1024, 1),
           FULL(192, 512, 1), FULL(512, 64, 1)),
     DIFFRACT, 0, clpti_bench_set_up_diffract, clpti_bench_run_diffract, clpti_bench_flop_diffract, NULL, NULL, NULL},
    {"diffract-adjoint", "wave", NULL, "its gradient by the waves", CASES(USUAL(64, 4096, 1)), GRADIENT, 0,
     clpti_bench_set_up_diffract_adjoint, clpti_bench_run_diffract_adjoint, clpti_bench_flop_diffract_back, NULL, NULL,
     NULL},
    {"propagate", "wave", NULL, "near field of waves (angular spectrum)",
     CASES(USUAL(128, 1024, 1), FULL(64, 4096, 1), FULL(256, 256, 1)), DIFFRACT, 0, clpti_bench_set_up_propagate,
     clpti_bench_run_propagate, clpti_bench_flop_propagate, NULL, NULL, NULL},
    {"fft-plan", "plan", NULL, "the first transforms of a side in a fresh context less the second ones",
     CASES(USUAL(64, 1, 1), USUAL(104, 1, 1), USUAL(128, 1, 1), USUAL(256, 1, 1)), DIFFRACT, CLPTI_BENCH_COUNT_STAYS,
     clpti_bench_set_up_diffract, clpti_bench_run_diffract, NULL, clpti_bench_nothing, clpti_bench_sample_plan, NULL},
    {"loss", "pattern", NULL, "Poisson loss and its gradient by the intensities", CASES(QUICK(64, 4096, 1)), GRADIENT,
     0, clpti_bench_set_up_loss, clpti_bench_run_loss, clpti_bench_flop_pixel, NULL, NULL, NULL},
    {"total-variation", "object", NULL, "edge-preserving total variation and its gradient",
     CASES(USUAL(1024, 1, 1), FULL(4096, 1, 1)), GRADIENT, CLPTI_BENCH_COUNT_STAYS, clpti_bench_set_up_variation,
     clpti_bench_run_variation, clpti_bench_flop_pixel, NULL, NULL, NULL},
    {"gram", "mode", NULL, "Gram matrix of modes", CASES(USUAL(256, 10, 1)), LINEAR, CLPTI_BENCH_COUNT_STAYS,
     clpti_bench_set_up_gram, clpti_bench_run_gram, clpti_bench_flop_gram, NULL, NULL, NULL},
    {"orthogonalise", "mode", NULL, "modes made orthogonal, with a copy of them", CASES(USUAL(256, 5, 1)), GRADIENT,
     CLPTI_BENCH_COUNT_STAYS, clpti_bench_set_up_orthogonalise, clpti_bench_run_orthogonalise, clpti_bench_flop_gram,
     NULL, NULL, NULL},

    {NULL, "pattern", "modes", "one iteration of the engine",
     CASES(QUICK(128, 516, 1), USUAL(256, 4096, 1), FULL(64, 1024, 1), FULL(128, 516, 5)), ENGINE, 0,
     clpti_bench_set_up_engine, clpti_bench_run_engine, clpti_bench_flop_engine, clpti_bench_bytes_engine, NULL,
     clpti_bench_check_engine},
    {0}};
