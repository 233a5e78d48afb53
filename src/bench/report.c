/* SPDX-License-Identifier: Apache-2.0 */
/* Benchmark reports in memory: devices and figures, the texts of numbers, and values derived from a figure. */
#include "bench/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>

#include "core/memory.h"

const char *const clpti_bench_state_names[CLPTI_BENCH_STATES] = {[CLPTI_BENCH_GOOD] = "good",
                                                                 [CLPTI_BENCH_WRONG] = "WRONG",
                                                                 [CLPTI_BENCH_ERROR] = "error",
                                                                 [CLPTI_BENCH_SKIPPED] = "skipped"};
static const char *const type_names[] = {[CLPT_DEVICE_REFERENCE] = "reference",
                                         [CLPT_DEVICE_CPU] = "cpu",
                                         [CLPT_DEVICE_GPU] = "gpu",
                                         [CLPT_DEVICE_OTHER] = "other"};

static void read_processor(char *text, size_t size)
{
    char line[256];
    FILE *file = fopen("/proc/cpuinfo", "r");
    snprintf(text, size, "unknown processor");
    while (file && fgets(line, sizeof line, file)) {
        const char *colon = strchr(line, ':');
        if (!colon || strncmp(line, "model name", 10) != 0) continue;
        snprintf(text, size, "%.*s", (int)strcspn(colon + 2, "\n"), colon + 2);
        break;
    }
    if (file) fclose(file);
}

void clpti_bench_report_begin(clpti_bench_report *report, const char *mode)
{
    struct utsname machine;
    struct tm utc;
    time_t now = time(NULL);
    *report = (clpti_bench_report){0};
    snprintf(report->origin.library, sizeof report->origin.library, "%s", clpt_version());
    snprintf(report->origin.mode, sizeof report->origin.mode, "%s", mode);
    if (gmtime_r(&now, &utc)) strftime(report->origin.date, sizeof report->origin.date, "%Y-%m-%dT%H:%M:%SZ", &utc);
    if (uname(&machine) == 0)
        snprintf(report->origin.system, sizeof report->origin.system, "%.40s %.60s %.40s", machine.sysname,
                 machine.release, machine.machine);
    read_processor(report->origin.processor, sizeof report->origin.processor);
}

void clpti_bench_report_free(clpti_bench_report *report)
{
    for (int64_t d = 0; d < report->device_count; d++) {
        clpti_bench_device *device = &report->devices[d];
        for (int64_t k = 0; k < device->figure_count; k++) free(device->figures[k].choices);
        free(device->figures);
    }
    free(report->devices);
    report->devices = NULL;
    report->device_count = 0;
}

clpt_status clpti_bench_device_add(clpti_bench_report *report, clpti_bench_device **device, clpt_message *message)
{
    size_t count = (size_t)report->device_count + 1;
    clpti_bench_device *grown = realloc(report->devices, count * sizeof *grown);
    if (!grown) return clpti_fail(message, CLPT_ERROR_MEMORY, "no memory for a report of %zu devices", count);
    report->devices = grown;
    *device = &grown[report->device_count++];
    **device = (clpti_bench_device){.origin = report->origin};
    return CLPT_OK;
}

clpt_status clpti_bench_figure_add(clpti_bench_device *device, clpti_bench_figure *figure, clpt_message *message)
{
    if (device->figure_count == device->figure_capacity) {
        int64_t capacity = 2 * device->figure_capacity + 32;
        clpti_bench_figure *grown = realloc(device->figures, (size_t)capacity * sizeof *grown);
        if (!grown) goto failed;
        device->figures = grown;
        device->figure_capacity = capacity;
    }
    if (!figure->choices && !(figure->choices = clpti_strdup(""))) goto failed;
    device->figures[device->figure_count++] = *figure;
    figure->choices = NULL;
    return CLPT_OK;
failed:
    free(figure->choices);
    figure->choices = NULL;
    return clpti_fail(message, CLPT_ERROR_MEMORY, "no memory for another figure");
}

void clpti_bench_device_describe(clpti_bench_device *device, const clpt_device_info *info)
{
    snprintf(device->name, sizeof device->name, "%s", info->name);
    snprintf(device->short_name, sizeof device->short_name, "%s", info->short_name);
    snprintf(device->type, sizeof device->type, "%s", type_names[info->type]);
    snprintf(device->platform, sizeof device->platform, "%s", info->platform_name);
    snprintf(device->version, sizeof device->version, "%s", info->version);
    snprintf(device->driver, sizeof device->driver, "%s", info->driver);
    device->units = info->compute_units;
    device->memory = (double)info->memory;
}

/* ---- texts ---- */

const char *clpti_bench_size_text(const clpti_bench_figure *figure, char text[128])
{
    const clpti_bench_size *s = &figure->size;
    char each[64] = "", side[32] = "";
    if (s->each > 1) snprintf(each, sizeof each, " × %lld %s", (long long)s->each, figure->each);
    if (s->side > 1) snprintf(side, sizeof side, " × %lld²", (long long)s->side);
    snprintf(text, 128, "%lld%s%s", (long long)s->count, each, side);
    return text;
}

/* Three digits: 1.23, 12.3, 123. */
static void three_digits(double number, const char *unit, char text[32])
{
    snprintf(text, 32, "%.*f%s", number < 9.995 ? 2 : number < 99.95 ? 1 : 0, number, unit);
}

const char *clpti_bench_seconds_text(double seconds, char text[32])
{
    static const struct {
        double minimum;
        const char *unit;
    } units[] = {{1, " s"}, {1e-3, " ms"}, {1e-6, " µs"}, {0, " ns"}};
    int k = 0;
    snprintf(text, 32, "-");
    if (!isfinite(seconds) || seconds < 0) return text;
    while (units[k].minimum > seconds * 1.0005) k++;
    three_digits(seconds / (units[k].minimum > 0 ? units[k].minimum : 1e-9), units[k].unit, text);
    return text;
}

const char *clpti_bench_number_text(double number, char text[32])
{
    static const char *const units[] = {"", " k", " M", " G", " T", " P"};
    size_t k = 0;
    snprintf(text, 32, "-");
    if (!isfinite(number) || number < 0) return text;
    for (; number >= 999.5 && k + 1 < sizeof units / sizeof *units; k++) number /= 1000;
    three_digits(number, units[k], text);
    return text;
}

/* ---- derived values ---- */

bool clpti_bench_timed(const clpti_bench_figure *figure)
{
    return figure->state == CLPTI_BENCH_GOOD || figure->state == CLPTI_BENCH_WRONG;
}

static double rate(const clpti_bench_figure *figure, double work)
{
    return clpti_bench_timed(figure) && figure->times.median > 0 && work > 0 ? work / figure->times.median
                                                                             : (double)NAN;
}

double clpti_bench_items_rate(const clpti_bench_figure *figure)
{
    return rate(figure, (double)figure->size.count);
}

double clpti_bench_flop_rate(const clpti_bench_figure *figure)
{
    return rate(figure, figure->flop);
}

double clpti_bench_byte_rate(const clpti_bench_figure *figure)
{
    return rate(figure, figure->bytes);
}

double clpti_bench_copy_share(const clpti_bench_device *device, const clpti_bench_figure *figure)
{
    return device->copy > 0 ? clpti_bench_byte_rate(figure) / device->copy : (double)NAN;
}

double clpti_bench_fma_share(const clpti_bench_device *device, const clpti_bench_figure *figure)
{
    return device->fma > 0 ? clpti_bench_flop_rate(figure) / device->fma : (double)NAN;
}

const char *clpti_bench_bound(const clpti_bench_device *device, const clpti_bench_figure *figure)
{
    if (!(device->copy > 0 && device->fma > 0 && figure->bytes > 0)) return "";
    return figure->flop / device->fma > figure->bytes / device->copy ? "arithmetic" : "memory";
}

int64_t clpti_bench_count(const clpti_bench_report *report, clpti_bench_state state)
{
    int64_t count = 0;
    for (int64_t d = 0; d < report->device_count; d++) {
        const clpti_bench_device *device = &report->devices[d];
        count += *device->reason && state == (device->left_out ? CLPTI_BENCH_SKIPPED : CLPTI_BENCH_ERROR);
        for (int64_t k = 0; k < device->figure_count; k++) count += device->figures[k].state == state;
    }
    return count;
}
