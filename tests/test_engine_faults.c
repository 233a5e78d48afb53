/* SPDX-License-Identifier: Apache-2.0 */
/* Every engine with an OpenCL call failing in the middle of an iteration, each in turn: the failure is reported, the
 * solver remains usable, and with its state restored it continues with the same bits as if nothing had happened. Needs
 * a loader that supports OPENCL_LAYERS. */
#include <stdio.h>
#include <stdlib.h>

#include "every_engine.h"
#include "layer_case.h"

static const every_options options = {
    .name = "all parts", .options = "seed=3 probe-start=0 momentum=0.5 position-start=1", .modes = 2};

static const char *const functions[] = {"clCreateBuffer",      "clEnqueueNDRangeKernel", "clEnqueueWriteBuffer",
                                        "clEnqueueReadBuffer", "clEnqueueCopyBuffer",    "clEnqueueFillBuffer",
                                        "clSetKernelArg"};

/* Measurements are streamed, so that every kind of call is there. */
static clpt_context *open_streaming(void)
{
    clpt_context_options o = {.size = sizeof o, .device = test_device(), .memory_limit = 8 * 16 * 16 * 8};
    clpt_message message = {0};
    clpt_context *context = NULL;
    if (clpt_context_create(&o, &context, &message) != CLPT_OK) fail_msg("cannot open: %s", message.text);
    return context;
}

static void put_back(clpt_context *context, clpt_solver *solver, const every_state *state, int64_t iteration)
{
    for (int i = 0; i < state->count; i++) {
        clpt_array from = test_array(&state->fields[i]);
        test_ok(context, clpt_solver_set_state(solver, (size_t)i, &from));
    }
    test_ok(context, clpt_solver_set_iteration(solver, iteration));
}

static void expect_state(clpt_context *context, clpt_solver *solver, const every_state *expected, const char *after)
{
    every_state got = {0};
    every_state_read(context, solver, &got);
    for (int i = 0; i < expected->count; i++)
        test_same_bits(test_text("%s: %s", after, expected->names[i]), &got.fields[i], &expected->fields[i]);
    every_state_free(&got);
}

typedef struct run {
    clpt_context *context;
    clpt_solver *solver;
    const char *engine;
    every_state middle, end; /* after one iteration and after two */
    double error;            /* of the second */
} run;

/* An iteration in which call number nth fails; false when it has fewer. */
static bool fails_and_recovers(const run *r, const char *function, int nth, int *failures)
{
    double error = 0;
    put_back(r->context, r->solver, &r->middle, 1);
    layer_fail(function, nth);
    clpt_status status = clpt_solver_iterate(r->solver, &error);
    bool came = layer_failed();
    layer_fail(NULL, 0);
    const char *what = test_text("%s after call %d of %s failed", r->engine, nth, function);
    if (came && function[2] == 'E' && status == CLPT_OK) fail_msg("%s: no error", what);
    if (status != CLPT_OK && !*clpt_context_get_message(r->context)) fail_msg("%s: no message", what);
    *failures += came && status != CLPT_OK;
    if (status != CLPT_OK) {
        put_back(r->context, r->solver, &r->middle, 1);
        test_ok(r->context, clpt_solver_iterate(r->solver, &error));
    }
    if (error != r->error) fail_msg("%s: error %.17g instead of %.17g", what, error, r->error);
    expect_state(r->context, r->solver, &r->end, what);
    return came;
}

/* clSetKernelArg has thousands of calls: they are taken in strides. */
static int next_call(int nth)
{
    return nth + (nth < 10 ? 1 : 1 + nth / 5);
}

static void check_engine(const solver_case *c, const char *engine)
{
    char text[512];
    int failures = 0;
    run r = {.context = open_streaming(), .engine = engine};
    if (every_solver(r.context, c, engine, &options, &r.solver) != CLPT_OK)
        fail_msg("%s: %s", engine, clpt_context_get_message(r.context));
    test_ok(r.context, clpt_solver_iterate(r.solver, NULL));
    every_state_read(r.context, r.solver, &r.middle);
    test_ok(r.context, clpt_solver_iterate(r.solver, &r.error));
    every_state_read(r.context, r.solver, &r.end);
    for (size_t f = 0; f < sizeof functions / sizeof *functions; f++)
        for (int nth = 1; fails_and_recovers(&r, functions[f], nth, &failures);) nth = next_call(nth);
    if (failures < 20) fail_msg("%s: only %d failures", engine, failures);
    clpt_solver_destroy(&r.solver);
    clpt_context_destroy(&r.context);
    every_state_free(&r.middle);
    every_state_free(&r.end);
    if (layer_live(text, sizeof text) != 0) fail_msg("%s: not released: %s", engine, text);
}

static void every_engine_recovers_from_any_failing_call(void **state)
{
    (void)state;
    solver_case c = solver_case_new(options.modes);
    for (size_t k = 0; clpt_engine_name(k); k++) check_engine(&c, clpt_engine_name(k));
    solver_case_free(&c);
}

/* clpt_solver_create with each of its buffers missing. */
static void every_engine_is_made_whole_or_not_at_all(void **state)
{
    (void)state;
    char text[512];
    solver_case c = solver_case_new(options.modes);
    for (size_t k = 0; clpt_engine_name(k); k++) {
        clpt_context *context = open_streaming();
        clpt_solver *solver = NULL;
        int nth = 1;
        for (bool came = true; came; nth++) {
            layer_fail("clCreateBuffer", nth);
            clpt_status status = every_solver(context, &c, clpt_engine_name(k), &options, &solver);
            came = layer_failed();
            layer_fail(NULL, 0);
            if (!solver != (status != CLPT_OK)) fail_msg("%s: a status and a solver", clpt_engine_name(k));
            clpt_solver_destroy(&solver);
        }
        if (nth < 10) fail_msg("%s: only %d buffers", clpt_engine_name(k), nth);
        clpt_context_destroy(&context);
        if (layer_live(text, sizeof text) != 0) fail_msg("%s: not released: %s", clpt_engine_name(k), text);
    }
    solver_case_free(&c);
}

int main(void)
{
    layer_ask();
    setenv("CLPTYCHO_TEST_SMALL", "1", 1); /* solver_case: every call fails once, so an iteration has to be short */
    test_start();
    if (!layer_find()) {
        printf("skipped: the OpenCL loader takes no layers\n");
        return 77;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_engine_recovers_from_any_failing_call),
        cmocka_unit_test(every_engine_is_made_whole_or_not_at_all),
    };
    return cmocka_run_group_tests_name("engine_faults", tests, NULL, NULL);
}
