/* SPDX-License-Identifier: Apache-2.0 */
/* Additional bad pixels from another file: detector masks are often separate from scans. */
#include <string.h>

#include "core/memory.h"
#include "io/scan_internal.h"

static const struct {
    const char *name;
    bool bad; /* meaning of a nonzero number */
} names[] = {{"mask", false}, {"entry_1/instrument_1/detector_1/mask", true}, {"entry_1/data_1/mask", true}};
enum { name_count = sizeof names / sizeof *names };

static clpt_status load(clpti_scan_loader *l, clpti_store *store, int which, clpti_tensor *mask)
{
    clpt_status status = CLPT_OK;
    const char *path = l->options->mask;
    clpti_npy_info info;
    CLPTI_TRY(clpti_check_rank(store, path, names[which].name, 2, 2, &info, l->message));
    CLPTI_TRY(clpti_check_sides(path, &info, &l->geometry, l->message));
    CLPTI_TRY(clpti_store_read(store, names[which].name, CLPT_TYPE_F32, mask, l->message));
    float *values = mask->data;
    for (int64_t i = 0; names[which].bad && i < clpti_tensor_count(mask); i++) values[i] = values[i] == 0;
    status = clpti_check_mask(path, mask, l->message);
cleanup:
    return status;
}

/* A pixel is good if it is good in both masks. */
static void merge(clpti_tensor *own, const clpti_tensor *other)
{
    float *values = own->data;
    const float *with = other->data;
    int64_t pixels = clpti_tensor_count(other), count = clpti_tensor_count(own);
    for (int64_t i = 0; i < count; i++) values[i] *= with[i % pixels];
}

clpt_status clpti_scan_add_mask(clpti_scan_loader *l)
{
    clpt_status status = CLPT_OK;
    const char *path = l->options->mask;
    clpti_store *store = NULL;
    clpti_tensor mask = {0};
    int which = 0;
    if (!path || !l->geometry.side) return CLPT_OK;
    CLPTI_TRY(clpti_store_open(path, &store, l->message));
    while (which < name_count && !clpti_store_has(store, names[which].name)) which++;
    if (which == name_count)
        CLPTI_TRY(clpti_fail(l->message, CLPT_ERROR_FILE, "%s: has neither array '%s' nor '%s'", path, names[0].name,
                             names[1].name));
    CLPTI_TRY(load(l, store, which, &mask));
    if (l->mask.data)
        merge(&l->mask, &mask);
    else {
        l->mask = mask;
        mask = (clpti_tensor){0};
    }
    status = clpti_check_mask(path, &l->mask, l->message);
cleanup:
    clpti_tensor_destroy(&mask);
    clpti_store_close(&store);
    return status;
}
