/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <string.h>

#include "cli/options.h"

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

static void print_option(FILE *stream, const clpt_option *option)
{
    int used =
        fprintf(stream, "  --%s%s%s", option->name, option->value ? " " : "", option->value ? option->value : "");
    if (used >= INDENT) {
        fputc('\n', stream);
        used = 0;
    }
    fprintf(stream, "%*s", INDENT - used, "");
    char text[768];
    snprintf(text, sizeof text, "%s%s%s%s", option->help, option->default_text ? " (default " : "",
             option->default_text ? option->default_text : "", option->default_text ? ")" : "");
    print_wrapped(stream, text, INDENT, INDENT);
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
    fprintf(stream, "\nOptions:\n");
    const clpt_option *option;
    for (int k = 0; (option = clpti_command_option(command, k, NULL)); ++k) print_option(stream, option);
    for (const clpt_option *o = clpti_common_options; o->name; ++o)
        if (!clpti_option_find(command->options, o->name)) print_option(stream, o);
    fprintf(stream, "\nExample:\n  %s\n", command->example);
}
