/* SPDX-License-Identifier: Apache-2.0 */
/* Options described by tables: values from text and to text, range checks, and their messages. */
#include "core/option.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/words.h"

static const char word_default[] = "default", word_never[] = "never";

static const void *value_of(const clpt_option *option, const void *base)
{
    return (const char *)base + option->offset;
}

static void *target_of(const clpt_option *option, void *base)
{
    return (char *)base + option->offset;
}

static size_t size_of(const clpt_option *option)
{
    static const size_t sizes[] = {[CLPT_OPTION_FLAG] = sizeof(bool),   [CLPT_OPTION_INTEGER] = sizeof(int64_t),
                                   [CLPT_OPTION_REAL] = sizeof(double), [CLPT_OPTION_SEED] = sizeof(uint64_t),
                                   [CLPT_OPTION_CHOICE] = sizeof(int),  [CLPT_OPTION_TEXT] = sizeof(char *)};
    return sizes[option->kind];
}

static bool is_number(const clpt_option *option)
{
    return option->kind == CLPT_OPTION_INTEGER || option->kind == CLPT_OPTION_REAL;
}

/* ---- names ---- */

static const char *field_name(const clpt_option *option, char *text, size_t size)
{
    snprintf(text, size, "%s", option->name);
    for (char *c = text; *c; ++c)
        if (*c == '-') *c = '_';
    return text;
}

const char *clpti_option_label(const clpt_option *option, const char *value, clpti_naming naming,
                               char text[CLPTI_OPTION_TEXT])
{
    char name[64];
    if (naming == CLPTI_NAMING_FIELD)
        snprintf(text, CLPTI_OPTION_TEXT, "%s%s%s", field_name(option, name, sizeof name), value ? " = " : "",
                 value ? value : "");
    else if (option->kind == CLPT_OPTION_FLAG)
        snprintf(text, CLPTI_OPTION_TEXT, "--%s", option->name);
    else
        snprintf(text, CLPTI_OPTION_TEXT, "--%s%s%s", option->name, value ? " " : "", value ? value : "");
    return text;
}

bool clpti_option_is_named(const clpt_option *option, const char *name, size_t length)
{
    const char *const names[] = {option->name, option->alias};
    for (int k = 0; k < 2; ++k) {
        size_t i = 0;
        if (!names[k] || strlen(names[k]) != length) continue;
        while (i < length && (names[k][i] == tolower((unsigned char)name[i]) || (names[k][i] == '-' && name[i] == '_')))
            ++i;
        if (i == length) return true;
    }
    return false;
}

bool clpti_option_supports(const clpt_option *option, const char *engine)
{
    return !option->engines || clpti_word_index(option->engines, engine) >= 0;
}

const clpt_option *clpti_option_find(const clpt_option *options, const char *name)
{
    for (; options->name; ++options)
        if (clpti_option_is_named(options, name, strlen(name))) return options;
    return NULL;
}

/* ---- ranges ---- */

static bool is_bounded(const clpt_option *option)
{
    return option->maximum > option->minimum;
}

const char *clpti_option_range(const clpt_option *option, const char *symbol, char text[CLPTI_OPTION_TEXT])
{
    const bool above = option->flags & CLPT_OPTION_ABOVE_MINIMUM, below = option->flags & CLPT_OPTION_BELOW_MAXIMUM;
    *text = '\0';
    if (!is_number(option)) return text;
    if (is_bounded(option))
        snprintf(text, CLPTI_OPTION_TEXT, "%.15g %s %s %s %.15g", option->minimum, above ? "<" : "<=", symbol,
                 below ? "<" : "<=", option->maximum);
    else
        snprintf(text, CLPTI_OPTION_TEXT, "%s %s %.15g", symbol, above ? ">" : ">=", option->minimum);
    return text;
}

static bool in_range(const clpt_option *option, double number)
{
    if (option->flags & CLPT_OPTION_MAY_BE_NEVER && number == (double)CLPT_NEVER) return true;
    if (!(number >= option->minimum) || (option->flags & CLPT_OPTION_ABOVE_MINIMUM && number == option->minimum))
        return false;
    if (!is_bounded(option)) return true;
    return option->flags & CLPT_OPTION_BELOW_MAXIMUM ? number < option->maximum : number <= option->maximum;
}

static clpt_status out_of_range(const clpt_option *option, const char *value, clpti_naming naming,
                                clpt_message *message)
{
    char label[CLPTI_OPTION_TEXT], range[CLPTI_OPTION_TEXT], name[64];
    const bool field = naming == CLPTI_NAMING_FIELD;
    const char *symbol = field ? field_name(option, name, sizeof name) : option->value;
    return clpti_fail(message, CLPT_ERROR_ARGUMENT, "%s is out of range: %s%s",
                      clpti_option_label(option, value, naming, label), clpti_option_range(option, symbol, range),
                      !(option->flags & CLPT_OPTION_MAY_BE_NEVER) ? ""
                      : field                                     ? ", or CLPT_NEVER"
                                                                  : ", or never");
}

clpt_status clpti_option_check(const clpt_option *option, const void *base, clpti_naming naming, clpt_message *message)
{
    char label[CLPTI_OPTION_TEXT], text[64];
    clpti_option_text(option, base, text, sizeof text);
    if (option->kind == CLPT_OPTION_CHOICE) {
        int index = *(const int *)value_of(option, base);
        if (index >= 0 && index < clpti_word_count(option->value)) return CLPT_OK;
        return clpti_fail(message, CLPT_ERROR_ARGUMENT, "%s is not one of %s",
                          clpti_option_label(option, text, naming, label), option->value);
    }
    if (!is_number(option)) return CLPT_OK;
    double number = clpti_option_number(option, base);
    bool open = number == (double)CLPT_DEFAULT || (number == 0 && !option->default_text);
    if (open || in_range(option, number)) return CLPT_OK;
    return out_of_range(option, text, naming, message);
}

/* ---- numbers ---- */

double clpti_option_number(const clpt_option *option, const void *base)
{
    const void *value = value_of(option, base);
    return option->kind == CLPT_OPTION_REAL ? *(const double *)value : (double)*(const int64_t *)value;
}

void clpti_option_set_number(const clpt_option *option, void *base, double number)
{
    void *target = target_of(option, base);
    if (option->kind == CLPT_OPTION_REAL)
        *(double *)target = number;
    else
        *(int64_t *)target = (int64_t)number;
}

bool clpti_option_equal(const clpt_option *option, const void *base, const void *other)
{
    const void *a = value_of(option, base), *b = value_of(option, other);
    if (option->kind != CLPT_OPTION_TEXT) return !memcmp(a, b, size_of(option));
    const char *one = *(const char *const *)a, *two = *(const char *const *)b;
    return one == two || (one && two && !strcmp(one, two));
}

/* ---- from text ---- */

static clpt_status wrong_value(const clpt_option *option, const char *takes, const char *text, clpti_naming naming,
                               clpt_message *message)
{
    char label[CLPTI_OPTION_TEXT];
    return clpti_fail(message, CLPT_ERROR_ARGUMENT, "%s requires %s, not '%s'",
                      clpti_option_label(option, NULL, naming, label), takes, text);
}

static clpt_status parse_integer(const clpt_option *option, const char *text, int64_t *target, clpti_naming naming,
                                 clpt_message *message)
{
    char *end;
    errno = 0;
    long long number = strtoll(text, &end, 10);
    if (end == text || *end) return wrong_value(option, "an integer", text, naming, message);
    if (errno == ERANGE || !in_range(option, (double)number)) return out_of_range(option, text, naming, message);
    *target = number;
    return CLPT_OK;
}

static clpt_status parse_real(const clpt_option *option, const char *text, double *target, clpti_naming naming,
                              clpt_message *message)
{
    char *end;
    double number = strtod(text, &end);
    if (end == text || *end || !isfinite(number)) return wrong_value(option, "a finite number", text, naming, message);
    if (!in_range(option, number)) return out_of_range(option, text, naming, message);
    *target = number;
    return CLPT_OK;
}

static clpt_status parse_seed(const clpt_option *option, const char *text, uint64_t *target, clpti_naming naming,
                              clpt_message *message)
{
    char *end;
    errno = 0;
    unsigned long long number = strtoull(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end || errno == ERANGE)
        return wrong_value(option, "an integer from 0 to 2^64 - 1", text, naming, message);
    *target = number;
    return CLPT_OK;
}

static clpt_status parse_choice(const clpt_option *option, const char *text, int *target, clpti_naming naming,
                                clpt_message *message)
{
    char takes[256];
    const char *spelt = clpti_word_spelt(option->spellings, text);
    int index = clpti_word_index_alike(option->value, spelt ? spelt : text);
    snprintf(takes, sizeof takes, "one of %s", option->value);
    if (index < 0) return wrong_value(option, takes, text, naming, message);
    *target = index;
    return CLPT_OK;
}

static clpt_status parse_flag(const clpt_option *option, const char *text, bool *target, clpti_naming naming,
                              clpt_message *message)
{
    int index = clpti_word_index("no|yes|false|true|0|1", text);
    if (index < 0) return wrong_value(option, "yes or no", text, naming, message);
    *target = index % 2;
    return CLPT_OK;
}

static clpt_status parse_text(const clpt_option *option, const char *text, const char **target, clpti_naming naming,
                              clpt_message *message)
{
    char label[CLPTI_OPTION_TEXT];
    if (!*text)
        return clpti_fail(message, CLPT_ERROR_ARGUMENT, "%s has an empty value",
                          clpti_option_label(option, NULL, naming, label));
    const char *spelt = clpti_word_spelt(option->spellings, text);
    *target = spelt ? spelt : text;
    return CLPT_OK;
}

clpt_status clpti_option_parse(const clpt_option *option, const char *text, void *base, clpti_naming naming,
                               clpt_message *message)
{
    void *target = target_of(option, base);
    if (!strcmp(text, word_default) && option->kind != CLPT_OPTION_TEXT) {
        clpti_option_reset(option, base);
        return CLPT_OK;
    }
    if (!strcmp(text, word_never) && option->flags & CLPT_OPTION_MAY_BE_NEVER) {
        clpti_option_set_number(option, base, (double)CLPT_NEVER);
        return CLPT_OK;
    }
    switch (option->kind) {
    case CLPT_OPTION_FLAG:
        return parse_flag(option, text, target, naming, message);
    case CLPT_OPTION_INTEGER:
        return parse_integer(option, text, target, naming, message);
    case CLPT_OPTION_REAL:
        return parse_real(option, text, target, naming, message);
    case CLPT_OPTION_SEED:
        return parse_seed(option, text, target, naming, message);
    case CLPT_OPTION_CHOICE:
        return parse_choice(option, text, target, naming, message);
    case CLPT_OPTION_TEXT:
        return parse_text(option, text, target, naming, message);
    }
    return clpti_fail(message, CLPT_ERROR_INTERNAL, "option '%s' is of an unknown type", option->name);
}

void clpti_option_reset(const clpt_option *option, void *base)
{
    memset(target_of(option, base), 0, size_of(option));
    if (!option->default_text) return;
    if (is_number(option) && !strcmp(option->default_text, word_default))
        clpti_option_set_number(option, base, (double)CLPT_DEFAULT);
    else
        clpti_option_parse(option, option->default_text, base, CLPTI_NAMING_FIELD, NULL);
}

/* ---- to text ---- */

/* The fewest digits that reproduce every bit. */
static void print_real(double number, char *text, size_t size)
{
    snprintf(text, size, "%.15g", number);
    if (strtod(text, NULL) != number) snprintf(text, size, "%.17g", number);
}

static const char *number_text(const clpt_option *option, const void *base, char *text, size_t size)
{
    double number = clpti_option_number(option, base);
    if (number == (double)CLPT_DEFAULT || (number == 0 && !option->default_text))
        snprintf(text, size, "%s", word_default);
    else if (option->flags & CLPT_OPTION_MAY_BE_NEVER && number == (double)CLPT_NEVER)
        snprintf(text, size, "%s", word_never);
    else if (option->kind == CLPT_OPTION_REAL)
        print_real(number, text, size);
    else
        snprintf(text, size, "%lld", (long long)*(const int64_t *)value_of(option, base));
    return text;
}

const char *clpti_option_text(const clpt_option *option, const void *base, char *text, size_t size)
{
    const void *value = value_of(option, base);
    switch (option->kind) {
    case CLPT_OPTION_FLAG:
        snprintf(text, size, "%s", *(const bool *)value ? "yes" : "no");
        break;
    case CLPT_OPTION_INTEGER:
    case CLPT_OPTION_REAL:
        return number_text(option, base, text, size);
    case CLPT_OPTION_SEED:
        snprintf(text, size, "%llu", (unsigned long long)*(const uint64_t *)value);
        break;
    case CLPT_OPTION_CHOICE:
        if (!*clpti_word_at(option->value, *(const int *)value, text, size))
            snprintf(text, size, "%d", *(const int *)value);
        break;
    case CLPT_OPTION_TEXT:
        snprintf(text, size, "%s", *(const char *const *)value ? *(const char *const *)value : word_default);
        break;
    }
    return text;
}
