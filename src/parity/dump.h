/* SPDX-License-Identifier: Apache-2.0 */
/* Dumps: a folder per run, with one plain NPZ per stage, the inputs in inputs.npz, and manifest.json, which describes
 * the run. docs/parity.md specifies the layout for other programs that write or read dumps. */
#ifndef CLPTI_PARITY_DUMP_H
#define CLPTI_PARITY_DUMP_H

#include "parity/parity.h"

/* ---- manifest.c ---- */

extern const char *const clpti_parity_sections[CLPTI_PARITY_SECTIONS]; /* "data", "configuration", "run" */

clpt_status clpti_parity_manifest_add(clpti_parity_run *run, clpti_parity_section section, const char *name,
                                      const char *text, clpt_message *message);
const char *clpti_parity_manifest_text(const clpti_parity_run *run, clpti_parity_section section,
                                       const char *name); /* NULL: none */
/* Records an array of the data by its type, shape and digest. */
clpt_status clpti_parity_manifest_add_array(clpti_parity_run *run, const char *name, const clpti_tensor *tensor,
                                            clpt_message *message);
const char *clpti_parity_array_text(const clpti_tensor *tensor, char text[256]);
/* Records data and configuration of a problem. */
clpt_status clpti_parity_manifest_problem(clpti_parity_run *run, const clpti_parity_problem *problem,
                                          clpt_message *message);
/* Records program, device, driver and all choices of a context so far. */
clpt_status clpti_parity_manifest_context(clpti_parity_run *run, const clpt_context *context, clpt_message *message);

/* True if --allow accepts the name: "data", "configuration", or one of their facts. */
bool clpti_parity_may_differ(const clpti_parity_run *run, const char *name);

typedef struct clpti_parity_differences {
    char refused[3000]; /* differences of data and configuration, "; "-separated; "": none */
    char shown[12000];  /* differences of how they were run, and allowed ones, one per line */
    bool data;          /* data or configuration differ, allowed or not */
} clpti_parity_differences;

/* @param names  facts or sections that may differ */
void clpti_parity_manifest_compare(const clpti_parity_run *got, const clpti_parity_run *expected,
                                   const char *const *names, int count, clpti_parity_differences *differences);

/* ---- dump_write.c ---- */

/* Creates a folder unless it exists; its parent must exist. */
clpt_status clpti_parity_make_folder(const char *folder, clpt_message *message);

/* Writes a run to a folder, which is created if missing; its parent must exist. */
clpt_status clpti_parity_dump_write(const char *folder, const clpti_parity_problem *problem,
                                    const clpti_parity_run *run, clpt_message *message);

/* ---- dump_read.c ---- */

/* True if the path is a folder. */
bool clpti_parity_is_folder(const char *path);
/* Reads the facts; the label becomes the folder's name. */
clpt_status clpti_parity_dump_facts(const char *folder, clpti_parity_run *run, clpt_message *message);
/* Reads inputs and configuration. Arrays of the problem are not replaced; if it has any, only derived ones are read. */
clpt_status clpti_parity_dump_problem(const char *folder, const clpti_parity_run *run, clpti_parity_problem *problem,
                                      clpt_message *message);
/* Comma-separated names of the stages of a plan that the folder has files of; the caller frees them. */
clpt_status clpti_parity_dump_names(const char *folder, const clpti_parity_plan *plan, char **names,
                                    clpt_message *message);
/* Reads the stages of a plan that the folder has files of. */
clpt_status clpti_parity_dump_stages(const char *folder, const clpti_parity_plan *plan, clpti_parity_run *run,
                                     clpt_message *message);

#endif
