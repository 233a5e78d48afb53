/* SPDX-License-Identifier: Apache-2.0 */
/* Names and messages of OpenCL errors. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cl/internal.h"

#define MEMORY_ADVICE                                                                                                  \
    "Close other programs on the device, or set memory_limit (CLPTYCHO_MEMORY_LIMIT) to process smaller "              \
    "pieces"
#define DRIVER_ADVICE "Try another device (--device, CLPTYCHO_DEVICE); if only this one fails, its driver is at fault"

typedef struct error_entry {
    cl_int error;
    const char *name;
    clpt_status status;
    const char *advice; /* advice for the user; NULL: none */
} error_entry;

#define ROW(error, status, advice)                                                                                     \
    {                                                                                                                  \
        error, #error, status, advice                                                                                  \
    }

static const error_entry entries[] = {
    ROW(CL_SUCCESS, CLPT_ERROR_INTERNAL, NULL),
    ROW(CL_DEVICE_NOT_FOUND, CLPT_ERROR_DEVICE, NULL),
    ROW(CL_DEVICE_NOT_AVAILABLE, CLPT_ERROR_DEVICE, "Another program may have exclusive use of the device"),
    ROW(CL_COMPILER_NOT_AVAILABLE, CLPT_ERROR_DEVICE,
        "This driver was installed without a compiler: choose another device"),
    ROW(CL_MEM_OBJECT_ALLOCATION_FAILURE, CLPT_ERROR_MEMORY, MEMORY_ADVICE),
    ROW(CL_OUT_OF_RESOURCES, CLPT_ERROR_OPENCL,
        "The device ran out of memory or an earlier kernel failed. " MEMORY_ADVICE),
    ROW(CL_OUT_OF_HOST_MEMORY, CLPT_ERROR_MEMORY, "The host ran out of memory"),
    ROW(CL_PROFILING_INFO_NOT_AVAILABLE, CLPT_ERROR_OPENCL, NULL),
    ROW(CL_MEM_COPY_OVERLAP, CLPT_ERROR_ARGUMENT, "Source and destination overlap"),
    ROW(CL_IMAGE_FORMAT_MISMATCH, CLPT_ERROR_OPENCL, NULL),
    ROW(CL_IMAGE_FORMAT_NOT_SUPPORTED, CLPT_ERROR_OPENCL, NULL),
    ROW(CL_BUILD_PROGRAM_FAILURE, CLPT_ERROR_BUILD, NULL),
    ROW(CL_MAP_FAILURE, CLPT_ERROR_OPENCL, NULL),
    ROW(CL_MISALIGNED_SUB_BUFFER_OFFSET, CLPT_ERROR_OPENCL, NULL),
    ROW(CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST, CLPT_ERROR_OPENCL, "Earlier work on the device failed"),
    ROW(CL_COMPILE_PROGRAM_FAILURE, CLPT_ERROR_BUILD, NULL),
    ROW(CL_LINKER_NOT_AVAILABLE, CLPT_ERROR_DEVICE, NULL),
    ROW(CL_LINK_PROGRAM_FAILURE, CLPT_ERROR_BUILD, NULL),
    ROW(CL_DEVICE_PARTITION_FAILED, CLPT_ERROR_OPENCL, NULL),
    ROW(CL_KERNEL_ARG_INFO_NOT_AVAILABLE, CLPT_ERROR_OPENCL, NULL),
    ROW(CL_INVALID_VALUE, CLPT_ERROR_OPENCL, NULL),
    ROW(CL_INVALID_DEVICE_TYPE, CLPT_ERROR_OPENCL, NULL),
    ROW(CL_INVALID_PLATFORM, CLPT_ERROR_OPENCL, NULL),
    ROW(CL_INVALID_DEVICE, CLPT_ERROR_OPENCL, NULL),
    ROW(CL_INVALID_CONTEXT, CLPT_ERROR_OPENCL, NULL),
    ROW(CL_INVALID_QUEUE_PROPERTIES, CLPT_ERROR_OPENCL, NULL),
    ROW(CL_INVALID_COMMAND_QUEUE, CLPT_ERROR_OPENCL, DRIVER_ADVICE),
    ROW(CL_INVALID_HOST_PTR, CLPT_ERROR_OPENCL, NULL),
    ROW(CL_INVALID_MEM_OBJECT, CLPT_ERROR_OPENCL, NULL),
    ROW(CL_INVALID_IMAGE_FORMAT_DESCRIPTOR, CLPT_ERROR_OPENCL, NULL),
    ROW(CL_INVALID_IMAGE_SIZE, CLPT_ERROR_OPENCL, NULL),
    ROW(CL_INVALID_SAMPLER, CLPT_ERROR_OPENCL, NULL),
    ROW(CL_INVALID_BINARY, CLPT_ERROR_OPENCL, NULL),
    ROW(CL_INVALID_BUILD_OPTIONS, CLPT_ERROR_BUILD, "The driver rejects one of the build options"),
    ROW(CL_INVALID_PROGRAM, CLPT_ERROR_OPENCL, NULL),
    ROW(CL_INVALID_PROGRAM_EXECUTABLE, CLPT_ERROR_OPENCL, NULL),
    ROW(CL_INVALID_KERNEL_NAME, CLPT_ERROR_BUILD,
        "The kernel file does not contain this kernel: check CLPTYCHO_KERNEL_DIR"),
    ROW(CL_INVALID_KERNEL_DEFINITION, CLPT_ERROR_OPENCL, NULL),
    ROW(CL_INVALID_KERNEL, CLPT_ERROR_OPENCL, NULL),
    ROW(CL_INVALID_ARG_INDEX, CLPT_ERROR_OPENCL, "The kernel takes other arguments: check CLPTYCHO_KERNEL_DIR"),
    ROW(CL_INVALID_ARG_VALUE, CLPT_ERROR_OPENCL, NULL),
    ROW(CL_INVALID_ARG_SIZE, CLPT_ERROR_OPENCL, "The kernel takes other arguments: check CLPTYCHO_KERNEL_DIR"),
    ROW(CL_INVALID_KERNEL_ARGS, CLPT_ERROR_OPENCL, "The kernel takes other arguments: check CLPTYCHO_KERNEL_DIR"),
    ROW(CL_INVALID_WORK_DIMENSION, CLPT_ERROR_OPENCL, NULL),
    ROW(CL_INVALID_WORK_GROUP_SIZE, CLPT_ERROR_OPENCL, "The device cannot run work-groups of this size"),
    ROW(CL_INVALID_WORK_ITEM_SIZE, CLPT_ERROR_OPENCL, "The device cannot run work-groups of this shape"),
    ROW(CL_INVALID_GLOBAL_OFFSET, CLPT_ERROR_OPENCL, NULL),
    ROW(CL_INVALID_EVENT_WAIT_LIST, CLPT_ERROR_OPENCL, NULL),
    ROW(CL_INVALID_EVENT, CLPT_ERROR_OPENCL, NULL),
    ROW(CL_INVALID_OPERATION, CLPT_ERROR_OPENCL, NULL),
    ROW(CL_INVALID_GL_OBJECT, CLPT_ERROR_OPENCL, NULL),
    ROW(CL_INVALID_BUFFER_SIZE, CLPT_ERROR_MEMORY, MEMORY_ADVICE),
    ROW(CL_INVALID_MIP_LEVEL, CLPT_ERROR_OPENCL, NULL),
    ROW(CL_INVALID_GLOBAL_WORK_SIZE, CLPT_ERROR_OPENCL, NULL),
    ROW(CL_INVALID_PROPERTY, CLPT_ERROR_OPENCL, NULL),
    ROW(CL_INVALID_IMAGE_DESCRIPTOR, CLPT_ERROR_OPENCL, NULL),
    ROW(CL_INVALID_COMPILER_OPTIONS, CLPT_ERROR_BUILD, "The driver rejects one of the build options"),
    ROW(CL_INVALID_LINKER_OPTIONS, CLPT_ERROR_BUILD, NULL),
    ROW(CL_INVALID_DEVICE_PARTITION_COUNT, CLPT_ERROR_OPENCL, NULL),
    {-1001, "CL_PLATFORM_NOT_FOUND_KHR", CLPT_ERROR_DEVICE,
     "Install an OpenCL runtime, for example the package pocl-opencl-icd"},
    {-9999, "CL_NVIDIA_ILLEGAL_BUFFER_ACCESS", CLPT_ERROR_OPENCL,
     "A kernel read or wrote outside its buffers: please report it"},
};

static const error_entry *find_entry(cl_int error)
{
    static const error_entry unknown = {0, "unknown OpenCL error", CLPT_ERROR_OPENCL, DRIVER_ADVICE};
    for (size_t i = 0; i < sizeof entries / sizeof *entries; i++)
        if (entries[i].error == error) return &entries[i];
    return &unknown;
}

const char *clpti_cl_error_name(cl_int error)
{
    return find_entry(error)->name;
}

clpt_status clpti_cl_fail(clpt_message *message, cl_int error, const char *format, ...)
{
    const error_entry *entry = find_entry(error);
    if (!message) return entry->status;
    char text[2048];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return clpti_fail(message, entry->status, "%s: %s (%d)%s%s", text, entry->name, (int)error,
                      entry->advice ? ". " : "", entry->advice ? entry->advice : "");
}
