/* SPDX-License-Identifier: Apache-2.0 */
/* Propagators take exit waves to the detector. Every kind operates on waves in an FFT plan's memory and multiplies them
 * by N·U with U unitary: the far field is the unscaled transform; a near field is transform, × H / N, inverse
 * transform. Hence, for every kind, intensities are |waves|² / N² and back-propagation is N·U*. The detector array of a
 * near field is an image, [0, 0] in its corner; that of a far field is centred. */
#ifndef CLPTI_OPS_PROPAGATOR_H
#define CLPTI_OPS_PROPAGATOR_H

#include "fft/fft.h"

/* A near-field propagator; NULL is the far field. Owned by its context, which keeps a few idle ones. */
typedef struct clpti_propagator {
    struct clpti_propagator *next;
    clpt_propagation how;
    int64_t side;
    int users;
    clpt_buffer *transfer; /* complex [side, side]: H / N, zero frequency at [0, 0] */
} clpti_propagator;

/* The geometry of `how`, scaled to a parallel beam (Fresnel scaling theorem), or an error. */
clpt_status clpti_propagation_check(clpt_message *message, const char *function, const clpt_propagation *how,
                                    clpt_geometry *geometry);

/* The propagator for patterns of a side, created (on the host, in double precision) if not cached; NULL for the far
 * field. Match each take with a give, which accepts NULL. */
clpt_status clpti_propagator_take(clpt_context *context, const char *function, const clpt_propagation *how,
                                  int64_t side, clpti_propagator **propagator);
void clpti_propagator_give(clpti_propagator **propagator);

/* Offset of [0, 0] of the waves from [0, 0] of the detector array, on each axis. */
static inline int64_t clpti_detector_shift(const clpti_propagator *propagator, int64_t side)
{
    return propagator ? 0 : side / 2;
}

/* transfer: waves[k, i] *= factor·H[i], or factor·conj(H[i]). */
typedef struct clpti_transfer_args {
    clpti_view waves;    /* complex [count, pixels] */
    clpti_view transfer; /* complex [pixels] */
    int64_t count, pixels;
    double factor;
    bool conjugate;
} clpti_transfer_args;
clpt_status clpti_transfer(clpt_context *context, const clpti_transfer_args *args);
clpt_status clpti_ref_transfer(clpt_context *context, const void *args);

/* propagate: the first `count` waves of a plan to the detector (CLPTI_FORWARD: N·U) or back (CLPTI_INVERSE: N·U*). */
typedef struct clpti_propagate_args {
    clpti_fft *fft;
    const clpti_propagator *propagator; /* NULL: the far field */
    int64_t count;
    int direction;
    double scale; /* near fields: additional factor on the waves; 0: 1 */
} clpti_propagate_args;
clpt_status clpti_propagate(clpt_context *context, const clpti_propagate_args *args);

#endif
