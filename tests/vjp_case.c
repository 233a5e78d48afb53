/* SPDX-License-Identifier: Apache-2.0 */
/* An operation of the catalogue and its adjoint, against each other and central differences. */
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

test_field vjp_positions(uint64_t seed, double low, double high, bool whole, int rank, const int64_t *shape)
{
    test_field positions = test_field_new(CLPT_TYPE_F64, rank, shape);
    for (int64_t i = 0; i < positions.count; i++) {
        double below = floor(test_random(seed, 2 * (uint64_t)i, low, high));
        test_set(&positions, i, 0, below + (whole ? 0 : test_random(seed, 2 * (uint64_t)i + 1, 0.1, 0.9)));
    }
    return positions;
}

static clpt_type single_of(clpt_type type)
{
    return test_type_is_complex(type) ? CLPT_TYPE_C64 : CLPT_TYPE_F32;
}

static const clpti_entry *entry_of(const vjp_case *c)
{
    const clpti_entry *entry = clpti_entry_find(c->operation);
    if (!entry) fail_msg("no operation is called '%s'", c->operation);
    return entry;
}

static bool is_geometry(const vjp_case *c, int input)
{
    return input == VJP_SCALE || !clpti_array_is_field(entry_of(c)->arrays[input]);
}

/* True if there is a gradient with respect to an input. */
static bool has_gradient(const vjp_case *c, int input)
{
    if (!c->inputs[input].field.data || c->inputs[input].fixed) return false;
    return input == VJP_SCALE || clpti_entry_uses(entry_of(c), input, &c->options);
}

static clpti_call_options options_of(const vjp_case *c, const test_field *scale)
{
    clpti_call_options options = c->options;
    if (scale->data) options.model.scale = test_get(scale, 0, 0);
    return options;
}

/* The first result of one call with host arrays: what the operation gives, or the loss. */
static test_field run(const vjp_case *c, clpt_context *context, const test_field fields[VJP_INPUTS], bool wide)
{
    const clpti_entry *entry = entry_of(c);
    clpt_array views[CLPTI_ENTRY_ARRAYS];
    clpti_call_options options = options_of(c, &fields[VJP_SCALE]);
    clpti_call call = op_call(entry, context, &options, &c->sizes, fields, views);
    int first = 0;
    while (entry->arrays[first]->content != CLPTI_CONTENT_RESULT) first++;
    test_field out = op_result_field(entry, &call, first, wide);
    views[first] = test_array(&out);
    call.a[first] = &views[first];
    test_ok(context, clpti_call_run(entry, &call));
    return out;
}

static void copy_fields(const vjp_case *c, bool wide, test_field fields[VJP_INPUTS])
{
    for (int i = 0; i < VJP_INPUTS; i++) {
        const test_field *from = &c->inputs[i].field;
        fields[i] = (test_field){0};
        if (from->data) fields[i] = test_field_as(from, wide || is_geometry(c, i) ? from->type : single_of(from->type));
    }
}

static void free_fields(test_field fields[VJP_INPUTS])
{
    for (int i = 0; i < VJP_INPUTS; i++) test_field_free(&fields[i]);
}

static test_field run_copy(const vjp_case *c, clpt_context *context, bool wide)
{
    test_field fields[VJP_INPUTS];
    copy_fields(c, wide, fields);
    test_field out = run(c, context, fields, wide);
    free_fields(fields);
    return out;
}

static test_field cotangent_of(const vjp_case *c)
{
    bool value = !clpti_entry_adjoint(entry_of(c));
    test_field out = run_copy(c, test_reference, true);
    test_field cotangent = vjp_random(test_type_is_complex(out.type), 99, out.rank, out.shape);
    if (value) test_set(&cotangent, 0, 0, 1);
    int64_t items = out.rank > 2 ? out.shape[0] : 1, each = cotangent.count / items;
    for (int64_t i = 0; i < cotangent.count; i++)
        for (int part = 0; part < 2; part++) /* items of unlike size: none may set the rounding of another */
            test_set(&cotangent, i, part,
                     test_get(&cotangent, i, part) * (value ? 1 : ldexp(1, (int)(15 * (i / each % 3)) - 30)));
    test_field_free(&out);
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
    test_field out = run_copy(c, test_reference, true);
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
static void expect_close(const vjp_case *c, int input, int64_t which, double got, double expected, double scale)
{
    double tolerance = c->inputs[input].side ? 1e-3 : 1e-6;
    if (!(fabs(got - expected) <= tolerance * scale))
        fail_msg("%s: gradient with respect to input %d, number %lld, is %.12g and by differences %.12g (scale %g)",
                 c->name, input, (long long)which, got, expected, scale);
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
    for (int i = 0; i < VJP_INPUTS; i++) {
        vjp_input *input = &c->inputs[i];
        const test_field *d = &g->of[i];
        if (!has_gradient(c, i)) continue;
        int64_t count = is_geometry(c, i) ? d->count : DIRECTIONS;
        double root = sqrt((double)d->count);
        for (int64_t n = 0; n < count; n++) {
            test_field direction = test_field_random(d->type, 200 + (uint64_t)n, d->rank, d->shape);
            for (int64_t j = 0; is_geometry(c, i) && j < d->count; j++)
                test_set(&direction, j, 0, j == n ? 1 / unit_of(input, n) : 0);
            double expected = difference(c, input, cotangent, &direction), got = inner(d, &direction, NULL);
            expect_close(c, i, n, got, expected, (is_geometry(c, i) ? 1 : root) * largest_of(input, d) + 1e-9);
            test_field_free(&direction);
        }
    }
}

/* ---- Gradients ---- */

/* The input that an array of the adjoint stands for, or whose gradient it is; −1: neither. */
static int input_of(const vjp_case *c, const char *name)
{
    const char *own = strncmp(name, "d_", 2) ? name : name + 2;
    return strcmp(own, "scale") ? clpti_entry_array_index(entry_of(c), own) : VJP_SCALE;
}

/* Puts a field into a buffer if requested. */
static clpt_buffer *in_buffer(clpt_context *context, const clpti_entry *entry, int k, const test_field *field,
                              int64_t offset, clpt_array *view)
{
    *view = test_array(field);
    if (!clpti_array_is_field(entry->arrays[k])) return NULL;
    clpt_buffer *buffer = test_buffer(context, field, offset);
    *view = test_buffer_array(buffer, field, offset);
    return buffer;
}

/* `only` ≥ 0: the gradient with respect to that input alone. Precision and memory of the fields as requested. */
static gradients run_adjoint(const vjp_case *c, clpt_context *context, const test_field *cotangent, bool precise,
                             int way, int only)
{
    const clpti_entry *adjoint = clpti_entry_adjoint(entry_of(c)), *entry = adjoint ? adjoint : entry_of(c);
    gradients g = {0};
    test_field fields[VJP_INPUTS], given[CLPTI_ENTRY_ARRAYS] = {{0}};
    test_field seed = test_field_as(cotangent, precise ? cotangent->type : single_of(cotangent->type));
    clpt_buffer *buffers[CLPTI_ENTRY_ARRAYS] = {NULL};
    clpt_array views[CLPTI_ENTRY_ARRAYS];
    copy_fields(c, precise, fields);
    for (int k = 0; entry->arrays[k]; k++)
        if (entry->arrays[k]->content != CLPTI_CONTENT_RESULT)
            given[k] = strcmp(entry->arrays[k]->name, "cotangent") ? fields[input_of(c, entry->arrays[k]->name)] : seed;
    clpti_call_options options = options_of(c, &fields[VJP_SCALE]);
    clpti_call call = op_call(entry, context, &options, &c->sizes, given, views);
    for (int k = 0; entry->arrays[k]; k++) {
        int input = input_of(c, entry->arrays[k]->name);
        bool result = entry->arrays[k]->content == CLPTI_CONTENT_RESULT;
        if (way == BUFFERS && call.a[k]) buffers[k] = in_buffer(context, entry, k, &given[k], 3 + k, &views[k]);
        if (!result || input < 0 || !has_gradient(c, input) || (only >= 0 && input != only)) continue;
        test_field *to = &g.of[input];
        *to = test_field_new(fields[input].type, fields[input].rank, fields[input].shape);
        memset(to->data, 0x7f, (size_t)to->count * test_type_size(to->type)); /* reveals unwritten elements */
        views[k] = test_array(to);
        if (way == BUFFERS) buffers[k] = in_buffer(context, entry, k, to, 5, &views[k]);
        call.a[k] = &views[k];
    }
    test_ok(context, clpti_call_run(entry, &call));
    for (int k = 0; entry->arrays[k]; k++) {
        int input = input_of(c, entry->arrays[k]->name);
        if (buffers[k] && entry->arrays[k]->content == CLPTI_CONTENT_RESULT)
            test_buffer_read(context, buffers[k], 5, &g.of[input]);
        clpt_buffer_destroy(&buffers[k]);
    }
    free_fields(fields);
    test_field_free(&seed);
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
    for (int i = 0; i < VJP_INPUTS; i++) {
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
    for (int i = 0; i < VJP_INPUTS; i++)
        if (c->inputs[i].linear) return true;
    return false;
}

static void expect_adjoint(const vjp_case *c, const test_field *cotangent, const gradients *g)
{
    test_field out = run_copy(c, test_context, false);
    for (int i = 0; i < VJP_INPUTS; i++) {
        if (!c->inputs[i].linear) continue;
        double scale = 0, there = inner(&out, cotangent, &scale), back = inner(&c->inputs[i].field, &g->of[i], &scale);
        if (!(fabs(there - back) <= 1e-6 * scale))
            fail_msg("%s, input %d: ⟨A x, y⟩ = %.12g but ⟨x, A* y⟩ = %.12g (scale %g)", c->name, i, there, back, scale);
    }
    test_field_free(&out);
}

void vjp_check(vjp_case *c)
{
    char name[256]; /* test_text keeps only the last few */
    snprintf(name, sizeof name, "%s", c->name);
    c->name = name;
    if (c->scale > 0) c->inputs[VJP_SCALE].field = op_numbers(&c->scale, VJP_SHAPE(1));
    test_field cotangent = cotangent_of(c);
    gradients expected = run_adjoint(c, test_reference, &cotangent, true, HOST, -1);
    expect_differences(c, &cotangent, &expected);
    gradients got = run_adjoint(c, test_context, &cotangent, false, HOST, -1);
    for (int i = 0; i < VJP_INPUTS; i++) {
        if (!has_gradient(c, i)) continue;
        test_field device = comparable(&c->inputs[i], &got.of[i], expected.of[i].type);
        test_field reference = comparable(&c->inputs[i], &expected.of[i], expected.of[i].type);
        test_close(test_text("%s, d of input %d", c->name, i), &device, &reference,
                   c->tolerance > 0 ? c->tolerance : TEST_GRADIENT, NULL);
        test_field_free(&device);
        test_field_free(&reference);
    }
    if (any_linear(c)) expect_adjoint(c, &cotangent, &got);
    if (!test_small()) expect_same(c, "once more", run_adjoint(c, test_context, &cotangent, false, HOST, -1), &got);
    expect_same(c, "in pieces", run_adjoint(c, tight, &cotangent, false, HOST, -1), &got);
    expect_same(c, "in buffers", run_adjoint(c, test_context, &cotangent, false, BUFFERS, -1), &got);
    for (int i = 0; i < (test_small() ? 1 : VJP_INPUTS); i++)
        if (has_gradient(c, i)) expect_same(c, "alone", run_adjoint(c, test_context, &cotangent, false, HOST, i), &got);
    for (int i = 0; i < VJP_INPUTS; i++) test_field_free(&c->inputs[i].field);
    test_field_free(&cotangent);
    free_gradients(&expected);
    free_gradients(&got);
}
