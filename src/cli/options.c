/* SPDX-License-Identifier: Apache-2.0 */
/* Parsing of command lines from tables of options. */
#include "cli/options.h"

#include "cli/config.h"

#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "core/words.h"

/* Short forms: "-o FILE" is "--out FILE" in every command that has the option. */
static const struct {
    char letter;
    const char *name;
} short_forms[] = {{'o', "out"}, {'n', "iterations"}, {'d', "device"}, {'q', "quiet"}, {'v', "verbose"}, {'h', "help"}};
enum { SHORT_FORMS = sizeof short_forms / sizeof *short_forms };

char clpti_option_letter(const clpt_option *option)
{
    for (int k = 0; k < SHORT_FORMS; ++k)
        if (!strcmp(short_forms[k].name, option->name)) return short_forms[k].letter;
    return 0;
}

const clpt_option clpti_common_options[] = {
    {.name = "device",
     .kind = CLPT_OPTION_TEXT,
     .value = "NAME",
     .offset = offsetof(clpti_arguments, device),
     .help = "auto, gpu, cpu, reference (plain C in double precision), a short name such as nvidia or pocl, "
             "platform:device numbers, or a substring of the name (default: CLPTYCHO_DEVICE, else auto)"},
    {.name = "without",
     .kind = CLPT_OPTION_TEXT,
     .value = "LIST",
     .offset = offsetof(clpti_arguments, without),
     .help =
         "comma-separated list of kernel variants and FFT providers to disable: a name (clfft, n64, clblast) applies "
         "everywhere, exit_step=n64 to that operation, fft=clfft to transforms (default: CLPTYCHO_WITHOUT)"},
    {.name = "explain",
     .kind = CLPT_OPTION_FLAG,
     .offset = offsetof(clpti_arguments, explain),
     .help = "at the end, print to stderr which variants, FFT providers and kernels were used, and why"},
    {.name = "verbose",
     .kind = CLPT_OPTION_FLAG,
     .offset = offsetof(clpti_arguments, verbose),
     .help = "print the library's log to stderr"},
    {.name = "quiet",
     .kind = CLPT_OPTION_FLAG,
     .offset = offsetof(clpti_arguments, quiet),
     .help = "print only warnings and errors: no progress, no report"},
    {.name = "config",
     .kind = CLPT_OPTION_TEXT,
     .value = "FILE",
     .offset = offsetof(clpti_arguments, config),
     .help = "options from a JSON file, {\"iterations\": 100}, or from a result of 'reconstruct'; the command line has "
             "priority"},
    {.name = "preset",
     .kind = CLPT_OPTION_TEXT,
     .value = "NAME|FILE",
     .offset = offsetof(clpti_arguments, preset),
     .help = "options from a JSON file, or from NAME.json in ~/.config/clptycho/presets; --config has priority"},
    {.name = "dump-config",
     .kind = CLPT_OPTION_FLAG,
     .offset = offsetof(clpti_arguments, dump_config),
     .help = "print the options given on the command line and in files as a configuration, and stop"},
    {.name = "json",
     .kind = CLPT_OPTION_TEXT,
     .value = "FILE|-",
     .offset = offsetof(clpti_arguments, json),
     .help =
         "write a JSON document of the run: figures, seconds, device, choices, outputs, warnings; with - to stdout, "
         "instead of the report"},
    {.name = "log",
     .kind = CLPT_OPTION_TEXT,
     .value = "FILE",
     .offset = offsetof(clpti_arguments, log),
     .help = "append a log with times to this file: command line, iterations, warnings, errors, the library's log"},
    {.name = "ignore",
     .kind = CLPT_OPTION_TEXT,
     .value = "CODES",
     .offset = offsetof(clpti_arguments, ignore),
     .help = "comma-separated codes of warnings to omit, or all; 'clptycho help warnings' lists them"},
    {.name = "error",
     .kind = CLPT_OPTION_TEXT,
     .value = "CODES",
     .offset = offsetof(clpti_arguments, error),
     .help = "comma-separated codes of warnings that are errors, or all"},
    {.name = "help",
     .kind = CLPT_OPTION_FLAG,
     .offset = offsetof(clpti_arguments, help),
     .help = "print this text; '--help GROUP' or '--help OPTION' that part, '--help all' all options"},
    {.name = NULL}};
enum { COMMON_COUNT = sizeof clpti_common_options / sizeof *clpti_common_options };

static bool is_offered(const clpti_option_table *table, const clpt_option *option)
{
    return !(option->flags & CLPT_OPTION_FOR_PROGRAMS) &&
           (!table->only || clpti_word_index(table->only, option->name) >= 0);
}

const clpt_option *clpti_command_option(const clpti_command *command, int index, size_t *base)
{
    static const clpti_option_table none[] = {{NULL, 0, NULL}};
    if (base) *base = 0;
    for (const clpt_option *o = command->options; o->name; ++o)
        if (index-- == 0) return o;
    for (const clpti_option_table *t = command->shared ? command->shared : none; t->options; ++t)
        for (const clpt_option *o = t->options; o->name; ++o)
            if (is_offered(t, o) && index-- == 0) {
                if (base) *base = t->base;
                return o;
            }
    return NULL;
}

const clpt_option *clpti_common_option(const clpti_command *command, int index)
{
    for (const clpt_option *o = clpti_common_options; o->name; ++o)
        if (!clpti_option_find(command->options, o->name) && index-- == 0) return o;
    return NULL;
}

static int count_options(const clpti_command *command)
{
    int count = 0;
    while (clpti_command_option(command, count, NULL)) ++count;
    return count;
}

clpt_status clpti_arguments_unknown(const clpti_command *command, const char *name, size_t length,
                                    clpt_message *message)
{
    size_t count = 0;
    char word[64];
    const clpt_option *option;
    const char **names = clpti_malloc(count_options(command) + COMMON_COUNT, sizeof *names);
    if (!names) return clpti_fail(message, CLPT_ERROR_MEMORY, "no memory for the names of options");
    for (int k = 0; (option = clpti_command_option(command, k, NULL)); ++k) names[count++] = option->name;
    for (const clpt_option *o = clpti_common_options; o->name; ++o) names[count++] = o->name;
    snprintf(word, sizeof word, "%.*s", (int)length, name);
    const char *near = clpti_nearest_word(word, names, count);
    clpt_status status =
        clpti_fail(message, CLPT_ERROR_ARGUMENT, "unknown option --%s%s%s%s; 'clptycho %s --help' lists them", word,
                   near ? " (did you mean --" : "", near ? near : "", near ? "?)" : "", command->name);
    free(names);
    return status;
}

static clpt_status parse_repeated(const clpt_option *option, const char *text, void *base, clpt_message *message)
{
    clpti_texts *target = (clpti_texts *)((char *)base + option->offset);
    if (!*text) return clpti_fail(message, CLPT_ERROR_ARGUMENT, "--%s has an empty value", option->name);
    if (target->count == CLPTI_TEXTS_MAX)
        return clpti_fail(message, CLPT_ERROR_ARGUMENT, "--%s may be given at most %d times", option->name,
                          CLPTI_TEXTS_MAX);
    target->items[target->count++] = text;
    return CLPT_OK;
}

/* The attached value or the next word; advances *at beyond the option's words. */
static clpt_status take_value(const clpt_option *option, const char *attached, int argc, char **argv, int *at,
                              const char **text, clpt_message *message)
{
    *text = attached;
    if (option->kind == CLPT_OPTION_FLAG) {
        if (attached) return clpti_fail(message, CLPT_ERROR_ARGUMENT, "--%s takes no value", option->name);
        *text = "yes";
    } else if (!attached) {
        if (*at + 1 >= argc || !strncmp(argv[*at + 1], "--", 2))
            return clpti_fail(message, CLPT_ERROR_ARGUMENT, "--%s requires a value: %s", option->name, option->value);
        *text = argv[++*at];
    }
    ++*at;
    return CLPT_OK;
}

static clpt_status parse_value(const clpt_option *option, const char *text, void *base, clpt_message *message)
{
    if (option->flags & CLPTI_OPTION_REPEATED) return parse_repeated(option, text, base, message);
    return clpti_option_parse(option, text, base, CLPTI_NAMING_COMMAND, message);
}

clpt_status clpti_arguments_set(clpti_arguments *arguments, int index, const char *text, clpt_message *message)
{
    size_t base;
    const clpt_option *option = clpti_command_option(arguments->command, index, &base);
    clpt_status status = parse_value(option, text, (char *)arguments->values + base, message);
    if (status == CLPT_OK) arguments->given[index] |= CLPTI_GIVEN;
    return status;
}

/* One option as it was typed. */
typedef struct typed {
    const char *name; /* not terminated */
    size_t length;
    const char *value; /* attached: "=value", or the rest of "-n20"; NULL: the next word */
} typed;

/* Of "--name", "--name=value"; of "-n", "-n20". */
static typed typed_of(const char *word)
{
    const char *equals = strchr(word, '=');
    if (word[1] == '-')
        return (typed){word + 2, equals ? (size_t)(equals - word - 2) : strlen(word + 2), equals ? equals + 1 : NULL};
    for (int k = 0; k < SHORT_FORMS; ++k)
        if (short_forms[k].letter == word[1])
            return (typed){short_forms[k].name, strlen(short_forms[k].name), word[2] ? word + 2 : NULL};
    return (typed){NULL, 0, NULL};
}

/* One option with its value; an alias may name several options. */
static clpt_status parse_option(clpti_arguments *arguments, int argc, char **argv, int *at, clpt_message *message)
{
    const typed t = typed_of(argv[*at]);
    const char *text = NULL;
    size_t base;
    const clpt_option *option;
    clpt_status status = CLPT_OK;
    if (!t.name)
        return clpti_fail(message, CLPT_ERROR_ARGUMENT,
                          "'%s' is not an option: short forms are -o, -n, -d, -q, -v and -h; all other options begin "
                          "with two dashes",
                          argv[*at]);
    for (int k = 0; (option = clpti_command_option(arguments->command, k, &base)); ++k) {
        if (!clpti_option_is_named(option, t.name, t.length)) continue;
        bool by_alias = option->alias && clpti_option_is_named(&(clpt_option){.name = option->alias}, t.name, t.length);
        if (arguments->given[k] & (by_alias ? CLPTI_GIVEN : CLPTI_GIVEN_BY_ALIAS))
            return clpti_fail(message, CLPT_ERROR_ARGUMENT, "--%s and --%s are the same option: give one of them",
                              option->name, option->alias);
        if (!text) CLPTI_TRY(take_value(option, t.value, argc, argv, at, &text, message));
        clpt_option named = *option; /* in messages: as it was typed */
        named.name = by_alias ? option->alias : option->name;
        CLPTI_TRY(parse_value(&named, text, (char *)arguments->values + base, message));
        arguments->given[k] |= by_alias ? CLPTI_GIVEN_BY_ALIAS : CLPTI_GIVEN;
    }
    for (option = clpti_common_options; !text && option->name; ++option) {
        if (!clpti_option_is_named(option, t.name, t.length)) continue;
        CLPTI_TRY(take_value(option, t.value, argc, argv, at, &text, message));
        CLPTI_TRY(parse_value(option, text, arguments, message));
    }
    if (!text) status = clpti_arguments_unknown(arguments->command, t.name, t.length, message);
cleanup:
    return status;
}

static clpt_status parse_operand(clpti_arguments *arguments, const char *text, clpt_message *message)
{
    const clpti_command *command = arguments->command;
    if (!strcmp(text, "-"))
        return clpti_fail(message, CLPT_ERROR_ARGUMENT,
                          "standard input, '-', is not supported: files are read in any order; write it to a file");
    if (!command->operand)
        return clpti_fail(message, CLPT_ERROR_ARGUMENT, "'%s' is one argument too many: %s accepts options only", text,
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

/* Allocates the values and sets their defaults. */
static clpt_status prepare(const clpti_command *command, clpti_arguments *arguments, clpt_message *message)
{
    size_t base;
    const clpt_option *option;
    *arguments = (clpti_arguments){.command = command};
    arguments->values = clpti_calloc(1, command->values_size);
    arguments->given = clpti_calloc(count_options(command) + 1, sizeof *arguments->given);
    if (!arguments->values || !arguments->given)
        return clpti_fail(message, CLPT_ERROR_MEMORY, "no memory for the command line");
    for (int k = 0; (option = clpti_command_option(command, k, &base)); ++k)
        if (option->default_text) clpti_option_reset(option, (char *)arguments->values + base);
    return CLPT_OK;
}

clpt_status clpti_arguments_parse(const clpti_command *command, int argc, char **argv, clpti_arguments *arguments,
                                  clpt_message *message)
{
    clpt_status status = CLPT_OK;
    bool options_over = false;
    CLPTI_TRY(prepare(command, arguments, message));
    arguments->count = argc;
    arguments->words = argv;
    for (int at = 0; at < argc;) {
        const char *text = argv[at];
        if (!options_over && !strcmp(text, "--")) {
            options_over = true;
            ++at;
        } else if (!options_over && text[0] == '-' && text[1]) {
            CLPTI_TRY(parse_option(arguments, argc, argv, &at, message));
            if (arguments->help) { /* the next word, if any, is its subject */
                arguments->topic = at < argc && (argv[at][0] != '-' || argv[at][1] == '-') ? argv[at] : NULL;
                break;
            }
        } else {
            CLPTI_TRY(parse_operand(arguments, text, message));
            ++at;
        }
    }
    if (!arguments->help) CLPTI_TRY(clpti_config_apply(arguments, message));
    if (command->operand_needed && !arguments->operand && !arguments->help && !arguments->dump_config)
        status = clpti_fail(message, CLPT_ERROR_ARGUMENT, "%s is missing; 'clptycho %s --help' has an example",
                            command->operand, command->name);
cleanup:
    if (status != CLPT_OK) clpti_arguments_free(arguments);
    return status;
}

void clpti_arguments_free(clpti_arguments *arguments)
{
    for (int k = 0; k < arguments->text_count; ++k) free(arguments->texts[k]);
    free(arguments->texts);
    free(arguments->values);
    free(arguments->given);
    arguments->texts = NULL;
    arguments->text_count = 0;
    arguments->values = NULL;
    arguments->given = NULL;
}

bool clpti_arguments_have(const clpti_arguments *arguments, const char *name)
{
    const clpt_option *option;
    for (int k = 0; (option = clpti_command_option(arguments->command, k, NULL)); ++k)
        if (clpti_option_is_named(option, name, strlen(name)) && arguments->given[k]) return true;
    return false;
}

const char *clpti_arguments_text(const clpti_arguments *arguments, int index, char *text, size_t size)
{
    size_t base;
    const clpt_option *option = clpti_command_option(arguments->command, index, &base);
    return clpti_option_text(option, (const char *)arguments->values + base, text, size);
}
