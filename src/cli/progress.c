/* SPDX-License-Identifier: Apache-2.0 */
/* Progress line in a terminal, and the announcement of kernel builds. */
#include "cli/progress.h"

#include <stdio.h>
#include <unistd.h>

bool clpti_terminal(void)
{
    return isatty(STDERR_FILENO);
}

void clpti_terminal_clear(void)
{
    if (clpti_terminal()) fputs("\r\033[K", stderr);
}

void clpti_building_report(void *user, const clpt_build *build)
{
    clpti_building *building = user;
    if (build->finished) {
        building->count++;
        building->seconds += build->seconds;
        building->uncached |= !build->cached;
    }
    if (!building->shown) return;
    clpti_terminal_clear();
    if (build->finished) return;
    fprintf(stderr, "building kernels for this device%s", build->cached ? ", first run only" : "");
    if (building->count) fprintf(stderr, ": %lld so far", (long long)building->count);
    fflush(stderr);
}

double clpti_building_clock(const clpti_building *building)
{
    return clpti_seconds() - building->seconds;
}

clpti_progress clpti_progress_start(const clpti_building *building, const char *label, int64_t total)
{
    return (clpti_progress){.shown = clpti_terminal() && !building->quiet,
                            .label = label,
                            .total = total,
                            .building = building,
                            .started = clpti_building_clock(building),
                            .last = clpti_seconds() - 1};
}

void clpti_progress_show(clpti_progress *progress, int64_t done, const char *note)
{
    double now = clpti_seconds();
    if (!progress->shown || (now - progress->last < 0.1 && done < progress->total)) return;
    progress->last = now;
    progress->drawn = true;
    int64_t here = done - progress->first;
    double spent = clpti_building_clock(progress->building) - progress->started;
    clpti_terminal_clear();
    fprintf(stderr, "%s %lld/%lld", progress->label, (long long)done, (long long)progress->total);
    if (note) fprintf(stderr, "  %s", note);
    if (here > 0 && done < progress->total)
        fprintf(stderr, "  %.0f s left", spent / (double)here * (double)(progress->total - done));
    fflush(stderr);
}

void clpti_progress_end(clpti_progress *progress)
{
    if (progress->drawn) clpti_terminal_clear();
    progress->drawn = false;
}
