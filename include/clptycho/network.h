/* SPDX-License-Identifier: Apache-2.0
 *
 * A convolutional network that predicts patches of an object from diffraction patterns, trained without a truth: its
 * loss compares the patterns of its prediction, by the physics layer of learning.h, with the measured ones (PtychoPINN:
 * Hoidn, Mishra & Mehta, Sci. Rep. 13, 22789, 2023). docs/network.md has the architecture. In three steps:
 *   1. clpt_network_create(context, &options, &probe, &network), clpt_network_initialise(network, seed);
 *   2. clpt_network_step(network, &batch, &loss) for batches of groups (clpt_groups_draw), many times;
 *   3. clpt_network_predict(network, &batch, &prediction), and clpt_reassemble_scan of the predicted patches.
 *
 * Letters: G groups, C = grid² patches per group, N patch side, M canvas side, S patterns. Statuses are those of
 * operations. Results do not depend on the number of groups in a batch nor on the memory limit: gradients are sums in a
 * fixed order, with the same bits in every run on a device.
 */
#ifndef CLPTYCHO_NETWORK_H
#define CLPTYCHO_NETWORK_H

#include "clptycho/gradients.h"
#include "clptycho/learning.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Function of the predicted amplitude. The phase is π·tanh. */
typedef enum clpt_activation {
    CLPT_ACTIVATION_SIGMOID,  /**< 1 / (1 + e⁻ᶻ): amplitudes up to 1 */
    CLPT_ACTIVATION_SWISH,    /**< z·sigmoid(z) */
    CLPT_ACTIVATION_SOFTPLUS, /**< ln(1 + eᶻ) */
    CLPT_ACTIVATION_RELU      /**< max(z, 0) */
} clpt_activation;

typedef struct clpt_network_options {
    size_t size;                /**< sizeof this struct */
    int64_t side;               /**< N: 64, 128 or 256 */
    int64_t grid;               /**< gridsize: C = grid² patterns per group, 1 to 3 */
    double filters;             /**< factor on the numbers of filters, a multiple of 1/4 */
    clpt_activation activation; /**< of the amplitude */
    bool no_border;             /**< patches are 0 outside their central N/2 block */
    clpt_weight weight;         /**< merge of the patches of a group; CLPT_WEIGHT_CENTRE is PtychoPINN's */
    int64_t canvas;             /**< M; 0: N + 4·(grid − 1) + 10 */
    double scale;               /**< s: predicted amplitudes are s·|FFT2(patch·P)| / N, and an input X has the counts
                                 *   (s·X)²; √photons / (N/2) */
    bool train_scale;           /**< the s of the prediction is trained too, by its logarithm */
    double poisson_weight;      /**< of the mean of I − m·ln(I + 1e-8) over pixels */
    double amplitude_weight;    /**< of the mean of |√I − √m| over pixels */
    double rate;                /**< learning rate of Adam at the start */
    double rate_min;            /**< limit of reductions of the rate */
    double rate_factor;         /**< factor on the rate where the validation loss stops falling */
    double rate_change;         /**< the smallest change of the validation loss that counts as falling */
    int64_t rate_patience;      /**< epochs without such a change before a reduction; 0: the rate is constant */
    int64_t stop_patience;      /**< epochs without a lower training loss before the end; 0: no early end */
    double clip;                /**< maximum L2 norm of the gradient, which is scaled down to it; 0: no limit */
} clpt_network_options;
/** Defaults: PtychoPINN's network for N = 64 and grid = 2, its optimiser, and CLPT_WEIGHT_PROBE. */
CLPT_API void clpt_network_options_init(clpt_network_options *options, size_t size);
static inline clpt_network_options clpt_network_options_default(void)
{
    clpt_network_options options;
    clpt_network_options_init(&options, sizeof options);
    return options;
}

typedef struct clpt_network clpt_network;

/** Makes a network with weights of 0.
 *  @param options  NULL for the defaults; copied
 *  @param probe    [P, N, N] or [N, N] complex; copied
 *  @param network  receives the network, NULL on failure; the caller destroys it, before the context */
CLPT_API clpt_status clpt_network_create(clpt_context *context, const clpt_network_options *options,
                                         const clpt_array *probe, clpt_network **network);
/** Frees a network once enqueued work is done, and sets the pointer to NULL. NULL and pointers to NULL are accepted. */
CLPT_API void clpt_network_destroy(clpt_network **network);
/** Effective options. Valid as long as the network; NULL for NULL. */
CLPT_API const clpt_network_options *clpt_network_get_options(const clpt_network *network);

/* ---- Weights ------------------------------------------------------------------------------------------------- */

/** One array of weights or of the state. */
typedef struct clpt_network_array {
    char name[40]; /**< "enc1a.w" */
    clpt_type type;
    int rank;
    int64_t shape[CLPT_MAX_RANK];
} clpt_network_array;

/** Number of arrays of weights: two per convolution, "NAME.w" [3, 3, inputs, outputs] and "NAME.b" [outputs], in the
 *  order of the network; 0 for NULL. */
CLPT_API size_t clpt_network_get_weight_count(const clpt_network *network);
/** @return CLPT_OK, CLPT_ERROR_ARGUMENT (no such index). */
CLPT_API clpt_status clpt_network_describe_weight(clpt_network *network, size_t index, clpt_network_array *weight);
/** Copies weights, or their gradient of the last clpt_network_gradient, to or from an array of the described shape.
 *  @return CLPT_OK, CLPT_ERROR_ARGUMENT (an unknown name, which is reported beside those that exist; a shape). */
CLPT_API clpt_status clpt_network_get_weight(clpt_network *network, const char *name, const clpt_array *weight);
CLPT_API clpt_status clpt_network_set_weight(clpt_network *network, const char *name, const clpt_array *weight);
CLPT_API clpt_status clpt_network_get_gradient(clpt_network *network, const char *name, const clpt_array *gradient);

/** Draws weights uniform in ±√(6 / (9·inputs + 9·outputs)) (Glorot & Bengio, 2010) and sets biases to 0; the optimiser
 *  starts again. Draws depend on the seed alone. */
CLPT_API clpt_status clpt_network_initialise(clpt_network *network, uint64_t seed);

/* ---- Data ---------------------------------------------------------------------------------------------------- */

/** Groups of patterns. Everything is borrowed for the duration of the call. */
typedef struct clpt_network_batch {
    size_t size;                  /**< sizeof this struct */
    const clpt_array *amplitudes; /**< [S, N, N] real: square roots of counts, zero frequency at [N/2, N/2] */
    double gain;                  /**< the network's input is X = gain·amplitude; 0: 1 */
    int64_t groups;               /**< G */
    const int64_t *indices;       /**< host [G, C]: patterns of each group; NULL: g·C + c */
    const double *offsets;        /**< host [G, C, 2] (x, y): mean − position, pixels */
    const clpt_array *mask;       /**< [N, N] real, 1 = good: pixels that count in the loss; NULL: all */
} clpt_network_batch;

/** The gain of a set of groups: X = gain·A with mean Σ X² = (N/2)² over its patterns. Host work only.
 *  @param amplitudes  host [S, N, N] real
 *  @param indices     [count], NULL: 0 … count − 1
 *  @param gain        receives √((N/2)² / mean Σ A²)
 *  @param message     reports a failure; may be NULL
 *  @return CLPT_OK, CLPT_ERROR_ARGUMENT (shapes, an index out of range, only zeros). */
CLPT_API clpt_status clpt_network_normalise(const clpt_array *amplitudes, const int64_t *indices, int64_t count,
                                            double *gain, clpt_message *message);

/** The factor on a probe that PtychoPINN trains with. Host work only.
 *  @param probe        host [P, N, N] or [N, N] complex; the first mode counts
 *  @param probe_scale  PtychoPINN's is 4
 *  @param factor       receives 1 / (probe_scale·mean over N² pixels of |mask·P|)
 *  @param message      reports a failure; may be NULL
 *  @return CLPT_OK, CLPT_ERROR_ARGUMENT (shapes, only zeros). */
CLPT_API clpt_status clpt_network_normalise_probe(const clpt_array *probe, double probe_scale, double *factor,
                                                  clpt_message *message);

/* ---- Prediction ---------------------------------------------------------------------------------------------- */

/** Results of a prediction; each may be NULL. */
typedef struct clpt_network_prediction {
    size_t size;                 /**< sizeof this struct */
    const clpt_array *patches;   /**< [G, C, N, N] complex: of each pattern, before they are merged */
    const clpt_array *object;    /**< [G, N, N] complex: the central part of the canvas */
    const clpt_array *canvas;    /**< [G, M, M] complex: merged patches */
    const clpt_array *intensity; /**< [G, C, N, N] real: predicted counts */
} clpt_network_prediction;

/** Predicts the patches of groups. */
CLPT_API clpt_status clpt_network_predict(clpt_network *network, const clpt_network_batch *batch,
                                          const clpt_network_prediction *prediction);

/** Copies the output of a layer, [G, height, width, channels]: "enc1a" … of convolutions (hidden ones after relu),
 *  "pool1", "amp_ups1", "amp_inner_act", "amp_border_act", "amp", "phase".
 *  @return as operations do; CLPT_ERROR_ARGUMENT for an unknown name */
CLPT_API clpt_status clpt_network_get_layer(clpt_network *network, const clpt_network_batch *batch, const char *name,
                                            const clpt_array *layer);

/* ---- Training ------------------------------------------------------------------------------------------------ */

/** The loss of a batch: the weighted sum of the options, mean over its pixels. Returns when done. A pixel with I = 0
 *  has the logarithm of 1e-8, so that the loss is finite. */
CLPT_API clpt_status clpt_network_evaluate(clpt_network *network, const clpt_network_batch *batch, double *loss);

/** The loss of a batch and its gradient with respect to all weights, which clpt_network_get_gradient copies.
 *  @param loss  may be NULL: then the call does not wait for the device */
CLPT_API clpt_status clpt_network_gradient(clpt_network *network, const clpt_network_batch *batch, double *loss);

/** clpt_network_gradient and a step of Adam (Kingma & Ba, 2015; decays 0.9 and 0.999, ε = 1e-7 beside the root of the
 *  uncorrected second moment).
 *  @param loss  before the step; may be NULL */
CLPT_API clpt_status clpt_network_step(clpt_network *network, const clpt_network_batch *batch, double *loss);

/** Ends an epoch: the learning rate falls after rate_patience epochs without a lower validation loss.
 *  @param training    mean loss of the epoch
 *  @param validation  mean loss of groups that are not trained; NAN: none, the training loss counts
 *  @param stop        receives true after stop_patience epochs without a lower training loss */
CLPT_API clpt_status clpt_network_end_epoch(clpt_network *network, double training, double validation, bool *stop);

/** The learning rate, and the number of steps and epochs done. */
CLPT_API double clpt_network_get_rate(const clpt_network *network);
CLPT_API int64_t clpt_network_get_step(const clpt_network *network);
CLPT_API int64_t clpt_network_get_epoch(const clpt_network *network);

/** The state, as for solvers (solver.h): weights, moments of Adam, counters. A new network of the same options that is
 *  given it continues with the same bits. */
CLPT_API size_t clpt_network_get_state_count(const clpt_network *network);
CLPT_API clpt_status clpt_network_describe_state(clpt_network *network, size_t index, clpt_network_array *description);
CLPT_API clpt_status clpt_network_get_state(clpt_network *network, size_t index, const clpt_array *numbers);
CLPT_API clpt_status clpt_network_set_state(clpt_network *network, size_t index, const clpt_array *numbers);

#ifdef __cplusplus
}
#endif
#endif
