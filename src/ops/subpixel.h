/* SPDX-License-Identifier: Apache-2.0 */
/* Operations of probes moved by fractions of a pixel (src/solve/subpixel.c): argument structs and entry points, as in
 * ops.h. A position x is n + f with n = x rounded half to even and f in [−½, ½]. The periodic Fourier shift by f has
 * the ramp R_f[y, x] = r_fy(y)·r_fx(x), r_f(q) = exp(−2πi·q·f/N) at the signed frequency q, cos(π·f) at −N/2 of an even
 * N: P_f = F⁻¹[R_f·F[P]] moves P by +f, and a real P stays real. The adjoint has conj(R_f), which is R_(−f). The
 * derivative of P_f by f along an axis has r' in place of r: −2πi·q/N·r_f(q), −π·sin(π·f) at −N/2. */
#ifndef CLPTI_OPS_SUBPIXEL_H
#define CLPTI_OPS_SUBPIXEL_H

#include "ops/ops.h"

/* The fraction along which moved probes are differentiated. */
typedef enum clpti_axis { CLPTI_AXIS_NONE, CLPTI_AXIS_X, CLPTI_AXIS_Y } clpti_axis;

/* round_positions: whole[k] = positions[k] rounded to whole pixels, half to even. On a device the host copy xy of
 * `whole` is not updated. */
typedef struct clpti_round_positions_args {
    const clpti_positions *positions;
    clpti_positions *whole;
    int64_t count;
} clpti_round_positions_args;
clpt_status clpti_round_positions(clpt_context *context, const clpti_round_positions_args *args);
clpt_status clpti_ref_round_positions(clpt_context *context, const void *args);

/* shift_waves: out[k, p, i] = factor·R_k[i]·spectra[k·stride + p·N² + i], with the ramp R_k of the fraction of position
 * k, its derivative along `axis`, or the conjugate. May be in place where the stride is modes·N². */
typedef struct clpti_shift_waves_args {
    clpti_view spectra; /* complex [modes, size, size], zero frequency at [0, 0] */
    int64_t stride;     /* elements from one pattern's spectra to the next; 0: the same for all */
    clpti_selection at;
    int64_t modes, size;
    clpti_axis axis;
    bool conjugate;
    double factor;
    clpti_view out; /* complex [at.count, modes, size, size] */
} clpti_shift_waves_args;
clpt_status clpti_shift_waves(clpt_context *context, const clpti_shift_waves_args *args);
clpt_status clpti_ref_shift_waves(clpt_context *context, const void *args);

/* shift_sums: sums[s, p, i] += Σ_k factor·conj(R_k[i])·spectra[k, p, i] over the patterns of slot s (as in
 * clpti_probe_gradient_args); accumulated in ascending k. The adjoint of shift_waves with stride 0. */
typedef struct clpti_shift_sums_args {
    clpti_view spectra; /* complex [at.count, modes, size, size] */
    clpti_selection at;
    int64_t modes, size, slots;
    double factor;
    clpti_view sums; /* complex [slots, modes, size, size] */
} clpti_shift_sums_args;
clpt_status clpti_shift_sums(clpt_context *context, const clpti_shift_sums_args *args);
clpt_status clpti_ref_shift_sums(clpt_context *context, const void *args);

/* patch_products: out[k, p, i] = conj(O_k[i])·waves[k, p, i], and patch_power[s, i] += Σ_k |O_k[i]|² over the patterns
 * of slot s, with bilinear patches O_k of the object; accumulated in ascending k. */
typedef struct clpti_patch_products_args {
    clpti_view object; /* complex [height, width] */
    int64_t height, width;
    clpti_selection at;
    clpti_view waves; /* complex [at.count, modes, size, size] */
    int64_t modes, size, slots;
    clpti_view out;         /* complex [at.count, modes, size, size] */
    clpti_view patch_power; /* optional, real [slots, size, size] */
} clpti_patch_products_args;
clpt_status clpti_patch_products(clpt_context *context, const clpti_patch_products_args *args);
clpt_status clpti_ref_patch_products(clpt_context *context, const void *args);

struct clpti_fft;
/* shift_fields: out[k, p] = fields[k, p] moved by the fraction of position k, or by minus it; with an object,
 * conj(O_k)·fields[k, p] moved, O_k as in clpti_slot_sums_args. `out` is the memory of `fft`, which has a capacity of
 * at.count·modes. */
typedef struct clpti_shift_fields_args {
    clpti_view fields; /* complex [modes, size, size] per pattern; may be `out` where the stride is modes·size² */
    int64_t stride;    /* elements from one pattern's fields to the next; 0: the same for all */
    clpti_selection at;
    int64_t modes, size;
    bool back;
    const clpti_positions *whole; /* of products: rounded positions, with the order and shift of `at` … */
    clpti_view object;            /* … and complex [height, width], otherwise absent; the stride is then not 0 */
    int64_t height, width;
    struct clpti_fft *fft;
} clpti_shift_fields_args;
clpt_status clpti_shift_fields(clpt_context *context, const clpti_shift_fields_args *args);
/* True if kernels with transforms of their own move fields of this side, in two launches. */
bool clpti_shift_fields_in_lines(clpt_context *context, int64_t size);

/* slot_sums: sums[s, p, i] += Σ_k fields[k, p, i], and patch_power[s, i] += Σ_k |O_k[i]|² over the patterns of slot s,
 * with patches O_k of the object at whole pixels; accumulated in ascending k. */
typedef struct clpti_slot_sums_args {
    clpti_view object; /* complex [height, width] */
    int64_t height, width;
    clpti_selection at; /* of rounded positions */
    clpti_view fields;  /* complex [at.count, modes, size, size] */
    int64_t modes, size, slots;
    clpti_view sums;        /* complex [slots, modes, size, size] */
    clpti_view patch_power; /* optional, real [slots, size, size] */
    bool fresh;             /* both sums are taken as 0 */
} clpti_slot_sums_args;
clpt_status clpti_slot_sums(clpt_context *context, const clpti_slot_sums_args *args);
clpt_status clpti_ref_slot_sums(clpt_context *context, const void *args);

/* The bank of K: copies of each mode at the fractions (i/K − ½, j/K − ½), i and j from 0 to K, copy j·(K + 1) + i. At
 * the fraction f with g = (f + ½)·K, c = min(⌊g⌋, K − 1) and a = g − c along each axis, w_k blends the four copies at
 * (c, c + 1) with weights 1 − a and a along each axis. */

/* bank_probes: out[k, p, i] = Σ_c w_kc·copies[c, p, i], or with the derivatives of w_k along `axis` in its cell: ∓K in
 * place of 1 − a and a. */
typedef struct clpti_bank_probes_args {
    clpti_view copies; /* complex [(bank + 1)², modes, size, size] */
    int64_t bank;
    clpti_selection at;
    int64_t modes, size;
    clpti_axis axis;
    clpti_view out; /* complex [at.count, modes, size, size] */
} clpti_bank_probes_args;
clpt_status clpti_bank_probes(clpt_context *context, const clpti_bank_probes_args *args);
clpt_status clpti_ref_bank_probes(clpt_context *context, const void *args);

/* bank_sums: sums[s, c, p, i] += Σ_k w_kc·conj(O_k[i])·waves[k, p, i], and patch_power as in clpti_patch_products_args;
 * positions of `at` are whole pixels, `fractions` has the same order with the fractions. Accumulated in ascending k. */
typedef struct clpti_bank_sums_args {
    clpti_view object; /* complex [height, width] */
    int64_t height, width;
    clpti_selection at;
    const clpti_positions *fractions;
    int64_t bank;
    clpti_view waves; /* complex [at.count, modes, size, size] */
    int64_t modes, size, slots;
    clpti_view sums;        /* complex [slots, (bank + 1)², modes, size, size] */
    clpti_view patch_power; /* optional, real [slots, size, size] */
    bool fresh;             /* both sums are taken as 0 */
} clpti_bank_sums_args;
clpt_status clpti_bank_sums(clpt_context *context, const clpti_bank_sums_args *args);
clpt_status clpti_ref_bank_sums(clpt_context *context, const void *args);

/* fraction_slope: slopes[stride·s] = Σ_p,i Re conj(D_x[k, p, i]·O_k[i])·waves[k, p, i], and slopes[stride·s + 1]
 * likewise with D_y, s = selected(k): for the derivatives D of the moved probes, the slopes of Re Σ conj(ψ_k)·waves_k
 * by position k. Positions of `at` are whole pixels. */
typedef struct clpti_fraction_slope_args {
    clpti_view object; /* complex [height, width] */
    int64_t height, width;
    clpti_selection at;
    clpti_view by_x, by_y, waves; /* complex [at.count, modes, size, size] */
    int64_t modes, size, stride;
    clpti_view slopes; /* real [.., stride], elements 0 and 1 of each entry */
} clpti_fraction_slope_args;
clpt_status clpti_fraction_slope(clpt_context *context, const clpti_fraction_slope_args *args);
clpt_status clpti_ref_fraction_slope(clpt_context *context, const void *args);

#endif
