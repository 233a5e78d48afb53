/* SPDX-License-Identifier: Apache-2.0 */
/* Contexts and buffers from the caller's own OpenCL objects. */
#include <stdlib.h>

#include "api/open.h"
#include "cl/share.h"
#include "core/memory.h"
#include "buffer/buffer.h"

clpt_status clpt_context_create_from_cl(cl_context cl_context_, cl_device_id device, cl_command_queue queue,
                                        const clpt_context_options *options, clpt_context **context,
                                        clpt_message *message)
{
    clpt_status status = CLPT_OK;
    clpti_settings settings = {0};
    clpt_context *made = NULL;
    if (message) message->text[0] = '\0';
    if (context) *context = NULL;
    if (!context || !cl_context_ || !device)
        return clpti_fail(message, CLPT_ERROR_ARGUMENT,
                          "clpt_context_create_from_cl: cl_context, device and context must not be NULL");
    CLPTI_TRY(clpti_settings_resolve(options, "clpt_context_create_from_cl", &settings, message));
    settings.device = NULL; /* the caller has chosen */
    CLPTI_TRY(clpti_context_new(&settings, message, &made));
    status = clpti_cl_adopt(made, cl_context_, device, queue, settings.kernel_dir, settings.cache_dir);
    if (status == CLPT_OK) status = clpti_context_ready(made, &settings);
    if (status != CLPT_OK && message) *message = made->message;
    if (status != CLPT_OK) goto cleanup;
    *context = made;
    made = NULL;
cleanup:
    clpt_context_destroy(&made);
    clpti_settings_release(&settings);
    return status;
}

clpt_status clpt_buffer_create_from_cl(clpt_context *context, cl_mem memory, clpt_type type, int64_t count,
                                       clpt_buffer **buffer)
{
    if (buffer) *buffer = NULL;
    if (!context || !buffer) return CLPT_ERROR_ARGUMENT;
    if (!memory || count < 1)
        return clpti_fail(&context->message, CLPT_ERROR_ARGUMENT,
                          "clpt_buffer_create_from_cl: requires a cl_mem and at least one element, not %lld",
                          (long long)count);
    if (clpti_is_reference(context))
        return clpti_fail(&context->message, CLPT_ERROR_ARGUMENT, "a cl_mem cannot be used in a reference context");
    if (type != CLPT_TYPE_F32 && type != CLPT_TYPE_C64)
        return clpti_fail(&context->message, CLPT_ERROR_ARGUMENT,
                          "a cl_mem contains CLPT_TYPE_F32 or CLPT_TYPE_C64 elements on a device");

    clpt_status status = CLPT_OK;
    clpti_element element = type == CLPT_TYPE_C64 ? CLPTI_COMPLEX : CLPTI_REAL;
    int64_t bytes;
    clpt_buffer *made = clpti_calloc(1, sizeof *made);
    if (!made) CLPTI_TRY(clpti_fail(&context->message, CLPT_ERROR_MEMORY, "no host memory for a buffer handle"));
    if (!clpti_multiply(count, (int64_t)clpti_element_size(context, element), &bytes))
        CLPTI_TRY(clpti_fail(&context->message, CLPT_ERROR_ARGUMENT, "%lld elements do not fit in 64 bits",
                             (long long)count));
    CLPTI_TRY(clpti_cl_adopt_memory(context, memory, bytes));
    *made = (clpt_buffer){.context = context, .element = element, .count = count, .memory = memory, .borrowed = true};
    *buffer = made;
    made = NULL;
cleanup:
    free(made);
    return status;
}

cl_context clpt_context_get_cl_context(const clpt_context *context)
{
    return clpti_cl_context_of(context);
}

cl_device_id clpt_context_get_cl_device(const clpt_context *context)
{
    return clpti_cl_device_of(context);
}

cl_command_queue clpt_context_get_cl_queue(const clpt_context *context)
{
    return clpti_cl_queue_of(context);
}

cl_mem clpt_buffer_get_cl_mem(const clpt_buffer *buffer)
{
    return buffer && !clpti_is_reference(buffer->context) ? (cl_mem)buffer->memory : NULL;
}
