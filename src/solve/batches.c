/* SPDX-License-Identifier: Apache-2.0 */
/* The order of patterns in an iteration, and its batches. */
#include "solve/batches.h"

#include <stdlib.h>

#include "core/memory.h"
#include "core/poisson.h"
#include "solve/compact_batches.h"

enum { order_stream = 1 }; /* the random stream of the orders */

static clpt_status show(const clpt_solver *s, clpti_batches *b)
{
    return b->shown.device ? clpti_upload(clpti_view_of(b->shown.device), b->order, s->count) : CLPT_OK;
}

static clpt_status create_compact(const clpt_solver *s, clpti_batches *b)
{
    clpt_status status = clpti_compact_batches(&s->context->message, s->positions.xy, s->count, b->count, b->order);
    if (status != CLPT_OK) return status;
    if (!(b->turn = clpti_malloc(b->count, sizeof *b->turn)))
        return clpti_fail(&s->context->message, CLPT_ERROR_MEMORY, "no host memory for an order of batches");
    return show(s, b);
}

clpt_status clpti_batches_create(clpt_solver *s, clpti_batches *b)
{
    clpt_status status = CLPT_OK;
    *b = (clpti_batches){.count = (s->count + s->batch - 1) / s->batch};
    if (!(b->order = clpti_malloc(s->count, sizeof *b->order)))
        CLPTI_TRY(clpti_fail(&s->context->message, CLPT_ERROR_MEMORY, "no host memory for an order of patterns"));
    b->shown.host = b->order;
    if (!clpti_is_reference(s->context))
        CLPTI_TRY(clpti_buffer_create(s->context, CLPTI_INDEX, s->count, &b->shown.device));
    if (s->options.batches == CLPT_BATCHES_COMPACT) CLPTI_TRY(create_compact(s, b));
cleanup:
    return status;
}

void clpti_batches_destroy(clpti_batches *b)
{
    clpt_buffer_destroy(&b->shown.device);
    free(b->order);
    free(b->turn);
    *b = (clpti_batches){0};
}

/* Fisher–Yates from counters. */
static void draw(const clpt_solver *s, int32_t *order, int64_t count)
{
    for (int64_t i = 0; i < count; i++) order[i] = (int32_t)i;
    for (int64_t i = count - 1; i > 0; i--) {
        uint64_t index = (uint64_t)(s->iteration * s->count + i);
        int64_t j = (int64_t)(clpti_uniform(s->options.seed, order_stream, index) * (double)(i + 1));
        int32_t hold = order[i];
        order[i] = order[j];
        order[j] = hold;
    }
}

clpt_status clpti_batches_shuffle(clpt_solver *s, clpti_batches *b)
{
    draw(s, b->turn ? b->turn : b->order, b->turn ? b->count : s->count);
    return b->turn ? CLPT_OK : show(s, b);
}

clpti_batch clpti_batch_of(const clpt_solver *s, const clpti_batches *b, int64_t index)
{
    if (b->turn) index = b->turn[index];
    int64_t first = s->count * index / b->count;
    return (clpti_batch){first, s->count * (index + 1) / b->count - first};
}
