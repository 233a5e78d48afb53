/* SPDX-License-Identifier: Apache-2.0 */
/* Every OpenCL call that the runtime makes fails once, in turn: the failure must be reported (or be of no account, with
 * right results), and every OpenCL object must be released. Needs a loader that supports OPENCL_LAYERS. */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cl_layer.h"
#include "paths.h"
#include "runtime_support.h"

#include "cl/internal.h"
#include "buffer/buffer.h"

static cl_layer_fail_function *layer_fail;
static cl_layer_failed_function *layer_failed;
static cl_layer_live_function *layer_live;

static char *kernel_dir, *cache_dir;
static clpt_message message; /* of the call that failed in a scenario */

static bool find_layer(void)
{
    void *layer = dlopen(CLPT_LAYER_PATH, RTLD_NOW | RTLD_NOLOAD);
    if (!layer) return false; /* the loader did not take it */
    *(void **)&layer_fail = dlsym(layer, "cl_layer_fail");
    *(void **)&layer_failed = dlsym(layer, "cl_layer_failed");
    *(void **)&layer_live = dlsym(layer, "cl_layer_live");
    return layer_fail && layer_failed && layer_live;
}

static int make_directories(void **state)
{
    (void)state;
    kernel_dir = test_directory_new();
    cache_dir = test_directory_new();
    test_kernel_write(kernel_dir, "twice.cl",
                      "kernel void twice(global int *o, long at, int n)\n"
                      "{\n"
                      "    long i = get_global_id(0);\n"
                      "    if (i < n) o[at + i] = 2 * o[at + i] + 1;\n"
                      "}\n");
    return 0;
}

static int remove_directories(void **state)
{
    (void)state;
    test_directory_remove(kernel_dir);
    test_directory_remove(cache_dir);
    return 0;
}

/* ---- scenarios: CLPT_OK only with right results ---- */

static clpt_status work(clpt_context *context)
{
    enum { SMALL = 100, LARGE = (5 << 20) / 4 };
    clpt_status status = CLPT_OK;
    int small[SMALL], back[SMALL];
    int *large = calloc(LARGE, sizeof *large);
    clpt_buffer *buffer = NULL, *other = NULL;
    for (int i = 0; i < SMALL; i++) small[i] = i;
    CLPTI_TRY(clpti_buffer_create(context, CLPTI_INDEX, LARGE, &buffer));
    CLPTI_TRY(clpti_buffer_create(context, CLPTI_INDEX, SMALL, &other));
    CLPTI_TRY(clpti_upload(clpti_view_of(buffer), large, LARGE));
    CLPTI_TRY(clpti_upload(clpti_view_of(buffer), small, SMALL));
    CLPTI_TRY(clpti_zero(clpti_view_of(other), SMALL));
    clpti_launch launch = {.file = "twice",
                           .kernel = "twice",
                           .options = "",
                           .global = {SMALL},
                           .args = CLPTI_ARGS(CLPTI_BUFFER(buffer), CLPTI_INT(SMALL))};
    CLPTI_TRY(clpti_run_kernel(context, &launch));
    CLPTI_TRY(clpti_copy(clpti_view_of(buffer), clpti_view_of(other), SMALL / 2));
    CLPTI_TRY(clpti_cl_flush(context));
    CLPTI_TRY(clpti_download(clpti_view_of(other), back, SMALL));
    for (int i = 0; i < SMALL; i++) assert_int_equal(back[i], i < SMALL / 2 ? 2 * i + 1 : 0);
    CLPTI_TRY(clpt_context_finish(context));
cleanup:
    if (status != CLPT_OK) message = context->message;
    clpt_buffer_destroy(&other);
    clpt_buffer_destroy(&buffer);
    free(large);
    return status;
}

static clpt_status scenario_own_device(const char *cache)
{
    clpt_context *context = NULL;
    clpt_context_options options = {
        .size = sizeof options, .device = test_device(), .kernel_dir = kernel_dir, .cache_dir = cache};
    clpt_status status = clpt_context_create(&options, &context, &message);
    if (status == CLPT_OK) status = work(context);
    clpt_context_destroy(&context);
    return status;
}

static clpt_status scenario_listing(void)
{
    clpt_device_info **devices = NULL;
    size_t count = 0;
    clpt_status status = clpt_devices_list(&devices, &count, &message);
    clpt_devices_free(&devices);
    return status;
}

static clpt_status scenario_uncached(void)
{
    return scenario_own_device("off"); /* with its self-check each time */
}

static clpt_status scenario_cached(void)
{
    return scenario_own_device(cache_dir);
}

static clpt_status scenario_adopted(void)
{
    clpt_status status = CLPT_OK;
    clpt_device_info info;
    cl_platform_id platform;
    cl_device_id device;
    cl_context own = NULL;
    cl_command_queue queue = NULL;
    cl_mem memory = NULL;
    clpt_context *context = NULL;
    clpt_buffer *buffer = NULL;
    clpt_context_options options = {.size = sizeof options, .kernel_dir = kernel_dir, .cache_dir = cache_dir};
    message.text[0] = '\0';
    CLPTI_TRY(clpti_device_select(test_device(), cache_dir, &(clpti_build_listener){0}, &info, &message));
    CLPTI_TRY(clpti_device_handles(&info, &platform, &device, &message));
    const cl_context_properties properties[] = {CL_CONTEXT_PLATFORM, (cl_context_properties)platform, 0};
    own = clCreateContext(properties, 1, &device, NULL, NULL, NULL);
    queue = own ? clCreateCommandQueue(own, device, 0, NULL) : NULL;
    memory = queue ? clCreateBuffer(own, CL_MEM_READ_WRITE, 64, NULL, NULL) : NULL;
    if (!memory) CLPTI_TRY(clpti_fail(&message, CLPT_ERROR_OPENCL, "the test's own object was refused"));
    CLPTI_TRY(clpt_context_create_from_cl(own, device, queue, &options, &context, &message));
    status = clpt_buffer_create_from_cl(context, memory, CLPT_TYPE_F32, 16, &buffer);
    if (status != CLPT_OK) message = context->message;
    if (status == CLPT_OK) status = work(context);
cleanup:
    clpt_buffer_destroy(&buffer);
    clpt_context_destroy(&context);
    if (memory) clReleaseMemObject(memory);
    if (queue) clReleaseCommandQueue(queue);
    if (own) clReleaseContext(own);
    return status;
}

/* ---- faults ---- */

static const struct {
    const char *function;
    bool tolerated; /* some of its failures cost nothing but a saving or a field of information */
} functions[] = {
    {"clGetPlatformIDs", true},
    {"clGetDeviceIDs", true},
    {"clGetDeviceInfo", true},
    {"clGetContextInfo", false},
    {"clGetCommandQueueInfo", false},
    {"clGetMemObjectInfo", false},
    {"clGetProgramInfo", true},
    {"clGetKernelWorkGroupInfo", false},
    {"clGetEventInfo", true},
    {"clCreateContext", false},
    {"clRetainContext", false},
    {"clCreateCommandQueue", false},
    {"clRetainCommandQueue", false},
    {"clCreateBuffer", false},
    {"clRetainMemObject", false},
    {"clCreateProgramWithSource", false},
    {"clCreateProgramWithBinary", true},
    {"clBuildProgram", true},
    {"clCreateKernel", false},
    {"clSetKernelArg", false},
    {"clEnqueueReadBuffer", false},
    {"clEnqueueWriteBuffer", false},
    {"clEnqueueCopyBuffer", false},
    {"clEnqueueFillBuffer", false},
    {"clEnqueueNDRangeKernel", false},
    {"clFlush", false},
    {"clFinish", true}, /* errors at the end of a context cannot be reported */
    {"clWaitForEvents", true},
};

static void check_released(const char *function, int nth)
{
    char text[512];
    if (layer_live(text, sizeof text) != 0) fail_msg("%s, call %d failing: not released: %s", function, nth, text);
}

static int check_every_call(clpt_status (*scenario)(void), const char *function, bool tolerated)
{
    enum { ENDLESS = 2000 };
    for (int nth = 1; nth < ENDLESS; nth++) {
        layer_fail(function, nth);
        message.text[0] = '\0';
        clpt_status status = scenario();
        bool came = layer_failed();
        layer_fail(NULL, 0);
        check_released(function, nth);
        if (!came) {
            if (status != CLPT_OK) fail_msg("%s: nothing failed, yet: %s", function, message.text);
            return nth - 1;
        }
        if (status == CLPT_OK && !tolerated) fail_msg("%s, call %d failing: not reported", function, nth);
        if (status != CLPT_OK && !*message.text) fail_msg("%s, call %d failing: no message", function, nth);
    }
    fail_msg("%s: no end of calls", function);
    return 0;
}

static void check_scenario(clpt_status (*scenario)(void), const char *name)
{
    int faults = 0;
    assert_int_equal(scenario(), CLPT_OK);
    check_released(name, 0);
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
        faults += check_every_call(scenario, functions[i].function, functions[i].tolerated);
    print_message("%s: %d calls failed in turn\n", name, faults);
    assert_true(faults > 10);
}

static void listing_any_call_fails_reported_and_released(void **state)
{
    (void)state;
    check_scenario(scenario_listing, "listing");
}

static void uncached_any_call_fails_reported_and_released(void **state)
{
    (void)state;
    check_scenario(scenario_uncached, "device, cache off");
}

static void cached_any_call_fails_reported_and_released(void **state)
{
    (void)state;
    check_scenario(scenario_cached, "device, cached");
}

static void adopted_any_call_fails_reported_and_released(void **state)
{
    (void)state;
    check_scenario(scenario_adopted, "caller's own context");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(listing_any_call_fails_reported_and_released),
        cmocka_unit_test(uncached_any_call_fails_reported_and_released),
        cmocka_unit_test(cached_any_call_fails_reported_and_released),
        cmocka_unit_test(adopted_any_call_fails_reported_and_released),
    };
    setenv("OPENCL_LAYERS", CLPT_LAYER_PATH, 1);
    test_start();
    if (!find_layer()) {
        printf("skipped: the OpenCL loader takes no layers\n");
        return 77;
    }
    return cmocka_run_group_tests(tests, make_directories, remove_directories);
}
