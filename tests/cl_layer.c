/* SPDX-License-Identifier: Apache-2.0 */
/* An OpenCL layer (OPENCL_LAYERS) that counts objects, calls and kernels, and lets selected calls fail. */
#include "cl_layer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CL_USE_DEPRECATED_OPENCL_1_2_APIS
#include <CL/cl_layer.h>

static const cl_icd_dispatch *next;
static cl_icd_dispatch table_of_layer;

static void *no_object(cl_int *error, cl_int code)
{
    if (error) *error = code;
    return NULL;
}

/* An event requested by the caller is one more reference of the caller. */
static cl_int with_event(cl_int error, const cl_event *event)
{
    return event ? layer_changed(LAYER_EVENT, 1, error) : error;
}

/* ---- queries ---- */

static cl_int CL_API_CALL layer_clGetPlatformIDs(cl_uint maximum, cl_platform_id *platforms, cl_uint *found)
{
    return layer_fails("clGetPlatformIDs") ? CL_OUT_OF_HOST_MEMORY : next->clGetPlatformIDs(maximum, platforms, found);
}

static cl_int CL_API_CALL layer_clGetDeviceIDs(cl_platform_id platform, cl_device_type type, cl_uint maximum,
                                               cl_device_id *devices, cl_uint *found)
{
    if (layer_fails("clGetDeviceIDs")) return CL_OUT_OF_HOST_MEMORY;
    return next->clGetDeviceIDs(platform, type, maximum, devices, found);
}

static cl_int CL_API_CALL layer_clGetDeviceInfo(cl_device_id device, cl_device_info what, size_t size, void *value,
                                                size_t *needed)
{
    return layer_fails("clGetDeviceInfo") ? CL_OUT_OF_HOST_MEMORY
                                          : next->clGetDeviceInfo(device, what, size, value, needed);
}

static cl_int CL_API_CALL layer_clGetContextInfo(cl_context context, cl_context_info what, size_t size, void *value,
                                                 size_t *needed)
{
    return layer_fails("clGetContextInfo") ? CL_OUT_OF_HOST_MEMORY
                                           : next->clGetContextInfo(context, what, size, value, needed);
}

static cl_int CL_API_CALL layer_clGetCommandQueueInfo(cl_command_queue queue, cl_command_queue_info what, size_t size,
                                                      void *value, size_t *needed)
{
    return layer_fails("clGetCommandQueueInfo") ? CL_OUT_OF_HOST_MEMORY
                                                : next->clGetCommandQueueInfo(queue, what, size, value, needed);
}

static cl_int CL_API_CALL layer_clGetMemObjectInfo(cl_mem memory, cl_mem_info what, size_t size, void *value,
                                                   size_t *needed)
{
    return layer_fails("clGetMemObjectInfo") ? CL_OUT_OF_HOST_MEMORY
                                             : next->clGetMemObjectInfo(memory, what, size, value, needed);
}

static cl_int CL_API_CALL layer_clGetProgramInfo(cl_program program, cl_program_info what, size_t size, void *value,
                                                 size_t *needed)
{
    return layer_fails("clGetProgramInfo") ? CL_OUT_OF_HOST_MEMORY
                                           : next->clGetProgramInfo(program, what, size, value, needed);
}

static cl_int CL_API_CALL layer_clGetKernelWorkGroupInfo(cl_kernel kernel, cl_device_id device,
                                                         cl_kernel_work_group_info what, size_t size, void *value,
                                                         size_t *needed)
{
    if (layer_fails("clGetKernelWorkGroupInfo")) return CL_OUT_OF_HOST_MEMORY;
    return next->clGetKernelWorkGroupInfo(kernel, device, what, size, value, needed);
}

static cl_int CL_API_CALL layer_clGetEventInfo(cl_event event, cl_event_info what, size_t size, void *value,
                                               size_t *needed)
{
    return layer_fails("clGetEventInfo") ? CL_OUT_OF_HOST_MEMORY
                                         : next->clGetEventInfo(event, what, size, value, needed);
}

/* ---- contexts and queues ---- */

typedef void(CL_CALLBACK *context_notify)(const char *text, const void *data, size_t bytes, void *user);

static cl_context CL_API_CALL layer_clCreateContext(const cl_context_properties *properties, cl_uint number,
                                                    const cl_device_id *devices, context_notify notify, void *user,
                                                    cl_int *error)
{
    if (layer_fails("clCreateContext")) return no_object(error, CL_OUT_OF_RESOURCES);
    return layer_made(LAYER_CONTEXT, next->clCreateContext(properties, number, devices, notify, user, error));
}

static cl_int CL_API_CALL layer_clRetainContext(cl_context context)
{
    return layer_fails("clRetainContext") ? CL_OUT_OF_RESOURCES
                                          : layer_changed(LAYER_CONTEXT, 1, next->clRetainContext(context));
}

static cl_int CL_API_CALL layer_clReleaseContext(cl_context context)
{
    return layer_changed(LAYER_CONTEXT, -1, next->clReleaseContext(context));
}

static cl_command_queue CL_API_CALL layer_clCreateCommandQueue(cl_context context, cl_device_id device,
                                                               cl_command_queue_properties properties, cl_int *error)
{
    if (layer_fails("clCreateCommandQueue")) return no_object(error, CL_OUT_OF_RESOURCES);
    return layer_made(LAYER_QUEUE, next->clCreateCommandQueue(context, device, properties, error));
}

static cl_int CL_API_CALL layer_clRetainCommandQueue(cl_command_queue queue)
{
    return layer_fails("clRetainCommandQueue") ? CL_OUT_OF_RESOURCES
                                               : layer_changed(LAYER_QUEUE, 1, next->clRetainCommandQueue(queue));
}

static cl_int CL_API_CALL layer_clReleaseCommandQueue(cl_command_queue queue)
{
    return layer_changed(LAYER_QUEUE, -1, next->clReleaseCommandQueue(queue));
}

static cl_int CL_API_CALL layer_clFlush(cl_command_queue queue)
{
    return layer_fails("clFlush") ? CL_OUT_OF_RESOURCES : next->clFlush(queue);
}

static cl_int CL_API_CALL layer_clFinish(cl_command_queue queue)
{
    return layer_fails("clFinish") ? CL_OUT_OF_RESOURCES : next->clFinish(queue);
}

/* ---- memory ---- */

static cl_mem CL_API_CALL layer_clCreateBuffer(cl_context context, cl_mem_flags flags, size_t size, void *host,
                                               cl_int *error)
{
    if (layer_fails("clCreateBuffer")) return no_object(error, CL_MEM_OBJECT_ALLOCATION_FAILURE);
    return layer_made(LAYER_MEMORY, next->clCreateBuffer(context, flags, size, host, error));
}

static cl_mem CL_API_CALL layer_clCreateSubBuffer(cl_mem buffer, cl_mem_flags flags, cl_buffer_create_type type,
                                                  const void *info, cl_int *error)
{
    if (layer_fails("clCreateSubBuffer")) return no_object(error, CL_MEM_OBJECT_ALLOCATION_FAILURE);
    return layer_made(LAYER_MEMORY, next->clCreateSubBuffer(buffer, flags, type, info, error));
}

static cl_int CL_API_CALL layer_clRetainMemObject(cl_mem memory)
{
    return layer_fails("clRetainMemObject") ? CL_OUT_OF_RESOURCES
                                            : layer_changed(LAYER_MEMORY, 1, next->clRetainMemObject(memory));
}

static cl_int CL_API_CALL layer_clReleaseMemObject(cl_mem memory)
{
    return layer_changed(LAYER_MEMORY, -1, next->clReleaseMemObject(memory));
}

/* ---- programs and kernels ---- */

static cl_program CL_API_CALL layer_clCreateProgramWithSource(cl_context context, cl_uint number, const char **texts,
                                                              const size_t *lengths, cl_int *error)
{
    if (layer_fails("clCreateProgramWithSource")) return no_object(error, CL_OUT_OF_HOST_MEMORY);
    return layer_made(LAYER_PROGRAM, next->clCreateProgramWithSource(context, number, texts, lengths, error));
}

static cl_program CL_API_CALL layer_clCreateProgramWithBinary(cl_context context, cl_uint number,
                                                              const cl_device_id *devices, const size_t *lengths,
                                                              const unsigned char **binaries, cl_int *accepted,
                                                              cl_int *error)
{
    if (layer_fails("clCreateProgramWithBinary")) return no_object(error, CL_INVALID_BINARY);
    return layer_made(LAYER_PROGRAM,
                      next->clCreateProgramWithBinary(context, number, devices, lengths, binaries, accepted, error));
}

static cl_int CL_API_CALL layer_clRetainProgram(cl_program program)
{
    return layer_changed(LAYER_PROGRAM, 1, next->clRetainProgram(program));
}

static cl_int CL_API_CALL layer_clReleaseProgram(cl_program program)
{
    return layer_changed(LAYER_PROGRAM, -1, next->clReleaseProgram(program));
}

typedef void(CL_CALLBACK *program_notify)(cl_program program, void *user);

static cl_int CL_API_CALL layer_clBuildProgram(cl_program program, cl_uint number, const cl_device_id *devices,
                                               const char *options, program_notify notify, void *user)
{
    if (layer_fails("clBuildProgram")) return CL_BUILD_PROGRAM_FAILURE;
    return next->clBuildProgram(program, number, devices, options, notify, user);
}

static cl_kernel CL_API_CALL layer_clCreateKernel(cl_program program, const char *name, cl_int *error)
{
    if (layer_fails("clCreateKernel")) return no_object(error, CL_OUT_OF_RESOURCES);
    return layer_made(LAYER_KERNEL, next->clCreateKernel(program, name, error));
}

static cl_int CL_API_CALL layer_clRetainKernel(cl_kernel kernel)
{
    return layer_changed(LAYER_KERNEL, 1, next->clRetainKernel(kernel));
}

static cl_int CL_API_CALL layer_clReleaseKernel(cl_kernel kernel)
{
    return layer_changed(LAYER_KERNEL, -1, next->clReleaseKernel(kernel));
}

static cl_int CL_API_CALL layer_clSetKernelArg(cl_kernel kernel, cl_uint index, size_t size, const void *value)
{
    return layer_fails("clSetKernelArg") ? CL_OUT_OF_RESOURCES : next->clSetKernelArg(kernel, index, size, value);
}

/* ---- commands and events ---- */

static cl_int CL_API_CALL layer_clEnqueueReadBuffer(cl_command_queue queue, cl_mem memory, cl_bool wait, size_t offset,
                                                    size_t size, void *to, cl_uint number, const cl_event *events,
                                                    cl_event *event)
{
    if (layer_fails("clEnqueueReadBuffer")) return CL_OUT_OF_RESOURCES;
    return with_event(next->clEnqueueReadBuffer(queue, memory, wait, offset, size, to, number, events, event), event);
}

static cl_int CL_API_CALL layer_clEnqueueWriteBuffer(cl_command_queue queue, cl_mem memory, cl_bool wait, size_t offset,
                                                     size_t size, const void *from, cl_uint number,
                                                     const cl_event *events, cl_event *event)
{
    if (layer_fails("clEnqueueWriteBuffer")) return CL_OUT_OF_RESOURCES;
    return with_event(next->clEnqueueWriteBuffer(queue, memory, wait, offset, size, from, number, events, event),
                      event);
}

static cl_int CL_API_CALL layer_clEnqueueCopyBuffer(cl_command_queue queue, cl_mem from, cl_mem to, size_t from_offset,
                                                    size_t to_offset, size_t size, cl_uint number,
                                                    const cl_event *events, cl_event *event)
{
    if (layer_fails("clEnqueueCopyBuffer")) return CL_OUT_OF_RESOURCES;
    return with_event(next->clEnqueueCopyBuffer(queue, from, to, from_offset, to_offset, size, number, events, event),
                      event);
}

static cl_int CL_API_CALL layer_clEnqueueFillBuffer(cl_command_queue queue, cl_mem memory, const void *pattern,
                                                    size_t pattern_size, size_t offset, size_t size, cl_uint number,
                                                    const cl_event *events, cl_event *event)
{
    if (layer_fails("clEnqueueFillBuffer")) return CL_OUT_OF_RESOURCES;
    return with_event(
        next->clEnqueueFillBuffer(queue, memory, pattern, pattern_size, offset, size, number, events, event), event);
}

static cl_int counted(cl_int error, cl_kernel kernel)
{
    char name[128] = "a kernel without a name";
    if (error != CL_SUCCESS) return error;
    next->clGetKernelInfo(kernel, CL_KERNEL_FUNCTION_NAME, sizeof name, name, NULL);
    layer_enqueued(name);
    return error;
}

static cl_int CL_API_CALL layer_clEnqueueNDRangeKernel(cl_command_queue queue, cl_kernel kernel, cl_uint dimensions,
                                                       const size_t *offset, const size_t *global, const size_t *local,
                                                       cl_uint number, const cl_event *events, cl_event *event)
{
    if (layer_fails("clEnqueueNDRangeKernel")) return CL_OUT_OF_RESOURCES;
    cl_int error =
        next->clEnqueueNDRangeKernel(queue, kernel, dimensions, offset, global, local, number, events, event);
    return with_event(counted(error, kernel), event);
}

static cl_int CL_API_CALL layer_clEnqueueTask(cl_command_queue queue, cl_kernel kernel, cl_uint number,
                                              const cl_event *events, cl_event *event)
{
    return with_event(counted(next->clEnqueueTask(queue, kernel, number, events, event), kernel), event);
}

static cl_int CL_API_CALL layer_clEnqueueMarkerWithWaitList(cl_command_queue queue, cl_uint number,
                                                            const cl_event *events, cl_event *event)
{
    return with_event(next->clEnqueueMarkerWithWaitList(queue, number, events, event), event);
}

static cl_int CL_API_CALL layer_clWaitForEvents(cl_uint number, const cl_event *events)
{
    return layer_fails("clWaitForEvents") ? CL_OUT_OF_RESOURCES : next->clWaitForEvents(number, events);
}

static cl_int CL_API_CALL layer_clRetainEvent(cl_event event)
{
    return layer_changed(LAYER_EVENT, 1, next->clRetainEvent(event));
}

static cl_int CL_API_CALL layer_clReleaseEvent(cl_event event)
{
    return layer_changed(LAYER_EVENT, -1, next->clReleaseEvent(event));
}

/* ---- the layer ---- */

EXPORT cl_int CL_API_CALL clGetLayerInfo(cl_layer_info what, size_t size, void *value, size_t *needed)
{
    static const char name[] = "clptycho tests";
    const cl_layer_api_version version = CL_LAYER_API_VERSION_100;
    const void *from = what == CL_LAYER_API_VERSION ? (const void *)&version : name;
    size_t bytes = what == CL_LAYER_API_VERSION ? sizeof version : sizeof name;
    if (what != CL_LAYER_API_VERSION && what != CL_LAYER_NAME) return CL_INVALID_VALUE;
    if (value && size < bytes) return CL_INVALID_VALUE;
    if (value) memcpy(value, from, bytes);
    if (needed) *needed = bytes;
    return CL_SUCCESS;
}

static void install(cl_icd_dispatch *table)
{
    table->clGetPlatformIDs = layer_clGetPlatformIDs;
    table->clGetDeviceIDs = layer_clGetDeviceIDs;
    table->clGetDeviceInfo = layer_clGetDeviceInfo;
    table->clGetContextInfo = layer_clGetContextInfo;
    table->clGetCommandQueueInfo = layer_clGetCommandQueueInfo;
    table->clGetMemObjectInfo = layer_clGetMemObjectInfo;
    table->clGetProgramInfo = layer_clGetProgramInfo;
    table->clGetKernelWorkGroupInfo = layer_clGetKernelWorkGroupInfo;
    table->clGetEventInfo = layer_clGetEventInfo;
    table->clCreateContext = layer_clCreateContext;
    table->clRetainContext = layer_clRetainContext;
    table->clReleaseContext = layer_clReleaseContext;
    table->clCreateCommandQueue = layer_clCreateCommandQueue;
    table->clRetainCommandQueue = layer_clRetainCommandQueue;
    table->clReleaseCommandQueue = layer_clReleaseCommandQueue;
    table->clFlush = layer_clFlush;
    table->clFinish = layer_clFinish;
    table->clCreateBuffer = layer_clCreateBuffer;
    table->clCreateSubBuffer = layer_clCreateSubBuffer;
    table->clRetainMemObject = layer_clRetainMemObject;
    table->clReleaseMemObject = layer_clReleaseMemObject;
    table->clCreateProgramWithSource = layer_clCreateProgramWithSource;
    table->clCreateProgramWithBinary = layer_clCreateProgramWithBinary;
    table->clRetainProgram = layer_clRetainProgram;
    table->clReleaseProgram = layer_clReleaseProgram;
    table->clBuildProgram = layer_clBuildProgram;
    table->clCreateKernel = layer_clCreateKernel;
    table->clRetainKernel = layer_clRetainKernel;
    table->clReleaseKernel = layer_clReleaseKernel;
    table->clSetKernelArg = layer_clSetKernelArg;
    table->clEnqueueReadBuffer = layer_clEnqueueReadBuffer;
    table->clEnqueueWriteBuffer = layer_clEnqueueWriteBuffer;
    table->clEnqueueCopyBuffer = layer_clEnqueueCopyBuffer;
    table->clEnqueueFillBuffer = layer_clEnqueueFillBuffer;
    table->clEnqueueNDRangeKernel = layer_clEnqueueNDRangeKernel;
    table->clEnqueueTask = layer_clEnqueueTask;
    table->clEnqueueMarkerWithWaitList = layer_clEnqueueMarkerWithWaitList;
    table->clWaitForEvents = layer_clWaitForEvents;
    table->clRetainEvent = layer_clRetainEvent;
    table->clReleaseEvent = layer_clReleaseEvent;
}

static void read_environment(void)
{
    char name[64];
    int nth = 0;
    const char *text = getenv("CLPT_LAYER_FAIL");
    if (text && sscanf(text, "%63[^:]:%d", name, &nth) == 2) cl_layer_fail(name, nth);
}

EXPORT cl_int CL_API_CALL clInitLayer(cl_uint entries, const cl_icd_dispatch *target, cl_uint *entries_out,
                                      const cl_icd_dispatch **out)
{
    size_t bytes = entries * sizeof(void *);
    if (!target || !entries_out || !out || bytes > sizeof table_of_layer) return CL_INVALID_VALUE;
    next = target;
    memcpy(&table_of_layer, target, bytes);
    install(&table_of_layer);
    read_environment();
    *entries_out = entries;
    *out = &table_of_layer;
    return CL_SUCCESS;
}
