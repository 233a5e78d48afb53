/* SPDX-License-Identifier: Apache-2.0 */
/* Support for tests of src/cl: directories, kernel files written by the test, and the log. */
#ifndef CLPT_TESTS_RUNTIME_SUPPORT_H
#define CLPT_TESTS_RUNTIME_SUPPORT_H

#include "support.h"

#include "cl/runtime.h"

/* A new empty directory, removed with all it holds by test_directory_remove. */
char *test_directory_new(void);
void test_directory_remove(char *directory);
/* directory/name, valid for the next few calls. */
const char *test_path(const char *directory, const char *name);
void test_file_write(const char *path, const void *data, size_t bytes);
void test_kernel_write(const char *directory, const char *name, const char *text);
char *test_file_read(const char *path, size_t *bytes);
/* Names of the files in a directory that start so. */
int test_files_starting(const char *directory, const char *start, char names[][128], int maximum);

/* Lines logged so far, as one text. */
typedef struct test_log {
    char text[1 << 16];
    size_t used;
} test_log;
void test_log_line(void *log, clpt_log_level level, const char *line);
int test_count(const char *text, const char *word);
/* Fails unless the context's choices hold this text. */
void test_shown(clpt_context *context, const char *text);

/* Opens the device under test with these directories ("off" and NULL as in the options); the log may be NULL. */
clpt_context *test_open_with(const char *kernel_dir, const char *cache_dir, test_log *log);

/* A buffer of bytes. */
clpt_buffer *test_bytes(clpt_context *context, int64_t bytes);

#endif
