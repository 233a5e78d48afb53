/* SPDX-License-Identifier: Apache-2.0 */
#include "vjp_case.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define STEP 1e-5
#define DIRECTIONS 2

typedef struct gradients {
    test_field of[VJP_INPUTS];
} gradients;

enum { HOST, BUFFERS };

static clpt_context *tight;

int vjp_open(void **state)
{
    int result = test_open_both(state);
    tight = test_open(test_device(), 1);
    return result;
}

int vjp_close(void **state)
{
    clpt_context_destroy(&tight);
    return test_close_both(state);
}

test_field vjp_random(bool is_complex, uint64_t seed, int rank, const int64_t *shape)
{
    return test_field_random(is_complex ? CLPT_TYPE_C128 : CLPT_TYPE_F64, seed, rank, shape);
}

test_field vjp_places(uint64_t seed, double low, double high, bool whole, int rank, const int64_t *shape)
{
    test_field places = test_field_new(CLPT_TYPE_F64, rank, shape);
    for (int64_t i = 0; i < places.count; i++) {
        double below = floor(test_random(seed, 2 * (uint64_t)i, low, high));
        test_set(&places, i, 0, below + (whole ? 0 : test_random(seed, 2 * (uint64_t)i + 1, 0.1, 0.9)));
    }
    return places;
}

static clpt_type single_of(clpt_type type)
{
    return test_type_is_complex(type) ? CLPT_TYPE_C64 : CLPT_TYPE_F32;
}

static test_field cotangent_of(const vjp_case *c)
{
    test_field cotangent = vjp_random(test_type_is_complex(c->out.type), 99, c->out.rank, c->out.shape);
    if (c->value) test_set(&cotangent, 0, 0, 1);
    int64_t items = c->out.rank > 2 ? c->out.shape[0] : 1, each = cotangent.count / items;
    for (int64_t i = 0; i < cotangent.count; i++)
        for (int part = 0; part < 2; part++) /* items of unlike size: none may set the rounding of another */
            test_set(&cotangent, i, part,
                     test_get(&cotangent, i, part) * (c->value ? 1 : ldexp(1, (int)(15 * (i / each % 3)) - 30)));
    return cotangent;
}

/* Σ Re(conj(a)·b), and Σ|a||b| for the scale of its rounding. */
static double inner(const test_field *a, const test_field *b, double *scale)
{
    double sum = 0;
    for (int64_t i = 0; i < a->count; i++)
        for (int part = 0; part < 2; part++) {
            double term = test_get(a, i, part) * test_get(b, i, part);
            sum += term;
            if (scale) *scale += fabs(term);
        }
    return sum;
}

/* ---- In the reference ---- */

static double reference_value(const vjp_case *c, const test_field *cotangent)
{
    clpt_array arrays[VJP_INPUTS];
    for (int i = 0; i < c->input_count; i++) arrays[i] = test_array(&c->inputs[i].field);
    bool is_complex = test_type_is_complex(c->out.type);
    test_field out = test_field_new(is_complex ? CLPT_TYPE_C128 : CLPT_TYPE_F64, c->out.rank, c->out.shape);
    clpt_array to = test_array(&out);
    test_ok(test_reference, c->run(test_reference, arrays, &to, c->how));
    double value = inner(&out, cotangent, NULL);
    test_field_free(&out);
    return value;
}

static void move(test_field *field, const test_field *direction, double by)
{
    for (int64_t i = 0; i < field->count; i++)
        for (int part = 0; part < 2; part++)
            test_set(field, i, part, test_get(field, i, part) + by * test_get(direction, i, part));
}

/* d/dt of the value at input + t·direction, t = 0. */
static double difference(const vjp_case *c, vjp_input *input, const test_field *cotangent, const test_field *direction)
{
    test_field kept = input->field;
    double step = input->step > 0 ? input->step : STEP;
    double values[2], ends[2] = {input->side > 0 ? 0 : -step, input->side < 0 ? 0 : step};
    for (int end = 0; end < 2; end++) {
        input->field = test_field_as(&kept, kept.type);
        move(&input->field, direction, ends[end]);
        values[end] = reference_value(c, cotangent);
        test_field_free(&input->field);
    }
    input->field = kept;
    return (values[1] - values[0]) / (ends[1] - ends[0]);
}

/* One-sided differences are off by the curvature. */
static void expect_close(const vjp_case *c, int input, int64_t which, double got, double want, double scale)
{
    double tolerance = c->inputs[input].side ? 1e-3 : 1e-6;
    if (!(fabs(got - want) <= tolerance * scale))
        fail_msg("%s: gradient by input %d, number %lld, is %.12g and by differences %.12g (scale %g)", c->name, input,
                 (long long)which, got, want, scale);
}

static double unit_of(const vjp_input *input, int64_t number)
{
    return input->units ? input->units[number % input->unit_count] : 1;
}

static double largest_of(const vjp_input *input, const test_field *d)
{
    double largest = 0;
    for (int64_t i = 0; i < d->count; i++)
        largest = fmax(largest, hypot(test_get(d, i, 0), test_get(d, i, 1)) / unit_of(input, i));
    return largest;
}

/* A gradient as it is compared: in units, and of the given type. */
static test_field comparable(const vjp_input *input, const test_field *d, clpt_type type)
{
    test_field scaled = test_field_as(d, type);
    for (int64_t i = 0; i < d->count; i++)
        for (int part = 0; part < 2; part++) test_set(&scaled, i, part, test_get(d, i, part) / unit_of(input, i));
    return scaled;
}

static void expect_differences(vjp_case *c, const test_field *cotangent, const gradients *g)
{
    for (int i = 0; i < c->input_count; i++) {
        vjp_input *input = &c->inputs[i];
        const test_field *d = &g->of[i];
        int64_t count = input->geometry ? d->count : DIRECTIONS;
        double root = sqrt((double)d->count);
        for (int64_t n = 0; n < count; n++) {
            test_field direction = test_field_random(d->type, 200 + (uint64_t)n, d->rank, d->shape);
            for (int64_t j = 0; input->geometry && j < d->count; j++)
                test_set(&direction, j, 0, j == n ? 1 / unit_of(input, n) : 0);
            double want = difference(c, input, cotangent, &direction), got = inner(d, &direction, NULL);
            expect_close(c, i, n, got, want, (input->geometry ? 1 : root) * largest_of(input, d) + 1e-9);
            test_field_free(&direction);
        }
    }
}

/* ---- Gradients ---- */

/* `only` ≥ 0: the gradient by that input alone. Precision, and where the fields lie, as asked. */
static gradients run_adjoint(const vjp_case *c, clpt_context *context, const test_field *cotangent, bool precise,
                             int way, int only)
{
    gradients g = {0};
    test_field fields[VJP_INPUTS + 1];
    clpt_buffer *buffers[2 * VJP_INPUTS + 1] = {0};
    clpt_array arrays[VJP_INPUTS + 1], d_arrays[VJP_INPUTS];
    const clpt_array *d[VJP_INPUTS] = {0};
    for (int i = 0; i <= c->input_count; i++) {
        const test_field *from = i < c->input_count ? &c->inputs[i].field : cotangent;
        bool geometry = i < c->input_count && c->inputs[i].geometry;
        fields[i] = test_field_as(from, precise || geometry ? from->type : single_of(from->type));
        arrays[i] = test_array(&fields[i]);
        if (way == BUFFERS && !geometry) {
            buffers[i] = test_buffer(context, &fields[i], 3 + i);
            arrays[i] = test_buffer_array(buffers[i], &fields[i], 3 + i);
        }
    }
    for (int i = 0; i < c->input_count; i++) {
        if (only >= 0 && i != only) continue;
        test_field *to = &g.of[i];
        *to = test_field_new(fields[i].type, fields[i].rank, fields[i].shape);
        memset(to->data, 0x7f, (size_t)to->count * test_type_size(to->type)); /* what is left unwritten shows */
        d_arrays[i] = test_array(to);
        if (way == BUFFERS && !c->inputs[i].geometry) {
            buffers[VJP_INPUTS + 1 + i] = test_buffer(context, to, 5);
            d_arrays[i] = test_buffer_array(buffers[VJP_INPUTS + 1 + i], to, 5);
        }
        d[i] = &d_arrays[i];
    }
    test_ok(context, c->adjoint(context, arrays, &arrays[c->input_count], d, c->how));
    for (int i = 0; i < c->input_count; i++)
        if (buffers[VJP_INPUTS + 1 + i]) test_buffer_read(context, buffers[VJP_INPUTS + 1 + i], 5, &g.of[i]);
    for (int i = 0; i <= 2 * VJP_INPUTS; i++) clpt_buffer_destroy(&buffers[i]);
    for (int i = 0; i <= c->input_count; i++) test_field_free(&fields[i]);
    return g;
}

static void free_gradients(gradients *g)
{
    for (int i = 0; i < VJP_INPUTS; i++) test_field_free(&g->of[i]);
}

/* Buffers of a reference context are doubles, and what is computed from them is not rounded as the caller's floats are.
 */
static void expect_same(const vjp_case *c, const char *way, gradients again, const gradients *g)
{
    for (int i = 0; i < c->input_count; i++) {
        if (!again.of[i].data) continue;
        const char *name = test_text("%s, d of input %d, %s", c->name, i, way);
        if (test_is_reference())
            test_close(name, &again.of[i], &g->of[i], 10 * TEST_STORED_F32, NULL);
        else
            test_same_bits(name, &again.of[i], &g->of[i]);
    }
    free_gradients(&again);
}

/* ---- ⟨A x, y⟩ = ⟨x, A* y⟩ ---- */

static bool any_linear(const vjp_case *c)
{
    for (int i = 0; i < c->input_count; i++)
        if (c->inputs[i].linear) return true;
    return false;
}

static void expect_adjoint(const vjp_case *c, const test_field *cotangent, const gradients *g)
{
    test_field fields[VJP_INPUTS];
    clpt_array arrays[VJP_INPUTS];
    for (int i = 0; i < c->input_count; i++) {
        const test_field *from = &c->inputs[i].field;
        fields[i] = test_field_as(from, c->inputs[i].geometry ? from->type : single_of(from->type));
        arrays[i] = test_array(&fields[i]);
    }
    test_field out = test_field_new(single_of(c->out.type), c->out.rank, c->out.shape);
    clpt_array to = test_array(&out);
    test_ok(test_context, c->run(test_context, arrays, &to, c->how));
    for (int i = 0; i < c->input_count; i++) {
        if (!c->inputs[i].linear) continue;
        double scale = 0, there = inner(&out, cotangent, &scale), back = inner(&c->inputs[i].field, &g->of[i], &scale);
        if (!(fabs(there - back) <= 1e-6 * scale))
            fail_msg("%s, input %d: ⟨A x, y⟩ = %.12g but ⟨x, A* y⟩ = %.12g (scale %g)", c->name, i, there, back, scale);
    }
    for (int i = 0; i < c->input_count; i++) test_field_free(&fields[i]);
    test_field_free(&out);
}

void vjp_check(vjp_case *c)
{
    char name[256]; /* test_text keeps only the last few */
    snprintf(name, sizeof name, "%s", c->name);
    c->name = name;
    test_field cotangent = cotangent_of(c);
    gradients want = run_adjoint(c, test_reference, &cotangent, true, HOST, -1);
    expect_differences(c, &cotangent, &want);
    gradients got = run_adjoint(c, test_context, &cotangent, false, HOST, -1);
    for (int i = 0; i < c->input_count; i++) {
        test_field device = comparable(&c->inputs[i], &got.of[i], want.of[i].type);
        test_field reference = comparable(&c->inputs[i], &want.of[i], want.of[i].type);
        test_close(test_text("%s, d of input %d", c->name, i), &device, &reference,
                   c->tolerance > 0 ? c->tolerance : TEST_GRADIENT, NULL);
        test_field_free(&device);
        test_field_free(&reference);
    }
    if (any_linear(c)) expect_adjoint(c, &cotangent, &got);
    if (!test_small()) expect_same(c, "once more", run_adjoint(c, test_context, &cotangent, false, HOST, -1), &got);
    expect_same(c, "in pieces", run_adjoint(c, tight, &cotangent, false, HOST, -1), &got);
    expect_same(c, "in buffers", run_adjoint(c, test_context, &cotangent, false, BUFFERS, -1), &got);
    for (int i = 0; i < (test_small() ? 1 : c->input_count); i++)
        expect_same(c, "alone", run_adjoint(c, test_context, &cotangent, false, HOST, i), &got);
    for (int i = 0; i < c->input_count; i++) test_field_free(&c->inputs[i].field);
    test_field_free(&c->out);
    test_field_free(&cotangent);
    free_gradients(&want);
    free_gradients(&got);
}
