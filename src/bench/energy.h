/* SPDX-License-Identifier: Apache-2.0 */
/* Energy used by a device, if its driver or the system reports it. */
#ifndef CLPTI_BENCH_ENERGY_H
#define CLPTI_BENCH_ENERGY_H

#include "core/status.h"

struct clpti_bench_energy_provider;

/* A counter of joules; `provider` NULL: not available. */
typedef struct clpti_bench_energy {
    const struct clpti_bench_energy_provider *provider;
    void *library, *device; /* NVML: the handle of dlopen, and of the device */
    char paths[8][160];     /* RAPL: energy_uj of every package */
    double ranges[8];       /* joules at which the counters wrap around */
    double last[8], total;  /* joules at the last reading, and the total since the start */
    int count;
} clpti_bench_energy;

/* Finds a counter for the context's device; if there is none, `provider` is NULL. */
void clpti_bench_energy_open(clpti_bench_energy *energy, const clpt_context *context, clpt_device_type type);
void clpti_bench_energy_close(clpti_bench_energy *energy);
/* Joules since an arbitrary start; NAN if it cannot be read. */
double clpti_bench_energy_read(clpti_bench_energy *energy);
/* "NVML", "RAPL"; "" without one. */
const char *clpti_bench_energy_name(const clpti_bench_energy *energy);

/* RAPL's packages below a directory with the layout of /sys/class/powercap; also for tests. */
bool clpti_bench_energy_open_rapl(clpti_bench_energy *energy, const char *directory);

#endif
