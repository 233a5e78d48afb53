/* SPDX-License-Identifier: Apache-2.0 */
/* Declarative command lines: each subcommand is a table row with a table of options; parsing, checking and help are
 * generated from these. */
#ifndef CLPTI_CLI_OPTIONS_H
#define CLPTI_CLI_OPTIONS_H

#include <stdio.h>

#include "core/status.h"

typedef enum clpti_option_kind {
    CLPTI_OPTION_FLAG,    /* bool */
    CLPTI_OPTION_TEXT,    /* const char * */
    CLPTI_OPTION_TEXTS,   /* clpti_texts: may be given several times */
    CLPTI_OPTION_CHOICE,  /* int: which of the words in `value` */
    CLPTI_OPTION_INTEGER, /* int64_t within [least, most] */
    CLPTI_OPTION_SEED,    /* uint64_t */
    CLPTI_OPTION_REAL     /* double, finite, within [least, most] */
} clpti_option_kind;

enum { CLPTI_TEXTS_MOST = 16 };
typedef struct clpti_texts {
    const char *items[CLPTI_TEXTS_MOST];
    int count;
} clpti_texts;

typedef struct clpti_option {
    const char *name; /* without the dashes */
    clpti_option_kind kind;
    const char *value; /* what help calls the value, "N"; of a choice the words, "grid|spiral" */
    size_t target;     /* offset into the command's values */
    const char *help;
    const char *fallback; /* the default as one would type it; NULL: zero bytes */
    double least, most;   /* most ≤ least: no upper limit */
} clpti_option;

struct clpti_session;

typedef struct clpti_command {
    const char *name;
    const char *summary; /* one line */
    const char *details; /* more for --help; may be NULL */
    const char *operand; /* "FILE"; NULL: none */
    bool operand_needed;
    const char *second; /* of two operands, the one that may be left out; NULL: none */
    const char *example;
    const clpti_option *options; /* ends with a NULL name */
    size_t values_size;          /* of the struct that options' targets lie in */
    clpt_status (*run)(struct clpti_session *session, const void *values);
} clpti_command;

/* A parsed command line. */
typedef struct clpti_arguments {
    const clpti_command *command;
    const char *operand; /* NULL: not given */
    const char *second;  /* likewise */
    void *values;        /* of the command's own struct; owned */
    uint64_t given;      /* bit k: options[k] was on the command line */
    const char *device;  /* the options that every command has */
    const char *without;
    bool explain, verbose, help;
} clpti_arguments;

/* argv holds what follows the command's name. Text values point into argv. A failure is a usage error. */
clpt_status clpti_arguments_parse(const clpti_command *command, int argc, char **argv, clpti_arguments *arguments,
                                  clpt_message *message);
void clpti_arguments_free(clpti_arguments *arguments);

/* Whether the option was on the command line. */
bool clpti_arguments_have(const clpti_arguments *arguments, const char *name);

/* An option's value as one would type it ("yes" or "no" for a flag, "default" for what was not given and has no
 * default). Returns `text`. */
const char *clpti_option_text(const clpti_arguments *arguments, const clpti_option *option, char *text, size_t room);

/* The option of that name in a table; NULL: none. */
const clpti_option *clpti_option_find(const clpti_option *options, const char *name);

/* Number of words in "a|b|c"; the index of a word among them, or −1. */
int clpti_word_count(const char *words);
int clpti_word_index(const char *words, const char *word);

/* What takes `device`, `verbose` and `help` in clpti_arguments; ends with a NULL name. A command's own option of the
 * same name comes first. */
extern const clpti_option clpti_common_options[];

/* ---- help.c ---- */
void clpti_help_command(FILE *stream, const clpti_command *command);

/* The entry of `names` nearest to `word` by edit distance; NULL where none is near enough to be meant. */
const char *clpti_nearest(const char *word, const char *const *names, size_t count);

#endif
