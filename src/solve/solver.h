/* SPDX-License-Identifier: Apache-2.0 */
/* The state of a reconstruction, and the interface of engines. An engine is one file and one entry in the table of
 * solver.c, built from batches.h, update_sums.h and the calls below. Nothing within an iteration blocks. */
#ifndef CLPTI_SOLVE_SOLVER_H
#define CLPTI_SOLVE_SOLVER_H

#include <stdatomic.h>

#include "ops/adjoint.h"
#include "fft/fft.h"
#include "solve/dataset.h"
#include "solve/options.h"
#include "solve/subpixel.h"

/* The pixel grid of an array's last two dimensions, with which it moves (probe_centre.c). Only complex arrays in a
 * buffer have one. */
typedef enum clpti_frame { CLPTI_FRAME_NONE, CLPTI_FRAME_OBJECT, CLPTI_FRAME_PROBE } clpti_frame;

/* One array that a reconstruction requires to continue (src/solve/state.c): a buffer of real, complex or index elements
 * or of positions (then `shape` ends in 4: x, y, fx, fy), or doubles in host memory. */
typedef struct clpti_state_entry {
    char name[40];
    int rank;
    int64_t shape[CLPT_MAX_RANK];
    clpt_buffer *buffer; /* from its first element on; NULL: `host` */
    double *host;
    clpti_frame frame;
    int scale;    /* exponent of its scaling if the probe is multiplied by c and the object by 1/c: −1, 0, 1 */
    bool by_mode; /* complex, and its first axis counts the probe's modes: rotates with them (mode_orthogonality.c) */
    clpt_status (*changed)(clpt_solver *solver); /* called after it was set, to update dependent state; may be NULL */
} clpti_state_entry;

enum { clpti_state_capacity = 64 }; /* maximum number of entries of a solver */

/* The default number of patterns per batch. */
typedef enum clpti_batch_rule {
    CLPTI_BATCH_TENTH, /* a tenth of the scan, at least 16 */
    CLPTI_BATCH_ONE,   /* one, fixed */
    CLPTI_BATCH_WHOLE  /* the whole scan, fixed */
} clpti_batch_rule;

/* The engine's value of an option of the table in options.h. */
typedef struct clpti_engine_default {
    const char *option;
    double value;
} clpti_engine_default;
enum { CLPTI_ENGINE_DEFAULTS = 8 };

typedef struct clpti_engine {
    const char *name;
    const char *summary;                                      /* one line, with the paper */
    clpti_engine_default defaults[CLPTI_ENGINE_DEFAULTS + 1]; /* values for CLPT_DEFAULT; ends with NULL */
    clpti_engine_default shifted[CLPTI_ENGINE_DEFAULTS + 1];  /* other ones where the probe moves by fractions */
    clpti_batch_rule batch;
    clpt_status (*check)(const clpti_options_check *check); /* combinations of options that it refuses; NULL: none */
    const clpti_part *part;                                 /* its state in a solver: solver->state */
    clpt_status (*create)(clpt_solver *solver);             /* fills the state, which its part closes also on failure */
    clpt_status (*iterate)(clpt_solver *solver);            /* processes every pattern once; fills misfit and total */
    /* Writes at most `room` rows, the same ones at any time, and returns how many: all that lasts from one iteration to
     * the next but object, probe, iteration and what follows from measurement and options. NULL: nothing. */
    int (*states)(clpt_solver *solver, clpti_state_entry *entries, int capacity);
} clpti_engine;

/* Engine `index` of the table in engines.c; NULL beyond the last. */
const clpti_engine *clpti_engine_at(size_t index);

struct clpt_solver {
    clpt_context *context;
    const clpti_engine *engine;
    void *state; /* of the engine's part */
    clpt_solver_options options;
    int64_t iteration; /* completed so far */
    int64_t count, side, modes, height, width, batch;
    clpti_positions positions;
    clpti_dataset data;
    struct clpti_propagator *propagator; /* NULL: the far field */
    clpt_buffer *object, *probe;         /* complex [height, width], [modes, side, side] */
    clpt_buffer *misfit, *total; /* real [count]: Σ|√I − √m| and Σ√m of each pattern in its last exit step */
    clpti_parts parts;           /* state of the engine and of extensions */
    clpti_subpixel *subpixel;    /* NULL: bilinear */
    int64_t version;             /* of probe and positions: counts changes */
    atomic_bool cancelled;       /* requested, and no iteration has ended for it yet */
    void *mark;                  /* of a cancellable solver: the end of an earlier exit step; NULL: none */
};

/* ---- state (src/solve/state.c) ---- */

/* Object and probe, and the entries of extensions and engine; returns their number. `entries` has clpti_state_capacity.
 */
int clpti_solver_states(clpt_solver *solver, clpti_state_entry *entries);

/* ---- checks (src/solve/solver_checks.c) ---- */

clpt_status clpti_check_measurement(clpt_context *context, const clpt_measurement *measurement);
clpt_status clpti_check_positions(clpt_message *message, const clpt_measurement *measurement, int64_t height,
                                  int64_t width);

/* ---- cancellation (src/solve/cancel.c) ---- */

/* Called before the exit steps of an iteration: CLPT_ERROR_CANCELLED if that was requested. In a cancellable solver it
 * first waits for the work that was enqueued before the previous such step. */
clpt_status clpti_solver_check_cancelled(clpt_solver *solver);

/* ---- steps common to all engines (src/solve/engine_steps.c) ---- */

/* True if the number of completed iterations has reached a start, CLPT_NEVER or a number. */
bool clpti_solver_is_past(const clpt_solver *solver, int64_t start);

/* The factor of an update: the option `step`, half of it for the Poisson likelihood. Near the solution m/I − 1 is twice
 * √m/√I − 1; Newton's step along the change scales it by Σ ξ²I / Σ ξ²(I + m), ξ = 1 − m/I, which is ½ if I = m. */
double clpti_solver_step(const clpt_solver *solver);

/* Arrays that this iteration updates. */
typedef struct clpti_updates {
    bool object, probe;
} clpti_updates;
clpti_updates clpti_solver_updates(const clpt_solver *solver);

/* `count` patterns of an order (NULL: the scan's own), starting at `first`, as a selection of their top-left
 * corners. */
clpti_selection clpti_solver_selection(const clpt_solver *solver, const clpti_order *order, int64_t first,
                                       int64_t count);
/* At most `chunk` of the `count` patterns starting at `first`, of which `done` are completed. */
clpti_selection clpti_solver_chunk(const clpt_solver *solver, const clpti_order *order, int64_t first, int64_t count,
                                   int64_t done, int64_t chunk);

/* The plan for patterns, and its capacity; released with clpti_forward_release. */
clpt_status clpti_solver_reserve(clpt_solver *solver, clpti_forward_workspace *workspace);

/* The forward model of the current object and probe; the caller sets `at` and `out`. */
clpti_forward_args clpti_solver_forward(const clpt_solver *solver);

/* The detector's response to a selection: scale factors of the patterns and additive background, from extensions. */
clpti_detector_response clpti_solver_response(const clpt_solver *solver, const clpti_selection *at);

/* Elements between the probes of consecutive patterns in this iteration; 0: one probe for all patterns. */
int64_t clpti_solver_probe_stride(const clpt_solver *solver);

/* The probes of a selection as arguments of operations: the solver's, or one per pattern if an extension supplies them.
 * At most as many patterns as a chunk of the workspace; valid until the next call. */
clpt_status clpti_solver_probes(clpt_solver *solver, const clpti_selection *at, clpti_pattern_probes *probes);
/* A change of the probe [modes, side, side] as a change of the probes of a selection; valid until the next call. */
clpt_status clpti_solver_shift(clpt_solver *solver, const clpti_selection *at, clpti_view field,
                               clpti_pattern_probes *shifted);
/* Slopes of Re Σ conj(ψ)·waves by the positions of a selection, through moved probes (clpti_subpixel_slopes): elements
 * 0 and 1 of entries of `slopes` [count, stride]. The solver has a model of fractions of a pixel. */
clpt_status clpti_solver_slopes(clpt_solver *solver, const clpti_selection *at, clpti_view waves, int64_t stride,
                                clpti_view slopes);

/* Compares the exit waves of a selection with the measurement: entries first … first + count − 1 of misfit and total
 * are set (except with CLPTI_STEP_TRIAL), and the plan's waves become the change required by the likelihood: minus its
 * gradient with respect to conj(ψ), for amplitudes the change to the measured moduli (except with CLPTI_STEP_ERROR). */
typedef enum clpti_step_kind {
    CLPTI_STEP_MODEL, /* exit waves of object and probe */
    CLPTI_STEP_TRIAL, /* of object and probe; misfit and total do not change */
    CLPTI_STEP_GIVEN, /* those in the plan's waves */
    CLPTI_STEP_ERROR  /* of object and probe; only misfit and total are computed */
} clpti_step_kind;
clpt_status clpti_solver_exit_step(clpt_solver *solver, const clpti_forward_workspace *workspace,
                                   const clpti_selection *at, clpti_step_kind kind);

/* Blocks. Σ misfit / Σ total, and optionally the ratio of each pattern [count]. */
clpt_status clpti_solver_read_error(clpt_solver *solver, double *overall, double *per_pattern);

#endif
