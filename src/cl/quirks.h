/* SPDX-License-Identifier: Apache-2.0 */
/* What differs between OpenCL implementations, as one table. Nothing else in the library tests for a vendor. */
#ifndef CLPTI_CL_QUIRKS_H
#define CLPTI_CL_QUIRKS_H

#include <CL/cl.h>

#include "clptycho/clptycho.h"

typedef struct clpti_quirk {
    /* What the row is for. Names are looked for anywhere in the reported text, without regard to case; NULL takes all.
     */
    const char *platform;
    const char *device;
    cl_device_type type; /* 0 takes all */
    /* What holds there. */
    const char *short_name;
    clpt_device_type shown_as;   /* what `gpu` and `cpu` go by */
    double lanes;                /* float lanes of one compute unit, for the score; small for emulators */
    bool cpu_shaped;             /* clpti_capabilities */
    bool dense_library;          /* clpti_capabilities */
    int64_t loop_limit;          /* clpti_capabilities */
    bool no_spare_lines;         /* clpti_capabilities */
    bool cache_programs;         /* binaries are worth keeping on disk */
    const char *register_option; /* build option that limits a work-item's registers, the number follows; NULL: none */
    const char *why;             /* the reason, with its reference */
} clpti_quirk;

/* The first row that fits; there always is one. */
const clpti_quirk *clpti_quirk_find(const char *platform_name, const char *device_name, cl_device_type type);

#endif
