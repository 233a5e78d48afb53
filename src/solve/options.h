/* SPDX-License-Identifier: Apache-2.0 */
/* The options of a solver: one table, from which come the setter by name, ranges, defaults, the command's options,
 * help, documents and records. An option is one entry here, its member of clpt_solver_options, and the code that uses
 * it.
 */
#ifndef CLPTI_SOLVE_OPTIONS_H
#define CLPTI_SOLVE_OPTIONS_H

#include "core/option.h"

struct clpti_engine;

/* Of clpt_solver_options, and of clpt_propagation; both end with a NULL name. */
extern const clpt_option clpti_solver_option_table[], clpti_propagation_option_table[];

/* Names of all engines as words, "rpie|epie|…" (engines.c). */
extern const char clpti_engine_words[];

/* Names of engines as the literature spells them, in pairs with those of the table. */
extern const char *const clpti_engine_spellings[];

/* The caller's options, NULL for the defaults, as this library has them. */
clpt_status clpti_solver_options_read(const char *function, const clpt_solver_options *given,
                                      clpt_solver_options *options, clpt_message *message);

/* The engine of a name; NULL and "default": the default. */
clpt_status clpti_engine_find(const char *name, clpti_naming naming, const struct clpti_engine **engine,
                              clpt_message *message);

/* Completes and checks options: engine, ranges, support by the engine, combinations. Every CLPT_DEFAULT becomes the
 * value used; options that the engine does not have keep it.
 * @param count   patterns of the scan; 0: unknown, and a default batch stays unset
 * @param engine  receives the engine; may be NULL */
clpt_status clpti_solver_options_resolve(clpt_solver_options *options, int64_t count, clpti_naming naming,
                                         const struct clpti_engine **engine, clpt_message *message);

/* Options of a solver that is about to be made, complete and within their ranges: argument of the hooks `check` of
 * engines and extensions. Messages name members for programs, options for users of the command. */
typedef struct clpti_options_check {
    const struct clpti_engine *engine;
    const clpt_solver_options *options;
    clpti_naming naming;
    clpt_message *message;
} clpti_options_check;
/* Fails: two options exclude each other; one option is not supported here. `reason` is a clause. */
clpt_status clpti_options_exclude(const clpti_options_check *check, const char *one, const char *other,
                                  const char *reason);
clpt_status clpti_options_unsupported(const clpti_options_check *check, const char *name, const char *reason);

/* The default of an option as text for people: "0.5", or by engine "0.2 (rpie), 0.5 (lsqml)"; "" where it has none.
 * Returns `text`. */
const char *clpti_solver_option_default(const clpt_option *option, char *text, size_t size);

#endif
