/* SPDX-License-Identifier: Apache-2.0 */
/* The same inputs give the same bits: every operation and engine is run twice, in pieces of several sizes, in parts
 * that the caller makes, from buffers, with other chunks and work-groups, in a fresh context without a cache of
 * programs, and after other shapes. Pairs of these are covered: each operation in each context at one of the sizes,
 * each engine and each set of options in each context; test_all: the full product. Other numbers of threads need other
 * processes: test_repeat_threads.sh. */
#include <ctype.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "every.h"
#include "every_engine.h"
#include "core/words.h"
#include "paths.h"

/* A context of its own for each; the first is what the others are compared with. */
typedef struct opening {
    const char *name;
    clpt_context_options options;
    bool backwards;   /* the last case and the largest side first */
    bool device_only; /* has no effect in a reference context; skipped in small runs too */
} opening;

static const opening openings[] = {
    {"the first time", {0}, false, false},
    {"once more", {0}, false, false}, /* the first one's context again: used, and after all other shapes */
    {"in a fresh context without cached programs", {.cache_dir = "off"}, true, false},
    {"in pieces of one item", {.memory_limit = 1}, false, false},
    {"in pieces of 100 kB", {.memory_limit = 100000}, false, false},
    {"in chunks of 4 kB", {.tuning = "fft_bytes=4096,field_bytes=4096"}, false, false},
    {"in chunks of 60 kB", {.tuning = "fft_bytes=60000,field_bytes=60000"}, false, true},
    {"in work-groups of 16", {.tuning = "group=16"}, false, true},
    {"in work-groups of 256", {.tuning = "group=256"}, false, true},
};
enum { FIRST, AGAIN, OPENINGS = sizeof openings / sizeof *openings };

static clpt_context *contexts[OPENINGS];

static int open_all(void **state)
{
    (void)state;
    for (int i = 0; i < OPENINGS; i++) {
        clpt_context_options options = openings[i].options;
        clpt_message message = {0};
        options.size = sizeof options;
        options.device = test_device();
        if (i != AGAIN && clpt_context_create(&options, &contexts[i], &message) != CLPT_OK)
            fail_msg("cannot open: %s", message.text);
    }
    contexts[AGAIN] = contexts[FIRST];
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    contexts[AGAIN] = NULL;
    for (int i = 0; i < OPENINGS; i++) clpt_context_destroy(&contexts[i]);
    return 0;
}

static bool skipped(int which)
{
    return openings[which].device_only && (test_is_reference() || test_small());
}

/* A side for CPU kernels in lanes, one for the general kernels only, one for GPU kernels too. */
static const clpti_sizes sizes[] = {
    {.B = 11, .S = 37, .G = 5, .C = 4, .P = 3, .N = 16, .M = 25, .H = 41, .W = 50, .crop = 11},
    {.B = 7, .S = 29, .G = 3, .C = 4, .P = 2, .N = 21, .M = 32, .H = 55, .W = 47, .crop = 10},
    {.B = 5, .S = 23, .G = 3, .C = 4, .P = 2, .N = 64, .M = 97, .H = 131, .W = 140, .crop = 33},
};
static const clpti_sizes small_sizes[] = {
    {.B = 3, .S = 5, .G = 2, .C = 2, .P = 2, .N = 16, .M = 20, .H = 23, .W = 26, .crop = 7},
};

static int sizes_count(void)
{
    return test_small() ? 1 : test_is_reference() ? 2 : (int)(sizeof sizes / sizeof *sizes);
}

static const clpti_sizes *sizes_at(int index)
{
    return test_small() ? &small_sizes[index] : &sizes[index];
}

/* ---- operations ---- */

enum { TESTS = 120 };
static every_result first[3][TESTS];

static int test_count(void)
{
    int count = 0;
    while (every_case_at(count)) count++;
    assert_true(count <= TESTS);
    return count;
}

static void expect_first(const every_result *got, const every_result *expected, const char *test, const clpti_sizes *z,
                         const char *how)
{
    for (int i = 0; i < expected->count; i++)
        test_same_bits(test_text("%s, side %d: %s %s", test, (int)z->N, expected->names[i], how), &got->out[i],
                       &expected->out[i]);
}

static void compare(int which, int size, int index, every_way way, const char *how)
{
    const every_case *test = every_case_at(index);
    every_result got = every_run(contexts[which], test, sizes_at(size), way);
    expect_first(&got, &first[size][index], test->name, sizes_at(size), how);
    every_free(&got);
}

static void operations_give_the_same_bits_in_every_context(void **state)
{
    (void)state;
    int tests = test_count(), all = sizes_count() * tests;
    for (int o = 0; o < OPENINGS; o++)
        for (int k = 0; k < all && !skipped(o); k++) {
            int at = openings[o].backwards ? all - 1 - k : k;
            bool chosen = o <= AGAIN || (o + at % tests) % sizes_count() == at / tests;
            if (!chosen && !test_all()) continue;
            if (o == FIRST)
                first[at / tests][at % tests] =
                    every_run(contexts[o], every_case_at(at % tests), sizes_at(at / tests), (every_way){0});
            else
                compare(o, at / tests, at % tests, (every_way){0}, openings[o].name);
        }
}

static void operations_give_the_same_bits_however_they_are_called(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        every_way way;
    } ways[] = {{"in buffers", {1, true}},
                {"in two parts", {2, false}},
                {"in three parts", {3, false}},
                {"one at a time", {99, false}},
                {"in buffers, in parts", {3, true}}};
    for (int size = 0; size < sizes_count(); size++)
        for (int index = 0; every_case_at(index); index++)
            for (size_t w = 0; w < sizeof ways / sizeof *ways; w++)
                if ((ways[w].way.buffers || every_case_at(index)->split) &&
                    (test_all() || ((int)w + index) % sizes_count() == size))
                    compare(FIRST, size, index, ways[w].way, ways[w].name);
}

/* ---- engines ---- */

static int iterations(void)
{
    return test_small() ? 2 : 3;
}

static void expect_same_run(int which, const solver_case *c, const char *engine, const every_options *set,
                            const every_state *expected)
{
    every_state got = every_reconstruct(contexts[which], c, engine, set, iterations());
    assert_int_equal(got.status, CLPT_OK);
    assert_int_equal(got.count, expected->count);
    for (int i = 0; i < expected->count; i++)
        test_same_bits(test_text("%s, %s: %s %s", engine, set->name, expected->names[i], openings[which].name),
                       &got.fields[i], &expected->fields[i]);
    every_state_free(&got);
}

/* Contexts go round the engines that take the options, and start at another engine with the next options. */
static void repeat_engines(const solver_case *c, const every_options *set, int number)
{
    every_state first_runs[20];
    const char *engines[20];
    int taken = 0;
    for (size_t k = 0; every_engine_name(k); k++) {
        assert_true(k < 20);
        engines[taken] = every_engine_name(k);
        first_runs[taken] = every_reconstruct(contexts[FIRST], c, engines[taken], set, iterations());
        if (first_runs[taken].status == CLPT_OK)
            taken++;
        else if (number == 0)
            fail_msg("%s: %s", engines[taken], clpt_context_get_message(contexts[FIRST]));
    }
    if (taken < 2 && !test_few()) fail_msg("only %d engines take the options '%s'", taken, set->name);
    for (int o = AGAIN; o < OPENINGS; o++)
        for (int t = 0; t < taken; t++)
            if (!skipped(o) && (test_all() || (o + number) % taken == t))
                expect_same_run(o, c, engines[t], set, &first_runs[t]);
    for (int t = 0; t < taken; t++) every_state_free(&first_runs[t]);
}

static void engines_give_the_same_bits_in_every_context(void **state)
{
    (void)state;
    for (int s = 0; every_options_at(s) && !(test_few() && s); s++) {
        solver_case c = solver_case_new(every_options_at(s)->modes);
        if (every_options_at(s)->masked) solver_case_mask(&c, true);
        repeat_engines(&c, every_options_at(s), s);
        solver_case_free(&c);
    }
}

/* ---- the table itself ---- */

/* Public functions without an entry in the catalogue: what they give is … */
static const char *const not_operations[] = {
    /* … nothing that is computed, */
    "clpt_devices_list clpt_device_run_check clpt_context_create clpt_context_finish",
    "clpt_buffer_create clpt_array_copy clpt_scan_set_positions clpt_solver_create",
    "clpt_solver_describe_state clpt_solver_set_state clpt_solver_set_iteration clpt_solver_get_options "
    "clpt_solver_options_set clpt_solver_options_get",
    /* … what engines are run for here (every_reconstruct), */
    "clpt_solver_iterate clpt_solver_get_positions clpt_solver_evaluate_r_factor clpt_solver_evaluate_loss "
    "clpt_solver_get_state",
    /* … copied from their state, */
    "clpt_solver_get_object clpt_solver_get_probe clpt_solver_get_amplitude_factors clpt_solver_get_background "
    "clpt_solver_get_opr_modes",
    "clpt_solver_get_opr_coefficients",
    /* … the host's, in one thread and double precision. */
    "clpt_scan_get_canvas clpt_propagation_get_geometry clpt_compare clpt_coverage clpt_lattice_power "
    "clpt_solver_remove_lattice "
    "clpt_network_normalise clpt_network_normalise_probe",
    /* … of a network, which test_network runs twice and in pieces. */
    "clpt_network_create clpt_network_initialise clpt_network_describe_weight clpt_network_get_weight "
    "clpt_network_set_weight clpt_network_get_gradient clpt_network_predict clpt_network_get_layer "
    "clpt_network_evaluate clpt_network_gradient clpt_network_step clpt_network_end_epoch "
    "clpt_network_describe_state clpt_network_get_state clpt_network_set_state"};

static bool has_reason(const char *name)
{
    size_t length = strlen(name);
    for (size_t i = 0; i < sizeof not_operations / sizeof *not_operations; i++)
        for (const char *at = not_operations[i]; *at; at += strcspn(at, " "), at += *at == ' ')
            if (strcspn(at, " ") == length && !strncmp(at, name, length)) return true;
    return false;
}

static bool has_entry(const char *name)
{
    const clpti_entry *entry = NULL;
    for (size_t k = 0; (entry = clpti_entry_at(k)); k++)
        if (!strcmp(entry->function, name)) return true;
    return false;
}

/* Number of functions that a public header declares, each checked. */
static int check_header(const char *path)
{
    static const char start[] = "CLPT_API clpt_status ";
    char line[512], name[80];
    int found = 0;
    FILE *header = fopen(path, "r");
    assert_non_null(header);
    while (fgets(line, sizeof line, header)) {
        if (strncmp(line, start, sizeof start - 1) != 0) continue;
        snprintf(name, sizeof name, "%.*s", (int)strcspn(line + sizeof start - 1, "("), line + sizeof start - 1);
        if (has_entry(name) == has_reason(name))
            fail_msg("%s has %s in src/catalogue", name,
                     has_entry(name) ? "an entry, and a reason to have none," : "no entry, nor a reason to have none");
        found++;
    }
    fclose(header);
    return found;
}

/* A new public function needs an entry in the catalogue, or a reason to have none. */
static void no_operation_is_missing(void **state)
{
    (void)state;
    glob_t headers;
    int found = 0;
    if (test_few()) skip();
    assert_int_equal(glob(CLPTYCHO_SOURCE_DIR "/include/clptycho/*.h", 0, NULL, &headers), 0);
    for (size_t i = 0; i < headers.gl_pathc; i++)
        if (!strstr(headers.gl_pathv[i], "clptycho_cl.h")) found += check_header(headers.gl_pathv[i]);
    globfree(&headers);
    assert_true(found > 50);
}

static bool is_in_a_set(const char *name)
{
    const char *word = test_text(" %s=", name);
    for (int i = 0; every_options_at(i); i++)
        if (strstr(test_text(" %s", every_options_at(i)->options), word)) return true;
    return false;
}

/* A new option of the solver needs a set of options that has it. */
static void no_option_is_missing(void **state)
{
    (void)state;
    static const char no_sets[] = "engine|source-distance"; /* the first is in every set, the other is a distance too */
    const clpt_option *option;
    for (size_t k = 0; (option = clpt_solver_describe_option(k)); k++)
        if (clpti_word_index(no_sets, option->name) < 0 && !is_in_a_set(option->name))
            fail_msg("no set of options in every_engine.c has '%s'", option->name);
}

static void free_first(void)
{
    for (int size = 0; size < 3; size++)
        for (int i = 0; i < TESTS; i++) every_free(&first[size][i]);
}

int main(void)
{
    test_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_operation_is_missing),
        cmocka_unit_test(no_option_is_missing),
        cmocka_unit_test(operations_give_the_same_bits_in_every_context),
        cmocka_unit_test(operations_give_the_same_bits_however_they_are_called),
        cmocka_unit_test(engines_give_the_same_bits_in_every_context),
    };
    int failed = cmocka_run_group_tests_name("repeat", tests, open_all, close_all);
    free_first();
    return failed;
}
