/* SPDX-License-Identifier: Apache-2.0 */
/* Operations of orthogonal probe relaxation (src/solve/opr.c): argument structs and entry points, as in ops.h. The
 * first mode of pattern k is P_0 + Σ_j a_kj·V_j, with a_kj the coefficients of pattern order[first + k] (without an
 * order, first + k). */
#ifndef CLPTI_OPS_RELAXATION_H
#define CLPTI_OPS_RELAXATION_H

#include "ops/ops.h"

/* variable_probes: out[k, p, i] = probe[p, i] + (p = 0: Σ_j a_kj·V_j[i]). */
typedef struct clpti_variable_probes_args {
    clpti_view probe, variable; /* complex [modes, pixels], [variable_count, pixels] */
    clpti_view coefficients;    /* complex [.., variable_count] */
    clpti_selection at;
    int64_t modes, variable_count, pixels;
    clpti_view out; /* complex [at.count, modes, pixels] */
} clpti_variable_probes_args;
clpt_status clpti_variable_probes(clpt_context *context, const clpti_variable_probes_args *args);
clpt_status clpti_ref_variable_probes(clpt_context *context, const void *args);

/* variable_changes: changes[k, i] = conj(O_k[i])·w_k0[i] / ((1 − alpha)·|O_k[i]|² + alpha·largest), 0 where the
 * denominator is 0: the update of the first mode implied by its waves, with bilinear patches O_k. */
typedef struct clpti_variable_changes_args {
    clpti_view object; /* complex [height, width] */
    int64_t height, width;
    clpti_selection at;
    clpti_view waves; /* complex [at.count, modes, size, size] */
    int64_t modes, size;
    clpti_view largest; /* real [1]: max |O|² */
    double alpha;
    clpti_view changes; /* complex [at.count, size, size] */
} clpti_variable_changes_args;
clpt_status clpti_variable_changes(clpt_context *context, const clpti_variable_changes_args *args);
clpt_status clpti_ref_variable_changes(clpt_context *context, const void *args);

/* variable_fits: fits_kj = Σ_i conj(V_j[i])·changes[k, i], stored at the patterns' entries. */
typedef struct clpti_variable_fits_args {
    clpti_view variable, changes; /* complex [variable_count, pixels], [at.count, pixels] */
    clpti_selection at;
    int64_t variable_count, pixels;
    clpti_view fits; /* complex [.., variable_count] */
} clpti_variable_fits_args;
clpt_status clpti_variable_fits(clpt_context *context, const clpti_variable_fits_args *args);
clpt_status clpti_ref_variable_fits(clpt_context *context, const void *args);

/* variable_sums: sums[j, i] += Σ_k conj(a_kj + step·fits_kj)·changes[k, i], and for j = variable_count Σ_k changes[k,
 * i]; accumulated in ascending k, hence bit-identical however the batch is split. */
typedef struct clpti_variable_sums_args {
    clpti_view coefficients, fits; /* complex [.., variable_count] */
    double step;
    clpti_view changes; /* complex [at.count, pixels] */
    clpti_selection at;
    int64_t variable_count, pixels;
    clpti_view sums; /* complex [variable_count + 1, pixels] */
} clpti_variable_sums_args;
clpt_status clpti_variable_sums(clpt_context *context, const clpti_variable_sums_args *args);
clpt_status clpti_ref_variable_sums(clpt_context *context, const void *args);

#endif
