/* SPDX-License-Identifier: Apache-2.0 */
/* The benchmark sweep: every selected device, benchmark and size measured, checked and reported. */
#include "bench/sweep.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/settings.h"
#include "core/clock.h"
#include "ops/roofline.h"

/* Below this score a device interprets kernels, and the sweep would take days. */
static const double min_score = 1e-3;

/* ---- selection of benchmarks ---- */

const clpti_benchmark *clpti_bench_operation(size_t index, const char **name)
{
    const clpti_benchmark *benchmark = clpti_benchmarks;
    for (; benchmark->cases && benchmark->name; benchmark++)
        if (index-- == 0) return *name = benchmark->name, benchmark;
    *name = benchmark->cases ? clpt_engine_name(index) : NULL;
    return *name ? benchmark : NULL;
}

const clpti_benchmark *clpti_bench_find(const char *searched)
{
    const clpti_benchmark *benchmark = NULL;
    const char *name;
    for (size_t k = 0; (benchmark = clpti_bench_operation(k, &name)); k++)
        if (!strcmp(name, searched)) break;
    return benchmark;
}

bool clpti_bench_fits(const char *patterns, const char *name)
{
    char pattern[64];
    for (const char *at = patterns; at; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL) {
        snprintf(pattern, sizeof pattern, "%.*s", (int)strcspn(at, ","), at);
        if (fnmatch(pattern, name, 0) == 0) return true;
    }
    return !patterns;
}

/* ---- number of items ---- */

/* The maximum number of items, at most `count`, in the earlier run for the same work on the same device; 0: none. */
static int64_t earlier_count(const clpti_bench_request *request, const clpti_bench_device *device, const char *name,
                             const clpti_bench_size *size)
{
    int64_t maximum = 0;
    const clpti_bench_report *earlier = request->earlier;
    for (int64_t d = 0; earlier && d < earlier->device_count; d++) {
        const clpti_bench_device *e = &earlier->devices[d];
        if (strcmp(e->name, device->name) != 0 || strcmp(e->short_name, device->short_name) != 0) continue;
        for (int64_t k = 0; k < e->figure_count; k++) {
            const clpti_bench_size *s = &e->figures[k].size;
            if (strcmp(e->figures[k].operation, name) != 0 || !clpti_bench_timed(&e->figures[k])) continue;
            if (s->side == size->side && s->each == size->each && s->count <= size->count && s->count > maximum)
                maximum = s->count;
        }
    }
    return maximum;
}

static bool is_measured(const clpti_bench_device *device, const clpti_bench_figure *figure)
{
    for (int64_t k = 0; k < device->figure_count; k++) {
        const clpti_bench_figure *f = &device->figures[k];
        if (!strcmp(f->operation, figure->operation) && !memcmp(&f->size, &figure->size, sizeof f->size)) return true;
    }
    return false;
}

/* ---- one device ---- */

typedef struct sweep {
    const clpti_bench_request *request;
    clpt_context *reference;
    clpt_context_options options; /* of the current device */
    clpti_bench_effort effort;
    double begun; /* start of the device's benchmarks */
} sweep;

/* Reduced number of samples when time is short; the numbers of items do not change. */
static clpti_bench_effort effort_now(const sweep *s)
{
    if (s->effort.device <= 0 || clpti_seconds() - s->begun <= s->effort.device) return s->effort;
    clpti_bench_effort quick = clpti_bench_efforts[0];
    quick.call = s->effort.call;
    return quick;
}

static clpt_status run_case(const sweep *s, clpti_bench_device *device, const clpti_benchmark *benchmark,
                            const char *name, clpti_bench_size size, clpt_message *message)
{
    clpti_bench_figure figure;
    const clpti_bench_effort effort = effort_now(s);
    bool stays = benchmark->flags & CLPTI_BENCH_COUNT_STAYS;
    int64_t earlier = s->request->count ? 0 : earlier_count(s->request, device, name, &size);
    if (earlier) size.count = earlier;
    if (s->request->count && !stays) size.count = s->request->count;
    bool fixed = earlier || s->request->count || s->request->level > 1;
    clpti_bench_measure(benchmark, name, &s->options, s->reference, size, fixed, &effort, &figure);
    char *explanation = figure.explanation;
    figure.explanation = NULL;
    if (is_measured(device, &figure)) { /* two sizes were reduced to the same */
        free(explanation);
        free(figure.choices);
        return CLPT_OK;
    }
    clpt_status status = clpti_bench_figure_add(device, &figure, message);
    if (status == CLPT_OK && s->request->figure_done)
        s->request->figure_done(s->request->user, device, &device->figures[device->figure_count - 1]);
    if (status == CLPT_OK && explanation && s->request->explained)
        s->request->explained(s->request->user, &device->figures[device->figure_count - 1], explanation);
    free(explanation);
    return status;
}

/* The benchmark's sizes of the level, or the requested sides with as many pixels as its first size has. */
static clpt_status run_benchmark(const sweep *s, clpti_bench_device *device, const clpti_benchmark *benchmark,
                                 const char *name, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    const clpti_bench_request *r = s->request;
    const clpti_bench_size *first = &benchmark->cases[0].size;
    if (r->side_count && first->side > 1) {
        for (int k = 0; k < r->side_count; k++) {
            clpti_bench_size size = *first;
            size.side = r->sides[k];
            size.count = first->count * first->side * first->side / (size.side * size.side);
            if (size.count < 1) size.count = 1;
            if (benchmark->flags & CLPTI_BENCH_COUNT_STAYS) size.count = first->count;
            CLPTI_TRY(run_case(s, device, benchmark, name, size, message));
        }
        return CLPT_OK;
    }
    for (const clpti_bench_case *c = benchmark->cases; c->level >= 0; c++)
        if (c->level <= r->level || (c == benchmark->cases && r->operations))
            CLPTI_TRY(run_case(s, device, benchmark, name, c->size, message));
cleanup:
    return status;
}

/* Measures the device's roofs. */
static clpt_status measure_roofs(const sweep *s, clpti_bench_device *device, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    clpt_context *context = NULL;
    clpti_bench_energy energy;
    clpti_roofline roofs = {0};
    CLPTI_TRY(clpt_context_create(&s->options, &context, message));
    clpti_bench_device_describe(device, clpt_context_get_device(context));
    clpti_bench_energy_open(&energy, context, clpt_context_get_device(context)->type);
    snprintf(device->energy, sizeof device->energy, "%s", clpti_bench_energy_name(&energy));
    clpti_bench_energy_close(&energy);
    CLPTI_TRY(clpti_bench_pass_status(context, clpti_roofline_measure(context, s->effort.roofs, &roofs), message));
    device->copy = roofs.copy;
    device->fma = roofs.fma;
cleanup:
    clpt_context_destroy(&context);
    return status;
}

/* A device that cannot be used is reported with a reason; only insufficient memory for the report is a failure. */
static clpt_status run_device(sweep *s, clpti_bench_report *report, const clpt_device_info *info, const char *selection)
{
    clpti_bench_device *device = NULL;
    clpt_message message = {0};
    const char *name;
    if (clpti_bench_device_add(report, &device, &message) != CLPT_OK) return CLPT_ERROR_MEMORY;
    if (info)
        clpti_bench_device_describe(device, info);
    else
        snprintf(device->name, sizeof device->name, "%s", selection);
    if (info && info->check == CLPT_CHECK_FAILED)
        snprintf(message.text, sizeof message.text, "failed its self-check: %.190s", info->check_reason);
    else if (info && (device->left_out = info->score < min_score))
        snprintf(message.text, sizeof message.text,
                 "skipped, because it interprets kernels: name it with --device to measure it");
    s->options.device = selection;
    if (!*message.text) measure_roofs(s, device, &message);
    snprintf(device->reason, sizeof device->reason, "%.590s", message.text);
    if (s->request->device_begins) s->request->device_begins(s->request->user, device);
    s->begun = clpti_seconds();
    for (size_t k = 0; !*device->reason; k++) {
        const clpti_benchmark *benchmark = clpti_bench_operation(k, &name);
        if (!benchmark) break;
        if (clpti_bench_fits(s->request->operations, name) &&
            run_benchmark(s, device, benchmark, name, &message) != CLPT_OK)
            return CLPT_ERROR_MEMORY;
    }
    return CLPT_OK;
}

static clpt_status run_all(sweep *s, clpti_bench_report *report, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    clpt_device_info **devices = NULL;
    size_t count = 0;
    char selection[32];
    CLPTI_TRY(clpt_devices_list(&devices, &count, message));
    if (count == 0)
        CLPTI_TRY(clpti_fail(message, CLPT_ERROR_DEVICE,
                             "no OpenCL device was found; --device reference is always available"));
    for (size_t k = 0; k < count; k++) {
        clpt_message ignored;
        snprintf(selection, sizeof selection, "%d:%d", devices[k]->platform, devices[k]->device);
        if (devices[k]->check == CLPT_CHECK_UNKNOWN && devices[k]->score >= min_score)
            clpti_device_run_check(&s->options, devices[k], &ignored); /* the result is stored in the entry; opening the
                                                                        * device reports the reason */
        CLPTI_TRY(run_device(s, report, devices[k], selection));
    }
cleanup:
    clpt_devices_free(&devices);
    return status;
}

clpt_status clpti_bench_sweep(const clpti_bench_request *request, clpti_bench_report *report, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    sweep s = {.request = request, .effort = clpti_bench_efforts[request->level]};
    clpt_context_options options = clpt_context_options_default();
    if (request->samples) s.effort.samples = request->samples;
    options.device = "reference";
    CLPTI_TRY(clpt_context_create(&options, &s.reference, message));
    s.options = clpt_context_options_default();
    s.options.log = request->log;
    s.options.log_user = request->user;
    s.options.build = request->build;
    s.options.build_user = request->build_user;
    if (!request->device_count) CLPTI_TRY(run_all(&s, report, message));
    for (int k = 0; k < request->device_count; k++) CLPTI_TRY(run_device(&s, report, NULL, request->devices[k]));
cleanup:
    clpt_context_destroy(&s.reference);
    return status;
}
