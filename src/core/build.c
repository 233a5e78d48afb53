/* SPDX-License-Identifier: Apache-2.0 */
/* Progress reports of kernel builds: begin and end of each build, passed to the caller's function. */
#include "core/build.h"

#include <stdio.h>
#include <string.h>

#include "core/clock.h"

static void report(const clpti_build_listener *listener, const clpti_build *build, bool finished)
{
    if (!listener->function) return;
    clpt_build notice = {.name = build->name, .finished = finished, .cached = build->cached};
    if (finished) notice.seconds = clpti_seconds() - build->started;
    listener->function(listener->user, &notice);
}

void clpti_build_begin(const clpti_build_listener *listener, clpti_build *build, const char *name, bool cached)
{
    if (!strcmp(build->name, name)) return;
    clpti_build_end(listener, build);
    snprintf(build->name, sizeof build->name, "%s", name);
    build->cached = cached;
    build->started = clpti_seconds();
    report(listener, build, false);
}

void clpti_build_end(const clpti_build_listener *listener, clpti_build *build)
{
    if (!*build->name) return;
    report(listener, build, true);
    build->name[0] = '\0';
}
