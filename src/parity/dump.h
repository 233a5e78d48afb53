/* SPDX-License-Identifier: Apache-2.0 */
/* Runs in folders: one plain NPZ a stage, the inputs in inputs.npz, and manifest.json, which says what the run was.
 * docs/parity.md has the layout, for other programs that write or read it. */
#ifndef CLPTI_PARITY_DUMP_H
#define CLPTI_PARITY_DUMP_H

#include "parity/parity.h"

/* ---- facts.c ---- */

extern const char *const clpti_parity_sections[CLPTI_PARITY_SECTIONS]; /* "data", "configuration", "run" */

clpt_status clpti_parity_fact_add(clpti_parity_run *run, clpti_parity_section section, const char *name,
                                  const char *text, clpt_message *message);
const char *clpti_parity_fact_text(const clpti_parity_run *run, clpti_parity_section section,
                                   const char *name); /* NULL: none */
/* An array of the data: its type, shape and digest. */
clpt_status clpti_parity_fact_array(clpti_parity_run *run, const char *name, const clpti_tensor *tensor,
                                    clpt_message *message);
const char *clpti_parity_array_text(const clpti_tensor *tensor, char text[256]);
/* Data and configuration of a problem; program, device, driver and every choice that a context made so far. */
clpt_status clpti_parity_facts_problem(clpti_parity_run *run, const clpti_parity_problem *problem,
                                       clpt_message *message);
clpt_status clpti_parity_facts_context(clpti_parity_run *run, const clpt_context *context, clpt_message *message);

/* Whether --allow may name it: data, configuration, or a fact of these. */
bool clpti_parity_may_differ(const clpti_parity_run *run, const char *name);

typedef struct clpti_parity_differences {
    char refused[3000]; /* of data and configuration, "; "-separated; "" */
    char shown[12000];  /* of how it was run, and those that were allowed, a line each */
    bool data;          /* data or configuration differ, allowed or not */
} clpti_parity_differences;

/* @param names  facts or sections that may differ */
void clpti_parity_facts_compare(const clpti_parity_run *got, const clpti_parity_run *want, const char *const *names,
                                int count, clpti_parity_differences *differences);

/* ---- dump_write.c ---- */

/* Makes it, unless it is there; not those above it. */
clpt_status clpti_parity_make_folder(const char *folder, clpt_message *message);

/* Makes the folder where there is none (not those above it) and writes all of a run. */
clpt_status clpti_parity_dump_write(const char *folder, const clpti_parity_problem *problem,
                                    const clpti_parity_run *run, clpt_message *message);

/* ---- dump_read.c ---- */

/* Whether it is a folder. */
bool clpti_parity_is_folder(const char *path);
/* The facts; the label becomes the folder's name. */
clpt_status clpti_parity_dump_facts(const char *folder, clpti_parity_run *run, clpt_message *message);
/* Inputs and configuration. Arrays that the problem has already stay as they are; of a problem that has some, only what
 * is derived is taken. */
clpt_status clpti_parity_dump_problem(const char *folder, const clpti_parity_run *run, clpti_parity_problem *problem,
                                      clpt_message *message);
/* The names of the stages of a plan that there are files of, with commas between them; the caller frees it. */
clpt_status clpti_parity_dump_names(const char *folder, const clpti_parity_plan *plan, char **names,
                                    clpt_message *message);
/* The stages of a plan, each where there is a file of it. */
clpt_status clpti_parity_dump_stages(const char *folder, const clpti_parity_plan *plan, clpti_parity_run *run,
                                     clpt_message *message);

#endif
