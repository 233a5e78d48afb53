/* SPDX-License-Identifier: Apache-2.0 */
/* What was chosen and what it ran, so that it can be shown. */
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

static void close_choices(void *state)
{
    clpti_choices *all = state;
    for (int i = 0; i < all->choice_count; i++) {
        free(all->choices[i].reason);
        free(all->choices[i].passed_over);
    }
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

/* One more element at the end of an array, zeroed; NULL when there is no memory. */
static void *grow(void **array, int *count, int *capacity, size_t size)
{
    if (*count == *capacity) {
        int more = 2 * *capacity + 32;
        void *grown = realloc(*array, (size_t)more * size);
        if (!grown) return NULL;
        *array = grown;
        *capacity = more;
    }
    return memset((char *)*array + (size_t)(*count)++ * size, 0, size);
}

/* ---- choices ---- */

static bool same_text(const char *kept, const char *given)
{
    return !strcmp(kept ? kept : "", given ? given : "");
}

static char *copy_of(const char *text)
{
    return text && *text ? clpti_strdup(text) : NULL;
}

clpti_choice *clpti_choice_record(clpt_context *context, clpt_choice_kind kind, const char *what, const char *chosen,
                                  const char *reason, const char *passed_over)
{
    clpti_choices *all = clpti_context_part(context, &part);
    if (!all) return NULL;
    for (clpti_choice *c = all->choices; c < all->choices + all->choice_count; c++)
        if (!strcmp(c->what, what) && !strcmp(c->chosen, chosen) && same_text(c->reason, reason) &&
            same_text(c->passed_over, passed_over))
            return c;
    bool tuned = kind == CLPT_CHOICE_TUNING;
    if (kind >= CLPT_CHOICE_TUNING && kind != CLPT_CHOICE_OTHER)
        clpti_log(context, CLPT_LOG_INFO, "%s: %s%s%s%s", what, chosen, tuned ? " (" : "", tuned ? reason : "",
                  tuned ? ")" : "");
    void *array = all->choices;
    clpti_choice *made = grow(&array, &all->choice_count, &all->choice_capacity, sizeof *made);
    all->choices = array;
    if (!made) return NULL;
    made->kind = kind;
    snprintf(made->what, sizeof made->what, "%s", what);
    snprintf(made->chosen, sizeof made->chosen, "%s", chosen);
    made->reason = copy_of(reason);
    made->passed_over = copy_of(passed_over);
    return made;
}

int clpti_choice_index(const clpt_context *context, const clpti_choice *choice)
{
    return choice ? (int)(choice - clpti_choices_of(context)->choices) + 1 : 0;
}

clpti_choice *clpti_choice_at(clpt_context *context, int index)
{
    clpti_choices *all = clpti_context_find(context, &part);
    return index ? &all->choices[index - 1] : NULL;
}

/* ---- what runs ---- */

int clpti_choice_begin(clpt_context *context, clpti_choice *choice)
{
    clpti_choices *all = clpti_context_find(context, &part);
    if (!all) return 0;
    int before = all->running;
    if (choice) choice->last = ++all->uses;
    all->running = clpti_choice_index(context, choice);
    return before;
}

void clpti_choice_end(clpt_context *context, int before)
{
    clpti_choices *all = clpti_context_find(context, &part);
    if (all) all->running = before;
}

static bool is_use(const clpti_kernel_use *use, const clpti_kernel_use *kernel)
{
    return use->choice == kernel->choice && use->file == kernel->file && use->kernel == kernel->kernel &&
           use->options == kernel->options;
}

/* The index of a use that is recorded already, else their number; `guess` is looked at first. */
static int find_use(const clpti_choices *all, const clpti_kernel_use *wanted, int guess)
{
    if (guess < all->kernel_count && is_use(&all->kernels[guess], wanted)) return guess;
    int at = 0;
    while (at < all->kernel_count && !is_use(&all->kernels[at], wanted)) at++;
    return at;
}

void clpti_kernel_count(clpt_context *context, const clpti_kernel_use *kernel, int *place)
{
    clpti_choices *all = clpti_context_part(context, &part);
    if (!all) return;
    clpti_choice *choice = all->running ? &all->choices[all->running - 1]
                                        : clpti_choice_record(context, CLPT_CHOICE_OTHER, "other", "", NULL, NULL);
    if (!choice) return;
    choice->kernels++;
    clpti_kernel_use wanted = *kernel;
    wanted.choice = (int)(choice - all->choices);
    int at = find_use(all, &wanted, *place);
    if (at == all->kernel_count) {
        void *array = all->kernels;
        clpti_kernel_use *made = grow(&array, &all->kernel_count, &all->kernel_capacity, sizeof *made);
        all->kernels = array;
        if (!made) return;
        *made = wanted;
    }
    *place = at;
    all->kernels[at].count++;
}

void clpti_choice_record_library(clpt_context *context, const char *library)
{
    clpti_choices *all = clpti_context_find(context, &part);
    if (all && all->running) all->choices[all->running - 1].library = library;
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
        const char *row = named ? item + before + 1 : item;
        size_t row_length = item_length - (size_t)(row - item);
        bool here = !named || (before == table_length && !strncmp(item, table, before));
        if (here && row_length == length && !strncmp(row, name, length)) return true;
        item += item_length + (item[item_length] == ',');
    }
    return false;
}
