/* SPDX-License-Identifier: Apache-2.0 */
/* One chain of computations, stage by stage, on several devices: what goes in, what each stage gave, and how far two
 * runs of it are apart. A stage is one row of the table in stages.c (docs/parity.md lists them). */
#ifndef CLPTI_PARITY_PARITY_H
#define CLPTI_PARITY_PARITY_H

#include <stdio.h>

#include "catalogue/catalogue.h"
#include "parity/differences.h"

/* ---- bundle.c: arrays with names ---- */

typedef struct clpti_parity_array {
    char name[48];
    clpti_tensor tensor; /* owned */
} clpti_parity_array;

typedef struct clpti_parity_bundle {
    clpti_parity_array *arrays;
    int count, room;
} clpti_parity_bundle;

/* Adds a zeroed array; *tensor is valid until the next one is added, its data as long as the bundle. */
clpt_status clpti_parity_add(clpti_parity_bundle *bundle, const char *name, clpt_type type, int rank,
                             const int64_t *shape, clpti_tensor **tensor, clpt_message *message);
/* Takes a tensor over, also on failure. */
clpt_status clpti_parity_take(clpti_parity_bundle *bundle, const char *name, clpti_tensor *tensor,
                              clpt_message *message);
const clpti_tensor *clpti_parity_find(const clpti_parity_bundle *bundle, const char *name); /* NULL: none */
void clpti_parity_bundle_free(clpti_parity_bundle *bundle);

/* ---- config.c: what is computed with the data; as texts for manifests, and back ---- */

enum { CLPTI_PARITY_ENGINES = 8 };

typedef struct clpti_parity_config {
    int64_t count;                    /* patterns used, the first of the scan */
    int64_t groups, grid, neighbours; /* of clpt_groups_draw */
    uint64_t seed;                    /* of groups and engines */
    char engines[128];                /* names with commas between them; "": none */
    int64_t iterations, each_iteration, batch;
    int64_t probe_start;
    double alpha;        /* 0: the engine's */
    int64_t propagation; /* clpt_propagation_kind */
    double wavelength, distance, pixel, source_distance;
} clpti_parity_config;

/* The k-th field as name and text, false beyond the last; and a text into the field of that name. */
bool clpti_parity_config_text(const clpti_parity_config *config, int k, const char **name, char text[160]);
bool clpti_parity_config_set(clpti_parity_config *config, const char *name, const char *text);
clpt_propagation clpti_parity_propagation(const clpti_parity_config *config);

/* ---- problem.c: what goes into a chain ---- */

struct clpti_parity_comparison;

typedef struct clpti_parity_problem {
    clpti_parity_config config;
    /* Given: object C64 [H, W], probe C64 [P, N, N], positions F64 [S, 2], amplitude F32 [S, N, N], mask F32 [S, N, N].
     * Derived from these in double precision: counts, groups, and what rules judge by (see clpti_parity_derive). */
    clpti_parity_bundle inputs;
    /* A run of the reference from a start that was moved, against the reference; borrowed; NULL: not known. Tolerances
     * of sensitive stages are then at least CLPTI_PARITY_MOVED times what that changed. */
    const struct clpti_parity_comparison *moved;
} clpti_parity_problem;

/* The start is off by one rounding of each number; a device rounds in every step, and its transforms by parts of the
 * largest number. */
#define CLPTI_PARITY_MOVED 30

/* Fills in what is derived and not there yet: counts F32 [S, N, N]; indices F64 [G, C], offsets F64 [G, C, 2];
 * transforms F64 [1, 3, 3], shifts F64 [S, 2]; cover_center, cover_probe F64 [G, M, M], Σ weights on the canvases;
 * good_poisson, good_amplitude, good_mae F32 [S, N, N], the masks of gradients; intensity F64 [S, N, N]; light F64 [H,
 * W], Σ_s Σ_p |P_p|². */
clpt_status clpti_parity_derive(clpti_parity_problem *problem, clpt_context *reference, clpt_message *message);
/* `light` of other positions than the inputs', such as a whole scan of which the inputs hold a part; before
 * clpti_parity_derive. positions: [count, 2]. */
clpt_status clpti_parity_light(clpti_parity_problem *problem, const double *positions, int64_t count,
                               clpt_message *message);
void clpti_parity_problem_free(clpti_parity_problem *problem);

/* ---- stages.c: the table ---- */

struct clpti_parity_run;

/* What a stage's function is given. */
typedef struct clpti_parity_task {
    clpt_context *context;
    const clpti_parity_problem *problem;
    const struct clpti_parity_run *from; /* whose results of earlier stages are taken */
    const char *engine;                  /* of a stage that there is one of for each engine */
    clpti_parity_bundle *out;
    clpt_message *message;
} clpti_parity_task;

typedef enum clpti_parity_rule_name {
    CLPTI_PARITY_PLAIN,
    CLPTI_PARITY_CENTRE,
    CLPTI_PARITY_COVERED,
    CLPTI_PARITY_CENTRE_CUTOFF,
    CLPTI_PARITY_PROBE_CUTOFF,
    CLPTI_PARITY_BRIGHT,
    CLPTI_PARITY_LIT
} clpti_parity_rule_name;

/* How one array of a stage is judged. An array "name.N" is that of iteration N, with N times the tolerance. */
typedef struct clpti_parity_check {
    const char *array;
    double tolerance; /* relative to the largest magnitude of the reference */
    clpti_parity_rule_name rule;
    double part; /* of the elements that may lie beyond the tolerance */
} clpti_parity_check;

enum { CLPTI_PARITY_CHECKS = 12, CLPTI_PARITY_TAKES = 3, CLPTI_PARITY_CALLS = 4, CLPTI_PARITY_NAMES = 6 };

typedef enum clpti_parity_field {
    CLPTI_PARITY_ANY_FIELD,
    CLPTI_PARITY_FAR_FIELD,
    CLPTI_PARITY_NEAR_FIELD
} clpti_parity_field;

/* A call of an operation of the catalogue. Inputs are the problem's arrays of their own names and results are left out,
 * unless `names` says otherwise: an array of the operation and an input of the problem, "STAGE:ARRAY" of an earlier
 * stage, "groups" (that stage's `patches` by groups), or the name of a result. */
typedef struct clpti_parity_call {
    const char *operation; /* NULL ends a list of calls */
    clpti_call_options options;
    struct {
        const char *array, *name;
    } names[CLPTI_PARITY_NAMES];
    clpti_parity_field field; /* with which the stage has this call */
} clpti_parity_call;

typedef struct clpti_parity_stage {
    const char *name, *summary;
    clpt_status (*compute)(clpti_parity_task *task); /* NULL: it is in dumps alone, unless it has calls */
    clpti_parity_call calls[CLPTI_PARITY_CALLS + 1]; /* instead of `compute` */
    const char *takes[CLPTI_PARITY_TAKES + 1];       /* earlier stages whose results it takes */
    bool each_engine;
    bool sensitive; /* rounding of the start may show far larger here than it is: --sensitivity */
    clpti_parity_check checks[CLPTI_PARITY_CHECKS + 1]; /* ends with a NULL array */
} clpti_parity_stage;

extern const clpti_parity_stage clpti_parity_stages[]; /* ends with a NULL name */

/* A stage of one chain: "patches", "engine_rpie". */
typedef struct clpti_parity_item {
    const clpti_parity_stage *stage;
    char engine[32], name[64];
} clpti_parity_item;

enum { CLPTI_PARITY_ITEMS = 40 };
typedef struct clpti_parity_plan {
    clpti_parity_item items[CLPTI_PARITY_ITEMS];
    int count;
} clpti_parity_plan;

/* The stages whose names fit one of the comma-separated patterns (NULL: all), and those that they take, in the table's
 * order. */
clpt_status clpti_parity_plan_make(const clpti_parity_config *config, const char *patterns, clpti_parity_plan *plan,
                                   clpt_message *message);

/* ---- helpers of stages (task.c) ---- */
clpt_status clpti_parity_said(const clpti_parity_task *task, clpt_status status);
/* A result's place, in the context's own precision; NUMBERS are always F64. */
clpt_status clpti_parity_out(clpti_parity_task *task, const char *name, bool complex, int rank, const int64_t *shape,
                             clpt_array *view);
clpt_status clpti_parity_numbers(clpti_parity_task *task, const char *name, int rank, const int64_t *shape,
                                 clpt_array *view);
/* An input of the problem, or a result of an earlier stage. */
clpt_status clpti_parity_input(const clpti_parity_task *task, const char *name, clpt_array *view);
clpt_status clpti_parity_result(const clpti_parity_task *task, const char *stage, const char *name, clpt_array *view);
clpt_status clpti_parity_scan(const clpti_parity_task *task, clpt_scan **scan);
/* ---- calls.c: the calls of a stage ---- */
bool clpti_parity_computes(const clpti_parity_stage *stage);
clpt_status clpti_parity_compute(const clpti_parity_stage *stage, clpti_parity_task *task);

/* ---- capture.c: one run of a chain ---- */

typedef struct clpti_parity_captured {
    char stage[64];
    clpti_parity_bundle arrays;
    char failure[600]; /* why there are none; "" */
} clpti_parity_captured;

/* What a run was, as names and texts. Two runs can be compared where data and configuration are the same. */
typedef enum clpti_parity_section {
    CLPTI_PARITY_DATA,
    CLPTI_PARITY_CONFIGURATION,
    CLPTI_PARITY_RUN,
    CLPTI_PARITY_SECTIONS
} clpti_parity_section;

typedef struct clpti_parity_fact {
    clpti_parity_section section;
    char name[80];
    char *text; /* owned */
} clpti_parity_fact;

typedef struct clpti_parity_run {
    char label[256]; /* a device, or the folder of a dump */
    clpti_parity_fact *facts;
    int fact_count, fact_room;
    clpti_parity_captured *results;
    int result_count, result_room;
} clpti_parity_run;

const clpti_parity_bundle *clpti_parity_results(const clpti_parity_run *run, const char *stage); /* NULL: none */
clpt_status clpti_parity_result_add(clpti_parity_run *run, const char *stage, clpti_parity_captured **result,
                                    clpt_message *message);
void clpti_parity_run_free(clpti_parity_run *run);

/* Runs the plan's stages on a context. A stage that fails is recorded with its reason and the next one goes on.
 * @param from  whose results stages take; NULL: the run's own
 * @param user  of `begins`, called before each stage; NULL: none */
clpt_status clpti_parity_capture(clpt_context *context, const clpti_parity_problem *problem,
                                 const clpti_parity_plan *plan, const clpti_parity_run *from, clpti_parity_run *run,
                                 void (*begins)(void *user, const char *stage, int done, int count), void *user,
                                 clpt_message *message);

#define CLPTI_PARITY_MARK "clptycho_parity" /* member that marks a manifest or a report, with its format's number */
enum { CLPTI_PARITY_FORMAT = 1 };

/* ---- judge.c: two runs ---- */

typedef enum clpti_parity_verdict {
    CLPTI_PARITY_PASS,
    CLPTI_PARITY_FAIL,
    CLPTI_PARITY_ABSENT, /* one of the runs does not have it */
    CLPTI_PARITY_VERDICTS
} clpti_parity_verdict;
extern const char *const clpti_parity_verdict_names[CLPTI_PARITY_VERDICTS];

typedef struct clpti_parity_finding {
    const clpti_parity_item *item;
    const clpti_parity_check *check;
    char array[48];
    const clpti_tensor *got, *want; /* NULL where absent */
    double *factor;                 /* of the rule, as clpti_parity_factor gives it; owned; NULL: 1 */
    double tolerance;
    double moved; /* what a last place in the start moves the reference by, as a part of its largest; 0: not known */
    clpti_parity_verdict verdict;
    char reason[700]; /* of a failure or an absence */
    clpti_parity_statistics got_values, want_values;
    clpti_parity_difference difference;
} clpti_parity_finding;

typedef struct clpti_parity_comparison {
    const clpti_parity_run *got, *want;
    clpti_parity_finding *findings;
    int count, room;
    char *differences; /* of how the two were run, a line each; "" */
} clpti_parity_comparison;

/* Judges `got` by `want`. Both runs, the plan and the problem must outlive the comparison.
 * @param allowance  factor on every tolerance: 1 against double precision, 2 between two devices */
clpt_status clpti_parity_judge(const clpti_parity_problem *problem, const clpti_parity_plan *plan,
                               const clpti_parity_run *got, const clpti_parity_run *want, double allowance,
                               clpti_parity_comparison *comparison, clpt_message *message);
void clpti_parity_comparison_free(clpti_parity_comparison *comparison);
int clpti_parity_count(const clpti_parity_comparison *comparison, clpti_parity_verdict verdict);
/* In words: "center x (sum of masks + 1e-3)". */
const char *clpti_parity_rule_text(clpti_parity_rule_name rule);

/* What an element is multiplied by before it is judged, into factor[count], 0 for what is left out; *factor NULL: 1. */
clpt_status clpti_parity_factor(clpti_parity_rule_name rule, const clpti_parity_problem *problem,
                                const clpti_tensor *want, double **factor, clpt_message *message);

/* ---- moved.c ---- */

/* A copy of a problem whose object and probe are a last place of float32 off, each number up or down at random. */
clpt_status clpti_parity_move(const clpti_parity_problem *problem, clpti_parity_problem *moved, clpt_message *message);
/* The largest difference of an array of a sensitive stage in such a comparison; 0 where it is not in there, or `moved`
 * is NULL. */
double clpti_parity_moved(const clpti_parity_comparison *moved, const char *stage, const char *array);

#endif
