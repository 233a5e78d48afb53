/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/progress.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

double clpti_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

clpti_progress clpti_progress_start(const char *label, int64_t total)
{
    double now = clpti_seconds();
    return (clpti_progress){
        .shown = isatty(STDERR_FILENO), .label = label, .total = total, .started = now, .last = now - 1};
}

void clpti_progress_show(clpti_progress *progress, int64_t done, const char *note)
{
    double now = clpti_seconds();
    if (!progress->shown || (now - progress->last < 0.1 && done < progress->total)) return;
    progress->last = now;
    progress->drawn = true;
    int64_t here = done - progress->first;
    double left = here > 0 ? (now - progress->started) / (double)here * (double)(progress->total - done) : 0;
    fprintf(stderr, "\r\033[K%s %lld/%lld", progress->label, (long long)done, (long long)progress->total);
    if (note) fprintf(stderr, "  %s", note);
    if (here > 0 && done < progress->total) fprintf(stderr, "  %.0f s left", left);
    fflush(stderr);
}

void clpti_progress_end(clpti_progress *progress)
{
    if (progress->drawn) fputs("\r\033[K", stderr);
    progress->drawn = false;
}
