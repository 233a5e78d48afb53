/* SPDX-License-Identifier: Apache-2.0 */
#include "ops/operation.h"

#include <string.h>

static bool applies(const clpti_variant *variant, const clpt_context *context, const void *args)
{
    return !variant->applicable || variant->applicable(context, args);
}

/* The variant that the options force, else the first that applies. */
static clpt_status choose(clpt_context *context, const clpti_operation *operation, const void *args,
                          const clpti_variant **chosen)
{
    char name[40];
    const char *wanted = clpti_wanted_variant(context, operation->name, name, sizeof name);
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
    return clpti_fail(&context->message, CLPT_ERROR_ARGUMENT,
                      "%s has no variant '%s' (CLPTYCHO_VARIANTS asks for it); its general one is '%s'",
                      operation->name, wanted ? wanted : "", operation->variants->name);
}

clpt_status clpti_operation_run(clpt_context *context, const clpti_operation *operation, const void *args)
{
    if (clpti_is_reference(context)) return operation->reference(context, args);
    const clpti_variant *variant = NULL;
    clpt_status status = choose(context, operation, args, &variant);
    if (status != CLPT_OK) return status;
    clpti_choose(context, operation->name, variant->name);
    return variant->run(context, args);
}
