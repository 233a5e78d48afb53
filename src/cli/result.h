/* SPDX-License-Identifier: Apache-2.0 */
/* What `reconstruct` leaves: one NPZ and four pictures beside it. */
#ifndef CLPTI_CLI_RESULT_H
#define CLPTI_CLI_RESULT_H

#include "io/io.h"

typedef struct clpti_result {
    clpti_tensor object;     /* C64 [H, W] */
    clpti_tensor probe;      /* C64 [P, N, N] */
    const double *positions; /* [count, 2] (x, y) patch centres in the pixels of that object */
    int64_t count;
    const double *errors; /* [iterations] */
    int64_t iterations;
    double r_factor;
} clpti_result;

/* `file` without a final ".npz", then `ending`; NULL without memory. The caller frees it. */
char *clpti_result_path(const char *file, const char *ending);

clpt_status clpti_result_write(const char *path, const clpti_result *result, clpt_message *message);
/* <stem>_object_amplitude.png, _object_phase, _probe_amplitude, _probe_phase; probe modes side by side. */
clpt_status clpti_result_pictures(const char *path, const clpti_result *result, clpt_message *message);

#endif
