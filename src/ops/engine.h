/* SPDX-License-Identifier: Apache-2.0 */
/* Operations that engines alone use: argument structs and entry points, like ops.h. Step lengths and other scalars stay
 * on the device, in views of a few real numbers. */
#ifndef CLPTI_OPS_ENGINE_H
#define CLPTI_OPS_ENGINE_H

#include "ops/ops.h"

/* precondition: step[r·count + i] /= (1 − alpha)·power[i] + alpha·largest, 0 where that is 0. */
typedef struct clpti_precondition_args {
    clpti_view step;    /* complex [repeats, count] */
    clpti_view power;   /* real [count] */
    clpti_view largest; /* real [1]: max(power) */
    int64_t repeats, count;
    double alpha;
} clpti_precondition_args;
clpt_status clpti_precondition(clpt_context *context, const clpti_precondition_args *args);
clpt_status clpti_ref_precondition(clpt_context *context, const void *args);

/* advance: field[i] += factor·length[0]·direction[i]; length not given: 1. */
typedef struct clpti_advance_args {
    clpti_view field, direction; /* complex [count] */
    clpti_view length;           /* real [1] */
    double factor;
    int64_t count;
} clpti_advance_args;
clpt_status clpti_advance(clpt_context *context, const clpti_advance_args *args);
clpt_status clpti_ref_advance(clpt_context *context, const void *args);

/* momentum: velocity[i] = friction·velocity[i] + (field[i] − previous[i]); field[i] = previous[i] + velocity[i]. */
typedef struct clpti_momentum_args {
    clpti_view field, previous, velocity; /* complex [count] */
    double friction;
    int64_t count;
} clpti_momentum_args;
clpt_status clpti_momentum(clpt_context *context, const clpti_momentum_args *args);
clpt_status clpti_ref_momentum(clpt_context *context, const void *args);

/* step_fit: what the best lengths of a joint step of object and probe follow from. With s = D_k·P_p and t = O_k·Q_p,
 * where O_k and D_k are bilinear patches of the object and of its direction, Q the direction of the probe:
 * sums[k] = Σ_{p,i} (Re conj(s)·w, Re conj(t)·w, |s|², |t|², Re conj(s)·t) over the waves w. */
typedef struct clpti_step_fit_args {
    clpti_view object, object_direction; /* complex [height, width] */
    int64_t height, width;
    clpti_selection at;
    clpti_view probe, probe_direction; /* complex [modes, size, size]; direction not given: 0 */
    int64_t probe_stride;              /* of the probe, as in clpti_illuminate_args */
    clpti_view waves;                  /* complex [at.count, modes, size, size] */
    int64_t modes, size;
    clpti_view sums; /* real [at.count, 5] */
} clpti_step_fit_args;
clpt_status clpti_step_fit(clpt_context *context, const clpti_step_fit_args *args);
clpt_status clpti_ref_step_fit(clpt_context *context, const void *args);

/* step_lengths: lengths = mean over k of the solution (a, b) of
 * ((1 + damping)·A_ss, A_st; A_st, (1 + damping)·A_tt)·(a, b) = (b_s, b_t) for the sums of clpti_step_fit, negative
 * lengths and those of a system without solution counted as 0. */
typedef struct clpti_step_lengths_args {
    clpti_view sums; /* real [count, 5] */
    int64_t count;
    double damping;
    clpti_view lengths; /* real [2]: of object and probe */
} clpti_step_lengths_args;
clpt_status clpti_step_lengths(clpt_context *context, const clpti_step_lengths_args *args);
clpt_status clpti_ref_step_lengths(clpt_context *context, const void *args);

/* inner: out[0] = Σ_i Re conj(a[i])·b[i], by fixed blocks. */
typedef struct clpti_inner_args {
    clpti_view a, b; /* complex [count] */
    int64_t count;
    clpti_view out; /* real [1] */
} clpti_inner_args;
clpt_status clpti_inner(clpt_context *context, const clpti_inner_args *args);
clpt_status clpti_ref_inner(clpt_context *context, const void *args);

/* conjugate: how much of the last direction d goes on in z + beta·d, a direction of preconditioned conjugate gradients.
 * With (gz, pz, gd) the sums over fields of `products` and ρ what `memory` holds: beta = max(0, (gz − pz)/ρ), 0 with
 * `restart`, without a ρ > 0, or where z + beta·d would not descend; slope = gz + beta·gd; memory = gz. */
typedef struct clpti_conjugate_args {
    clpti_view products; /* real [fields, 3]: of each field ⟨g, z⟩, ⟨g before, z⟩, ⟨g, d⟩ (clpti_inner) */
    int64_t fields;
    bool restart;
    clpti_view memory, beta, slope; /* real [1] */
} clpti_conjugate_args;
clpt_status clpti_conjugate(clpt_context *context, const clpti_conjugate_args *args);
clpt_status clpti_ref_conjugate(clpt_context *context, const void *args);

/* secant: where the slope along a direction is 0, from the slope at the start and that after a trial of `length`, there
 * Σ_k (sums[k, 0] + sums[k, 1]) of clpti_step_fit: length becomes that, at most 4 and at least 1/64 of the trial, and
 * correction = factor·length − trial is what is left to go. A slope of 0 or less at the start takes the trial back. */
typedef struct clpti_secant_args {
    clpti_view sums; /* real [count, 5] */
    int64_t count;
    clpti_view slope; /* real [1] */
    double factor;
    clpti_view length, correction; /* real [1] */
} clpti_secant_args;
clpt_status clpti_secant(clpt_context *context, const clpti_secant_args *args);
clpt_status clpti_ref_secant(clpt_context *context, const void *args);

/* blend: with e = P_p·O_k, the exit waves of object and probe, s the stored waves of pattern (order where given)[first
 * + k], and w the waves of the k-th: stored = stored_by·(e, s, w) and waves = waves_by·(e, s, w), three factors each.
 * What has the factors (0, 1, 0) or (0, 0, 1) stays as it is; what nothing else needs is not read. */
typedef struct clpti_blend_args {
    clpti_view object; /* complex [height, width], bilinear patches */
    int64_t height, width;
    clpti_selection at;
    clpti_view probe; /* complex [modes, size, size] */
    int64_t modes, size;
    clpti_view stored, waves; /* complex [.., modes, size, size], [at.count, modes, size, size] */
    double stored_by[3], waves_by[3];
} clpti_blend_args;
clpt_status clpti_blend(clpt_context *context, const clpti_blend_args *args);
clpt_status clpti_ref_blend(clpt_context *context, const void *args);

/* position_fit: what the best displacement of each pattern, and the best stretch and turn of all of them, follow from.
 * O'_x(r) = (O(r + 1) − O(r − 1))/2 along x, and O'_y, are differences of the object across a pixel on either side,
 * sampled as the patch is. They stand for its derivative: that of a bilinear sample within its cell leans towards whole
 * pixels, where interpolation blurs least, and positions stay there. With J_x = P_p·O'_x,k, J_y likewise, and
 * q = Σ_p (Re conj(J_x)·w, Re conj(J_y)·w, |J_x|², |J_y|², Re conj(J_x)·J_y) of a pixel for the waves w, where u and v
 * count columns and rows from pixel [N/2, N/2] of the patch in units of N/2, the sums of pattern (order where
 * given)[first + k] are Σ_i of (q, u·q, v·q, u²·q', v²·q', u·v·q'), where q' are the last three of q. */
enum { clpti_position_sums = 24 };
typedef struct clpti_position_fit_args {
    clpti_view object; /* complex [height, width] */
    int64_t height, width;
    clpti_selection at;
    clpti_view probe, waves; /* complex [modes, size, size], [at.count, modes, size, size] */
    int64_t probe_stride;    /* as in clpti_illuminate_args */
    int64_t modes, size;
    clpti_view sums; /* real [.., clpti_position_sums] */
} clpti_position_fit_args;
clpt_status clpti_position_fit(clpt_context *context, const clpti_position_fit_args *args);
clpt_status clpti_ref_position_fit(clpt_context *context, const void *args);

/* displace: moved[k] += step·d_k + M·c_k, where c_k are the starting positions about their mean.
 * d_k: (A + damping·½ tr A)·d = b of the first sums of clpti_position_fit, step·d shortened to at most `limit`; sums
 * without a solution move nothing and count nowhere.
 * M, a 2×2 matrix: where positions and object are stretched and turned together, O_k(r) becomes O_k(r − M·r) while the
 * probe stays, and all patterns together tell which M explains most of their waves. It solves the sum of their normal
 * equations, each with its own d_k solved for (Schur's complement), (1 + damping) on the diagonal, and is multiplied by
 * `stretch`, then by what brings the root mean square of |M·c_k| down to `map_limit`.
 * Then, with the linear map N·c_k that leaves of `moved` what shares nothing with where patterns are, Σ (moved − mean −
 * N·c)·pᵀ = 0 for the places p about their mean, moved[k] = N·c_k + (1 − pull)·(moved[k] − mean − N·c_k), the last term
 * shortened to at most `range`. (A least-squares fit would shrink the scan: of starts with errors of their own, c = p −
 * moved, the displacements that undo these errors have a part in common with c.) Without `dilation` ½ tr N·c_k is left
 * out. With a negative `stretch` there is no M, and all of N·c_k is left out: for a scan whose geometry is known. */
typedef struct clpti_displace_args {
    clpti_view sums;            /* real [count, clpti_position_sums] */
    const clpti_places *places; /* where the patterns started */
    int64_t count, size;        /* size: side of a pattern */
    clpti_view moved;           /* real [count, 2] (x, y) */
    double step, damping, limit, stretch, map_limit, pull, range;
    bool dilation;
} clpti_displace_args;
clpt_status clpti_displace(clpt_context *context, const clpti_displace_args *args);
clpt_status clpti_ref_displace(clpt_context *context, const void *args);

/* place_moved: places[k] = start[k] + moved[k]. On a device the host's xy of `places` stay as they were. */
typedef struct clpti_place_moved_args {
    const clpti_places *start;
    clpti_places *places;
    int64_t count;
    clpti_view moved; /* real [count, 2] */
} clpti_place_moved_args;
clpt_status clpti_place_moved(clpt_context *context, const clpti_place_moved_args *args);
clpt_status clpti_ref_place_moved(clpt_context *context, const void *args);

#endif
