/* SPDX-License-Identifier: Apache-2.0 */
/* Parity: a chain of computations run stage by stage on several devices, with its inputs, the results of each stage,
 * and the comparison of two runs. A stage is an entry of the table in stages.c (docs/parity.md lists them). */
#ifndef CLPTI_PARITY_PARITY_H
#define CLPTI_PARITY_PARITY_H

#include <stdio.h>

#include "catalogue/catalogue.h"
#include "parity/differences.h"

/* ---- bundle.c: named arrays ---- */

typedef struct clpti_parity_array {
    char name[48];
    clpti_tensor tensor; /* owned */
} clpti_parity_array;

typedef struct clpti_parity_bundle {
    clpti_parity_array *arrays;
    int count, capacity;
} clpti_parity_bundle;

/* Adds a zeroed array. *tensor is valid until the next array is added, its data until the bundle is freed. */
clpt_status clpti_parity_add(clpti_parity_bundle *bundle, const char *name, clpt_type type, int rank,
                             const int64_t *shape, clpti_tensor **tensor, clpt_message *message);
/* Adds a tensor and takes ownership of it, also on failure. */
clpt_status clpti_parity_take(clpti_parity_bundle *bundle, const char *name, clpti_tensor *tensor,
                              clpt_message *message);
const clpti_tensor *clpti_parity_find(const clpti_parity_bundle *bundle, const char *name); /* NULL: none */
void clpti_parity_bundle_free(clpti_parity_bundle *bundle);

/* ---- config.c: the configuration, and its conversion to and from the texts of manifests ---- */

enum { CLPTI_PARITY_ENGINES = 8 };

typedef struct clpti_parity_config {
    int64_t count;                    /* patterns used, from the start of the scan */
    int64_t groups, grid, neighbours; /* of clpt_groups_draw */
    uint64_t seed;                    /* of groups and engines */
    char engines[128];                /* comma-separated names; "": none */
    int64_t iterations, each_iteration, batch;
    int64_t probe_start;
    double alpha;        /* 0: the engine's default */
    int64_t propagation; /* clpt_propagation_kind */
    double wavelength, distance, pixel, source_distance;
} clpti_parity_config;

/* Name and text of field k, false beyond the last; the setter parses a text into the named field. */
bool clpti_parity_config_text(const clpti_parity_config *config, int k, const char **name, char text[160]);
bool clpti_parity_config_set(clpti_parity_config *config, const char *name, const char *text);
clpt_propagation clpti_parity_propagation(const clpti_parity_config *config);

/* ---- problem.c: inputs of a chain ---- */

struct clpti_parity_comparison;

typedef struct clpti_parity_problem {
    clpti_parity_config config;
    /* Data: object C64 [H, W], probe C64 [P, N, N], positions F64 [S, 2], amplitude F32 [S, N, N], mask F32 [S, N, N].
     * Derived from these in double precision: counts, groups, and the arrays of rules (see clpti_parity_derive). */
    clpti_parity_bundle inputs;
    /* Sensitivity: the reference run from a perturbed start compared with the reference; borrowed; NULL: unknown. If
     * present, tolerances of sensitive stages are at least CLPTI_PARITY_SENSITIVITY_FACTOR times that difference. */
    const struct clpti_parity_comparison *perturbed;
} clpti_parity_problem;

/* Factor on sensitivities: the start is perturbed by one rounding of each number, whereas a device rounds in every
 * step, and its transforms round relative to the largest number. */
#define CLPTI_PARITY_SENSITIVITY_FACTOR 30

/* Computes the derived inputs that are missing: counts F32 [S, N, N]; indices F64 [G, C], offsets F64 [G, C, 2];
 * transforms F64 [1, 3, 3], shifts F64 [S, 2]; cover_center, cover_probe F64 [G, M, M], Σ weights on the canvases;
 * good_poisson, good_amplitude, good_mae F32 [S, N, N], the masks of gradients; intensity F64 [S, N, N]; light F64 [H,
 * W], Σ_s Σ_p |P_p|². */
clpt_status clpti_parity_derive(clpti_parity_problem *problem, clpt_context *reference, clpt_message *message);
/* Computes `light` of positions other than the inputs', such as a whole scan of which the inputs are a subset; called
 * before clpti_parity_derive. positions: [count, 2]. */
clpt_status clpti_parity_light(clpti_parity_problem *problem, const double *positions, int64_t count,
                               clpt_message *message);
void clpti_parity_problem_free(clpti_parity_problem *problem);

/* ---- stages.c: the table ---- */

struct clpti_parity_run;

/* Arguments of a stage's function. */
typedef struct clpti_parity_task {
    clpt_context *context;
    const clpti_parity_problem *problem;
    const struct clpti_parity_run *from; /* run that provides the results of earlier stages */
    const char *engine;                  /* for stages that exist once per engine */
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

/* Comparison of one array of a stage. An array "name.N" is that of iteration N, with N times the tolerance. */
typedef struct clpti_parity_check {
    const char *array;
    double tolerance; /* relative to the largest magnitude of the reference */
    clpti_parity_rule_name rule;
    double part; /* fraction of the elements that may be beyond the tolerance */
} clpti_parity_check;

enum { CLPTI_PARITY_CHECKS = 12, CLPTI_PARITY_TAKES = 3, CLPTI_PARITY_CALLS = 4, CLPTI_PARITY_NAMES = 6 };

typedef enum clpti_parity_field {
    CLPTI_PARITY_ANY_FIELD,
    CLPTI_PARITY_FAR_FIELD,
    CLPTI_PARITY_NEAR_FIELD
} clpti_parity_field;

/* A call of an operation of the catalogue. By default its inputs are the problem's arrays of the same names, and its
 * results are not recorded. `names` maps an array of the operation to another input of the problem, "STAGE:ARRAY" of an
 * earlier stage, "groups" (`patches` of stage `patches`, by groups), or the name under which a result is recorded. */
typedef struct clpti_parity_call {
    const char *operation; /* NULL ends a list of calls */
    clpti_call_options options;
    struct {
        const char *array, *name;
    } names[CLPTI_PARITY_NAMES];
    clpti_parity_field field; /* propagation for which the stage has this call */
} clpti_parity_call;

typedef struct clpti_parity_stage {
    const char *name, *summary;
    clpt_status (*compute)(clpti_parity_task *task); /* NULL: calls, or a stage of dumps only */
    clpti_parity_call calls[CLPTI_PARITY_CALLS + 1]; /* instead of `compute` */
    const char *takes[CLPTI_PARITY_TAKES + 1];       /* earlier stages whose results are its inputs */
    bool each_engine;
    bool sensitive;                                     /* amplifies rounding of the start: see --sensitivity */
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

/* Selects the stages whose names match one of the comma-separated patterns (NULL: all), and the stages that they depend
 * on, in the table's order. */
clpt_status clpti_parity_plan_make(const clpti_parity_config *config, const char *patterns, clpti_parity_plan *plan,
                                   clpt_message *message);

/* ---- helpers of stages (task.c) ---- */
clpt_status clpti_parity_pass_status(const clpti_parity_task *task, clpt_status status);
/* Adds a result and returns its view: in the context's precision, or in F64 (numbers). */
clpt_status clpti_parity_out(clpti_parity_task *task, const char *name, bool complex, int rank, const int64_t *shape,
                             clpt_array *view);
clpt_status clpti_parity_numbers(clpti_parity_task *task, const char *name, int rank, const int64_t *shape,
                                 clpt_array *view);
/* Views of an input of the problem and of a result of an earlier stage. */
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
    char failure[600]; /* reason why there are no arrays; "" */
} clpti_parity_captured;

/* Description of a run, as names and texts. Two runs are comparable if data and configuration are equal. */
typedef enum clpti_parity_section {
    CLPTI_PARITY_DATA,
    CLPTI_PARITY_CONFIGURATION,
    CLPTI_PARITY_RUN,
    CLPTI_PARITY_SECTIONS
} clpti_parity_section;

typedef struct clpti_parity_manifest_entry {
    clpti_parity_section section;
    char name[80];
    char *text; /* owned */
} clpti_parity_manifest_entry;

typedef struct clpti_parity_run {
    char label[256]; /* a device, or the folder of a dump */
    clpti_parity_manifest_entry *manifest;
    int manifest_count, manifest_capacity;
    clpti_parity_captured *results;
    int result_count, result_capacity;
} clpti_parity_run;

const clpti_parity_bundle *clpti_parity_results(const clpti_parity_run *run, const char *stage); /* NULL: none */
clpt_status clpti_parity_result_add(clpti_parity_run *run, const char *stage, clpti_parity_captured **result,
                                    clpt_message *message);
void clpti_parity_run_free(clpti_parity_run *run);

/* Runs the plan's stages on a context. A stage that fails is recorded with the reason, and the next one runs.
 * @param from  run that provides the results of earlier stages; NULL: this run
 * @param begins  called with `user` before each stage; NULL: none */
clpt_status clpti_parity_capture(clpt_context *context, const clpti_parity_problem *problem,
                                 const clpti_parity_plan *plan, const clpti_parity_run *from, clpti_parity_run *run,
                                 void (*begins)(void *user, const char *stage, int done, int count), void *user,
                                 clpt_message *message);

#define CLPTI_PARITY_MARK "clptycho_parity" /* member of manifests and reports; its value is the format number */
enum { CLPTI_PARITY_FORMAT = 1 };

/* ---- judge.c: comparison of two runs ---- */

typedef enum clpti_parity_verdict {
    CLPTI_PARITY_PASS,
    CLPTI_PARITY_FAIL,
    CLPTI_PARITY_ABSENT, /* missing in one of the runs */
    CLPTI_PARITY_VERDICTS
} clpti_parity_verdict;
extern const char *const clpti_parity_verdict_names[CLPTI_PARITY_VERDICTS];

typedef struct clpti_parity_finding {
    const clpti_parity_item *item;
    const clpti_parity_check *check;
    char array[48];
    const clpti_tensor *got, *expected; /* NULL where absent */
    double *factor;                     /* of the rule, from clpti_parity_factor; owned; NULL: 1 */
    double tolerance;
    double perturbed; /* sensitivity: change of the reference by 1 ulp in the start, as a fraction of its maximum; 0:
                     unknown */
    clpti_parity_verdict verdict;
    char reason[700]; /* of a failure or absence */
    clpti_parity_statistics got_values, expected_values;
    clpti_parity_difference difference;
} clpti_parity_finding;

typedef struct clpti_parity_comparison {
    const clpti_parity_run *got, *expected;
    clpti_parity_finding *findings;
    int count, capacity;
    char *differences; /* differences of how the two were run, one per line; "" */
} clpti_parity_comparison;

/* Compares `got` with the reference `expected`. Both runs, the plan and the problem must outlive the comparison.
 * @param allowance  factor on every tolerance: 1 against double precision, 2 between two devices */
clpt_status clpti_parity_judge(const clpti_parity_problem *problem, const clpti_parity_plan *plan,
                               const clpti_parity_run *got, const clpti_parity_run *expected, double allowance,
                               clpti_parity_comparison *comparison, clpt_message *message);
void clpti_parity_comparison_free(clpti_parity_comparison *comparison);
int clpti_parity_count(const clpti_parity_comparison *comparison, clpti_parity_verdict verdict);
/* A rule in words, such as "times (sum of masks + 1e-3)"; "" for the plain one. */
const char *clpti_parity_rule_text(clpti_parity_rule_name rule);

/* Factors on the elements before they are compared, factor[count]; 0: not compared; *factor NULL: all 1. */
clpt_status clpti_parity_factor(clpti_parity_rule_name rule, const clpti_parity_problem *problem,
                                const clpti_tensor *expected, double **factor, clpt_message *message);

/* ---- sensitivity.c ---- */

/* A copy of a problem with every number of object and probe perturbed by 1 ulp of float32, up or down at random. */
clpt_status clpti_parity_perturb(const clpti_parity_problem *problem, clpti_parity_problem *perturbed,
                                 clpt_message *message);
/* Sensitivity of an array of a sensitive stage: its largest difference in such a comparison; 0 if absent or `moved` is
 * NULL. */
double clpti_parity_sensitivity(const clpti_parity_comparison *perturbed, const char *stage, const char *array);

#endif
