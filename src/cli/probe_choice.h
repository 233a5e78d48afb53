/* SPDX-License-Identifier: Apache-2.0 */
/* The words of --probe and --object. */
#ifndef CLPTI_CLI_PROBE_CHOICE_H
#define CLPTI_CLI_PROBE_CHOICE_H

#include "cli/session.h"
#include "io/io.h"

struct clpti_probe_model;

/* A parsed --probe. */
typedef struct clpti_probe_choice {
    const struct clpti_probe_model *model; /* NULL: a file's */
    const char *path;                      /* another file than the scan's; NULL: the scan's */
    bool automatic;                        /* the scan's where it has one, else the mean pattern's */
    double numbers[2];                     /* of the model, as given or its defaults; 0: from the data */
} clpti_probe_choice;

/* text: "file", a path, or a model with its numbers, "disc:20"; NULL: automatic. A usage error lists the models. */
clpt_status clpti_probe_choice_parse(clpti_session *session, const char *text, clpti_probe_choice *choice);

/* Puts the probe of the choice into the scan, C128 [P, N, N], not scaled, where it is not the scan's own. The session
 * is open: a near field's mean is propagated on its device. */
clpt_status clpti_probe_choice_apply(clpti_session *session, const clpti_probe_choice *choice,
                                     const clpt_propagation *propagation, clpti_scan_file *scan);

/* ---- probe_models.c: models made from sizes and the mean pattern ---- */

typedef struct clpti_probe_model {
    const char *name;
    const char *numbers; /* "R[,A]" for help; NULL: none */
    int least, most;     /* how many numbers it takes */
    /* Fills [side, side] complex (re, im), zero frequency of √mean pattern at [side/2, side/2]. */
    clpt_status (*make)(const double *numbers, const double *mean, int64_t side, double *probe, clpt_message *message);
} clpti_probe_model;

extern const clpti_probe_model clpti_probe_models[]; /* ends with a NULL name; the first is "mean" */

/* Mean of amplitude² over the patterns where a pixel is good, 0 where it never is: [side, side]. */
void clpti_mean_pattern(const clpti_scan_file *scan, double *mean);

#endif
