/* SPDX-License-Identifier: Apache-2.0 */
/* Sides, kernels and workspace common to the fused variants of forward and exit_step on GPUs. */
#include "ops/fused.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/tuning.h"
#include "fft/mixed_radix.h"
#include "fft/twiddles.h"

enum { local_bytes = 64 * 76 * 8, widest = 1 << 22 };

bool clpti_fused_suits(const clpt_context *context, const clpti_forward_args *f, const char *operation)
{
    char requested[40];
    bool forced = clpti_requested_variant(context, operation, requested, sizeof requested) != NULL;
    bool gpu = context->device.type == CLPT_DEVICE_GPU;
    /* A requested FFT provider must be honoured. */
    if (!forced && (!gpu || strcmp(context->fft_requested, "auto") != 0)) return false;
    return context->device.local_memory >= local_bytes && context->device.max_work_group >= CLPTI_FUSED_GROUP &&
           !f->pad && f->smooth == 0.0 && !f->propagator && f->width < widest;
}

/* ---- twiddles ---- */

enum { stages_kept = 8 };

/* Most recently used sides first. */
typedef struct stages {
    struct side_stages {
        int64_t side;
        clpt_buffer *roots;
    } of[stages_kept];
} stages;

static void close_stages(void *state)
{
    stages *all = state;
    for (int i = 0; i < stages_kept; i++) clpt_buffer_destroy(&all->of[i].roots);
}

static const clpti_part part = {"twiddle factors of fused kernels", sizeof(stages), close_stages};

/* One step of `points` points: stores e^{−2πi t·k/(points·items)} at items·k + t. */
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

static bool has_own_lines(int64_t side)
{
    return side == 128 || side == 256;
}

static clpt_status make(clpt_context *context, int64_t side, clpt_buffer **made)
{
    float roots[2 * 256];
    int64_t count = 0;
    if (side == CLPTI_FUSED_TILE64) {
        count = add_step(roots, 4, 16);
        count += add_step(roots + 2 * count, 4, 4);
    } else if (has_own_lines(side)) {
        count = add_step(roots, 16, side / 16);
    } else {
        return clpti_twiddles_create(context, side, made);
    }
    clpt_status status = clpti_buffer_create(context, CLPTI_COMPLEX, count, made);
    if (status == CLPT_OK) status = clpti_upload(clpti_view_of(*made), roots, count);
    if (status != CLPT_OK) clpt_buffer_destroy(made);
    return status;
}

/* The last side is evicted. */
clpt_status clpti_fused_twiddles(clpt_context *context, int64_t side, clpt_buffer **roots)
{
    stages *kept = clpti_context_part(context, &part);
    if (!kept) return CLPT_ERROR_MEMORY;
    struct side_stages found = {0}, *all = kept->of;
    int i = 0;
    while (i < stages_kept - 1 && all[i].side != side) i++;
    if (all[i].side == side) {
        found = all[i];
    } else {
        clpt_status status = make(context, side, &found.roots);
        if (status != CLPT_OK) return status;
        found.side = side;
        clpt_buffer_destroy(&all[i].roots);
    }
    for (; i > 0; i--) all[i] = all[i - 1];
    all[0] = found;
    *roots = found.roots;
    return CLPT_OK;
}

/* ---- programs ---- */

void clpti_fused_programs_of(int64_t modes, const char *options, clpti_fused_programs *programs)
{
    bool many = modes > 1;
    char *one_mode = many ? programs->also : programs->options, *several = many ? programs->options : programs->also;
    snprintf(one_mode, sizeof programs->options, "%s", options);
    snprintf(several, sizeof programs->options, "%s%s-DCLPT_MANY", options, *options ? " " : "");
}

/* ---- lines ---- */

bool clpti_fused_lines_of(const clpt_context *context, int64_t side, clpti_fused_lines *lines)
{
    clpti_mixed_radix mixed;
    char options[CLPTI_MIXED_OPTIONS];
    if (has_own_lines(side)) {
        snprintf(options, sizeof options, "-DCLPT_N=%d", (int)side);
        *lines = (clpti_fused_lines){
            .group = CLPTI_FUSED_GROUP, .blocks = side * side / 4096, .registers = CLPTI_FUSED_REGISTERS};
    } else if (clpti_mixed_radix_find(context, side, &mixed)) {
        clpti_mixed_radix_options(&mixed, side, options);
        *lines = (clpti_fused_lines){.group = (int64_t)mixed.items * mixed.lines,
                                     .blocks = (side + mixed.lines - 1) / mixed.lines,
                                     .registers = CLPTI_FUSED_REGISTERS,
                                     .partial_group = side % mixed.lines != 0};
    } else {
        return false;
    }
    snprintf(lines->options, sizeof lines->options, "%s", options);
    return true;
}

int64_t clpti_fused_chunk(clpt_context *context, const clpti_forward_args *f)
{
    int64_t unit = f->per_image ? f->per_image : 1;
    int64_t chunk = clpti_tuned(context, CLPTI_TUNING_FIELD_BYTES) / (8 * f->modes * f->size * f->size) / unit * unit;
    return chunk > unit ? chunk : unit;
}
