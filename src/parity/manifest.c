/* SPDX-License-Identifier: Apache-2.0 */
/* Facts of a run: data and configuration, which must be equal in runs that are compared, and how it was run. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/digest.h"
#include "core/memory.h"
#include "parity/dump.h"

const char *const clpti_parity_sections[CLPTI_PARITY_SECTIONS] = {"data", "configuration", "run"};

clpt_status clpti_parity_manifest_add(clpti_parity_run *run, clpti_parity_section section, const char *name,
                                      const char *text, clpt_message *message)
{
    if (run->manifest_count == run->manifest_capacity) {
        int capacity = 2 * run->manifest_capacity + 32;
        clpti_parity_manifest_entry *grown = realloc(run->manifest, (size_t)capacity * sizeof *grown);
        if (!grown) return clpti_fail(message, CLPT_ERROR_MEMORY, "no memory for the facts of a run");
        run->manifest = grown;
        run->manifest_capacity = capacity;
    }
    clpti_parity_manifest_entry *fact = &run->manifest[run->manifest_count];
    *fact = (clpti_parity_manifest_entry){.section = section, .text = clpti_strdup(text)};
    if (!fact->text) return clpti_fail(message, CLPT_ERROR_MEMORY, "no memory for the facts of a run");
    snprintf(fact->name, sizeof fact->name, "%s", name);
    run->manifest_count++;
    return CLPT_OK;
}

const char *clpti_parity_manifest_text(const clpti_parity_run *run, clpti_parity_section section, const char *name)
{
    for (int k = 0; k < run->manifest_count; k++)
        if (run->manifest[k].section == section && !strcmp(run->manifest[k].name, name)) return run->manifest[k].text;
    return NULL;
}

/* Type, shape and digest: "float32 [32, 128, 128] 0f3c…". */
static void describe(const clpti_tensor *tensor, char text[256])
{
    size_t bytes = (size_t)clpti_tensor_count(tensor) * clpti_type_size(tensor->type);
    size_t used = (size_t)snprintf(text, 256, "%s [", clpti_type_name(tensor->type));
    for (int axis = 0; axis < tensor->rank && used < 190; axis++)
        used += (size_t)snprintf(text + used, 256 - used, "%s%lld", axis ? ", " : "", (long long)tensor->shape[axis]);
    snprintf(text + used, 256 - used, "] %s", clpti_digest_of(tensor->data, bytes).text);
}

clpt_status clpti_parity_manifest_add_array(clpti_parity_run *run, const char *name, const clpti_tensor *tensor,
                                            clpt_message *message)
{
    char text[256];
    describe(tensor, text);
    return clpti_parity_manifest_add(run, CLPTI_PARITY_DATA, name, text, message);
}

const char *clpti_parity_array_text(const clpti_tensor *tensor, char text[256])
{
    describe(tensor, text);
    return text;
}

clpt_status clpti_parity_manifest_problem(clpti_parity_run *run, const clpti_parity_problem *problem,
                                          clpt_message *message)
{
    clpt_status status = CLPT_OK;
    static const char *const given[] = {"object", "probe", "positions", "amplitude", "mask"};
    const char *name;
    char text[160];
    for (size_t k = 0; k < sizeof given / sizeof *given; k++) {
        const clpti_tensor *tensor = clpti_parity_find(&problem->inputs, given[k]);
        if (tensor) CLPTI_TRY(clpti_parity_manifest_add_array(run, given[k], tensor, message));
    }
    for (int k = 0; clpti_parity_config_text(&problem->config, k, &name, text); k++)
        CLPTI_TRY(clpti_parity_manifest_add(run, CLPTI_PARITY_CONFIGURATION, name, text, message));
cleanup:
    return status;
}

/* True if one of several "; "-separated texts equals this one. */
static bool is_present(const char *texts, const char *text)
{
    size_t length = strlen(text);
    for (const char *at = texts; (at = strstr(at, text)); at++) {
        bool begins = at == texts || (at >= texts + 2 && !memcmp(at - 2, "; ", 2));
        if (begins && (!at[length] || !strncmp(at + length, "; ", 2))) return true;
        if (!*at) break;
    }
    return false;
}

/* Adds a fact "KIND WHAT", or appends its text to the existing fact of that name. */
static clpt_status add_more(clpti_parity_run *run, const char *kind, const char *what, const char *text,
                            clpt_message *message)
{
    char name[sizeof run->manifest->name];
    snprintf(name, sizeof name, "%s %.*s", kind, (int)(sizeof name - 16), what);
    for (int k = 0; k < run->manifest_count; k++) {
        clpti_parity_manifest_entry *fact = &run->manifest[k];
        char *joined = NULL;
        if (fact->section != CLPTI_PARITY_RUN || strcmp(fact->name, name) != 0) continue;
        if (is_present(fact->text, text)) return CLPT_OK;
        if (asprintf(&joined, "%s; %s", fact->text, text) < 0)
            return clpti_fail(message, CLPT_ERROR_MEMORY, "no memory for a choice");
        free(fact->text);
        fact->text = joined;
        return CLPT_OK;
    }
    return clpti_parity_manifest_add(run, CLPTI_PARITY_RUN, name, text, message);
}

/* Adds all choices and their reasons. */
static clpt_status add_choices(clpti_parity_run *run, const clpt_context *context, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    const clpt_choice *c;
    for (int64_t k = 0; (c = clpt_context_get_choice(context, k)); k++) {
        if (c->kind == CLPT_CHOICE_DEVICE) continue;
        CLPTI_TRY(add_more(run, "choice", c->what, c->chosen, message));
        if (*c->reason) CLPTI_TRY(add_more(run, "why", c->what, c->reason, message));
    }
cleanup:
    return status;
}

/* True if use `index` is the first of its kernel function; *count: launches of that function in all uses. */
static void count_kernel(const clpt_context *context, int64_t index, const char *name, bool *first, int64_t *count)
{
    const clpt_kernel_use *use;
    *first = true;
    *count = 0;
    for (int64_t k = 0; (use = clpt_context_get_kernel(context, k)); k++) {
        if (strcmp(use->name, name) != 0) continue;
        *first = *first && k >= index;
        *count += use->count;
    }
}

/* Adds every kernel function that was enqueued: compiler options, source, and number of launches. */
static clpt_status add_kernels(clpti_parity_run *run, const clpt_context *context, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    const clpt_kernel_use *use;
    bool first;
    int64_t count;
    char text[32];
    for (int64_t k = 0; (use = clpt_context_get_kernel(context, k)); k++) {
        CLPTI_TRY(add_more(run, "kernel", use->name, use->options, message));
        CLPTI_TRY(add_more(run, "source", use->name, use->source, message));
        count_kernel(context, k, use->name, &first, &count);
        snprintf(text, sizeof text, "%lld", (long long)count);
        if (first) CLPTI_TRY(add_more(run, "enqueued", use->name, text, message));
    }
cleanup:
    return status;
}

clpt_status clpti_parity_manifest_context(clpti_parity_run *run, const clpt_context *context, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    const clpt_device_info *device = clpt_context_get_device(context);
    bool reference = device->type == CLPT_DEVICE_REFERENCE;
    const struct {
        const char *name, *text;
    } entries[] = {{"program", "clptycho"},
                   {"version", clpt_version()},
                   {"device", reference ? "reference" : device->name},
                   {"platform", device->platform_name},
                   {"opencl", device->version},
                   {"driver", device->driver}};
    for (size_t k = 0; k < sizeof entries / sizeof *entries; k++)
        if (*entries[k].text)
            CLPTI_TRY(clpti_parity_manifest_add(run, CLPTI_PARITY_RUN, entries[k].name, entries[k].text, message));
    CLPTI_TRY(add_choices(run, context, message));
    CLPTI_TRY(add_kernels(run, context, message));
cleanup:
    return status;
}

/* ---- comparison ---- */

static bool allowed(const clpti_parity_manifest_entry *fact, const char *const *names, int count)
{
    for (int k = 0; k < count; k++)
        if (!strcmp(names[k], fact->name) || !strcmp(names[k], clpti_parity_sections[fact->section])) return true;
    return false;
}

bool clpti_parity_may_differ(const clpti_parity_run *run, const char *name)
{
    for (int s = 0; s < CLPTI_PARITY_RUN; s++)
        if (!strcmp(name, clpti_parity_sections[s]) || clpti_parity_manifest_text(run, (clpti_parity_section)s, name))
            return true;
    return false;
}

/* Facts about how a run was made differ only if both runs have them. */
static void note(clpti_parity_differences *d, const clpti_parity_manifest_entry *fact, bool meant, const char *got,
                 const char *expected)
{
    char line[700];
    if (fact->section == CLPTI_PARITY_RUN && (!got || !expected)) return;
    snprintf(line, sizeof line, "%s: %.280s, not %.280s", fact->name, got ? got : "(unspecified)",
             expected ? expected : "(unspecified)");
    bool refused = fact->section != CLPTI_PARITY_RUN && !meant;
    d->data = d->data || fact->section != CLPTI_PARITY_RUN;
    char *to = refused ? d->refused : d->shown;
    size_t capacity = refused ? sizeof d->refused : sizeof d->shown, used = strlen(to);
    snprintf(to + used, capacity - used, "%s%s", used ? refused ? "; " : "\n" : "", line);
}

void clpti_parity_manifest_compare(const clpti_parity_run *got, const clpti_parity_run *expected,
                                   const char *const *names, int count, clpti_parity_differences *differences)
{
    *differences = (clpti_parity_differences){.refused = ""};
    for (int k = 0; k < expected->manifest_count; k++) {
        const clpti_parity_manifest_entry *fact = &expected->manifest[k];
        const char *other = clpti_parity_manifest_text(got, fact->section, fact->name);
        if (!other || strcmp(other, fact->text) != 0)
            note(differences, fact, allowed(fact, names, count), other, fact->text);
    }
    for (int k = 0; k < got->manifest_count; k++) {
        const clpti_parity_manifest_entry *fact = &got->manifest[k];
        if (!clpti_parity_manifest_text(expected, fact->section, fact->name))
            note(differences, fact, allowed(fact, names, count), fact->text, NULL);
    }
}
