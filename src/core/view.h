/* SPDX-License-Identifier: Apache-2.0 */
/* Buffers, and views of them, as plain structs; the functions are in src/buffer. */
#ifndef CLPTI_CORE_VIEW_H
#define CLPTI_CORE_VIEW_H

#include "core/status.h"

/* Elements of a buffer beyond the public types: geometry and index lists made by the library. */
typedef enum clpti_element {
    CLPTI_REAL,     /* float on a device, double in a reference context */
    CLPTI_COMPLEX,  /* two of these */
    CLPTI_POSITION, /* device only: {int x, y; float fx, fy}, cl/shared/position.h */
    CLPTI_INDEX,    /* int32_t on both */
    CLPTI_BYTE      /* device only: anything else */
} clpti_element;

struct clpt_buffer {
    clpt_context *context;
    clpti_element element;
    int64_t count;
    void *memory;  /* cl_mem on a device, host memory in a reference context */
    bool borrowed; /* wraps the caller's cl_mem */
};

/* A buffer and an offset in it. `buffer` NULL: absent. */
typedef struct clpti_view {
    clpt_buffer *buffer;
    int64_t offset; /* elements */
} clpti_view;

static inline clpti_view clpti_view_of(clpt_buffer *buffer)
{
    return (clpti_view){buffer, 0};
}
static inline clpti_view clpti_view_at(clpti_view view, int64_t elements)
{
    return (clpti_view){view.buffer, view.offset + elements};
}

#endif
