/* SPDX-License-Identifier: Apache-2.0
 *
 * OpenCL objects shared with code of your own, which includes this header and links OpenCL itself. In three steps:
 *   1. clpt_context_create_from_cl(cl_context, device, queue, NULL, &context, &message) uses your context and in-order
 *      queue: work is enqueued between your own commands, without waiting;
 *   2. clpt_buffer_create_from_cl(context, memory, CLPT_TYPE_C64, count, &buffer) wraps your memory;
 *   3. call operations, then destroy buffer and context, which releases yours.
 * examples/own_context.c is a whole program.
 */
#ifndef CLPTYCHO_CLPTYCHO_CL_H
#define CLPTYCHO_CLPTYCHO_CL_H

#ifndef CL_TARGET_OPENCL_VERSION
#define CL_TARGET_OPENCL_VERSION 120
#endif
#include <CL/cl.h>

#include "clptycho/clptycho.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Makes a context from the caller's OpenCL objects, which are retained until clpt_context_destroy.
 *  @param cl_context_  contains `device`
 *  @param device       not self-checked
 *  @param queue        an in-order queue of that context and device; NULL: the library creates one
 *  @param options      NULL for the defaults; `device` is ignored
 *  @param context      receives the context, NULL on failure; the caller destroys it
 *  @param message      reports a failure; may be NULL
 *  @return CLPT_OK, CLPT_ERROR_ARGUMENT (a queue that is out of order or of another context), CLPT_ERROR_MEMORY,
 *          CLPT_ERROR_BUILD, CLPT_ERROR_OPENCL. */
CLPT_API clpt_status clpt_context_create_from_cl(cl_context cl_context_, cl_device_id device, cl_command_queue queue,
                                                 const clpt_context_options *options, clpt_context **context,
                                                 clpt_message *message);

/** Wraps the caller's memory (float32 or complex64 elements) as a buffer; retained until clpt_buffer_destroy.
 *  @param type    CLPT_TYPE_F32 or CLPT_TYPE_C64
 *  @param count   number of elements
 *  @param buffer  receives the buffer, NULL on failure; the caller destroys it
 *  @return CLPT_OK, CLPT_ERROR_ARGUMENT (smaller than count elements, another cl_context, or a reference context). */
CLPT_API clpt_status clpt_buffer_create_from_cl(clpt_context *context, cl_mem memory, clpt_type type, int64_t count,
                                                clpt_buffer **buffer);

/** OpenCL objects of a context or buffer, not retained; NULL in a reference context. */
CLPT_API cl_context clpt_context_get_cl_context(const clpt_context *context);
CLPT_API cl_device_id clpt_context_get_cl_device(const clpt_context *context);
CLPT_API cl_command_queue clpt_context_get_cl_queue(const clpt_context *context);
CLPT_API cl_mem clpt_buffer_get_cl_mem(const clpt_buffer *buffer);

#ifdef __cplusplus
}
#endif
#endif
