/* SPDX-License-Identifier: Apache-2.0 */
/* The records of choices as the public interface shows them: one by one, and as text for people. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/context.h"

/* ---- records ---- */

static void copy(char *to, size_t size, const char *from)
{
    snprintf(to, size, "%s", from ? from : "");
}

int64_t clpt_context_get_choice_count(const clpt_context *context)
{
    return context ? clpti_choices_of(context)->choice_count : 0;
}

clpt_status clpt_context_get_choice(const clpt_context *context, int64_t index, clpt_choice *choice)
{
    if (!context || !choice || index < 0 || index >= clpt_context_get_choice_count(context)) return CLPT_ERROR_ARGUMENT;
    const clpti_choice *c = &clpti_choices_of(context)->choices[index];
    *choice = (clpt_choice){.kind = c->kind, .failed = c->failed, .runs = c->runs, .kernels = c->kernels};
    copy(choice->what, sizeof choice->what, c->what);
    copy(choice->chosen, sizeof choice->chosen, c->chosen);
    copy(choice->reason, sizeof choice->reason, c->reason);
    copy(choice->passed_over, sizeof choice->passed_over, c->passed_over);
    copy(choice->library, sizeof choice->library, c->library);
    return CLPT_OK;
}

int64_t clpt_context_get_kernel_count(const clpt_context *context)
{
    return context ? clpti_choices_of(context)->kernel_count : 0;
}

clpt_status clpt_context_get_kernel(const clpt_context *context, int64_t index, clpt_kernel_use *kernel)
{
    if (!context || !kernel || index < 0 || index >= clpt_context_get_kernel_count(context)) return CLPT_ERROR_ARGUMENT;
    const clpti_kernel_use *k = &clpti_choices_of(context)->kernels[index];
    *kernel = (clpt_kernel_use){.choice = k->choice, .cached = k->cached, .seconds = k->seconds, .count = k->count};
    snprintf(kernel->file, sizeof kernel->file, "%s.cl", k->file);
    copy(kernel->name, sizeof kernel->name, k->kernel);
    copy(kernel->options, sizeof kernel->options, k->options);
    copy(kernel->source, sizeof kernel->source, k->source);
    return CLPT_OK;
}

/* ---- text ---- */

/* The text given out last, which belongs to the context. */
static void close_text(void *state)
{
    char **text = state;
    free(*text);
    *text = NULL;
}

static const clpti_part text_part = {"the text of choices", sizeof(char *), close_text};

/* A stream into the context's text; NULL when there is no memory. */
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

/* What clpt_context_choices lists. */
static bool is_listed(const clpti_choice *c)
{
    return !c->failed && c->kind >= CLPT_CHOICE_TUNING && c->kind <= CLPT_CHOICE_OPERATION;
}

/* Whether an earlier record has said the same line. */
static bool repeats(const clpti_choices *all, const clpti_choice *choice)
{
    for (const clpti_choice *c = all->choices; c < choice; c++)
        if (is_listed(c) && !strcmp(c->what, choice->what) && !strcmp(c->chosen, choice->chosen)) return true;
    return false;
}

const char *clpt_context_choices(clpt_context *context)
{
    size_t size = 0;
    FILE *stream = context ? text_open(context, &size) : NULL;
    if (!stream) return "";
    const clpti_choices *all = clpti_choices_of(context);
    for (const clpti_choice *c = all->choices; c < all->choices + all->choice_count; c++) {
        if (!is_listed(c) || repeats(all, c)) continue;
        fprintf(stream, "%s: %s", c->what, c->chosen);
        if (c->kind == CLPT_CHOICE_TUNING) fprintf(stream, " (%s)", c->reason ? c->reason : "");
        fputc('\n', stream);
    }
    return text_close(context, stream);
}

static void put_kernels(FILE *stream, const clpti_choices *all, int choice)
{
    for (const clpti_kernel_use *k = all->kernels; k < all->kernels + all->kernel_count; k++)
        if (k->choice == choice)
            fprintf(stream, "    %s: %" PRId64 " x, %s.cl [%s], %s in %.3f s\n", k->kernel, k->count, k->file,
                    k->options, k->cached ? "taken from the cache" : "built", k->seconds);
}

static void put_passed_over(FILE *stream, const char *text)
{
    while (text && *text) {
        size_t length = strcspn(text, "\n");
        fprintf(stream, "    not %.*s\n", (int)length, text);
        text += length + (text[length] == '\n');
    }
}

static void put_choice(FILE *stream, const clpti_choices *all, const clpti_choice *c)
{
    fputs(c->what, stream);
    if (*c->chosen) fprintf(stream, ": %s", c->chosen);
    if (c->reason) fprintf(stream, " - %s", c->reason);
    if (c->runs) fprintf(stream, "; ran %" PRId64 " time%s", c->runs, c->runs == 1 ? "" : "s");
    if (c->kernels) fprintf(stream, ", %" PRId64 " kernel%s", c->kernels, c->kernels == 1 ? "" : "s");
    if (c->library) fprintf(stream, " and %s's own", c->library);
    fputc('\n', stream);
    put_passed_over(stream, c->passed_over);
    put_kernels(stream, all, (int)(c - all->choices));
}

const char *clpt_context_explain(clpt_context *context)
{
    size_t size = 0;
    FILE *stream = context ? text_open(context, &size) : NULL;
    if (!stream) return "";
    const clpti_choices *all = clpti_choices_of(context);
    for (const clpti_choice *c = all->choices; c < all->choices + all->choice_count; c++) put_choice(stream, all, c);
    return text_close(context, stream);
}
