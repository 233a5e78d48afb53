/* SPDX-License-Identifier: Apache-2.0 */
/* Every operation between buffers (steps.h) against the reference: with the default variant, twice with the same bits,
 * and with each variant that applies, forced. test_all: every set of flags with every shape. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "steps.h"

#include "api/explain.h"
#include "cl/runtime.h"
#include "ops/operation.h"

enum { VARIANTS = 6, MAX_TESTS = 100 };

/* ---- variants ---- */

/* A context per variant of an operation, and the number of cases that ran in it. */
typedef struct variants {
    const clpti_operation *operation;
    int count, ran[VARIANTS];
    clpt_context *contexts[VARIANTS];
} variants;

static const clpti_operation *operation_of(const step_entry *entry)
{
    const clpti_operation *operation = clpti_operation_find(entry->name, strcspn(entry->name, ","));
    if (!operation) fail_msg("'%s' is not an operation", entry->name);
    return operation;
}

static void open_variants(variants *v, const step_entry *entry)
{
    *v = (variants){.operation = operation_of(entry)};
    if (test_is_reference() || !v->operation->variants[1].name) return;
    for (const clpti_variant *variant = v->operation->variants; variant->name; variant++) {
        clpt_message message = {0};
        const char *text = test_text("%s=%s", v->operation->name, variant->name);
        clpt_context_options options = {.size = sizeof options, .device = test_device(), .variants = text};
        assert_true(v->count < VARIANTS);
        if (clpt_context_create(&options, &v->contexts[v->count++], &message) != CLPT_OK)
            fail_msg("cannot open with %s: %s", text, message.text);
    }
}

/* On PoCL every variant applies to some case, also those for GPUs. */
static void close_variants(variants *v)
{
    for (int i = 0; i < v->count; i++) {
        const char *name = v->operation->variants[i].name;
        bool last = i == v->count - 1, optional = !strcmp(name, "clblast") || test_small();
        printf("%s=%s: %d cases\n", v->operation->name, name, v->ran[i]);
        if (!v->ran[i] && (last || (!optional && !strcmp(test_device(), "pocl"))))
            fail_msg("%s=%s applied to no case", v->operation->name, name);
        clpt_context_destroy(&v->contexts[i]);
    }
}

/* ---- entries ---- */

static void check_case(variants *v, const step_entry *entry, const step_sizes *shape, unsigned flags, bool by_choice)
{
    step_case c;
    test_field expected[STEP_VIEWS];
    step_case_make(&c, entry, shape, flags);
    step_case_expect(&c, expected);
    step_case_check(&c, test_context, "", expected);
    for (int i = 0; i < v->count && !by_choice; i++) {
        char how[40];
        snprintf(how, sizeof how, ", %s", v->operation->variants[i].name);
        v->ran[i] += step_case_check(&c, v->contexts[i], how, expected);
    }
    step_after_free(&c, expected);
    step_case_free(&c);
}

/* Shapes and sets of flags alternate, until each shape ran `rounds` times and each set once. */
static void check_shapes(variants *v, const step_entry *entry, const step_sizes *shapes, int rounds, bool by_choice)
{
    int count = 0, flags = step_flag_set_count(entry);
    while (shapes[count].count) count++;
    int cases = rounds * count > flags ? rounds * count : flags;
    for (int k = 0; k < cases; k++)
        check_case(v, entry, &shapes[k % count], entry->flags[(k + k / count) % flags], by_choice);
}

static void agrees_with_the_reference(void **state)
{
    const step_entry *entry = *state;
    int rounds = test_all() || entry->full ? step_flag_set_count(entry) : test_small() ? 1 : 2;
    variants v;
    open_variants(&v, entry);
    check_shapes(&v, entry, entry->shapes ? entry->shapes : step_shapes, rounds, false);
    if (entry->larger && !test_small()) check_shapes(&v, entry, entry->larger, 1, entry->by_choice && !test_all());
    close_variants(&v);
}

/* ---- the table itself ---- */

/* Operations without an entry, and the suite that tests them. */
static const char *const elsewhere[] = {
    "forward_back", "test_vjp_scan",   "propagate", "test_near_field", "reassemble_group", "test_reassemble",
    "tile_lists",   "test_tile_lists", "tiles",     "test_tile_lists", "transfer",         "test_near_field",
    "warp",         "test_warp"};

static bool has_entry(const clpti_operation *operation)
{
    for (int i = 0; step_entry_at(i); i++)
        if (operation_of(step_entry_at(i)) == operation) return true;
    return false;
}

static void no_operation_is_missing(void **state)
{
    (void)state;
    for (const clpti_operation *const *o = clpti_operations; *o; o++) {
        bool listed = false;
        for (size_t i = 0; i < sizeof elsewhere / sizeof *elsewhere; i += 2)
            listed |= !strcmp(elsewhere[i], (*o)->name);
        if (has_entry(*o) == listed)
            fail_msg("%s has %s", (*o)->name, listed ? "an entry here and another suite" : "no entry in steps_*.c");
    }
}

/* Defaults of CPUs. */
static void cpus_choose_lanes(void **state)
{
    (void)state;
    static const char *const chosen[] = {"forward: lanes", "exit_step: lanes", "object_gradient: lanes",
                                         "probe_gradient: lanes"};
    const char *choices = clpti_choices_summary(test_context);
    if (test_is_reference() || test_small() || !clpti_capabilities_of(test_context)->cpu_shaped) skip();
    for (size_t i = 0; i < sizeof chosen / sizeof *chosen; i++)
        if (!strstr(choices, chosen[i])) fail_msg("no '%s' in: %s", chosen[i], choices);
}

/* One pixel by hand: I = s²·f·|w|² + b. */
static void one_pixel_is_what_the_formula_says(void **state)
{
    (void)state;
    double wave[2] = {3, 4}, s = 1.5, b = 7, a = 11, out = 0, misfit = 0, total = 0;
    clpt_buffer *buffers[6] = {0};
    const struct {
        clpti_element element;
        const double *value;
    } needs[6] = {{CLPTI_COMPLEX, wave}, {CLPTI_REAL, &s}, {CLPTI_REAL, &b},
                  {CLPTI_REAL, &a},      {CLPTI_REAL, 0},  {CLPTI_REAL, 0}};
    for (int i = 0; i < 6; i++) {
        test_ok(test_context, clpti_buffer_create(test_context, needs[i].element, 1, &buffers[i]));
        clpt_type type = i ? CLPT_TYPE_F64 : CLPT_TYPE_C128;
        if (needs[i].value)
            test_ok(test_context, clpti_field_upload(clpti_view_of(buffers[i]), needs[i].value, type, 1));
    }
    clpti_detector_response sees = {.scales = clpti_view_of(buffers[1]), .background = clpti_view_of(buffers[2])};
    test_ok(test_context, clpti_intensity(test_context, &(clpti_intensity_args){.waves = clpti_view_of(buffers[0]),
                                                                                .count = 1,
                                                                                .modes = 1,
                                                                                .size = 1,
                                                                                .factor = 2,
                                                                                .response = sees,
                                                                                .out = clpti_view_of(buffers[4])}));
    test_ok(test_context, clpti_field_download(clpti_view_of(buffers[4]), &out, CLPT_TYPE_F64, 1));
    assert_true(fabs(out - 119.5) < 1e-4);
    test_ok(test_context, clpti_project(test_context, &(clpti_project_args){.waves = clpti_view_of(buffers[0]),
                                                                            .count = 1,
                                                                            .modes = 1,
                                                                            .size = 1,
                                                                            .factor = 2,
                                                                            .scale = 1,
                                                                            .response = sees,
                                                                            .measured = clpti_view_of(buffers[3]),
                                                                            .misfit = clpti_view_of(buffers[4]),
                                                                            .total = clpti_view_of(buffers[5])}));
    test_ok(test_context, clpti_field_download(clpti_view_of(buffers[0]), wave, CLPT_TYPE_C128, 1));
    test_ok(test_context, clpti_field_download(clpti_view_of(buffers[4]), &misfit, CLPT_TYPE_F64, 1));
    test_ok(test_context, clpti_field_download(clpti_view_of(buffers[5]), &total, CLPT_TYPE_F64, 1));
    double model = sqrt(119.5), change = 11 / model - 1;
    assert_true(fabs(wave[0] - 3 * change) < 1e-5 && fabs(wave[1] - 4 * change) < 1e-5);
    assert_true(fabs(misfit - fabs(model - 11)) < 1e-5 && total == 11);
    for (int i = 0; i < 6; i++) clpt_buffer_destroy(&buffers[i]);
}

int main(void)
{
    test_start();
    struct CMUnitTest tests[MAX_TESTS] = {cmocka_unit_test(no_operation_is_missing),
                                          cmocka_unit_test(one_pixel_is_what_the_formula_says)};
    size_t count = 2;
    for (int i = 0; step_entry_at(i); i++)
        tests[count++] = (struct CMUnitTest){.name = step_entry_at(i)->name,
                                             .test_func = agrees_with_the_reference,
                                             .initial_state = (void *)step_entry_at(i)};
    tests[count++] = (struct CMUnitTest)cmocka_unit_test(cpus_choose_lanes);
    return _cmocka_run_group_tests("steps", tests, count, test_open_both, test_close_both);
}
