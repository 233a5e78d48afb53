/* SPDX-License-Identifier: Apache-2.0 */
/* Exit waves, from the object and the probe to the detector and back. */
#include <math.h>
#include <string.h>

#include "steps.h"

#include "fft/fft.h"
#include "ops/adjoint.h"
#include "ops/engine.h"
#include "ops/relaxation.h"

static int64_t pad(const step_sizes *n)
{
    return step_has(n, STEP_PAD) ? n->size / 4 : 0;
}

static int64_t patch(const step_sizes *n)
{
    return pad(n) ? n->size / 2 : n->size;
}

static clpt_status illuminate(step_bench *b, const step_sizes *n)
{
    return clpti_illuminate(b->context, &(clpti_illuminate_args){.object = b->views[0],
                                                                 .height = n->height,
                                                                 .width = n->width,
                                                                 .at = step_selection(b, n),
                                                                 .probe = b->views[1],
                                                                 .probe_stride = step_probe_stride(n),
                                                                 .modes = n->modes,
                                                                 .size = n->size,
                                                                 .pad = pad(n),
                                                                 .patch = patch(n),
                                                                 .probe_mask = step_has(n, STEP_MASK),
                                                                 .waves = b->views[2]});
}

static clpt_status backproject(step_bench *b, const step_sizes *n)
{
    return clpti_backproject(b->context, &(clpti_backproject_args){.waves = b->views[0],
                                                                   .probe = b->views[1],
                                                                   .probe_stride = step_probe_stride(n),
                                                                   .count = n->count,
                                                                   .modes = n->modes,
                                                                   .size = n->size,
                                                                   .step = b->views[2]});
}

static clpt_status smooth(step_bench *b, const step_sizes *n)
{
    return clpti_smooth(b->context, &(clpti_smooth_args){.in = b->views[0],
                                                         .out = b->views[1],
                                                         .count = n->count * n->modes,
                                                         .size = n->size,
                                                         .sigma = 0.4 + step_kind(n),
                                                         .probe_mask = step_has(n, STEP_MASK)});
}

static clpt_status smooth_back(step_bench *b, const step_sizes *n)
{
    return clpti_smooth_back(b->context, &(clpti_smooth_back_args){.in = b->views[0],
                                                                   .out = b->views[1],
                                                                   .count = n->count * n->modes,
                                                                   .size = n->size,
                                                                   .sigma = 0.4 + step_kind(n),
                                                                   .probe_mask = step_has(n, STEP_MASK)});
}

/* Sides whose two edges reflect onto the same pixels. */
static const step_sizes narrow[] = {
    {3, 1, 1, 1, 2, 0, 0}, {3, 1, 2, 2, 3, 0, 0},    {2, 2, 3, 3, 4, 0, 0},    {3, 1, 4, 4, 5, 0, 0},
    {3, 2, 8, 8, 9, 0, 0}, {9, 1, 16, 16, 16, 0, 0}, {3, 2, 17, 17, 17, 0, 0}, {0}};

/* STEP_A: stored waves unchanged; STEP_B: waves unchanged. */
static clpt_status blend(step_bench *b, const step_sizes *n)
{
    static const double all[3] = {0.3, -0.8, 1.4}, same_stored[3] = {0, 1, 0}, same_waves[3] = {0, 0, 1};
    clpti_blend_args args = {.object = b->views[0],
                             .height = n->height,
                             .width = n->width,
                             .at = step_selection(b, n),
                             .probe = b->views[1],
                             .probe_stride = step_probe_stride(n),
                             .modes = n->modes,
                             .size = n->size,
                             .stored = b->views[2],
                             .waves = b->views[3]};
    memcpy(args.stored_by, step_has(n, STEP_A) ? same_stored : all, sizeof all);
    memcpy(args.waves_by, step_has(n, STEP_B) ? same_waves : all, sizeof all);
    return clpti_blend(b->context, &args);
}

static void prepare_blend(step_case *c)
{
    if (step_has(&c->n, STEP_A)) c->tolerance[2] = 0;
    if (step_has(&c->n, STEP_B)) c->tolerance[3] = 0;
}

/* ---- variable probes ---- */

static clpt_status variable_probes(step_bench *b, const step_sizes *n)
{
    return clpti_variable_probes(b->context, &(clpti_variable_probes_args){.probe = b->views[0],
                                                                           .variable = b->views[1],
                                                                           .coefficients = b->views[2],
                                                                           .at = step_selection(b, n),
                                                                           .modes = n->modes,
                                                                           .variable_count = step_variable(n),
                                                                           .pixels = n->size * n->size,
                                                                           .out = b->views[3]});
}

static clpt_status variable_changes(step_bench *b, const step_sizes *n)
{
    return clpti_variable_changes(b->context, &(clpti_variable_changes_args){.object = b->views[0],
                                                                             .height = n->height,
                                                                             .width = n->width,
                                                                             .at = step_selection(b, n),
                                                                             .waves = b->views[1],
                                                                             .modes = n->modes,
                                                                             .size = n->size,
                                                                             .largest = b->views[2],
                                                                             .alpha = 0.3,
                                                                             .changes = b->views[3]});
}

static void prepare_variable_changes(step_case *c)
{
    test_set(&c->fields[2], 0, 0, 1.5);
}

static clpt_status variable_fits(step_bench *b, const step_sizes *n)
{
    return clpti_variable_fits(b->context, &(clpti_variable_fits_args){.variable = b->views[0],
                                                                       .changes = b->views[1],
                                                                       .at = step_selection(b, n),
                                                                       .variable_count = step_variable(n),
                                                                       .pixels = n->size * n->size,
                                                                       .fits = b->views[2]});
}

static clpt_status variable_sums(step_bench *b, const step_sizes *n)
{
    return clpti_variable_sums(b->context, &(clpti_variable_sums_args){.coefficients = b->views[0],
                                                                       .fits = b->views[1],
                                                                       .step = 0.7,
                                                                       .changes = b->views[2],
                                                                       .at = step_selection(b, n),
                                                                       .variable_count = step_variable(n),
                                                                       .pixels = n->size * n->size,
                                                                       .sums = b->views[3]});
}

/* ---- to the detector and back ---- */

static clpti_forward_args forward_of(const step_bench *b, const step_sizes *n)
{
    return (clpti_forward_args){.object = b->views[0],
                                .height = n->height,
                                .width = n->width,
                                .at = step_selection(b, n),
                                .probe = b->views[1],
                                .probe_stride = step_probe_stride(n),
                                .modes = n->modes,
                                .size = n->size,
                                .probe_mask = step_has(n, STEP_A),
                                .amplitude = step_has(n, STEP_ROOT),
                                .scale = 1.3};
}

static clpt_status forward(step_bench *b, const step_sizes *n)
{
    clpti_forward_args args = forward_of(b, n);
    args.out = b->views[2];
    return clpti_forward(b->context, &args);
}

/* STEP_A: a probe mask; STEP_B: exit waves as input; STEP_ALONE: only the error. */
static clpt_status exit_step(step_bench *b, const step_sizes *n)
{
    clpt_status status = CLPT_OK;
    clpti_forward_workspace workspace = {0};
    clpti_exit_step_args args = {.forward = forward_of(b, n),
                                 .workspace = &workspace,
                                 .given = step_has(n, STEP_B),
                                 .detector = CLPTI_DETECTOR_MODULUS,
                                 .measured = b->views[2],
                                 .mask = step_given(n, STEP_MASK | STEP_MASKS, b->views[3]),
                                 .mask_per_pattern = step_has(n, STEP_MASKS),
                                 .rows_order = step_order(b, n),
                                 .rows_first = n->first,
                                 .only_error = step_has(n, STEP_ALONE),
                                 .misfit = b->views[4],
                                 .total = b->views[5]};
    int64_t waves = n->count * n->modes * n->size * n->size;
    CLPTI_TRY(clpti_fft_get(b->context, n->size, n->count * n->modes, &workspace.fft));
    workspace.chunk = n->count;
    if (args.given) CLPTI_TRY(clpti_copy(b->views[6], clpti_view_of(workspace.fft->waves), waves));
    CLPTI_TRY(clpti_exit_step(b->context, &args));
    if (!args.only_error) CLPTI_TRY(clpti_copy(clpti_view_of(workspace.fft->waves), b->views[6], waves));
cleanup:
    return status;
}

/* Amplitudes of the magnitude of the patterns'. */
static void prepare_exit_step(step_case *c)
{
    for (int64_t i = 0; i < c->fields[2].count; i++)
        test_set(&c->fields[2], i, 0, (1 + test_get(&c->fields[2], i, 0)) * sqrt((double)c->n.modes));
    if (step_has(&c->n, STEP_MASK | STEP_MASKS)) step_hide_masked(c, 2, 3);
    if (step_has(&c->n, STEP_ALONE)) c->tolerance[6] = 0;
}

/* A side of the lanes kernels, and that of the GPU kernels for 64. */
static const step_sizes few_detectors[] = {
    {3, 1, 16, 23, 40, 0, 0}, {4, 2, 16, 30, 18, 4, 0}, {1, 1, 64, 70, 65, 1, 0}, {0}};

const step_entry step_waves[] = {
    {.name = "illuminate",
     .splits = true,
     .larger = step_detectors,
     .flags = {0, STEP_ORDERED, STEP_PAD, STEP_MASK, STEP_OWN | STEP_ORDERED, STEP_OWN, STEP_ORDERED | STEP_PAD},
     .arrays = {{"cHW"}, {"cOPNN"}, {"cSPNN", .tolerance = TEST_LINEAR}},
     .call = illuminate},
    {.name = "backproject",
     .splits = true,
     .flags = {0, STEP_OWN},
     .arrays = {{"cSPNN"}, {"cOPNN"}, {"cSNN", .tolerance = TEST_LINEAR}},
     .call = backproject},
    {.name = "smooth",
     .shapes = narrow,
     .flags = {0, STEP_KIND, 2 * STEP_KIND, STEP_MASK | 3 * STEP_KIND},
     .full = true,
     .arrays = {{"cSPNN"}, {"cSPNN", .tolerance = TEST_LINEAR}},
     .call = smooth},
    {.name = "smooth_back",
     .shapes = narrow,
     .flags = {0, STEP_KIND | STEP_MASK, 2 * STEP_KIND},
     .full = true,
     .arrays = {{"cSPNN"}, {"cSPNN", .tolerance = TEST_LINEAR}},
     .call = smooth_back},
    {.name = "blend",
     .splits = true,
     .flags = {0, STEP_ORDERED, STEP_B, STEP_ORDERED | STEP_A, STEP_OWN, STEP_OWN | STEP_ORDERED},
     .arrays = {{"cHW"}, {"cOPNN"}, {"cKPNN", .tolerance = TEST_LINEAR}, {"cSPNN", .tolerance = TEST_LINEAR}},
     .prepare = prepare_blend,
     .call = blend},
    {.name = "variable_probes",
     .splits = true,
     .flags = {0, STEP_ORDERED},
     .arrays = {{"cPNN"}, {"cVNN"}, {"cKV"}, {"cSPNN", .tolerance = TEST_LINEAR}},
     .call = variable_probes},
    {.name = "variable_changes",
     .splits = true,
     .flags = {0, STEP_ORDERED},
     .arrays = {{"cHW"}, {"cSPNN"}, {"r1"}, {"cSNN", .tolerance = TEST_LINEAR}},
     .prepare = prepare_variable_changes,
     .call = variable_changes},
    {.name = "variable_fits",
     .splits = true,
     .flags = {0, STEP_ORDERED},
     .arrays = {{"cVNN"}, {"cSNN"}, {"cKV", .tolerance = TEST_LINEAR}},
     .call = variable_fits},
    {.name = "variable_sums",
     .splits = true,
     .flags = {0, STEP_ORDERED},
     .arrays = {{"cKV"}, {"cKV"}, {"cSNN"}, {"cUNN", .tolerance = TEST_LINEAR}},
     .call = variable_sums},
    {.name = "forward",
     .splits = true,
     .shapes = few_detectors,
     .larger = step_detectors,
     .by_choice = true,
     .flags = {STEP_ROOT, STEP_ORDERED | STEP_ROOT, 0, STEP_A | STEP_ROOT, STEP_OWN, STEP_OWN | STEP_ORDERED},
     .arrays = {{"cHW"}, {"cOPNN"}, {"rSNN", .tolerance = TEST_DIFFRACT}},
     .call = forward},
    {.name = "exit_step",
     .shapes = few_detectors,
     .larger = step_detectors,
     .by_choice = true,
     .flags = {0, STEP_ORDERED | STEP_MASKS, STEP_B, STEP_MASK | STEP_A, STEP_ALONE, STEP_OWN, STEP_OWN | STEP_ORDERED},
     .arrays = {{"cHW"},
                {"cOPNN"},
                {"rKNN"},
                {"rMNN", STEP_GOOD},
                {"rS", .tolerance = TEST_DIFFRACT},
                {"rS", .tolerance = TEST_DIFFRACT},
                {"cSPNN", .tolerance = TEST_GRADIENT}},
     .prepare = prepare_exit_step,
     .call = exit_step},
    {0}};
