/* SPDX-License-Identifier: Apache-2.0 */
/* Operation convolve_weights: the gradient of a 3×3 convolution with respect to weights and bias. */
#include "cl/runtime.h"
#include "ops/layers.h"
#include "ops/operation.h"

#define SHAPE(a)                                                                                                       \
    CLPTI_VIEW((a)->in), CLPTI_INT((a)->count), CLPTI_INT((a)->height), CLPTI_INT((a)->width), CLPTI_INT((a)->inputs), \
        CLPTI_INT((a)->in_pitch), CLPTI_INT((a)->outputs)

static int64_t quotient(int64_t a, int64_t b)
{
    return (a + b - 1) / b;
}

int64_t clpti_convolve_slots(clpt_context *context, int64_t height, int64_t inputs, int64_t outputs)
{
    if (clpti_is_reference(context)) return 1;
    bool cpu = clpti_capabilities_of(context)->cpu_shaped;
    int64_t tiles = 9 * quotient(inputs, 64) * quotient(outputs, 64), slots = cpu ? 8 : quotient(512, tiles);
    return slots < height ? slots : height;
}

static clpt_status general(clpt_context *context, const void *args)
{
    const clpti_convolve_weights_args *a = args;
    return clpti_run_kernel(context, &(clpti_launch){.file = "convolve_weights",
                                                     .kernel = "convolve_weights_general",
                                                     .options = "",
                                                     .global = {a->outputs, 9 * a->inputs + 1, a->slots},
                                                     .args = CLPTI_ARGS(SHAPE(a), CLPTI_VIEW(a->cotangent),
                                                                        CLPTI_INT(a->slots), CLPTI_VIEW(a->gradient))});
}

/* ---- CPUs ---- */

static bool is_cpu(const clpt_context *context, const void *args)
{
    (void)args;
    return clpti_capabilities_of(context)->cpu_shaped;
}

static clpt_status lanes_launch(clpt_context *context, const clpti_convolve_weights_args *a, clpti_view cotangent,
                                int64_t pitch, const char *options)
{
    clpt_status status = CLPT_OK;
    int64_t blocks = a->outputs > 16 ? 2 : 1;
    CLPTI_TRY(clpti_run_kernel(
        context, &(clpti_launch){.file = "convolve_weights_lanes",
                                 .kernel = "convolve_weights_lanes",
                                 .options = options,
                                 .lanes = true,
                                 .global = {quotient(a->outputs, 16 * blocks), 9 * quotient(a->inputs, 8), a->slots},
                                 .local = {1, 1, 1},
                                 .args = CLPTI_ARGS(SHAPE(a), CLPTI_VIEW(cotangent), CLPTI_INT(pitch),
                                                    CLPTI_INT(a->slots), CLPTI_VIEW(a->gradient))}));
    CLPTI_TRY(clpti_run_kernel(
        context, &(clpti_launch){.file = "convolve_weights_lanes",
                                 .kernel = "convolve_weights_lanes_bias",
                                 .options = options,
                                 .lanes = true,
                                 .global = {a->outputs, a->slots},
                                 .args = CLPTI_ARGS(CLPTI_INT(a->count), CLPTI_INT(a->height), CLPTI_INT(a->width),
                                                    CLPTI_INT(a->outputs), CLPTI_INT(a->inputs), CLPTI_VIEW(cotangent),
                                                    CLPTI_INT(pitch), CLPTI_INT(a->slots), CLPTI_VIEW(a->gradient))}));
cleanup:
    return status;
}

static clpt_status lanes(clpt_context *context, const void *args)
{
    const clpti_convolve_weights_args *a = args;
    clpt_status status = CLPT_OK;
    clpt_buffer *padded = NULL;
    clpti_view cotangent = a->cotangent;
    const char *options = a->outputs > 16 ? "-DCLPT_BLOCKS=2" : "-DCLPT_BLOCKS=1";
    int64_t block = a->outputs > 16 ? 32 : 16, pitch = quotient(a->outputs, block) * block;
    int64_t pixels = a->count * a->height * a->width;
    if (pitch != a->outputs) {
        CLPTI_TRY(clpti_scratch_take(context, CLPTI_REAL, pixels * pitch, &padded));
        cotangent = clpti_view_of(padded);
        CLPTI_TRY(clpti_run_kernel(
            context,
            &(clpti_launch){.file = "convolve_weights_lanes",
                            .kernel = "convolve_weights_lanes_pad",
                            .options = options,
                            .lanes = true,
                            .global = {pitch, pixels},
                            .args = CLPTI_ARGS(CLPTI_VIEW(a->cotangent), CLPTI_LONG(pixels), CLPTI_INT(a->outputs),
                                               CLPTI_INT(pitch), CLPTI_BUFFER(padded))}));
    }
    CLPTI_TRY(lanes_launch(context, a, cotangent, pitch, options));
cleanup:
    clpti_scratch_give(&padded);
    return status;
}

/* ---- GPUs ---- */

enum { tile_group = 128, bias_group = 64, tile_inputs = 64 };

static bool has_large_groups(const clpt_context *context, const void *args)
{
    (void)args;
    return context->device.max_work_group >= tile_group && context->device.local_memory >= 32768;
}

static clpt_status tile(clpt_context *context, const void *args)
{
    const clpti_convolve_weights_args *a = args;
    clpt_status status = CLPT_OK;
    int64_t columns = a->outputs > 16 ? 64 : 16;
    const char *options = columns == 64 ? "-DCLPT_TILE_N=64" : "-DCLPT_TILE_N=16";
    CLPTI_TRY(clpti_run_kernel(
        context,
        &(clpti_launch){
            .file = "convolve_weights_tile",
            .kernel = "convolve_weights_tile",
            .options = options,
            .global = {9 * quotient(a->inputs, tile_inputs) * tile_group, quotient(a->outputs, columns), a->slots},
            .local = {tile_group, 1, 1},
            .args = CLPTI_ARGS(SHAPE(a), CLPTI_VIEW(a->cotangent), CLPTI_INT(a->slots), CLPTI_VIEW(a->gradient))}));
    CLPTI_TRY(clpti_run_kernel(
        context,
        &(clpti_launch){.file = "convolve_weights_tile",
                        .kernel = "convolve_weights_tile_bias",
                        .options = options,
                        .global = {a->outputs * bias_group, a->slots},
                        .local = {bias_group, 1, 1},
                        .args = CLPTI_ARGS(CLPTI_INT(a->count), CLPTI_INT(a->height), CLPTI_INT(a->width),
                                           CLPTI_INT(a->outputs), CLPTI_INT(a->inputs), CLPTI_VIEW(a->cotangent),
                                           CLPTI_INT(a->slots), CLPTI_VIEW(a->gradient))}));
cleanup:
    return status;
}

static const clpti_variant variants[] = {
    {"lanes", "a CPU", is_cpu, lanes},
    {"tile", "work-groups of 128 and 32 KiB of local memory", has_large_groups, tile},
    {"general", NULL, NULL, general},
    {0}};
const clpti_operation clpti_operation_convolve_weights = {"convolve_weights", clpti_ref_convolve_weights, variants};

clpt_status clpti_convolve_weights(clpt_context *context, const clpti_convolve_weights_args *args)
{
    return clpti_operation_run(context, &clpti_operation_convolve_weights, args);
}
