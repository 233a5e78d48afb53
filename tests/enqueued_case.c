/* SPDX-License-Identifier: Apache-2.0 */
/* Small work of every kind on one context: the table of benchmarks. */
#include "enqueued_case.h"

#include <stdlib.h>
#include <string.h>

#include "bench/benchmarks.h"
#include "bench/sweep.h"

typedef clpt_status own_work(clpt_context *context);

/* ---- benchmarks of the table ---- */

static clpt_status run_benchmark(clpt_context *context, const clpti_benchmark *benchmark, const char *name,
                                 int64_t side, int64_t count, clpt_message *message)
{
    clpti_bench_problem problem = {0};
    clpti_bench_size size = benchmark->cases[0].size;
    if (size.side > 1) size.side = side;
    if (size.count > count) size.count = count;
    clpt_status status = clpti_bench_problem_open(&problem, benchmark, name, context, size, 0, message);
    problem.device = test_device();
    /* Twice: some work is another from the second use of the same places on. */
    for (int i = 0; i < 2 && status == CLPT_OK; i++)
        status = clpti_bench_pass_status(context, clpti_bench_run(&problem), message);
    clpti_bench_problem_close(&problem);
    return status;
}

/* ---- what no benchmark has ---- */

static clpt_status forward(clpt_context *context, const clpt_forward_options *options, int64_t side, bool adjoint)
{
    enum { COUNT = 3, WIDE = 160 };
    double positions[2 * COUNT];
    int64_t patch = options->pad ? side / 2 : side;
    test_field object = test_field_random(CLPT_TYPE_C64, 1, 2, CLPT_SHAPE(WIDE, WIDE + 2));
    test_field probe = test_field_random(CLPT_TYPE_C64, 2, 3, CLPT_SHAPE(2, side, side));
    test_field out = test_field_random(CLPT_TYPE_F32, 3, 3, CLPT_SHAPE(COUNT, side, side));
    test_field gradient = test_field_new(CLPT_TYPE_C64, 2, object.shape);
    clpt_array o = test_array(&object), p = test_array(&probe), a = test_array(&out), d = test_array(&gradient);
    clpt_scan *scan = NULL;
    test_random_fill(positions, 2 * COUNT, 3, (double)(patch / 2), (double)(patch / 2 + 20));
    clpt_status status = clpt_scan_create(context, positions, COUNT, &scan);
    if (status == CLPT_OK && adjoint)
        status =
            clpt_forward_adjoint(context, &o, scan, &p, options, &a,
                                 &(clpt_forward_gradients){.size = sizeof(clpt_forward_gradients), .d_object = &d});
    else if (status == CLPT_OK)
        status = clpt_forward(context, &o, scan, &p, options, &a);
    clpt_scan_destroy(&scan);
    test_field *fields[] = {&object, &probe, &out, &gradient};
    for (int i = 0; i < 4; i++) test_field_free(fields[i]);
    return status;
}

static clpt_status padded(clpt_context *context)
{
    return forward(
        context,
        &(clpt_forward_options){
            .size = sizeof(clpt_forward_options), .scale = 1, .pad = true, .smooth = 0.7, .probe_mask = true},
        32, false);
}

static clpt_status padded_back(clpt_context *context)
{
    return forward(
        context,
        &(clpt_forward_options){
            .size = sizeof(clpt_forward_options), .scale = 1, .pad = true, .smooth = 0.7, .probe_mask = true},
        32, true);
}

/* The sides that have kernels of their own. */
static clpt_status side_64(clpt_context *context)
{
    return forward(context, &(clpt_forward_options){.size = sizeof(clpt_forward_options), .scale = 1}, 64, false);
}

static clpt_status side_128(clpt_context *context)
{
    return forward(context, &(clpt_forward_options){.size = sizeof(clpt_forward_options), .scale = 1}, 128, false);
}

static clpt_status side_64_back(clpt_context *context)
{
    return forward(context, &(clpt_forward_options){.size = sizeof(clpt_forward_options), .scale = 1}, 64, true);
}

static clpt_status side_128_back(clpt_context *context)
{
    return forward(context, &(clpt_forward_options){.size = sizeof(clpt_forward_options), .scale = 1}, 128, true);
}

static clpt_status merged(clpt_context *context, clpt_weight weight, bool back)
{
    const int64_t shape[] = {2, 4, 16, 16};
    test_field patches = test_field_random(CLPT_TYPE_C64, 1, 4, shape),
               d_patches = test_field_new(CLPT_TYPE_C64, 4, shape);
    test_field offsets = test_field_new(CLPT_TYPE_F64, 3, CLPT_SHAPE(2, 4, 2));
    test_field probe = test_field_random(CLPT_TYPE_C64, 2, 3, CLPT_SHAPE(1, 16, 16)),
               d_probe = test_field_new(CLPT_TYPE_C64, 3, probe.shape);
    test_field cotangent = test_field_random(CLPT_TYPE_F32, 3, 4, shape),
               d_offsets = test_field_new(CLPT_TYPE_F64, 3, offsets.shape);
    test_random_fill(offsets.data, offsets.count, 4, -6, 6);
    clpt_array a = test_array(&patches), o = test_array(&offsets), p = test_array(&probe), c = test_array(&cotangent);
    clpt_array da = test_array(&d_patches), dp = test_array(&d_probe), dof = test_array(&d_offsets);
    clpt_status status = back ? clpt_physics_layer_adjoint(context, &a, &o, &p, weight, 31, &c, &da, &dof, &dp)
                              : clpt_physics_layer(context, &a, &o, &p, weight, 31, &c);
    test_field *fields[] = {&patches, &d_patches, &offsets, &probe, &d_probe, &cotangent, &d_offsets};
    for (int i = 0; i < 7; i++) test_field_free(fields[i]);
    return status;
}

static clpt_status weighed_by_probe(clpt_context *context)
{
    return merged(context, CLPT_WEIGHT_PROBE, false);
}

static clpt_status weighed_by_probe_back(clpt_context *context)
{
    return merged(context, CLPT_WEIGHT_PROBE, true);
}

static clpt_status weighed_by_centre_back(clpt_context *context)
{
    return merged(context, CLPT_WEIGHT_CENTRE, true);
}

/* A scan whose object every iteration gathers on: enough places for lists of tiles. */
static clpt_status solved(clpt_context *context, clpt_solver_options options, int64_t side, int64_t count)
{
    int64_t wide = side + 40;
    test_field object = test_field_random(CLPT_TYPE_C64, 1, 2, CLPT_SHAPE(wide, wide));
    test_field probe = test_field_random(CLPT_TYPE_C64, 2, 3, CLPT_SHAPE(2, side, side));
    test_field amplitude = test_field_random(CLPT_TYPE_F32, 3, 3, CLPT_SHAPE(count, side, side));
    double *positions = calloc((size_t)(2 * count), sizeof *positions);
    assert_non_null(positions);
    for (int64_t i = 0; i < amplitude.count; i++) test_set(&amplitude, i, 0, 1 + test_get(&amplitude, i, 0));
    test_random_fill(positions, 2 * count, 3, (double)(side / 2) + 4, (double)(side / 2) + 36);
    clpt_measurement measurement = {
        .size = sizeof measurement, .amplitude = amplitude.data, .count = count, .side = side, .positions = positions};
    clpt_array start = test_array(&object), modes = test_array(&probe);
    clpt_solver *solver = NULL;
    clpt_status status = clpt_solver_create(context, &measurement, &start, &modes, &options, &solver);
    for (int i = 0; i < 3 && status == CLPT_OK; i++) status = clpt_solver_iterate(solver, NULL);
    if (status == CLPT_OK) status = clpt_solver_evaluate_r_factor(solver, &(double){0}, NULL);
    clpt_solver_destroy(&solver);
    free(positions);
    test_field_free(&object);
    test_field_free(&probe);
    test_field_free(&amplitude);
    return status;
}

static clpt_status all_options(clpt_context *context)
{
    return solved(context,
                  test_options("engine=rpie momentum=0.5 position-start=1 position-affine=0.5 intensity-start=1 "
                               "background-start=1 object-smooth=0.1 object-tv=0.01 object-amplitude-min=0.1 "
                               "object-amplitude-max=2 probe-centre=2 probe-support=0.9 probe-power=1e3 probe-start=0"),
                  16, 12);
}

static clpt_status variable_probe(clpt_context *context)
{
    return solved(context, test_options("engine=rpie opr-modes=2 probe-start=0"), 16, 12);
}

static clpt_status exact_fractions(clpt_context *context)
{
    return solved(context, test_options("engine=rpie subpixel=exact position-start=1 probe-start=0"), 16, 12);
}

static clpt_status exact_fractions_of_variable_probe(clpt_context *context)
{
    return solved(context, test_options("engine=rpie subpixel=exact opr-modes=2 probe-start=0"), 16, 12);
}

static clpt_status bank_of_probes(clpt_context *context)
{
    return solved(context, test_options("engine=rpie subpixel=bank:2 probe-start=0"), 16, 12);
}

static clpt_status near_field(clpt_context *context)
{
    clpt_solver_options options = test_options("engine=rpie probe-start=0");
    options.propagation = (clpt_propagation)CLPTI_NEAR_FIELD;
    return solved(context, options, 16, 9);
}

static clpt_status large_batches(clpt_context *context)
{
    return solved(context, test_options("engine=rpie batch=300 probe-start=0"), 16, 300);
}

static clpt_status solved_64(clpt_context *context)
{
    return solved(context, test_options("engine=rpie probe-start=0"), 64, 6);
}

static clpt_status solved_128(clpt_context *context)
{
    return solved(context, test_options("engine=rpie probe-start=0"), 128, 4);
}

static clpt_status network_step(clpt_context *context)
{
    static const double offsets[8] = {-1, 0, 1, 0, 0, 1, 0, -1};
    test_field amplitudes = test_field_random(CLPT_TYPE_F32, 1, 3, CLPT_SHAPE(4, 64, 64));
    test_field probe = test_field_random(CLPT_TYPE_C64, 2, 2, CLPT_SHAPE(64, 64));
    clpt_array a = test_array(&amplitudes), p = test_array(&probe);
    clpt_network_options options = clpt_network_options_default();
    clpt_network_batch batch = {.size = sizeof batch, .amplitudes = &a, .groups = 1, .offsets = offsets};
    clpt_network *network = NULL;
    options.filters = 0.25;
    clpt_status status = clpt_network_create(context, &options, &p, &network);
    if (status == CLPT_OK) status = clpt_network_initialise(network, 1);
    if (status == CLPT_OK) status = clpt_network_step(network, &batch, NULL);
    clpt_network_destroy(&network);
    test_field_free(&amplitudes);
    test_field_free(&probe);
    return status;
}

static const struct {
    const char *name;
    own_work *run;
} own[] = {{"forward, padded and smoothed", padded},
           {"forward adjoint, padded and smoothed", padded_back},
           {"forward, side 64", side_64},
           {"forward, side 128", side_128},
           {"forward adjoint, side 64", side_64_back},
           {"forward adjoint, side 128", side_128_back},
           {"physics layer weighed by the probe", weighed_by_probe},
           {"its adjoint", weighed_by_probe_back},
           {"adjoint weighed by the centre", weighed_by_centre_back},
           {"rpie with everything", all_options},
           {"rpie with a variable probe", variable_probe},
           {"rpie with exact fractions of a pixel", exact_fractions},
           {"rpie with exact fractions of a variable probe", exact_fractions_of_variable_probe},
           {"rpie with a bank of probes", bank_of_probes},
           {"rpie in the near field", near_field},
           {"rpie of 300 patterns at once", large_batches},
           {"rpie, side 64", solved_64},
           {"rpie, side 128", solved_128},
           {"a step of a network", network_step}};
enum { own_count = sizeof own / sizeof *own };

/* ---- all of it ---- */

bool enqueued_work(size_t k, const char **name)
{
    if (k >= own_count) return clpti_bench_operation(k - own_count, name) != NULL;
    *name = own[k].name;
    return true;
}

clpt_status enqueued_run(clpt_context *context, size_t k, clpt_message *message)
{
    const char *name;
    if (k < own_count) return clpti_bench_pass_status(context, own[k].run(context), message);
    const clpti_benchmark *benchmark = clpti_bench_operation(k - own_count, &name);
    if (!benchmark || clpti_bench_entry(benchmark)->host) return CLPT_OK;
    return run_benchmark(context, benchmark, name, 16, 9, message);
}
