/* SPDX-License-Identifier: Apache-2.0 */
/* Runs in folders: what is written comes back, differences between two runs are listed, and damage is named.
 * `test_parity_dump alter FILE.npz ARRAY INDEX` doubles one number in a file, for test_parity.sh. */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/memory.h"
#include "io/store.h"
#include "parity/dump.h"

static char folder[] = "/tmp/clptycho-parity-XXXXXX";

static const char *inside(const char *name)
{
    static char paths[4][128];
    static int next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof *paths, "%s/%s", folder, name);
    return path;
}

static void write_file(const char *name, const char *text)
{
    FILE *file = fopen(inside(name), "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

/* A small problem that the library can derive the rest of: 4 patterns of 8×8 on an object of 12×12. */
static clpti_parity_problem make_problem(void)
{
    clpti_parity_problem p = {.config = {.count = 4, .groups = 2, .grid = 2, .engines = "", .iterations = 1}};
    clpt_message message;
    static const struct {
        const char *name;
        clpt_type type;
        int rank;
        int64_t shape[3];
    } entries[] = {{"object", CLPT_TYPE_C64, 2, {12, 12}},
                   {"probe", CLPT_TYPE_C64, 3, {1, 8, 8}},
                   {"positions", CLPT_TYPE_F64, 2, {4, 2}},
                   {"amplitude", CLPT_TYPE_F32, 3, {4, 8, 8}},
                   {"mask", CLPT_TYPE_F32, 3, {4, 8, 8}}};
    for (size_t k = 0; k < sizeof entries / sizeof *entries; k++) {
        clpti_tensor *t;
        assert_int_equal(clpti_parity_add(&p.inputs, entries[k].name, entries[k].type, entries[k].rank,
                                          entries[k].shape, &t, &message),
                         CLPT_OK);
        int64_t numbers = clpti_tensor_count(t) * (clpti_parity_is_complex(t->type) ? 2 : 1);
        for (int64_t i = 0; i < numbers; i++) {
            double value = test_random(k, (uint64_t)i, 0.5, 1.5);
            if (t->type == CLPT_TYPE_F64)
                ((double *)t->data)[i] = 4 + 3 * value;
            else
                ((float *)t->data)[i] = entries[k].name[0] == 'm' ? 1 : (float)value;
        }
    }
    return p;
}

/* Its stages on the reference, as a run with all its facts. */
static clpti_parity_run make_run(clpti_parity_problem *problem, clpti_parity_plan *plan)
{
    clpt_message message = {.text = ""};
    clpti_parity_run run = {.label = "made up"};
    clpt_context *context = test_open("reference", 0);
    bool good = clpti_parity_derive(problem, context, &message) == CLPT_OK &&
                clpti_parity_plan_make(&problem->config, "forward,patches,groups", plan, &message) == CLPT_OK &&
                clpti_parity_capture(context, problem, plan, NULL, &run, NULL, NULL, &message) == CLPT_OK &&
                clpti_parity_manifest_problem(&run, problem, &message) == CLPT_OK &&
                clpti_parity_manifest_context(&run, context, &message) == CLPT_OK;
    if (!good) fail_msg("%s", message.text);
    clpt_context_destroy(&context);
    return run;
}

static void same_bundle(const clpti_parity_bundle *a, const clpti_parity_bundle *b)
{
    assert_int_equal(a->count, b->count);
    for (int k = 0; k < a->count; k++) {
        const clpti_tensor *x = &a->arrays[k].tensor, *y = clpti_parity_find(b, a->arrays[k].name);
        assert_non_null(y);
        assert_true(x->type == y->type && x->rank == y->rank);
        assert_int_equal(clpti_tensor_count(x), clpti_tensor_count(y));
        assert_memory_equal(x->data, y->data, (size_t)clpti_tensor_count(x) * clpti_type_size(x->type));
    }
}

/* ---- the helper ---- */

static int alter(const char *path, const char *array, int64_t index)
{
    clpt_message message;
    clpti_store *store = NULL;
    clpti_npz_writer *writer = NULL;
    clpti_npy_info info;
    clpti_tensor tensors[32] = {{.rank = 0}};
    clpt_status status = clpti_store_open(path, &store, &message);
    int64_t count = status == CLPT_OK ? clpti_store_count(store) : 0;
    assert_true(count <= (int64_t)(sizeof tensors / sizeof *tensors));
    if (status == CLPT_OK) status = clpti_npz_create(path, &writer, &message);
    for (int64_t k = 0; status == CLPT_OK && k < count; k++) {
        clpti_tensor *t = &tensors[k];
        status = clpti_store_info(store, k, &info, &message);
        if (status == CLPT_OK) status = clpti_store_read_any(store, info.name, t, &message);
        if (status == CLPT_OK && !strcmp(info.name, array)) {
            if (clpti_parity_is_double(t->type))
                ((double *)t->data)[index] *= 2;
            else
                ((float *)t->data)[index] *= 2;
        }
        if (status == CLPT_OK) status = clpti_npz_add(writer, info.name, t->type, t->rank, t->shape, t->data, &message);
    }
    if (status == CLPT_OK) status = clpti_npz_commit(&writer, &message);
    clpti_npz_discard(&writer);
    clpti_store_close(&store);
    for (int64_t k = 0; k < count; k++) clpti_tensor_destroy(&tensors[k]); /* the writer is done with them */
    if (status != CLPT_OK) fprintf(stderr, "%s\n", message.text);
    return status != CLPT_OK;
}

/* ---- cases ---- */

static void dumps_come_back_the_same(void **state)
{
    (void)state;
    clpt_message message;
    clpti_parity_plan plan;
    clpti_parity_problem problem = make_problem(), back = {.config = {0}};
    clpti_parity_run run = make_run(&problem, &plan), read = {.label = ""};
    clpti_parity_differences d;
    write_file("warp.npz", "left by an earlier run");
    if (clpti_parity_dump_write(folder, &problem, &run, &message) != CLPT_OK) fail_msg("%s", message.text);
    assert_int_not_equal(access(inside("warp.npz"), F_OK), 0);

    if (clpti_parity_dump_facts(folder, &read, &message) != CLPT_OK ||
        clpti_parity_dump_problem(folder, &read, &back, &message) != CLPT_OK ||
        clpti_parity_dump_stages(folder, &plan, &read, &message) != CLPT_OK)
        fail_msg("%s", message.text);
    assert_string_equal(read.label, folder);
    same_bundle(&problem.inputs, &back.inputs);
    assert_memory_equal(&problem.config, &back.config, sizeof back.config);
    assert_int_equal(read.result_count, 3);
    for (int k = 0; k < 3; k++) same_bundle(&run.results[k].arrays, clpti_parity_results(&read, run.results[k].stage));
    clpti_parity_manifest_compare(&read, &run, NULL, 0, &d);
    assert_string_equal(d.refused, "");
    assert_string_equal(d.shown, "");
    assert_false(d.data);
    char *names;
    clpti_parity_plan all;
    assert_int_equal(clpti_parity_plan_make(&problem.config, NULL, &all, &message), CLPT_OK);
    assert_int_equal(clpti_parity_dump_names(folder, &all, &names, &message), CLPT_OK);
    assert_string_equal(names, "groups,patches,forward");
    free(names);
    clpti_parity_run_free(&run);
    clpti_parity_run_free(&read);
    clpti_parity_problem_free(&problem);
    clpti_parity_problem_free(&back);
}

/* A dump of three stages, the first of which failed, and of which the third lost its file. */
static void what_a_folder_lost_fails(void **state)
{
    (void)state;
    clpt_message message = {.text = ""};
    clpti_parity_plan plan, all;
    clpti_parity_problem problem = make_problem();
    clpti_parity_run run = make_run(&problem, &plan), read = {.label = "read"};
    clpti_parity_comparison c = {0};
    char *names = NULL;
    snprintf(run.results[0].failure, sizeof run.results[0].failure, "the device was lost");
    clpti_parity_bundle_free(&run.results[0].arrays);
    assert_int_equal(clpti_parity_dump_write(folder, &problem, &run, &message), CLPT_OK);
    assert_int_equal(unlink(inside("forward.npz")), 0);
    assert_int_equal(clpti_parity_plan_make(&problem.config, NULL, &all, &message), CLPT_OK);
    assert_int_equal(clpti_parity_dump_names(folder, &all, &names, &message), CLPT_OK);
    assert_string_equal(names, "groups,patches,forward");
    assert_int_equal(clpti_parity_dump_stages(folder, &plan, &read, &message), CLPT_OK);
    assert_int_equal(clpti_parity_judge(&problem, &plan, &read, &run, 1, &c, &message), CLPT_OK);
    assert_int_equal(clpti_parity_count(&c, CLPTI_PARITY_ABSENT), 0);
    for (int k = 0; k < c.count; k++) {
        const clpti_parity_finding *f = &c.findings[k];
        bool kept = !strcmp(f->item->name, "patches"), failed = !strcmp(f->item->name, "groups");
        assert_int_equal(f->verdict, kept ? CLPTI_PARITY_PASS : CLPTI_PARITY_FAIL);
        if (!kept && !strstr(f->reason, failed ? "the device was lost" : inside("forward.npz")))
            fail_msg("%s", f->reason);
    }
    clpti_parity_comparison_free(&c);
    clpti_parity_run_free(&read);

    /* One array of a file. */
    assert_int_equal(clpti_parity_dump_write(folder, &problem, &run, &message), CLPT_OK);
    assert_int_equal(rename(inside("patches.npz"), inside("forward.npz")), 0);
    assert_int_equal(clpti_parity_dump_stages(folder, &plan, &read, &message), CLPT_OK);
    assert_int_equal(clpti_parity_judge(&problem, &plan, &read, &run, 1, &c, &message), CLPT_OK);
    for (int k = 0; k < c.count; k++)
        if (!strcmp(c.findings[k].item->name, "forward") && !strstr(c.findings[k].reason, "missing: '"))
            fail_msg("%s: %s", c.findings[k].array, c.findings[k].reason);
    clpti_parity_comparison_free(&c);
    free(names);
    clpti_parity_run_free(&run);
    clpti_parity_run_free(&read);
    clpti_parity_problem_free(&problem);
}

static void inputs_of_another_dump_are_refused(void **state)
{
    (void)state;
    static const char *const arrays[] = {"object", "amplitude", "counts", "light"};
    clpt_message message = {.text = ""};
    clpti_parity_plan plan;
    clpti_parity_problem problem = make_problem();
    clpti_parity_run run = make_run(&problem, &plan), read = {.label = ""};
    assert_int_equal(clpti_parity_dump_write(folder, &problem, &run, &message), CLPT_OK);
    assert_int_equal(clpti_parity_dump_facts(folder, &read, &message), CLPT_OK);
    for (size_t k = 0; k < sizeof arrays / sizeof *arrays; k++) {
        clpti_parity_problem back = {.config = {0}};
        char words[128];
        assert_int_equal(clpti_parity_dump_write(folder, &problem, &run, &message), CLPT_OK);
        assert_int_equal(alter(inside("inputs.npz"), arrays[k], 70), 0);
        assert_int_equal(clpti_parity_dump_problem(folder, &read, &back, &message), CLPT_ERROR_FILE);
        snprintf(words, sizeof words, "inputs.npz: does not match its manifest: %s: ", arrays[k]);
        if (!strstr(message.text, words)) fail_msg("%s", message.text);
        clpti_parity_problem_free(&back);
    }
    clpti_parity_run_free(&run);
    clpti_parity_run_free(&read);
    clpti_parity_problem_free(&problem);
}

static void facts_that_differ_are_refused_unless_allowed(void **state)
{
    (void)state;
    clpti_parity_problem problem = make_problem();
    clpti_parity_run before = {.label = ""}, now = {.label = ""};
    clpti_parity_differences d;
    assert_int_equal(clpti_parity_manifest_problem(&before, &problem, NULL), CLPT_OK);
    clpti_tensor *amplitude = (clpti_tensor *)clpti_parity_find(&problem.inputs, "amplitude");
    ((float *)amplitude->data)[17] += 1e-6F;
    problem.config.seed = 5;
    assert_int_equal(clpti_parity_manifest_problem(&now, &problem, NULL), CLPT_OK);
    assert_int_equal(clpti_parity_manifest_add(&before, CLPTI_PARITY_RUN, "driver", "1.0", NULL), CLPT_OK);
    assert_int_equal(clpti_parity_manifest_add(&now, CLPTI_PARITY_RUN, "driver", "2.0", NULL), CLPT_OK);
    assert_int_equal(clpti_parity_manifest_add(&now, CLPTI_PARITY_DATA, "scan", "x", NULL), CLPT_OK);

    clpti_parity_manifest_compare(&now, &before, NULL, 0, &d);
    assert_non_null(strstr(d.refused, "amplitude: float32 [4, 8, 8] "));
    assert_non_null(strstr(d.refused, "seed: 5, not 0"));
    assert_non_null(strstr(d.refused, "scan: x, not (unspecified)"));
    assert_null(strstr(d.refused, "probe"));
    assert_string_equal(d.shown, "driver: 2.0, not 1.0");
    assert_true(d.data);
    static const char *const allowed[] = {"data", "seed"};
    clpti_parity_manifest_compare(&now, &before, allowed, 1, &d);
    assert_null(strstr(d.refused, "amplitude"));
    assert_non_null(strstr(d.refused, "seed"));
    clpti_parity_manifest_compare(&now, &before, (const char *const[]){"amplitude", "see", "seeds"}, 3, &d);
    assert_null(strstr(d.refused, "amplitude"));
    assert_non_null(strstr(d.refused, "seed: "));
    assert_non_null(strstr(d.refused, "scan: "));
    clpti_parity_manifest_compare(&now, &before, allowed, 2, &d);
    assert_string_equal(d.refused, "");
    assert_non_null(strstr(d.shown, "seed"));
    assert_true(d.data);
    static const char *const known[] = {"data", "configuration", "seed", "amplitude", "scan"};
    for (size_t k = 0; k < sizeof known / sizeof *known; k++) assert_true(clpti_parity_may_differ(&now, known[k]));
    assert_false(clpti_parity_may_differ(&now, "seeds") || clpti_parity_may_differ(&now, "run") ||
                 clpti_parity_may_differ(&now, "driver"));
    clpti_parity_run_free(&before);
    clpti_parity_run_free(&now);
    clpti_parity_problem_free(&problem);
}

static void damaged_manifests_are_named(void **state)
{
    (void)state;
    static const struct {
        const char *text, *words;
    } cases[] = {{"", "not complete JSON"},
                 {"{\"clptycho_parity\": 1, \"data\": {", "not complete JSON"},
                 {"[1, 2]", "not a manifest"},
                 {"{\"clptycho_bench\": 1}", "no number 'clptycho_parity'"},
                 {"{\"clptycho_parity\": 99}", "format 99, above 1"},
                 {"{\"clptycho_parity\": 1, \"data\": 3}", "'data' is not an object"},
                 {"{\"clptycho_parity\": 1, \"run\": {\"device\": []}}", "'device' is neither text nor number"}};
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        clpt_message message = {.text = ""};
        clpti_parity_run run = {.label = ""};
        write_file("manifest.json", cases[k].text);
        assert_int_equal(clpti_parity_dump_facts(folder, &run, &message), CLPT_ERROR_FILE);
        if (!strstr(message.text, cases[k].words) || !strstr(message.text, "manifest.json"))
            fail_msg("%s", message.text);
        clpti_parity_run_free(&run);
    }
    clpt_message message;
    clpti_parity_run run = {.label = ""};
    assert_int_equal(clpti_parity_dump_facts("/nowhere/at/all", &run, &message), CLPT_ERROR_FILE);
    /* A short manifest is valid too; but without a configuration nothing can be run from it. */
    clpti_parity_problem problem = {.config = {0}};
    write_file("manifest.json", "{\"clptycho_parity\": 1, \"configuration\": {\"count\": 4}}");
    assert_int_equal(clpti_parity_dump_facts(folder, &run, &message), CLPT_OK);
    assert_string_equal(clpti_parity_manifest_text(&run, CLPTI_PARITY_CONFIGURATION, "count"), "4");
    assert_int_equal(clpti_parity_dump_problem(folder, &run, &problem, &message), CLPT_ERROR_FILE);
    if (!strstr(message.text, "no 'groups'")) fail_msg("%s", message.text);
    clpti_parity_run_free(&run);
    /* Stages are read later. */
    static const char *const stages[] = {"[\"intensity\"]", "3", "null"};
    clpti_parity_plan plan;
    assert_int_equal(clpti_parity_plan_make(&problem.config, "forward,patches", &plan, &message), CLPT_OK);
    for (size_t k = 0; k < sizeof stages / sizeof *stages; k++) {
        write_file("manifest.json",
                   test_text("{\"clptycho_parity\": 1, \"inputs\": 3, \"stages\": {\"forward\": %s}}", stages[k]));
        assert_int_equal(clpti_parity_dump_stages(folder, &plan, &run, &message), CLPT_ERROR_FILE);
        if (!strstr(message.text, "'forward' is neither an object")) fail_msg("%s", message.text);
        clpti_parity_run_free(&run);
    }
    write_file("manifest.json", "{\"clptycho_parity\": 1, \"stages\": [1, {}]}");
    assert_int_equal(clpti_parity_dump_stages(folder, &plan, &run, &message), CLPT_OK);
    clpti_parity_run_free(&run);
    clpti_parity_problem_free(&problem);
}

/* Inputs of a file may be anything: nothing is read beyond an array. */
static void inputs_that_do_not_fit_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *array;
        clpt_type type;
        int rank;
        int64_t shape[3];
        double value;
        const char *words;
    } cases[] = {{"counts", CLPT_TYPE_F32, 3, {4, 8, 7}, 1, "'counts' is not float32 [SNN]"},
                 {"counts", CLPT_TYPE_F64, 3, {4, 8, 8}, 1, "'counts' is not float32"},
                 {"light", CLPT_TYPE_F64, 2, {12, 11}, 1, "'light'"},
                 {"indices", CLPT_TYPE_F64, 2, {2, 4}, 4, "'indices' contains 4, but there are 4 patterns"},
                 {"indices", CLPT_TYPE_F64, 2, {2, 4}, -1, "'indices' contains -1"},
                 {"offsets", CLPT_TYPE_F64, 3, {2, 0, 2}, 1, "'offsets'"}};
    clpt_context *context = test_open("reference", 0);
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        clpt_message message = {.text = ""};
        clpti_parity_problem problem = make_problem();
        clpti_tensor *t;
        assert_int_equal(clpti_parity_add(&problem.inputs, cases[k].array, cases[k].type, cases[k].rank, cases[k].shape,
                                          &t, &message),
                         CLPT_OK);
        for (int64_t i = 0; t->type == CLPT_TYPE_F64 && i < clpti_tensor_count(t); i++)
            ((double *)t->data)[i] = cases[k].value;
        assert_int_equal(clpti_parity_derive(&problem, context, &message), CLPT_ERROR_FILE);
        if (!strstr(message.text, cases[k].words)) fail_msg("%s", message.text);
        clpti_parity_problem_free(&problem);
    }
    clpti_parity_problem empty = {.config = {0}};
    clpt_message message;
    assert_int_equal(clpti_parity_derive(&empty, context, &message), CLPT_ERROR_FILE);
    assert_non_null(strstr(message.text, "'object'"));
    clpt_context_destroy(&context);
}

int main(int argc, char **argv)
{
    if (argc == 5 && !strcmp(argv[1], "alter")) return alter(argv[2], argv[3], strtoll(argv[4], NULL, 10));
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dumps_come_back_the_same),
        cmocka_unit_test(what_a_folder_lost_fails),
        cmocka_unit_test(inputs_of_another_dump_are_refused),
        cmocka_unit_test(facts_that_differ_are_refused_unless_allowed),
        cmocka_unit_test(damaged_manifests_are_named),
        cmocka_unit_test(inputs_that_do_not_fit_are_refused),
    };
    if (!mkdtemp(folder)) return 1;
    int failed = cmocka_run_group_tests_name("parity_dump", tests, NULL, NULL);
    static const char *const names[] = {"manifest.json", "inputs.npz", "groups.npz", "patches.npz", "forward.npz"};
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) unlink(inside(names[k]));
    rmdir(folder);
    return failed;
}
