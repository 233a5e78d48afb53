/* SPDX-License-Identifier: Apache-2.0 */
/* One call of an operation between buffers (src/ops), in any context on the same numbers. */
#include "step_case.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OFFSET = 3 };

static void open_bench(step_bench *b, clpt_context *context, const step_case *c)
{
    *b = (step_bench){.context = context, .order = {.host = c->order}};
    for (int i = 0; i < c->view_count; i++) {
        b->buffers[i] = test_buffer(context, &c->fields[i], OFFSET + i);
        b->views[i] = (clpti_view){b->buffers[i], OFFSET + i};
    }
    test_ok(context, clpti_positions_create(context, c->xy, c->position_count, &b->positions));
    if (clpti_is_reference(context)) return;
    test_ok(context, clpti_buffer_create(context, CLPTI_INDEX, c->position_count, &b->order.device));
    test_ok(context, clpti_upload(clpti_view_of(b->order.device), c->order, c->position_count));
}

static void close_bench(step_bench *b)
{
    for (int i = 0; i < STEP_VIEWS; i++) clpt_buffer_destroy(&b->buffers[i]);
    clpti_positions_destroy(&b->positions);
    clpt_buffer_destroy(&b->order.device);
}

/* One pattern, then two, then three, … */
static clpt_status call_parts(const step_case *c, step_bench *b)
{
    clpt_status status = CLPT_OK;
    clpti_view whole[STEP_VIEWS];
    memcpy(whole, b->views, sizeof whole);
    for (int64_t done = 0, part = 1; done < c->n.count && status == CLPT_OK; done += part++) {
        step_sizes n = c->n;
        n.first += done;
        n.count = c->n.count - done < part ? c->n.count - done : part;
        for (int i = 0; i < c->view_count; i++) b->views[i] = clpti_view_at(whole[i], done * c->per_pattern[i]);
        status = c->call(b, &n);
    }
    return status;
}

/* The fields after the call in double precision, unless it fails. */
static clpt_status run(const step_case *c, clpt_context *context, bool in_parts, test_field after[STEP_VIEWS])
{
    step_bench b;
    open_bench(&b, context, c);
    clpt_status status = in_parts ? call_parts(c, &b) : c->call(&b, &c->n);
    for (int i = 0; i < c->view_count && status == CLPT_OK; i++) {
        bool is_complex = test_type_is_complex(c->fields[i].type);
        after[i] = test_field_as(&c->fields[i], is_complex ? CLPT_TYPE_C128 : CLPT_TYPE_F64);
        test_buffer_read(context, b.buffers[i], OFFSET + i, &after[i]);
    }
    close_bench(&b);
    return status;
}

static void run_well(const step_case *c, clpt_context *context, bool in_parts, test_field after[STEP_VIEWS])
{
    if (run(c, context, in_parts, after) != CLPT_OK) fail_msg("%s: %s", c->name, clpt_context_get_message(context));
}

void step_case_free(step_case *c)
{
    for (int i = 0; i < c->view_count; i++) test_field_free(&c->fields[i]);
    free(c->xy);
    free(c->order);
    *c = (step_case){0};
}

void step_after_free(const step_case *c, test_field after[STEP_VIEWS])
{
    for (int i = 0; i < c->view_count; i++) test_field_free(&after[i]);
}

static void expect_same(const step_case *c, const char *how, bool in_parts, clpt_context *context,
                        const test_field *got)
{
    test_field again[STEP_VIEWS];
    run_well(c, context, in_parts, again);
    for (int i = 0; i < c->view_count; i++)
        test_same_bits(test_text("%s%s, array %d, %s", c->name, how, i, in_parts ? "in several calls" : "repeated"),
                       &again[i], &got[i]);
    step_after_free(c, again);
}

/* Outputs close to the expected ones, inputs unchanged. */
static void compare(const step_case *c, const char *how, const test_field *got, const test_field *expected)
{
    for (int i = 0; i < c->view_count; i++) {
        const char *name = test_text("%s%s, array %d", c->name, how, i);
        if (c->tolerance[i] > 0) {
            test_close(name, &got[i], &expected[i], c->tolerance[i], NULL);
            continue;
        }
        test_field before = test_field_as(&c->fields[i], got[i].type);
        test_same_bits(test_text("%s, input", name), &got[i], &before);
        test_field_free(&before);
    }
}

void step_case_expect(const step_case *c, test_field expected[STEP_VIEWS])
{
    run_well(c, test_reference, false, expected);
}

bool step_case_check(const step_case *c, clpt_context *context, const char *how, const test_field expected[STEP_VIEWS])
{
    test_field got[STEP_VIEWS];
    clpt_status status = run(c, context, false, got);
    if (status == CLPT_ERROR_ARGUMENT && strstr(clpt_context_get_message(context), "does not apply here")) return false;
    if (status != CLPT_OK) fail_msg("%s%s: %s", c->name, how, clpt_context_get_message(context));
    compare(c, how, got, expected);
    if (!test_small()) expect_same(c, how, false, context, got);
    if (!test_small() && c->splits && c->n.count > 1) expect_same(c, how, true, context, got);
    step_after_free(c, got);
    return true;
}
