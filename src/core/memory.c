/* SPDX-License-Identifier: Apache-2.0 */
/* Host memory allocation with overflow checks. */
#include "core/memory.h"

#include <stdlib.h>
#include <string.h>

bool clpti_multiply(int64_t a, int64_t b, int64_t *product)
{
    return a >= 0 && b >= 0 && !__builtin_mul_overflow(a, b, product);
}

void *clpti_calloc(int64_t count, size_t size)
{
    return count < 0 ? NULL : calloc(count ? (size_t)count : 1, size ? size : 1);
}

void *clpti_malloc(int64_t count, size_t size)
{
    size_t bytes;
    if (count < 0 || __builtin_mul_overflow((size_t)count, size, &bytes)) return NULL;
    return malloc(bytes ? bytes : 1);
}

char *clpti_strdup(const char *text)
{
    size_t bytes = strlen(text) + 1;
    char *copy = malloc(bytes);
    return copy ? memcpy(copy, text, bytes) : NULL;
}
