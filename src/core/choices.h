/* SPDX-License-Identifier: Apache-2.0 */
/* Records of choices: subject, chosen, reason, and the kernels that ran; a part of a context. Switches that force or
 * disable variants and providers. */
#ifndef CLPTI_CORE_CHOICES_H
#define CLPTI_CORE_CHOICES_H

#include "core/status.h"

typedef struct clpti_choice {
    clpt_choice record; /* as the interface reports it; its texts except `library` are owned */
    int index;          /* from 1 */
    /* Of an operation (src/ops/operation.h): table and entry, NULL in a reference context; and the properties that
     * distinguish this choice from others. */
    const struct clpti_operation *operation;
    const struct clpti_variant *variant;
    uint64_t detail;
    uint64_t last; /* the later of two uses has the larger number */
} clpti_choice;

/* All records of a context, oldest first, at addresses that do not change. */
typedef struct clpti_choices {
    clpti_choice **choices;
    int choice_count, choice_capacity;
    clpt_kernel_use **kernels; /* texts belong to the programs, which live as long as the context */
    int kernel_count, kernel_capacity;
    int running; /* index of the running choice, from 1; 0: none */
    uint64_t uses;
    const char *tried_operation, *tried_variant; /* see clpti_variant_try */
} clpti_choices;

/* Read-only. An empty list if nothing was recorded. */
const clpti_choices *clpti_choices_of(const clpt_context *context);

/* The record of a choice, created and logged if it is new. NULL if out of memory. */
clpti_choice *clpti_choice_record(clpt_context *context, clpt_choice_kind kind, const char *what, const char *chosen,
                                  const char *reason, const char *rejected);
/* A provider that failed before its first use, and the reason. */
void clpti_choice_set_failed(clpti_choice *choice, const char *reason);

/* Makes `choice` the running one (NULL: unknown): kernels count for it until clpti_choice_end, which takes the return
 * value of clpti_choice_begin. The two do not count a run: clpt_choice.runs does. */
int clpti_choice_begin(clpt_context *context, clpti_choice *choice);
void clpti_choice_end(clpt_context *context, int before);
/* Counts an enqueued kernel for the running choice. `guess`: memory of the caller for a search index, initially 0. */
void clpti_kernel_count(clpt_context *context, const clpt_kernel_use *kernel, int *guess);
/* A library (static text) enqueues its own kernels for the running choice. */
void clpti_choice_record_library(clpt_context *context, const char *library);

/* A record by its index, from 1; NULL for 0. */
clpti_choice *clpti_choice_at(clpt_context *context, int index);
/* 0 for NULL. */
int clpti_choice_index(const clpti_choice *choice);

/* The variant of `operation` forced by the options or by the tuning entry under trial; NULL: none. The text is stored
 * in `name` (at least 40 bytes). */
const char *clpti_requested_variant(const clpt_context *context, const char *operation, char *name, size_t size);
/* Forces `variant` of `operation` until the next call; both NULL: none. Texts must outlive the call. */
clpt_status clpti_variant_try(clpt_context *context, const char *operation, const char *variant);
/* True if entry `name` of a table (an operation's, or "fft") is disabled by the list "name,table=name,…"; NULL:
 * false. */
bool clpti_is_disabled(const char *without, const char *table, const char *name);

/* Appends to a text, truncated to its size. */
void clpti_append(char *text, size_t size, const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif
