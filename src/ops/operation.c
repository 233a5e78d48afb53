/* SPDX-License-Identifier: Apache-2.0 */
#include "ops/operation.h"

#include <stdio.h>
#include <string.h>

#include "core/tuning.h"

static bool is_operation(const char *name, size_t length)
{
    for (const clpti_operation *const *o = clpti_operations; *o; o++)
        if (strlen((*o)->name) == length && !strncmp((*o)->name, name, length)) return true;
    return false;
}

static bool is_known(const clpti_operation *operation)
{
    const clpti_operation *const *o = clpti_operations;
    while (*o && *o != operation) o++;
    return *o != NULL;
}

bool clpti_is_operation(const char *name)
{
    return is_operation(name, strlen(name));
}

clpt_status clpti_variants_check(const char *wanted, clpt_message *message)
{
    for (const char *item = wanted; *item;) {
        size_t length = strcspn(item, ","), name = strcspn(item, "=,");
        if (name + 1 >= length)
            return clpti_fail(
                message, CLPT_ERROR_ARGUMENT,
                "'%.*s' in the variants asked for (CLPTYCHO_VARIANTS) is not of the form operation=variant",
                (int)length, item);
        if (!is_operation(item, name)) {
            char list[2000] = "";
            size_t used = 0;
            for (const clpti_operation *const *o = clpti_operations; *o && used < sizeof list; o++)
                used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", used ? ", " : "", (*o)->name);
            return clpti_fail(message, CLPT_ERROR_ARGUMENT,
                              "no operation is called '%.*s' (CLPTYCHO_VARIANTS asks for it); there are %s", (int)name,
                              item, list);
        }
        item += length + (item[length] == ',');
    }
    return CLPT_OK;
}

static bool applies(const clpti_variant *variant, const clpt_context *context, const void *args)
{
    return !variant->applicable || variant->applicable(context, args);
}

static const char *variant_list(const clpti_operation *operation, char list[200])
{
    size_t used = 0;
    list[0] = '\0';
    for (const clpti_variant *v = operation->variants; v->name && used < 200; v++)
        used += (size_t)snprintf(list + used, 200 - used, "%s%s", used ? ", " : "", v->name);
    return list;
}

static clpt_status unknown_variant(clpt_context *context, const clpti_operation *operation, const char *wanted)
{
    char list[200];
    return clpti_fail(&context->message, CLPT_ERROR_ARGUMENT,
                      "%s has no variant '%s' (CLPTYCHO_VARIANTS asks for it); its variants are: %s", operation->name,
                      wanted, variant_list(operation, list));
}

/* The variant that a tuning row prefers, where it applies; else NULL. */
static const clpti_variant *preferred(clpt_context *context, const clpti_operation *operation, const void *args)
{
    char list[200];
    const clpti_variant *v = operation->variants;
    const char *name = clpti_tuned_variant(context, operation->name);
    if (!name) return NULL;
    while (v->name && strcmp(v->name, name)) v++;
    if (!v->name) {
        clpti_tuned_variant_unknown(context, operation->name, variant_list(operation, list));
        return NULL;
    }
    context->tried_operation = operation->name;
    context->tried_variant = name;
    bool good = applies(v, context, args);
    context->tried_operation = context->tried_variant = NULL;
    return good ? v : NULL;
}

/* The variant that the options force, else the one that a tuning row prefers, else the first that applies. */
static clpt_status choose(clpt_context *context, const clpti_operation *operation, const void *args,
                          const clpti_variant **chosen)
{
    char name[40];
    const char *wanted = clpti_wanted_variant(context, operation->name, name, sizeof name);
    if (!wanted && (*chosen = preferred(context, operation, args))) return CLPT_OK;
    for (const clpti_variant *v = operation->variants; v->name; v++) {
        if (wanted && strcmp(v->name, wanted)) continue;
        if (applies(v, context, args)) {
            *chosen = v;
            return CLPT_OK;
        }
        if (wanted)
            return clpti_fail(&context->message, CLPT_ERROR_ARGUMENT,
                              "the variant '%s' of %s does not apply here: it needs %s (CLPTYCHO_VARIANTS asks for it)",
                              wanted, operation->name, v->needs ? v->needs : "another device");
    }
    return unknown_variant(context, operation, wanted ? wanted : "");
}

const clpti_variant *clpti_operation_choice(clpt_context *context, const clpti_operation *operation, const void *args)
{
    const clpti_variant *chosen = NULL;
    if (clpti_is_reference(context) || choose(context, operation, args, &chosen) != CLPT_OK) return NULL;
    return chosen;
}

clpt_status clpti_operation_run(clpt_context *context, const clpti_operation *operation, const void *args)
{
    if (!is_known(operation))
        return clpti_fail(&context->message, CLPT_ERROR_INTERNAL, "the operation '%s' is missing from operations.c",
                          operation->name);
    if (clpti_is_reference(context)) return operation->reference(context, args);
    const clpti_variant *variant = NULL;
    clpt_status status = choose(context, operation, args, &variant);
    if (status != CLPT_OK) return status;
    clpti_choice *choice = clpti_choose(context, operation->name, variant->name);
    if (choice) choice->operation = operation;
    return variant->run(context, args);
}
