/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <string.h>

#include "cli/options.h"
#include "core/words.h"
#include "solve/options.h"

enum { WIDTH = 100, INDENT = 28 };

/* Prints words from column `column` on, breaking lines before WIDTH and going on at `indent`. */
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

/* Range, default and engines of an option, "0 < F <= 2; default 0.5; engines rpie, lsqml". */
static const char *facts_of(const clpt_option *option, char *text, size_t size)
{
    char part[256];
    size_t used = 0;
    *text = '\0';
    if (*clpti_option_range(option, option->value, part)) used += (size_t)snprintf(text, size, "%s", part);
    if (option->flags & CLPT_OPTION_MAY_BE_NEVER) used += (size_t)snprintf(text + used, size - used, ", or never");
    if (option->kind != CLPT_OPTION_FLAG && *clpti_solver_option_default(option, part, sizeof part))
        used += (size_t)snprintf(text + used, size - used, "%sdefault %s", used ? "; " : "", part);
    for (int k = 0; option->engines && k < clpti_word_count(option->engines); ++k)
        used += (size_t)snprintf(text + used, size - used, "%s%s",
                                 k      ? ", "
                                 : used ? "; engines "
                                        : "engines ",
                                 clpti_word_at(option->engines, k, part, sizeof part));
    return text;
}

static void print_option(FILE *stream, const clpt_option *option)
{
    int used =
        fprintf(stream, "  --%s%s%s", option->name, option->value ? " " : "", option->value ? option->value : "");
    if (used >= INDENT) {
        fputc('\n', stream);
        used = 0;
    }
    fprintf(stream, "%*s", INDENT - used, "");
    char facts[512], text[1280];
    facts_of(option, facts, sizeof facts);
    snprintf(text, sizeof text, *facts ? "%s [%s]" : "%s", option->help, facts);
    print_wrapped(stream, text, INDENT, INDENT);
}

static void print_group(FILE *stream, const clpti_command *command, const char *group)
{
    const clpt_option *option;
    if (group) fprintf(stream, "\n%c%s:\n", toupper((unsigned char)*group), group + 1);
    for (int k = 0; (option = clpti_command_option(command, k, NULL)); ++k)
        if (!group || (option->group && !strcmp(option->group, group))) print_option(stream, option);
}

void clpti_help_command(FILE *stream, const clpti_command *command)
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
    char group[32];
    const char *groups = command->groups;
    if (!groups) fprintf(stream, "\nOptions:\n");
    if (!groups) print_group(stream, command, NULL);
    for (int k = 0; groups && k < clpti_word_count(groups); ++k)
        print_group(stream, command, clpti_word_at(groups, k, group, sizeof group));
    if (groups) fprintf(stream, "\nEvery command:\n");
    for (const clpt_option *o = clpti_common_options; o->name; ++o)
        if (!clpti_option_find(command->options, o->name)) print_option(stream, o);
    fprintf(stream, "\nExample:\n  %s\n", command->example);
}
