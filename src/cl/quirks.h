/* SPDX-License-Identifier: Apache-2.0 */
/* Differences between OpenCL implementations, as one table. No other code tests for a vendor. */
#ifndef CLPTI_CL_QUIRKS_H
#define CLPTI_CL_QUIRKS_H

#include <CL/cl.h>

#include "clptycho/clptycho.h"

typedef struct clpti_quirk {
    /* Match criteria. Names are case-insensitive substrings of the reported text; NULL matches all. */
    const char *platform;
    const char *device;
    cl_device_type type; /* 0 matches all */
    /* Properties of the match. */
    const char *short_name;
    clpt_device_type shown_as;   /* type for the selections `gpu` and `cpu` */
    double lanes;                /* float lanes per compute unit, for the score; small for emulators */
    bool cpu_shaped;             /* clpti_capabilities */
    int64_t loop_limit;          /* clpti_capabilities */
    bool full_work_groups_only;  /* clpti_capabilities */
    bool cache_programs;         /* binaries are worth caching on disk */
    bool compiles_at_launch;     /* kernels are compiled, or compiled again, at their first launch */
    const char *cache_variable;  /* environment variable with the folder of the driver's own cache, in which processes
                                  * build one at a time; NULL: they may build together */
    const char *register_option; /* build option that limits a work-item's registers, followed by the number; NULL:
                                  * none */
    const char *why;             /* reason, with a reference */
} clpti_quirk;

/* The first matching entry; there always is one. */
const clpti_quirk *clpti_quirk_find(const char *platform_name, const char *device_name, cl_device_type type);

#endif
