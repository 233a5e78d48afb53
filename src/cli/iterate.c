/* SPDX-License-Identifier: Apache-2.0 */
/* The iteration loop of `reconstruct`: progress, checkpoints, stop conditions. */
#include <math.h>
#include <stdlib.h>

#include "cli/interrupt.h"
#include "cli/warning.h"
#include "cli/progress.h"
#include "cli/reconstruct.h"

/* Times by clpti_building_clock. */
typedef struct pace {
    clpti_progress progress;
    double started, before;
    double longest; /* iteration in this run, in seconds with builds */
} pace;

static void show(const clpti_job *j, pace *p, int64_t k)
{
    double now = clpti_building_clock(&j->session->building), took = now - p->before;
    char note[96];
    p->before = now;
    clpti_run_log(j->session, "iteration %lld/%lld  error %.6f  %.3f s", (long long)k + 1, (long long)j->v->iterations,
                  j->errors[k], took);
    snprintf(note, sizeof note, "error %.4f  %.3f s  %.0f patterns/s", j->errors[k], took,
             took > 0 ? (double)j->scan.count / took : 0);
    if (j->session->arguments->verbose)
        fprintf(stderr, "clptycho: iteration %lld/%lld  %s\n", (long long)k + 1, (long long)j->v->iterations, note);
    else
        clpti_progress_show(&p->progress, k + 1, note);
}

/* A checkpoint that cannot be written does not stop the run: the disk may have space again when the result is
 * written. */
static void write_checkpoint(clpti_job *j)
{
    clpt_message message = {0};
    bool before = j->unsaved;
    j->unsaved = clpti_checkpoint_write(j, &message) != CLPT_OK;
    if (j->unsaved && !before)
        clpti_warn(j->session, "W006", "%s; the run continues without a checkpoint", message.text);
}

double clpti_duration(const char *text)
{
    double parts[3];
    char *end, unit;
    int count = 0;
    for (; count < 3; text = end + 1) {
        parts[count] = strtod(text, &end);
        if (end == text || !(parts[count] >= 0 && parts[count] < 1e9)) return 0;
        ++count;
        if (*end != ':') break;
    }
    unit = *end;
    if (unit && (count > 1 || end[1])) return 0;
    if (count > 1) return 60 * (60 * parts[0] + parts[1]) + (count == 3 ? parts[2] : 0);
    return !unit || unit == 's' ? parts[0] : unit == 'm' ? 60 * parts[0] : unit == 'h' ? 3600 * parts[0] : 0;
}

/* True if another iteration, and as long again for saving, would pass the time limit. */
static bool is_late(const clpti_job *j, const pace *p)
{
    const double limit = j->v->time_limit ? clpti_duration(j->v->time_limit) : 0;
    return limit > 0 && clpti_seconds() - j->session->started + 2 * p->longest > limit;
}

/* On request, SIGUSR1: checkpoint and result, and the run continues. */
static clpt_status save_both(clpti_job *j)
{
    write_checkpoint(j);
    clpt_status status = clpti_job_save_result(j);
    clpti_terminal_clear();
    if (status == CLPT_OK)
        fprintf(stderr, "clptycho: saved after %lld of %lld iterations in %s\n", (long long)j->done,
                (long long)j->v->iterations, j->path);
    return status;
}

/* After an iteration: what signals, the time limit and --checkpoint require. */
static clpt_status save_if_due(clpti_job *j, const pace *p)
{
    const int64_t every = j->v->checkpoint;
    const bool over = j->done >= j->v->iterations;
    j->timed_out = !over && !clpti_interrupted() && is_late(j, p);
    j->stopped = !over && (clpti_interrupted() || j->timed_out);
    if (!j->stopped && !over && clpti_interrupt_take_save()) return save_both(j);
    if (j->stopped || (every && j->done % every == 0)) write_checkpoint(j);
    return CLPT_OK;
}

clpt_status clpti_job_iterate(clpti_job *j)
{
    const clpti_reconstruct_values *v = j->v;
    clpt_status status = CLPT_OK;
    const clpti_building *building = &j->session->building;
    pace p = {.progress = clpti_progress_start(building, "iteration", v->iterations)};
    p.started = p.before = p.progress.started;
    p.progress.first = j->done;
    clpti_interrupt_watch();
    while (j->done < v->iterations && !j->stopped) {
        const double began = clpti_seconds();
        CLPTI_TRY(clpti_session_check(j->session, clpt_solver_iterate(j->solver, &j->errors[j->done])));
        if (clpti_job_diverges(j)) {
            status = clpti_job_return_to_good(j);
            break;
        }
        show(j, &p, j->done++);
        CLPTI_TRY(clpti_job_keep_good(j));
        p.longest = fmax(p.longest, clpti_seconds() - began);
        CLPTI_TRY(save_if_due(j, &p));
    }
cleanup:
    j->seconds = clpti_building_clock(building) - p.started;
    clpti_progress_end(&p.progress);
    return status;
}
