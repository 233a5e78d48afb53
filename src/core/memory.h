/* SPDX-License-Identifier: Apache-2.0 */
/* Host memory allocation with overflow checks. */
#ifndef CLPTI_CORE_MEMORY_H
#define CLPTI_CORE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* count·size zeroed bytes; NULL if out of memory or on overflow. At least one byte is allocated. */
void *clpti_calloc(int64_t count, size_t size);
/* As clpti_calloc, but not zeroed. */
void *clpti_malloc(int64_t count, size_t size);
char *clpti_strdup(const char *text);
/* product = a·b; false when it overflows or a factor is negative. */
bool clpti_multiply(int64_t a, int64_t b, int64_t *product);

#endif
