/* SPDX-License-Identifier: Apache-2.0 */
/* Measurement of a device's maximum rates of memory and arithmetic. */
#include "ops/roofline.h"

#include <string.h>

#include "buffer/buffer.h"
#include "cl/runtime.h"
#include "core/clock.h"

/* As in cl/roofline.cl. */
enum { STEPS = 512, CHAINS = 16, LANE_OPERATIONS = 16 * 12 };
enum { ROUNDS_LEAST = 3, ROUNDS_MAX = 50 };
static const int64_t copied_max = INT64_C(512) << 20;
static const double long_enough = 4e-3; /* seconds: a round long enough to make launch and wait negligible */

/* Enqueues `items` work-items; `work` is private to the function. */
typedef clpt_status (*enqueue)(clpt_context *context, clpt_buffer *const *buffers, const char *kernel, int64_t items);

static clpt_status copy(clpt_context *context, clpt_buffer *const *buffers, const char *kernel, int64_t items)
{
    return clpti_run_kernel(context, &(clpti_launch){.file = "roofline",
                                                     .kernel = kernel,
                                                     .options = "",
                                                     .global = {items},
                                                     .args = CLPTI_ARGS(CLPTI_BUFFER(buffers[0]),
                                                                        CLPTI_BUFFER(buffers[1]), CLPTI_LONG(items))});
}

/* The driver's own copy of four floats per item. */
static clpt_status copy_by_driver(clpt_context *context, clpt_buffer *const *buffers, const char *kernel, int64_t items)
{
    (void)context, (void)kernel;
    return clpti_copy(clpti_view_of(buffers[0]), clpti_view_of(buffers[1]), 4 * items);
}

static clpt_status multiply_add(clpt_context *context, clpt_buffer *const *buffers, const char *kernel, int64_t items)
{
    return clpti_run_kernel(
        context, &(clpti_launch){.file = "roofline",
                                 .kernel = kernel,
                                 .options = "",
                                 .global = {items},
                                 .args = CLPTI_ARGS(CLPTI_BUFFER(buffers[1]), CLPTI_LONG(items), CLPTI_INT(STEPS),
                                                    CLPTI_FLOAT(0.9375f), CLPTI_FLOAT(0.0625f))});
}

/* Seconds for `calls` consecutive calls. */
static clpt_status time_calls(clpt_context *context, clpt_buffer *const *buffers, enqueue call, const char *kernel,
                              int64_t items, int calls, double *seconds)
{
    clpt_status status = CLPT_OK;
    double start = clpti_seconds();
    for (int i = 0; i < calls; i++) CLPTI_TRY(call(context, buffers, kernel, items));
    CLPTI_TRY(clpti_cl_finish(context));
    *seconds = clpti_seconds() - start;
cleanup:
    return status;
}

/* Minimum time of one call of at most `maximum` work-items. The number of work-items grows until a call is long enough,
 * then the rounds are timed. */
static clpt_status best_rate(clpt_context *context, clpt_buffer *const *buffers, enqueue call, const char *kernel,
                             int64_t items, int64_t maximum, double budget, double *rate)
{
    clpt_status status = CLPT_OK;
    double once = 0.0, start = clpti_seconds(), best = 0.0;
    CLPTI_TRY(time_calls(context, buffers, call, kernel, items, 1, &once)); /* builds the program */
    for (;; items = 2 * items < maximum ? 2 * items : maximum) {
        CLPTI_TRY(time_calls(context, buffers, call, kernel, items, 1, &once));
        if (once >= long_enough || items >= maximum) break;
    }
    int calls = once < long_enough ? (int)(long_enough / once) + 1 : 1;
    for (int round = 0; round < ROUNDS_MAX && (round < ROUNDS_LEAST || clpti_seconds() - start < budget); round++) {
        double seconds = 0.0;
        CLPTI_TRY(time_calls(context, buffers, call, kernel, items, calls, &seconds));
        double found = (double)items * calls / seconds;
        if (found > best) best = found;
        if (once > budget) break; /* an interpreter: a single round */
    }
    *rate = best;
cleanup:
    return status;
}

/* Bytes of each array: well beyond the caches, at most an eighth of the memory. */
static int64_t array_bytes(const clpt_device_info *device)
{
    uint64_t bytes = (uint64_t)copied_max;
    if (bytes > device->largest_allocation) bytes = device->largest_allocation;
    if (bytes > device->memory / 8) bytes = device->memory / 8;
    return bytes < 1 << 20 ? 1 << 20 : (int64_t)(bytes / 4096 * 4096);
}

clpt_status clpti_roofline_measure(clpt_context *context, double seconds, clpti_roofline *found)
{
    static const struct {
        const char *kernel;
        enqueue call;
        int64_t floats; /* per work-item */
    } copies[] = {{"roofline_copy", copy, 4}, {"roofline_copy_wide", copy, 16}, {"driver", copy_by_driver, 4}};
    static const struct {
        const char *kernel;
        double operations; /* per work-item */
    } kinds[] = {{"roofline_fma", 2.0 * STEPS * CHAINS}, {"roofline_fma_lanes", 2.0 * STEPS * LANE_OPERATIONS}};
    *found = (clpti_roofline){0};
    if (clpti_is_reference(context)) return CLPT_OK;
    clpt_status status = CLPT_OK;
    clpt_buffer *buffers[2] = {NULL, NULL};
    double rate = 0.0;
    int64_t bytes = array_bytes(&context->device), floats = bytes / 4;
    for (int i = 0; i < 2; i++) {
        CLPTI_TRY(clpti_buffer_create(context, CLPTI_REAL, floats, &buffers[i]));
        CLPTI_TRY(clpti_zero(clpti_view_of(buffers[i]), floats));
    }
    for (size_t k = 0; k < sizeof copies / sizeof *copies; k++) {
        int64_t items = floats / copies[k].floats;
        CLPTI_TRY(best_rate(context, buffers, copies[k].call, copies[k].kernel, items, items, seconds / 3, &rate));
        double found_rate = 8.0 * (double)copies[k].floats * rate; /* bytes read and written */
        if (found_rate > found->copy) found->copy = found_rate;
    }
    found->copied = bytes;
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        CLPTI_TRY(best_rate(context, buffers, multiply_add, kinds[k].kernel, 64, floats, seconds / 2, &rate));
        if (rate * kinds[k].operations <= found->fma) continue;
        found->fma = rate * kinds[k].operations;
        found->fastest = kinds[k].kernel;
    }
cleanup:
    for (int i = 0; i < 2; i++) clpt_buffer_destroy(&buffers[i]);
    return status;
}
