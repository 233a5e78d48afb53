/* SPDX-License-Identifier: Apache-2.0 */
/* The inside of a context, free of OpenCL types: the state of src/cl hangs behind `cl`. */
#ifndef CLPTI_CORE_CONTEXT_H
#define CLPTI_CORE_CONTEXT_H

#include "core/choices.h"
#include "core/status.h"
#include "core/view.h"

struct clpti_cl;         /* src/cl/runtime.h */
struct clpti_fft;        /* src/fft/fft.h */
struct clpti_propagator; /* src/ops/propagator.h */
struct clpti_scratch;    /* src/buffer/scratch.c */
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
    bool dense_used;        /* src/ops/dense.h keeps count */
    bool clfft_used;        /* src/fft/fft_clfft.c likewise */
    bool gradient_prepared; /* src/ops/probe_gradient.c: its programs are all made */
    clpti_choice *choices;
    int choice_count, choice_room;
    clpti_kernel_use *kernels;
    int kernel_count, kernel_room;
    int running; /* index of the choice that runs, from 1; 0: none */
    uint64_t uses;
    char *choices_text;
};

static inline bool clpti_is_reference(const clpt_context *context)
{
    return context->cl == NULL;
}

void clpti_log(const clpt_context *context, clpt_log_level level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
