/* SPDX-License-Identifier: Apache-2.0 */
/* One call of an operation of the catalogue, repeated in all ways that must give the same result. */
#include "op_case.h"

#include <stdio.h>
#include <string.h>

/* The results of a call, in the entry's order; others are empty. */
typedef struct results {
    test_field of[CLPTI_ENTRY_ARRAYS];
} results;

static clpt_context *tight;

int op_open(void **state)
{
    int result = test_open_both(state);
    tight = test_open(test_device(), 1);
    return result;
}

int op_close(void **state)
{
    clpt_context_destroy(&tight);
    return test_close_both(state);
}

test_field op_numbers(const double *values, int rank, const int64_t *shape)
{
    test_field field = test_field_new(CLPT_TYPE_F64, rank, shape);
    memcpy(field.data, values, (size_t)field.count * sizeof *values);
    return field;
}

static bool is_result(const clpti_entry *entry, int array)
{
    return entry->arrays[array]->content == CLPTI_CONTENT_RESULT;
}

clpti_call op_call(const clpti_entry *entry, clpt_context *context, const clpti_call_options *options,
                   const clpti_sizes *sizes, const test_field *inputs, clpt_array *views)
{
    clpti_call call = {.context = context, .sizes = *sizes, .options = *options};
    for (int i = 0; entry->arrays[i]; i++) {
        if (is_result(entry, i) || !clpti_entry_uses(entry, i, options) || !inputs[i].data) continue;
        views[i] = test_array(&inputs[i]);
        clpti_array_bind(entry->arrays[i], &views[i], &call.sizes);
        call.a[i] = &views[i];
    }
    test_ok(context, clpti_call_complete(entry, &call));
    return call;
}

test_field op_result_field(const clpti_entry *entry, const clpti_call *call, int array, bool wide)
{
    int64_t shape[CLPT_MAX_RANK] = {0};
    clpt_type type;
    int rank = clpti_call_result(entry, call, array, wide, &type, shape);
    test_field field = test_field_new(type, rank, shape);
    memset(field.data, 0x7f, (size_t)field.count * test_type_size(type)); /* reveals unwritten elements */
    return field;
}

static const clpti_entry *entry_of(const op_case *c)
{
    const clpti_entry *entry = clpti_entry_find(c->operation);
    if (!entry) fail_msg("no operation is called '%s'", c->operation);
    return entry;
}

static clpt_type in_precision(clpt_type type, bool precise)
{
    if (test_type_is_complex(type)) return precise ? CLPT_TYPE_C128 : CLPT_TYPE_C64;
    return precise ? CLPT_TYPE_F64 : CLPT_TYPE_F32;
}

/* With host arrays, fields all single or all double. Inputs must come back as they were. */
static results run_host(const op_case *c, clpt_context *context, bool precise)
{
    const clpti_entry *entry = entry_of(c);
    test_field inputs[CLPTI_ENTRY_ARRAYS] = {{0}}, kept[CLPTI_ENTRY_ARRAYS] = {{0}};
    clpt_array views[CLPTI_ENTRY_ARRAYS];
    results out = {0};
    for (int i = 0; entry->arrays[i]; i++) {
        if (!c->inputs[i].data) continue;
        bool field = clpti_array_is_field(entry->arrays[i]);
        inputs[i] = test_field_as(&c->inputs[i], field ? in_precision(c->inputs[i].type, precise) : c->inputs[i].type);
        kept[i] = test_field_as(&inputs[i], inputs[i].type);
    }
    clpti_call call = op_call(entry, context, &c->options, &c->sizes, inputs, views);
    for (int i = 0; entry->arrays[i]; i++) {
        if (!is_result(entry, i)) continue;
        out.of[i] = op_result_field(entry, &call, i, precise);
        views[i] = test_array(&out.of[i]);
        call.a[i] = &views[i];
    }
    test_ok(context, clpti_call_run(entry, &call));
    for (int i = 0; i < CLPTI_ENTRY_ARRAYS; i++) {
        if (inputs[i].data) test_same_bits(test_text("%s: input %d", c->name, i), &inputs[i], &kept[i]);
        test_field_free(&inputs[i]);
        test_field_free(&kept[i]);
    }
    return out;
}

/* Fields through buffers, each at an offset of its own, with NaN around what is read. */
static results run_buffers(const op_case *c, clpt_context *context)
{
    const clpti_entry *entry = entry_of(c);
    clpt_buffer *buffers[CLPTI_ENTRY_ARRAYS] = {NULL};
    clpt_array views[CLPTI_ENTRY_ARRAYS];
    results out = {0};
    clpti_call call = op_call(entry, context, &c->options, &c->sizes, c->inputs, views);
    for (int i = 0; entry->arrays[i]; i++) {
        bool field = clpti_array_is_field(entry->arrays[i]);
        if (is_result(entry, i)) out.of[i] = op_result_field(entry, &call, i, false);
        const test_field *from = is_result(entry, i) ? &out.of[i] : &c->inputs[i];
        if (!from->data || (!call.a[i] && !is_result(entry, i))) continue;
        if (field) buffers[i] = test_buffer(context, from, 3 + 2 * i);
        views[i] = field ? test_buffer_array(buffers[i], from, 3 + 2 * i) : test_array(from);
        call.a[i] = &views[i];
    }
    test_ok(context, clpti_call_run(entry, &call));
    for (int i = 0; entry->arrays[i]; i++) {
        if (out.of[i].data && buffers[i]) test_buffer_read(context, buffers[i], 3 + 2 * i, &out.of[i]);
        clpt_buffer_destroy(&buffers[i]);
    }
    return out;
}

static void free_results(results *r)
{
    for (int i = 0; i < CLPTI_ENTRY_ARRAYS; i++) test_field_free(&r->of[i]);
}

static void expect_same(const op_case *c, const char *way, results again, const results *got)
{
    for (int i = 0; i < CLPTI_ENTRY_ARRAYS; i++) {
        if (!got->of[i].data) continue;
        test_field comparable = test_field_as(&again.of[i], got->of[i].type);
        test_same_bits(test_text("%s, %s", c->name, way), &comparable, &got->of[i]);
        test_field_free(&comparable);
    }
    free_results(&again);
}

void op_check(op_case *c)
{
    char name[256]; /* test_text keeps only the last few */
    snprintf(name, sizeof name, "%s", c->name);
    c->name = name;
    double tolerance = c->tolerance > 0 ? c->tolerance : entry_of(c)->tolerance;
    results expected = run_host(c, test_reference, true), got = run_host(c, test_context, false);
    for (int i = 0; i < CLPTI_ENTRY_ARRAYS; i++) {
        if (!got.of[i].data) continue;
        if (c->judge)
            c->judge(c, c->name, &got.of[i], &expected.of[i]);
        else
            test_mostly_close(c->name, &got.of[i], &expected.of[i], tolerance, test_is_reference() ? 0 : c->part);
    }
    expect_same(c, "once more", run_host(c, test_context, false), &got);
    expect_same(c, "with doubles", run_host(c, test_context, true), &got);
    expect_same(c, "in buffers", run_buffers(c, test_context), &got);
    expect_same(c, "in pieces", run_host(c, tight, false), &got);
    for (int i = 0; i < CLPTI_ENTRY_ARRAYS; i++) test_field_free(&c->inputs[i]);
    free_results(&expected);
    free_results(&got);
}
