/* SPDX-License-Identifier: Apache-2.0 */
/* Additional bad pixels from another file: detector masks are often separate from scans. */
#include <math.h>
#include <string.h>

#include "core/memory.h"
#include "io/scan_internal.h"

static const struct {
    const char *name;
    bool bad; /* meaning of a nonzero number */
} names[] = {{"mask", false}, {"entry_1/instrument_1/detector_1/mask", true}, {"entry_1/data_1/mask", true}};
enum { name_count = sizeof names / sizeof *names };

/* CXI's bits of a pixel mask (cxidb.org/cxi.html): all mean a bad pixel but "has signal" and those of no meaning. */
static const uint32_t cxi_has_signal = 0x1000;

clpt_status clpti_read_bad_pixels(clpti_store *store, const char *name, clpti_tensor *mask, clpt_message *message)
{
    clpti_tensor bits;
    clpt_status status = clpti_store_read(store, name, CLPT_TYPE_F64, &bits, message);
    if (status != CLPT_OK) return status;
    const double *from = bits.data;
    CLPTI_TRY(clpti_tensor_create(CLPT_TYPE_F32, bits.rank, bits.shape, mask, message));
    float *to = mask->data;
    for (int64_t i = 0; i < clpti_tensor_count(mask); i++) {
        bool whole = from[i] > 0 && from[i] <= UINT32_MAX && from[i] == rint(from[i]);
        to[i] = whole ? ((uint32_t)from[i] & ~cxi_has_signal) == 0 : from[i] == 0;
    }
cleanup:
    clpti_tensor_destroy(&bits);
    return status;
}

void clpti_scan_invert_mask(clpti_scan_loader *l)
{
    float *values = l->mask.data;
    for (int64_t i = 0; l->options->mask_invert && i < clpti_tensor_count(&l->mask); i++) values[i] = values[i] == 0;
}

static clpt_status load(clpti_scan_loader *l, clpti_store *store, int which, clpti_tensor *mask)
{
    clpt_status status = CLPT_OK;
    const char *path = l->options->mask;
    clpti_npy_info info;
    CLPTI_TRY(clpti_check_rank(store, path, names[which].name, 2, 2, &info, l->message));
    CLPTI_TRY(clpti_check_sides(path, &info, &l->geometry, l->message));
    if (names[which].bad)
        CLPTI_TRY(clpti_read_bad_pixels(store, names[which].name, mask, l->message));
    else
        CLPTI_TRY(clpti_store_read(store, names[which].name, CLPT_TYPE_F32, mask, l->message));
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
