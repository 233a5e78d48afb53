/* SPDX-License-Identifier: Apache-2.0 */
/* Help texts of subcommands from their tables of options, for the terminal. */
#include <ctype.h>
#include <string.h>

#include "cli/help.h"
#include "core/words.h"
#include "solve/options.h"

enum { WIDTH = 100, INDENT = 28 };

/* Prints words starting at column `column`, with lines broken before WIDTH and continued at `indent`. */
static void print_wrapped(FILE *stream, const char *text, int column, int indent)
{
    while (*text) {
        int length = (int)strcspn(text, " \n");
        if (column > indent && column + 1 + length > WIDTH) {
            fprintf(stream, "\n%*s", indent, "");
            column = indent;
        } else if (column > indent) {
            fputc(' ', stream);
            ++column;
        }
        fwrite(text, 1, (size_t)length, stream);
        column += length;
        text += length;
        if (*text == '\n') {
            fprintf(stream, "\n%*s", indent, "");
            column = indent;
        }
        if (*text) ++text;
    }
    fputc('\n', stream);
}

/* ---- an option ---- */

const char *clpti_help_range(const clpt_option *option, char text[CLPTI_HELP_TEXT])
{
    char range[CLPTI_OPTION_TEXT];
    clpti_option_range(option, option->value, range);
    snprintf(text, CLPTI_HELP_TEXT, "%s%s", range, option->flags & CLPT_OPTION_MAY_BE_NEVER ? ", or never" : "");
    return text;
}

const char *clpti_help_default(const clpt_option *option, char text[CLPTI_HELP_TEXT])
{
    *text = '\0';
    return option->kind == CLPT_OPTION_FLAG ? text : clpti_solver_option_default(option, text, CLPTI_HELP_TEXT);
}

const char *clpti_help_engines(const clpt_option *option, char text[CLPTI_HELP_TEXT])
{
    char engine[32];
    *text = '\0';
    for (int k = 0; option->engines && k < clpti_word_count(option->engines); ++k) {
        size_t used = strlen(text);
        snprintf(text + used, CLPTI_HELP_TEXT - used, "%s%s", k ? ", " : "",
                 clpti_word_at(option->engines, k, engine, sizeof engine));
    }
    return text;
}

/* Appends "; label text", with "[" before the first one. */
static void append_column(char *to, const char *label, const char *text)
{
    size_t used = strlen(to), left = CLPTI_OPTION_TEXT * 4 - used;
    if (*text) snprintf(to + used, left, "%s%s%.*s", used ? "; " : " [", label, (int)left, text);
}

const char *clpti_help_sentence(const clpt_option *option, char text[CLPTI_HELP_TEXT])
{
    char columns[CLPTI_OPTION_TEXT * 4] = "", column[CLPTI_HELP_TEXT];
    append_column(columns, "", clpti_help_range(option, column));
    append_column(columns, "default ", clpti_help_default(option, column));
    append_column(columns, "engines ", clpti_help_engines(option, column));
    snprintf(text, CLPTI_HELP_TEXT, "%s%s%s", option->help, columns, *columns ? "]" : "");
    return text;
}

static void print_option(FILE *stream, const clpt_option *option)
{
    char text[CLPTI_HELP_TEXT], letter = clpti_option_letter(option);
    int used = fprintf(stream, "  --%s", option->name);
    if (letter) used += fprintf(stream, ", -%c", letter);
    if (option->value) used += fprintf(stream, " %s", option->value);
    if (used >= INDENT) {
        fputc('\n', stream);
        used = 0;
    }
    fprintf(stream, "%*s", INDENT - used, "");
    print_wrapped(stream, clpti_help_sentence(option, text), INDENT, INDENT);
}

/* ---- groups ---- */

const char *clpti_help_group(const clpti_command *command, int index, char *text, size_t size)
{
    clpti_word_at(command->groups, index, text, size);
    for (char *c = text; *c; ++c)
        if (*c == ' ') *c = '-';
    return text;
}

/* Options of one group; NULL: of all. */
static void print_group(FILE *stream, const clpti_command *command, const char *group)
{
    const clpt_option *option;
    if (group) fprintf(stream, "\n%c%s:\n", toupper((unsigned char)*group), group + 1);
    for (int k = 0; (option = clpti_command_option(command, k, NULL)); ++k)
        if (!group || (option->group && !strcmp(option->group, group))) print_option(stream, option);
}

static void print_common(FILE *stream, const clpti_command *command, bool heading)
{
    const clpt_option *option;
    if (heading) fprintf(stream, "\nCommon options:\n");
    for (int k = 0; (option = clpti_common_option(command, k)); ++k) print_option(stream, option);
}

static void print_all(FILE *stream, const clpti_command *command)
{
    char group[32];
    if (!command->groups) fprintf(stream, "\nOptions:\n");
    if (!command->groups) print_group(stream, command, NULL);
    for (int k = 0; command->groups && k < clpti_word_count(command->groups); ++k)
        print_group(stream, command, clpti_word_at(command->groups, k, group, sizeof group));
    print_common(stream, command, command->groups);
}

/* The first option of each group's others, as a hint of its contents: "--probe-support, --probe-pupil, …". */
static void print_group_line(FILE *stream, const clpti_command *command, int index)
{
    char group[32], word[32], text[256] = "";
    const clpt_option *option;
    int count = 0;
    clpti_word_at(command->groups, index, group, sizeof group);
    for (int k = 0; (option = clpti_command_option(command, k, NULL)); ++k) {
        if (!option->group || strcmp(option->group, group) != 0) continue;
        size_t used = strlen(text);
        if (used < 50)
            snprintf(text + used, sizeof text - used, "%s--%s", count ? ", " : "", option->name);
        else if (text[used - 1] != '.')
            snprintf(text + used, sizeof text - used, ", ...");
        ++count;
    }
    fprintf(stream, "  %-12s%3d  %s\n", clpti_help_group(command, index, word, sizeof word), count, text);
}

static void print_main(FILE *stream, const clpti_command *command)
{
    char name[64];
    const clpt_option *option;
    fprintf(stream, "\nMain options:\n");
    for (int k = 0; k < clpti_word_count(command->main); ++k) {
        clpti_word_at(command->main, k, name, sizeof name);
        for (int i = 0; (option = clpti_command_option(command, i, NULL)); ++i)
            if (!strcmp(option->name, name)) print_option(stream, option);
    }
    print_common(stream, command, true);
    fprintf(stream, "\nGroups of options, with their number; 'clptycho help %s GROUP' explains them:\n", command->name);
    for (int k = 0; k < clpti_word_count(command->groups); ++k) print_group_line(stream, command, k);
    fprintf(stream, "  %-12s     every option\n", "all");
}

/* ---- help ---- */

static void print_head(FILE *stream, const clpti_command *command)
{
    fprintf(stream, "Usage: clptycho %s", command->name);
    if (command->operand) fprintf(stream, command->operand_needed ? " %s" : " [%s]", command->operand);
    if (command->second) fprintf(stream, " [%s]", command->second);
    fprintf(stream, " [options]\n\n");
    char summary[256];
    snprintf(summary, sizeof summary, "%c%s.", toupper((unsigned char)command->summary[0]), command->summary + 1);
    print_wrapped(stream, summary, 0, 0);
    if (command->details) {
        fputc('\n', stream);
        print_wrapped(stream, command->details, 0, 0);
    }
}

/* Prints the option of that name or alias; false if there is none. */
static bool print_named(FILE *stream, const clpti_command *command, const char *name)
{
    const clpt_option *option;
    bool found = false;
    while (*name == '-') ++name;
    for (int k = 0; (option = clpti_command_option(command, k, NULL)); ++k)
        if (clpti_option_is_named(option, name, strlen(name))) {
            print_option(stream, option);
            found = true;
        }
    for (int k = 0; !found && (option = clpti_common_option(command, k)); ++k)
        if (clpti_option_is_named(option, name, strlen(name))) {
            print_option(stream, option);
            found = true;
        }
    return found;
}

static clpt_status unknown_topic(const clpti_command *command, const char *topic, clpt_message *message)
{
    enum { NAMES_MAX = 256 };
    char groups[16][32];
    const char *names[NAMES_MAX];
    const clpt_option *option;
    size_t count = 0;
    while (*topic == '-') ++topic;
    for (int k = 0; command->groups && k < clpti_word_count(command->groups) && k < 16; ++k)
        names[count++] = clpti_help_group(command, k, groups[k], sizeof groups[k]);
    for (int k = 0; count < NAMES_MAX && (option = clpti_command_option(command, k, NULL)); ++k)
        names[count++] = option->name;
    const char *near = clpti_nearest_word(topic, names, count);
    return clpti_fail(message, CLPT_ERROR_ARGUMENT,
                      "'%s' is neither a group nor an option%s%s%s; 'clptycho %s --help' %s", topic,
                      near ? " (did you mean " : "", near ? near : "", near ? "?)" : "", command->name,
                      command->groups ? "lists the groups" : "lists the options");
}

clpt_status clpti_help_command(FILE *stream, const clpti_command *command, const char *topic, clpt_message *message)
{
    char group[32];
    const bool all = topic && clpti_word_alike(topic, "all");
    if (!topic || all) {
        print_head(stream, command);
        (command->main && !all ? print_main : print_all)(stream, command);
        fprintf(stream, "\nExample:\n  %s\n", command->example);
        return CLPT_OK;
    }
    for (int k = 0; command->groups && k < clpti_word_count(command->groups); ++k)
        if (clpti_word_alike(clpti_word_at(command->groups, k, group, sizeof group), topic)) {
            fprintf(stream, "Options of 'clptycho %s':\n", command->name);
            print_group(stream, command, group);
            return CLPT_OK;
        }
    return print_named(stream, command, topic) ? CLPT_OK : unknown_topic(command, topic, message);
}
