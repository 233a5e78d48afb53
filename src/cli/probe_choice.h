/* SPDX-License-Identifier: Apache-2.0 */
/* --probe: parsing, and the starting probe of a file or a model. */
#ifndef CLPTI_CLI_PROBE_CHOICE_H
#define CLPTI_CLI_PROBE_CHOICE_H

#include "cli/optics.h"
#include "cli/session.h"
#include "io/io.h"

struct clpti_probe_model;

/* A parsed --probe. */
typedef struct clpti_probe_choice {
    const struct clpti_probe_model *model; /* NULL: from a file */
    const clpti_optics_values *optics;     /* a probe computed from optics; NULL: none */
    const char *path;                      /* a file other than the scan; NULL: the scan */
    bool automatic;                        /* the scan's probe if it has one, otherwise that of the mean pattern */
    double numbers[2];                     /* parameters of the model, as given or its defaults; 0: from the data */
} clpti_probe_choice;

/* text: "file", a path, or a model with its numbers, "disc:20"; NULL: automatic. A usage error lists the models. */
clpt_status clpti_probe_choice_parse(clpti_session *session, const char *text, clpti_probe_choice *choice);

/* Adds the options of optics, if they are given; `text` is that of --probe. A usage error if they contradict. */
clpt_status clpti_probe_choice_add_optics(clpti_session *session, const clpti_optics_values *optics, const char *text,
                                          clpti_probe_choice *choice);

/* Replaces the scan's probe by the chosen one, C128 [P, N, N], not scaled. The session must be open: a near field's
 * mean is propagated on its device. */
clpt_status clpti_probe_choice_apply(clpti_session *session, const clpti_probe_choice *choice,
                                     const clpt_propagation *propagation, clpti_scan_file *scan);

/* ---- probe_models.c: probes computed from sizes and the mean pattern ---- */

typedef struct clpti_probe_model {
    const char *name;
    const char *numbers;          /* "R[,A]" for help; NULL: none */
    int min_numbers, max_numbers; /* minimum and maximum number of parameters */
    bool either_sign;             /* of the first */
    /* Fills [side, side] complex (re, im), zero frequency of √mean pattern at [side/2, side/2]. */
    clpt_status (*make)(const double *numbers, const double *mean, int64_t side, double *probe, clpt_message *message);
} clpti_probe_model;

extern const clpti_probe_model clpti_probe_models[]; /* ends with a NULL name; the first is "mean" */

/* Mean of amplitude² over the patterns in which a pixel is good, 0 if there are none: [side, side]. */
void clpti_mean_pattern(const clpti_scan_file *scan, double *mean);

#endif
