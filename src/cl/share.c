/* SPDX-License-Identifier: Apache-2.0 */
/* The caller's own OpenCL objects in a context or buffer. */
#include "cl/share.h"

#include <inttypes.h>
#include <stdlib.h>

#include "cl/internal.h"
#include "core/memory.h"

static clpt_status check_device(clpt_context *context, cl_context cl_context_, cl_device_id device)
{
    clpt_status status = CLPT_OK;
    size_t bytes = 0;
    bool found = false;
    cl_device_id *devices = NULL;
    cl_int error = clGetContextInfo(cl_context_, CL_CONTEXT_DEVICES, 0, NULL, &bytes);
    if (error == CL_SUCCESS) {
        devices = clpti_calloc((int64_t)bytes, 1);
        if (!devices)
            CLPTI_TRY(clpti_fail(&context->message, CLPT_ERROR_MEMORY, "out of memory while checking a context"));
        error = clGetContextInfo(cl_context_, CL_CONTEXT_DEVICES, bytes, devices, NULL);
    }
    if (error != CL_SUCCESS)
        CLPTI_TRY(clpti_cl_fail(&context->message, error, "querying the devices of the given cl_context"));
    for (size_t i = 0; i < bytes / sizeof *devices; i++) found = found || devices[i] == device;
    if (!found)
        CLPTI_TRY(clpti_fail(&context->message, CLPT_ERROR_ARGUMENT,
                             "the given cl_context does not contain the given device"));
cleanup:
    free(devices);
    return status;
}

static clpt_status check_queue(clpt_context *context, cl_context cl_context_, cl_device_id device,
                               cl_command_queue queue)
{
    cl_context its_context = NULL;
    cl_device_id its_device = NULL;
    cl_command_queue_properties properties = 0;
    cl_int error = clGetCommandQueueInfo(queue, CL_QUEUE_CONTEXT, sizeof its_context, &its_context, NULL);
    if (error == CL_SUCCESS)
        error = clGetCommandQueueInfo(queue, CL_QUEUE_DEVICE, sizeof its_device, &its_device, NULL);
    if (error == CL_SUCCESS)
        error = clGetCommandQueueInfo(queue, CL_QUEUE_PROPERTIES, sizeof properties, &properties, NULL);
    if (error != CL_SUCCESS)
        return clpti_cl_fail(&context->message, error, "querying context, device and properties of the given queue");
    if (its_context != cl_context_)
        return clpti_fail(&context->message, CLPT_ERROR_ARGUMENT, "the given queue belongs to another cl_context");
    if (its_device != device)
        return clpti_fail(&context->message, CLPT_ERROR_ARGUMENT, "the given queue belongs to another device");
    if (properties & CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE)
        return clpti_fail(&context->message, CLPT_ERROR_ARGUMENT,
                          "the given queue is out of order: the library requires an in-order queue");
    return CLPT_OK;
}

/* Its index in the list of devices; −1:−1 for a sub-device. */
static void number_device(cl_device_id device, clpt_device_info *info)
{
    clpti_device *devices = NULL;
    size_t count = 0;
    if (clpti_devices_find(&devices, &count, NULL) != CLPT_OK) return;
    for (size_t i = 0; i < count; i++)
        if (devices[i].device == device) {
            info->platform = devices[i].info.platform;
            info->device = devices[i].info.device;
        }
    free(devices);
}

clpt_status clpti_cl_adopt(clpt_context *context, cl_context cl_context_, cl_device_id device, cl_command_queue queue,
                           const char *kernel_dir, const char *cache_dir)
{
    clpt_status status = CLPT_OK;
    cl_platform_id platform = NULL;
    CLPTI_TRY(check_device(context, cl_context_, device));
    if (queue) CLPTI_TRY(check_queue(context, cl_context_, device, queue));
    cl_int error = clGetDeviceInfo(device, CL_DEVICE_PLATFORM, sizeof platform, &platform, NULL);
    if (error == CL_SUCCESS) error = clpti_device_describe(platform, device, &context->device);
    if (error != CL_SUCCESS) CLPTI_TRY(clpti_cl_fail(&context->message, error, "querying the given device"));
    number_device(device, &context->device);
    CLPTI_TRY(clpti_cl_open_handles(context, platform, device, cl_context_, queue, kernel_dir, cache_dir));
cleanup:
    return status;
}

clpt_status clpti_cl_adopt_memory(clpt_context *context, cl_mem memory, int64_t bytes)
{
    cl_context its_context = NULL;
    cl_mem_object_type type = 0;
    size_t size = 0;
    cl_int error = clGetMemObjectInfo(memory, CL_MEM_CONTEXT, sizeof its_context, &its_context, NULL);
    if (error == CL_SUCCESS) error = clGetMemObjectInfo(memory, CL_MEM_TYPE, sizeof type, &type, NULL);
    if (error == CL_SUCCESS) error = clGetMemObjectInfo(memory, CL_MEM_SIZE, sizeof size, &size, NULL);
    if (error != CL_SUCCESS) return clpti_cl_fail(&context->message, error, "querying the given cl_mem");
    if (its_context != context->cl->context)
        return clpti_fail(&context->message, CLPT_ERROR_ARGUMENT, "the given cl_mem belongs to another cl_context");
    if (type != CL_MEM_OBJECT_BUFFER)
        return clpti_fail(&context->message, CLPT_ERROR_ARGUMENT, "the given cl_mem is an image, not a buffer");
    if (size < (uint64_t)bytes)
        return clpti_fail(&context->message, CLPT_ERROR_ARGUMENT,
                          "the given cl_mem has %zu bytes, %" PRId64 " are required", size, bytes);
    error = clRetainMemObject(memory);
    return error == CL_SUCCESS ? CLPT_OK : clpti_cl_fail(&context->message, error, "retaining the given cl_mem");
}

cl_context clpti_cl_context_of(const clpt_context *context)
{
    return context && context->cl ? context->cl->context : NULL;
}

cl_device_id clpti_cl_device_of(const clpt_context *context)
{
    return context && context->cl ? context->cl->device : NULL;
}

cl_command_queue clpti_cl_queue_of(const clpt_context *context)
{
    return context && context->cl ? context->cl->queue : NULL;
}
