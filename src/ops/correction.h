/* SPDX-License-Identifier: Apache-2.0 */
/* Corrections of the measurement model: argument structs and entry points, as in ops.h. */
#ifndef CLPTI_OPS_CORRECTION_H
#define CLPTI_OPS_CORRECTION_H

#include "ops/ops.h"

/* Residual between a model I = s_k²·intensity + b (clpti_detector_response) and counts m = a², with weights w = 1/(I +
 * floor) at good pixels. Entries of measured and mask as in clpti_project_args. */
typedef struct clpti_misfit_args {
    clpti_view intensity; /* real [count, size, size]: Σ_p |F ψ_p|², centred */
    int64_t count, size;
    clpti_detector_response response;
    clpti_view measured, mask; /* amplitudes; mask absent: all pixels good */
    bool mask_per_pattern;
    const clpti_order *order;
    int64_t first;
    double floor;
    clpti_view sums;
} clpti_misfit_args;

/* scale_sums: sums[k] = (Σ_i w·intensity·(m − I), Σ_i w·intensity²); their ratio is the increment of s_k² (Fisher
 * scoring for Poisson counts). sums: real [count, 2]. */
clpt_status clpti_scale_sums(clpt_context *context, const clpti_misfit_args *args);
clpt_status clpti_ref_scale_sums(clpt_context *context, const void *args);

/* rescale: scales[k]² += sums[k, 0]/sums[k, 1], limited to a factor `limit` either way and unchanged where sums[k, 1]
 * is 0; then all scales are divided by their mean. */
typedef struct clpti_rescale_args {
    clpti_view sums, scales; /* real [count, 2], [count] */
    int64_t count;
    double limit; /* > 1 */
} clpti_rescale_args;
clpt_status clpti_rescale(clpt_context *context, const clpti_rescale_args *args);
clpt_status clpti_ref_rescale(clpt_context *context, const void *args);

/* background_sums: sums[i] += (Σ_k w·(m − I), Σ_k w), accumulated in ascending k, hence bit-identical however the batch
 * is split. sums: real [size, size, 2]; the background is required. */
clpt_status clpti_background_sums(clpt_context *context, const clpti_misfit_args *args);
clpt_status clpti_ref_background_sums(clpt_context *context, const void *args);

/* background_step: background[i] = max(0, background[i] + step·sums[i, 0]/sums[i, 1]), unchanged where sums[i, 1] is 0:
 * Fisher scoring for Poisson counts, projected onto non-negative backgrounds. */
typedef struct clpti_background_step_args {
    clpti_view sums, background; /* real [count, 2], [count] */
    int64_t count;
    double step;
} clpti_background_step_args;
clpt_status clpti_background_step(clpt_context *context, const clpti_background_step_args *args);
clpt_status clpti_ref_background_step(clpt_context *context, const void *args);

#endif
