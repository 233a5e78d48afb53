/* SPDX-License-Identifier: Apache-2.0
 *
 * Quality of a reconstruction: comparison with a truth or another reconstruction. Host work in double precision, which
 * needs no context and may be called from several threads. In three steps:
 *   1. clpt_comparison result = clpt_comparison_default();
 *   2. clpt_compare(&object, &truth, NULL, &result, &message), then read result.nrmse, result.frc_half, …;
 *   3. clpt_comparison_free(&result).
 */
#ifndef CLPTYCHO_QUALITY_H
#define CLPTYCHO_QUALITY_H

#include "clptycho/core.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Ambiguities of a reconstruction, as found: the aligned object is
 *  scale·e^{i·phase}·e^{−i(ramp_x·x + ramp_y·y)}·object(x + shift_x, y + shift_y), x and y from the centre of the
 * region.
 */
typedef struct clpt_alignment {
    double shift_x, shift_y; /**< pixels, the options' offset included */
    double ramp_x, ramp_y;   /**< radians per pixel */
    double scale;
    double phase; /**< radians */
} clpt_alignment;

typedef struct clpt_compare_options {
    size_t size;                      /**< sizeof this struct */
    int64_t top, left, height, width; /**< the region, in pixels of the truth; height or width 0: all of it */
    const uint8_t *mask;              /**< [H, W] of the truth, 0: an excluded pixel; NULL: all count. Borrowed */
    double offset_x; /**< pixel (x, y) of the truth is approximately at (x + offset_x, y + offset_y) of the object */
    double offset_y;
    bool keep_shift; /**< do not remove a shift */
    bool keep_ramp;  /**< do not remove a phase ramp */
    bool keep_scale; /**< do not remove scale and phase */
} clpt_compare_options;
/** Defaults: all of the truth, every pixel, all ambiguities removed. */
CLPT_API void clpt_compare_options_init(clpt_compare_options *options, size_t size);
static inline clpt_compare_options clpt_compare_options_default(void)
{
    clpt_compare_options options;
    clpt_compare_options_init(&options, sizeof options);
    return options;
}

/** One ring of a Fourier ring correlation. */
typedef struct clpt_ring {
    double frequency;   /**< cycles per pixel; Nyquist is 0.5 */
    double correlation; /**< Re Σ F₁·conj F₂ / √(Σ|F₁|²·Σ|F₂|²) */
    double half_bit;    /**< threshold of half a bit of information per pixel */
    int64_t count;      /**< number of Fourier pixels */
} clpt_ring;

/** Result of clpt_compare. */
typedef struct clpt_comparison {
    size_t size;                      /**< sizeof this struct */
    int64_t top, left, height, width; /**< the region used: trimmed to sides with prime factors up to 7 */
    clpt_alignment alignment;         /**< as found */
    double *aligned;  /**< [height, width] complex: the object aligned to the region of the truth; owned */
    clpt_ring *rings; /**< [ring_count], from the first ring beyond zero frequency; owned */
    int64_t ring_count;
    double nrmse;          /**< √(Σ|a − t|² / Σ|t|²) over pixels that count */
    double ssim_magnitude; /**< mean structural similarity of |a| and |t|; NaN if |t| is constant */
    double ssim_phase;     /**< mean structural similarity of the phases; NaN if t's is constant */
    double frc_half;       /**< frequency where the correlation first falls below 0.5; 0.5 if it never does */
    double frc_half_bit;   /**< frequency where it first falls below half a bit; 0.5 if it never does */
} clpt_comparison;

/** Empty; to be called before clpt_compare. */
CLPT_API void clpt_comparison_init(clpt_comparison *result, size_t size);
static inline clpt_comparison clpt_comparison_default(void)
{
    clpt_comparison result;
    clpt_comparison_init(&result, sizeof result);
    return result;
}

/** Compares an object with the truth, or with another reconstruction, after removing the ambiguities of ptychography: a
 *  shift (cross-correlation refined to less than 1/1000 pixel, as Guizar-Sicairos, Thurman & Fienup, Opt. Lett. 33,
 * 156, 2008; first estimated from products of neighbours, which a ramp does not change), a linear phase ramp, a global
 * phase and scale (least squares). SSIM: Wang, Bovik, Sheikh & Simoncelli, IEEE Trans. Image Process. 13, 600, 2004,
 * with their Gaussian window of 11 pixels, K₁ = 0.01, K₂ = 0.03 and the truth's range; phases are taken around the
 * truth's mean. Fourier ring correlation: van Heel & Schatz, J. Struct. Biol. 151, 250, 2005, with their ½-bit
 * threshold; the mean is subtracted, and the borders of the region (an eighth of a side) and of the mask are smoothed
 * to zero.
 *  @param object   [H₁, W₁] complex, host memory
 *  @param truth    [H, W] complex, host memory
 *  @param options  NULL for the defaults
 *  @param result   from clpt_comparison_default, or emptied by clpt_comparison_free: nothing in it is freed here. To be
 *                  freed by clpt_comparison_free, also after a failure
 *  @param message  reports a failure; may be NULL
 *  @return CLPT_OK, CLPT_ERROR_ARGUMENT (shapes, a region of less than 16 pixels per side or outside the truth, numbers
 *          that are not finite, a mask that excludes too much), CLPT_ERROR_MEMORY. */
CLPT_API clpt_status clpt_compare(const clpt_array *object, const clpt_array *truth,
                                  const clpt_compare_options *options, clpt_comparison *result, clpt_message *message);
/** Frees the arrays and empties the struct. NULL is accepted. */
CLPT_API void clpt_comparison_free(clpt_comparison *result);

/** Illuminated area of an object: 1 where Σ_s w(x − x_s) is at least `minimum` times its maximum, with w = Σ_p |P_p|²,
 * or w = 1 within the patch if there is no probe. Positions are rounded to integers.
 *  @param positions  [count, 2] patch centres
 *  @param side       N
 *  @param probe      [P, N, N] or [N, N] complex, host memory; NULL: none
 *  @param minimum    fraction of the maximum, 0 … 1
 *  @param mask       receives [height, width]
 *  @param message    reports a failure; may be NULL
 *  @return CLPT_OK, CLPT_ERROR_ARGUMENT, CLPT_ERROR_MEMORY. */
CLPT_API clpt_status clpt_coverage(const double *positions, int64_t count, int64_t side, const clpt_array *probe,
                                   double minimum, int64_t height, int64_t width, uint8_t *mask, clpt_message *message);

/** Power of an object's phase that repeats with the step of a raster scan: the largest power of its Fourier transform
 * near one of the four lowest reciprocal-lattice vectors of the positions, over the median power at the same spatial
 * frequency (the central 80 % of the scanned area, Hann window). Noise alone gives about 4; see
 * clpt_solver_remove_lattice. Thread-safe.
 *  @param object     [H, W] complex, host memory
 *  @param positions  [count, 2] patch centres (x, y) in pixels of the object
 *  @param power      0 if the positions form no lattice or span less than 20 pixels
 *  @param message    reports a failure; may be NULL
 *  @return CLPT_OK, CLPT_ERROR_ARGUMENT, CLPT_ERROR_MEMORY. */
CLPT_API clpt_status clpt_lattice_power(const clpt_array *object, const double *positions, int64_t count, double *power,
                                        clpt_message *message);

#ifdef __cplusplus
}
#endif
#endif
