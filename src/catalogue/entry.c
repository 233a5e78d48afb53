/* SPDX-License-Identifier: Apache-2.0 */
/* Entries by index and name, the properties derived from their arrays, and the call. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "catalogue/families.h"

static const clpti_entry *const families[] = {clpti_catalogue_images, clpti_catalogue_scans, clpti_catalogue_groups,
                                              clpti_catalogue_waves, clpti_catalogue_models};

const clpti_entry *clpti_entry_at(size_t index)
{
    for (size_t f = 0; f < sizeof families / sizeof *families; f++)
        for (const clpti_entry *entry = families[f]; entry->name; entry++)
            if (index-- == 0) return entry;
    return NULL;
}

const clpti_entry *clpti_entry_find(const char *name)
{
    const clpti_entry *entry = NULL;
    for (size_t k = 0; (entry = clpti_entry_at(k)); k++)
        if (!strcmp(entry->name, name)) break;
    return entry;
}

const clpti_entry *clpti_entry_adjoint(const clpti_entry *entry)
{
    char name[64];
    snprintf(name, sizeof name, "%s-adjoint", entry->name);
    return clpti_entry_find(name);
}

int clpti_entry_array_index(const clpti_entry *entry, const char *name)
{
    for (int k = 0; entry->arrays[k]; k++)
        if (!strcmp(entry->arrays[k]->name, name)) return k;
    return -1;
}

bool clpti_entry_uses(const clpti_entry *entry, int array, const clpti_call_options *options)
{
    return entry->arrays[array]->need != CLPTI_NEEDED_BY_PROBE_WEIGHT || options->weight == CLPT_WEIGHT_PROBE;
}

bool clpti_entry_by_item(const clpti_entry *entry, int array)
{
    const clpti_entry_array *a = entry->arrays[array];
    return entry->items && a->shape[0] == entry->items && !a->joint;
}

bool clpti_entry_splits(const clpti_entry *entry, const clpti_call_options *options)
{
    for (int k = 0; entry->arrays[k]; k++)
        if (entry->arrays[k]->content == CLPTI_CONTENT_RESULT && clpti_entry_uses(entry, k, options) &&
            !clpti_entry_by_item(entry, k))
            return false;
    return true;
}

clpt_status clpti_call_complete(const clpti_entry *entry, clpti_call *call)
{
    clpti_sizes *z = &call->sizes;
    int positions = clpti_entry_array_index(entry, "positions");
    if (!z->G) z->G = z->S;
    if (!z->C) z->C = call->options.grouping.grid * call->options.grouping.grid;
    bool canvas = false;
    for (int k = 0; entry->arrays[k]; k++)
        canvas = canvas || (entry->arrays[k]->content == CLPTI_CONTENT_RESULT && strchr(entry->arrays[k]->shape, 'L'));
    return canvas && !z->L ? clpti_sizes_scan(z, call->context, call->a[positions]) : CLPT_OK;
}

static bool is_complex(clpt_type type)
{
    return type == CLPT_TYPE_C64 || type == CLPT_TYPE_C128;
}

int clpti_call_result(const clpti_entry *entry, const clpti_call *call, int array, bool wide, clpt_type *type,
                      int64_t shape[CLPT_MAX_RANK])
{
    const clpti_entry_array *a = entry->arrays[array];
    const clpt_array *input = NULL, *field = NULL;
    int of = strncmp(a->name, "d_", 2) ? -1 : clpti_entry_array_index(entry, a->name + 2);
    if (of >= 0) input = call->a[of];
    for (int k = 0; entry->arrays[k] && !field; k++)
        if (entry->arrays[k]->kind == CLPTI_ARRAY_FIELD && entry->arrays[k]->content != CLPTI_CONTENT_RESULT)
            field = call->a[k];
    if (input) field = input;
    bool complex = is_complex(a->kind == CLPTI_ARRAY_FIELD && field ? field->type : clpti_array_type(a, false));
    wide = wide || !clpti_array_is_field(a);
    *type = complex ? (wide ? CLPT_TYPE_C128 : CLPT_TYPE_C64) : (wide ? CLPT_TYPE_F64 : CLPT_TYPE_F32);
    if (!input) return clpti_array_shape(a, false, &call->sizes, shape);
    memcpy(shape, input->shape, sizeof input->shape);
    return input->rank;
}

clpt_status clpti_call_run(const clpti_entry *entry, const clpti_call *call)
{
    int at = clpti_entry_array_index(entry, "positions");
    if (at < 0 || !entry->scans || call->scan || !call->a[at]) return entry->call(call);
    clpti_call scanned = *call;
    clpt_status status = clpt_scan_create(call->context, call->a[at]->data, call->a[at]->shape[0], &scanned.scan);
    if (status == CLPT_OK) status = entry->call(&scanned);
    clpt_scan_destroy(&scanned.scan);
    return status;
}

double clpti_call_bytes(const clpti_entry *entry, const clpti_call *call)
{
    double bytes = 0;
    for (int k = 0; entry->arrays[k]; k++) {
        if (!call->a[k] || !clpti_array_is_field(entry->arrays[k])) continue;
        double each = is_complex(call->a[k]->type) ? 8 : 4;
        for (int axis = 0; axis < call->a[k]->rank; axis++) each *= (double)call->a[k]->shape[axis];
        bytes += each;
    }
    return bytes;
}

double clpti_flop_fft(int64_t count, int64_t side)
{
    return (double)count * (double)(side * side) * 5.0 * 2.0 * log2((double)side);
}
