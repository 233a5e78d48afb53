/* SPDX-License-Identifier: Apache-2.0 */
/* Energy counters of devices: NVML for NVIDIA GPUs, RAPL for processors. */
#include "bench/energy.h"

#include <dlfcn.h>
#include <glob.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cl/runtime.h"

typedef struct clpti_bench_energy_provider {
    const char *name;
    bool (*open)(clpti_bench_energy *energy, const clpt_context *context, clpt_device_type type);
    double (*read)(clpti_bench_energy *energy);
    void (*close)(clpti_bench_energy *energy);
} provider;

/* ---- NVML, NVIDIA's management library: part of the driver, loaded at run time ---- */

typedef int (*nvml_plain)(void);
typedef int (*nvml_find)(const char *address, void **device);
typedef int (*nvml_energy)(void *device, unsigned long long *millijoules);

/* POSIX: a pointer from dlsym may be called, although C has no conversion for it. */
static void find(const clpti_bench_energy *energy, const char *name, void *function)
{
    *(void **)function = dlsym(energy->library, name);
}

static void close_nvml(clpti_bench_energy *energy)
{
    nvml_plain shutdown;
    find(energy, "nvmlShutdown", &shutdown);
    if (shutdown) shutdown();
    dlclose(energy->library);
}

static double read_nvml(clpti_bench_energy *energy)
{
    nvml_energy total;
    unsigned long long millijoules = 0;
    find(energy, "nvmlDeviceGetTotalEnergyConsumption", &total);
    return total && total(energy->device, &millijoules) == 0 ? (double)millijoules / 1000 : (double)NAN;
}

static bool open_nvml(clpti_bench_energy *energy, const clpt_context *context, clpt_device_type type)
{
    nvml_plain start;
    nvml_find by_address;
    char address[32];
    if (type != CLPT_DEVICE_GPU || !clpti_cl_pci_address(context, address)) return false;
    if (!(energy->library = dlopen("libnvidia-ml.so.1", RTLD_LAZY | RTLD_LOCAL))) return false;
    find(energy, "nvmlInit_v2", &start);
    find(energy, "nvmlDeviceGetHandleByPciBusId_v2", &by_address);
    if (start && by_address && start() == 0) {
        if (by_address(address, &energy->device) == 0 && isfinite(read_nvml(energy))) return true;
        close_nvml(energy);
    } else {
        dlclose(energy->library);
    }
    return false;
}

/* ---- RAPL, the counters of a processor's packages ---- */

static const provider providers[2]; /* NVML, RAPL */

static bool read_number(const char *path, double *number)
{
    FILE *file = fopen(path, "r");
    bool good = file && fscanf(file, "%lf", number) == 1;
    if (file) fclose(file);
    return good;
}

static double read_rapl(clpti_bench_energy *energy)
{
    for (int k = 0; k < energy->count; k++) {
        double microjoules = 0;
        if (!read_number(energy->paths[k], &microjoules)) return (double)NAN;
        double now = microjoules * 1e-6, step = now - energy->last[k];
        energy->total += step >= 0 ? step : step + energy->ranges[k];
        energy->last[k] = now;
    }
    return energy->total;
}

bool clpti_bench_energy_open_rapl(clpti_bench_energy *energy, const char *directory)
{
    char pattern[128], path[192];
    glob_t found;
    double number = 0;
    snprintf(pattern, sizeof pattern, "%s/intel-rapl:[0-9]*", directory);
    if (glob(pattern, 0, NULL, &found) != 0) return false;
    for (size_t k = 0; k < found.gl_pathc && energy->count < 8; k++) {
        const char *zone = found.gl_pathv[k];
        if (strchr(strrchr(zone, '/') + strlen("/intel-rapl:"), ':')) continue; /* a subzone of a package */
        snprintf(path, sizeof path, "%.150s/max_energy_range_uj", zone);
        energy->ranges[energy->count] = read_number(path, &number) ? number * 1e-6 : 0;
        snprintf(energy->paths[energy->count], sizeof energy->paths[0], "%.140s/energy_uj", zone);
        if (!read_number(energy->paths[energy->count], &number)) continue; /* usually readable only by root */
        energy->last[energy->count++] = number * 1e-6;
    }
    globfree(&found);
    if (energy->count) energy->provider = &providers[1];
    return energy->count > 0;
}

static bool open_rapl(clpti_bench_energy *energy, const clpt_context *context, clpt_device_type type)
{
    (void)context;
    return type == CLPT_DEVICE_CPU && clpti_bench_energy_open_rapl(energy, "/sys/class/powercap");
}

static void close_rapl(clpti_bench_energy *energy)
{
    energy->count = 0;
}

/* ---- both ---- */

static const provider providers[2] = {{"NVML", open_nvml, read_nvml, close_nvml},
                                      {"RAPL", open_rapl, read_rapl, close_rapl}};

void clpti_bench_energy_open(clpti_bench_energy *energy, const clpt_context *context, clpt_device_type type)
{
    *energy = (clpti_bench_energy){0};
    for (size_t k = 0; k < sizeof providers / sizeof *providers && !energy->provider; k++)
        if (providers[k].open(energy, context, type)) energy->provider = &providers[k];
}

void clpti_bench_energy_close(clpti_bench_energy *energy)
{
    if (energy->provider) energy->provider->close(energy);
    energy->provider = NULL;
}

double clpti_bench_energy_read(clpti_bench_energy *energy)
{
    return energy->provider ? energy->provider->read(energy) : (double)NAN;
}

const char *clpti_bench_energy_name(const clpti_bench_energy *energy)
{
    return energy->provider ? energy->provider->name : "";
}
