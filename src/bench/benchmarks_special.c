/* SPDX-License-Identifier: Apache-2.0 */
/* Benchmarks for work around an operation: creating and moving scans, tile lists, plans of transforms. */
#include "bench/benchmarks.h"

clpt_status clpti_bench_run_new_scan(clpti_bench_problem *p)
{
    clpti_call call = p->call;
    call.scan = NULL;
    return clpti_call_run(p->entry, &call);
}

clpt_status clpti_bench_run_scan_move(clpti_bench_problem *p)
{
    int at = clpti_entry_array_index(p->entry, "positions");
    clpt_status status = clpt_scan_set_positions(p->call.scan, p->arrays[at].data);
    return status == CLPT_OK ? clpti_call_run(p->entry, &p->call) : status;
}

clpt_status clpti_bench_sample_lists(clpti_bench_problem *p, double *seconds, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    int at = clpti_entry_array_index(p->entry, "positions");
    double uses[3] = {0.0};
    CLPTI_TRY(clpti_bench_pass_status(p->context, clpt_scan_set_positions(p->call.scan, p->arrays[at].data), message));
    for (int use = 0; use < 3; use++) CLPTI_TRY(clpti_bench_time_one(p, &uses[use], message));
    *seconds = fmax(uses[1] - uses[2], 0.0);
cleanup:
    return status;
}

clpt_status clpti_bench_sample_plan(clpti_bench_problem *p, double *seconds, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    clpt_context *context = NULL;
    clpti_bench_problem fresh = {0};
    clpt_context_options options = clpt_context_options_default();
    double first = 0.0, second = 0.0;
    options.device = p->device;
    CLPTI_TRY(clpt_context_create(&options, &context, message));
    CLPTI_TRY(clpti_bench_problem_open(&fresh, p->benchmark, p->name, context, p->size, 0, message));
    CLPTI_TRY(clpti_bench_time_one(&fresh, &first, message));
    CLPTI_TRY(clpti_bench_time_one(&fresh, &second, message));
    *seconds = fmax(first - second, 0.0);
cleanup:
    clpti_bench_problem_close(&fresh);
    clpt_context_destroy(&context);
    return status;
}
