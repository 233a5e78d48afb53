/* SPDX-License-Identifier: Apache-2.0 */
/* Records of choices (variants, FFT providers, tuning) and of the kernels that each one ran; switches that force or
 * disable them. */
#include "core/choices.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/context.h"
#include "core/memory.h"

void clpti_append(char *text, size_t size, const char *format, ...)
{
    size_t used = strlen(text);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text + used, size - used, format, arguments);
    va_end(arguments);
}

void clpti_log(const clpt_context *context, clpt_log_level level, const char *format, ...)
{
    if (!context->log) return;
    char line[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    context->log(context->log_user, level, line);
}

static void free_choice(clpti_choice *choice)
{
    free((char *)choice->record.what);
    free((char *)choice->record.chosen);
    free((char *)choice->record.reason);
    free((char *)choice->record.rejected);
    free(choice);
}

static void close_choices(void *state)
{
    clpti_choices *all = state;
    for (int i = 0; i < all->choice_count; i++) free_choice(all->choices[i]);
    for (int i = 0; i < all->kernel_count; i++) free(all->kernels[i]);
    free(all->choices);
    free(all->kernels);
}

static const clpti_part part = {"records of choices", sizeof(clpti_choices), close_choices};

const clpti_choices *clpti_choices_of(const clpt_context *context)
{
    static const clpti_choices none = {0};
    const clpti_choices *all = clpti_context_find(context, &part);
    return all ? all : &none;
}

/* Space for one more pointer at the end of an array; false if out of memory. */
static bool reserve(void **array, int count, int *capacity)
{
    if (count < *capacity) return true;
    int more = 2 * *capacity + 32;
    void *grown = realloc(*array, (size_t)more * sizeof(void *));
    if (!grown) return false;
    *array = grown;
    *capacity = more;
    return true;
}

/* ---- choices ---- */

/* A record with its own copies of all texts; NULL if out of memory. */
static clpti_choice *copy_of(const clpt_choice *record)
{
    clpti_choice *made = calloc(1, sizeof *made);
    if (!made) return NULL;
    made->record = *record;
    made->record.what = clpti_strdup(record->what);
    made->record.chosen = clpti_strdup(record->chosen);
    made->record.reason = clpti_strdup(record->reason);
    made->record.rejected = clpti_strdup(record->rejected);
    if (made->record.what && made->record.chosen && made->record.reason && made->record.rejected) return made;
    free_choice(made);
    return NULL;
}

/* NULL if out of memory. */
static clpti_choice *append(clpti_choices *all, const clpt_choice *record)
{
    void *array = all->choices;
    clpti_choice *made = copy_of(record);
    if (!made) return NULL;
    if (!reserve(&array, all->choice_count, &all->choice_capacity)) {
        free_choice(made);
        return NULL;
    }
    all->choices = array;
    all->choices[all->choice_count++] = made;
    made->index = all->choice_count;
    return made;
}

static bool is_same(const clpt_choice *a, const clpt_choice *b)
{
    return !strcmp(a->what, b->what) && !strcmp(a->chosen, b->chosen) && !strcmp(a->reason, b->reason) &&
           !strcmp(a->rejected, b->rejected);
}

clpti_choice *clpti_choice_record(clpt_context *context, clpt_choice_kind kind, const char *what, const char *chosen,
                                  const char *reason, const char *rejected)
{
    clpti_choices *all = clpti_context_part(context, &part);
    if (!all) return NULL;
    const clpt_choice record = {.kind = kind,
                                .what = what,
                                .chosen = chosen,
                                .reason = reason ? reason : "",
                                .rejected = rejected ? rejected : "",
                                .library = ""};
    for (int i = 0; i < all->choice_count; i++)
        if (is_same(&all->choices[i]->record, &record)) return all->choices[i];
    bool tuned = kind == CLPT_CHOICE_TUNING;
    if (kind >= CLPT_CHOICE_TUNING && kind != CLPT_CHOICE_OTHER)
        clpti_log(context, CLPT_LOG_INFO, "%s: %s%s%s%s", what, chosen, tuned ? " (" : "", tuned ? reason : "",
                  tuned ? ")" : "");
    return append(all, &record);
}

void clpti_choice_set_failed(clpti_choice *choice, const char *reason)
{
    char *text = clpti_strdup(reason);
    choice->record.failed = true;
    if (!text) return;
    free((char *)choice->record.reason);
    choice->record.reason = text;
}

int clpti_choice_index(const clpti_choice *choice)
{
    return choice ? choice->index : 0;
}

clpti_choice *clpti_choice_at(clpt_context *context, int index)
{
    clpti_choices *all = clpti_context_find(context, &part);
    return index ? all->choices[index - 1] : NULL;
}

/* ---- kernels of the running choice ---- */

int clpti_choice_begin(clpt_context *context, clpti_choice *choice)
{
    clpti_choices *all = clpti_context_find(context, &part);
    if (!all) return 0;
    int before = all->running;
    if (choice) choice->last = ++all->uses;
    all->running = clpti_choice_index(choice);
    return before;
}

void clpti_choice_end(clpt_context *context, int before)
{
    clpti_choices *all = clpti_context_find(context, &part);
    if (all) all->running = before;
}

static bool is_use(const clpt_kernel_use *use, const clpt_kernel_use *kernel)
{
    return use->choice == kernel->choice && use->program == kernel->program && use->name == kernel->name &&
           use->options == kernel->options;
}

/* The index of an identical use, or the number of uses; `guess` is tried first. */
static int find_use(const clpti_choices *all, const clpt_kernel_use *use, int guess)
{
    if (guess < all->kernel_count && is_use(all->kernels[guess], use)) return guess;
    int at = 0;
    while (at < all->kernel_count && !is_use(all->kernels[at], use)) at++;
    return at;
}

/* Appends a use; false if out of memory. */
static bool append_use(clpti_choices *all, const clpt_kernel_use *use)
{
    void *array = all->kernels;
    clpt_kernel_use *made = malloc(sizeof *made);
    if (!made) return false;
    if (!reserve(&array, all->kernel_count, &all->kernel_capacity)) {
        free(made);
        return false;
    }
    *made = *use;
    all->kernels = array;
    all->kernels[all->kernel_count++] = made;
    return true;
}

void clpti_kernel_count(clpt_context *context, const clpt_kernel_use *kernel, int *guess)
{
    clpti_choices *all = clpti_context_part(context, &part);
    if (!all) return;
    clpti_choice *choice = all->running ? all->choices[all->running - 1]
                                        : clpti_choice_record(context, CLPT_CHOICE_OTHER, "other", "", NULL, NULL);
    if (!choice) return;
    choice->record.kernels++;
    clpt_kernel_use use = *kernel;
    use.choice = choice->index - 1;
    int at = find_use(all, &use, *guess);
    if (at == all->kernel_count && !append_use(all, &use)) return;
    *guess = at;
    all->kernels[at]->count++;
}

void clpti_choice_record_library(clpt_context *context, const char *library)
{
    clpti_choices *all = clpti_context_find(context, &part);
    if (all && all->running) all->choices[all->running - 1]->record.library = library;
}

/* ---- switches ---- */

clpt_status clpti_variant_try(clpt_context *context, const char *operation, const char *variant)
{
    clpti_choices *all = clpti_context_part(context, &part);
    if (!all) return CLPT_ERROR_MEMORY;
    all->tried_operation = operation;
    all->tried_variant = variant;
    return CLPT_OK;
}

const char *clpti_requested_variant(const clpt_context *context, const char *operation, char *name, size_t size)
{
    size_t length = strlen(operation);
    const clpti_choices *all = clpti_choices_of(context);
    if (all->tried_operation && !strcmp(all->tried_operation, operation)) {
        snprintf(name, size, "%s", all->tried_variant);
        return name;
    }
    for (const char *item = context->variants_requested; item && *item;) {
        const char *end = item + strcspn(item, ",");
        if (!strncmp(item, operation, length) && item[length] == '=') {
            snprintf(name, size, "%.*s", (int)(end - item - (ptrdiff_t)length - 1), item + length + 1);
            return name;
        }
        item = *end ? end + 1 : end;
    }
    return NULL;
}

bool clpti_is_disabled(const char *without, const char *table, const char *name)
{
    size_t table_length = strlen(table), length = strlen(name);
    for (const char *item = without; item && *item;) {
        size_t item_length = strcspn(item, ","), before = strcspn(item, "=,");
        bool named = before < item_length; /* "table=name" */
        const char *variant = named ? item + before + 1 : item;
        size_t variant_length = item_length - (size_t)(variant - item);
        bool here = !named || (before == table_length && !strncmp(item, table, before));
        if (here && variant_length == length && !strncmp(variant, name, length)) return true;
        item += item_length + (item[item_length] == ',');
    }
    return false;
}
