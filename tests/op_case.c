/* SPDX-License-Identifier: Apache-2.0 */
#include "op_case.h"

#include <stdio.h>
#include <string.h>

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

static clpt_type in_precision(clpt_type type, bool precise)
{
    if (test_type_is_complex(type)) return precise ? CLPT_TYPE_C128 : CLPT_TYPE_C64;
    return precise ? CLPT_TYPE_F64 : CLPT_TYPE_F32;
}

/* With host arrays, all of them single or all double. Inputs must come back as they were. */
static test_field run_host(const op_case *c, clpt_context *context, bool precise)
{
    test_field inputs[OP_INPUTS], kept[OP_INPUTS];
    clpt_array arrays[OP_INPUTS];
    for (int i = 0; i < c->input_count; i++) {
        inputs[i] = test_field_as(&c->inputs[i], in_precision(c->inputs[i].type, precise));
        kept[i] = test_field_as(&inputs[i], inputs[i].type);
        arrays[i] = test_array(&inputs[i]);
    }
    test_field out = test_field_new(in_precision(c->out.type, precise), c->out.rank, c->out.shape);
    memset(out.data, 0x7f, (size_t)out.count * test_type_size(out.type)); /* what is left unwritten shows */
    clpt_array to = test_array(&out);
    test_ok(context, c->run(context, arrays, &to, c->how));
    for (int i = 0; i < c->input_count; i++) {
        test_same_bits(test_text("%s: input %d", c->name, i), &inputs[i], &kept[i]);
        test_field_free(&inputs[i]);
        test_field_free(&kept[i]);
    }
    return out;
}

/* Through buffers, each at an offset of its own, with NaN around what is read. */
static test_field run_buffers(const op_case *c, clpt_context *context)
{
    clpt_buffer *buffers[OP_INPUTS], *out_buffer;
    clpt_array arrays[OP_INPUTS];
    for (int i = 0; i < c->input_count; i++) {
        buffers[i] = test_buffer(context, &c->inputs[i], 3 + 2 * i);
        arrays[i] = test_buffer_array(buffers[i], &c->inputs[i], 3 + 2 * i);
    }
    test_field out = test_field_new(c->out.type, c->out.rank, c->out.shape);
    out_buffer = test_buffer(context, &out, 5);
    clpt_array to = test_buffer_array(out_buffer, &out, 5);
    test_ok(context, c->run(context, arrays, &to, c->how));
    test_buffer_read(context, out_buffer, 5, &out);
    for (int i = 0; i < c->input_count; i++) clpt_buffer_destroy(&buffers[i]);
    clpt_buffer_destroy(&out_buffer);
    return out;
}

static void expect_same(const op_case *c, const char *way, test_field again, const test_field *got)
{
    test_field comparable = test_field_as(&again, got->type);
    test_same_bits(test_text("%s, %s", c->name, way), &comparable, got);
    test_field_free(&comparable);
    test_field_free(&again);
}

void op_check(op_case *c)
{
    char name[256]; /* test_text keeps only the last few */
    snprintf(name, sizeof name, "%s", c->name);
    c->name = name;
    test_field want = run_host(c, test_reference, true), got = run_host(c, test_context, false);
    if (c->judge)
        c->judge(c, c->name, &got, &want);
    else
        test_mostly_close(c->name, &got, &want, c->tolerance, test_is_reference() ? 0 : c->part);
    expect_same(c, "once more", run_host(c, test_context, false), &got);
    expect_same(c, "with doubles", run_host(c, test_context, true), &got);
    expect_same(c, "in buffers", run_buffers(c, test_context), &got);
    expect_same(c, "in pieces", run_host(c, tight, false), &got);
    for (int i = 0; i < c->input_count; i++) test_field_free(&c->inputs[i]);
    test_field_free(&c->out);
    test_field_free(&want);
    test_field_free(&got);
}
