/* SPDX-License-Identifier: Apache-2.0 */
/* Invented results of the benchmark sweep, and files to write them to and read them from. */
#include "bench_case.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

clpti_bench_device *bench_case_device(clpti_bench_report *report, const char *name, const char *short_name)
{
    clpti_bench_device *device = NULL;
    clpt_message message;
    assert_int_equal(clpti_bench_device_add(report, &device, &message), CLPT_OK);
    snprintf(device->name, sizeof device->name, "%s", name);
    snprintf(device->short_name, sizeof device->short_name, "%s", short_name);
    snprintf(device->type, sizeof device->type, "gpu");
    snprintf(device->platform, sizeof device->platform, "Platform");
    snprintf(device->version, sizeof device->version, "OpenCL 3.0");
    snprintf(device->driver, sizeof device->driver, "1.2.3, \"beta\"");
    device->units = 8;
    device->memory = 8e9;
    device->copy = 1.5e11;
    device->fma = 3.25e12;
    return device;
}

clpti_bench_figure *bench_case_figure(clpti_bench_device *device, const char *operation, int64_t side, int64_t count,
                                      int64_t each, double median, double spread)
{
    clpt_message message;
    clpti_bench_figure figure = {.item = "pattern",
                                 .each = "modes",
                                 .size = {side, count, each},
                                 .error = 1.25e-7,
                                 .tolerance = 2e-6,
                                 .times = {median, spread, 0.9 * median, 50, 7},
                                 .flop = 1e6 * (double)count,
                                 .bytes = 3e5 * (double)count,
                                 .joules = (double)NAN};
    snprintf(figure.operation, sizeof figure.operation, "%s", operation);
    figure.choices = strdup("forward: n64\nfft 64: lanes\n");
    assert_int_equal(clpti_bench_figure_add(device, &figure, &message), CLPT_OK);
    return &device->figures[device->figure_count - 1];
}

clpti_bench_report bench_case_report(void)
{
    clpti_bench_report report;
    clpti_bench_report_begin(&report, "default");
    clpti_bench_device *device = bench_case_device(&report, "alpha", "one");
    bench_case_figure(device, "forward", 64, 4096, 1, 1.6e-4, 1e-6);
    bench_case_figure(device, "forward", 128, 256, 5, 1.0 / 3.0, 1.0 / 7.0)->joules = 0.125;
    clpti_bench_figure *wrong = bench_case_figure(device, "gradient", 64, 4096, 1, 2e-3, 1e-5);
    wrong->state = CLPTI_BENCH_WRONG;
    wrong->error = (double)NAN;
    snprintf(wrong->reason, sizeof wrong->reason, "differs from the reference by nan, tolerance 2e-05");
    clpti_bench_figure *error = bench_case_figure(device, "rpie", 256, 4096, 1, 0, 0);
    error->state = CLPTI_BENCH_ERROR;
    error->times = (clpti_bench_times){0};
    error->error = (double)NAN;
    snprintf(error->reason, sizeof error->reason, "memory: none left,\nthough \"quoted\" nicely");
    device = bench_case_device(&report, "beta <&\">", "two");
    bench_case_figure(device, "forward", 64, 4096, 1, 5e-4, 3e-6);
    bench_case_figure(device, "scan", 1, 4096, 1, 4e-6, 1e-7)->state = CLPTI_BENCH_SKIPPED;
    device = bench_case_device(&report, "gamma", "three");
    device->copy = device->fma = 0;
    snprintf(device->reason, sizeof device->reason, "failed its self-check: 2 + 2 gave 5");
    return report;
}

const char *bench_case_path(void)
{
    static char path[64];
    snprintf(path, sizeof path, "/tmp/clptycho_bench_%ld.json", (long)getpid());
    return path;
}

void bench_case_write(const char *text)
{
    FILE *file = fopen(bench_case_path(), "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

void bench_case_remove(void)
{
    remove(bench_case_path());
}

char *bench_case_written(bench_case_writer write, const void *what)
{
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    assert_non_null(stream);
    write(stream, what);
    assert_int_equal(fclose(stream), 0);
    assert_int_equal(strlen(text), size);
    return text;
}
