/* SPDX-License-Identifier: Apache-2.0 */
/* Reference of centre: centroid of the probe's power, and images moved by whole pixels. */
#include "ref/field.h"

#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "ops/constraint.h"

/* From the array centre to the centre of mass, in whole pixels. */
static void find(const clpti_centre_args *a, int64_t shift[2])
{
    const double *probe = clpti_host(a->probe);
    double total = 0, x = 0, y = 0;
    int64_t pixels = a->size * a->size;
    for (int64_t i = 0; i < a->modes * pixels; i++) {
        double power = clpti_magnitude2(clpti_field_get(probe, true, i));
        total += power;
        x += power * (double)(i % a->size - a->size / 2);
        y += power * (double)(i % pixels / a->size - a->size / 2);
    }
    shift[0] = total > 0 ? (int64_t)rint(x / total) : 0;
    shift[1] = total > 0 ? (int64_t)rint(y / total) : 0;
}

static int64_t wrapped(int64_t i, int64_t length)
{
    return ((i % length) + length) % length;
}

static int64_t clamped(int64_t i, int64_t length)
{
    return i < 0 ? 0 : i >= length ? length - 1 : i;
}

static clpt_status move(clpt_context *context, double *field, int64_t height, int64_t width, const int64_t shift[2],
                        int64_t (*inside)(int64_t, int64_t))
{
    size_t bytes = (size_t)(height * width) * 2 * sizeof *field;
    double *before = clpti_malloc(height * width, 2 * sizeof *field);
    if (!before) return clpti_fail(&context->message, CLPT_ERROR_MEMORY, "out of host memory for centring a probe");
    memcpy(before, field, bytes);
    for (int64_t y = 0; y < height; y++)
        for (int64_t x = 0; x < width; x++) {
            int64_t from = inside(y + shift[1], height) * width + inside(x + shift[0], width);
            clpti_field_set(field, true, y * width + x, clpti_field_get(before, true, from));
        }
    free(before);
    return CLPT_OK;
}

clpt_status clpti_ref_centre(clpt_context *context, const void *args)
{
    const clpti_centre_args *a = args;
    clpt_status status = CLPT_OK;
    int64_t shift[2];
    find(a, shift);
    for (const clpti_centred_field *f = a->fields; f < a->fields + a->field_count; f++)
        for (int64_t k = 0; k < f->count; k++)
            CLPTI_TRY(move(context, clpti_host(f->field) + 2 * k * f->height * f->width, f->height, f->width, shift,
                           f->wraps ? wrapped : clamped));
cleanup:
    return status;
}
