/* SPDX-License-Identifier: Apache-2.0 */
/* Support for tests of src/cl: directories, kernel files written by the test, and the log. */
#include "runtime_support.h"
#include "api/explain.h"
#include "buffer/buffer.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char *test_directory_new(void)
{
    const char *base = getenv("TMPDIR");
    char *directory = NULL;
    assert_true(asprintf(&directory, "%s/clptycho-test-XXXXXX", base && *base ? base : "/tmp") > 0);
    assert_non_null(mkdtemp(directory));
    return directory;
}

void test_directory_remove(char *directory)
{
    char path[4096];
    DIR *list = opendir(directory);
    for (struct dirent *entry = list ? readdir(list) : NULL; entry; entry = readdir(list)) {
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) continue;
        snprintf(path, sizeof path, "%s/%s", directory, entry->d_name);
        if (remove(path) != 0) test_directory_remove(strdup(path));
    }
    if (list) closedir(list);
    rmdir(directory);
    free(directory);
}

const char *test_path(const char *directory, const char *name)
{
    static char paths[4][4096];
    static int next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", directory, name);
    return path;
}

void test_file_write(const char *path, const void *data, size_t bytes)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(data, 1, bytes, file), bytes);
    assert_int_equal(fclose(file), 0);
}

void test_kernel_write(const char *directory, const char *name, const char *text)
{
    test_file_write(test_path(directory, name), text, strlen(text));
}

char *test_file_read(const char *path, size_t *bytes)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    long length = ftell(file);
    assert_true(length >= 0);
    rewind(file);
    char *data = calloc((size_t)length + 1, 1);
    assert_non_null(data);
    assert_int_equal(fread(data, 1, (size_t)length, file), (size_t)length);
    fclose(file);
    *bytes = (size_t)length;
    return data;
}

int test_files_starting(const char *directory, const char *start, char names[][128], int maximum)
{
    int count = 0;
    DIR *list = opendir(directory);
    if (!list) return 0;
    for (struct dirent *entry = readdir(list); entry; entry = readdir(list)) {
        if (strncmp(entry->d_name, start, strlen(start)) != 0) continue;
        assert_true(count < maximum);
        snprintf(names[count++], sizeof names[0], "%.127s", entry->d_name);
    }
    closedir(list);
    return count;
}

void test_log_line(void *user, clpt_log_level level, const char *line)
{
    test_log *log = user;
    int written = snprintf(log->text + log->used, sizeof log->text - log->used, "%s%s\n",
                           level == CLPT_LOG_WARNING ? "warning: " : "", line);
    assert_true(written > 0 && log->used + (size_t)written < sizeof log->text);
    log->used += (size_t)written;
}

int test_count(const char *text, const char *word)
{
    int count = 0;
    for (const char *at = strstr(text, word); at; at = strstr(at + 1, word)) count++;
    return count;
}

clpt_context *test_open_with(const char *kernel_dir, const char *cache_dir, test_log *log)
{
    clpt_context_options options = clpt_context_options_default();
    options.device = test_device();
    options.kernel_dir = kernel_dir;
    options.cache_dir = cache_dir;
    options.log = log ? test_log_line : NULL;
    options.log_user = log;
    clpt_message message;
    clpt_context *context = NULL;
    if (clpt_context_create(&options, &context, &message) != CLPT_OK)
        fail_msg("cannot open %s: %s", test_device(), message.text);
    return context;
}

clpt_buffer *test_bytes(clpt_context *context, int64_t bytes)
{
    clpt_buffer *buffer = NULL;
    test_ok(context, clpti_buffer_create(context, CLPTI_BYTE, bytes, &buffer));
    return buffer;
}

void test_shown(clpt_context *context, const char *text)
{
    if (!strstr(clpti_choices_summary(context), text))
        fail_msg("'%s' is not among the choices: %s", text, clpti_choices_summary(context));
}
