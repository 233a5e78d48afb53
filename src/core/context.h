/* SPDX-License-Identifier: Apache-2.0 */
/* The context: message, device, settings and parts, free of OpenCL types; the state of src/cl is behind `cl`. */
#ifndef CLPTI_CORE_CONTEXT_H
#define CLPTI_CORE_CONTEXT_H

#include "core/build.h"
#include "core/choices.h"
#include "core/part.h"
#include "core/status.h"
#include "core/view.h"

struct clpti_cl; /* src/cl/runtime.h */

struct clpt_context {
    clpt_message message;
    clpt_device_info device;
    struct clpti_cl *cl;      /* NULL: a reference context */
    char *fft_requested;      /* "auto" or a provider's name */
    char *variants_requested; /* "operation=variant,…" */
    char *without;            /* "clfft,exit_step=n64,…": never used */
    uint64_t memory_limit;    /* maximum bytes of staging memory per call */
    clpt_log_function log;
    void *log_user;
    clpti_build_listener build;
    clpti_parts parts; /* state of other files: plans, caches, records */
};

static inline void *clpti_context_part(clpt_context *context, const clpti_part *part)
{
    return clpti_part_get(&context->parts, part, &context->message);
}
static inline void *clpti_context_find(const clpt_context *context, const clpti_part *part)
{
    return clpti_part_find(&context->parts, part);
}
static inline bool clpti_is_reference(const clpt_context *context)
{
    return context->cl == NULL;
}

void clpti_log(const clpt_context *context, clpt_log_level level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
