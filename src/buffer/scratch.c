/* SPDX-License-Identifier: Apache-2.0 */
/* The pool of scratch memory of a context: buffers given back are reused by the next request of about their size. */
#include "buffer/buffer.h"

enum { pool_size = 24 };

typedef struct pool {
    clpt_buffer *idle[pool_size];
    int next; /* index of the buffer to release when the pool is full */
} pool;

static void close_pool(void *state)
{
    pool *p = state;
    for (int i = 0; i < pool_size; i++) clpt_buffer_destroy(&p->idle[i]);
}

static const clpti_part part = {"the scratch pool", sizeof(pool), close_pool};

/* A buffer satisfies a request if it is large enough and wastes at most three quarters of its size. */
static bool satisfies(const clpt_buffer *buffer, clpti_element element, int64_t count)
{
    return buffer && buffer->element == element && buffer->count >= count && buffer->count / 4 <= count;
}

clpt_status clpti_scratch_take(clpt_context *context, clpti_element element, int64_t count, clpt_buffer **buffer)
{
    *buffer = NULL;
    pool *p = clpti_context_part(context, &part);
    if (!p) return CLPT_ERROR_MEMORY;
    clpt_buffer **best = NULL;
    for (clpt_buffer **idle = p->idle; idle < p->idle + pool_size; idle++)
        if (satisfies(*idle, element, count) && (!best || (*idle)->count < (*best)->count)) best = idle;
    if (best) {
        *buffer = *best;
        *best = NULL;
        return CLPT_OK;
    }
    clpt_status status = clpti_buffer_create(context, element, count, buffer);
    if (status != CLPT_ERROR_MEMORY) return status;
    close_pool(p); /* idle buffers may occupy the missing memory */
    return clpti_buffer_create(context, element, count, buffer);
}

void clpti_scratch_give(clpt_buffer **buffer)
{
    if (!buffer || !*buffer) return;
    pool *p = clpti_context_find((*buffer)->context, &part);
    clpt_buffer **slot = NULL;
    for (clpt_buffer **idle = p->idle; idle < p->idle + pool_size && !slot; idle++)
        if (!*idle) slot = idle;
    if (!slot) {
        slot = &p->idle[p->next];
        p->next = (p->next + 1) % pool_size;
        clpt_buffer_destroy(slot);
    }
    *slot = *buffer;
    *buffer = NULL;
}
