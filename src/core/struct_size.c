/* SPDX-License-Identifier: Apache-2.0 */
/* Public structs of any version: conversion between the caller's size and the library's. */
#include "core/struct_size.h"

#include <string.h>

enum { SIZE_LIMIT = 1 << 16 }; /* bytes; a larger size is uninitialised memory */

static void put_defaults(const clpti_struct *type, void *target, size_t size)
{
    size_t known = size < type->size ? size : type->size;
    memset(target, 0, size);
    if (type->defaults) memcpy(target, type->defaults, known);
    memcpy(target, &size, sizeof size);
}

void clpti_struct_init(const clpti_struct *type, void *target, size_t size)
{
    if (target && size >= sizeof size) put_defaults(type, target, size);
}

static clpt_status check(const clpti_struct *type, const char *function, const void *given, size_t size,
                         clpt_message *message)
{
    if (size < sizeof size || size > SIZE_LIMIT)
        return clpti_fail(message, CLPT_ERROR_ARGUMENT,
                          "%s: the size of %s is %zu; set it to sizeof(%s), or start from the struct's defaults",
                          function, type->name, size, type->name);
    for (size_t i = type->size; i < size; i++)
        if (((const unsigned char *)given)[i])
            return clpti_fail(message, CLPT_ERROR_ARGUMENT,
                              "%s: %s has %zu bytes, of which clptycho %s supports %zu, and a field beyond these is "
                              "set; it requires a later version of the library",
                              function, type->name, size, clpt_version(), type->size);
    return CLPT_OK;
}

clpt_status clpti_struct_read(const clpti_struct *type, const char *function, const void *given, void *copy,
                              clpt_message *message)
{
    size_t size;
    put_defaults(type, copy, type->size);
    if (!given) return CLPT_OK;
    memcpy(&size, given, sizeof size);
    clpt_status status = check(type, function, given, size, message);
    if (status != CLPT_OK) return status;
    memcpy(copy, given, size < type->size ? size : type->size);
    memcpy(copy, &type->size, sizeof type->size);
    return CLPT_OK;
}

void clpti_struct_write(const clpti_struct *type, const void *made, void *target)
{
    size_t size;
    memcpy(&size, target, sizeof size);
    memcpy(target, made, size < type->size ? size : type->size);
    memcpy(target, &size, sizeof size);
}
