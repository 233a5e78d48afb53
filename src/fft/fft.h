/* SPDX-License-Identifier: Apache-2.0 */
/* FFT plans: one per side, each with the memory it transforms. An operation writes waves into a plan's memory, runs the
 * plan, and reads the result there, in chunks of at most `capacity` transforms. A provider is one file and one entry of
 * the table in fft.c; the first that applies and passes its self-check is used. */
#ifndef CLPTI_FFT_FFT_H
#define CLPTI_FFT_FFT_H

#include "buffer/buffer.h"

typedef struct clpti_fft_provider clpti_fft_provider;

typedef struct clpti_fft {
    struct clpti_fft *next;
    clpt_context *context;
    int64_t side;
    int64_t capacity;                   /* transforms that fit in `waves` */
    clpt_buffer *waves;                 /* complex [capacity, side, side], zero frequency at [0, 0] */
    const clpti_fft_provider *provider; /* NULL in a reference context */
    void *state;                        /* private to the provider */
    int choice;                         /* its record among the context's choices, counted from 1; 0: none */
} clpti_fft;

enum { CLPTI_FORWARD = -1, CLPTI_INVERSE = 1 };

struct clpti_fft_provider {
    const char *name;
    const char *needs;   /* preconditions in words */
    const char *library; /* builds programs of its own for each plan; NULL: none does */
    bool (*applicable)(const clpt_context *context, int64_t side);
    /* For "auto": providers are tried in table order, preferred ones first; NULL: not preferred. */
    bool (*preferred)(const clpt_context *context, int64_t side);
    clpt_status (*create)(clpti_fft *fft);
    /* Transforms the first `count` waves in place, unscaled. May overwrite the remaining waves up to capacity. */
    clpt_status (*run)(clpti_fft *fft, int64_t count, int direction);
    void (*destroy)(clpti_fft *fft);
    const clpti_part *part; /* the provider's state in a context, closed after its plans; NULL: none */
};

/* The plan for a side, created on first use with a capacity of at least `minimum` transforms (more where larger chunks
 * suit the device). The context owns the plan; a later call, for more capacity or other sides, may free it. */
clpt_status clpti_fft_get(clpt_context *context, int64_t side, int64_t minimum, clpti_fft **fft);
/* The same memory, without a provider unless the plan has one already: for kernels that contain their own transforms,
 * since creating a provider can take seconds. A later clpti_fft_get adds the provider and overwrites the memory. */
clpt_status clpti_fft_workspace(clpt_context *context, int64_t side, int64_t minimum, clpti_fft **fft);
/* A plan of the caller's own, with a capacity of `count`: its memory is the caller's between transforms. */
clpt_status clpti_fft_create(clpt_context *context, int64_t side, int64_t count, clpti_fft **fft);
void clpti_fft_destroy(clpti_fft **fft);
clpt_status clpti_fft_run(clpti_fft *fft, int64_t count, int direction);
/* Names of this build's providers, for index 0, 1, …; then NULL. */
const char *clpti_fft_provider_name(size_t index);
/* Names valid in tuning and switches, including providers that this build lacks. */
const char *clpti_fft_table_name(size_t index);

#endif
