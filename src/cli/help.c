/* SPDX-License-Identifier: Apache-2.0 */
/* Help texts of subcommands from their tables of options, for the terminal and as Markdown. */
#include <ctype.h>
#include <string.h>

#include "cli/options.h"
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

/* ---- the columns of an option ---- */

enum { COLUMN = 256 };

/* "0 < F <= 2", "N >= 1, or never"; "" without a range. */
static const char *range_of(const clpt_option *option, char text[COLUMN])
{
    char range[CLPTI_OPTION_TEXT];
    clpti_option_range(option, option->value, range);
    snprintf(text, COLUMN, "%s%s", range, option->flags & CLPT_OPTION_MAY_BE_NEVER ? ", or never" : "");
    return text;
}

static const char *default_of(const clpt_option *option, char text[COLUMN])
{
    *text = '\0';
    return option->kind == CLPT_OPTION_FLAG ? text : clpti_solver_option_default(option, text, COLUMN);
}

/* "rpie, lsqml"; "": all. */
static const char *engines_of(const clpt_option *option, char text[COLUMN])
{
    char engine[32];
    *text = '\0';
    for (int k = 0; option->engines && k < clpti_word_count(option->engines); ++k) {
        size_t used = strlen(text);
        snprintf(text + used, COLUMN - used, "%s%s", k ? ", " : "",
                 clpti_word_at(option->engines, k, engine, sizeof engine));
    }
    return text;
}

/* ---- text ---- */

static void print_option(FILE *stream, const clpt_option *option)
{
    int used =
        fprintf(stream, "  --%s%s%s", option->name, option->value ? " " : "", option->value ? option->value : "");
    if (used >= INDENT) {
        fputc('\n', stream);
        used = 0;
    }
    fprintf(stream, "%*s", INDENT - used, "");
    char range[COLUMN], preset[COLUMN], engines[COLUMN], text[2048];
    range_of(option, range);
    default_of(option, preset);
    engines_of(option, engines);
    snprintf(text, sizeof text, "%s%s%s%s%s%s%s%s%s%s", option->help, *range || *preset || *engines ? " [" : "", range,
             *range && *preset ? "; " : "", *preset ? "default " : "", preset,
             *engines && (*range || *preset) ? "; " : "", *engines ? "engines " : "", engines,
             *range || *preset || *engines ? "]" : "");
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
    if (groups) fprintf(stream, "\nCommon options:\n");
    for (const clpt_option *o = clpti_common_options; o->name; ++o)
        if (!clpti_option_find(command->options, o->name)) print_option(stream, o);
    fprintf(stream, "\nExample:\n  %s\n", command->example);
}

/* ---- Markdown ---- */

/* Text of a table's cell. */
static void print_cell(FILE *stream, const char *text)
{
    for (; *text; ++text) fprintf(stream, *text == '|' ? "\\|" : "%c", *text);
}

static void print_entry(FILE *stream, const clpt_option *option)
{
    char range[COLUMN], preset[COLUMN], engines[COLUMN];
    fprintf(stream, "| `--%s", option->name);
    if (option->value) print_cell(stream, " ");
    if (option->value) print_cell(stream, option->value);
    fprintf(stream, "` | ");
    print_cell(stream, option->help);
    const char *const columns[] = {option->unit ? option->unit : "", range_of(option, range),
                                   default_of(option, preset), engines_of(option, engines)};
    for (size_t k = 0; k < sizeof columns / sizeof *columns; ++k) {
        fprintf(stream, *columns[k] ? " | " : " |");
        print_cell(stream, columns[k]);
    }
    fprintf(stream, " |\n");
}

static void print_aliases(FILE *stream, const clpti_command *command)
{
    int count = 0;
    const clpt_option *option;
    for (int k = 0; (option = clpti_command_option(command, k, NULL)); ++k)
        if (option->alias)
            fprintf(stream, "%s`--%s` sets `--%s`", count++ ? ", " : "\nOther names: ", option->alias, option->name);
    fprintf(stream, count ? ".\n" : "");
}

void clpti_help_markdown(FILE *stream, const clpti_command *command)
{
    char group[32];
    const clpt_option *option;
    const char *groups = command->groups ? command->groups : "options";
    fprintf(stream, "# Options of `clptycho %s`\n\n", command->name);
    fprintf(stream, "Generated by `clptycho help %s --markdown`: change the tables in the source, not this page.\n",
            command->name);
    fprintf(stream, "An empty range or list of engines means no restriction.\n");
    print_aliases(stream, command);
    for (int g = 0; g < clpti_word_count(groups); ++g) {
        clpti_word_at(groups, g, group, sizeof group);
        fprintf(stream,
                "\n## %c%s\n| Option | Meaning | Unit | Range | Default | Engines |\n|---|---|---|---|---|---|\n",
                toupper((unsigned char)*group), group + 1);
        for (int k = 0; (option = clpti_command_option(command, k, NULL)); ++k)
            if (!command->groups || (option->group && !strcmp(option->group, group))) print_entry(stream, option);
    }
}
