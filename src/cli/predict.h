/* SPDX-License-Identifier: Apache-2.0 */
/* Predicted patterns of a whole scan, in pieces, so that memory does not grow with the scan. */
#ifndef CLPTI_CLI_PREDICT_H
#define CLPTI_CLI_PREDICT_H

#include "cli/corrections.h"
#include "cli/session.h"
#include "io/io.h"

typedef struct clpti_model {
    const clpti_tensor *object; /* C128 [H, W] */
    const clpti_tensor *probe;  /* C128 [P, N, N] */
    const double *positions;    /* [count, 2] */
    int64_t count;
    bool amplitude; /* √I instead of I */
    clpt_propagation propagation;
    clpt_subpixel subpixel;
    const clpti_corrections *corrections; /* NULL: none */
} clpti_model;

/* Receives the patterns first … first + count − 1, [count, N, N]. */
typedef void (*clpti_piece_function)(void *user, int64_t first, int64_t count, const float *patterns);

clpt_status clpti_predict(clpti_session *session, const clpti_model *model, const char *label,
                          clpti_piece_function take, void *user);

#endif
