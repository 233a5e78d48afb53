/* SPDX-License-Identifier: Apache-2.0
 *
 * Opt-in: share a context, queue or buffer with the caller's own OpenCL program.
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

/** Makes a context from the caller's own OpenCL objects, each of which is retained until clpt_context_destroy.
 *  @param cl_context_  holds `device`
 *  @param device       the device to use; it is not self-checked
 *  @param queue        an in-order queue of that context and device; NULL: the library makes one
 *  @param options      NULL for the defaults; `device` is ignored
 *  @return CLPT_OK, CLPT_ERROR_ARGUMENT (a queue that is out of order, or of another context), CLPT_ERROR_OPENCL. */
CLPT_API clpt_status clpt_context_create_from_cl(cl_context cl_context_, cl_device_id device, cl_command_queue queue,
                                                 const clpt_context_options *options, clpt_context **context,
                                                 clpt_message *message);

/** Wraps the caller's cl_mem (float32 or complex64 elements) as a buffer; retained until clpt_buffer_destroy.
 *  @return CLPT_OK, CLPT_ERROR_ARGUMENT (smaller than count elements, another cl_context, or a reference context). */
CLPT_API clpt_status clpt_buffer_create_from_cl(clpt_context *context, cl_mem memory, clpt_type type, int64_t count,
                                                clpt_buffer **buffer);

/** The OpenCL objects behind a context or buffer, not retained; NULL in a reference context. */
CLPT_API cl_context clpt_context_get_cl_context(const clpt_context *context);
CLPT_API cl_device_id clpt_context_get_cl_device(const clpt_context *context);
CLPT_API cl_command_queue clpt_context_get_cl_queue(const clpt_context *context);
CLPT_API cl_mem clpt_buffer_get_cl_mem(const clpt_buffer *buffer);

#ifdef __cplusplus
}
#endif
#endif
