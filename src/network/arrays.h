/* SPDX-License-Identifier: Apache-2.0 */
/* Named arrays of a network that callers copy. */
#ifndef CLPTI_NETWORK_ARRAYS_H
#define CLPTI_NETWORK_ARRAYS_H

#include "network/network.h"

typedef struct clpti_network_entry {
    clpt_network_array array;
    clpt_buffer *buffer; /* NULL: counters on the host */
    int64_t offset;
} clpti_network_entry;

/* Checks `numbers` and copies it to (`set`) or from the entry. Returns when done. */
clpt_status clpti_network_entry_copy(clpt_network *network, const char *function, const clpti_network_entry *entry,
                                     const clpt_array *numbers, bool set);

#endif
