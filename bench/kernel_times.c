/* SPDX-License-Identifier: Apache-2.0 */
/* What the device spends its time on: a library to load before any OpenCL program, that has queues take times and
 * prints at the end of it, for each kernel (and fill and copy) the number of launches, the time of them all, and the
 * mean, least and largest of one. The last line says how long the device idled between them. Taking times keeps
 * commands from overlapping on some drivers: compare kernels with each other, not the whole with a run without it.
 *
 * Run: LD_PRELOAD=…/libkernel_times.so clptycho … (KERNEL_TIMES_SKIP=N leaves out each kernel's first N launches) */
#define CL_USE_DEPRECATED_OPENCL_1_2_APIS
#include <CL/cl.h>
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KINDS = 512, PENDING = 4096, NAME = 64 };

typedef struct kind {
    char name[NAME];
    long count;
    double sum, least, most; /* seconds */
} kind;

typedef struct pending {
    cl_event event;
    int kind;
} pending;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static kind kinds[KINDS];
static pending waiting[PENDING];
static int kind_count, waiting_count;
static cl_ulong last_end;
static double idle;
static long skip;

static void *real(const char *function)
{
    void *found = dlsym(RTLD_NEXT, function);
    if (found) return found;
    fprintf(stderr, "kernel_times: there is no %s to call\n", function);
    exit(1);
}

static int kind_of(const char *name)
{
    int i = 0;
    while (i < kind_count && strncmp(kinds[i].name, name, NAME - 1) != 0) i++;
    if (i == KINDS - 1) return i;
    if (i == kind_count) snprintf(kinds[kind_count++].name, NAME, "%s", name);
    return i;
}

static void count(const pending *p)
{
    cl_ulong start = 0, end = 0;
    kind *k = &kinds[p->kind];
    cl_int status = clWaitForEvents(1, &p->event);
    if (status == CL_SUCCESS)
        status = clGetEventProfilingInfo(p->event, CL_PROFILING_COMMAND_START, sizeof start, &start, NULL);
    if (status == CL_SUCCESS)
        status = clGetEventProfilingInfo(p->event, CL_PROFILING_COMMAND_END, sizeof end, &end, NULL);
    clReleaseEvent(p->event);
    if (status != CL_SUCCESS || k->count++ < skip) return;
    double took = 1e-9 * (double)(end - start);
    if (last_end && start > last_end) idle += 1e-9 * (double)(start - last_end);
    last_end = end;
    k->sum += took;
    if (k->least == 0 || took < k->least) k->least = took;
    if (took > k->most) k->most = took;
}

static void harvest(void)
{
    for (int i = 0; i < waiting_count; i++) count(&waiting[i]);
    waiting_count = 0;
}

/* The event of a command that was enqueued; a caller that asked for it as well keeps his own reference. */
static cl_int enqueued(cl_int error, const char *name, cl_event event, cl_event *asked)
{
    if (error != CL_SUCCESS) return error;
    pthread_mutex_lock(&lock);
    if (asked) {
        *asked = event;
        clRetainEvent(event);
    }
    if (waiting_count == PENDING) harvest();
    waiting[waiting_count++] = (pending){event, kind_of(name)};
    pthread_mutex_unlock(&lock);
    return error;
}

/* ---- what takes the place of OpenCL's functions ---- */

CL_API_ENTRY cl_command_queue CL_API_CALL clCreateCommandQueue(cl_context context, cl_device_id device,
                                                               cl_command_queue_properties properties, cl_int *error)
{
    cl_command_queue (*next)(cl_context, cl_device_id, cl_command_queue_properties, cl_int *);
    *(void **)&next = real("clCreateCommandQueue");
    return next(context, device, properties | CL_QUEUE_PROFILING_ENABLE, error);
}

CL_API_ENTRY cl_int CL_API_CALL clEnqueueNDRangeKernel(cl_command_queue queue, cl_kernel kernel, cl_uint dimensions,
                                                       const size_t *offset, const size_t *global, const size_t *local,
                                                       cl_uint waits, const cl_event *wait, cl_event *event)
{
    static cl_int (*next)(cl_command_queue, cl_kernel, cl_uint, const size_t *, const size_t *, const size_t *, cl_uint,
                          const cl_event *, cl_event *);
    if (!next) *(void **)&next = real("clEnqueueNDRangeKernel");
    char name[NAME] = "?";
    cl_event mine = NULL;
    clGetKernelInfo(kernel, CL_KERNEL_FUNCTION_NAME, sizeof name, name, NULL);
    cl_int error = next(queue, kernel, dimensions, offset, global, local, waits, wait, &mine);
    return enqueued(error, name, mine, event);
}

CL_API_ENTRY cl_int CL_API_CALL clEnqueueFillBuffer(cl_command_queue queue, cl_mem buffer, const void *pattern,
                                                    size_t pattern_size, size_t offset, size_t size, cl_uint waits,
                                                    const cl_event *wait, cl_event *event)
{
    static cl_int (*next)(cl_command_queue, cl_mem, const void *, size_t, size_t, size_t, cl_uint, const cl_event *,
                          cl_event *);
    if (!next) *(void **)&next = real("clEnqueueFillBuffer");
    cl_event mine = NULL;
    cl_int error = next(queue, buffer, pattern, pattern_size, offset, size, waits, wait, &mine);
    return enqueued(error, "(fill)", mine, event);
}

CL_API_ENTRY cl_int CL_API_CALL clEnqueueCopyBuffer(cl_command_queue queue, cl_mem from, cl_mem to, size_t from_offset,
                                                    size_t to_offset, size_t size, cl_uint waits, const cl_event *wait,
                                                    cl_event *event)
{
    static cl_int (*next)(cl_command_queue, cl_mem, cl_mem, size_t, size_t, size_t, cl_uint, const cl_event *,
                          cl_event *);
    if (!next) *(void **)&next = real("clEnqueueCopyBuffer");
    cl_event mine = NULL;
    cl_int error = next(queue, from, to, from_offset, to_offset, size, waits, wait, &mine);
    return enqueued(error, "(copy)", mine, event);
}

CL_API_ENTRY cl_int CL_API_CALL clFinish(cl_command_queue queue)
{
    static cl_int (*next)(cl_command_queue);
    if (!next) *(void **)&next = real("clFinish");
    cl_int error = next(queue);
    pthread_mutex_lock(&lock);
    harvest();
    pthread_mutex_unlock(&lock);
    return error;
}

/* No more times can be asked for once it is gone. */
CL_API_ENTRY cl_int CL_API_CALL clReleaseCommandQueue(cl_command_queue queue)
{
    static cl_int (*next)(cl_command_queue);
    if (!next) *(void **)&next = real("clReleaseCommandQueue");
    pthread_mutex_lock(&lock);
    harvest();
    pthread_mutex_unlock(&lock);
    return next(queue);
}

/* ---- start and end ---- */

__attribute__((constructor)) static void begin(void)
{
    const char *text = getenv("KERNEL_TIMES_SKIP");
    if (text) skip = strtol(text, NULL, 10);
}

static int by_sum(const void *a, const void *b)
{
    double x = ((const kind *)a)->sum, y = ((const kind *)b)->sum;
    return (x < y) - (x > y);
}

__attribute__((destructor)) static void report(void)
{
    double all = 0;
    if (kind_count == 0) return;
    qsort(kinds, (size_t)kind_count, sizeof *kinds, by_sum);
    for (int i = 0; i < kind_count; i++) all += kinds[i].sum;
    fprintf(stderr, "%-34s %8s %10s %6s %9s %9s %9s\n", "kernel", "launches", "all ms", "part", "mean us", "least us",
            "most us");
    for (int i = 0; i < kind_count; i++) {
        const kind *k = &kinds[i];
        long timed = k->count - skip;
        if (timed <= 0) continue;
        fprintf(stderr, "%-34s %8ld %10.3f %5.1f%% %9.2f %9.2f %9.2f\n", k->name, timed, 1e3 * k->sum,
                100 * k->sum / all, 1e6 * k->sum / (double)timed, 1e6 * k->least, 1e6 * k->most);
    }
    fprintf(stderr, "%-34s %8s %10.3f\n%-34s %8s %10.3f\n", "all", "", 1e3 * all, "(idle between commands)", "",
            1e3 * idle);
}
