/* SPDX-License-Identifier: Apache-2.0 */
#include "ops/fused.h"

#include <math.h>
#include <string.h>

#include "core/tuning.h"

enum { local_bytes = 64 * 76 * 8, widest = 1 << 22 };

bool clpti_fused_suits(const clpt_context *context, const clpti_forward_args *f, const char *operation)
{
    char wanted[40];
    bool forced = clpti_wanted_variant(context, operation, wanted, sizeof wanted) != NULL;
    bool gpu = context->device.type == CLPT_DEVICE_GPU;
    /* A provider of transforms that was asked for must be met. */
    if (!forced && (!gpu || strcmp(context->fft_wanted, "auto") != 0)) return false;
    return context->device.local_memory >= local_bytes && context->device.max_work_group >= CLPTI_FUSED_GROUP &&
           !f->pad && f->smooth == 0.0 && !f->propagator && f->probe_stride == 0 && f->width < widest;
}

/* ---- twiddles ---- */

/* One step of `points` points: e^{−2πi t·k/(points·items)} at items·k + t. */
static int64_t add_step(float *to, int64_t points, int64_t items)
{
    for (int64_t k = 0; k < points; k++)
        for (int64_t t = 0; t < items; t++) {
            double angle = -2.0 * M_PI * (double)(t * k) / (double)(points * items);
            to[2 * (items * k + t)] = (float)cos(angle);
            to[2 * (items * k + t) + 1] = (float)sin(angle);
        }
    return points * items;
}

static int slot_of(int64_t side)
{
    return side == 64 ? 0 : side == 128 ? 1 : 2;
}

clpt_status clpti_fused_stages(clpt_context *context, int64_t side, clpt_buffer **stages)
{
    clpt_buffer **kept = &context->stages[slot_of(side)];
    clpt_status status = CLPT_OK;
    float roots[2 * 256];
    int64_t count = 0;
    *stages = *kept;
    if (*kept) return CLPT_OK;
    if (side == 64) {
        count = add_step(roots, 4, 16);
        count += add_step(roots + 2 * count, 4, 4);
    } else {
        count = add_step(roots, 16, side / 16);
    }
    CLPTI_TRY(clpti_buffer_create(context, CLPTI_COMPLEX, count, kept));
    CLPTI_TRY(clpti_upload(clpti_view_of(*kept), roots, count));
    *stages = *kept;
cleanup:
    if (status != CLPT_OK) clpt_buffer_destroy(kept);
    return status;
}

void clpti_fused_stages_destroy(clpt_context *context)
{
    for (size_t i = 0; i < sizeof context->stages / sizeof *context->stages; i++)
        clpt_buffer_destroy(&context->stages[i]);
}

/* ---- lines ---- */

const char *clpti_fused_side_option(int64_t side, int64_t modes)
{
    if (modes > 1) return side == 128 ? "-DCLPT_N=128 -DCLPT_MANY" : "-DCLPT_N=256 -DCLPT_MANY";
    return side == 128 ? "-DCLPT_N=128" : "-DCLPT_N=256";
}

int64_t clpti_fused_blocks(int64_t side)
{
    return side * side / 4096;
}

int64_t clpti_fused_chunk(clpt_context *context, const clpti_forward_args *f)
{
    int64_t unit = f->per_image ? f->per_image : 1;
    int64_t chunk = clpti_tuned(context, CLPTI_TUNE_FIELD_BYTES) / (8 * f->modes * f->size * f->size) / unit * unit;
    return chunk > unit ? chunk : unit;
}
