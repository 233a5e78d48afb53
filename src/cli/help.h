/* SPDX-License-Identifier: Apache-2.0 */
/* Help from the tables of options: in a terminal, as Markdown, as manual pages, as completions of shells. */
#ifndef CLPTI_CLI_HELP_H
#define CLPTI_CLI_HELP_H

#include "cli/options.h"

enum { CLPTI_HELP_TEXT = 2048 };

/* The columns of an option: "0 < F <= 2"; "0.5"; "rpie, lsqml". "": no restriction, no default. Return `text`. */
const char *clpti_help_range(const clpt_option *option, char text[CLPTI_HELP_TEXT]);
const char *clpti_help_default(const clpt_option *option, char text[CLPTI_HELP_TEXT]);
const char *clpti_help_engines(const clpt_option *option, char text[CLPTI_HELP_TEXT]);
/* Its sentence with all of these in brackets. Returns `text`. */
const char *clpti_help_sentence(const clpt_option *option, char text[CLPTI_HELP_TEXT]);

/* Group number `index` of a command as a word that can be typed, "near-field". Returns `text`. */
const char *clpti_help_group(const clpti_command *command, int index, char *text, size_t size);

/* Help on a command in a terminal. `topic` is a group, an option or "all"; NULL: the main options of a command with
 * groups, all options of any other. An unknown topic is an error. */
clpt_status clpti_help_command(FILE *stream, const clpti_command *command, const char *topic, clpt_message *message);

/* Tables of all options, for docs/options.md. help_markdown.c */
void clpti_help_markdown(FILE *stream, const clpti_command *command);

/* The manual page of a command, and of all commands, in roff. help_manual.c */
void clpti_help_manual(FILE *stream, const clpti_command *command);
void clpti_help_manual_overview(FILE *stream);

/* The completion script of a shell, one of these words. help_completion.c */
#define CLPTI_COMPLETION_SHELLS "bash|zsh|fish"
void clpti_help_completion(FILE *stream, int shell);

#endif
