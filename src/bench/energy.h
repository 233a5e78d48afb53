/* SPDX-License-Identifier: Apache-2.0 */
/* Energy that a device has used, where its driver or the system tells. */
#ifndef CLPTI_BENCH_ENERGY_H
#define CLPTI_BENCH_ENERGY_H

#include "core/status.h"

struct clpti_bench_energy_provider;

/* A counter of joules; `provider` NULL: nothing tells. */
typedef struct clpti_bench_energy {
    const struct clpti_bench_energy_provider *provider;
    void *library, *device; /* NVML: what dlopen gave, and its handle */
    char paths[8][160];     /* RAPL: energy_uj of every package */
    double ranges[8];       /* joules after which they begin anew */
    double last[8], total;  /* joules as last read, and all that went by since the start */
    int count;
} clpti_bench_energy;

/* Finds a counter for the context's device; without one, `provider` is NULL. */
void clpti_bench_energy_open(clpti_bench_energy *energy, const clpt_context *context, clpt_device_type type);
void clpti_bench_energy_close(clpti_bench_energy *energy);
/* Joules since some moment; NAN when it cannot be read. */
double clpti_bench_energy_read(clpti_bench_energy *energy);
/* "NVML", "RAPL"; "" without one. */
const char *clpti_bench_energy_name(const clpti_bench_energy *energy);

/* RAPL's packages below a directory that looks like /sys/class/powercap; for tests too. */
bool clpti_bench_energy_open_rapl(clpti_bench_energy *energy, const char *directory);

#endif
