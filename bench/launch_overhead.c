/* SPDX-License-Identifier: Apache-2.0 */
/* Cost of a launch on every OpenCL device: kernels enqueued one by one, and with cl_khr_command_buffer
 * the same kernels recorded once and replayed. In turn, in one process; sums checked.
 *
 * Run: launch_overhead [LAUNCHES [WORK-ITEMS]] */
#include <CL/cl.h>
#include <CL/cl_ext.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { rounds = 41 };

static const char source[] = "kernel void add(global float *a, long offset, long count, float by)\n"
                             "{\n"
                             "    long i = get_global_id(0);\n"
                             "    if (i < count) a[offset + i] += by;\n"
                             "}\n";

static void check(cl_int error, const char *doing)
{
    if (error == CL_SUCCESS) return;
    fprintf(stderr, "launch_overhead: OpenCL error %d while %s\n", (int)error, doing);
    exit(1);
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *values)
{
    qsort(values, rounds, sizeof *values, by_value);
    return values[rounds / 2];
}

typedef struct trial {
    cl_platform_id platform;
    cl_device_id device;
    cl_context context;
    cl_command_queue queue;
    cl_program program;
    cl_kernel kernel;
    cl_mem memory;
    int launches;
    size_t items, group;
} trial;

static void set_arguments(const trial *t)
{
    cl_long offset = 0, count = (cl_long)t->items;
    cl_float by = 1;
    check(clSetKernelArg(t->kernel, 0, sizeof t->memory, &t->memory), "setting an argument");
    check(clSetKernelArg(t->kernel, 1, sizeof offset, &offset), "setting an argument");
    check(clSetKernelArg(t->kernel, 2, sizeof count, &count), "setting an argument");
    check(clSetKernelArg(t->kernel, 3, sizeof by, &by), "setting an argument");
}

static void open_trial(trial *t)
{
    cl_int error;
    const char *text = source;
    const cl_float zero = 0;
    t->context = clCreateContext(NULL, 1, &t->device, NULL, NULL, &error);
    check(error, "opening a context");
    t->queue = clCreateCommandQueue(t->context, t->device, 0, &error);
    check(error, "opening a queue");
    t->program = clCreateProgramWithSource(t->context, 1, &text, NULL, &error);
    check(error, "making a program");
    check(clBuildProgram(t->program, 1, &t->device, "", NULL, NULL), "building");
    t->kernel = clCreateKernel(t->program, "add", &error);
    check(error, "making a kernel");
    t->memory = clCreateBuffer(t->context, CL_MEM_READ_WRITE, t->items * sizeof zero, NULL, &error);
    check(error, "reserving memory");
    check(clEnqueueFillBuffer(t->queue, t->memory, &zero, sizeof zero, 0, t->items * sizeof zero, 0, NULL, NULL),
          "filling");
    check(clFinish(t->queue), "waiting");
}

static void close_trial(trial *t)
{
    clReleaseMemObject(t->memory);
    clReleaseKernel(t->kernel);
    clReleaseProgram(t->program);
    clReleaseCommandQueue(t->queue);
    clReleaseContext(t->context);
}

/* Seconds until done; `host` receives those until the last launch was enqueued. */
static double one_by_one(const trial *t, double *host)
{
    double start = now();
    for (int i = 0; i < t->launches; i++) {
        set_arguments(t);
        check(clEnqueueNDRangeKernel(t->queue, t->kernel, 1, NULL, &t->items, &t->group, 0, NULL, NULL), "launching");
    }
    *host = now() - start;
    check(clFinish(t->queue), "waiting");
    return now() - start;
}

static void expect_sum(const trial *t, int added)
{
    cl_float first;
    check(clEnqueueReadBuffer(t->queue, t->memory, CL_TRUE, 0, sizeof first, &first, 0, NULL, NULL), "reading");
    if (first == (cl_float)added) return;
    fprintf(stderr, "launch_overhead: %d launches added up to %g\n", added, (double)first);
    exit(1);
}

#ifdef cl_khr_command_buffer
typedef struct recorder {
    clCreateCommandBufferKHR_fn create;
    clCommandNDRangeKernelKHR_fn launch;
    clFinalizeCommandBufferKHR_fn finish;
    clEnqueueCommandBufferKHR_fn enqueue;
    clReleaseCommandBufferKHR_fn release;
} recorder;

static bool find_recorder(const trial *t, recorder *r)
{
    const struct {
        const char *name;
        void **function;
    } names[] = {{"clCreateCommandBufferKHR", (void **)&r->create},
                 {"clCommandNDRangeKernelKHR", (void **)&r->launch},
                 {"clFinalizeCommandBufferKHR", (void **)&r->finish},
                 {"clEnqueueCommandBufferKHR", (void **)&r->enqueue},
                 {"clReleaseCommandBufferKHR", (void **)&r->release}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!(*names[i].function = clGetExtensionFunctionAddressForPlatform(t->platform, names[i].name))) return false;
    return true;
}

static cl_command_buffer_khr record(trial *t, const recorder *r)
{
    cl_int error;
    cl_sync_point_khr last = 0, next = 0;
    cl_command_buffer_khr made = r->create(1, &t->queue, NULL, &error);
    check(error, "making a command buffer");
    for (int i = 0; i < t->launches; i++) {
        set_arguments(t);
        check(r->launch(made, NULL, NULL, t->kernel, 1, NULL, &t->items, &t->group, i > 0, i > 0 ? &last : NULL, &next,
                        NULL),
              "recording");
        last = next;
    }
    check(r->finish(made), "finishing a command buffer");
    return made;
}

static void compare(trial *t)
{
    double ones[rounds], hosts[rounds], replayed[rounds], replayed_hosts[rounds];
    recorder r;
    if (!find_recorder(t, &r)) {
        printf("  cl_khr_command_buffer: named, but its functions are missing\n");
        return;
    }
    double start = now();
    cl_command_buffer_khr recorded = record(t, &r);
    double recording = now() - start;
    one_by_one(t, &hosts[0]);
    for (int i = 0; i < rounds; i++) {
        ones[i] = one_by_one(t, &hosts[i]);
        start = now();
        check(r.enqueue(0, NULL, recorded, 0, NULL, NULL), "replaying");
        replayed_hosts[i] = now() - start;
        check(clFinish(t->queue), "waiting");
        replayed[i] = now() - start;
    }
    expect_sum(t, (2 * rounds + 1) * t->launches);
    check(r.release(recorded), "releasing a command buffer");
    double each = 1e6 / t->launches;
    printf("  one by one %.2f us a launch (host %.2f), command buffer %.2f us (host %.2f), recorded in %.0f us\n",
           each * median(ones), each * median(hosts), each * median(replayed), each * median(replayed_hosts),
           1e6 * recording);
}
#else
static void compare(trial *t)
{
    (void)t;
    printf("  cl_khr_command_buffer: unknown to the headers of this build\n");
}
#endif

static bool offers(cl_device_id device, const char *extension)
{
    size_t size = 0;
    char *text;
    check(clGetDeviceInfo(device, CL_DEVICE_EXTENSIONS, 0, NULL, &size), "querying extensions");
    if (!(text = calloc(size + 1, 1))) exit(1);
    check(clGetDeviceInfo(device, CL_DEVICE_EXTENSIONS, size, text, NULL), "querying extensions");
    bool found = strstr(text, extension) != NULL;
    free(text);
    return found;
}

static void measure(cl_platform_id platform, cl_device_id device, int launches, size_t items)
{
    trial t = {.platform = platform, .device = device, .launches = launches, .items = items, .group = 64};
    char name[256] = "", version[256] = "";
    double host, times[rounds], hosts[rounds];
    clGetDeviceInfo(device, CL_DEVICE_NAME, sizeof name - 1, name, NULL);
    clGetDeviceInfo(device, CL_DRIVER_VERSION, sizeof version - 1, version, NULL);
    printf("%s, driver %s: %d launches of %zu work-items\n", name, version, launches, items);
    open_trial(&t);
    if (offers(device, "cl_khr_command_buffer")) {
        compare(&t);
    } else {
        one_by_one(&t, &host);
        for (int i = 0; i < rounds; i++) times[i] = one_by_one(&t, &hosts[i]);
        expect_sum(&t, (rounds + 1) * launches);
        printf("  one by one %.2f us a launch (host %.2f); cl_khr_command_buffer is not offered\n",
               1e6 / launches * median(times), 1e6 / launches * median(hosts));
    }
    close_trial(&t);
}

int main(int argc, char **argv)
{
    int launches = argc > 1 ? atoi(argv[1]) : 150;
    long items = argc > 2 ? atol(argv[2]) : 64;
    cl_platform_id platforms[16];
    cl_uint platform_count = 0;
    if (launches < 1 || launches > 100000 || items < 64 || items % 64 || items > 1 << 28) {
        fprintf(stderr, "usage: launch_overhead [LAUNCHES [WORK-ITEMS, a multiple of 64]]\n");
        return 2;
    }
    check(clGetPlatformIDs(16, platforms, &platform_count), "listing platforms");
    for (cl_uint p = 0; p < platform_count && p < 16; p++) {
        cl_device_id devices[16];
        cl_uint count = 0;
        if (clGetDeviceIDs(platforms[p], CL_DEVICE_TYPE_ALL, 16, devices, &count) != CL_SUCCESS) continue;
        for (cl_uint d = 0; d < count && d < 16; d++) measure(platforms[p], devices[d], launches, (size_t)items);
    }
    return 0;
}
