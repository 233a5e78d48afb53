/* SPDX-License-Identifier: Apache-2.0 */
/* One iteration of a reconstruction engine: object and probe updated from S patterns that a random object and probe
 * predict, from an object and a probe that are somewhat off. */
#include "bench/rows.h"

#include <stdlib.h>

enum { OBJECT, PROBE, POSITIONS, AMPLITUDE };
enum { CHECKED_PATTERNS = 12, LEAST_BATCH = 6 };

/* Arrays that the host keeps: the solver takes copies of its own. */
static clpt_status add_scan(clpti_bench_problem *p, clpt_message *message)
{
    const clpti_bench_size *s = &p->size;
    int64_t side = s->side + CLPTI_BENCH_MARGIN;
    double low = 4.0 + (double)(s->side / 2);
    clpt_status status = CLPT_OK;
    CLPTI_TRY(clpti_bench_input(p, CLPT_TYPE_C64, false, 2, CLPT_SHAPE(side, side), -0.5, 0.5, message));
    CLPTI_TRY(clpti_bench_input(p, CLPT_TYPE_C64, false, 3, CLPT_SHAPE(s->each, s->side, s->side), -0.5, 0.5, message));
    CLPTI_TRY(clpti_bench_geometry(p, true, 2, CLPT_SHAPE(s->count, 2), low, low + CLPTI_BENCH_MARGIN - 12.0, message));
    CLPTI_TRY(clpti_bench_numbers(p, CLPT_TYPE_F32, true, 3, CLPT_SHAPE(s->count, s->side, s->side), message));
    for (int k = 0; k < p->array_count; k++) {
        clpti_bench_array *a = &p->arrays[k];
        a->role = CLPTI_BENCH_GEOMETRY;
        a->array = clpt_array_host(a->data, a->type, a->rank, a->shape);
    }
cleanup:
    return status;
}

static clpt_status measure(clpti_bench_problem *p, clpt_message *message)
{
    clpt_scan *scan = NULL;
    clpt_forward_options options = clpt_forward_options_default();
    options.amplitude = true;
    clpt_status status = clpt_scan_create(p->context, p->arrays[POSITIONS].data, p->size.count, &scan);
    if (status == CLPT_OK)
        status = clpt_forward(p->context, &p->arrays[OBJECT].array, scan, &p->arrays[PROBE].array, &options,
                              &p->arrays[AMPLITUDE].array);
    clpt_scan_destroy(&scan);
    return clpti_bench_said(p->context, status, message);
}

/* Turns the truth into something to start from. */
static void disturb(clpti_bench_array *a, uint64_t seed)
{
    float *numbers = a->data;
    for (int64_t i = 0; i < 2 * clpti_bench_elements(a); i++)
        numbers[i] += (float)clpti_bench_random(seed, (uint64_t)i, -0.2, 0.2);
}

static int64_t batch_of(const clpti_bench_problem *p)
{
    int64_t half = p->size.count / 2;
    if (half >= CLPTI_BENCH_BATCH) return CLPTI_BENCH_BATCH;
    return half > LEAST_BATCH ? half : LEAST_BATCH;
}

static clpt_status create_solver(clpti_bench_problem *p, const clpt_measurement *measurement,
                                 const clpt_solver_options *options)
{
    return clpt_solver_create(p->context, measurement, &p->arrays[OBJECT].array, &p->arrays[PROBE].array, options,
                              &p->solver);
}

clpt_status clpti_bench_set_up_engine(clpti_bench_problem *p, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    CLPTI_TRY(add_scan(p, message));
    CLPTI_TRY(measure(p, message));
    disturb(&p->arrays[OBJECT], 100);
    disturb(&p->arrays[PROBE], 101);
    clpt_measurement measurement = {.amplitude = p->arrays[AMPLITUDE].data,
                                    .count = p->size.count,
                                    .side = p->size.side,
                                    .positions = p->arrays[POSITIONS].data};
    clpt_solver_options options = clpt_solver_options_default();
    options.engine = p->name;
    options.batch = batch_of(p);
    options.probe_start = 0;
    status = create_solver(p, &measurement, &options);
    if (status == CLPT_ERROR_ARGUMENT) { /* an engine of single patterns or of whole scans: its own batches */
        options.batch = 0;
        status = create_solver(p, &measurement, &options);
    }
    CLPTI_TRY(clpti_bench_said(p->context, status, message));
cleanup:
    return status;
}

clpt_status clpti_bench_run_engine(clpti_bench_problem *p)
{
    return clpt_solver_iterate(p->solver, NULL);
}

/* One iteration of a small scan; object and probe go to where they started from, as doubles. */
static clpt_status iterate_small(const clpti_bench_problem *p, clpt_context *context, double **object, double **probe,
                                 clpt_message *message)
{
    clpt_status status = CLPT_OK;
    clpti_bench_problem small;
    clpti_bench_size size = p->size;
    if (size.count > CHECKED_PATTERNS) size.count = CHECKED_PATTERNS;
    CLPTI_TRY(clpti_bench_problem_open(&small, p->row, p->name, context, size, 0, message));
    const clpti_bench_array *o = &small.arrays[OBJECT], *q = &small.arrays[PROBE];
    *object = malloc((size_t)clpti_bench_elements(o) * 2 * sizeof(double));
    *probe = malloc((size_t)clpti_bench_elements(q) * 2 * sizeof(double));
    if (!*object || !*probe)
        CLPTI_TRY(clpti_fail(message, CLPT_ERROR_MEMORY, "no host memory for the result of an iteration"));
    clpt_array to_object = clpt_array_host(*object, CLPT_TYPE_C128, 2, o->shape);
    clpt_array to_probe = clpt_array_host(*probe, CLPT_TYPE_C128, 3, q->shape);
    status = clpt_solver_iterate(small.solver, NULL);
    if (status == CLPT_OK) status = clpt_solver_get_object(small.solver, &to_object);
    if (status == CLPT_OK) status = clpt_solver_get_probe(small.solver, &to_probe);
    CLPTI_TRY(clpti_bench_said(context, status, message));
cleanup:
    clpti_bench_problem_close(&small);
    return status;
}

clpt_status clpti_bench_check_engine(clpti_bench_problem *p, clpt_context *reference, double *error,
                                     clpt_message *message)
{
    clpt_status status = CLPT_OK;
    double *object[2] = {NULL, NULL}, *probe[2] = {NULL, NULL};
    CLPTI_TRY(iterate_small(p, p->context, &object[0], &probe[0], message));
    CLPTI_TRY(iterate_small(p, reference, &object[1], &probe[1], message));
    double of_object = clpti_bench_difference(object[0], object[1], clpti_bench_elements(&p->arrays[OBJECT]), true);
    double of_probe = clpti_bench_difference(probe[0], probe[1], clpti_bench_elements(&p->arrays[PROBE]), true);
    *error = isnan(of_object) || of_object > of_probe ? of_object : of_probe;
cleanup:
    for (int k = 0; k < 2; k++) {
        free(object[k]);
        free(probe[k]);
    }
    return status;
}
