/* SPDX-License-Identifier: Apache-2.0 */
/* Checks of a solver's options before it is created. Combinations specific to an engine or an extension are checked
 * by its own hook. */
#include <stdio.h>
#include <string.h>

#include "core/words.h"
#include "solve/extension.h"
#include "solve/options.h"
#include "solve/solver.h"

/* ---- defaults ---- */

static bool is_batch(const clpt_option *option)
{
    return !strcmp(option->name, "batch");
}

static int64_t default_batch(const clpti_engine *engine, int64_t count)
{
    if (engine->batch == CLPTI_BATCH_ONE) return 1;
    if (engine->batch == CLPTI_BATCH_WHOLE) return count;
    return (count + 9) / 10 > 16 ? (count + 9) / 10 : 16;
}

static const clpti_engine_default *find_default(const clpti_engine_default *list, const clpt_option *option)
{
    while (list->option && strcmp(list->option, option->name) != 0) list++;
    return list->option ? list : NULL;
}

/* The engine's default of an option, CLPT_DEFAULT if it has none. A batch requires the number of patterns. */
static double engine_value(const clpti_engine *engine, const clpt_option *option, int64_t count, clpt_subpixel model)
{
    if (is_batch(option) && count > 0) return (double)default_batch(engine, count);
    const clpti_engine_default *d = model != CLPT_SUBPIXEL_BILINEAR ? find_default(engine->shifted, option) : NULL;
    if (!d) d = find_default(engine->defaults, option);
    return d ? d->value : (double)CLPT_DEFAULT;
}

static bool is_number(const clpt_option *option)
{
    return option->kind == CLPT_OPTION_INTEGER || option->kind == CLPT_OPTION_REAL;
}

static void complete(const clpti_engine *engine, const clpt_option *option, int64_t count, clpt_solver_options *o)
{
    if (!is_number(option) || clpti_option_number(option, o) != (double)CLPT_DEFAULT) return;
    clpti_option_reset(option, o);
    if (clpti_option_number(option, o) == (double)CLPT_DEFAULT)
        clpti_option_set_number(option, o, engine_value(engine, option, count, o->subpixel));
}

const char *clpti_solver_option_default(const clpt_option *option, char *text, size_t size)
{
    const clpti_engine *engine;
    size_t used = 0;
    snprintf(text, size, "%s", option->default_text ? option->default_text : "");
    if (strcmp(text, "default") != 0) return text;
    *text = '\0';
    if (is_batch(option)) snprintf(text, size, "a tenth of the scan, at least 16");
    for (size_t k = 0; (engine = clpti_engine_at(k)); k++) {
        double value = engine_value(engine, option, 0, CLPT_SUBPIXEL_BILINEAR);
        const clpti_engine_default *shifted = find_default(engine->shifted, option);
        if (value != (double)CLPT_DEFAULT && clpti_option_supports(option, engine->name) && used < size)
            used += (size_t)snprintf(text + used, size - used, "%s%s %.15g", used ? ", " : "", engine->name, value);
        if (shifted && used < size)
            used +=
                (size_t)snprintf(text + used, size - used, " (%.15g with a probe moved by fractions)", shifted->value);
    }
    return text;
}

/* ---- one option ---- */

/* "rpie, lsqml" */
static const char *engine_list(const char *words, char *text, size_t size)
{
    size_t used = 0;
    char word[32];
    for (int k = 0; k < clpti_word_count(words) && used < size; k++)
        used += (size_t)snprintf(text + used, size - used, "%s%s", used ? ", " : "",
                                 clpti_word_at(words, k, word, sizeof word));
    return text;
}

/* Fails where an option is set that the engine does not support, unless to what the engine has anyway. */
static clpt_status check_engine(const clpti_options_check *c, const clpt_option *option,
                                const clpt_solver_options *defaults, int64_t count)
{
    char label[CLPTI_OPTION_TEXT], value[64], engines[128];
    if (clpti_option_supports(option, c->engine->name) || clpti_option_equal(option, c->options, defaults))
        return CLPT_OK;
    if (is_number(option) &&
        clpti_option_number(option, c->options) == engine_value(c->engine, option, count, c->options->subpixel))
        return CLPT_OK;
    clpti_option_text(option, c->options, value, sizeof value);
    return clpti_fail(c->message, CLPT_ERROR_ARGUMENT,
                      "%s is not supported by engine '%s'; engines that support it: %s",
                      clpti_option_label(option, value, c->naming, label), c->engine->name,
                      engine_list(option->engines, engines, sizeof engines));
}

/* ---- combinations ---- */

/* An option with its value, in the interface of the reader. */
static const char *label(const clpti_options_check *c, const char *name, char text[CLPTI_OPTION_TEXT])
{
    char value[64];
    const clpt_option *option = clpti_option_find(clpti_solver_option_table, name);
    return clpti_option_label(option, clpti_option_text(option, c->options, value, sizeof value), c->naming, text);
}

clpt_status clpti_options_exclude(const clpti_options_check *c, const char *one, const char *other, const char *reason)
{
    char a[CLPTI_OPTION_TEXT], b[CLPTI_OPTION_TEXT];
    return clpti_fail(c->message, CLPT_ERROR_ARGUMENT, "%s and %s exclude each other: %s", label(c, one, a),
                      label(c, other, b), reason);
}

clpt_status clpti_options_unsupported(const clpti_options_check *c, const char *name, const char *reason)
{
    char text[CLPTI_OPTION_TEXT];
    return clpti_fail(c->message, CLPT_ERROR_ARGUMENT, "%s is not supported %s", label(c, name, text), reason);
}

/* The model of fractions of a pixel, which is not an extension. */
static clpt_status check_subpixel(const clpti_options_check *c)
{
    const clpt_solver_options *o = c->options;
    if (o->subpixel != CLPT_SUBPIXEL_BILINEAR && o->propagation.kind != CLPT_PROPAGATION_FAR_FIELD)
        return clpti_options_unsupported(c, "subpixel",
                                         "in a near field: patterns would move with the probe; use bilinear");
    if (o->subpixel > CLPT_SUBPIXEL_EXACT && o->opr_modes > 0)
        return clpti_options_exclude(c, "subpixel", "opr-modes",
                                     "a bank has copies of one probe, not of each pattern's; use exact or "
                                     "bilinear");
    return CLPT_OK;
}

/* ---- all of them ---- */

clpt_status clpti_engine_find(const char *name, clpti_naming naming, const clpti_engine **engine, clpt_message *message)
{
    const clpt_option *option = clpti_option_find(clpti_solver_option_table, "engine");
    char text[CLPTI_OPTION_TEXT], engines[128];
    if (!name || !strcmp(name, "default")) name = option->default_text;
    const char *spelt = clpti_word_spelt(option->spellings, name);
    if (spelt) name = spelt;
    for (size_t k = 0; (*engine = clpti_engine_at(k)); k++)
        if (!strcmp((*engine)->name, name)) return CLPT_OK;
    return clpti_fail(message, CLPT_ERROR_ARGUMENT, "%s: unknown engine; engines: %s",
                      clpti_option_label(option, name, naming, text),
                      engine_list(option->value, engines, sizeof engines));
}

clpt_status clpti_solver_options_resolve(clpt_solver_options *o, int64_t count, clpti_naming naming,
                                         const clpti_engine **engine, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    const clpt_solver_options defaults = clpt_solver_options_default();
    clpti_options_check c = {.options = o, .naming = naming, .message = message};
    CLPTI_TRY(clpti_engine_find(o->engine, naming, &c.engine, message));
    o->engine = c.engine->name; /* the caller's string may be freed */
    for (const clpt_option *option = clpti_solver_option_table; option->name; option++) {
        complete(c.engine, option, count, o);
        CLPTI_TRY(clpti_option_check(option, o, naming, message));
        if (is_batch(option) && count > 0 && o->batch > count) o->batch = count;
        CLPTI_TRY(check_engine(&c, option, &defaults, count));
    }
    if (c.engine->check) CLPTI_TRY(c.engine->check(&c));
    CLPTI_TRY(clpti_extensions_check(&c));
    CLPTI_TRY(check_subpixel(&c));
    if (engine) *engine = c.engine;
cleanup:
    return status;
}
