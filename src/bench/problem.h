/* SPDX-License-Identifier: Apache-2.0 */
/* One operation's work, made ready on one context: arrays of random numbers, places for results, a scan. Random numbers
 * depend on the array and the element's index alone, so that a problem of the first (or last) few items is a part of
 * the whole one, and the same on a device as on the reference. */
#ifndef CLPTI_BENCH_PROBLEM_H
#define CLPTI_BENCH_PROBLEM_H

#include "bench/report.h"

enum { CLPTI_BENCH_ARRAYS = 10, CLPTI_BENCH_VALUES = 4 };

/* Where an array lives and what it is for. */
typedef enum clpti_bench_role {
    CLPTI_BENCH_INPUT,    /* a buffer, filled once */
    CLPTI_BENCH_OUTPUT,   /* a buffer, compared */
    CLPTI_BENCH_GEOMETRY, /* host doubles, read */
    CLPTI_BENCH_NUMBERS   /* host doubles, written, compared */
} clpti_bench_role;

typedef struct clpti_bench_array {
    clpti_bench_role role;
    bool by_item;   /* the leading axis is the problem's items; otherwise an output is of all items together */
    clpt_type type; /* of host memory: F32 or C64 for buffers, F64 or C128 for host arrays */
    int rank;
    int64_t shape[CLPT_MAX_RANK];
    void *data;          /* host memory; an input's is freed once it is on the device */
    clpt_buffer *buffer; /* NULL for host arrays */
    clpt_array array;    /* what the operation is given */
} clpti_bench_array;

struct clpti_bench_row;

typedef struct clpti_bench_problem {
    const struct clpti_bench_row *row;
    const char *name;   /* of the operation or engine */
    const char *device; /* as clpt_context_options.device names it, for a row that opens contexts of its own */
    clpt_context *context;
    clpti_bench_size size;
    int64_t first; /* this problem holds items first … first + size.count − 1 of a larger one */
    clpti_bench_array arrays[CLPTI_BENCH_ARRAYS];
    int array_count;
    const double *positions; /* of `scan`: the data of a GEOMETRY array; NULL: no scan */
    clpt_scan *scan;
    double values[CLPTI_BENCH_VALUES]; /* numbers that an operation returns, compared */
    int value_count;
    clpt_solver *solver; /* of an engine */
} clpti_bench_problem;

/* One row of the table of operations. */
typedef struct clpti_bench_case {
    clpti_bench_size size;
    int level; /* 0: also with --quick; 1: by default; 2: with --full; < 0 ends the table */
} clpti_bench_case;

enum {
    CLPTI_BENCH_HOST = 1, /* host work alone, the same on every device */
    CLPTI_BENCH_COUNT_STAYS =
        2 /* the number of items is part of what the row is: no option or slow device changes it */
};

typedef struct clpti_bench_row {
    const char *name; /* NULL: one row for each engine, by its name */
    const char *item; /* what is counted, "pattern" */
    const char *each; /* what an item has several of, "modes"; NULL: nothing */
    const char *summary;
    const clpti_bench_case *cases;
    double tolerance; /* of CONVENTIONS: largest difference as a part of the reference's largest magnitude */
    unsigned flags;
    clpt_status (*set_up)(clpti_bench_problem *problem, clpt_message *message); /* adds the arrays */
    clpt_status (*run)(clpti_bench_problem *problem);                           /* one call of the library */
    double (*flop)(const clpti_bench_problem *problem);  /* floating-point operations of a call; NULL: none */
    double (*bytes)(const clpti_bench_problem *problem); /* NULL: each buffer once */
    /* For what is not a repeated call: one sample's seconds; NULL: `run` is timed. */
    clpt_status (*sample)(clpti_bench_problem *problem, double *seconds, clpt_message *message);
    /* For what is not compared array by array; NULL: it is. */
    clpt_status (*check)(clpti_bench_problem *problem, clpt_context *reference, double *error, clpt_message *message);
} clpti_bench_row;

/* The table of operations; ends with a NULL set_up. */
extern const clpti_bench_row clpti_bench_rows[];

/* ---- problem.c ---- */

/* Makes the arrays, on `context`, of items first … first + size.count − 1. On failure the message is the context's or
 * in `message`. */
clpt_status clpti_bench_problem_open(clpti_bench_problem *problem, const clpti_bench_row *row, const char *name,
                                     clpt_context *context, clpti_bench_size size, int64_t first,
                                     clpt_message *message);
void clpti_bench_problem_close(clpti_bench_problem *problem);

/* For set_up: each appends an array, problem->arrays[k] in the order of the calls. Inputs are uniform in [low, high)
 * and both parts of complex numbers too. `shape` ends the argument list: CLPT_SHAPE(…). */
clpt_status clpti_bench_input(clpti_bench_problem *problem, clpt_type type, bool by_item, int rank,
                              const int64_t *shape, double low, double high, clpt_message *message);
clpt_status clpti_bench_geometry(clpti_bench_problem *problem, bool by_item, int rank, const int64_t *shape, double low,
                                 double high, clpt_message *message);
clpt_status clpti_bench_output(clpti_bench_problem *problem, clpt_type type, bool by_item, int rank,
                               const int64_t *shape);
clpt_status clpti_bench_numbers(clpti_bench_problem *problem, clpt_type type, bool by_item, int rank,
                                const int64_t *shape, clpt_message *message);
int64_t clpti_bench_elements(const clpti_bench_array *array);

/* Uniform in [low, high), from a counter. */
double clpti_bench_random(uint64_t seed, uint64_t index, double low, double high);

/* Passes a call's status on, with the context's message where it failed. */
clpt_status clpti_bench_said(clpt_context *context, clpt_status status, clpt_message *message);

/* ---- check.c ---- */

/* Compares what `problem` holds after its run with the reference, on a part of the items where the outputs are item by
 * item; else on all of them, or, where that would take the reference long, on a smaller problem that both run.
 * *error is the largest difference as a part of the reference's largest magnitude, array by array; NAN or infinite
 * where a result is not finite. */
clpt_status clpti_bench_check(clpti_bench_problem *problem, clpt_context *reference, double *error,
                              clpt_message *message);
/* The same of two arrays of `count` doubles, pairs where complex. */
double clpti_bench_difference(const double *got, const double *want, int64_t count, bool complex);

#endif
