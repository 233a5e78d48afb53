/* SPDX-License-Identifier: Apache-2.0 */
/* Corrections of a result's model in addition to object, probe and positions: I_k = s_k²·Σ_p|F(P_pk·O_k)|² + b, where
 * the first mode of pattern k is P_0 + Σ_j a_kj·V_j. Each is present if `reconstruct` refined it or read it. */
#ifndef CLPTI_CLI_CORRECTIONS_H
#define CLPTI_CLI_CORRECTIONS_H

#include "io/io.h"
#include "io/store.h"

typedef struct clpti_corrections {
    clpti_tensor factors;             /* s, F64 [S]; data NULL: all 1 */
    clpti_tensor background;          /* b, F64 [N, N] counts; data NULL: none */
    clpti_tensor modes, coefficients; /* V, C128 [J, N, N], and a, C128 [S, J]; data NULL: one probe for all */
} clpti_corrections;

/* Reads those in a file; shapes are checked against `count` patterns of the probe's side. */
clpt_status clpti_corrections_load(const char *path, clpti_store *store, int64_t count, int64_t side,
                                   clpti_corrections *corrections, clpt_message *message);
/* Moves the background of a scan into the corrections, for the scan's own model. */
clpt_status clpti_corrections_of_scan(const clpti_scan_file *scan, clpti_corrections *corrections,
                                      clpt_message *message);
void clpti_corrections_free(clpti_corrections *corrections);

/* The probe of pattern k: `probe` [P, N, N] with its first mode modified. */
void clpti_corrections_probe(const clpti_corrections *corrections, const clpti_tensor *probe, int64_t k,
                             double *varied);

/* s_k²·I + b in place, for the intensities of pattern k. */
void clpti_corrections_apply(const clpti_corrections *corrections, int64_t k, int64_t pixels, float *intensity);

#endif
