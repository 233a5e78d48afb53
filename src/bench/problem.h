/* SPDX-License-Identifier: Apache-2.0 */
/* One row's work, made ready on one context: the arrays of its operation, and a scan or a solver. Numbers depend on the
 * array and the element's index alone, so that a problem of the first (or last) few items is a part of the whole one,
 * and the same on a device as on the reference. */
#ifndef CLPTI_BENCH_PROBLEM_H
#define CLPTI_BENCH_PROBLEM_H

#include "bench/report.h"
#include "catalogue/catalogue.h"

typedef struct clpti_bench_array {
    bool used;      /* else the call is given NULL */
    bool result;    /* compared */
    bool by_item;   /* the leading axis is the problem's items; otherwise a result is of all items together */
    clpt_type type; /* of host memory */
    int rank;
    int64_t shape[CLPT_MAX_RANK];
    void *data;          /* host memory; NULL once it is on the device */
    clpt_buffer *buffer; /* NULL for host arrays */
    clpt_array array;    /* what the operation is given */
} clpti_bench_array;

struct clpti_bench_row;

typedef struct clpti_bench_problem {
    const struct clpti_bench_row *row;
    const clpti_entry *entry;
    const char *name;   /* of the row, or of the engine */
    const char *device; /* as clpt_context_options.device names it, for a row that opens contexts of its own */
    clpt_context *context;
    clpti_bench_size size;
    int64_t first; /* this problem holds items first … first + size.count − 1 of a larger one */
    clpti_bench_array arrays[CLPTI_ENTRY_ARRAYS]; /* in the entry's order */
    clpti_call call;
    clpt_solver *solver; /* of an engine */
} clpti_bench_problem;

typedef struct clpti_bench_case {
    clpti_bench_size size;
    int level; /* 0: also with --quick; 1: by default; 2: with --full; < 0 ends the table */
} clpti_bench_case;

enum {
    CLPTI_BENCH_COUNT_STAYS = 1, /* the number of items is part of the row: no option or slow device changes it */
    CLPTI_BENCH_HOST_ARRAYS = 2  /* all arrays are host memory */
};

/* A row of the table: an operation of the catalogue, in a way and in sizes that are worth timing. */
typedef struct clpti_bench_row {
    const char *name;      /* NULL: one row for each engine, by its name */
    const char *operation; /* of the catalogue; NULL: of that name */
    const char *item;      /* what is counted, "pattern" */
    const char *each;      /* what an item has several of, "modes"; NULL: nothing */
    const char *summary;   /* NULL: the operation's */
    const clpti_bench_case *cases;
    clpti_call_options options; /* all 0: the operation's usual ones */
    const char *results;        /* that are wanted, "d_object|d_probe"; NULL: all that it always gives */
    unsigned flags;
    /* Instead of what the catalogue says, where set: */
    double tolerance;
    clpt_status (*prepare)(clpti_bench_problem *problem, clpt_message *message); /* at the end of opening */
    clpt_status (*run)(clpti_bench_problem *problem);                            /* one call of the library */
    clpt_status (*collect)(clpti_bench_problem *problem); /* brings results into the arrays after a call */
    double (*flop)(const clpti_bench_problem *problem);
    double (*bytes)(const clpti_bench_problem *problem);
    /* For what is not a repeated call: one sample's seconds. Such a row has no floating-point operations or bytes. */
    clpt_status (*sample)(clpti_bench_problem *problem, double *seconds, clpt_message *message);
    int64_t checked; /* items of the smaller problem that is compared with the reference; 0: as many as it can take */
} clpti_bench_row;

/* The table; ends with a row without cases. */
extern const clpti_bench_row clpti_bench_rows[];

/* ---- problem.c ---- */

const clpti_entry *clpti_bench_entry(const clpti_bench_row *row);
double clpti_bench_tolerance(const clpti_bench_row *row);
const char *clpti_bench_summary(const clpti_bench_row *row);
/* Whether some result is of all items together, as an engine's are. */
bool clpti_bench_has_totals(const clpti_bench_row *row);

/* Makes the arrays, on `context`, of items first … first + size.count − 1. On failure the message is the context's or
 * in `message`. */
clpt_status clpti_bench_problem_open(clpti_bench_problem *problem, const clpti_bench_row *row, const char *name,
                                     clpt_context *context, clpti_bench_size size, int64_t first,
                                     clpt_message *message);
void clpti_bench_problem_close(clpti_bench_problem *problem);
/* One call. A failure's message is the context's. */
clpt_status clpti_bench_run(clpti_bench_problem *problem);
/* One call, after which the results are in the arrays. */
clpt_status clpti_bench_run_once(clpti_bench_problem *problem, clpt_message *message);
double clpti_bench_flop(const clpti_bench_problem *problem);
double clpti_bench_bytes(const clpti_bench_problem *problem);

int64_t clpti_bench_elements(const clpti_bench_array *array);

/* Passes a call's status on, with the context's message where it failed. */
clpt_status clpti_bench_pass_status(clpt_context *context, clpt_status status, clpt_message *message);

/* ---- check.c ---- */

/* Results of the reference: of all items of a problem, or of those at its two ends. */
typedef struct clpti_bench_expected {
    clpti_bench_problem parts[2];
    int count;
} clpti_bench_expected;

/* Runs the first and the last `items` items on the reference, or all where there are no more. Results that are of all
 * items together are then compared only with the latter. */
clpt_status clpti_bench_expect(const clpti_bench_row *row, const char *name, clpt_context *reference,
                               clpti_bench_size size, int64_t items, clpti_bench_expected *expected,
                               clpt_message *message);
void clpti_bench_expected_free(clpti_bench_expected *expected);
/* Compares what `problem` holds after its run. errors[k] is the largest difference in array k, relative to the
 * reference's largest magnitude; NAN or infinite where a result is not finite; 0 where nothing is compared. */
clpt_status clpti_bench_errors(const clpti_bench_problem *problem, const clpti_bench_expected *expected,
                               double errors[CLPTI_ENTRY_ARRAYS], clpt_message *message);

/* Compares what `problem` holds after its run with the reference, on a part of the items where the results are item by
 * item; else on all of them, or, where that would take the reference long, on a smaller problem that both run.
 * *error is the largest difference over all arrays, single numbers by their own accuracy. */
clpt_status clpti_bench_check(clpti_bench_problem *problem, clpt_context *reference, double *error,
                              clpt_message *message);

#endif
