/* SPDX-License-Identifier: Apache-2.0 */
/* Agreement of object, probe and positions with a scan: R-factor, Poisson likelihood, deviance. */
#ifndef CLPTI_CLI_SCORE_H
#define CLPTI_CLI_SCORE_H

#include "cli/file_contents.h"
#include "cli/predict.h"

typedef struct clpti_score {
    double r_factor; /* Σ|√I − √m| / Σ√m */
    double poisson;  /* Σ (I − m·ln(I + 1e-8)), as clpt_loss_evaluate */
    double deviance; /* 2 Σ (I − m + m·ln(m/I)) over the number of pixels: about 1 if only counting noise remains and
                      * pixels have several counts */
    int64_t patterns, pixels; /* total number of good pixels */
} clpti_score;

/* Requires patterns of the scan, and object and probe in `parts`; the scan's positions are used if `parts` has none. */
clpt_status clpti_score_make(clpti_session *session, const char *path, const clpti_file_contents *parts,
                             const clpti_scan_file *scan, const clpt_propagation *propagation, clpti_score *score);

#endif
