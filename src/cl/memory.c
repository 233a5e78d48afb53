/* SPDX-License-Identifier: Apache-2.0 */
/* Device memory: allocate, fill, read, write, copy. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cl/internal.h"
#include "core/memory.h"

enum {
    COPIED_MAX = 4 << 20,   /* a larger write blocks: copying it would cost more than blocking */
    PENDING_MAX = 64 << 20, /* limit of host bytes held by pending writes */
    SMALLEST = 16           /* some drivers reject buffers of a few bytes */
};

/* Fills above 2³¹ bytes fail on drivers with 32-bit counters. */
static const int64_t filled_at_once = INT64_C(1) << 30;

clpt_status clpti_cl_alloc(clpt_context *context, int64_t bytes, void **memory)
{
    cl_int error = CL_SUCCESS;
    *memory = NULL;
    if (bytes < 0 || (uint64_t)bytes > context->device.largest_allocation)
        return clpti_fail(&context->message, CLPT_ERROR_MEMORY,
                          "a buffer of %" PRId64 " bytes was requested, but '%s' allows at most %" PRIu64
                          " bytes in one buffer (of %" PRIu64 " in total): use smaller pieces",
                          bytes, context->device.name, context->device.largest_allocation, context->device.memory);
    size_t size = bytes < SMALLEST ? SMALLEST : (size_t)bytes;
    cl_mem made = clCreateBuffer(context->cl->context, CL_MEM_READ_WRITE, size, NULL, &error);
    if (error != CL_SUCCESS)
        return clpti_cl_fail(&context->message, error,
                             "allocating %" PRId64 " bytes on '%s' (%" PRIu64 " bytes in total)", bytes,
                             context->device.name, context->device.memory);
    *memory = made;
    return CLPT_OK;
}

void clpti_cl_free(void *memory)
{
    if (memory) clReleaseMemObject(memory);
}

static void pending_drop_oldest(struct clpti_cl *cl)
{
    clpti_pending_write *done = cl->pending;
    cl_int state = CL_COMPLETE;
    if (clGetEventInfo(done->event, CL_EVENT_COMMAND_EXECUTION_STATUS, sizeof state, &state, NULL) == CL_SUCCESS &&
        state < 0 && cl->failure == CL_SUCCESS)
        cl->failure = state;
    cl->pending = done->next;
    if (!cl->pending) cl->pending_last = NULL;
    cl->pending_bytes -= done->bytes;
    clReleaseEvent(done->event);
    free(done->copy);
    free(done);
}

void clpti_pending_reap(struct clpti_cl *cl, bool all)
{
    while (cl->pending) {
        cl_int state = CL_QUEUED;
        cl_int error =
            clGetEventInfo(cl->pending->event, CL_EVENT_COMMAND_EXECUTION_STATUS, sizeof state, &state, NULL);
        bool running = error != CL_SUCCESS || state > CL_COMPLETE;
        /* The queue is in order: writes after an unfinished one are unfinished too. */
        if (running && !all) return;
        if (running) clWaitForEvents(1, &cl->pending->event); /* the preceding finish failed */
        pending_drop_oldest(cl);
    }
}

static void pending_add(struct clpti_cl *cl, clpti_pending_write *pending)
{
    if (cl->pending_last)
        cl->pending_last->next = pending;
    else
        cl->pending = pending;
    cl->pending_last = pending;
    cl->pending_bytes += pending->bytes;
    while (cl->pending_bytes > PENDING_MAX) {
        clWaitForEvents(1, &cl->pending->event);
        pending_drop_oldest(cl);
    }
}

/* False if out of memory for the copy: the caller then writes and blocks. */
static bool write_copy(struct clpti_cl *cl, cl_mem memory, size_t offset, const void *from, size_t bytes, cl_int *error)
{
    clpti_pending_write *pending = clpti_calloc(1, sizeof *pending);
    void *copy = clpti_malloc((int64_t)bytes, 1);
    if (!pending || !copy) {
        free(pending);
        free(copy);
        return false;
    }
    memcpy(copy, from, bytes);
    *error = clEnqueueWriteBuffer(cl->queue, memory, CL_FALSE, offset, bytes, copy, 0, NULL, &pending->event);
    if (*error == CL_SUCCESS) {
        pending->copy = copy;
        pending->bytes = bytes;
        pending_add(cl, pending);
    } else {
        free(pending);
        free(copy);
    }
    return true;
}

clpt_status clpti_cl_write(clpt_context *context, void *memory, int64_t offset, const void *from, int64_t bytes)
{
    struct clpti_cl *cl = context->cl;
    cl_int error = CL_SUCCESS;
    if (bytes == 0) return CLPT_OK;
    clpti_pending_reap(cl, false);
    if (bytes > COPIED_MAX || !write_copy(cl, memory, (size_t)offset, from, (size_t)bytes, &error))
        error = clEnqueueWriteBuffer(cl->queue, memory, CL_TRUE, (size_t)offset, (size_t)bytes, from, 0, NULL, NULL);
    if (error == CL_SUCCESS) return CLPT_OK;
    return clpti_cl_fail(&context->message, error, "writing %" PRId64 " bytes at byte %" PRId64 " of a buffer on '%s'",
                         bytes, offset, context->device.name);
}

clpt_status clpti_cl_read(clpt_context *context, void *memory, int64_t offset, void *to, int64_t bytes)
{
    struct clpti_cl *cl = context->cl;
    if (bytes == 0) return CLPT_OK;
    cl_int error = clEnqueueReadBuffer(cl->queue, memory, CL_TRUE, (size_t)offset, (size_t)bytes, to, 0, NULL, NULL);
    clpti_pending_reap(cl, false);
    if (error == CL_SUCCESS) return CLPT_OK;
    return clpti_cl_fail(&context->message, error, "reading %" PRId64 " bytes at byte %" PRId64 " of a buffer on '%s'",
                         bytes, offset, context->device.name);
}

clpt_status clpti_cl_copy(clpt_context *context, void *from, int64_t from_offset, void *to, int64_t to_offset,
                          int64_t bytes)
{
    if (bytes == 0) return CLPT_OK;
    cl_int error = clEnqueueCopyBuffer(context->cl->queue, from, to, (size_t)from_offset, (size_t)to_offset,
                                       (size_t)bytes, 0, NULL, NULL);
    if (error == CL_SUCCESS) return CLPT_OK;
    return clpti_cl_fail(&context->message, error,
                         "copying %" PRId64 " bytes from byte %" PRId64 " to byte %" PRId64 " between buffers on '%s'",
                         bytes, from_offset, to_offset, context->device.name);
}

/* PoCL fills in a plain loop over patterns, so a wide pattern is used there. */
static size_t pattern_for(const clpt_context *context, int64_t offset, int64_t bytes)
{
    enum { widest = 64 };
    if (context->cl->capabilities.cpu_shaped && offset % widest == 0 && bytes >= widest) return (size_t)widest;
    return offset % 4 == 0 && bytes % 4 == 0 ? 4 : 1;
}

clpt_status clpti_cl_zero(clpt_context *context, void *memory, int64_t offset, int64_t bytes)
{
    static const cl_int zeros[16] = {0};
    for (int64_t done = 0, piece; done < bytes; done += piece) {
        size_t pattern = pattern_for(context, offset + done, bytes - done);
        piece = bytes - done < filled_at_once ? (bytes - done) / (int64_t)pattern * (int64_t)pattern : filled_at_once;
        cl_int error = clEnqueueFillBuffer(context->cl->queue, memory, zeros, pattern, (size_t)(offset + done),
                                           (size_t)piece, 0, NULL, NULL);
        if (error != CL_SUCCESS)
            return clpti_cl_fail(&context->message, error,
                                 "zeroing %" PRId64 " bytes at byte %" PRId64 " of a buffer on '%s'", bytes, offset,
                                 context->device.name);
    }
    return CLPT_OK;
}
