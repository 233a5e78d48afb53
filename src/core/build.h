/* SPDX-License-Identifier: Apache-2.0 */
/* Progress reports of kernel builds, to clpt_context_options.build. */
#ifndef CLPTI_CORE_BUILD_H
#define CLPTI_CORE_BUILD_H

#include "clptycho/clptycho.h"

/* Receiver of reports; function NULL: none. */
typedef struct clpti_build_listener {
    clpt_build_function function;
    void *user;
} clpti_build_listener;

/* A build in progress; all zeros: none. */
typedef struct clpti_build {
    char name[64];
    bool cached;
    double started; /* clpti_seconds */
} clpti_build;

/* Reports the start of a build. An unfinished build of another name is ended first; one of the same name continues.
 * `cached`: see clpt_build. */
void clpti_build_begin(const clpti_build_listener *listener, clpti_build *build, const char *name, bool cached);
/* Reports the end of the build. No effect without a build in progress. */
void clpti_build_end(const clpti_build_listener *listener, clpti_build *build);

#endif
