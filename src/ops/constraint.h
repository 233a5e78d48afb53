/* SPDX-License-Identifier: Apache-2.0 */
/* Constraints on object and probe between updates: argument structs and entry points, as in ops.h. All operate in place
 * on the device, without blocking. A support constraint is clpti_scale_by with a mask (clpti_support_disc). */
#ifndef CLPTI_OPS_CONSTRAINT_H
#define CLPTI_OPS_CONSTRAINT_H

#include "ops/adjoint.h"

/* limit_amplitude: clips |field[i]| to [lowest, highest], keeping the phase; 0 becomes lowest. */
typedef struct clpti_limit_amplitude_args {
    clpti_view field; /* complex [count] */
    int64_t count;
    double lowest, highest; /* 0 ≤ lowest ≤ highest */
} clpti_limit_amplitude_args;
clpt_status clpti_limit_amplitude(clpt_context *context, const clpti_limit_amplitude_args *args);
clpt_status clpti_ref_limit_amplitude(clpt_context *context, const void *args);

/* normalise_power: field *= c with c = √(power / Σ_{p,i} |field[p, i]|²), others[k] *= c or 1/c; a zero field changes
 * nothing. */
typedef struct clpti_scaled_field {
    clpti_view field; /* complex [count] */
    int64_t count;
    bool inverse; /* multiply by 1/c */
} clpti_scaled_field;
typedef struct clpti_normalise_power_args {
    clpti_view field; /* complex [modes, size, size] */
    int64_t modes, size;
    double power;
    const clpti_scaled_field *others; /* [other_count] */
    int other_count;
} clpti_normalise_power_args;
clpt_status clpti_normalise_power(clpt_context *context, const clpti_normalise_power_args *args);
clpt_status clpti_ref_normalise_power(clpt_context *context, const void *args);

/* tv_step: total-variation denoising, a few iterations towards the minimum over u of ½ Σ|u − field|² + weight·Σ√(|Δx
 * u|² + |Δy u|²) by gradient projection in the dual (Chambolle, J. Math. Imaging Vis. 20, 89, 2004; with the step of
 * Beck & Teboulle, IEEE Trans. Image Process. 18, 2419, 2009, section 4): u = field + weight·div p, p ← (p + ∇u / (8
 * weight)) / max(1, |·|), p = 0 initially, ∇ by forward differences, 0 beyond the border. Once converged, the sum is
 * never larger than for u = field, for any weight; 10 steps suffice for denoising between iterations. */
typedef struct clpti_tv_step_args {
    clpti_view field; /* complex [height, width] */
    int64_t height, width;
    double weight; /* > 0, in units of the field */
    int steps;     /* ≥ 1 */
} clpti_tv_step_args;
clpt_status clpti_tv_step(clpt_context *context, const clpti_tv_step_args *args);
clpt_status clpti_ref_tv_step(clpt_context *context, const void *args);

/* smooth_object: field = (1 − mix)·field + mix·(field convolved with a separable Gaussian, weights ∝ e^(−k²/2σ²), |k| ≤
 * ⌈3σ⌉, sum 1; border pixels are repeated outside). */
typedef struct clpti_smooth_object_args {
    clpti_view field; /* complex [height, width] */
    int64_t height, width;
    double sigma; /* pixels, in (0, CLPTI_SMOOTH_OBJECT_MOST] */
    double mix;   /* in [0, 1] */
} clpti_smooth_object_args;
enum { CLPTI_SMOOTH_OBJECT_MOST = 100 };
clpt_status clpti_smooth_object(clpt_context *context, const clpti_smooth_object_args *args);
clpt_status clpti_ref_smooth_object(clpt_context *context, const void *args);

/* centre: shifts fields by whole pixels so that the probe is centred. With c the centre of mass of Σ_p |probe_p|² and d
 * = rint(c) − N/2 (x and y), field'(r) = field(r + d). Fields in the probe's frame wrap around; fields in the object's
 * frame repeat their border pixels. The probe itself moves if it is one of the fields. If both probe and object are,
 * exit waves move with the probe: far fields are unchanged, near fields are not, so this is not for near fields. */
typedef struct clpti_centred_field {
    clpti_view field; /* complex [count, height, width] */
    int64_t count, height, width;
    bool wraps;
} clpti_centred_field;
typedef struct clpti_centre_args {
    clpti_view probe; /* complex [modes, size, size] */
    int64_t modes, size;
    const clpti_centred_field *fields; /* [field_count] */
    int field_count;
} clpti_centre_args;
clpt_status clpti_centre(clpt_context *context, const clpti_centre_args *args);
clpt_status clpti_ref_centre(clpt_context *context, const void *args);

/* Round support for clpti_scale_by, real [size, size]: 1 within radius·size of [size/2, size/2], then a cosine edge of
 * width softness·size, then 0. radius > 0, softness ≥ 0. The caller destroys it. */
clpt_status clpti_support_disc(clpt_context *context, int64_t size, double radius, double softness, clpt_buffer **mask);

#endif
