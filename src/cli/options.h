/* SPDX-License-Identifier: Apache-2.0 */
/* Declarative command lines: each subcommand is a table entry with a table of options, from which parsing, checks and
 * help are derived. */
#ifndef CLPTI_CLI_OPTIONS_H
#define CLPTI_CLI_OPTIONS_H

#include <stdio.h>

#include "core/option.h"

/* Flags of the command's own entries (clpt_option.flags). */
enum {
    CLPTI_OPTION_REPEATED = 0x100, /* may be repeated: the value is a clpti_texts */
    CLPTI_OPTION_OUTPUT = 0x200,   /* output or checkpointing: does not affect results */
    CLPTI_OPTION_LENGTH = 0x400,   /* length of a run: a longer run begins with the same results */
    CLPTI_OPTION_SOURCE = 0x800    /* path of data, whose contents are recorded too */
};

enum { CLPTI_TEXTS_MAX = 16 };
typedef struct clpti_texts {
    const char *items[CLPTI_TEXTS_MAX];
    int count;
} clpti_texts;

/* A table of options common to several commands, and the offset of the struct that it describes in a command's
 * values. */
typedef struct clpti_option_table {
    const clpt_option *options; /* ends with a NULL name */
    size_t base;
    const char *only; /* "batch|seed": those that the command supports; NULL: all */
} clpti_option_table;

struct clpti_session;

typedef struct clpti_command {
    const char *name;
    const char *summary; /* one line */
    const char *details; /* additional text for --help; may be NULL */
    const char *operand; /* "FILE"; NULL: none */
    bool operand_needed;
    const char *second; /* the optional one of two operands; NULL: none */
    const char *example;
    const clpt_option *options;       /* ends with a NULL name */
    const clpti_option_table *shared; /* ends with NULL options; NULL: none */
    const char *groups;               /* "start|engine": order of the groups in help; NULL: one list */
    const char *main;                 /* "out|engine": options that --help alone shows; NULL: all */
    size_t values_size;               /* of the struct described by `options` */
    clpt_status (*run)(struct clpti_session *session, const void *values);
} clpti_command;

/* Bits of clpti_arguments.given. */
enum {
    CLPTI_GIVEN = 1,
    CLPTI_GIVEN_BY_ALIAS = 2,
    CLPTI_GIVEN_BEFORE = 4 /* by the command line, or a file with priority over the current one */
};

/* A parsed command line. */
typedef struct clpti_arguments {
    const clpti_command *command;
    int count;            /* of the words after the command's name */
    char *const *words;   /* not owned */
    const char *operand;  /* NULL: absent */
    const char *second;   /* NULL: absent */
    void *values;         /* of the command's own struct; owned */
    unsigned char *given; /* for each option, in the order of clpti_command_option, the form in which it was given; 0:
                           * absent; owned */
    const char *device;   /* options common to all commands */
    const char *without;
    const char *config, *preset, *json, *log, *ignore, *error;
    bool explain, verbose, quiet, dump_config, help;
    const char *topic; /* the word after --help; NULL: none */
    char **texts;      /* values from files; owned */
    int text_count;
} clpti_arguments;

/* Option number `index` of a command, its own before those of shared tables; NULL beyond the last. *base: offset of the
 * struct that it describes in the command's values; may be NULL. */
const clpt_option *clpti_command_option(const clpti_command *command, int index, size_t *base);

/* argv has the words after the command's name. Text values point into argv. A failure is a usage error. */
clpt_status clpti_arguments_parse(const clpti_command *command, int argc, char **argv, clpti_arguments *arguments,
                                  clpt_message *message);
void clpti_arguments_free(clpti_arguments *arguments);

/* Sets option number `index` as if it was given. */
clpt_status clpti_arguments_set(clpti_arguments *arguments, int index, const char *text, clpt_message *message);

/* Fails: there is no option of that name, with a suggestion. */
clpt_status clpti_arguments_unknown(const clpti_command *command, const char *name, size_t length,
                                    clpt_message *message);

/* True if the option was on the command line or in a configuration. */
bool clpti_arguments_have(const clpti_arguments *arguments, const char *name);

/* The value of option number `index` as text; "default" if it is not set. Returns `text`. */
const char *clpti_arguments_text(const clpti_arguments *arguments, int index, char *text, size_t size);

/* Options of all commands, in clpti_arguments; ends with a NULL name. A command's own option of the same name has
 * priority. */
extern const clpt_option clpti_common_options[];

/* The letter of an option's short form, -o for --out; 0: none. */
char clpti_option_letter(const clpt_option *option);

/* Common option number `index` that the command does not have itself; NULL beyond the last. */
const clpt_option *clpti_common_option(const clpti_command *command, int index);

#endif
