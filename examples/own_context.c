// SPDX-License-Identifier: Apache-2.0
// A program with its own OpenCL objects: clptycho works in its context, on its queue and in its buffers, between
// the program's own commands, and gives the same patterns as from host arrays.
#include <clptycho/clptycho_cl.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { N = 64, L = 128, S = 9, OBJECT = L * L, PROBE = N * N, PATTERNS = S * N * N };

typedef struct own {
    cl_context context;
    cl_device_id device;
    cl_command_queue queue;
    cl_mem object, probe, patterns;
} own;

typedef struct data {
    float object[OBJECT][2], probe[PROBE][2];
    float expected[PATTERNS], found[PATTERNS];
    double positions[S][2];
} data;

static void die(const char *what, const char *why)
{
    fprintf(stderr, "%s: %s\n", what, why);
    exit(EXIT_FAILURE);
}

static void need(const char *what, cl_int error)
{
    char why[32];
    snprintf(why, sizeof why, "OpenCL error %d", (int)error);
    if (error != CL_SUCCESS) die(what, why);
}

static cl_mem make_buffer(cl_context context, size_t floats)
{
    cl_int error = CL_SUCCESS;
    cl_mem memory = clCreateBuffer(context, CL_MEM_READ_WRITE, floats * sizeof(float), NULL, &error);
    need("clCreateBuffer", error);
    return memory;
}

// The first device of the first platform that has one.
static void own_open(own *o)
{
    cl_platform_id platforms[16];
    cl_uint count = 0;
    cl_int error = clGetPlatformIDs(16, platforms, &count);
    need("clGetPlatformIDs", error);
    error = CL_DEVICE_NOT_FOUND;
    for (cl_uint k = 0; k < count && k < 16 && error != CL_SUCCESS; ++k)
        error = clGetDeviceIDs(platforms[k], CL_DEVICE_TYPE_ALL, 1, &o->device, NULL);
    need("clGetDeviceIDs", error);
    o->context = clCreateContext(NULL, 1, &o->device, NULL, NULL, &error);
    need("clCreateContext", error);
    o->queue = clCreateCommandQueue(o->context, o->device, 0, &error);
    need("clCreateCommandQueue", error);
    o->object = make_buffer(o->context, 2 * OBJECT);
    o->probe = make_buffer(o->context, 2 * PROBE);
    o->patterns = make_buffer(o->context, PATTERNS);
}

static void own_close(own *o)
{
    clReleaseMemObject(o->patterns);
    clReleaseMemObject(o->probe);
    clReleaseMemObject(o->object);
    clReleaseCommandQueue(o->queue);
    clReleaseContext(o->context);
}

static void data_fill(data *d)
{
    for (int k = 0; k < OBJECT; ++k) {
        d->object[k][0] = cosf(0.1f * (float)(k % L));
        d->object[k][1] = sinf(0.07f * (float)(k / L));
    }
    for (int k = 0; k < PROBE; ++k) {
        float x = (float)(k % N - N / 2), y = (float)(k / N - N / 2);
        d->probe[k][0] = 10 * expf(-(x * x + y * y) / 150);
    }
    for (int s = 0; s < S; ++s) {
        d->positions[s][0] = 40.3 + 20.1 * (s % 3);
        d->positions[s][1] = 41.7 + 19.9 * (s / 3);
    }
}

static void check(const clpt_context *context, clpt_status status)
{
    if (status != CLPT_OK) die(clpt_status_name(status), clpt_context_get_message(context));
}

static clpt_array wrap(clpt_context *context, cl_mem memory, clpt_type type, clpt_buffer **buffer, int rank,
                       const int64_t *shape)
{
    int64_t count = 1;
    for (int k = 0; k < rank; ++k) count *= shape[k];
    check(context, clpt_buffer_create_from_cl(context, memory, type, count, buffer));
    return clpt_array_device(*buffer, 0, rank, shape);
}

static void forward_from_host(clpt_context *context, const clpt_scan *scan, data *d)
{
    const clpt_array object = clpt_array_host(d->object, CLPT_TYPE_C64, 2, CLPT_SHAPE(L, L));
    const clpt_array probe = clpt_array_host(d->probe, CLPT_TYPE_C64, 2, CLPT_SHAPE(N, N));
    const clpt_array patterns = clpt_array_host(d->expected, CLPT_TYPE_F32, 3, CLPT_SHAPE(S, N, N));
    check(context, clpt_forward(context, &object, scan, &probe, NULL, &patterns));
}

// Upload, forward model and download are queued one after the other; only the last blocks.
static void forward_in_own_buffers(clpt_context *context, const clpt_scan *scan, const own *o, data *d)
{
    clpt_buffer *object_buffer = NULL, *probe_buffer = NULL, *patterns_buffer = NULL;
    const clpt_array object = wrap(context, o->object, CLPT_TYPE_C64, &object_buffer, 2, CLPT_SHAPE(L, L));
    const clpt_array probe = wrap(context, o->probe, CLPT_TYPE_C64, &probe_buffer, 2, CLPT_SHAPE(N, N));
    const clpt_array patterns = wrap(context, o->patterns, CLPT_TYPE_F32, &patterns_buffer, 3, CLPT_SHAPE(S, N, N));
    need("upload", clEnqueueWriteBuffer(o->queue, o->object, CL_FALSE, 0, sizeof d->object, d->object, 0, NULL, NULL));
    need("upload", clEnqueueWriteBuffer(o->queue, o->probe, CL_FALSE, 0, sizeof d->probe, d->probe, 0, NULL, NULL));
    check(context, clpt_forward(context, &object, scan, &probe, NULL, &patterns));
    need("download", clEnqueueReadBuffer(o->queue, o->patterns, CL_TRUE, 0, sizeof d->found, d->found, 0, NULL, NULL));
    clpt_buffer_destroy(&object_buffer);
    clpt_buffer_destroy(&probe_buffer);
    clpt_buffer_destroy(&patterns_buffer);
}

int main(void)
{
    static data d;
    own o = {0};
    clpt_message message;
    clpt_context *context = NULL;
    clpt_scan *scan = NULL;
    int different = 0;
    double counts = 0;

    own_open(&o);
    data_fill(&d);
    if (clpt_context_create_from_cl(o.context, o.device, o.queue, NULL, &context, &message) != CLPT_OK)
        die("clptycho", message.text);
    check(context, clpt_scan_create(context, d.positions[0], S, &scan));
    forward_in_own_buffers(context, scan, &o, &d);
    forward_from_host(context, scan, &d);
    for (int k = 0; k < PATTERNS; ++k) {
        different += !(d.found[k] == d.expected[k]);
        counts += d.found[k];
    }
    printf("%s: %.4g counts; %d of %d pixels differ between own buffers and host arrays\n",
           clpt_context_get_device(context)->name, counts, different, (int)PATTERNS);
    clpt_scan_destroy(&scan);
    clpt_context_destroy(&context);
    own_close(&o);
    return different || !(counts > 0) ? EXIT_FAILURE : EXIT_SUCCESS;
}
