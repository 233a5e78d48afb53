/* SPDX-License-Identifier: Apache-2.0 */
/* Options described by entries of a table (clpt_option): values from text and back, ranges, messages. `base` is the
 * struct to which an entry's offset applies. */
#ifndef CLPTI_CORE_OPTION_H
#define CLPTI_CORE_OPTION_H

#include "core/status.h"

/* The names used in a message: those of the reader's interface. */
typedef enum clpti_naming {
    CLPTI_NAMING_FIELD,  /* "position_step", "position_step = 3": members of a struct, for programs */
    CLPTI_NAMING_COMMAND /* "--position-step", "--position-step 3": options of the command, for people */
} clpti_naming;

enum { CLPTI_OPTION_TEXT = 160 }; /* capacity for a label or a range */

/* The option's name, with a value if `value` is not NULL. Returns `text`. */
const char *clpti_option_label(const clpt_option *option, const char *value, clpti_naming naming,
                               char text[CLPTI_OPTION_TEXT]);

/* The range of a number, "0 < F <= 2", with `symbol` for the number; "" if it has none. Returns `text`. */
const char *clpti_option_range(const clpt_option *option, const char *symbol, char text[CLPTI_OPTION_TEXT]);

/* Sets the value from text. "default" is the entry's default, "never" is CLPT_NEVER if that is allowed. Text values
 * point to `text`. */
clpt_status clpti_option_parse(const clpt_option *option, const char *text, void *base, clpti_naming naming,
                               clpt_message *message);

/* Sets the default; 0 if the entry has none. */
void clpti_option_reset(const clpt_option *option, void *base);

/* Fails if the value is out of range. An unset value is in range. */
clpt_status clpti_option_check(const clpt_option *option, const void *base, clpti_naming naming, clpt_message *message);

/* The value as text that clpti_option_parse converts back to the same bits; "default" if it is not set. Returns
 * `text`. */
const char *clpti_option_text(const clpt_option *option, const void *base, char *text, size_t size);

/* True if two structs have the same value. */
bool clpti_option_equal(const clpt_option *option, const void *base, const void *other);

/* The value of an INTEGER or REAL option as a number, and back. */
double clpti_option_number(const clpt_option *option, const void *base);
void clpti_option_set_number(const clpt_option *option, void *base, double number);

/* True if an engine supports the option. */
bool clpti_option_supports(const clpt_option *option, const char *engine);

/* True if `name` is the option's name or alias; case does not matter, and '_' is equivalent to '-'. */
bool clpti_option_is_named(const clpt_option *option, const char *name, size_t length);

/* The first option of that name or alias in a table that ends with a NULL name; NULL: none. */
const clpt_option *clpti_option_find(const clpt_option *options, const char *name);

#endif
