/* SPDX-License-Identifier: Apache-2.0 */
/* The disk cache: what is damaged, stale, shared or cannot be written costs a rebuild, never more. */
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime_support.h"

#include "cl/internal.h"

extern char **environ;

static char *directory;

static int make_directory(void **state)
{
    (void)state;
    directory = test_directory_new();
    return 0;
}

static int remove_directory(void **state)
{
    (void)state;
    test_directory_remove(directory);
    return 0;
}

/* ---- entries ---- */

static void cache_write_then_read_same(void **state)
{
    (void)state;
    size_t bytes = 0;
    const char *below = test_path(directory, "made/on/demand");
    assert_null(clpti_cache_read(below, "kind", "key", &bytes));
    assert_true(clpti_cache_write(below, "kind", "key", "payload", 7));
    char *data = clpti_cache_read(below, "kind", "key", &bytes);
    assert_non_null(data);
    assert_int_equal(bytes, 7);
    assert_memory_equal(data, "payload", 7);
    free(data);
    assert_null(clpti_cache_read(below, "kind", "other key", &bytes));
    assert_null(clpti_cache_read(below, "other kind", "key", &bytes));
    assert_true(clpti_cache_write(below, "kind", "key", "", 0));
    data = clpti_cache_read(below, "kind", "key", &bytes);
    assert_non_null(data);
    assert_int_equal(bytes, 0);
    free(data);
    char names[8][128];
    assert_int_equal(test_files_starting(below, "kind-", names, 8), 1); /* nothing temporary stays */
}

static void cache_read_any_damage_is_no_entry(void **state)
{
    (void)state;
    size_t bytes = 0, ignored = 0;
    char names[8][128];
    assert_true(clpti_cache_write(directory, "damaged", "key", "payload", 7));
    assert_int_equal(test_files_starting(directory, "damaged-", names, 8), 1);
    char *path = strdup(test_path(directory, names[0]));
    char *whole = test_file_read(path, &bytes);
    for (size_t i = 0; i < bytes; i++) {
        bool padding = i >= bytes - 10 - 7 && i < bytes - 10; /* of the header, before the key and the payload */
        whole[i] ^= 0x10;
        test_file_write(path, whole, bytes);
        whole[i] ^= 0x10;
        char *data = clpti_cache_read(directory, "damaged", "key", &ignored);
        assert_true(!data == !padding);
        free(data);
    }
    for (size_t length = 0; length < bytes; length++) {
        test_file_write(path, whole, length);
        assert_null(clpti_cache_read(directory, "damaged", "key", &ignored));
    }
    whole = realloc(whole, bytes + 1);
    whole[bytes] = 'x';
    test_file_write(path, whole, bytes + 1);
    assert_null(clpti_cache_read(directory, "damaged", "key", &ignored));
    unlink(path);
    assert_int_equal(mkdir(path, 0700), 0);
    assert_null(clpti_cache_read(directory, "damaged", "key", &ignored));
    assert_false(clpti_cache_write(directory, "damaged", "key", "payload", 7));
    free(path);
    free(whole);
}

static void cache_read_entry_of_another_key_is_no_entry(void **state)
{
    (void)state;
    size_t bytes = 0;
    char one[1][128], other[1][128];
    assert_true(clpti_cache_write(directory, "first", "key A", "payload", 7));
    assert_true(clpti_cache_write(directory, "second", "key B", "payload", 7));
    assert_int_equal(test_files_starting(directory, "first-", one, 1), 1);
    assert_int_equal(test_files_starting(directory, "second-", other, 1), 1);
    assert_int_equal(rename(test_path(directory, one[0]), test_path(directory, other[0])), 0);
    assert_null(clpti_cache_read(directory, "second", "key B", &bytes));
}

static void cache_write_impossible_place_is_false(void **state)
{
    (void)state;
    char *file = strdup(test_path(directory, "a-file"));
    test_file_write(file, "x", 1);
    size_t bytes = 0;
    assert_false(clpti_cache_write(test_path(file, "below"), "kind", "key", "payload", 7));
    assert_null(clpti_cache_read(test_path(file, "below"), "kind", "key", &bytes));
    assert_false(clpti_cache_write(NULL, "kind", "key", "payload", 7));
    free(file);
}

/* ---- programs ---- */

static const char *const program =
    "kernel void answer(global int *o, long at) { o[at + (long)get_global_id(0)] = ANSWER; }\n";

/* Opens a context, runs the kernel and gives its answer; the log contains the source of the program. */
static int answer(const char *kernel_dir, const char *cache_dir, const char *options, test_log *log)
{
    int results[64] = {0};
    clpt_context *context = test_open_with(kernel_dir, cache_dir, log);
    clpt_buffer *buffer = test_bytes(context, sizeof results);
    clpti_launch launch = {.file = "answer",
                           .kernel = "answer",
                           .options = options,
                           .global = {64},
                           .args = CLPTI_ARGS(CLPTI_BUFFER(buffer))};
    test_ok(context, clpti_run_kernel(context, &launch));
    test_ok(context, clpti_run_kernel(context, &launch)); /* kept in the context: no second line in the log */
    test_ok(context, clpti_cl_read(context, buffer->memory, 0, results, sizeof results));
    clpt_buffer_destroy(&buffer);
    clpt_context_destroy(&context);
    return results[63];
}

static bool device_is_cached(void)
{
    clpt_context *context = test_open_with(NULL, "off", NULL);
    bool cached = context->cl->quirk->cache_programs;
    clpt_context_destroy(&context);
    return cached;
}

static void check_origin(const test_log *log, int built, int taken)
{
    if (test_count(log->text, "answer.cl") != built + taken || test_count(log->text, "built in") != built ||
        test_count(log->text, "taken from the cache") != taken)
        fail_msg("expected %d built and %d taken, log:\n%s", built, taken, log->text);
}

static void program_second_context_takes_cached(void **state)
{
    (void)state;
    test_log log = {.used = 0};
    bool cached = device_is_cached();
    char *cache = strdup(test_path(directory, "programs"));
    test_kernel_write(directory, "answer.cl", program);
    assert_int_equal(answer(directory, cache, "-DANSWER=1", &log), 1);
    check_origin(&log, 1, 0);
    assert_int_equal(answer(directory, cache, "-DANSWER=1", &log), 1);
    check_origin(&log, cached ? 1 : 2, cached ? 1 : 0);
    /* Other options, or another text, are another program. */
    assert_int_equal(answer(directory, cache, "-DANSWER=2", &log), 2);
    check_origin(&log, cached ? 2 : 3, cached ? 1 : 0);
    test_kernel_write(directory, "answer.cl",
                      "kernel void answer(global int *o, long at) { o[at + (long)get_global_id(0)] = 10 * ANSWER; }\n");
    assert_int_equal(answer(directory, cache, "-DANSWER=2", &log), 20);
    check_origin(&log, cached ? 3 : 4, cached ? 1 : 0);
    test_kernel_write(directory, "answer.cl", program);
    free(cache);
}

static void program_damaged_entry_is_rebuilt(void **state)
{
    (void)state;
    if (!device_is_cached()) skip();
    char names[4][128];
    size_t bytes = 0;
    char *cache = strdup(test_path(directory, "to-damage"));
    assert_int_equal(answer(directory, cache, "-DANSWER=5", NULL), 5);
    assert_int_equal(test_files_starting(cache, "program-", names, 4), 1);
    char *path = strdup(test_path(cache, names[0]));
    char *whole = test_file_read(path, &bytes);
    for (size_t at = 1; at < 8; at++) {
        test_log log = {.used = 0};
        whole[bytes * at / 8] ^= 0x40;
        test_file_write(path, whole, at < 6 ? bytes : bytes / at);
        assert_int_equal(answer(directory, cache, "-DANSWER=5", &log), 5);
        check_origin(&log, 1, 0);
        log.used = 0;
        assert_int_equal(answer(directory, cache, "-DANSWER=5", &log), 5); /* the damaged one was replaced */
        check_origin(&log, 0, 1);
        free(whole);
        whole = test_file_read(path, &bytes);
    }
    free(whole);
    free(path);
    free(cache);
}

/* An entry that holds together but whose payload no driver made: the driver refuses it, the source is built. */
static void program_unwritable_cache_still_runs(void **state)
{
    (void)state;
    test_log log = {.used = 0};
    char *file = strdup(test_path(directory, "in-the-way"));
    test_file_write(file, "x", 1);
    assert_int_equal(answer(directory, file, "-DANSWER=6", &log), 6);
    check_origin(&log, 1, 0);
    if (device_is_cached()) assert_int_equal(test_count(log.text, "is not writable"), 1);
    free(file);
}

static void program_cache_off_writes_nothing(void **state)
{
    (void)state;
    char names[64][128];
    int before = test_files_starting(directory, "", names, 64);
    assert_int_equal(answer(directory, "off", "-DANSWER=8", NULL), 8);
    assert_int_equal(test_files_starting(directory, "", names, 64), before);
}

/* ---- several processes ---- */

static char *self;
/* As it was before drivers: PoCL 5 sets OCL_ICD_FILENAMES, which hides all others from children. */
static char **first_environment;

/* The strings are copied: a change of a variable may free or overwrite them. */
static char **copy_environment(void)
{
    size_t count = 0;
    while (environ[count]) count++;
    char **copy = calloc(count + 1, sizeof *copy);
    for (size_t i = 0; copy && i < count; i++) copy[i] = strdup(environ[i]);
    return copy;
}

static void free_environment(char **copy)
{
    for (char **entry = copy; entry && *entry; entry++) free(*entry);
    free(copy);
}

static int answer_as_child(const char *kernel_dir, const char *cache_dir)
{
    for (int k = 0; k < 4; k++) {
        char options[32];
        snprintf(options, sizeof options, "-DANSWER=%d", 100 + k);
        if (answer(kernel_dir, cache_dir, options, NULL) != 100 + k) return 1;
    }
    return 0;
}

static void program_many_processes_share_cache(void **state)
{
    (void)state;
    enum { PROCESSES = 4 };
    pid_t children[PROCESSES];
    char names[16][128];
    char *cache = strdup(test_path(directory, "shared"));
    char *const arguments[] = {self, (char *)"child", directory, cache, NULL};
    for (int i = 0; i < PROCESSES; i++)
        assert_int_equal(posix_spawn(&children[i], self, NULL, NULL, arguments, first_environment), 0);
    for (int i = 0; i < PROCESSES; i++) {
        int how = -1;
        assert_int_equal(waitpid(children[i], &how, 0), children[i]);
        assert_true(WIFEXITED(how) && WEXITSTATUS(how) == 0);
    }
    int programs = test_files_starting(cache, "program-", names, 16);
    assert_int_equal(programs, device_is_cached() ? 4 : 0);
    for (int i = 0; i < programs; i++) assert_int_equal(strlen(names[i]), strlen("program-") + 32);
    free(cache);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cache_write_then_read_same),
        cmocka_unit_test(cache_read_any_damage_is_no_entry),
        cmocka_unit_test(cache_read_entry_of_another_key_is_no_entry),
        cmocka_unit_test(cache_write_impossible_place_is_false),
        cmocka_unit_test(program_second_context_takes_cached),
        cmocka_unit_test(program_damaged_entry_is_rebuilt),
        cmocka_unit_test(program_unwritable_cache_still_runs),
        cmocka_unit_test(program_cache_off_writes_nothing),
        cmocka_unit_test(program_many_processes_share_cache),
    };
    if (argc == 4 && !strcmp(argv[1], "child")) return answer_as_child(argv[2], argv[3]);
    self = argv[0];
    first_environment = copy_environment();
    test_start();
    int failed = cmocka_run_group_tests(tests, make_directory, remove_directory);
    free_environment(first_environment);
    return failed;
}
