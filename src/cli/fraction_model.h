/* SPDX-License-Identifier: Apache-2.0 */
/* The model of fractions of a pixel (--subpixel) in files: the number `subpixel`, 0 bilinear, 1 exact, K a bank. */
#ifndef CLPTI_CLI_FRACTION_MODEL_H
#define CLPTI_CLI_FRACTION_MODEL_H

#include "cli/session.h"
#include "io/store.h"

double clpti_fraction_number(clpt_subpixel model);
/* Fails where no model has this number. */
clpt_status clpti_fraction_model(const char *path, double number, clpt_subpixel *model, clpt_message *message);
/* Array `subpixel` of a file; bilinear where it has none. */
clpt_status clpti_fraction_load(const char *path, clpti_store *store, clpt_subpixel *model, clpt_message *message);

/* --subpixel where it is on the command line, else `model`. */
clpt_subpixel clpti_fraction_chosen(const clpti_session *session, const clpt_solver_options *given,
                                    clpt_subpixel model);

#endif
