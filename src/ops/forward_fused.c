/* SPDX-License-Identifier: Apache-2.0 */
#include "ops/forward_fused.h"

#include "ops/fft.h"
#include "ops/selection.h"
#include "ops/twiddles.h"

enum { group = 64, local_bytes = 64 * 65 * 8 };

/* What both variants need; a forced one is tried on any device. */
static bool suits(const clpt_context *context, const clpti_forward_args *a)
{
    char wanted[40];
    bool gpu =
        context->device.type == CLPT_DEVICE_GPU || clpti_wanted_variant(context, "forward", wanted, sizeof wanted);
    return gpu && context->device.local_memory >= local_bytes && context->device.max_work_group >= group && !a->pad &&
           a->smooth == 0.0 && !a->propagator;
}

/* ---- one kernel ---- */

bool clpti_forward_n64_applies(const clpt_context *context, const void *args)
{
    const clpti_forward_args *a = args;
    return a->size == 64 && suits(context, a);
}

clpt_status clpti_forward_n64(clpt_context *context, const void *args)
{
    const clpti_forward_args *a = args;
    return clpti_run_kernel(
        context,
        &(clpti_launch){.file = "forward_n64",
                        .kernel = "forward_n64",
                        .options = "",
                        .global = {group * a->at.count},
                        .local = {group, 1, 1},
                        .args = CLPTI_ARGS(CLPTI_VIEW(a->object), CLPTI_LONG(a->height), CLPTI_LONG(a->width),
                                           CLPTI_LONG(a->per_image), CLPTI_SELECTION(a->at), CLPTI_VIEW(a->probe),
                                           CLPTI_LONG(a->modes), CLPTI_INT(a->probe_mask),
                                           CLPTI_FLOAT(a->scale * a->scale / (double)(64 * 64)),
                                           CLPTI_INT(a->amplitude), CLPTI_VIEW(a->out))});
}

/* ---- two kernels ---- */

bool clpti_forward_split_applies(const clpt_context *context, const void *args)
{
    const clpti_forward_args *a = args;
    return (a->size == 128 || a->size == 256) && suits(context, a);
}

/* Patterns whose field stays in a GPU's last-level cache between the two kernels. */
enum { field_bytes = 24 << 20 };

typedef struct split {
    const clpti_forward_args *a;
    const char *options;
    clpt_buffer *twiddles, *field;
} split;

static clpt_status columns(clpt_context *context, const split *s, const clpti_selection *at, int64_t image,
                           int64_t mode)
{
    const clpti_forward_args *a = s->a;
    clpti_view object = clpti_view_at(a->object, image), probe = clpti_view_at(a->probe, mode * a->size * a->size);
    return clpti_run_kernel(
        context, &(clpti_launch){.file = "forward_split",
                                 .kernel = "forward_split_columns",
                                 .options = s->options,
                                 .global = {a->size, a->size / 64, at->count},
                                 .local = {group, 1, 1},
                                 .args = CLPTI_ARGS(CLPTI_VIEW(object), CLPTI_LONG(a->height), CLPTI_LONG(a->width),
                                                    CLPTI_LONG(a->per_image), CLPTI_SELECTION(*at), CLPTI_VIEW(probe),
                                                    CLPTI_INT(a->probe_mask), CLPTI_BUFFER(s->twiddles),
                                                    CLPTI_BUFFER(s->field))});
}

static clpt_status rows(clpt_context *context, const split *s, int64_t count, clpti_view out, int64_t mode)
{
    const clpti_forward_args *a = s->a;
    double factor = a->scale * a->scale / (double)(a->size * a->size);
    int64_t ways = a->size / 64;
    return clpti_run_kernel(
        context,
        &(clpti_launch){.file = "forward_split",
                        .kernel = "forward_split_rows",
                        .options = s->options,
                        .global = {a->size * ways, count},
                        .local = {group, 1, 1},
                        .args = CLPTI_ARGS(CLPTI_BUFFER(s->field), CLPTI_BUFFER(s->twiddles), CLPTI_FLOAT(factor),
                                           CLPTI_INT(mode > 0), CLPTI_INT(mode + 1 == a->modes),
                                           CLPTI_INT(a->amplitude), CLPTI_VIEW(out))});
}

clpt_status clpti_forward_split(clpt_context *context, const void *args)
{
    const clpti_forward_args *a = args;
    clpt_status status = CLPT_OK;
    split s = {.a = a, .options = a->size == 128 ? "-DCLPT_WAYS=2" : "-DCLPT_WAYS=4"};
    int64_t pixels = a->size * a->size, unit = a->per_image ? a->per_image : 1;
    int64_t chunk = field_bytes / (8 * pixels) / unit * unit;
    if (chunk < unit) chunk = unit;
    /* Scratch: freeing device memory can wait for the device, giving it back to the pool does not. */
    CLPTI_TRY(clpti_scratch_take(context, CLPTI_COMPLEX, a->size, &s.twiddles));
    CLPTI_TRY(clpti_twiddles_upload(s.twiddles, a->size));
    CLPTI_TRY(clpti_scratch_take(context, CLPTI_COMPLEX, chunk * pixels, &s.field));
    for (int64_t done = 0; done < a->at.count; done += chunk) {
        clpti_selection at = a->at;
        at.first += done;
        at.count = a->at.count - done < chunk ? a->at.count - done : chunk;
        int64_t image = a->per_image ? done / a->per_image * a->height * a->width : 0;
        for (int64_t p = 0; p < a->modes; p++) {
            CLPTI_TRY(columns(context, &s, &at, image, p));
            CLPTI_TRY(rows(context, &s, at.count, clpti_view_at(a->out, done * pixels), p));
        }
    }
cleanup:
    clpti_scratch_give(&s.field);
    clpti_scratch_give(&s.twiddles);
    return status;
}
