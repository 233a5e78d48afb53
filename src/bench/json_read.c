/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a benchmark report from JSON, with checks of every member. Values that follow from others are recomputed, not
 * read. */
#include "bench/output.h"

#include <stdlib.h>
#include <string.h>

#include "bench/json.h"
#include "core/memory.h"
#include "report/json.h"

static clpt_status get_state(const clpti_json_context *at, const cJSON *object, clpti_bench_state *state)
{
    char name[16];
    clpt_status status = clpti_json_text(at, object, "state", name, sizeof name);
    if (status != CLPT_OK) return status;
    for (int k = 0; k < CLPTI_BENCH_STATES; k++)
        if (!strcmp(name, clpti_bench_state_names[k])) return *state = (clpti_bench_state)k, CLPT_OK;
    return clpti_json_fail(at, "state", "is not supported by this command");
}

static clpt_status get_times(const clpti_json_context *at, const cJSON *object, clpti_bench_figure *f)
{
    clpt_status status = CLPT_OK;
    const cJSON *times = cJSON_GetObjectItemCaseSensitive(object, "seconds");
    if (!clpti_bench_timed(f)) return CLPT_OK;
    if (!cJSON_IsObject(times)) return clpti_json_fail(at, "seconds", "is missing");
    CLPTI_TRY(clpti_json_number(at, times, "median", false, &f->times.median));
    CLPTI_TRY(clpti_json_number(at, times, "spread", false, &f->times.spread));
    CLPTI_TRY(clpti_json_number(at, times, "least", false, &f->times.minimum));
    CLPTI_TRY(clpti_json_whole(at, times, "samples", &f->times.samples));
    CLPTI_TRY(clpti_json_whole(at, times, "calls", &f->times.calls));
    if (f->times.median < 0 || f->times.spread < 0) status = clpti_json_fail(at, "seconds", "is negative");
cleanup:
    return status;
}

static clpt_status get_figure(const clpti_json_context *at, const cJSON *object, clpti_bench_figure *f)
{
    clpt_status status = CLPT_OK;
    const cJSON *choices = cJSON_GetObjectItemCaseSensitive(object, "choices");
    *f = (clpti_bench_figure){0};
    CLPTI_TRY(clpti_json_text(at, object, "operation", f->operation, sizeof f->operation));
    CLPTI_TRY(clpti_json_text(at, object, "item", f->item, sizeof f->item));
    CLPTI_TRY(clpti_json_text(at, object, "part", f->each, sizeof f->each));
    CLPTI_TRY(clpti_json_whole(at, object, "side", &f->size.side));
    CLPTI_TRY(clpti_json_whole(at, object, "count", &f->size.count));
    CLPTI_TRY(clpti_json_whole(at, object, "parts", &f->size.each));
    CLPTI_TRY(get_state(at, object, &f->state));
    CLPTI_TRY(clpti_json_text(at, object, "reason", f->reason, sizeof f->reason));
    CLPTI_TRY(clpti_json_number(at, object, "error", true, &f->error));
    CLPTI_TRY(clpti_json_number(at, object, "tolerance", true, &f->tolerance));
    CLPTI_TRY(get_times(at, object, f));
    CLPTI_TRY(clpti_json_number(at, object, "flop", false, &f->flop));
    CLPTI_TRY(clpti_json_number(at, object, "bytes", false, &f->bytes));
    CLPTI_TRY(clpti_json_number(at, object, "joules", true, &f->joules));
    if (!cJSON_IsString(choices)) CLPTI_TRY(clpti_json_fail(at, "choices", "is missing"));
    if (!(f->choices = clpti_strdup(choices->valuestring)))
        status = clpti_fail(at->message, CLPT_ERROR_MEMORY, "no memory for a figure");
cleanup:
    return status;
}

static clpt_status get_origin(const clpti_json_context *at, const cJSON *object, clpti_bench_origin *o)
{
    clpt_status status = CLPT_OK;
    CLPTI_TRY(clpti_json_text(at, object, "clptycho", o->library, sizeof o->library));
    CLPTI_TRY(clpti_json_text(at, object, "date", o->date, sizeof o->date));
    CLPTI_TRY(clpti_json_text(at, object, "mode", o->mode, sizeof o->mode));
    CLPTI_TRY(clpti_json_text(at, object, "system", o->system, sizeof o->system));
    CLPTI_TRY(clpti_json_text(at, object, "processor", o->processor, sizeof o->processor));
cleanup:
    return status;
}

/* A roof; 0 if it is unknown. */
static clpt_status get_roof(const clpti_json_context *at, const cJSON *object, const char *name, double *roof)
{
    clpt_status status = clpti_json_number(at, object, name, true, roof);
    if (status == CLPT_OK && !(*roof > 0)) *roof = 0;
    return status;
}

static clpt_status get_description(const clpti_json_context *at, const cJSON *object, clpti_bench_device *d)
{
    clpt_status status = CLPT_OK;
    CLPTI_TRY(clpti_json_text(at, object, "name", d->name, sizeof d->name));
    CLPTI_TRY(clpti_json_text(at, object, "short_name", d->short_name, sizeof d->short_name));
    CLPTI_TRY(clpti_json_text(at, object, "type", d->type, sizeof d->type));
    CLPTI_TRY(clpti_json_text(at, object, "platform", d->platform, sizeof d->platform));
    CLPTI_TRY(clpti_json_text(at, object, "version", d->version, sizeof d->version));
    CLPTI_TRY(clpti_json_text(at, object, "driver", d->driver, sizeof d->driver));
    CLPTI_TRY(clpti_json_whole(at, object, "compute_units", &d->units));
    CLPTI_TRY(clpti_json_number(at, object, "memory", false, &d->memory));
    CLPTI_TRY(get_roof(at, object, "copy_bytes_per_second", &d->copy));
    CLPTI_TRY(get_roof(at, object, "fma_flop_per_second", &d->fma));
    CLPTI_TRY(clpti_json_text(at, object, "energy", d->energy, sizeof d->energy));
    CLPTI_TRY(clpti_json_text(at, object, "reason", d->reason, sizeof d->reason));
    d->left_out = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(object, "left_out"));
cleanup:
    return status;
}

static clpt_status get_device(clpti_json_context *at, const cJSON *object, int number, clpti_bench_device *d)
{
    clpt_status status = CLPT_OK;
    clpti_bench_figure figure = {0};
    const cJSON *figures = cJSON_GetObjectItemCaseSensitive(object, "figures"), *one;
    int k = 0;
    snprintf(at->path, sizeof at->path, "devices[%d]", number);
    CLPTI_TRY(get_origin(at, object, &d->origin));
    CLPTI_TRY(get_description(at, object, d));
    if (!cJSON_IsArray(figures)) CLPTI_TRY(clpti_json_fail(at, "figures", "is not a list"));
    cJSON_ArrayForEach(one, figures)
    {
        snprintf(at->path, sizeof at->path, "devices[%d].figures[%d]", number, k++);
        CLPTI_TRY(get_figure(at, one, &figure));
        CLPTI_TRY(clpti_bench_figure_add(d, &figure, at->message));
    }
cleanup:
    free(figure.choices);
    return status;
}

static clpt_status get_report(const cJSON *root, const char *path, clpti_bench_report *report, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    clpti_json_context at = {.message = message};
    const cJSON *devices = cJSON_GetObjectItemCaseSensitive(root, "devices"), *one;
    const cJSON *mark = cJSON_GetObjectItemCaseSensitive(root, CLPTI_BENCH_JSON_MARK);
    int number = 0;
    if (!cJSON_IsNumber(mark) || !cJSON_IsArray(devices))
        return clpti_fail(message, CLPT_ERROR_FILE, "is JSON, but not a report of 'clptycho bench --json'");
    if (mark->valuedouble > CLPTI_BENCH_JSON_FORMAT)
        return clpti_fail(message, CLPT_ERROR_FILE,
                          "has format %g, newer than %d, the latest that clptycho %s supports", mark->valuedouble,
                          CLPTI_BENCH_JSON_FORMAT, clpt_version());
    cJSON_ArrayForEach(one, devices)
    {
        clpti_bench_device *device = NULL;
        CLPTI_TRY(clpti_bench_device_add(report, &device, message));
        CLPTI_TRY(get_device(&at, one, number++, device));
        snprintf(device->origin.source, sizeof device->origin.source, "%s", path);
    }
cleanup:
    return status;
}

clpt_status clpti_bench_read_json(const char *path, clpti_bench_report *report, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    cJSON *root = NULL;
    CLPTI_TRY(clpti_json_read(path, &root, message));
    CLPTI_TRY(get_report(root, path, report, message));
cleanup:
    if (status != CLPT_OK) clpti_message_prefix(message, "%s", path);
    cJSON_Delete(root);
    return status;
}
