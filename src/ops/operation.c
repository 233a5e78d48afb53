/* SPDX-License-Identifier: Apache-2.0 */
/* Selection and execution of an operation's variant, or of its reference. */
#include "ops/operation.h"

#include <stdio.h>
#include <string.h>

#include "core/tuning.h"

bool clpti_is_operation(const char *name)
{
    return clpti_operation_find(name, strlen(name)) != NULL;
}

const clpti_operation *clpti_operation_find(const char *name, size_t length)
{
    for (const clpti_operation *const *o = clpti_operations; *o; o++)
        if (strlen((*o)->name) == length && !strncmp((*o)->name, name, length)) return *o;
    return NULL;
}

static bool is_known(const clpti_operation *operation)
{
    const clpti_operation *const *o = clpti_operations;
    while (*o && *o != operation) o++;
    return *o != NULL;
}

/* ---- choosing a variant ---- */

/* A variant and the way it was chosen. */
typedef struct choice {
    const clpti_variant *variant;
    enum { FIRST, REQUESTED, PREFERRED } way;
    uint32_t refused; /* bit k: variant k was tried and does not apply */
} choice;

static bool applies(const clpti_variant *variant, const clpt_context *context, const void *args)
{
    return !variant->applicable || variant->applicable(context, args);
}

static const char *needs_of(const clpti_variant *variant)
{
    return variant->needs ? variant->needs : "another device";
}

static const char *variant_list(const clpti_operation *operation, char list[200])
{
    list[0] = '\0';
    for (const clpti_variant *v = operation->variants; v->name; v++)
        clpti_append(list, 200, "%s%s", *list ? ", " : "", v->name);
    return list;
}

/* "n64: requires …", one line per variant rejected before the chosen one. */
static void list_rejected(const clpt_context *context, const clpti_operation *operation, const choice *chosen,
                          char *text, size_t size)
{
    bool before = true;
    text[0] = '\0';
    for (const clpti_variant *v = operation->variants; v->name; v++) {
        if (v == chosen->variant) before = false;
        if (chosen->refused >> (v - operation->variants) & 1)
            clpti_append(text, size, "%s%s: requires %s", *text ? "\n" : "", v->name, needs_of(v));
        else if (before && clpti_is_disabled(context->without, operation->name, v->name))
            clpti_append(text, size, "%s%s: disabled (--without, CLPTYCHO_WITHOUT)", *text ? "\n" : "", v->name);
    }
}

static clpt_status unknown_variant(clpt_context *context, const clpti_operation *operation, const char *requested)
{
    char list[200];
    return clpti_fail(&context->message, CLPT_ERROR_ARGUMENT,
                      "operation '%s' has no variant '%s' (CLPTYCHO_VARIANTS); its variants are %s", operation->name,
                      requested, variant_list(operation, list));
}

static clpt_status none_applies(clpt_context *context, const clpti_operation *operation, const choice *none)
{
    char why[1024], list[200];
    list_rejected(context, operation, none, why, sizeof why);
    for (char *end = why; (end = strchr(end, '\n'));) *end = ';';
    return clpti_fail(&context->message, CLPT_ERROR_ARGUMENT,
                      "all variants of '%s' (%s) are disabled or unsupported here: %s", operation->name,
                      variant_list(operation, list), why);
}

/* The variant preferred by a tuning entry, if it applies; otherwise variant NULL. */
static clpt_status choose_preferred(clpt_context *context, const clpti_operation *operation, const void *args,
                                    choice *chosen)
{
    clpt_status status = CLPT_OK;
    char list[200];
    const clpti_variant *v = operation->variants;
    const char *name = clpti_tuned_variant(context, operation->name);
    if (!name || clpti_is_disabled(context->without, operation->name, name)) return CLPT_OK;
    while (v->name && strcmp(v->name, name)) v++;
    if (!v->name) {
        clpti_tuned_variant_unknown(context, operation->name, variant_list(operation, list));
        return CLPT_OK;
    }
    CLPTI_TRY(clpti_variant_try(context, operation->name, name));
    bool good = applies(v, context, args);
    CLPTI_TRY(clpti_variant_try(context, NULL, NULL));
    if (good)
        *chosen = (choice){.variant = v, .way = PREFERRED};
    else
        chosen->refused |= UINT32_C(1) << (v - operation->variants);
cleanup:
    return status;
}

static clpt_status choose_requested(clpt_context *context, const clpti_operation *operation, const void *args,
                                    const char *requested, choice *chosen)
{
    const clpti_variant *v = operation->variants;
    while (v->name && strcmp(v->name, requested)) v++;
    if (!v->name) return unknown_variant(context, operation, requested);
    *chosen = (choice){.variant = v, .way = REQUESTED};
    if (applies(v, context, args)) return CLPT_OK;
    return clpti_fail(&context->message, CLPT_ERROR_ARGUMENT,
                      "variant '%s' of '%s' (CLPTYCHO_VARIANTS) does not apply here: it requires %s", requested,
                      operation->name, needs_of(v));
}

/* The variant forced by the options, otherwise the one preferred by a tuning entry, otherwise the first that applies. A
 * disabled variant is never chosen; clpti_switches_check has rejected options that both force and disable it. */
static clpt_status choose(clpt_context *context, const clpti_operation *operation, const void *args, choice *chosen)
{
    char name[40];
    const char *requested = clpti_requested_variant(context, operation->name, name, sizeof name);
    if (requested) return choose_requested(context, operation, args, requested, chosen);
    *chosen = (choice){.way = FIRST};
    clpt_status status = choose_preferred(context, operation, args, chosen);
    if (status != CLPT_OK || chosen->variant) return status;
    for (const clpti_variant *v = operation->variants; v->name; v++) {
        if (clpti_is_disabled(context->without, operation->name, v->name)) continue;
        chosen->variant = v;
        if (applies(v, context, args)) return CLPT_OK;
        chosen->refused |= UINT32_C(1) << (v - operation->variants);
    }
    chosen->variant = NULL;
    return none_applies(context, operation, chosen);
}

/* ---- recording the choice ---- */

static void reason_of(clpt_context *context, const clpti_operation *operation, const choice *chosen, char *text,
                      size_t size)
{
    char list[200];
    if (clpti_is_reference(context))
        snprintf(text, size, "reference context: plain C in double precision");
    else if (chosen->way == REQUESTED)
        snprintf(text, size, "requested (CLPTYCHO_VARIANTS)");
    else if (chosen->way == PREFERRED)
        snprintf(text, size, "preferred by tuning: %s", clpti_tuned_source(context, operation->name));
    else if (!operation->variants[1].name)
        snprintf(text, size, "only variant");
    else
        snprintf(text, size, "first of %s that applies", variant_list(operation, list));
}

/* NULL if out of memory. */
static clpti_choice *record(clpt_context *context, const clpti_operation *operation, const choice *chosen)
{
    char reason[512], refused[1024];
    uint64_t detail = (uint64_t)chosen->way << 32 | chosen->refused;
    const clpti_choices *all = clpti_choices_of(context);
    for (int i = 0; i < all->choice_count; i++) {
        clpti_choice *c = all->choices[i];
        if (c->operation == operation && c->variant == chosen->variant && c->detail == detail) return c;
    }
    reason_of(context, operation, chosen, reason, sizeof reason);
    refused[0] = '\0';
    if (chosen->way == FIRST && !clpti_is_reference(context))
        list_rejected(context, operation, chosen, refused, sizeof refused);
    clpti_choice *made =
        clpti_choice_record(context, CLPT_CHOICE_OPERATION, operation->name, chosen->variant->name, reason, refused);
    if (!made) return NULL;
    made->operation = operation;
    made->variant = chosen->variant;
    made->detail = detail;
    return made;
}

static int begin(clpt_context *context, clpti_choice *made)
{
    if (made) made->record.runs++;
    return clpti_choice_begin(context, made);
}

static clpt_status run_reference(clpt_context *context, const clpti_operation *operation, const void *args)
{
    static const clpti_variant reference = {.name = "reference"};
    choice plain = {.variant = &reference};
    if (!operation->reference)
        return clpti_fail(&context->message, CLPT_ERROR_INTERNAL, "operation '%s' has no reference", operation->name);
    int before = begin(context, record(context, operation, &plain));
    clpt_status status = operation->reference(context, args);
    clpti_choice_end(context, before);
    return status;
}

const clpti_variant *clpti_operation_choice(clpt_context *context, const clpti_operation *operation, const void *args)
{
    choice chosen = {0};
    if (clpti_is_reference(context) || choose(context, operation, args, &chosen) != CLPT_OK) return NULL;
    return chosen.variant;
}

clpt_status clpti_operation_run(clpt_context *context, const clpti_operation *operation, const void *args)
{
    choice chosen = {0};
    if (!is_known(operation))
        return clpti_fail(&context->message, CLPT_ERROR_INTERNAL, "operation '%s' is missing from operations.c",
                          operation->name);
    if (clpti_is_reference(context)) return run_reference(context, operation, args);
    clpt_status status = choose(context, operation, args, &chosen);
    if (status != CLPT_OK) return status;
    int before = begin(context, record(context, operation, &chosen));
    status = chosen.variant->run(context, args);
    clpti_choice_end(context, before);
    return status;
}
