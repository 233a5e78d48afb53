/* SPDX-License-Identifier: Apache-2.0 */
/* Support for tests of files: a directory of their own, and NPZ files made byte by byte. */
#ifndef CLPTYCHO_TESTS_IO_SUPPORT_H
#define CLPTYCHO_TESTS_IO_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "io/io.h"

int io_directory_make(void **state);   /* a group set-up */
int io_directory_remove(void **state); /* a group tear-down; fails where a .part file was left over */
const char *io_path(const char *name); /* inside that directory; valid until the third next call */

/* A .npy file in memory. */
typedef struct io_bytes {
    unsigned char bytes[8192];
    size_t count;
} io_bytes;

io_bytes io_npy(int major, const char *dictionary, const void *data, size_t data_bytes);
/* An NPZ with this one member. */
void io_write_member(const char *path, const char *member, const void *bytes, size_t count, bool deflate);
void io_write_npy(const char *path, const char *member, io_bytes npy);

io_bytes io_file(const char *path); /* reads a small file */
void io_write_file(const char *path, const void *bytes, size_t count);

/* The message of the last call. */
extern clpt_message io_message;

/* An NPZ with this one array, and an array read back. */
void io_write_one(const char *path, const char *name, clpt_type type, int rank, const int64_t *shape, const void *data);
clpt_status io_read_one(const char *path, const char *name, clpt_type type, clpti_tensor *tensor);

/* Asserts success and shows the message otherwise. */
void io_ok(clpt_status status, const clpt_message *message);
/* Asserts a failure whose message has every one of these parts (NULL ends them). */
void io_failed(clpt_status status, const clpt_message *message, ...) __attribute__((sentinel));

#endif
