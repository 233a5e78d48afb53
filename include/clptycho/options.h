/* SPDX-License-Identifier: Apache-2.0
 *
 * Descriptions of options by name, for user interfaces that offer all of them. In three steps:
 *   1. for (i = 0; (option = clpt_solver_describe_option(i)); i++) … lists the options of a solver (solver.h);
 *   2. show option->name, help, unit, default_text, minimum and maximum;
 *   3. clpt_solver_options_set(&options, option->name, text, &message) parses and checks a value.
 */
#ifndef CLPTYCHO_OPTIONS_H
#define CLPTYCHO_OPTIONS_H

#include "clptycho/core.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum clpt_option_kind {
    CLPT_OPTION_FLAG,    /**< bool: "yes" or "no" */
    CLPT_OPTION_INTEGER, /**< int64_t */
    CLPT_OPTION_REAL,    /**< double */
    CLPT_OPTION_SEED,    /**< uint64_t */
    CLPT_OPTION_CHOICE,  /**< an enum: one of the words of `value` */
    CLPT_OPTION_TEXT     /**< const char * */
} clpt_option_kind;

/** Bits of clpt_option.flags; those from 256 on are free for a program's own tables. */
enum {
    CLPT_OPTION_ABOVE_MINIMUM = 1, /**< the minimum itself is out of range */
    CLPT_OPTION_BELOW_MAXIMUM = 2, /**< the maximum itself is out of range */
    CLPT_OPTION_MAY_BE_NEVER = 4,  /**< accepts CLPT_NEVER, "never" */
    CLPT_OPTION_FOR_PROGRAMS = 8   /**< not an option of the command, which has it in another form */
};

/** Value of any int64_t or double option: the default, which for some options depends on the engine. As text
 *  "default". */
#define CLPT_DEFAULT INT64_MIN

/** Value of an option that counts iterations before something begins: it never begins. As text "never". */
#define CLPT_NEVER INT64_C(-1)

/** Description of one option. Owned by the library, which may add members; all strings are in static storage. */
typedef struct clpt_option {
    const char *name;  /**< "position-step"; the member of the options struct has '_' for '-' */
    const char *group; /**< "positions" */
    clpt_option_kind kind;
    const char
        *value;       /**< placeholder for the value, "PIXELS"; of a choice its words, "random|compact"; NULL: a flag */
    const char *unit; /**< "pixels"; NULL: none */
    double minimum, maximum; /**< of numbers; no upper limit if maximum <= minimum */
    unsigned flags;
    const char *default_text;     /**< "0.5"; "default": depends on the engine; NULL: zero, not set */
    const char *engines;          /**< "rpie|lsqml": engines that support it; NULL: all */
    const char *needs;            /**< name of the option without which it has no effect; NULL: none */
    const char *alias;            /**< another accepted name; NULL: none. An alias shared by two options sets both */
    const char *const *spellings; /**< other accepted values, in pairs of a spelling and its word: "difference-map",
                                       "dm"; ends with NULL; NULL: none. Case, '-', '_' and ' ' do not matter */
    const char *help;             /**< one sentence, without a full stop */
    size_t offset;                /**< of the value in the struct that the table describes */
} clpt_option;

#ifdef __cplusplus
}
#endif
#endif
