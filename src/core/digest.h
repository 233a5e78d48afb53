/* SPDX-License-Identifier: Apache-2.0 */
/* XXH3 with 128 bits (xxhash): to tell contents apart, not to keep secrets. */
#ifndef CLPTI_CORE_DIGEST_H
#define CLPTI_CORE_DIGEST_H

#include <stddef.h>

/* A digest's 32 hexadecimal digits and a terminator. */
typedef struct clpti_digest {
    char text[33];
} clpti_digest;
clpti_digest clpti_digest_of(const void *data, size_t bytes);

#endif
