/* SPDX-License-Identifier: Apache-2.0 */
/* Records of what was chosen, why, and what it ran: a part of a context. And the switches that choices obey. */
#ifndef CLPTI_CORE_CHOICES_H
#define CLPTI_CORE_CHOICES_H

#include "core/status.h"

typedef struct clpti_choice {
    clpt_choice record; /* as the interface reports it; its texts except `library` are owned */
    int index;          /* from 1 */
    /* Of an operation (src/ops/operation.h): the table and its row, NULL in a reference context, and what more tells
     * this choice from others. */
    const struct clpti_operation *operation;
    const struct clpti_variant *variant;
    uint64_t detail;
    uint64_t last; /* the later of two uses has the larger number */
} clpti_choice;

/* All records of a context, oldest first, at addresses that do not change. */
typedef struct clpti_choices {
    clpti_choice **choices;
    int choice_count, choice_capacity;
    clpt_kernel_use **kernels; /* texts are the programs', which stay as long as the context */
    int kernel_count, kernel_capacity;
    int running; /* index of the choice that runs, from 1; 0: none */
    uint64_t uses;
    const char *tried_operation, *tried_variant; /* see clpti_variant_try */
} clpti_choices;

/* To be read only. An empty list where nothing was recorded. */
const clpti_choices *clpti_choices_of(const clpt_context *context);

/* The record of what was chosen, made (and logged) when it is new. NULL when there is no memory to remember it. */
clpti_choice *clpti_choice_record(clpt_context *context, clpt_choice_kind kind, const char *what, const char *chosen,
                                  const char *reason, const char *rejected);
/* A provider that failed before its first use, and the reason. */
void clpti_choice_set_failed(clpti_choice *choice, const char *reason);

/* What runs now (NULL: nothing that is known): kernels count for it until clpti_choice_end, which takes what
 * clpti_choice_begin returned. The two do not count a run: clpt_choice.runs does. */
int clpti_choice_begin(clpt_context *context, clpti_choice *choice);
void clpti_choice_end(clpt_context *context, int before);
/* Counts a kernel that was enqueued for what runs. `place` is kept by the caller, 0 at first. */
void clpti_kernel_count(clpt_context *context, const clpt_kernel_use *kernel, int *place);
/* A library (static text) enqueues kernels of its own for what runs. */
void clpti_choice_record_library(clpt_context *context, const char *library);

/* A record by its index, from 1; NULL for 0. */
clpti_choice *clpti_choice_at(clpt_context *context, int index);
/* 0 for NULL. */
int clpti_choice_index(const clpti_choice *choice);

/* The variant wanted for `operation` by the options, or by the tuning row that is being tried, or NULL. The text
 * belongs to `name` (at least 40 bytes). */
const char *clpti_requested_variant(const clpt_context *context, const char *operation, char *name, size_t size);
/* Until the next call, `variant` counts as wanted for `operation`; both NULL: none does. Static or lasting text. */
clpt_status clpti_variant_try(clpt_context *context, const char *operation, const char *variant);
/* Whether the row `name` of a table (an operation's, or "fft") is switched off by "name,table=name,…"; NULL: no. */
bool clpti_is_disabled(const char *without, const char *table, const char *name);

/* Appends to a text that is cut off where it is full. */
void clpti_append(char *text, size_t size, const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif
