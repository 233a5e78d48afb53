/* SPDX-License-Identifier: Apache-2.0 */
/* docs/benchmarks.md has the format. A number that is not known is null. */
#include "bench/output.h"

#include "bench/json.h"
#include "report/json.h"

static bool add_times(cJSON *object, const clpti_bench_figure *f)
{
    if (!clpti_bench_timed(f)) return cJSON_AddNullToObject(object, "seconds") != NULL;
    cJSON *times = cJSON_AddObjectToObject(object, "seconds");
    return times && clpti_json_add_number(times, "median", f->times.median) &&
           clpti_json_add_number(times, "spread", f->times.spread) &&
           clpti_json_add_number(times, "least", f->times.least) &&
           clpti_json_add_number(times, "samples", (double)f->times.samples) &&
           clpti_json_add_number(times, "calls", (double)f->times.calls);
}

/* What follows from the rest, for readers that only look. */
static bool add_rates(cJSON *object, const clpti_bench_device *d, const clpti_bench_figure *f)
{
    return clpti_json_add_number(object, "items_per_second", clpti_bench_items_rate(f)) &&
           clpti_json_add_number(object, "flop_per_second", clpti_bench_flop_rate(f)) &&
           clpti_json_add_number(object, "bytes_per_second", clpti_bench_byte_rate(f)) &&
           clpti_json_add_number(object, "share_of_copy", clpti_bench_copy_share(d, f)) &&
           clpti_json_add_number(object, "share_of_fma", clpti_bench_fma_share(d, f)) &&
           clpti_json_add_text(object, "bound", clpti_bench_bound(d, f));
}

static bool add_figure(cJSON *list, const clpti_bench_device *d, const clpti_bench_figure *f)
{
    cJSON *object = cJSON_CreateObject();
    if (!object || !cJSON_AddItemToArray(list, object)) return false;
    return clpti_json_add_text(object, "operation", f->operation) && clpti_json_add_text(object, "item", f->item) &&
           clpti_json_add_text(object, "part", f->each) &&
           clpti_json_add_number(object, "side", (double)f->size.side) &&
           clpti_json_add_number(object, "count", (double)f->size.count) &&
           clpti_json_add_number(object, "parts", (double)f->size.each) &&
           clpti_json_add_text(object, "state", clpti_bench_state_names[f->state]) &&
           clpti_json_add_text(object, "reason", f->reason) && clpti_json_add_number(object, "error", f->error) &&
           clpti_json_add_number(object, "tolerance", f->tolerance) && add_times(object, f) &&
           clpti_json_add_number(object, "flop", f->flop) && clpti_json_add_number(object, "bytes", f->bytes) &&
           clpti_json_add_number(object, "joules", f->joules) && add_rates(object, d, f) &&
           clpti_json_add_text(object, "choices", f->choices);
}

static bool add_origin(cJSON *object, const clpti_bench_origin *o)
{
    return clpti_json_add_text(object, "clptycho", o->library) && clpti_json_add_text(object, "date", o->date) &&
           clpti_json_add_text(object, "mode", o->mode) && clpti_json_add_text(object, "system", o->system) &&
           clpti_json_add_text(object, "processor", o->processor);
}

static bool add_device(cJSON *list, const clpti_bench_device *d)
{
    cJSON *object = cJSON_CreateObject(), *figures;
    if (!object || !cJSON_AddItemToArray(list, object)) return false;
    bool good =
        clpti_json_add_text(object, "name", d->name) && clpti_json_add_text(object, "short_name", d->short_name) &&
        clpti_json_add_text(object, "type", d->type) && clpti_json_add_text(object, "platform", d->platform) &&
        clpti_json_add_text(object, "version", d->version) && clpti_json_add_text(object, "driver", d->driver) &&
        clpti_json_add_number(object, "compute_units", (double)d->units) &&
        clpti_json_add_number(object, "memory", d->memory) && add_origin(object, &d->origin) &&
        clpti_json_add_number(object, "copy_bytes_per_second", d->copy > 0 ? d->copy : (double)NAN) &&
        clpti_json_add_number(object, "fma_flop_per_second", d->fma > 0 ? d->fma : (double)NAN) &&
        clpti_json_add_text(object, "energy", d->energy) && clpti_json_add_text(object, "reason", d->reason) &&
        cJSON_AddBoolToObject(object, "left_out", d->left_out) &&
        (figures = cJSON_AddArrayToObject(object, "figures")) != NULL;
    for (int64_t k = 0; good && k < d->figure_count; k++) good = add_figure(figures, d, &d->figures[k]);
    return good;
}

clpt_status clpti_bench_write_json(FILE *stream, const clpti_bench_report *report, clpt_message *message)
{
    char *text = NULL;
    cJSON *root = cJSON_CreateObject(), *devices = NULL;
    bool good = root && clpti_json_add_number(root, CLPTI_BENCH_JSON_MARK, CLPTI_BENCH_JSON_FORMAT) &&
                (devices = cJSON_AddArrayToObject(root, "devices")) != NULL;
    for (int64_t d = 0; good && d < report->device_count; d++) good = add_device(devices, &report->devices[d]);
    if (good) text = cJSON_Print(root);
    if (text) fprintf(stream, "%s\n", text);
    cJSON_free(text);
    cJSON_Delete(root);
    return text ? CLPT_OK : clpti_fail(message, CLPT_ERROR_MEMORY, "no memory for the JSON text");
}
