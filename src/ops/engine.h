/* SPDX-License-Identifier: Apache-2.0 */
/* Operations used only by engines: argument structs and entry points, as in ops.h. Step lengths and other scalars stay
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

/* advance: field[i] += factor·length[0]·direction[i]; length absent: 1. */
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

/* step_fit: sums for the optimal lengths of a joint step of object and probe. With s = D_k·P_p and t = O_k·Q_p, where
 * O_k and D_k are bilinear patches of the object and of its direction, and Q is the direction of the probe: sums[k] =
 * Σ_{p,i} (Re conj(s)·w, Re conj(t)·w, |s|², |t|², Re conj(s)·t) over the waves w. */
typedef struct clpti_step_fit_args {
    clpti_view object, object_direction; /* complex [height, width] */
    int64_t height, width;
    clpti_selection at;
    clpti_view probe, probe_direction;      /* complex [modes, size, size]; direction absent: 0 */
    int64_t probe_stride, direction_stride; /* as in clpti_illuminate_args */
    clpti_view waves;                       /* complex [at.count, modes, size, size] */
    int64_t modes, size;
    clpti_view sums; /* real [at.count, 5] */
} clpti_step_fit_args;
clpt_status clpti_step_fit(clpt_context *context, const clpti_step_fit_args *args);
clpt_status clpti_ref_step_fit(clpt_context *context, const void *args);

/* step_lengths: lengths = mean over k of the solution (a, b) of
 * ((1 + damping)·A_ss, A_st; A_st, (1 + damping)·A_tt)·(a, b) = (b_s, b_t) for the sums of clpti_step_fit; negative
 * lengths and singular systems count as 0. */
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

/* conjugate: coefficient beta of the previous direction d in z + beta·d, a direction of preconditioned conjugate
 * gradients. With (gz, pz, gd) the sums over fields of `products` and ρ the content of `memory`: beta = max(0, (gz −
 * pz)/ρ), or 0 with `restart`, if not ρ > 0, or where z + beta·d would not be a descent direction; slope = gz +
 * beta·gd; memory = gz. */
typedef struct clpti_conjugate_args {
    clpti_view products; /* real [fields, 3]: ⟨g, z⟩, ⟨previous g, z⟩, ⟨g, d⟩ of each field (clpti_inner) */
    int64_t fields;
    bool restart;
    clpti_view memory, beta, slope; /* real [1] */
} clpti_conjugate_args;
clpt_status clpti_conjugate(clpt_context *context, const clpti_conjugate_args *args);
clpt_status clpti_ref_conjugate(clpt_context *context, const void *args);

/* secant: step length at which the slope along a direction vanishes, by the secant through the slope at the start and
 * the slope after a trial step of `length`, the latter Σ_k (sums[k, 0] + sums[k, 1]) of clpti_step_fit. `length`
 * becomes that zero, clipped to [1/64, 4] times the trial; correction = factor·length − trial is the remaining step. A
 * slope ≤ 0 at the start reverts the trial. */
typedef struct clpti_secant_args {
    clpti_view sums; /* real [count, 5] */
    int64_t count;
    clpti_view slope; /* real [1] */
    double factor;
    clpti_view length, correction; /* real [1] */
} clpti_secant_args;
clpt_status clpti_secant(clpt_context *context, const clpti_secant_args *args);
clpt_status clpti_ref_secant(clpt_context *context, const void *args);

/* blend: with exit waves e = P_p·O_k of object and probe, the stored waves s of pattern order[first + k] (without an
 * order, first + k), and w the waves of the k-th: stored = stored_by·(e, s, w) and waves = waves_by·(e, s, w), three
 * factors each. A result with factors (0, 1, 0) or (0, 0, 1) is unchanged; inputs with zero factors are not read. */
typedef struct clpti_blend_args {
    clpti_view object; /* complex [height, width], bilinear patches */
    int64_t height, width;
    clpti_selection at;
    clpti_view probe;     /* complex [modes, size, size] */
    int64_t probe_stride; /* as in clpti_illuminate_args */
    int64_t modes, size;
    clpti_view stored, waves; /* complex [.., modes, size, size], [at.count, modes, size, size] */
    double stored_by[3], waves_by[3];
} clpti_blend_args;
clpt_status clpti_blend(clpt_context *context, const clpti_blend_args *args);
clpt_status clpti_ref_blend(clpt_context *context, const void *args);

/* position_fit: sums for the optimal displacement of each pattern and for the optimal common linear map of all
 * positions. O'_x(r) = (O(r + 1) − O(r − 1))/2 along x, and O'_y likewise, are central differences of the object,
 * sampled as the patch is. They approximate its derivative: the derivative of a bilinear sample within its cell is
 * biased towards whole pixels, where interpolation blurs least, and positions would stay there. With J_x = P_p·O'_x,k,
 * J_y likewise, and per-pixel q = Σ_p (Re conj(J_x)·w, Re conj(J_y)·w, |J_x|², |J_y|², Re conj(J_x)·J_y) for the waves
 * w, and u, v the column and row from pixel [N/2, N/2] of the patch in units of N/2, the sums of pattern order[first +
 * k] (without an order, first + k) are Σ_i of (q, u·q, v·q, u²·q', v²·q', u·v·q'), where q' are the last three
 * components of q. */
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
 * d_k: solution of (A + damping·½ tr A)·d = b for the first sums of clpti_position_fit, with step·d clipped to length
 * `limit`; singular sums move nothing and are excluded from all averages.
 * M, a 2×2 matrix: if positions and object share a linear map, O_k(r) becomes O_k(r − M·r) while the probe is
 * unchanged, and M is fitted to the waves of all patterns. It solves the sum of their normal equations, each with its
 * own d_k eliminated (Schur complement), with (1 + damping) on the diagonal, and is multiplied by `stretch`, then
 * scaled so that the root mean square of |M·c_k| is at most `map_limit`.
 * Then the linear map N·c_k is found that leaves the rest of `moved` uncorrelated with the positions, Σ (moved − mean −
 * N·c)·pᵀ = 0 for the positions p about their mean, and moved[k] = N·c_k + (1 − pull)·(moved[k] − mean − N·c_k), the
 * last term clipped to length `range`. (A least-squares fit would shrink the scan: if the start has errors of its own,
 * c = p − moved, the displacements that undo these errors are correlated with c.) Without `dilation`, ½ tr N·c_k is
 * removed. With a negative `stretch` there is no M, and all of N·c_k is removed: for a scan of known geometry. */
typedef struct clpti_displace_args {
    clpti_view sums;                  /* real [count, clpti_position_sums] */
    const clpti_positions *positions; /* starting positions */
    int64_t count, size;              /* size: side of a pattern */
    clpti_view moved;                 /* real [count, 2] (x, y) */
    double step, damping, limit, stretch, map_limit, pull, range;
    bool dilation;
} clpti_displace_args;
clpt_status clpti_displace(clpt_context *context, const clpti_displace_args *args);
clpt_status clpti_ref_displace(clpt_context *context, const void *args);

/* move_positions: places[k] = start[k] + moved[k]. On a device the host copy xy of `places` is not updated. */
typedef struct clpti_move_positions_args {
    const clpti_positions *start;
    clpti_positions *positions;
    int64_t count;
    clpti_view moved; /* real [count, 2] */
} clpti_move_positions_args;
clpt_status clpti_move_positions(clpt_context *context, const clpti_move_positions_args *args);
clpt_status clpti_ref_move_positions(clpt_context *context, const void *args);

#endif
