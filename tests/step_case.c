/* SPDX-License-Identifier: Apache-2.0 */
#include "step_case.h"

#include <stdio.h>

enum { OFFSET = 3 };

static void fill(step_bench *b, clpt_context *context, const step_case *s)
{
    *b = (step_bench){.context = context, .order = {.host = s->order}};
    for (int i = 0; i < s->view_count; i++) {
        b->buffers[i] = test_buffer(context, &s->fields[i], OFFSET + i);
        b->views[i] = (clpti_view){b->buffers[i], OFFSET + i};
    }
    if (s->xy) test_ok(context, clpti_positions_create(context, s->xy, s->place_count, &b->positions));
    if (!s->order || clpti_is_reference(context)) return;
    test_ok(context, clpti_buffer_create(context, CLPTI_INDEX, s->order_count, &b->order.device));
    test_ok(context, clpti_upload(clpti_view_of(b->order.device), s->order, s->order_count));
}

/* Runs the step and gives the fields after it, in the same precision as before. */
static void run_step(const step_case *s, clpt_context *context, test_field after[STEP_VIEWS])
{
    step_bench b;
    fill(&b, context, s);
    test_ok(context, s->run(&b, s->how));
    for (int i = 0; i < s->view_count; i++) {
        bool is_complex = test_type_is_complex(s->fields[i].type);
        after[i] = test_field_as(&s->fields[i], is_complex ? CLPT_TYPE_C128 : CLPT_TYPE_F64);
        test_buffer_read(context, b.buffers[i], OFFSET + i, &after[i]);
        clpt_buffer_destroy(&b.buffers[i]);
    }
    clpti_positions_destroy(&b.positions);
    clpt_buffer_destroy(&b.order.device);
}

void step_check(step_case *s)
{
    char case_name[256]; /* test_text keeps only the last few */
    snprintf(case_name, sizeof case_name, "%s", s->name);
    s->name = case_name;
    test_field got[STEP_VIEWS], again[STEP_VIEWS], want[STEP_VIEWS];
    run_step(s, test_reference, want);
    run_step(s, test_context, got);
    run_step(s, test_context, again);
    for (int i = 0; i < s->view_count; i++) {
        const char *name = test_text("%s, view %d", s->name, i);
        test_same_bits(test_text("%s, once more", name), &again[i], &got[i]);
        if (s->tolerance[i] > 0) {
            test_close(name, &got[i], &want[i], s->tolerance[i], NULL);
        } else {
            test_field before = test_field_as(&s->fields[i], got[i].type);
            test_same_bits(test_text("%s, only read", name), &got[i], &before);
            test_field_free(&before);
        }
        test_field_free(&got[i]);
        test_field_free(&again[i]);
        test_field_free(&want[i]);
        test_field_free(&s->fields[i]);
    }
}
