/* SPDX-License-Identifier: Apache-2.0 */
/* Profile of kernels of any OpenCL program: a preloaded library that enables profiling of queues and
 * prints at the end of it, for each kernel (and fill and copy) the number of launches, the time of them all, and the
 * mean, minimum and maximum of one. The last line is the idle time of the device between them. Profiling keeps
 * commands from overlapping on some drivers: compare kernels with each other, not the whole with a run without it.
 *
 * Run: LD_PRELOAD=…/libkernel_times.so clptycho … (KERNEL_TIMES_SKIP=N leaves out each kernel's first N launches;
 * KERNEL_TIMES_FILE=NAME: lines are added to that file, not written to standard error). A line at the start reports
 * that it is there. The table comes with the release of the last queue, and at the end where anything came after that;
 * a driver that ends the program by itself then loses nothing. Commands without a time are counted, with the error. */
#define CL_USE_DEPRECATED_OPENCL_1_2_APIS
#include <CL/cl.h>
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { KINDS = 512, PENDING = 4096, NAME = 64 };

typedef struct kind {
    char name[NAME];
    long count;
    double sum, minimum, maximum; /* seconds */
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
static long skip, counted, listed; /* commands seen, and when the table was last printed */
static long queues, queues_ever, untimed;
static cl_int why_untimed;
static FILE *out;
static bool ended;
static _Thread_local bool inside; /* a driver may call these functions itself: such a call goes straight through */

static void *real(const char *function)
{
    void *found = dlsym(RTLD_NEXT, function);
    if (found) return found;
    fprintf(out ? out : stderr, "kernel_times: there is no %s to call: %s\n", function, dlerror());
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
    if (status != CL_SUCCESS) {
        untimed++;
        why_untimed = status;
    }
    if (status != CL_SUCCESS || k->count++ < skip) return;
    double took = 1e-9 * (double)(end - start);
    if (last_end && start > last_end) idle += 1e-9 * (double)(start - last_end);
    last_end = end;
    k->sum += took;
    if (k->minimum == 0 || took < k->minimum) k->minimum = took;
    if (took > k->maximum) k->maximum = took;
}

static void harvest(void)
{
    inside = true;
    for (int i = 0; i < waiting_count; i++) count(&waiting[i]);
    waiting_count = 0;
    inside = false;
}

/* The event of a command that was enqueued; a caller that requests it too has its own reference. */
static cl_int enqueued(cl_int error, const char *name, cl_event event, cl_event *requested)
{
    if (error != CL_SUCCESS) return error;
    pthread_mutex_lock(&lock);
    if (requested) {
        *requested = event;
        clRetainEvent(event);
    }
    if (waiting_count == PENDING) harvest();
    waiting[waiting_count++] = (pending){event, kind_of(name)};
    counted++;
    pthread_mutex_unlock(&lock);
    return error;
}

/* ---- the table ---- */

static int by_sum(const void *a, const void *b)
{
    double x = ((const kind *)a)->sum, y = ((const kind *)b)->sum;
    return (x < y) - (x > y);
}

static void print_rows(void)
{
    double all = 0;
    for (int i = 0; i < kind_count; i++) all += kinds[i].sum;
    fprintf(out, "%-34s %8s %10s %6s %9s %9s %9s\n", "kernel", "launches", "all ms", "part", "mean us", "min us",
            "max us");
    for (int i = 0; i < kind_count; i++) {
        const kind *k = &kinds[i];
        long timed = k->count - skip;
        if (timed <= 0) continue;
        fprintf(out, "%-34s %8ld %10.3f %5.1f%% %9.2f %9.2f %9.2f\n", k->name, timed, 1e3 * k->sum, 100 * k->sum / all,
                1e6 * k->sum / (double)timed, 1e6 * k->minimum, 1e6 * k->maximum);
    }
    fprintf(out, "%-34s %8s %10.3f\n%-34s %8s %10.3f\n", "all", "", 1e3 * all, "(idle between commands)", "",
            1e3 * idle);
}

/* Prints everything since the last report. Waiting events are not queried: a driver may be gone. Kinds move, so
 * none may wait. */
static void report(void)
{
    if (counted == listed) return;
    listed = counted;
    if (waiting_count) fprintf(out, "kernel_times: %d commands were never waited for\n", waiting_count);
    if (!waiting_count) qsort(kinds, (size_t)kind_count, sizeof *kinds, by_sum);
    if (untimed) fprintf(out, "kernel_times: %ld commands have no times: OpenCL error %d\n", untimed, (int)why_untimed);
    if (counted) print_rows();
    fflush(out);
}

static void at_end(void)
{
    if (ended) return;
    ended = true;
    report();
    if (!counted)
        fprintf(out, "kernel_times: %ld queues were made and no command went through this library\n", queues_ever);
    fflush(out);
}

/* ---- what takes the place of OpenCL's functions ---- */

static cl_command_queue queue_made(cl_command_queue queue)
{
    pthread_mutex_lock(&lock);
    queues += queue != NULL;
    if (!queues_ever++) atexit(at_end); /* before whatever a driver does at the end that was loaded earlier */
    pthread_mutex_unlock(&lock);
    return queue;
}

CL_API_ENTRY cl_command_queue CL_API_CALL clCreateCommandQueue(cl_context context, cl_device_id device,
                                                               cl_command_queue_properties properties, cl_int *error)
{
    cl_command_queue (*next)(cl_context, cl_device_id, cl_command_queue_properties, cl_int *);
    *(void **)&next = real("clCreateCommandQueue");
    return queue_made(next(context, device, properties | CL_QUEUE_PROFILING_ENABLE, error));
}

/* OpenCL 2.0's; its header's types are not in 1.2. */
CL_API_ENTRY cl_command_queue CL_API_CALL clCreateCommandQueueWithProperties(cl_context context, cl_device_id device,
                                                                             const cl_ulong *properties, cl_int *error)
{
    cl_command_queue (*next)(cl_context, cl_device_id, const cl_ulong *, cl_int *);
    *(void **)&next = real("clCreateCommandQueueWithProperties");
    cl_ulong more[32] = {0};
    int n = 0;
    cl_command_queue_properties flags = CL_QUEUE_PROFILING_ENABLE;
    for (; properties && properties[0] && n < 28; properties += 2)
        if (properties[0] == CL_QUEUE_PROPERTIES) {
            flags |= properties[1];
        } else {
            more[n++] = properties[0];
            more[n++] = properties[1];
        }
    more[n++] = CL_QUEUE_PROPERTIES;
    more[n] = flags;
    return queue_made(next(context, device, more, error));
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
    if (inside) return next(queue, kernel, dimensions, offset, global, local, waits, wait, event);
    inside = true;
    clGetKernelInfo(kernel, CL_KERNEL_FUNCTION_NAME, sizeof name, name, NULL);
    cl_int error = next(queue, kernel, dimensions, offset, global, local, waits, wait, &mine);
    inside = false;
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
    if (inside) return next(queue, buffer, pattern, pattern_size, offset, size, waits, wait, event);
    inside = true;
    cl_int error = next(queue, buffer, pattern, pattern_size, offset, size, waits, wait, &mine);
    inside = false;
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
    if (inside) return next(queue, from, to, from_offset, to_offset, size, waits, wait, event);
    inside = true;
    cl_int error = next(queue, from, to, from_offset, to_offset, size, waits, wait, &mine);
    inside = false;
    return enqueued(error, "(copy)", mine, event);
}

CL_API_ENTRY cl_int CL_API_CALL clFinish(cl_command_queue queue)
{
    static cl_int (*next)(cl_command_queue);
    if (!next) *(void **)&next = real("clFinish");
    if (inside) return next(queue);
    inside = true;
    cl_int error = next(queue);
    pthread_mutex_lock(&lock);
    harvest();
    pthread_mutex_unlock(&lock);
    return error;
}

CL_API_ENTRY cl_int CL_API_CALL clRetainCommandQueue(cl_command_queue queue)
{
    static cl_int (*next)(cl_command_queue);
    if (!next) *(void **)&next = real("clRetainCommandQueue");
    if (inside) return next(queue);
    pthread_mutex_lock(&lock);
    queues++;
    pthread_mutex_unlock(&lock);
    return next(queue);
}

/* Times cannot be queried after its release. */
CL_API_ENTRY cl_int CL_API_CALL clReleaseCommandQueue(cl_command_queue queue)
{
    static cl_int (*next)(cl_command_queue);
    if (!next) *(void **)&next = real("clReleaseCommandQueue");
    if (inside) return next(queue);
    pthread_mutex_lock(&lock);
    harvest();
    if (--queues == 0) report();
    pthread_mutex_unlock(&lock);
    inside = true;
    cl_int error = next(queue);
    inside = false;
    return error;
}

/* ---- start and end ---- */

__attribute__((constructor)) static void begin(void)
{
    const char *text = getenv("KERNEL_TIMES_SKIP"), *file = getenv("KERNEL_TIMES_FILE");
    if (text) skip = strtol(text, NULL, 10);
    out = file && *file ? fopen(file, "a") : stderr;
    if (!out) {
        fprintf(stderr, "kernel_times: cannot write to %s: %s\n", file, strerror(errno));
        out = stderr;
    }
    fprintf(out, "kernel_times: loaded into %s, process %ld\n", program_invocation_short_name, (long)getpid());
    fflush(out);
}

__attribute__((destructor)) static void end(void)
{
    at_end(); /* a program without queues, or one whose driver took it from exit() */
}
