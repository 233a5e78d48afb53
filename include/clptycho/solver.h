/* SPDX-License-Identifier: Apache-2.0
 *
 * Reconstruction of object and probe from measured patterns. examples/reconstruct.c is a whole program, docs/engines.md
 * describes the engines and docs/options.md the options. In three steps:
 *   1. describe the data, clpt_measurement m = {.size = sizeof m, .amplitude = …, .count = S, .side = N, .positions =
 * …}, and choose options, clpt_solver_options_set(&options, "engine", "lsqml", &message);
 *   2. clpt_solver_create(context, &m, &object, &probe, &options, &solver), then clpt_solver_iterate(solver, &error)
 *      until it has converged;
 *   3. clpt_solver_get_object(solver, &object), clpt_solver_destroy(&solver).
 */
#ifndef CLPTYCHO_SOLVER_H
#define CLPTYCHO_SOLVER_H

#include "clptycho/gradients.h"
#include "clptycho/options.h"

#ifdef __cplusplus
extern "C" {
#endif

/** The measured data. Host memory, borrowed until the solver is destroyed unless stated otherwise. */
typedef struct clpt_measurement {
    size_t size;            /**< sizeof this struct */
    const float *amplitude; /**< [S, N, N] √counts, zero frequency at [N/2, N/2] (near fields: images); not read where
                             *   mask = 0 */
    const float *mask;      /**< 1 = good; [N, N] or [S, N, N]; NULL: all good */
    bool mask_per_pattern;  /**< the mask is [S, N, N] */
    int64_t count;          /**< S */
    int64_t side;           /**< N */
    const double *positions; /**< [S, 2] (x, y) patch centres in pixels of the object; copied */
    const float *background; /**< [N, N] counts added to the intensity of every pattern; NULL: none; copied */
} clpt_measurement;
/** An empty measurement. */
CLPT_API void clpt_measurement_init(clpt_measurement *measurement, size_t size);
static inline clpt_measurement clpt_measurement_default(void)
{
    clpt_measurement measurement;
    clpt_measurement_init(&measurement, sizeof measurement);
    return measurement;
}

/** A reconstruction in progress: object, probe and measurement on the device. */
typedef struct clpt_solver clpt_solver;

/** Called at the end of every iteration, from the thread that called clpt_solver_iterate. All functions of the solver
 * may be called, except those that iterate or destroy it.
 *  @param iteration  number of iterations done, this one included
 *  @param error      as from clpt_solver_iterate
 *  @return false to stop: clpt_solver_iterate then returns CLPT_ERROR_CANCELLED. The iteration is complete, and the
 *          solver can be used and iterated further. */
typedef bool (*clpt_observer_function)(void *user, clpt_solver *solver, int64_t iteration, double error);

/** Noise model of a reconstruction, with modelled intensities I and measured counts m. Where I < m/64, the slope with
 *  respect to I is that at m/64: a wave that is 0 up to rounding has no meaningful phase. */
typedef enum clpt_likelihood {
    CLPT_LIKELIHOOD_AMPLITUDE, /**< minimises Σ(√I − √m)²: square roots of counts have equal, Gaussian errors */
    CLPT_LIKELIHOOD_POISSON    /**< minimises Σ(I − m·ln I): Poisson counts, for patterns of few counts */
} clpt_likelihood;

/** Selection of the patterns that share an update of "rpie" and "lsqml". */
typedef enum clpt_batches {
    CLPT_BATCHES_RANDOM, /**< from the whole scan, different ones in every iteration */
    CLPT_BATCHES_COMPACT /**< neighbours, the same ones throughout, in a different order of batches in every iteration
                          *   (Odstrčil, Menzel & Guizar-Sicairos, Opt. Express 26, 3108, 2018) */
} clpt_batches;

/** Options of a solver. docs/options.md and clpt_solver_describe_option() have the ranges, units, defaults and engines
 * of all. Members that end in `_start` are the number of iterations before something begins, or CLPT_NEVER; any number
 * may be CLPT_DEFAULT. Start from clpt_solver_options_default(): an option that is 0 is not the default. */
typedef struct clpt_solver_options {
    size_t size;          /**< sizeof this struct */
    const char *engine;   /**< a name of clpt_engine_name(); NULL: "rpie" */
    int64_t batch;        /**< maximum number of patterns per update, evened out over the scan */
    clpt_batches batches; /**< patterns that share an update */
    double object_alpha;  /**< regularisation of the object update: α of rPIE and its equivalents */
    double probe_alpha;   /**< regularisation of the probe update */
    double step;          /**< factor on every update of object and probe */
    double momentum;      /**< momentum coefficient of object and probe from iteration to iteration; 0: none */
    double relaxation;    /**< β of "raar" and "dm" (docs/engines.md) */
    clpt_likelihood likelihood;
    uint64_t seed; /**< of the order of patterns */

    int64_t probe_start;  /**< iterations before the probe is updated */
    double probe_support; /**< radius of a round support of the probe, as a fraction of its side; 0: none */
    double probe_pupil;   /**< radius of a round aperture around frequency 0 that confines the far field of every probe
                           *   mode after each iteration that updates the probe, as a fraction of the side; 0: none */
    double probe_power; /**< Σ|P|² over modes and pixels after each iteration, in counts of a pattern. An object that is
                         *   updated too is scaled inversely: data determine only their product. 0: free */
    /** Period, in iterations that update both, of moving probe and object together by whole pixels, so that the centre
     *  of mass of Σ_p |P_p|² is within half a pixel of [N/2, N/2]. Far fields and positions stay the same, except that
     *  tails of the probe wrap around its array. Not for near fields; 0: never */
    int64_t probe_centre;
    /** Period, in iterations that update the probe, of making incoherent probe modes orthogonal, the strongest first
     *  (clpt_orthogonalise), which changes no intensity. Not with opr_modes. Such an iteration waits for the device; 0:
     *  never */
    int64_t orthogonalise;
    /** Orthogonal probe relaxation (Odstrčil et al., Opt. Express 24, 8360, 2016): the first mode of pattern k is
     *  P_0 + Σ_j a_kj·V_j with this many orthonormal variable modes V_j; 0: none */
    int64_t opr_modes;
    int64_t opr_start; /**< iterations before variable modes are used */

    int64_t object_start;        /**< iterations before the object is updated */
    double object_smooth;        /**< fraction of the object that is smoothed over a pixel after each iteration */
    double object_tv;            /**< weight of total variation after each iteration, in the unit of the object */
    double object_amplitude_min; /**< minimum amplitude of the object */
    double object_amplitude_max; /**< maximum amplitude of the object; 0: no limit */

    int64_t position_start; /**< iterations before positions are refined */
    double position_step;   /**< gain of the best displacement of each pattern */
    double position_limit;  /**< maximum displacement of a position in an iteration, pixels */
    double
        position_range; /**< maximum distance of a position from its start as moved by the global affine map, pixels */
    double position_stretch; /**< gain of the global affine map (scale, rotation); 0: none, and displacements exclude
                              * such a map */
    bool position_dilation; /**< refine the isotropic scale of the map too: for a known probe, since with an updated one
                             *   and few photons it drifts */
    double position_affine; /**< fraction of the displacements beyond any affine map that each iteration removes */

    /** Iterations before a factor s_k on the probe's amplitude is refined for each pattern, so that I_k =
     *  s_k²·|F(P·O_k)|² (+ background), their mean held at 1: a fluctuating beam (Odstrčil, Menzel &
     *  Guizar-Sicairos, Opt. Express 26, 3108, 2018, section 3) */
    int64_t intensity_start;
    /** Iterations before the background, 0 or more per pixel, is refined, starting from that of the measurement or from
     *  0; costs one more forward model of the scan per iteration */
    int64_t background_start;
    /** Standard deviation, in pixels, of the Gaussian that smooths updates of the background, each pixel weighted by
     *  the certainty of its counts: bright pixels determine it badly, and unsmoothed would take over intensity of
     * object and probe. 0: no smoothing */
    double background_smooth;

    clpt_propagation propagation;    /**< zeros: the far field */
    clpt_observer_function observer; /**< NULL: none; with one, every iteration waits for the device */
    void *observer_user;
    clpt_subpixel subpixel; /**< all but bilinear: far field only */
    bool cancellable; /**< bound the work enqueued ahead to a batch, so that clpt_solver_cancel takes effect within
                       *   two batches; without it, once the work that is already enqueued is done */
} clpt_solver_options;

/** The defaults of all options: CLPT_DEFAULT, CLPT_NEVER, or a number. */
CLPT_API void clpt_solver_options_init(clpt_solver_options *options, size_t size);
static inline clpt_solver_options clpt_solver_options_default(void)
{
    clpt_solver_options options;
    clpt_solver_options_init(&options, sizeof options);
    return options;
}

/** Option `index` of a solver, from 0; NULL beyond the last. Static storage. May be called from several threads. */
CLPT_API const clpt_option *clpt_solver_describe_option(size_t index);

/** Sets an option by its name, "position-step" (or "position_step"), from text, "0.5". "default" is CLPT_DEFAULT,
 *  "never" CLPT_NEVER. Nothing changes on failure. Host work only.
 *  @param value    text as on the command line; a text option borrows it
 *  @param message  reports a failure, such as the range; may be NULL
 *  @return CLPT_OK, CLPT_ERROR_ARGUMENT (no such option, a value out of its range). */
CLPT_API clpt_status clpt_solver_options_set(clpt_solver_options *options, const char *name, const char *value,
                                             clpt_message *message);

/** Writes the value of an option as text that clpt_solver_options_set reads back to the same bits.
 *  @param text     receives at most `size` bytes, terminated
 *  @param message  reports a failure; may be NULL
 *  @return CLPT_OK, CLPT_ERROR_ARGUMENT (no such option, a text that does not fit). */
CLPT_API clpt_status clpt_solver_options_get(const clpt_solver_options *options, const char *name, char *text,
                                             size_t size, clpt_message *message);

/** Prepares a reconstruction. A measurement larger than the memory limit stays on the host and is streamed, with the
 * same bits.
 *  @param object   [H, W] complex initial object; copied
 *  @param probe    [P, N, N] or [N, N] complex initial probe; copied
 *  @param options  NULL for the defaults; copied
 *  @param solver   receives the solver, NULL on failure; the caller destroys it, before the context
 *  @return CLPT_OK, CLPT_ERROR_ARGUMENT (shapes, an option out of range or of another engine), CLPT_ERROR_MEMORY,
 *          CLPT_ERROR_BUILD, CLPT_ERROR_OPENCL, CLPT_ERROR_FFT. */
CLPT_API clpt_status clpt_solver_create(clpt_context *context, const clpt_measurement *measurement,
                                        const clpt_array *object, const clpt_array *probe,
                                        const clpt_solver_options *options, clpt_solver **solver);
/** Frees a solver once enqueued work is done, and sets the pointer to NULL. NULL and pointers to NULL are accepted. */
CLPT_API void clpt_solver_destroy(clpt_solver **solver);

/** Effective options: every CLPT_DEFAULT is replaced by the value used, except for options that the engine does not
 * have. `engine` is in static storage. Valid as long as the solver; NULL for NULL. */
CLPT_API const clpt_solver_options *clpt_solver_get_options(const clpt_solver *solver);

/** Runs one iteration (every pattern once).
 *  @param error  receives Σ|√I − √m| / Σ√m, each pattern before its update; may be NULL: then the call does not wait
 * for the device, unless there is an observer
 *  @return as operations do, and CLPT_ERROR_CANCELLED if the observer returned false or after clpt_solver_cancel */
CLPT_API clpt_status clpt_solver_iterate(clpt_solver *solver, double *error);

/** Cancels the running call of clpt_solver_iterate, or else the next one: it returns CLPT_ERROR_CANCELLED before its
 *  next batch (or part of one). That iteration does not count; object, probe and all else are as after the last batch
 *  that was finished, and the solver can be used and iterated further, or its state restored. May be called from any
 *  thread and from a signal handler, until the solver is destroyed. NULL is accepted. */
CLPT_API void clpt_solver_cancel(clpt_solver *solver);

/** Copies the current object [H, W] or probe [P, N, N], complex, to host memory or a buffer. */
CLPT_API clpt_status clpt_solver_get_object(clpt_solver *solver, const clpt_array *object);
CLPT_API clpt_status clpt_solver_get_probe(clpt_solver *solver, const clpt_array *probe);

/** Copies the current positions, [S, 2] host (x, y): as given unless they are refined. Their common shift stays 0,
 * since data do not determine it. Waits for the device. */
CLPT_API clpt_status clpt_solver_get_positions(clpt_solver *solver, double *positions);

/** Copies the current factors on the amplitude of the probe, [S] host: all 1 unless they are refined. Waits for the
 *  device. */
CLPT_API clpt_status clpt_solver_get_amplitude_factors(clpt_solver *solver, double *factors);

/** Copies the current background, [N, N] host, counts: zeros if there is none. Waits for the device. */
CLPT_API clpt_status clpt_solver_get_background(clpt_solver *solver, double *background);

/** Copies the variable modes V [J, N, N] and the coefficients a [S, J] of orthogonal probe relaxation: the first mode
 * of pattern k is P_0 + Σ_j a_kj·V_j with P of clpt_solver_get_probe. Both are complex; CLPT_ERROR_ARGUMENT without
 *  opr_modes. */
CLPT_API clpt_status clpt_solver_get_opr_modes(clpt_solver *solver, const clpt_array *modes);
CLPT_API clpt_status clpt_solver_get_opr_coefficients(clpt_solver *solver, const clpt_array *coefficients);

/** R-factor of the current state: Σ|√I − √m| / Σ√m over good pixels, without a fitted scale. Waits for the device.
 *  @param overall      may be NULL
 *  @param per_pattern  [S] host: the R-factor of each pattern; may be NULL */
CLPT_API clpt_status clpt_solver_evaluate_r_factor(clpt_solver *solver, double *overall, double *per_pattern);

/** Loss of the current state: clpt_loss_evaluate of its intensities and the measured counts. CLPT_LOSS_POISSON is the
 *  negative log-likelihood of Poisson counts, up to a constant. Waits for the device.
 *  @param overall      may be NULL
 *  @param per_pattern  [S] host: the loss of each pattern; may be NULL */
CLPT_API clpt_status clpt_solver_evaluate_loss(clpt_solver *solver, clpt_loss loss, double *overall,
                                               double *per_pattern);

/** Result of clpt_solver_remove_lattice. */
typedef struct clpt_solver_lattice {
    size_t size;       /**< sizeof this struct */
    bool found;        /**< the positions form a lattice */
    double step[2][2]; /**< its two shortest steps (x, y), pixels */
    double off;        /**< root mean square distance of the positions from it, pixels */
    int64_t harmonics; /**< number of Fourier components removed */
    double modulation; /**< root of the sum of their squared amplitudes, relative to the object */
} clpt_solver_lattice;

/** Empty; to be called before clpt_solver_remove_lattice. */
CLPT_API void clpt_solver_lattice_init(clpt_solver_lattice *removal, size_t size);
static inline clpt_solver_lattice clpt_solver_lattice_default(void)
{
    clpt_solver_lattice removal;
    clpt_solver_lattice_init(&removal, sizeof removal);
    return removal;
}

/** Moves from the object into the probe what repeats with the step of a raster scan. If all positions lie on a lattice,
 * a factor L(r) with its period can pass between them, O/L and P·L, and no pattern changes: the data do not determine
 * it
 * ("raster grid pathology", Thibault, Dierolf, Bunk, Menzel & Pfeiffer, Ultramicroscopy 109, 338, 2009), and engines
 * leave there what their start contained. Removes the Fourier components at reciprocal-lattice vectors that rise above
 * the object's own spectrum in the middle of the scan, including a sample's own period if it equals the step. No effect
 * if the positions form no lattice, or if object or probe is not updated in the current iteration. To be called after
 * the last iteration; more iterations may follow. Waits for the device.
 *  @param removal  from clpt_solver_lattice_default; may be NULL
 *  @return CLPT_OK, CLPT_ERROR_ARGUMENT, CLPT_ERROR_MEMORY, CLPT_ERROR_OPENCL. */
CLPT_API clpt_status clpt_solver_remove_lattice(clpt_solver *solver, clpt_solver_lattice *removal);

/* ---- State: saving and resuming a reconstruction ---------------------------------------------------------------- */

/** One array of the state of a solver: "object", "probe", and those that persist between iterations of its engine and
 *  extensions (momentum, exit waves, positions, …). */
typedef struct clpt_solver_array {
    char name[40];  /**< letters, digits, '_' and '.'; unique within a solver */
    clpt_type type; /**< copied out and back in this type, no bit changes */
    int rank;       /**< 1 … CLPT_MAX_RANK */
    int64_t shape[CLPT_MAX_RANK];
} clpt_solver_array;

/** Number of arrays of the state; 0 for NULL. Arrays and shapes stay the same from clpt_solver_create to
 *  clpt_solver_destroy; solvers of equal sizes and options on devices of one kind have equal lists. */
CLPT_API size_t clpt_solver_get_state_count(const clpt_solver *solver);

/** Describes array `index`, 0 … count − 1.
 *  @return CLPT_OK, CLPT_ERROR_ARGUMENT. */
CLPT_API clpt_status clpt_solver_describe_state(clpt_solver *solver, size_t index, clpt_solver_array *description);

/** Copies one array of the state to or from the caller's memory. Returns when done. The state of a solver is all of its
 *  arrays and clpt_solver_get_iteration(). A new solver of the same context options, measurement and solver options
 * that is given it continues with the same bits as one that was never interrupted.
 *  @param numbers  host memory of the described shape, in the described type or its other precision
 *  @return CLPT_OK, CLPT_ERROR_ARGUMENT, CLPT_ERROR_MEMORY, CLPT_ERROR_OPENCL. */
CLPT_API clpt_status clpt_solver_get_state(clpt_solver *solver, size_t index, const clpt_array *numbers);
CLPT_API clpt_status clpt_solver_set_state(clpt_solver *solver, size_t index, const clpt_array *numbers);

/** Number of iterations done. Orders and schedules depend on it, so setting it is part of restoring a state. */
CLPT_API int64_t clpt_solver_get_iteration(const clpt_solver *solver);
CLPT_API clpt_status clpt_solver_set_iteration(clpt_solver *solver, int64_t iteration);

/** Name of reconstruction engine `index`, from 0; NULL beyond the last. Static storage. */
CLPT_API const char *clpt_engine_name(size_t index);

#ifdef __cplusplus
}
#endif
#endif
