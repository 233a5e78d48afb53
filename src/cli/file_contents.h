/* SPDX-License-Identifier: Apache-2.0 */
/* Object, probe, positions and mask of a file, each where it is there: from a scan (objectGuess, probeGuess, xcoords
 * and ycoords, mask) or from a result of `reconstruct` (object, probe, positions, and what corrects the model). */
#ifndef CLPTI_CLI_FILE_CONTENTS_H
#define CLPTI_CLI_FILE_CONTENTS_H

#include "cli/corrections.h"
#include "io/io.h"

typedef struct clpti_file_contents {
    clpti_tensor object; /* C128 [H, W]; data NULL: none */
    clpti_tensor probe;  /* C128 [P, N, N]; data NULL: none */
    double *positions;   /* [count, 2] (x, y) patch centres; NULL: none */
    int64_t count;
    bool *used;             /* [count] of a result: frames that it was made from; NULL: all */
    double *true_positions; /* [count, 2] of a simulated scan whose positions are off (xcoords_true); NULL: none */
    clpt_subpixel subpixel; /* model of fractions of a pixel */
    double pad_detector;    /* of a result: pixels of its grid to one of the patterns' own; 1: the same */
    clpti_tensor mask;      /* F32 [N, N] or [S, N, N]; data NULL: none */
    bool is_result;         /* of `reconstruct`; else a scan, or what has neither's names */
    clpti_corrections corrections; /* of a result */
} clpti_file_contents;

clpt_status clpti_file_contents_load(const char *path, clpti_file_contents *parts, clpt_message *message);
/* Brings object and positions to the grid that --pad-detector `factor` gives, and the probe to that grid's side. */
clpt_status clpti_file_contents_regrid(clpti_file_contents *parts, double factor, clpt_message *message);
void clpti_file_contents_free(clpti_file_contents *parts);

/* Fails where a patch lies wholly off the object, and warns where patches reach beyond its border. */
clpt_status clpti_positions_check(const char *what, const double *positions, int64_t count, int64_t side,
                                  const clpti_tensor *object, clpt_message *message);

/* A host view of a tensor. */
clpt_array clpti_tensor_view(const clpti_tensor *tensor);

#endif
