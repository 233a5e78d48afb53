/* SPDX-License-Identifier: Apache-2.0 */
/* The loop of `reconstruct`. */
#include "cli/interrupt.h"
#include "cli/progress.h"
#include "cli/reconstruct.h"

typedef struct pace {
    clpti_progress progress;
    double started, before;
} pace;

static void show(const clpti_job *j, pace *p, int64_t k)
{
    double now = clpti_seconds(), took = now - p->before;
    char note[96];
    p->before = now;
    snprintf(note, sizeof note, "error %.4f  %.3f s  %.0f patterns/s", j->errors[k], took,
             took > 0 ? (double)j->scan.count / took : 0);
    if (j->session->arguments->verbose)
        fprintf(stderr, "clptycho: iteration %lld/%lld  %s\n", (long long)k + 1, (long long)j->v->iterations, note);
    else
        clpti_progress_show(&p->progress, k + 1, note);
}

clpt_status clpti_job_iterate(clpti_job *j)
{
    const clpti_reconstruct_values *v = j->v;
    clpt_status status = CLPT_OK;
    pace p = {.progress = clpti_progress_start("iteration", v->iterations), .started = clpti_seconds()};
    p.before = p.started;
    p.progress.first = j->done;
    clpti_interrupt_watch();
    while (j->done < v->iterations && !j->stopped) {
        CLPTI_TRY(clpti_session_said(j->session, clpt_solver_iterate(j->solver, &j->errors[j->done])));
        show(j, &p, j->done++);
        j->stopped = clpti_interrupted() && j->done < v->iterations;
        if (j->stopped || (v->checkpoint && j->done % v->checkpoint == 0))
            CLPTI_TRY(clpti_checkpoint_write(j, &j->session->message));
    }
cleanup:
    j->seconds = clpti_seconds() - p.started;
    clpti_progress_end(&p.progress);
    return status;
}
