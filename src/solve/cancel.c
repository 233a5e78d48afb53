/* SPDX-License-Identifier: Apache-2.0 */
/* Cancellation of a running iteration from any thread. */
#include "cl/runtime.h"
#include "solve/solver.h"

void clpt_solver_cancel(clpt_solver *solver)
{
    if (solver) atomic_store(&solver->cancelled, true);
}

/* Marks the work enqueued so far, and waits for that marked last time: the device always has a step to run. */
static clpt_status wait_for_earlier_steps(clpt_solver *s)
{
    void *fresh = NULL;
    clpt_status status = clpti_cl_mark(s->context, &fresh);
    if (status == CLPT_OK) status = clpti_cl_wait(s->context, &s->mark);
    clpti_cl_wait(NULL, &s->mark);
    s->mark = fresh;
    return status;
}

clpt_status clpti_solver_check_cancelled(clpt_solver *s)
{
    clpt_status status = s->options.cancellable ? wait_for_earlier_steps(s) : CLPT_OK;
    if (status != CLPT_OK || !atomic_exchange(&s->cancelled, false)) return status;
    return clpti_fail(&s->context->message, CLPT_ERROR_CANCELLED,
                      "clpt_solver_iterate: cancelled during iteration %lld", (long long)s->iteration + 1);
}
