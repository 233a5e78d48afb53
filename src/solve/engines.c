/* SPDX-License-Identifier: Apache-2.0 */
/* The table of engines. An option that only some engines support lists them in option_table.c. */
#include "solve/solver.h"

extern const clpti_engine clpti_engine_rpie;
extern const clpti_engine clpti_engine_epie;
extern const clpti_engine clpti_engine_lsqml;
extern const clpti_engine clpti_engine_ml;
extern const clpti_engine clpti_engine_dm;
extern const clpti_engine clpti_engine_raar;

static const clpti_engine *const table[] = {&clpti_engine_rpie, &clpti_engine_epie, &clpti_engine_lsqml,
                                            &clpti_engine_ml,   &clpti_engine_dm,   &clpti_engine_raar};
/* The same as words of the option `engine`, which are a constant; tests/test_options.c compares. */
const char clpti_engine_words[] = "rpie|epie|lsqml|ml|dm|raar";

const char *const clpti_engine_spellings[] = {"rPIE",
                                              "rpie",
                                              "ePIE",
                                              "epie",
                                              "LSQ-ML",
                                              "lsqml",
                                              "ML",
                                              "ml",
                                              "DM",
                                              "dm",
                                              "RAAR",
                                              "raar",
                                              "least-squares-maximum-likelihood",
                                              "lsqml",
                                              "maximum-likelihood",
                                              "ml",
                                              "difference-map",
                                              "dm",
                                              "relaxed-averaged-alternating-reflections",
                                              "raar",
                                              NULL};

const clpti_engine *clpti_engine_at(size_t index)
{
    return index < sizeof table / sizeof *table ? table[index] : NULL;
}

const char *clpt_engine_name(size_t index)
{
    const clpti_engine *engine = clpti_engine_at(index);
    return engine ? engine->name : NULL;
}
