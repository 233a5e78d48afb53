/* SPDX-License-Identifier: Apache-2.0 */
/* All operations of the catalogue in several variants, with their arrays and results. */
#include "every.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

/* ---- cases ---- */

enum { TESTS = 120 };
static every_case tests[TESTS];
static int test_count;

/* Geometry and host work have no bits of a device. */
static bool has_fields(const clpti_entry *entry)
{
    for (int k = 0; entry->arrays[k]; k++)
        if (clpti_array_is_field(entry->arrays[k])) return true;
    return false;
}

/* Patches and canvases, the forward model and its adjoint. */
static bool is_among_few(const char *test)
{
    static const char *const few[] = {"clpt_extract_scan", "clpt_reassemble_scan", "clpt_forward",
                                      "clpt_forward_adjoint"};
    for (size_t i = 0; i < sizeof few / sizeof *few; i++)
        if (!strcmp(test, few[i])) return true;
    return false;
}

static void add_test(const clpti_entry *entry, const every_variant *variant)
{
    static const clpti_call_options unset;
    assert_true(test_count < TESTS);
    every_case *test = &tests[test_count];
    bool given = memcmp(&variant->options, &unset, sizeof unset) != 0;
    *test = (every_case){.entry = entry, .variant = variant, .options = given ? variant->options : entry->usual};
    snprintf(test->name, sizeof test->name, "%s%s%s", entry->function, *variant->name ? ", " : "", variant->name);
    test->tolerance = variant->tolerance > 0 ? variant->tolerance : entry->tolerance;
    bool splits = clpti_entry_splits(entry, &test->options) && !variant->whole && !variant->batch;
    for (int k = 0; variant->alternative && entry->arrays[k]; k++) /* inputs common to all items are summed over them */
        if (entry->arrays[k]->content == CLPTI_CONTENT_RESULT && !strncmp(entry->arrays[k]->name, "d_", 2) &&
            !strcmp(entry->arrays[k]->name + 2, variant->alternative))
            splits = false;
    test->split = splits ? entry->items : 0;
    if (!test_few() || is_among_few(test->name)) test_count++;
}

static void add_tests(const clpti_entry *entry)
{
    static const every_variant plain = {.name = ""};
    const every_variant *usual = &plain;
    for (const every_variant *v = every_variants; v->operation; v++)
        if (!strcmp(v->operation, entry->name) && !*v->name) usual = v;
    add_test(entry, usual);
    for (const every_variant *v = every_variants; v->operation; v++)
        if (!strcmp(v->operation, entry->name) && *v->name) add_test(entry, v);
}

static void make_tests(void)
{
    const clpti_entry *entry;
    for (const every_variant *v = every_variants; v->operation; v++)
        if (!clpti_entry_find(v->operation)) fail_msg("every_variants.c: no operation is called '%s'", v->operation);
    for (size_t k = 0; (entry = clpti_entry_at(k)); k++)
        if (has_fields(entry)) add_tests(entry);
}

const every_case *every_case_at(int index)
{
    if (!test_count) make_tests();
    return index < test_count ? &tests[index] : NULL;
}

uint64_t every_digest(const test_field *field)
{
    return XXH3_64bits(field->data, (size_t)field->count * test_type_size(field->type));
}

/* ---- numbers ---- */

static bool has_alternative(const every_case *test, int array)
{
    const char *name = test->entry->arrays[array]->name, *given = test->variant->alternative;
    return given && (!strcmp(name, given) || (!strncmp(name, "d_", 2) && !strcmp(name + 2, given)));
}

/* The side of the canvas of the row's positions. */
static void find_canvas(const every_case *test, const test_field *fields, clpti_sizes *z)
{
    int at = clpti_entry_array_index(test->entry, "positions");
    if (at < 0 || z->crop < 1) return;
    clpt_context *reference = test_open("reference", 0);
    clpt_array positions = test_array(&fields[at]);
    test_ok(reference, clpti_sizes_scan(z, reference, &positions));
    clpt_context_destroy(&reference);
}

static test_field make_field(const every_case *test, int array, const clpti_sizes *z)
{
    const clpti_entry_array *a = test->entry->arrays[array];
    int64_t shape[CLPT_MAX_RANK] = {0};
    int rank = clpti_array_shape(a, has_alternative(test, array), z, shape);
    /* A scan always has a position, so the operation itself processes a count of 0. */
    if (a->content == CLPTI_CONTENT_POSITIONS && shape[0] == 0) shape[0] = 1;
    test_field field = test_field_new(clpti_array_type(a, test->variant->real), rank, shape);
    clpt_array to = test_array(&field);
    if (a->content == CLPTI_CONTENT_RESULT)
        memset(field.data, 0x7f, (size_t)field.count * test_type_size(field.type)); /* reveals unwritten elements */
    else
        clpti_entry_fill(test->entry, array, z, 0, &to);
    return field;
}

static bool is_used(const every_case *test, int array)
{
    return clpti_entry_uses(test->entry, array, &test->options);
}

/* Positions first: they determine the size of a canvas. */
static int make_fields(const every_case *test, clpti_sizes *z, test_field *fields)
{
    int count = 0, positions = clpti_entry_array_index(test->entry, "positions");
    if (test->variant->batch) z->T = (z->S + 1) / 2;
    if (positions >= 0) fields[positions] = make_field(test, positions, z);
    find_canvas(test, fields, z);
    for (; test->entry->arrays[count]; count++)
        if (count != positions) fields[count] = make_field(test, count, z);
    return count;
}

/* ---- calls ---- */

static clpt_array items_of(const clpt_array *whole, int64_t first, int64_t count)
{
    clpt_array a = *whole;
    int64_t before = first;
    for (int k = 1; k < a.rank; k++) before *= a.shape[k];
    a.shape[0] = count;
    if (a.data) a.data = (char *)a.data + (size_t)before * test_type_size(a.type);
    if (a.buffer) a.offset += before;
    return a;
}

static clpt_status call_parts(clpt_context *context, const every_case *test, const clpti_sizes *z,
                              const clpt_array *whole, int count, int64_t parts)
{
    clpt_array arrays[CLPTI_ENTRY_ARRAYS];
    clpti_call call = {.context = context, .sizes = *z, .options = test->options};
    int64_t all = test->split ? clpti_size_get(z, test->split) : 1;
    clpt_status status = CLPT_OK;
    if (!test->split || parts < 2) parts = 1;
    for (int64_t part = 0; part < parts && status == CLPT_OK; part++) {
        int64_t first = all * part / parts, end = all * (part + 1) / parts;
        if (parts > 1 && first == end) continue;
        if (parts > 1) clpti_size_set(&call.sizes, test->split, end - first);
        for (int i = 0; i < count; i++) {
            bool sliced = parts > 1 && clpti_entry_by_item(test->entry, i) && !has_alternative(test, i);
            arrays[i] = sliced ? items_of(&whole[i], first, end - first) : whole[i];
            call.a[i] = is_used(test, i) ? &arrays[i] : NULL;
        }
        status = clpti_call_run(test->entry, &call);
    }
    return status;
}

every_result every_try(clpt_context *context, const every_case *test, const clpti_sizes *sizes, every_way way)
{
    every_result result = {0};
    test_field fields[CLPTI_ENTRY_ARRAYS];
    clpt_buffer *buffers[CLPTI_ENTRY_ARRAYS] = {NULL};
    clpt_array arrays[CLPTI_ENTRY_ARRAYS];
    clpti_sizes z = *sizes;
    int count = make_fields(test, &z, fields);
    for (int i = 0; i < count; i++) {
        arrays[i] = test_array(&fields[i]);
        if (!way.buffers || !clpti_array_is_field(test->entry->arrays[i])) continue;
        buffers[i] = test_buffer(context, &fields[i], 3 + 2 * i);
        arrays[i] = test_buffer_array(buffers[i], &fields[i], 3 + 2 * i);
    }
    result.status = call_parts(context, test, &z, arrays, count, way.parts);
    for (int i = 0; i < count; i++) {
        if (buffers[i]) test_buffer_read(context, buffers[i], 3 + 2 * i, &fields[i]);
        clpt_buffer_destroy(&buffers[i]);
        if (test->entry->arrays[i]->content != CLPTI_CONTENT_RESULT || !is_used(test, i)) {
            test_field_free(&fields[i]);
            continue;
        }
        result.names[result.count] = test->entry->arrays[i]->name;
        result.out[result.count++] = fields[i];
    }
    return result;
}

every_result every_run(clpt_context *context, const every_case *test, const clpti_sizes *z, every_way way)
{
    every_result result = every_try(context, test, z, way);
    if (result.status != CLPT_OK)
        fail_msg("%s, side %lld: %s", test->name, (long long)z->N, clpt_context_get_message(context));
    return result;
}

void every_free(every_result *result)
{
    for (int i = 0; i < result->count; i++) test_field_free(&result->out[i]);
    *result = (every_result){0};
}
