/* SPDX-License-Identifier: Apache-2.0 */
/* Object, probe, positions and mask of a file, if present: from a scan (objectGuess, probeGuess, xcoords and ycoords,
 * mask) or from a result of `reconstruct` (object, probe, positions, and corrections of the model). */
#ifndef CLPTI_CLI_FILE_CONTENTS_H
#define CLPTI_CLI_FILE_CONTENTS_H

#include "cli/session.h"
#include "cli/corrections.h"
#include "io/io.h"

typedef struct clpti_file_contents {
    clpti_tensor object; /* C128 [H, W]; data NULL: none */
    clpti_tensor probe;  /* C128 [P, N, N]; data NULL: none */
    double *positions;   /* [count, 2] (x, y) patch centres; NULL: none */
    int64_t count;
    bool *used;                    /* [count] of a result: frames used for it; NULL: all */
    double *true_positions;        /* [count, 2] exact positions of a simulated scan (xcoords_true); NULL: none */
    clpt_subpixel subpixel;        /* model of fractions of a pixel */
    double pad_detector;           /* of a result: ratio of its grid to that of the patterns; 1: the same */
    double pixel;                  /* of a result: size of the object's pixels in x, in metres; 0: unknown */
    clpti_tensor mask;             /* F32 [N, N] or [S, N, N]; data NULL: none */
    bool is_result;                /* of `reconstruct`; otherwise a scan, or a file with neither's arrays */
    clpti_corrections corrections; /* of a result */
} clpti_file_contents;

clpt_status clpti_file_contents_load(const char *path, clpti_file_contents *parts, clpt_message *message);
/* Resamples object and positions to the grid of --pad-detector `factor`, and the probe to that grid's side. */
clpt_status clpti_file_contents_regrid(clpti_file_contents *parts, double factor, clpt_message *message);
void clpti_file_contents_free(clpti_file_contents *parts);

/* Fails if a patch is completely outside the object, and warns if patches extend beyond its border. */
clpt_status clpti_positions_check(clpti_session *session, const char *what, const double *positions, int64_t count,
                                  int64_t side, const clpti_tensor *object);

/* A host view of a tensor. */
clpt_array clpti_tensor_view(const clpti_tensor *tensor);

#endif
