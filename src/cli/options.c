/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/options.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"

enum { OPTIONS_MOST = 64 }; /* bits of clpti_arguments.given */

const clpti_option clpti_common_options[] = {
    {"device", CLPTI_OPTION_TEXT, "NAME", offsetof(clpti_arguments, device),
     "auto, gpu, cpu, reference (plain C in double precision), a short name such as nvidia or pocl, "
     "platform:device numbers, or part of a name; else CLPTYCHO_DEVICE, else auto",
     NULL, 0, 0},
    {"without", CLPTI_OPTION_TEXT, "LIST", offsetof(clpti_arguments, without),
     "never use these kernel variants and FFT providers, with commas between them: a name (clfft, n64, clblast) is off "
     "everywhere, exit_step=n64 for that operation, fft=clfft for transforms; else CLPTYCHO_WITHOUT",
     NULL, 0, 0},
    {"explain", CLPTI_OPTION_FLAG, NULL, offsetof(clpti_arguments, explain),
     "at the end, on stderr: what every operation and transform used and why, and which kernels were enqueued", NULL, 0,
     0},
    {"verbose", CLPTI_OPTION_FLAG, NULL, offsetof(clpti_arguments, verbose), "log lines on stderr", NULL, 0, 0},
    {"help", CLPTI_OPTION_FLAG, NULL, offsetof(clpti_arguments, help), "this text", NULL, 0, 0},
    {NULL, CLPTI_OPTION_FLAG, NULL, 0, NULL, NULL, 0, 0}};

int clpti_word_count(const char *words)
{
    int count = 1;
    for (const char *c = words; *c; ++c) count += *c == '|';
    return count;
}

int clpti_word_index(const char *words, const char *word)
{
    size_t length = strlen(word);
    for (int index = 0; words; ++index) {
        const char *end = strchrnul(words, '|');
        if ((size_t)(end - words) == length && !memcmp(words, word, length)) return index;
        words = *end ? end + 1 : NULL;
    }
    return -1;
}

static const clpti_option *find_in(const clpti_option *options, const char *name, size_t length)
{
    for (; options->name; ++options)
        if (strlen(options->name) == length && !memcmp(options->name, name, length)) return options;
    return NULL;
}

const clpti_option *clpti_option_find(const clpti_option *options, const char *name)
{
    return find_in(options, name, strlen(name));
}

static clpt_status unknown_option(const clpti_command *command, const char *name, size_t length, clpt_message *message)
{
    const char *names[OPTIONS_MOST + 4];
    size_t count = 0;
    for (const clpti_option *o = command->options; o->name; ++o) names[count++] = o->name;
    for (const clpti_option *o = clpti_common_options; o->name; ++o) names[count++] = o->name;
    char word[64];
    snprintf(word, sizeof word, "%.*s", (int)length, name);
    const char *near = clpti_nearest(word, names, count);
    return clpti_fail(message, CLPT_ERROR_ARGUMENT, "unknown option --%s%s%s%s; 'clptycho %s --help' lists them", word,
                      near ? " (did you mean --" : "", near ? near : "", near ? "?)" : "", command->name);
}

static clpt_status out_of_range(const clpti_option *option, const char *text, clpt_message *message)
{
    if (option->most > option->least)
        return clpti_fail(message, CLPT_ERROR_ARGUMENT, "--%s %s is out of range: %.15g to %.15g", option->name, text,
                          option->least, option->most);
    return clpti_fail(message, CLPT_ERROR_ARGUMENT, "--%s %s is out of range: at least %.15g", option->name, text,
                      option->least);
}

static bool in_range(const clpti_option *option, double number)
{
    return number >= option->least && (option->most <= option->least || number <= option->most);
}

static clpt_status parse_integer(const clpti_option *option, const char *text, int64_t *target, clpt_message *message)
{
    char *end;
    errno = 0;
    long long number = strtoll(text, &end, 10);
    if (end == text || *end)
        return clpti_fail(message, CLPT_ERROR_ARGUMENT, "--%s takes a whole number, not '%s'", option->name, text);
    if (errno == ERANGE || !in_range(option, (double)number)) return out_of_range(option, text, message);
    *target = number;
    return CLPT_OK;
}

static clpt_status parse_seed(const clpti_option *option, const char *text, uint64_t *target, clpt_message *message)
{
    char *end;
    errno = 0;
    unsigned long long number = strtoull(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end || errno == ERANGE)
        return clpti_fail(message, CLPT_ERROR_ARGUMENT, "--%s takes a whole number from 0 to 2^64 - 1, not '%s'",
                          option->name, text);
    *target = number;
    return CLPT_OK;
}

static clpt_status parse_real(const clpti_option *option, const char *text, double *target, clpt_message *message)
{
    char *end;
    double number = strtod(text, &end);
    if (end == text || *end || !isfinite(number))
        return clpti_fail(message, CLPT_ERROR_ARGUMENT, "--%s takes a finite number, not '%s'", option->name, text);
    if (!in_range(option, number)) return out_of_range(option, text, message);
    *target = number;
    return CLPT_OK;
}

static clpt_status parse_choice(const clpti_option *option, const char *text, int *target, clpt_message *message)
{
    int index = clpti_word_index(option->value, text);
    if (index < 0)
        return clpti_fail(message, CLPT_ERROR_ARGUMENT, "--%s takes one of %s, not '%s'", option->name, option->value,
                          text);
    *target = index;
    return CLPT_OK;
}

static clpt_status parse_texts(const clpti_option *option, const char *text, clpti_texts *target, clpt_message *message)
{
    if (!*text) return clpti_fail(message, CLPT_ERROR_ARGUMENT, "--%s has an empty value", option->name);
    if (target->count == CLPTI_TEXTS_MOST)
        return clpti_fail(message, CLPT_ERROR_ARGUMENT, "--%s may be given %d times at most", option->name,
                          CLPTI_TEXTS_MOST);
    target->items[target->count++] = text;
    return CLPT_OK;
}

static clpt_status parse_value(const clpti_option *option, const char *text, void *base, clpt_message *message)
{
    void *target = (char *)base + option->target;
    switch (option->kind) {
    case CLPTI_OPTION_FLAG:
        *(bool *)target = true;
        return CLPT_OK;
    case CLPTI_OPTION_TEXT:
        if (!*text) return clpti_fail(message, CLPT_ERROR_ARGUMENT, "--%s has an empty value", option->name);
        *(const char **)target = text;
        return CLPT_OK;
    case CLPTI_OPTION_TEXTS:
        return parse_texts(option, text, target, message);
    case CLPTI_OPTION_CHOICE:
        return parse_choice(option, text, target, message);
    case CLPTI_OPTION_INTEGER:
        return parse_integer(option, text, target, message);
    case CLPTI_OPTION_SEED:
        return parse_seed(option, text, target, message);
    case CLPTI_OPTION_REAL:
        return parse_real(option, text, target, message);
    }
    return clpti_fail(message, CLPT_ERROR_INTERNAL, "--%s is of no known kind", option->name);
}

/* One "--name", "--name value" or "--name=value"; moves *at past what it used. */
static clpt_status parse_option(clpti_arguments *arguments, int argc, char **argv, int *at, clpt_message *message)
{
    const clpti_command *command = arguments->command;
    const char *name = argv[*at] + 2, *equals = strchr(name, '=');
    size_t length = equals ? (size_t)(equals - name) : strlen(name);
    const clpti_option *option = find_in(command->options, name, length);
    void *base = arguments->values;
    if (option) {
        arguments->given |= UINT64_C(1) << (option - command->options);
    } else {
        option = find_in(clpti_common_options, name, length);
        base = arguments;
    }
    if (!option) return unknown_option(command, name, length, message);
    const char *text = equals ? equals + 1 : NULL;
    if (option->kind == CLPTI_OPTION_FLAG) {
        if (text) return clpti_fail(message, CLPT_ERROR_ARGUMENT, "--%s takes no value", option->name);
    } else if (!text) {
        if (*at + 1 >= argc || !strncmp(argv[*at + 1], "--", 2))
            return clpti_fail(message, CLPT_ERROR_ARGUMENT, "--%s needs a value: %s", option->name, option->value);
        text = argv[++*at];
    }
    ++*at;
    return parse_value(option, text, base, message);
}

static clpt_status parse_operand(clpti_arguments *arguments, const char *text, clpt_message *message)
{
    const clpti_command *command = arguments->command;
    if (!command->operand)
        return clpti_fail(message, CLPT_ERROR_ARGUMENT, "'%s' is one argument too many: %s takes options only", text,
                          command->name);
    if (arguments->operand && command->second && !arguments->second) {
        arguments->second = text;
        return CLPT_OK;
    }
    if (arguments->operand)
        return clpti_fail(message, CLPT_ERROR_ARGUMENT, "'%s' is one argument too many: %s is already '%s'", text,
                          arguments->second ? command->second : command->operand,
                          arguments->second ? arguments->second : arguments->operand);
    arguments->operand = text;
    return CLPT_OK;
}

clpt_status clpti_arguments_parse(const clpti_command *command, int argc, char **argv, clpti_arguments *arguments,
                                  clpt_message *message)
{
    clpt_status status = CLPT_OK;
    *arguments = (clpti_arguments){.command = command};
    arguments->values = clpti_calloc(1, command->values_size);
    if (!arguments->values) return clpti_fail(message, CLPT_ERROR_MEMORY, "no memory for the command line");
    for (const clpti_option *o = command->options; o->name; ++o)
        if (o->fallback) CLPTI_TRY(parse_value(o, o->fallback, arguments->values, message));
    bool options_over = false;
    for (int at = 0; at < argc;) {
        const char *text = argv[at];
        if (!options_over && !strcmp(text, "--")) {
            options_over = true;
            ++at;
        } else if (!options_over && !strcmp(text, "-h")) {
            arguments->help = true;
            ++at;
        } else if (!options_over && !strncmp(text, "--", 2)) {
            CLPTI_TRY(parse_option(arguments, argc, argv, &at, message));
        } else if (!options_over && text[0] == '-' && text[1]) {
            status =
                clpti_fail(message, CLPT_ERROR_ARGUMENT, "'%s' is not an option: they begin with two dashes", text);
            goto cleanup;
        } else {
            CLPTI_TRY(parse_operand(arguments, text, message));
            ++at;
        }
    }
    if (command->operand_needed && !arguments->operand && !arguments->help)
        status = clpti_fail(message, CLPT_ERROR_ARGUMENT, "%s is missing; 'clptycho %s --help' has an example",
                            command->operand, command->name);
cleanup:
    if (status != CLPT_OK) clpti_arguments_free(arguments);
    return status;
}

void clpti_arguments_free(clpti_arguments *arguments)
{
    free(arguments->values);
    arguments->values = NULL;
}

bool clpti_arguments_have(const clpti_arguments *arguments, const char *name)
{
    const clpti_option *option = find_in(arguments->command->options, name, strlen(name));
    return option && (arguments->given >> (option - arguments->command->options) & 1);
}

/* As few digits as tell the number. */
static const char *number_text(double number, bool known, char *text, size_t room)
{
    snprintf(text, room, "%.15g", number);
    if (strtod(text, NULL) != number) snprintf(text, room, "%.17g", number);
    if (!known) snprintf(text, room, "default");
    return text;
}

const char *clpti_option_text(const clpti_arguments *arguments, const clpti_option *option, char *text, size_t room)
{
    const void *value = (const char *)arguments->values + option->target;
    bool known = option->fallback || clpti_arguments_have(arguments, option->name);
    const char *word = option->value;
    switch (option->kind) {
    case CLPTI_OPTION_FLAG:
        snprintf(text, room, "%s", *(const bool *)value ? "yes" : "no");
        break;
    case CLPTI_OPTION_TEXT:
        snprintf(text, room, "%s", *(const char *const *)value ? *(const char *const *)value : "default");
        break;
    case CLPTI_OPTION_TEXTS: {
        const clpti_texts *texts = value;
        size_t used = (size_t)snprintf(text, room, "%s", texts->count ? texts->items[0] : "default");
        for (int k = 1; k < texts->count && used < room; ++k)
            used += (size_t)snprintf(text + used, room - used, " %s", texts->items[k]);
        break;
    }
    case CLPTI_OPTION_CHOICE:
        for (int k = *(const int *)value; k > 0; --k) word = strchr(word, '|') + 1;
        snprintf(text, room, "%.*s", (int)strcspn(word, "|"), word);
        break;
    case CLPTI_OPTION_INTEGER:
        return number_text((double)*(const int64_t *)value, known, text, room);
    case CLPTI_OPTION_SEED:
        snprintf(text, room, "%llu", (unsigned long long)*(const uint64_t *)value);
        break;
    case CLPTI_OPTION_REAL:
        return number_text(*(const double *)value, known, text, room);
    }
    return text;
}
