/* SPDX-License-Identifier: Apache-2.0 */
/* A reconstruction in which one OpenCL call fails, each in turn: the failure is reported and every OpenCL object is
 * released. Needs a loader that supports OPENCL_LAYERS. */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cl_layer.h"
#include "support.h"
#include "paths.h"

static cl_layer_fail_function *layer_fail;
static cl_layer_failed_function *layer_failed;
static cl_layer_live_function *layer_live;

static bool find_layer(void)
{
    void *layer = dlopen(CLPT_LAYER_PATH, RTLD_NOW | RTLD_NOLOAD);
    if (!layer) return false;
    *(void **)&layer_fail = dlsym(layer, "cl_layer_fail");
    *(void **)&layer_failed = dlsym(layer, "cl_layer_failed");
    *(void **)&layer_live = dlsym(layer, "cl_layer_live");
    return layer_fail && layer_failed && layer_live;
}

enum { SIDE = 16, COUNT = 5, MODES = 2 };

static clpt_context *open_limited(const char *fft)
{
    clpt_context_options options = {
        .size = sizeof options, .device = test_device(), .fft = fft, .memory_limit = 8 * SIDE * SIDE * 8};
    clpt_message message = {0};
    clpt_context *context = NULL;
    if (clpt_context_create(&options, &context, &message) != CLPT_OK) fail_msg("cannot open: %s", message.text);
    return context;
}

/* Create, iterate and read out; streamed, so that every kind of call is there. */
static clpt_status reconstruct(clpt_context *context)
{
    float amplitude[COUNT * SIDE * SIDE], mask[COUNT * SIDE * SIDE], probe[2 * MODES * SIDE * SIDE],
        object[2 * 24 * 30];
    double positions[2 * COUNT], error = 0;
    for (int i = 0; i < COUNT * SIDE * SIDE; i++) amplitude[i] = mask[i] = 1;
    for (int i = 0; i < 2 * MODES * SIDE * SIDE; i++) probe[i] = (float)test_random(1, (uint64_t)i, -1, 1);
    for (int i = 0; i < 2 * 24 * 30; i++) object[i] = (float)(i % 2 == 0);
    for (int i = 0; i < 2 * COUNT; i++) positions[i] = 9.25 + i;
    clpt_measurement measurement = {.size = sizeof measurement,
                                    .amplitude = amplitude,
                                    .mask = mask,
                                    .mask_per_pattern = true,
                                    .count = COUNT,
                                    .side = SIDE,
                                    .positions = positions};
    clpt_solver_options options = test_options("probe-start=0 batch=3");
    clpt_array start = clpt_array_host(object, CLPT_TYPE_C64, 2, CLPT_SHAPE(24, 30));
    clpt_array modes = clpt_array_host(probe, CLPT_TYPE_C64, 3, CLPT_SHAPE(MODES, SIDE, SIDE));
    clpt_solver *solver = NULL;
    clpt_status status = clpt_solver_create(context, &measurement, &start, &modes, &options, &solver);
    if (status == CLPT_OK) status = clpt_solver_iterate(solver, &error);
    if (status == CLPT_OK) status = clpt_solver_evaluate_r_factor(solver, &error, NULL);
    if (status == CLPT_OK) status = clpt_solver_get_object(solver, &start);
    if (status == CLPT_OK) status = clpt_orthogonalise(context, &modes);
    clpt_solver_destroy(&solver);
    return status;
}

static void check_released(const char *what)
{
    char text[512];
    if (layer_live(text, sizeof text) != 0) fail_msg("%s: not released: %s", what, text);
}

static const char *const functions[] = {
    "clCreateBuffer",      "clEnqueueNDRangeKernel",  "clEnqueueWriteBuffer",      "clEnqueueReadBuffer",
    "clEnqueueCopyBuffer", "clEnqueueFillBuffer",     "clCreateProgramWithSource", "clCreateKernel",
    "clSetKernelArg",      "clGetKernelWorkGroupInfo"};

/* In a fresh context each time; then the context must still work. The many calls of one kind are taken in strides. */
static void any_failing_call_is_reported_and_leaves_nothing(void **state)
{
    (void)state;
    for (size_t f = 0; f < sizeof functions / sizeof *functions; f++) {
        int failures = 0;
        for (int nth = 1; nth < 5000; nth += nth < 20 ? 1 : nth / 8) {
            clpt_context *context = open_limited("general");
            layer_fail(functions[f], nth);
            clpt_status status = reconstruct(context);
            bool came = layer_failed();
            layer_fail(NULL, 0);
            if (came && functions[f][2] == 'E' && status == CLPT_OK)
                fail_msg("%s, call %d: no error", functions[f], nth);
            if (came && status != CLPT_OK) {
                failures++;
                if (!*clpt_context_get_message(context)) fail_msg("%s, call %d: no message", functions[f], nth);
                test_ok(context, reconstruct(context));
            }
            clpt_context_destroy(&context);
            check_released(test_text("%s, call %d failing", functions[f], nth));
            if (!came) break;
        }
        if (failures == 0 && strcmp(functions[f], "clCreateProgramWithSource") != 0) /* not called if a cache is used */
            fail_msg("%s never failed: the test tests nothing", functions[f]);
    }
}

static void every_provider_releases_all(void **state)
{
    (void)state;
    static const char *const providers[] = {"auto", "general", "lanes"};
    for (int i = 0; i < 3; i++) {
        clpt_context *context = open_limited(providers[i]);
        clpt_status status = reconstruct(context);
        assert_true(status == CLPT_OK || status == CLPT_ERROR_FFT);
        clpt_context_destroy(&context);
        check_released(providers[i]);
    }
}

int main(void)
{
    setenv("OPENCL_LAYERS", CLPT_LAYER_PATH, 1);
    test_start();
    if (!find_layer()) {
        printf("skipped: the OpenCL loader takes no layers\n");
        return 77;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_failing_call_is_reported_and_leaves_nothing),
        cmocka_unit_test(every_provider_releases_all),
    };
    return cmocka_run_group_tests_name("solver_faults", tests, NULL, NULL);
}
