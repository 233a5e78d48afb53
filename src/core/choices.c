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

/* One more element at the end of an array, zeroed; NULL when there is no memory. */
static void *grow(void **array, int *count, int *room, size_t size)
{
    if (*count == *room) {
        int more = 2 * *room + 32;
        void *grown = realloc(*array, (size_t)more * size);
        if (!grown) return NULL;
        *array = grown;
        *room = more;
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

clpti_choice *clpti_choose(clpt_context *context, clpt_choice_kind kind, const char *what, const char *chosen,
                           const char *reason, const char *passed_over)
{
    for (clpti_choice *c = context->choices; c < context->choices + context->choice_count; c++)
        if (!strcmp(c->what, what) && !strcmp(c->chosen, chosen) && same_text(c->reason, reason) &&
            same_text(c->passed_over, passed_over))
            return c;
    bool tuned = kind == CLPT_CHOICE_TUNING;
    if (kind >= CLPT_CHOICE_TUNING && kind != CLPT_CHOICE_OTHER)
        clpti_log(context, CLPT_LOG_INFO, "%s: %s%s%s%s", what, chosen, tuned ? " (" : "", tuned ? reason : "",
                  tuned ? ")" : "");
    void *array = context->choices;
    clpti_choice *made = grow(&array, &context->choice_count, &context->choice_room, sizeof *made);
    context->choices = array;
    if (!made) return NULL;
    made->kind = kind;
    snprintf(made->what, sizeof made->what, "%s", what);
    snprintf(made->chosen, sizeof made->chosen, "%s", chosen);
    made->reason = copy_of(reason);
    made->passed_over = copy_of(passed_over);
    return made;
}

/* ---- what runs ---- */

int clpti_run_begin(clpt_context *context, clpti_choice *choice)
{
    int before = context->running;
    if (choice) choice->last = ++context->uses;
    context->running = choice ? (int)(choice - context->choices) + 1 : 0;
    return before;
}

void clpti_run_end(clpt_context *context, int before)
{
    context->running = before;
}

static bool is_use(const clpti_kernel_use *use, const clpti_kernel_use *kernel)
{
    return use->choice == kernel->choice && use->file == kernel->file && use->kernel == kernel->kernel &&
           use->options == kernel->options;
}

void clpti_kernel_count(clpt_context *context, const clpti_kernel_use *kernel, int *place)
{
    clpti_choice *choice = context->running ? &context->choices[context->running - 1]
                                            : clpti_choose(context, CLPT_CHOICE_OTHER, "other", "", NULL, NULL);
    if (!choice) return;
    choice->kernels++;
    clpti_kernel_use wanted = *kernel;
    wanted.choice = (int)(choice - context->choices);
    int at = *place;
    if (at >= context->kernel_count || !is_use(&context->kernels[at], &wanted)) {
        for (at = 0; at < context->kernel_count && !is_use(&context->kernels[at], &wanted);) at++;
        if (at == context->kernel_count) {
            void *array = context->kernels;
            clpti_kernel_use *made = grow(&array, &context->kernel_count, &context->kernel_room, sizeof *made);
            context->kernels = array;
            if (!made) return;
            *made = wanted;
        }
        *place = at;
    }
    context->kernels[at].count++;
}

void clpti_library_ran(clpt_context *context, const char *library)
{
    if (context->running) context->choices[context->running - 1].library = library;
}

void clpti_choices_destroy(clpt_context *context)
{
    for (int i = 0; i < context->choice_count; i++) {
        free(context->choices[i].reason);
        free(context->choices[i].passed_over);
    }
    free(context->choices);
    free(context->kernels);
    free(context->choices_text);
    context->choices = NULL;
    context->kernels = NULL;
    context->choices_text = NULL;
    context->choice_count = context->choice_room = context->kernel_count = context->kernel_room = 0;
}

/* ---- switches ---- */

const char *clpti_wanted_variant(const clpt_context *context, const char *operation, char *name, size_t size)
{
    size_t length = strlen(operation);
    if (context->tried_operation && !strcmp(context->tried_operation, operation)) {
        snprintf(name, size, "%s", context->tried_variant);
        return name;
    }
    for (const char *item = context->variants_wanted; item && *item;) {
        const char *end = item + strcspn(item, ",");
        if (!strncmp(item, operation, length) && item[length] == '=') {
            snprintf(name, size, "%.*s", (int)(end - item - (ptrdiff_t)length - 1), item + length + 1);
            return name;
        }
        item = *end ? end + 1 : end;
    }
    return NULL;
}

bool clpti_is_off(const char *without, const char *table, const char *name)
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
