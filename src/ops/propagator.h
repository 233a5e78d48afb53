/* SPDX-License-Identifier: Apache-2.0 */
/* Propagators: what takes exit waves to the detector. Whatever the kind, a propagator works on waves in an FFT plan's
 * memory and multiplies them by N·U with U unitary: the far field is the unscaled transform, a near field is transform,
 * × H / N, inverse transform. So intensities are |waves|² / N² and the way back is N·U*, for every kind alike. A near
 * field's detector array is an image, [0, 0] in its corner; a far field's is centred. */
#ifndef CLPTI_OPS_PROPAGATOR_H
#define CLPTI_OPS_PROPAGATOR_H

#include "fft/fft.h"

/* A near field. NULL is the far field. Belongs to its context, which keeps a few that are not in use. */
typedef struct clpti_propagator {
    struct clpti_propagator *next;
    clpt_propagation how;
    int64_t side;
    int users;
    clpt_buffer *transfer; /* complex [side, side]: H / N, zero frequency at [0, 0] */
} clpti_propagator;

/* The geometry of `how` scaled to a parallel beam (Fresnel scaling theorem), or an error that says what is wrong. */
clpt_status clpti_propagation_check(clpt_message *message, const char *function, const clpt_propagation *how,
                                    clpt_geometry *geometry);

/* The propagator for patterns of a side, made (on the host, in double) where it is not there yet; NULL for the far
 * field. Each taking is matched by a giving, which accepts NULL. */
clpt_status clpti_propagator_take(clpt_context *context, const char *function, const clpt_propagation *how,
                                  int64_t side, clpti_propagator **propagator);
void clpti_propagator_give(clpti_propagator **propagator);
void clpti_propagator_destroy_all(clpt_context *context);

/* How far [0, 0] of the waves lies from [0, 0] of the detector's array, on each axis. */
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
    double scale; /* of near fields: what else the waves are multiplied by; 0: 1 */
} clpti_propagate_args;
clpt_status clpti_propagate(clpt_context *context, const clpti_propagate_args *args);

#endif
