/* SPDX-License-Identifier: Apache-2.0 */
/* Layers of a convolutional network between buffers of one context: argument structs and entry points, as in ops.h.
 * Images are real and channels-last, [count, height, width, channels]; weights are [9, inputs, outputs], row-major over
 * the taps (ky, kx). A gradient of a hidden layer is that with respect to its value before relu. */
#ifndef CLPTI_OPS_LAYERS_H
#define CLPTI_OPS_LAYERS_H

#include "clptycho/network.h"
#include "ops/ops.h"

/* stack: stacked[g, y, x, c] = gain·a and counts[g, c, y, x] = (scale·a)² of pattern a[y, x] = amplitudes[order[first +
 * g·channels + c]] (without an order, first + …). */
typedef struct clpti_stack_args {
    clpti_view amplitudes; /* real [.., size, size] */
    const clpti_order *order;
    int64_t first;
    int64_t groups, channels, size;
    double gain, scale;
    clpti_view stacked; /* real [groups, size, size, channels] */
    clpti_view counts;  /* optional, real [groups, channels, size, size] */
} clpti_stack_args;
clpt_status clpti_stack(clpt_context *context, const clpti_stack_args *args);
clpt_status clpti_ref_stack(clpt_context *context, const void *args);

/* convolve: out[b, y, x, n] = f(bias[n] + Σ_{t, c} in[b, y + t/3 − 1, x + t%3 − 1, c]·W[t, c, n]), 0 outside the image;
 * f is relu or the identity. With `back` W[t, c, n] = weights[8 − t, n, c]: the gradient with respect to the input of
 * the layer with these weights. A gate keeps the sum where it is positive, and 0 elsewhere. */
typedef struct clpti_convolve_args {
    clpti_view in; /* [count, height, width, in_pitch], channels 0 … inputs − 1 of the view */
    int64_t count, height, width;
    int64_t inputs, in_pitch, outputs, out_pitch;
    clpti_view weights; /* [9, inputs, outputs]; with `back` [9, outputs, inputs] */
    bool back;
    clpti_view bias; /* [outputs]; absent: 0 */
    bool relu;
    bool add;        /* the sum starts with the contents of out */
    clpti_view gate; /* optional, [count, height, width, out_pitch] */
    clpti_view out;  /* [count, height, width, out_pitch], channels 0 … outputs − 1 of the view */
} clpti_convolve_args;
clpt_status clpti_convolve(clpt_context *context, const clpti_convolve_args *args);
clpt_status clpti_ref_convolve(clpt_context *context, const void *args);

/* convolve_weights: gradient[s, t·inputs + c, n] += Σ in[b, y + t/3 − 1, x + t%3 − 1, c]·cotangent[b, y, x, n] and
 * gradient[s, 9·inputs, n] += Σ cotangent[b, y, x, n] over all b and x, and rows y with ⌊y·slots/height⌋ = s;
 * accumulated in ascending (b, y, x), hence bit-identical however the batch is split. */
typedef struct clpti_convolve_weights_args {
    clpti_view in; /* as in clpti_convolve_args */
    int64_t count, height, width;
    int64_t inputs, in_pitch, outputs;
    clpti_view cotangent; /* [count, height, width, outputs] */
    int64_t slots;
    clpti_view gradient; /* [slots, 9·inputs + 1, outputs] */
} clpti_convolve_weights_args;
clpt_status clpti_convolve_weights(clpt_context *context, const clpti_convolve_weights_args *args);
clpt_status clpti_ref_convolve_weights(clpt_context *context, const void *args);
/* The number of slots that keeps this device busy; it depends on the layer alone. */
int64_t clpti_convolve_slots(clpt_context *context, int64_t height, int64_t inputs, int64_t outputs);

/* pool: small[b, y, x, c] = maximum of the 2×2 pixels of large from (2y, 2x) on; height and width are those of small.
 * pool_back: d_large of the first pixel, in row-major order, that has the maximum is d_small where the maximum is
 * positive (relu); 0 elsewhere. */
typedef struct clpti_resize_args {
    clpti_view large; /* [count, 2·height, 2·width, channels] */
    clpti_view small; /* [count, height, width, channels] */
    int64_t count, height, width, channels;
} clpti_resize_args;
typedef struct clpti_resize_back_args {
    clpti_resize_args forward;
    clpti_view cotangent; /* the shape of the forward output */
    clpti_view out;       /* the shape of the forward input */
} clpti_resize_back_args;
clpt_status clpti_pool(clpt_context *context, const clpti_resize_args *args);
clpt_status clpti_ref_pool(clpt_context *context, const void *args);
clpt_status clpti_pool_back(clpt_context *context, const clpti_resize_back_args *args);
clpt_status clpti_ref_pool_back(clpt_context *context, const void *args);

/* enlarge: large[b, y, x, c] = small[b, y/2, x/2, c]. enlarge_back: d_small = the sum of d_large over its four pixels,
 * where small is positive (relu); 0 elsewhere. */
clpt_status clpti_enlarge(clpt_context *context, const clpti_resize_args *args);
clpt_status clpti_ref_enlarge(clpt_context *context, const void *args);
clpt_status clpti_enlarge_back(clpt_context *context, const clpti_resize_back_args *args);
clpt_status clpti_ref_enlarge_back(clpt_context *context, const void *args);

/* Functions of the last layers: those of clpt_activation, and π·tanh of the phase. */
enum { CLPTI_ACTIVATION_PHASE = 4 };

/* activate: out = f(values). activate_back: out = cotangent·f'(values), with relu'(0) = 0. */
typedef struct clpti_activate_args {
    int function;      /* clpt_activation or CLPTI_ACTIVATION_PHASE */
    clpti_view values; /* real [count] */
    int64_t count;
    clpti_view cotangent; /* activate_back: real [count] */
    clpti_view out;       /* real [count]; may alias the values or the cotangent */
} clpti_activate_args;
clpt_status clpti_activate(clpt_context *context, const clpti_activate_args *args);
clpt_status clpti_ref_activate(clpt_context *context, const void *args);
clpt_status clpti_activate_back(clpt_context *context, const clpti_activate_args *args);
clpt_status clpti_ref_activate_back(clpt_context *context, const void *args);

/* frame: whole[b, y, x, c] = centre[b, y − q, x − q, c] in the central block of side size/2 (q = size/4), elsewhere
 * border[b, y, x, c], or 0 without a border. frame_back reverses it: centre and border receive their parts of whole,
 * and border 0 in the central block. */
typedef struct clpti_frame_args {
    clpti_view centre; /* [count, size/2, size/2, channels] */
    clpti_view border; /* optional, [count, size, size, channels] */
    clpti_view whole;  /* [count, size, size, channels] */
    int64_t count, size, channels;
} clpti_frame_args;
clpt_status clpti_frame(clpt_context *context, const clpti_frame_args *args);
clpt_status clpti_ref_frame(clpt_context *context, const void *args);
clpt_status clpti_frame_back(clpt_context *context, const clpti_frame_args *args);
clpt_status clpti_ref_frame_back(clpt_context *context, const void *args);

/* polar: patches[g, c, i] = amplitude[g, i, c]·exp(i·phase[g, i, c]). polar_back, with the cotangent z of patches:
 * d_amplitude = factor·Re(conj(e)·z), d_phase = factor·Re(conj(i·amplitude·e)·z), e = exp(i·phase). */
typedef struct clpti_polar_args {
    clpti_view amplitude, phase; /* real [groups, pixels, channels] */
    int64_t groups, pixels, channels;
    clpti_view patches;              /* complex [groups, channels, pixels]; polar_back: the cotangent */
    clpti_view d_amplitude, d_phase; /* polar_back: real [groups, pixels, channels] */
    double factor;
} clpti_polar_args;
clpt_status clpti_polar(clpt_context *context, const clpti_polar_args *args);
clpt_status clpti_ref_polar(clpt_context *context, const void *args);
clpt_status clpti_polar_back(clpt_context *context, const clpti_polar_args *args);
clpt_status clpti_ref_polar_back(clpt_context *context, const void *args);

/* adam: with g = factor·gradient, mean += (g − mean)·(1 − decay_mean), square += (g² − square)·(1 − decay_square),
 * values −= rate·mean/(√square + epsilon). Kingma & Ba, 2015, with the bias correction in `rate`. */
typedef struct clpti_adam_args {
    clpti_view values, gradient, mean, square; /* real [count] */
    int64_t count;
    double factor, rate, decay_mean, decay_square, epsilon;
} clpti_adam_args;
clpt_status clpti_adam(clpt_context *context, const clpti_adam_args *args);
clpt_status clpti_ref_adam(clpt_context *context, const void *args);

#endif
