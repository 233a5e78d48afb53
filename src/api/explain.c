/* SPDX-License-Identifier: Apache-2.0 */
/* Records of choices in the public interface: one by one, and as text for the user. */
#include "api/explain.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/context.h"

/* ---- records ---- */

int64_t clpt_context_get_choice_count(const clpt_context *context)
{
    return context ? clpti_choices_of(context)->choice_count : 0;
}

const clpt_choice *clpt_context_get_choice(const clpt_context *context, int64_t index)
{
    bool exists = index >= 0 && index < clpt_context_get_choice_count(context);
    return exists ? &clpti_choices_of(context)->choices[index]->record : NULL;
}

int64_t clpt_context_get_kernel_count(const clpt_context *context)
{
    return context ? clpti_choices_of(context)->kernel_count : 0;
}

const clpt_kernel_use *clpt_context_get_kernel(const clpt_context *context, int64_t index)
{
    bool exists = index >= 0 && index < clpt_context_get_kernel_count(context);
    return exists ? clpti_choices_of(context)->kernels[index] : NULL;
}

/* ---- text ---- */

/* The text returned last; owned by the context. */
static void close_text(void *state)
{
    char **text = state;
    free(*text);
    *text = NULL;
}

static const clpti_part text_part = {"the text of choices", sizeof(char *), close_text};

/* A stream into the context's text; NULL if out of memory. */
static FILE *text_open(clpt_context *context, size_t *size)
{
    char **text = clpti_context_part(context, &text_part);
    if (!text) return NULL;
    close_text(text);
    return open_memstream(text, size);
}

static const char *text_close(clpt_context *context, FILE *stream)
{
    char **text = clpti_context_find(context, &text_part);
    if (fclose(stream) == 0 && *text) return *text;
    close_text(text);
    return "";
}

/* The choices of a summary. */
static bool is_listed(const clpt_choice *c)
{
    return !c->failed && c->kind >= CLPT_CHOICE_TUNING && c->kind <= CLPT_CHOICE_OPERATION;
}

/* True if an earlier choice has the same line. */
static bool repeats(const clpti_choices *all, int index)
{
    const clpt_choice *choice = &all->choices[index]->record;
    for (int i = 0; i < index; i++) {
        const clpt_choice *c = &all->choices[i]->record;
        if (is_listed(c) && !strcmp(c->what, choice->what) && !strcmp(c->chosen, choice->chosen)) return true;
    }
    return false;
}

const char *clpti_choices_summary(clpt_context *context)
{
    size_t size = 0;
    FILE *stream = context ? text_open(context, &size) : NULL;
    if (!stream) return "";
    const clpti_choices *all = clpti_choices_of(context);
    for (int i = 0; i < all->choice_count; i++) {
        const clpt_choice *c = &all->choices[i]->record;
        if (!is_listed(c) || repeats(all, i)) continue;
        fprintf(stream, "%s: %s", c->what, c->chosen);
        if (c->kind == CLPT_CHOICE_TUNING) fprintf(stream, " (%s)", c->reason);
        fputc('\n', stream);
    }
    return text_close(context, stream);
}

static void put_kernels(FILE *stream, const clpti_choices *all, int choice)
{
    for (int i = 0; i < all->kernel_count; i++) {
        const clpt_kernel_use *k = all->kernels[i];
        if (k->choice == choice)
            fprintf(stream, "    %s: %" PRId64 " x, %s.cl [%s], %s in %.3f s\n", k->name, k->count, k->program,
                    k->options, k->cached ? "taken from the cache" : "built", k->seconds);
    }
}

static void put_rejected(FILE *stream, const char *text)
{
    while (text && *text) {
        size_t length = strcspn(text, "\n");
        fprintf(stream, "    not %.*s\n", (int)length, text);
        text += length + (text[length] == '\n');
    }
}

static void put_choice(FILE *stream, const clpti_choices *all, int index)
{
    const clpt_choice *c = &all->choices[index]->record;
    fputs(c->what, stream);
    if (*c->chosen) fprintf(stream, ": %s", c->chosen);
    if (*c->reason) fprintf(stream, " - %s", c->reason);
    if (c->runs) fprintf(stream, "; ran %" PRId64 " time%s", c->runs, c->runs == 1 ? "" : "s");
    if (c->kernels) fprintf(stream, ", %" PRId64 " kernel%s", c->kernels, c->kernels == 1 ? "" : "s");
    if (*c->library) fprintf(stream, " and %s's own", c->library);
    fputc('\n', stream);
    put_rejected(stream, c->rejected);
    put_kernels(stream, all, index);
}

const char *clpt_context_explain(clpt_context *context)
{
    size_t size = 0;
    FILE *stream = context ? text_open(context, &size) : NULL;
    if (!stream) return "";
    const clpti_choices *all = clpti_choices_of(context);
    for (int i = 0; i < all->choice_count; i++) put_choice(stream, all, i);
    return text_close(context, stream);
}
