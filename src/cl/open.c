/* SPDX-License-Identifier: Apache-2.0 */
/* Opening a device for a context (context, queue, capabilities), and closing it. */
#include <stdlib.h>
#include <sys/stat.h>

#include "cl/internal.h"
#include "core/memory.h"

enum { SPARE_BYTES = 64 };

static int64_t clamp(int64_t value, int64_t low, int64_t high)
{
    return value < low ? low : value > high ? high : value;
}

/* Bytes of waves transformed at a time. A CPU keeps them in its share of the last-level cache: 4 MiB per core, at most
 * half of the reported cache (PoCL reports the last level, Intel sometimes the second). A GPU needs long launches. */
static int64_t fft_bytes_of(cl_device_id device, const clpt_device_info *info)
{
    const int64_t mebibyte = 1 << 20;
    if (info->type == CLPT_DEVICE_GPU) {
        int64_t share = (int64_t)(info->memory / 16), largest = (int64_t)(info->largest_allocation / 4);
        return clamp(share < largest ? share : largest, mebibyte, 256 * mebibyte);
    }
    int64_t cache = (int64_t)clpti_device_number(device, CL_DEVICE_GLOBAL_MEM_CACHE_SIZE);
    int64_t cores = 4 * mebibyte * clamp(info->compute_units, 1, 64);
    return cache > 0 ? clamp(cores, 2 * mebibyte, clamp(cache / 2, 2 * mebibyte, cores))
                     : clamp(cores, 0, 32 * mebibyte);
}

static void find_capabilities(struct clpti_cl *cl, const clpt_device_info *info)
{
    cl_device_type type = clpti_device_number(cl->device, CL_DEVICE_TYPE);
    cl->quirk = clpti_quirk_find(info->platform_name, info->name, type);
    cl->capabilities = (clpti_capabilities){
        .cpu_shaped = cl->quirk->cpu_shaped,
        .loop_limit = cl->quirk->loop_limit,
        .full_work_groups_only = cl->quirk->full_work_groups_only,
        .native_lanes = (int)clpti_device_number(cl->device, CL_DEVICE_NATIVE_VECTOR_WIDTH_FLOAT),
        .fft_bytes = fft_bytes_of(cl->device, info),
    };
    size_t bytes = 0;
    for (int i = 0; i < 3; i++) cl->largest_items[i] = 1;
    /* Drivers may report more than three dimensions; only the first three are used. */
    if (clGetDeviceInfo(cl->device, CL_DEVICE_MAX_WORK_ITEM_SIZES, 0, NULL, &bytes) != CL_SUCCESS) return;
    size_t *sizes = clpti_calloc((int64_t)bytes + (int64_t)sizeof *sizes, 1);
    if (sizes && clGetDeviceInfo(cl->device, CL_DEVICE_MAX_WORK_ITEM_SIZES, bytes, sizes, NULL) == CL_SUCCESS)
        for (size_t i = 0; i < 3 && i < bytes / sizeof *sizes; i++) cl->largest_items[i] = sizes[i] ? sizes[i] : 1;
    free(sizes);
}

static clpt_status keep_strings(clpt_context *context, const char *kernel_dir, const char *cache_dir)
{
    struct clpti_cl *cl = context->cl;
    struct stat entry;
    if (kernel_dir && (stat(kernel_dir, &entry) != 0 || !S_ISDIR(entry.st_mode)))
        return clpti_fail(&context->message, CLPT_ERROR_ARGUMENT,
                          "kernel directory '%s' (kernel_dir, CLPTYCHO_KERNEL_DIR) is not a directory", kernel_dir);
    cl->identity = clpti_device_identity(cl->platform, cl->device);
    cl->kernel_dir = kernel_dir ? clpti_strdup(kernel_dir) : NULL;
    cl->cache_dir = cache_dir && cl->quirk->cache_programs ? clpti_strdup(cache_dir) : NULL;
    if (cl->identity && !cl->kernel_dir == !kernel_dir) return CLPT_OK;
    return clpti_fail(&context->message, CLPT_ERROR_MEMORY, "out of memory while opening a device");
}

static clpt_status make_handles(clpt_context *context, cl_context given_context, cl_command_queue given_queue)
{
    struct clpti_cl *cl = context->cl;
    const char *name = context->device.name;
    const cl_context_properties properties[] = {CL_CONTEXT_PLATFORM, (cl_context_properties)cl->platform, 0};
    cl_int error = CL_SUCCESS;
    if (given_context) {
        error = clRetainContext(given_context);
        if (error == CL_SUCCESS) cl->context = given_context;
    } else {
        cl->context = clCreateContext(properties, 1, &cl->device, NULL, NULL, &error);
    }
    if (error != CL_SUCCESS) return clpti_cl_fail(&context->message, error, "opening a context on '%s'", name);
    if (given_queue) {
        error = clRetainCommandQueue(given_queue);
        if (error == CL_SUCCESS) cl->queue = given_queue;
    } else {
        cl->queue = clCreateCommandQueue(cl->context, cl->device, 0, &error);
    }
    if (error != CL_SUCCESS) return clpti_cl_fail(&context->message, error, "opening a queue on '%s'", name);
    cl->spare = clCreateBuffer(cl->context, CL_MEM_READ_WRITE, SPARE_BYTES, NULL, &error);
    if (error != CL_SUCCESS)
        return clpti_cl_fail(&context->message, error, "allocating %d bytes on '%s'", SPARE_BYTES, name);
    return CLPT_OK;
}

clpt_status clpti_cl_open_handles(clpt_context *context, cl_platform_id platform, cl_device_id device,
                                  cl_context cl_context_, cl_command_queue queue, const char *kernel_dir,
                                  const char *cache_dir)
{
    clpt_status status = CLPT_OK;
    context->cl = clpti_calloc(1, sizeof *context->cl);
    if (!context->cl) return clpti_fail(&context->message, CLPT_ERROR_MEMORY, "out of memory while opening a device");
    context->cl->platform = platform;
    context->cl->device = device;
    find_capabilities(context->cl, &context->device);
    CLPTI_TRY(keep_strings(context, kernel_dir, cache_dir));
    CLPTI_TRY(make_handles(context, cl_context_, queue));
cleanup:
    if (status != CLPT_OK) clpti_cl_close(context);
    return status;
}

clpt_status clpti_cl_open(clpt_context *context, const clpt_device_info *info, const char *kernel_dir,
                          const char *cache_dir)
{
    cl_platform_id platform;
    cl_device_id device;
    clpt_status status = clpti_device_handles(info, &platform, &device, &context->message);
    if (status != CLPT_OK) return status;
    context->device = *info;
    return clpti_cl_open_handles(context, platform, device, NULL, NULL, kernel_dir, cache_dir);
}

void clpti_cl_close(clpt_context *context)
{
    struct clpti_cl *cl = context->cl;
    if (!cl) return;
    if (cl->queue) clFinish(cl->queue);
    clpti_pending_reap(cl, true);
    clpti_programs_release(cl);
    if (cl->spare) clReleaseMemObject(cl->spare);
    if (cl->queue) clReleaseCommandQueue(cl->queue);
    if (cl->context) clReleaseContext(cl->context);
    free(cl->kernel_dir);
    free(cl->cache_dir);
    free(cl->identity);
    free(cl);
    context->cl = NULL;
}

clpt_status clpti_cl_finish(clpt_context *context)
{
    struct clpti_cl *cl = context->cl;
    if (!cl) return CLPT_OK;
    cl_int error = clFinish(cl->queue);
    clpti_pending_reap(cl, true);
    if (error == CL_SUCCESS) error = cl->failure;
    cl->failure = CL_SUCCESS;
    if (error == CL_SUCCESS) return CLPT_OK;
    return clpti_cl_fail(&context->message, error, "waiting for '%s'", context->device.name);
}

clpt_status clpti_cl_flush(clpt_context *context)
{
    if (!context->cl) return CLPT_OK;
    cl_int error = clFlush(context->cl->queue);
    if (error == CL_SUCCESS) return CLPT_OK;
    return clpti_cl_fail(&context->message, error, "starting work on '%s'", context->device.name);
}

clpt_status clpti_cl_mark(clpt_context *context, void **mark)
{
    *mark = NULL;
    if (!context->cl) return CLPT_OK;
    cl_event event = NULL;
    cl_int error = clEnqueueMarkerWithWaitList(context->cl->queue, 0, NULL, &event);
    if (error != CL_SUCCESS)
        return clpti_cl_fail(&context->message, error, "marking the work enqueued on '%s'", context->device.name);
    *mark = event;
    return clpti_cl_flush(context);
}

clpt_status clpti_cl_wait(clpt_context *context, void **mark)
{
    if (!*mark) return CLPT_OK;
    cl_event event = *mark;
    cl_int error = context ? clWaitForEvents(1, &event) : CL_SUCCESS;
    clReleaseEvent(event);
    *mark = NULL;
    if (error == CL_SUCCESS) return CLPT_OK;
    return clpti_cl_fail(&context->message, error, "waiting for '%s'", context->device.name);
}

const clpti_capabilities *clpti_capabilities_of(const clpt_context *context)
{
    static const clpti_capabilities reference = {.fft_bytes = 4 << 20};
    return context->cl ? &context->cl->capabilities : &reference;
}

void clpti_cl_record_quirks(clpt_context *context)
{
    const struct clpti_cl *cl = context->cl;
    char text[512] = "";
    if (!cl) return;
    clpti_append(text, sizeof text, "%s", cl->quirk->cpu_shaped ? "vector-lane kernels" : "no vector-lane kernels");
    if (cl->quirk->loop_limit)
        clpti_append(text, sizeof text, ", at most %lld iterations per loop", (long long)cl->quirk->loop_limit);
    if (cl->quirk->full_work_groups_only) clpti_append(text, sizeof text, ", several modes with full work-groups only");
    if (cl->quirk->register_option) clpti_append(text, sizeof text, ", register limit by build option");
    clpti_append(text, sizeof text, ", programs %s: %s", cl->cache_dir ? "cached on disk" : "not cached on disk",
                 cl->quirk->why);
    clpti_choice_record(context, CLPT_CHOICE_QUIRKS, "quirks", cl->quirk->short_name, text, NULL);
}
