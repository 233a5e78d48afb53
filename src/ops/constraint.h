/* SPDX-License-Identifier: Apache-2.0 */
/* What engines may demand of object and probe between updates: argument structs and entry points, like ops.h. All work
 * in place, on the device, and none waits for it. A support is clpti_scale_by with a mask (clpti_support_disc). */
#ifndef CLPTI_OPS_CONSTRAINT_H
#define CLPTI_OPS_CONSTRAINT_H

#include "ops/adjoint.h"

/* limit_amplitude: field[i] keeps its phase, |field[i]| goes into [lowest, highest]; 0 becomes lowest. */
typedef struct clpti_limit_amplitude_args {
    clpti_view field; /* complex [count] */
    int64_t count;
    double lowest, highest; /* 0 ≤ lowest ≤ highest */
} clpti_limit_amplitude_args;
clpt_status clpti_limit_amplitude(clpt_context *context, const clpti_limit_amplitude_args *args);
clpt_status clpti_ref_limit_amplitude(clpt_context *context, const void *args);

/* normalise_power: field *= c with c = √(power / Σ_{p,i} |field[p, i]|²), others[k] *= c or 1/c; all stay where the
 * field is zero. */
typedef struct clpti_scaled {
    clpti_view field; /* complex [count] */
    int64_t count;
    bool inverse; /* by 1/c */
} clpti_scaled;
typedef struct clpti_normalise_power_args {
    clpti_view field; /* complex [modes, size, size] */
    int64_t modes, size;
    double power;
    const clpti_scaled *others; /* [other_count] */
    int other_count;
} clpti_normalise_power_args;
clpt_status clpti_normalise_power(clpt_context *context, const clpti_normalise_power_args *args);
clpt_status clpti_ref_normalise_power(clpt_context *context, const void *args);

/* tv_step: towards the minimum over u of ½ Σ|u − field|² + weight·Σ√(|Δx u|² + |Δy u|²), by some steps of gradient
 * projection in the dual (Chambolle, J. Math. Imaging Vis. 20, 89, 2004; with the step of Beck & Teboulle, IEEE Trans.
 * Image Process. 18, 2419, 2009, section 4): u = field + weight·div p, p ← (p + ∇u / (8 weight)) / max(1, |·|), p = 0
 * at first, ∇ of forward differences, 0 beyond the border. It never makes that sum larger than it is for u = field
 * once the steps have converged, whatever the weight; 10 steps do for denoising between iterations. */
typedef struct clpti_tv_step_args {
    clpti_view field; /* complex [height, width] */
    int64_t height, width;
    double weight; /* > 0, in the field's own unit */
    int steps;     /* at least 1 */
} clpti_tv_step_args;
clpt_status clpti_tv_step(clpt_context *context, const clpti_tv_step_args *args);
clpt_status clpti_ref_tv_step(clpt_context *context, const void *args);

/* smooth_object: field = (1 − mix)·field + mix·(field with a separable Gaussian, weights ∝ e^(−k²/2σ²), |k| ≤ ⌈3σ⌉, sum
 * 1, pixels beyond the border those on it). */
typedef struct clpti_smooth_object_args {
    clpti_view field; /* complex [height, width] */
    int64_t height, width;
    double sigma; /* pixels, over 0 to CLPTI_SMOOTH_OBJECT_MOST */
    double mix;   /* 0 … 1 */
} clpti_smooth_object_args;
enum { CLPTI_SMOOTH_OBJECT_MOST = 100 };
clpt_status clpti_smooth_object(clpt_context *context, const clpti_smooth_object_args *args);
clpt_status clpti_ref_smooth_object(clpt_context *context, const void *args);

/* centre: with c the centre of mass of Σ_p |probe_p|² and d = rint(c) − N/2 (x and y), each of the fields becomes
 * field'(r) = field(r + d). Those in the probe's pixels wrap: what leaves on one side comes back on the other; those in
 * the object's repeat the pixels on their border. The probe itself moves where it is one of them. Where probe and
 * object both are, exit waves move with the probe, so far fields stay as they are and near fields move: not for these.
 */
typedef struct clpti_centred {
    clpti_view field; /* complex [count, height, width] */
    int64_t count, height, width;
    bool wraps;
} clpti_centred;
typedef struct clpti_centre_args {
    clpti_view probe; /* complex [modes, size, size] */
    int64_t modes, size;
    const clpti_centred *fields; /* [field_count] */
    int field_count;
} clpti_centre_args;
clpt_status clpti_centre(clpt_context *context, const clpti_centre_args *args);
clpt_status clpti_ref_centre(clpt_context *context, const void *args);

/* A round support for clpti_scale_by, real [size, size]: 1 within radius·size of [size/2, size/2], falling by a cosine
 * over softness·size beyond it, then 0. radius > 0, softness ≥ 0; the caller destroys it. */
clpt_status clpti_support_disc(clpt_context *context, int64_t size, double radius, double softness, clpt_buffer **mask);

#endif
