/* SPDX-License-Identifier: Apache-2.0 */
/* Declarative command lines: each subcommand is a table row with a table of options; parsing, checking and help are
 * generated from these. */
#ifndef CLPTI_CLI_OPTIONS_H
#define CLPTI_CLI_OPTIONS_H

#include <stdio.h>

#include "core/option.h"

/* Flags of the command's own rows (clpt_option.flags). */
enum {
    CLPTI_OPTION_REPEATED = 0x100, /* may be given several times: the value is a clpti_texts */
    CLPTI_OPTION_OUTPUT = 0x200,   /* names where results go or how a run is saved: changes nothing that is computed */
    CLPTI_OPTION_LENGTH = 0x400,   /* says how long a run is: a longer one begins alike */
    CLPTI_OPTION_SOURCE = 0x800    /* names data, whose contents are recorded beside it */
};

enum { CLPTI_TEXTS_MOST = 16 };
typedef struct clpti_texts {
    const char *items[CLPTI_TEXTS_MOST];
    int count;
} clpti_texts;

/* A table of options that several commands share, and where the struct that it describes lies in a command's values. */
typedef struct clpti_option_table {
    const clpt_option *options; /* ends with a NULL name */
    size_t base;
    const char *only; /* "batch|seed": those that the command takes; NULL: all */
} clpti_option_table;

struct clpti_session;

typedef struct clpti_command {
    const char *name;
    const char *summary; /* one line */
    const char *details; /* more for --help; may be NULL */
    const char *operand; /* "FILE"; NULL: none */
    bool operand_needed;
    const char *second; /* of two operands, the one that may be left out; NULL: none */
    const char *example;
    const clpt_option *options;       /* its own; ends with a NULL name */
    const clpti_option_table *shared; /* ends with NULL options; NULL: none */
    const char *groups;               /* "start|engine": order of the groups in help; NULL: one list */
    size_t values_size;               /* of the struct that its own options describe */
    clpt_status (*run)(struct clpti_session *session, const void *values);
} clpti_command;

/* A parsed command line. */
typedef struct clpti_arguments {
    const clpti_command *command;
    const char *operand;  /* NULL: not given */
    const char *second;   /* likewise */
    void *values;         /* of the command's own struct; owned */
    unsigned char *given; /* for each option, in the order of clpti_command_option, how it was; 0: not; owned */
    const char *device;   /* the options that every command has */
    const char *without;
    bool explain, verbose, help;
} clpti_arguments;

/* Option number `index` of a command, its own before those of shared tables; NULL beyond the last. *base: where the
 * struct that it describes lies in the command's values; may be NULL. */
const clpt_option *clpti_command_option(const clpti_command *command, int index, size_t *base);

/* argv holds what follows the command's name. Text values point into argv. A failure is a usage error. */
clpt_status clpti_arguments_parse(const clpti_command *command, int argc, char **argv, clpti_arguments *arguments,
                                  clpt_message *message);
void clpti_arguments_free(clpti_arguments *arguments);

/* Whether the option was on the command line. */
bool clpti_arguments_have(const clpti_arguments *arguments, const char *name);

/* The value of option number `index` as text; "default" where it is not set. Returns `text`. */
const char *clpti_arguments_text(const clpti_arguments *arguments, int index, char *text, size_t size);

/* Options of every command, in clpti_arguments; ends with a NULL name. A command's own option of the same name comes
 * first. */
extern const clpt_option clpti_common_options[];

/* ---- help.c ---- */
void clpti_help_command(FILE *stream, const clpti_command *command);
/* Tables of all options, for docs/options.md. */
void clpti_help_markdown(FILE *stream, const clpti_command *command);

#endif
