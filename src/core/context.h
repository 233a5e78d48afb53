/* SPDX-License-Identifier: Apache-2.0 */
/* The inside of a context and its buffers, free of OpenCL types: what src/cl holds hangs behind `cl`. */
#ifndef CLPTI_CORE_CONTEXT_H
#define CLPTI_CORE_CONTEXT_H

#include "core/choices.h"
#include "core/status.h"

struct clpti_cl;         /* src/cl/runtime.h */
struct clpti_fft;        /* src/ops/fft.h */
struct clpti_propagator; /* src/ops/propagator.h */
struct clpti_scratch;    /* src/core/buffer.c */
struct clpti_tuning;     /* src/core/tuning.c */

typedef struct clpti_stages {
    int64_t side;
    clpt_buffer *roots;
} clpti_stages;

struct clpt_context {
    clpt_message message;
    clpt_device_info device;
    struct clpti_cl *cl;         /* NULL: a reference context */
    char *fft_wanted;            /* "auto" or a provider's name */
    char *variants_wanted;       /* "operation=variant,…" */
    char *without;               /* "clfft,exit_step=n64,…": never used */
    struct clpti_tuning *tuning; /* NULL: every parameter has its default */
    const char *tried_operation,
        *tried_variant;    /* while an operation asks whether a variant that a tuning row prefers applies; else NULL */
    uint64_t memory_limit; /* bytes one call may stage on the device */
    clpt_log_function log;
    void *log_user;
    struct clpti_fft *ffts;               /* plans made so far, one per side */
    struct clpti_propagator *propagators; /* near fields, last used first */
    clpti_stages stages[8];               /* src/ops/fused.h: twiddles of the sides used last */
    struct clpti_scratch *scratch;
    bool dense_used;        /* src/cl/dense.h keeps count */
    bool clfft_used;        /* src/cl/fft_clfft.c likewise */
    bool gradient_prepared; /* src/ops/probe_gradient.c: its programs are all made */
    clpti_choice *choices;
    int choice_count, choice_room;
    clpti_kernel_use *kernels;
    int kernel_count, kernel_room;
    int running; /* index of the choice that runs, from 1; 0: none */
    uint64_t uses;
    char *choices_text;
};

/* What a buffer holds beyond the public types: geometry and index lists made by the library. */
typedef enum clpti_element {
    CLPTI_REAL,    /* float on a device, double in a reference context */
    CLPTI_COMPLEX, /* two of these */
    CLPTI_PLACE,   /* device only: {int x, y; float fx, fy}, cl/shared/place.h */
    CLPTI_INDEX,   /* int32_t on both */
    CLPTI_BYTE     /* device only: anything else */
} clpti_element;

struct clpt_buffer {
    clpt_context *context;
    clpti_element element;
    int64_t count;
    void *memory;  /* cl_mem on a device, host memory in a reference context */
    bool borrowed; /* wraps the caller's cl_mem */
};

/* A place in a buffer. `buffer` NULL means "not given". */
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
static inline bool clpti_is_reference(const clpt_context *context)
{
    return context->cl == NULL;
}

/* Host memory of a view in a reference context: doubles, two per complex element; NULL for a view not given. */
double *clpti_host(clpti_view view);

/* Bytes of one element as the context stores it. */
size_t clpti_element_size(const clpt_context *context, clpti_element element);

/* ---- buffers (src/core/buffer.c) ---- */
clpt_status clpti_buffer_create(clpt_context *context, clpti_element element, int64_t count, clpt_buffer **buffer);
/* Scratch: taken from and given back to the context's pool. Giving back may come right after enqueueing: the queue is
 * in order, so the next user's work runs after. */
clpt_status clpti_scratch_take(clpt_context *context, clpti_element element, int64_t count, clpt_buffer **buffer);
void clpti_scratch_give(clpt_buffer **buffer);
void clpti_scratch_destroy(clpt_context *context);
/* Raw bytes in the element's own representation. `upload` copies the source before it returns and does not wait;
 * `download` waits. */
clpt_status clpti_upload(clpti_view to, const void *from, int64_t count);
clpt_status clpti_download(clpti_view from, void *to, int64_t count);
clpt_status clpti_copy(clpti_view from, clpti_view to, int64_t count);
clpt_status clpti_zero(clpti_view view, int64_t count);
/* Fields between host memory of any public type and a view, converting precision. */
clpt_status clpti_field_upload(clpti_view to, const void *from, clpt_type type, int64_t count);
clpt_status clpti_field_download(clpti_view from, void *to, clpt_type type, int64_t count);

void clpti_log(const clpt_context *context, clpt_log_level level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
