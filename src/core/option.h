/* SPDX-License-Identifier: Apache-2.0 */
/* Options described by rows of a table (clpt_option): values from text and back, ranges, messages. `base` is the struct
 * that a row's offset counts from. */
#ifndef CLPTI_CORE_OPTION_H
#define CLPTI_CORE_OPTION_H

#include "core/status.h"

/* The names that a message uses: those of the reader's interface. */
typedef enum clpti_naming {
    CLPTI_NAMING_FIELD,  /* "position_step", "position_step = 3": members of a struct, for programs */
    CLPTI_NAMING_COMMAND /* "--position-step", "--position-step 3": options of the command, for people */
} clpti_naming;

enum { CLPTI_OPTION_TEXT = 160 }; /* capacity for a label or a range */

/* The option's name, with a value where `value` is not NULL. Returns `text`. */
const char *clpti_option_label(const clpt_option *option, const char *value, clpti_naming naming,
                               char text[CLPTI_OPTION_TEXT]);

/* The range of a number, "0 < F <= 2", with `symbol` for the number; "" for what has none. Returns `text`. */
const char *clpti_option_range(const clpt_option *option, const char *symbol, char text[CLPTI_OPTION_TEXT]);

/* Sets the value from text. "default" stands for the row's default, "never" for CLPT_NEVER where it is allowed. Text
 * values keep pointing to `text`. */
clpt_status clpti_option_parse(const clpt_option *option, const char *text, void *base, clpti_naming naming,
                               clpt_message *message);

/* Sets the default; 0 where the row has none. */
void clpti_option_reset(const clpt_option *option, void *base);

/* Fails where the value is out of range. A value that is not set is not. */
clpt_status clpti_option_check(const clpt_option *option, const void *base, clpti_naming naming, clpt_message *message);

/* The value as text that clpti_option_parse takes back to the same bits; "default" where it is not set. Returns
 * `text`. */
const char *clpti_option_text(const clpt_option *option, const void *base, char *text, size_t size);

/* Whether two structs have the same value. */
bool clpti_option_equal(const clpt_option *option, const void *base, const void *other);

/* The value of an INTEGER or REAL option as a number, and back. */
double clpti_option_number(const clpt_option *option, const void *base);
void clpti_option_set_number(const clpt_option *option, void *base, double number);

/* Whether an engine supports the option. */
bool clpti_option_supports(const clpt_option *option, const char *engine);

/* Whether `name` is the option's name or alias; '_' counts as '-'. */
bool clpti_option_is_named(const clpt_option *option, const char *name, size_t length);

/* The first option of that name or alias in a table that ends with a NULL name; NULL: none. */
const clpt_option *clpti_option_find(const clpt_option *options, const char *name);

#endif
