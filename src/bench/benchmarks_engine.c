/* SPDX-License-Identifier: Apache-2.0 */
/* One iteration of a reconstruction engine: random object and probe, updated with S random patterns. The arrays are
 * those of the forward model. */
#include "bench/benchmarks.h"

enum { OBJECT, POSITIONS, PROBE, AMPLITUDE };
enum { LARGEST_BATCH = 103, SMALLEST_BATCH = 6, FLOP_PIXEL = 60 };

static int64_t batch_of(const clpti_bench_problem *p)
{
    int64_t half = (p->size.count + 1) / 2;
    if (half >= LARGEST_BATCH) return LARGEST_BATCH;
    return half > SMALLEST_BATCH ? half : SMALLEST_BATCH;
}

static clpt_status create_solver(clpti_bench_problem *p, int64_t batch)
{
    const clpt_measurement measurement = {.size = sizeof measurement,
                                          .amplitude = p->arrays[AMPLITUDE].data,
                                          .count = p->size.count,
                                          .side = p->size.side,
                                          .positions = p->arrays[POSITIONS].data};
    clpt_solver_options options = clpt_solver_options_default();
    options.engine = p->name;
    options.batch = batch;
    options.probe_start = 0;
    return clpt_solver_create(p->context, &measurement, p->call.a[OBJECT], p->call.a[PROBE], &options, &p->solver);
}

clpt_status clpti_bench_prepare_engine(clpti_bench_problem *p, clpt_message *message)
{
    double largest = 0.3 * sqrt((double)p->size.each);      /* about the brightness predicted by object and probe */
    clpti_fill_uniform(p->call.a[OBJECT], 0, 0, -0.5, 0.5); /* both dark and bright pixels */
    clpti_fill_uniform(p->call.a[PROBE], 1, 0, -0.5, 0.5);
    clpti_fill_uniform(p->call.a[AMPLITUDE], 2, p->first, 0.0, largest);
    for (int k = OBJECT; k <= AMPLITUDE; k++) p->arrays[k].result = k == OBJECT || k == PROBE;
    clpt_status status = create_solver(p, batch_of(p));
    if (status == CLPT_ERROR_ARGUMENT)
        status = create_solver(p, CLPT_DEFAULT); /* engines that use single patterns or the whole scan */
    return clpti_bench_pass_status(p->context, status, message);
}

clpt_status clpti_bench_run_engine(clpti_bench_problem *p)
{
    return clpt_solver_iterate(p->solver, NULL);
}

clpt_status clpti_bench_collect_engine(clpti_bench_problem *p)
{
    clpt_status status = clpt_solver_get_object(p->solver, p->call.a[OBJECT]);
    return status == CLPT_OK ? clpt_solver_get_probe(p->solver, p->call.a[PROBE]) : status;
}

static double pixels(const clpti_bench_problem *p)
{
    return (double)p->size.count * (double)(p->size.side * p->size.side);
}

/* The same for all engines, so that they can be compared. */
double clpti_bench_flop_engine(const clpti_bench_problem *p)
{
    double waves = pixels(p) * (double)p->size.each;
    return waves * (2.0 * 5.0 * 2.0 * log2((double)p->size.side) + FLOP_PIXEL);
}

/* Patterns read once; object and probe read and written. */
double clpti_bench_bytes_engine(const clpti_bench_problem *p)
{
    double object = (double)clpti_bench_elements(&p->arrays[OBJECT]);
    double probe = (double)clpti_bench_elements(&p->arrays[PROBE]);
    return 4.0 * pixels(p) + 2.0 * 8.0 * (object + probe);
}
