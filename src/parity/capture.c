/* SPDX-License-Identifier: Apache-2.0 */
/* Runs of the parity chain: stages executed on a context, results captured by name. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parity/parity.h"

const clpti_parity_bundle *clpti_parity_results(const clpti_parity_run *run, const char *stage)
{
    for (int k = 0; k < run->result_count; k++)
        if (!strcmp(run->results[k].stage, stage)) return &run->results[k].arrays;
    return NULL;
}

clpt_status clpti_parity_result_add(clpti_parity_run *run, const char *stage, clpti_parity_captured **result,
                                    clpt_message *message)
{
    if (run->result_count == run->result_capacity) {
        int capacity = 2 * run->result_capacity + 16;
        clpti_parity_captured *grown = realloc(run->results, (size_t)capacity * sizeof *grown);
        if (!grown) return clpti_fail(message, CLPT_ERROR_MEMORY, "no memory for the results of '%s'", stage);
        run->results = grown;
        run->result_capacity = capacity;
    }
    *result = &run->results[run->result_count++];
    **result = (clpti_parity_captured){.failure = ""};
    snprintf((*result)->stage, sizeof(*result)->stage, "%s", stage);
    return CLPT_OK;
}

void clpti_parity_run_free(clpti_parity_run *run)
{
    for (int k = 0; k < run->result_count; k++) clpti_parity_bundle_free(&run->results[k].arrays);
    for (int k = 0; k < run->manifest_count; k++) free(run->manifest[k].text);
    free(run->results);
    free(run->manifest);
    *run = (clpti_parity_run){.label = ""};
}

static clpt_status capture_stage(clpt_context *context, const clpti_parity_problem *problem,
                                 const clpti_parity_item *item, const clpti_parity_run *from, clpti_parity_run *run,
                                 clpt_message *message)
{
    clpti_parity_captured *result = NULL;
    clpt_message failure = {.text = ""};
    clpt_status status = clpti_parity_result_add(run, item->name, &result, message);
    if (status != CLPT_OK) return status;
    clpti_parity_task task = {.context = context,
                              .problem = problem,
                              .from = from,
                              .engine = item->engine,
                              .out = &result->arrays,
                              .message = &failure};
    status = clpti_parity_compute(item->stage, &task);
    if (status == CLPT_OK) return CLPT_OK;
    clpti_parity_bundle_free(&result->arrays);
    snprintf(result->failure, sizeof result->failure, "%.*s", (int)sizeof result->failure - 1, failure.text);
    return CLPT_OK;
}

clpt_status clpti_parity_capture(clpt_context *context, const clpti_parity_problem *problem,
                                 const clpti_parity_plan *plan, const clpti_parity_run *from, clpti_parity_run *run,
                                 void (*begins)(void *user, const char *stage, int done, int count), void *user,
                                 clpt_message *message)
{
    clpt_status status = CLPT_OK;
    for (int k = 0; k < plan->count; k++) {
        if (!clpti_parity_computes(plan->items[k].stage)) continue;
        if (begins) begins(user, plan->items[k].name, k, plan->count);
        CLPTI_TRY(capture_stage(context, problem, &plan->items[k], from ? from : run, run, message));
    }
cleanup:
    return status;
}
