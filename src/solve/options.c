/* SPDX-License-Identifier: Apache-2.0 */
/* A solver's options by name: enumeration, text to value and back, defaults. */
#include "solve/options.h"

#include <stdio.h>
#include <string.h>

#include "core/struct_size.h"
#include "core/words.h"
#include "solve/solver.h"

enum { NAMES = 128 }; /* capacity for suggestions */

/* Entry number `index` of both tables; *base: offset of the struct that it describes in clpt_solver_options. */
static const clpt_option *option_at(size_t index, size_t *base)
{
    const clpt_option *const tables[] = {clpti_solver_option_table, clpti_propagation_option_table};
    const size_t bases[] = {0, offsetof(clpt_solver_options, propagation)};
    for (int t = 0; t < 2; t++)
        for (const clpt_option *o = tables[t]; o->name; o++)
            if (index-- == 0) {
                *base = bases[t];
                return o;
            }
    return NULL;
}

const clpt_option *clpt_solver_describe_option(size_t index)
{
    size_t base;
    return option_at(index, &base);
}

static clpt_solver_options defaults_of_table(void)
{
    clpt_solver_options options = {.size = sizeof options};
    size_t base;
    const clpt_option *option;
    for (size_t k = 0; (option = option_at(k, &base)); k++) clpti_option_reset(option, (char *)&options + base);
    return options;
}

void clpt_solver_options_init(clpt_solver_options *options, size_t size)
{
    const clpt_solver_options defaults = defaults_of_table();
    clpti_struct_init(&(clpti_struct){"clpt_solver_options", sizeof defaults, &defaults}, options, size);
}

clpt_status clpti_solver_options_read(const char *function, const clpt_solver_options *given,
                                      clpt_solver_options *options, clpt_message *message)
{
    const clpt_solver_options defaults = defaults_of_table();
    return clpti_struct_read(&(clpti_struct){"clpt_solver_options", sizeof defaults, &defaults}, function, given,
                             options, message);
}

static clpt_status unknown_option(const char *function, const char *name, clpt_message *message)
{
    const char *names[NAMES];
    size_t base, count = 0;
    const clpt_option *option;
    while (count < NAMES && (option = option_at(count, &base))) names[count++] = option->name;
    const char *near = clpti_nearest_word(name, names, count);
    return clpti_fail(message, CLPT_ERROR_ARGUMENT, "%s: unknown option '%s'%s%s%s", function, name,
                      near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

/* Names of engines outlive the caller's text. */
static clpt_status parse(const clpt_option *option, const char *value, void *base, clpt_message *message)
{
    clpt_solver_options *options = base;
    const clpti_engine *engine = NULL;
    if (option->offset != offsetof(clpt_solver_options, engine) || option->kind != CLPT_OPTION_TEXT)
        return clpti_option_parse(option, value, base, CLPTI_NAMING_FIELD, message);
    clpt_status status = clpti_engine_find(value, CLPTI_NAMING_FIELD, &engine, message);
    if (status == CLPT_OK) options->engine = engine->name;
    return status;
}

clpt_status clpt_solver_options_set(clpt_solver_options *options, const char *name, const char *value,
                                    clpt_message *message)
{
    static const char *const function = "clpt_solver_options_set";
    if (!options || !name || !value)
        return clpti_fail(message, CLPT_ERROR_ARGUMENT, "%s: options, name or value are NULL", function);
    clpt_solver_options all;
    size_t base, size = options->size;
    const clpt_option *option;
    bool found = false;
    clpt_status status = clpti_solver_options_read(function, options, &all, message);
    if (status != CLPT_OK) return status;
    for (size_t k = 0; (option = option_at(k, &base)); k++) {
        if (!clpti_option_is_named(option, name, strlen(name))) continue;
        if (base + option->offset >= size)
            return clpti_fail(message, CLPT_ERROR_ARGUMENT,
                              "%s: the caller's clpt_solver_options has no '%s'; compile it with the headers of "
                              "clptycho %s",
                              function, name, clpt_version());
        status = parse(option, value, (char *)&all + base, message);
        if (status != CLPT_OK) clpti_message_prefix(message, "%s", function);
        if (status != CLPT_OK) return status;
        found = true;
    }
    if (!found) return unknown_option(function, name, message);
    memcpy(options, &all, size < sizeof all ? size : sizeof all);
    options->size = size;
    return CLPT_OK;
}

clpt_status clpt_solver_options_get(const clpt_solver_options *options, const char *name, char *text, size_t size,
                                    clpt_message *message)
{
    static const char *const function = "clpt_solver_options_get";
    if (!options || !name || !text || size == 0)
        return clpti_fail(message, CLPT_ERROR_ARGUMENT, "%s: options, name or text are NULL", function);
    clpt_solver_options all;
    size_t base;
    const clpt_option *option;
    clpt_status status = clpti_solver_options_read(function, options, &all, message);
    if (status != CLPT_OK) return status;
    for (size_t k = 0; (option = option_at(k, &base)); k++) {
        if (!clpti_option_is_named(option, name, strlen(name))) continue;
        char value[256];
        clpti_option_text(option, (const char *)&all + base, value, sizeof value);
        if (strlen(value) >= size)
            return clpti_fail(message, CLPT_ERROR_ARGUMENT, "%s: '%s' requires %zu bytes, not %zu", function, name,
                              strlen(value) + 1, size);
        memcpy(text, value, strlen(value) + 1);
        return CLPT_OK;
    }
    return unknown_option(function, name, message);
}
