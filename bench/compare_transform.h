/* SPDX-License-Identifier: Apache-2.0 */
/* A library's batched transform alone, on clptycho's own queue and device, against clptycho's whole forward model and
 * against its transform alone (clpt_diffract's). */
#ifndef CLPTYCHO_BENCH_COMPARE_TRANSFORM_H
#define CLPTYCHO_BENCH_COMPARE_TRANSFORM_H

#include "clptycho/clptycho_cl.h"
#include "compare.h"

typedef struct compare_library {
    const char *name;
    /* A plan for `count` forward transforms of side × side, in place, unscaled, in `memory`. Exits on failure. */
    void *(*plan)(compare_problem *problem, cl_mem memory);
    void (*enqueue)(void *plan);
    void (*destroy)(void *plan);
} compare_library;

/* main of such a program. */
int compare_transform_main(int argc, char **argv, const compare_library *library);

#endif
