/* SPDX-License-Identifier: Apache-2.0 */
/* 128-bit digests of arrays and texts (XXH3). */
#include "core/digest.h"

#include <stdio.h>
#include <xxhash.h>

clpti_digest clpti_digest_of(const void *data, size_t bytes)
{
    clpti_digest digest;
    XXH128_hash_t hash = XXH3_128bits(data, bytes);
    snprintf(digest.text, sizeof digest.text, "%016llx%016llx", (unsigned long long)hash.high64,
             (unsigned long long)hash.low64);
    return digest;
}
