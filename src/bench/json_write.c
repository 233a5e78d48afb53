/* SPDX-License-Identifier: Apache-2.0 */
/* Benchmark reports as JSON, in the format of docs/benchmarks.md. Unknown numbers are null. */
#include "bench/output.h"

#include "bench/json.h"
#include "report/json.h"

static bool add_times(cJSON *object, const char *name, const clpti_bench_figure *f)
{
    if (!clpti_bench_timed(f)) return cJSON_AddNullToObject(object, name) != NULL;
    cJSON *times = cJSON_AddObjectToObject(object, name);
    return times && clpti_json_add_number(times, "median", f->times.median) &&
           clpti_json_add_number(times, "spread", f->times.spread) &&
           clpti_json_add_number(times, "least", f->times.minimum) &&
           clpti_json_add_number(times, "samples", (double)f->times.samples) &&
           clpti_json_add_number(times, "calls", (double)f->times.calls);
}

static bool add_work(cJSON *object, const clpti_bench_figure *f)
{
    return clpti_json_add_text(object, "operation", f->operation) && clpti_json_add_text(object, "item", f->item) &&
           clpti_json_add_text(object, "part", f->each) &&
           clpti_json_add_number(object, "side", (double)f->size.side) &&
           clpti_json_add_number(object, "count", (double)f->size.count) &&
           clpti_json_add_number(object, "parts", (double)f->size.each);
}

/* Rates and fractions derived from the other members, for convenience. */
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
    return add_work(object, f) && clpti_json_add_text(object, "state", clpti_bench_state_names[f->state]) &&
           clpti_json_add_text(object, "reason", f->reason) && clpti_json_add_number(object, "error", f->error) &&
           clpti_json_add_number(object, "tolerance", f->tolerance) && add_times(object, "seconds", f) &&
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

/* ---- comparisons ---- */

static bool add_verdict_counts(cJSON *object, const clpti_bench_comparison *c)
{
    cJSON *counts = cJSON_AddObjectToObject(object, "counts");
    bool good = counts != NULL;
    for (int v = 0; good && v < CLPTI_BENCH_VERDICTS; v++)
        good = clpti_json_add_number(counts, clpti_bench_verdict_names[v],
                                     (double)clpti_bench_verdict_count(c, (clpti_bench_verdict)v));
    return good;
}

static bool add_roofs(cJSON *object, const char *name, const clpti_bench_device *d)
{
    cJSON *roofs = cJSON_AddObjectToObject(object, name);
    return roofs && clpti_json_add_number(roofs, "copy_bytes_per_second", d->copy > 0 ? d->copy : (double)NAN) &&
           clpti_json_add_number(roofs, "fma_flop_per_second", d->fma > 0 ? d->fma : (double)NAN);
}

/* Devices with changed roofs. */
static bool add_changed_roofs(cJSON *object, const clpti_bench_comparison *c, const clpti_bench_device *devices)
{
    char text[160];
    cJSON *list = cJSON_AddArrayToObject(object, "roofs_changed");
    bool good = list != NULL;
    for (int64_t k = 0; good && k < c->count; k++) {
        const clpti_bench_change *change = &c->changes[k];
        if ((k && change[-1].device == change->device) || !*clpti_bench_roofs_changed(change, text)) continue;
        cJSON *one = cJSON_CreateObject();
        good = one && cJSON_AddItemToArray(list, one) &&
               clpti_json_add_number(one, "device", (double)(change->device - devices)) &&
               add_roofs(one, "before", change->device_before) && add_roofs(one, "now", change->device);
    }
    return good;
}

static bool add_change(cJSON *list, const clpti_bench_change *c, const clpti_bench_device *devices)
{
    const clpti_bench_figure none = {.state = CLPTI_BENCH_SKIPPED}, *f = c->now ? c->now : c->before;
    cJSON *object = cJSON_CreateObject();
    if (!object || !cJSON_AddItemToArray(list, object)) return false;
    return clpti_json_add_text(object, "verdict", clpti_bench_verdict_names[c->verdict]) &&
           clpti_json_add_number(object, "device", (double)(c->device - devices)) && add_work(object, f) &&
           add_times(object, "before", c->before ? c->before : &none) &&
           add_times(object, "now", c->now ? c->now : &none) && clpti_json_add_number(object, "ratio", c->ratio) &&
           clpti_json_add_text(object, "reason", c->now ? c->now->reason : c->device->reason);
}

static bool add_comparison(cJSON *list, const clpti_bench_comparison *c, const clpti_bench_device *devices)
{
    const clpti_bench_origin none = {.source = ""};
    const clpti_bench_origin *o = c->before->device_count ? &c->before->devices[0].origin : &none;
    cJSON *object = cJSON_CreateObject(), *changes;
    if (!object || !cJSON_AddItemToArray(list, object)) return false;
    bool good = clpti_json_add_text(object, "source", o->source) && clpti_json_add_text(object, "date", o->date) &&
                clpti_json_add_text(object, "clptycho", o->library) &&
                clpti_json_add_number(object, "shared_devices", (double)c->shared) &&
                clpti_json_add_number(object, "noise", CLPTI_BENCH_NOISE) && add_verdict_counts(object, c) &&
                add_changed_roofs(object, c, devices) && (changes = cJSON_AddArrayToObject(object, "changes")) != NULL;
    for (int64_t k = 0; good && k < c->count; k++) good = add_change(changes, &c->changes[k], devices);
    return good;
}

/* ---- the document ---- */

static bool add_all(cJSON *root, const clpti_bench_results *results)
{
    const clpti_bench_report *report = results->report;
    cJSON *devices = NULL, *comparisons = NULL;
    bool good = clpti_json_add_number(root, CLPTI_BENCH_JSON_MARK, CLPTI_BENCH_JSON_FORMAT) &&
                clpti_json_add_text(root, "clptycho", report->origin.library) &&
                clpti_json_add_text(root, "date", report->origin.date) &&
                (devices = cJSON_AddArrayToObject(root, "devices")) != NULL &&
                (comparisons = cJSON_AddArrayToObject(root, "comparisons")) != NULL;
    for (int64_t d = 0; good && d < report->device_count; d++) good = add_device(devices, &report->devices[d]);
    for (int k = 0; good && k < results->comparison_count; k++)
        good = add_comparison(comparisons, &results->comparisons[k], report->devices);
    return good;
}

cJSON *clpti_bench_json(const clpti_bench_results *results)
{
    cJSON *root = cJSON_CreateObject();
    if (root && add_all(root, results)) return root;
    cJSON_Delete(root);
    return NULL;
}
