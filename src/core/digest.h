/* SPDX-License-Identifier: Apache-2.0 */
/* 128-bit digests (XXH3 of xxhash) that identify contents; not cryptographic. */
#ifndef CLPTI_CORE_DIGEST_H
#define CLPTI_CORE_DIGEST_H

#include <stddef.h>

/* A digest's 32 hexadecimal digits and a terminator. */
typedef struct clpti_digest {
    char text[33];
} clpti_digest;
clpti_digest clpti_digest_of(const void *data, size_t bytes);

#endif
