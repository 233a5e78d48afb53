/* SPDX-License-Identifier: Apache-2.0 */
/* Scratch memory of a context: buffers that were given back wait here for the next taker of about their size. */
#include <stdlib.h>

#include "buffer/buffer.h"

enum { pool_size = 24 };

struct clpti_scratch {
    clpt_buffer *idle[pool_size];
    int next; /* the one to give up when the pool is full */
};

/* A buffer serves a request when it is large enough but wastes at most three quarters of itself. */
static bool serves(const clpt_buffer *buffer, clpti_element element, int64_t count)
{
    return buffer && buffer->element == element && buffer->count >= count && buffer->count / 4 <= count;
}

clpt_status clpti_scratch_take(clpt_context *context, clpti_element element, int64_t count, clpt_buffer **buffer)
{
    *buffer = NULL;
    if (!context->scratch && !(context->scratch = calloc(1, sizeof *context->scratch)))
        return clpti_fail(&context->message, CLPT_ERROR_MEMORY, "no host memory for the scratch pool");
    clpt_buffer **best = NULL;
    for (clpt_buffer **idle = context->scratch->idle; idle < context->scratch->idle + pool_size; idle++)
        if (serves(*idle, element, count) && (!best || (*idle)->count < (*best)->count)) best = idle;
    if (best) {
        *buffer = *best;
        *best = NULL;
        return CLPT_OK;
    }
    clpt_status status = clpti_buffer_create(context, element, count, buffer);
    if (status != CLPT_ERROR_MEMORY) return status;
    clpti_scratch_destroy(context); /* what lies idle may be what is missing */
    if (!(context->scratch = calloc(1, sizeof *context->scratch))) return CLPT_ERROR_MEMORY;
    return clpti_buffer_create(context, element, count, buffer);
}

void clpti_scratch_give(clpt_buffer **buffer)
{
    if (!buffer || !*buffer) return;
    struct clpti_scratch *pool = (*buffer)->context->scratch;
    clpt_buffer **slot = NULL;
    for (clpt_buffer **idle = pool->idle; idle < pool->idle + pool_size && !slot; idle++)
        if (!*idle) slot = idle;
    if (!slot) {
        slot = &pool->idle[pool->next];
        pool->next = (pool->next + 1) % pool_size;
        clpt_buffer_destroy(slot);
    }
    *slot = *buffer;
    *buffer = NULL;
}

void clpti_scratch_destroy(clpt_context *context)
{
    if (!context->scratch) return;
    for (int i = 0; i < pool_size; i++) clpt_buffer_destroy(&context->scratch->idle[i]);
    free(context->scratch);
    context->scratch = NULL;
}
