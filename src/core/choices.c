/* SPDX-License-Identifier: Apache-2.0 */
/* What was chosen, so that it can be shown, and what the options want chosen. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/context.h"

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

/* A place for one more choice; NULL when there is no memory: then it is only logged. */
static clpti_choice *add(clpt_context *context)
{
    if (context->choice_count == context->choice_room) {
        int room = 2 * context->choice_room + 32;
        clpti_choice *grown = realloc(context->choices, (size_t)room * sizeof *grown);
        if (!grown) return NULL;
        context->choices = grown;
        context->choice_room = room;
    }
    context->choices[context->choice_count] = (clpti_choice){0};
    return &context->choices[context->choice_count++];
}

clpti_choice *clpti_choose(clpt_context *context, const char *what, const char *chosen)
{
    int i = 0;
    while (i < context->choice_count && strcmp(context->choices[i].what, what)) i++;
    bool known = i < context->choice_count;
    if (known && !strcmp(context->choices[i].chosen, chosen)) return &context->choices[i];
    clpti_choice *choice = known ? &context->choices[i] : add(context);
    if (choice) {
        snprintf(choice->what, sizeof choice->what, "%s", what);
        snprintf(choice->chosen, sizeof choice->chosen, "%s", chosen);
    }
    clpti_log(context, CLPT_LOG_INFO, "%s: %s", what, chosen);
    return choice;
}

const char *clpt_context_choices(clpt_context *context)
{
    if (!context) return "";
    size_t size = (size_t)context->choice_count * (sizeof(clpti_choice) + 4) + 1, used = 0;
    char *text = realloc(context->choices_text, size);
    if (!text) return "";
    context->choices_text = text;
    *text = 0;
    for (const clpti_choice *c = context->choices; c < context->choices + context->choice_count; c++)
        used += (size_t)snprintf(text + used, size - used, "%s: %s\n", c->what, c->chosen);
    return text;
}

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
