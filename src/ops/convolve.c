/* SPDX-License-Identifier: Apache-2.0 */
/* Operation convolve: a 3×3 convolution, or its gradient with respect to the input. */
#include "cl/runtime.h"
#include "ops/layers.h"
#include "ops/operation.h"

/* Kernel arguments common to all variants. */
#define SHAPE(a)                                                                                                       \
    CLPTI_VIEW((a)->in), CLPTI_LONG((a)->count), CLPTI_INT((a)->height), CLPTI_INT((a)->width),                        \
        CLPTI_INT((a)->inputs), CLPTI_INT((a)->in_pitch), CLPTI_INT((a)->outputs), CLPTI_INT((a)->out_pitch)
#define FINISH(a)                                                                                                      \
    CLPTI_VIEW((a)->bias), CLPTI_INT((a)->relu), CLPTI_INT((a)->add), CLPTI_VIEW((a)->gate), CLPTI_VIEW((a)->out)

static clpt_status general(clpt_context *context, const void *args)
{
    const clpti_convolve_args *a = args;
    return clpti_run_kernel(
        context, &(clpti_launch){.file = "convolve",
                                 .kernel = "convolve_general",
                                 .options = "",
                                 .global = {a->outputs, a->count * a->height * a->width},
                                 .args = CLPTI_ARGS(SHAPE(a), CLPTI_VIEW(a->weights), CLPTI_INT(a->back), FINISH(a))});
}

/* ---- CPUs ---- */

static bool is_cpu(const clpt_context *context, const void *args)
{
    (void)args;
    return clpti_capabilities_of(context)->cpu_shaped;
}

static clpt_status lanes(clpt_context *context, const void *args)
{
    const clpti_convolve_args *a = args;
    clpt_status status = CLPT_OK;
    clpt_buffer *packed = NULL, *zeros = NULL;
    bool wide = a->outputs > 16;
    int64_t blocks = wide ? (a->outputs + 31) / 32 * 2 : 1, columns = (a->width + 7) / 8;
    const char *options = wide ? "-DCLPT_BLOCKS=2" : "-DCLPT_BLOCKS=1";
    CLPTI_TRY(clpti_scratch_take(context, CLPTI_REAL, blocks * 16 * 9 * a->inputs, &packed));
    CLPTI_TRY(clpti_scratch_take(context, CLPTI_REAL, a->inputs, &zeros));
    CLPTI_TRY(clpti_run_kernel(
        context, &(clpti_launch){.file = "convolve_lanes",
                                 .kernel = "convolve_lanes_pack",
                                 .options = options,
                                 .lanes = true,
                                 .global = {16 * blocks, 9 * a->inputs},
                                 .args = CLPTI_ARGS(CLPTI_VIEW(a->weights), CLPTI_INT(a->inputs), CLPTI_INT(a->outputs),
                                                    CLPTI_INT(a->back), CLPTI_INT(blocks), CLPTI_BUFFER(packed),
                                                    CLPTI_BUFFER(zeros))}));
    CLPTI_TRY(clpti_run_kernel(
        context, &(clpti_launch){.file = "convolve_lanes",
                                 .kernel = "convolve_lanes",
                                 .options = options,
                                 .lanes = true,
                                 .global = {a->count * a->height * columns, wide ? blocks / 2 : 1},
                                 .local = {1, 1, 1},
                                 .args = CLPTI_ARGS(SHAPE(a), CLPTI_BUFFER(packed), CLPTI_BUFFER(zeros), FINISH(a))}));
cleanup:
    clpti_scratch_give(&packed);
    clpti_scratch_give(&zeros);
    return status;
}

/* ---- GPUs ---- */

enum { tile_group = 256 };

static bool has_large_groups(const clpt_context *context, const void *args)
{
    (void)args;
    return context->device.max_work_group >= tile_group && context->device.local_memory >= 32768;
}

/* Partial sums of taps for images with few pixels. The number depends on the layer alone, so that the bits of an image
 * are the same in every batch. */
static int splits_of(const clpti_convolve_args *a)
{
    int64_t pixels = a->height * a->width;
    return pixels <= 256 ? 9 : pixels <= 1024 ? 3 : 1;
}

static clpt_status tile(clpt_context *context, const void *args)
{
    const clpti_convolve_args *a = args;
    clpt_status status = CLPT_OK;
    clpt_buffer *part = NULL;
    int64_t columns = a->outputs > 16 ? 64 : 16, lines = columns == 64 ? 128 : 256,
            pixels = a->count * a->height * a->width;
    int splits = splits_of(a);
    const char *options = columns == 64 ? "-DCLPT_TILE_N=64" : "-DCLPT_TILE_N=16";
    if (splits > 1) CLPTI_TRY(clpti_scratch_take(context, CLPTI_REAL, splits * pixels * a->outputs, &part));
    CLPTI_TRY(clpti_run_kernel(context,
                               &(clpti_launch){.file = "convolve_tile",
                                               .kernel = "convolve_tile",
                                               .options = options,
                                               .global = {(pixels + lines - 1) / lines * tile_group,
                                                          (a->outputs + columns - 1) / columns, splits},
                                               .local = {tile_group, 1, 1},
                                               .args = CLPTI_ARGS(SHAPE(a), CLPTI_VIEW(a->weights), CLPTI_INT(a->back),
                                                                  FINISH(a), CLPTI_INT(splits), CLPTI_BUFFER(part))}));
    if (splits > 1)
        CLPTI_TRY(clpti_run_kernel(
            context, &(clpti_launch){.file = "convolve_tile",
                                     .kernel = "convolve_tile_sum",
                                     .options = options,
                                     .global = {pixels * a->outputs},
                                     .args = CLPTI_ARGS(CLPTI_BUFFER(part), CLPTI_INT(splits), CLPTI_LONG(pixels),
                                                        CLPTI_INT(a->outputs), CLPTI_INT(a->out_pitch), FINISH(a))}));
cleanup:
    clpti_scratch_give(&part);
    return status;
}

static const clpti_variant variants[] = {
    {"lanes", "a CPU", is_cpu, lanes},
    {"tile", "work-groups of 256 and 32 KiB of local memory", has_large_groups, tile},
    {"general", NULL, NULL, general},
    {0}};
const clpti_operation clpti_operation_convolve = {"convolve", clpti_ref_convolve, variants};

clpt_status clpti_convolve(clpt_context *context, const clpti_convolve_args *args)
{
    return clpti_operation_run(context, &clpti_operation_convolve, args);
}
