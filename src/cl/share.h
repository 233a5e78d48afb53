/* SPDX-License-Identifier: Apache-2.0 */
/* The caller's own OpenCL objects in a context or buffer. */
#ifndef CLPTI_CL_SHARE_H
#define CLPTI_CL_SHARE_H

#include "clptycho/clptycho_cl.h"

#include "core/context.h"

/* Fills context->cl and context->device from handles, which are checked, then retained. `queue` NULL: one is
 * created. */
clpt_status clpti_cl_adopt(clpt_context *context, cl_context cl_context_, cl_device_id device, cl_command_queue queue,
                           const char *kernel_dir, const char *cache_dir);
/* Checks that `memory` belongs to the context and has at least `bytes`, and retains it. */
clpt_status clpti_cl_adopt_memory(clpt_context *context, cl_mem memory, int64_t bytes);

/* NULL in a reference context. */
cl_context clpti_cl_context_of(const clpt_context *context);
cl_device_id clpti_cl_device_of(const clpt_context *context);
cl_command_queue clpti_cl_queue_of(const clpt_context *context);

#endif
