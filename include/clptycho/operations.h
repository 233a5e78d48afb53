/* SPDX-License-Identifier: Apache-2.0
 *
 * Operations on fields: warp, patches of an object, merging of patches, propagation, the forward model, modes.
 * docs/model.md has the model. In three steps:
 *   1. open a context and describe arrays and scan (core.h);
 *   2. fill the options, clpt_forward_options o = clpt_forward_options_default();
 *   3. clpt_forward(context, &object, scan, &probe, &o, &intensity).
 *
 * Every field argument takes host arrays or buffers, real or complex where the field allows both; outputs come last and
 * are real or complex like the input. Sizes are run-time values; none recompiles a kernel, except that a new FFT side
 * may compile one program. All functions return CLPT_OK, CLPT_ERROR_ARGUMENT, CLPT_ERROR_MEMORY, CLPT_ERROR_BUILD,
 * CLPT_ERROR_OPENCL or CLPT_ERROR_FFT, unless stated otherwise.
 */
#ifndef CLPTYCHO_OPERATIONS_H
#define CLPTYCHO_OPERATIONS_H

#include "clptycho/core.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Warp ---------------------------------------------------------------------------------------------------- */

typedef enum clpt_interpolation {
    CLPT_INTERPOLATION_BILINEAR,
    CLPT_INTERPOLATION_NEAREST /**< half to even */
} clpt_interpolation;
typedef enum clpt_fill {
    CLPT_FILL_ZEROS, /**< a neighbour outside the image is 0 */
    CLPT_FILL_EDGE   /**< coordinates are clamped to the image */
} clpt_fill;

/** Projective warp: out(x, y) = image(T·(x, y, 1)); 0 where w = 0, while w < 0 is ordinary.
 *  @param images      [B, H, W]
 *  @param transforms  host, F64 or F32: [K, 3, 3], or [K, 8] (a0 a1 a2 b0 b1 b2 c0 c1); K is B, 1, or B/k for one
 *                     transform per k consecutive images
 *  @param out         [B, H, W] */
CLPT_API clpt_status clpt_warp(clpt_context *context, const clpt_array *images, const clpt_array *transforms,
                               clpt_interpolation interpolation, clpt_fill fill, const clpt_array *out);

/** Shifts content by +shift: out(x, y) = in(x − dx, y − dy), 0 outside.
 *  @param images  [B, H, W]
 *  @param shifts  host, F64 or F32: [K, 2] (dx, dy) in pixels, K as in clpt_warp
 *  @param out     [B, H, W] */
CLPT_API clpt_status clpt_translate(clpt_context *context, const clpt_array *images, const clpt_array *shifts,
                                    clpt_interpolation interpolation, const clpt_array *out);

/* ---- Patches ------------------------------------------------------------------------------------------------- */

/** Bilinear patches of an object at every scan position, 0 outside the object.
 *  @param object   [H, W]
 *  @param patches  [S, N, N] */
CLPT_API clpt_status clpt_extract_scan(clpt_context *context, const clpt_array *object, const clpt_scan *scan,
                                       const clpt_array *patches);

/** Central crop of each canvas after a shift by +offset.
 *  @param canvas   [G, M, M]
 *  @param offsets  host, F64 or F32: [G, C, 2] (x, y) in pixels
 *  @param patches  [G, C, N, N], N ≤ M */
CLPT_API clpt_status clpt_extract_group(clpt_context *context, const clpt_array *canvas, const clpt_array *offsets,
                                        const clpt_array *patches);

/** Weights of merged patches. */
typedef enum clpt_weight {
    CLPT_WEIGHT_NONE,          /**< Σ patch */
    CLPT_WEIGHT_CENTRE,        /**< Σ patch / (Σ mask + 1e-3), mask = central N/2 block */
    CLPT_WEIGHT_CENTRE_MASKED, /**< Σ patch·mask / (Σ mask + 1e-3), 0 where Σ mask ≤ 1e-6 */
    CLPT_WEIGHT_PROBE          /**< Σ patch·w / max(Σ w, 1e-12), w = Σ_p |P_p|², 0 where Σ w ≤ 1e-6·max Σ w */
} clpt_weight;

/** Origin of the offsets of groups. */
typedef enum clpt_centring {
    CLPT_CENTRING_NONE, /**< offsets as given */
    CLPT_CENTRING_MEAN  /**< minus the mean of all G·C offsets of the call */
} clpt_centring;

/** Merges the patches of each group, shifted by −offset, on a canvas. Sums in a fixed order: the same bits in every
 * run.
 *  @param patches   [G, C, N, N]
 *  @param offsets   host, F64 or F32: [G, C, 2] (x, y) in pixels
 *  @param probe     [P, N, N] or [N, N] for CLPT_WEIGHT_PROBE, else NULL
 *  @param centring  origin of the offsets
 *  @param canvas    [G, M, M], M ≥ N */
CLPT_API clpt_status clpt_reassemble_group(clpt_context *context, const clpt_array *patches, const clpt_array *offsets,
                                           const clpt_array *probe, clpt_weight weight, clpt_centring centring,
                                           const clpt_array *canvas);

/** Merges the central blocks of the patches of a scan; each pixel is divided by the number of blocks on it (+ 1e-9).
 *  @param patches  [S, N, N]
 *  @param crop     side of the central block, 1 … N
 *  @param canvas   [L, L] with L of clpt_scan_get_canvas */
CLPT_API clpt_status clpt_reassemble_scan(clpt_context *context, const clpt_array *patches, const clpt_scan *scan,
                                          int64_t crop, const clpt_array *canvas);

/* ---- Propagation --------------------------------------------------------------------------------------------- */

/** Far-field amplitude |FFT2 ψ| / N, zero frequency at [N/2, N/2].
 *  @param waves      [B, N, N] complex
 *  @param amplitude  [B, N, N] real */
CLPT_API clpt_status clpt_diffract(clpt_context *context, const clpt_array *waves, const clpt_array *amplitude);

typedef enum clpt_propagation_kind {
    CLPT_PROPAGATION_FAR_FIELD, /**< FFT2 ψ / N; patterns have zero frequency at [N/2, N/2] */
    CLPT_PROPAGATION_ANGULAR_SPECTRUM, /**< H = exp(2πi z(√max(0, 1/λ² − f²) − 1/λ)); patterns are images, not shifted
                                        */
    CLPT_PROPAGATION_FRESNEL           /**< H = exp(−iπλz f²), its paraxial approximation; patterns are images */
} clpt_propagation_kind;

/** Propagation of exit waves to the detector; all zeros is the far field. A near field is IFFT2(H·FFT2 ψ), f in cycles
 *  per metre of the object's pixels, periodic in the window (Goodman, Introduction to Fourier Optics, 3.10 and 4.2). A
 *  diverging beam is equivalent to a parallel one with a smaller pixel and distance: clpt_propagation_get_geometry. */
typedef struct clpt_propagation {
    clpt_propagation_kind kind;
    double wavelength;      /**< λ, metres */
    double distance;        /**< sample to detector, metres */
    double pixel;           /**< pixel of the detector, metres */
    double source_distance; /**< focus to sample, metres; 0: a parallel beam; < 0: a converging beam */
} clpt_propagation;

/** A geometry scaled to a parallel beam. */
typedef struct clpt_geometry {
    double magnification; /**< M = (z₁ + z₂) / z₁; 1 for a parallel beam */
    double pixel;         /**< pixel of the object: detector pixel / M, metres */
    double distance;      /**< z of H: z₂ / M, metres */
} clpt_geometry;

/** Fresnel scaling theorem (Paganin, Coherent X-Ray Optics, 2006): z₁ focus to sample, z₂ sample to detector. The probe
 *  then excludes the spherical phase of the beam. Host work only; may be called from several threads.
 *  @param propagation  of a near field
 *  @param geometry     receives the result
 *  @param message      reports a failure; may be NULL
 *  @return CLPT_OK, CLPT_ERROR_ARGUMENT (far field, a missing number, M ≤ 0). */
CLPT_API clpt_status clpt_propagation_get_geometry(const clpt_propagation *propagation, clpt_geometry *geometry,
                                                   clpt_message *message);

typedef enum clpt_direction {
    CLPT_DIRECTION_FORWARD, /**< from the sample to the detector, H */
    CLPT_DIRECTION_BACKWARD /**< from the detector to the sample, conj(H) */
} clpt_direction;

/** Near-field propagation of waves, IFFT2(H·FFT2 ψ). |H| = 1 at every frequency, so backward propagation is the inverse
 *  and the adjoint of forward propagation.
 *  @param waves        [B, N, N] complex
 *  @param propagation  of a near field
 *  @param out          [B, N, N] complex */
CLPT_API clpt_status clpt_propagate(clpt_context *context, const clpt_array *waves, const clpt_propagation *propagation,
                                    clpt_direction direction, const clpt_array *out);

/* ---- Forward model ------------------------------------------------------------------------------------------- */

/** Model of the fraction of a pixel in a position (docs/model.md). */
typedef enum clpt_subpixel {
    CLPT_SUBPIXEL_BILINEAR, /**< the object is sampled between pixels */
    CLPT_SUBPIXEL_EXACT,    /**< the object is sampled at integer pixels, the probe is moved by a Fourier shift */
    CLPT_SUBPIXEL_BANK_2,   /**< as EXACT, with linear interpolation between shifts by multiples of 1/2 pixel */
    CLPT_SUBPIXEL_BANK_4,   /**< the same with 1/4 pixel */
    CLPT_SUBPIXEL_BANK_8    /**< the same with 1/8 pixel */
} clpt_subpixel;

typedef struct clpt_forward_options {
    size_t size;                  /**< sizeof this struct */
    double smooth;                /**< σ of the 3×3 Gaussian on the exit wave, pixels; 0: off */
    bool probe_mask;              /**< keep only (x−N/2+½)² + (y−N/2+½)² < ⌊N/4⌋² of the exit wave */
    bool pad;                     /**< patches are N/2×N/2, at [N/4, N/4] of zeros */
    double scale;                 /**< s: intensities are s² |ψ|²; 0: 1 */
    bool amplitude;               /**< √I instead of I */
    bool poisson;                 /**< draw counts; √counts with `amplitude` */
    uint64_t seed;                /**< of the draws: a count depends on (seed, pattern, pixel, float32 rate) alone */
    clpt_propagation propagation; /**< zeros: the far field */
    clpt_subpixel subpixel;       /**< all but bilinear: far field only; their gradients: without `pad` */
} clpt_forward_options;
/** Defaults: the far field, a scale of 1, all else off. */
CLPT_API void clpt_forward_options_init(clpt_forward_options *options, size_t size);
static inline clpt_forward_options clpt_forward_options_default(void)
{
    clpt_forward_options options;
    clpt_forward_options_init(&options, sizeof options);
    return options;
}

/** The forward model: I = s² Σ_p (|FFT2(patch·P_p)| / N)², with the steps of the options in their order.
 *  @param object     [H, W] complex
 *  @param probe      [P, N, N] or [N, N] complex
 *  @param options    NULL for the defaults
 *  @param intensity  [S, N, N] real, zero frequency at [N/2, N/2]; of a near field images, I = s² Σ_p |IFFT2(H·FFT2
 *                    (patch·P_p))|² */
CLPT_API clpt_status clpt_forward(clpt_context *context, const clpt_array *object, const clpt_scan *scan,
                                  const clpt_array *probe, const clpt_forward_options *options,
                                  const clpt_array *intensity);

/** The scale s that gives a mean of `photons` counts per pattern: √(photons / mean_S Σ|ψ|²). Returns when done.
 *  @param object   [H, W] complex
 *  @param probe    [P, N, N] or [N, N] complex
 *  @param options  as for clpt_forward; `scale`, `amplitude`, `poisson` and `seed` are ignored
 *  @param scale    receives s */
CLPT_API clpt_status clpt_photon_scale(clpt_context *context, const clpt_array *object, const clpt_scan *scan,
                                       const clpt_array *probe, const clpt_forward_options *options, double photons,
                                       double *scale);

/* ---- Modes --------------------------------------------------------------------------------------------------- */

/** Gram matrix of modes: gram[p, q] = Σ conj(m_p)·m_q.
 *  @param modes  [P, N, N] complex
 *  @param gram   host, C128 or C64 [P, P] */
CLPT_API clpt_status clpt_gram(clpt_context *context, const clpt_array *modes, const clpt_array *gram);

/** Replaces modes, in place, by orthogonal linear combinations of falling power (eigenvectors of the Gram matrix,
 *  Thibault & Menzel, Nature 494, 68, 2013). Their incoherent sum Σ_p |m_p|² at the detector is unchanged. Returns when
 *  done.
 *  @param modes  [P, N, N] complex */
CLPT_API clpt_status clpt_orthogonalise(clpt_context *context, const clpt_array *modes);

#ifdef __cplusplus
}
#endif
#endif
