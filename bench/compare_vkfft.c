/* SPDX-License-Identifier: Apache-2.0 */
/* VkFFT's batched transform alone (its OpenCL backend, twiddles from a table) against clptycho on the same device.
 *
 * Run: compare_vkfft [--device NAME] [--rounds N] [--count N] */
#include "compare_transform.h"

#include <stdlib.h>

#define VKFFT_BACKEND 3
#include <vkFFT.h>

typedef struct vkfft_plan {
    VkFFTApplication application;
    VkFFTConfiguration configuration;
    cl_context context;
    cl_device_id device;
    cl_command_queue queue;
    cl_mem memory;
    uint64_t bytes;
} vkfft_plan;

static void *plan(compare_problem *p, cl_mem memory)
{
    vkfft_plan *made = calloc(1, sizeof *made);
    if (!made) compare_fail("no host memory for a plan");
    made->context = clpt_context_get_cl_context(p->context);
    made->device = clpt_context_get_cl_device(p->context);
    made->queue = clpt_context_get_cl_queue(p->context);
    made->memory = memory;
    made->bytes = (uint64_t)(p->count * p->side * p->side) * 8;
    made->configuration.FFTdim = 2;
    made->configuration.size[0] = made->configuration.size[1] = (uint64_t)p->side;
    made->configuration.numberBatches = (uint64_t)p->count;
    made->configuration.useLUT = 1; /* the devices' own trigonometry may be 3e-4 off (VkFFT #148) */
    made->configuration.context = &made->context;
    made->configuration.device = &made->device;
    made->configuration.buffer = &made->memory;
    made->configuration.bufferSize = &made->bytes;
    VkFFTResult result = initializeVkFFT(&made->application, made->configuration);
    if (result != VKFFT_SUCCESS) compare_fail("VkFFT error %d while planning", (int)result);
    return made;
}

static void enqueue(void *state)
{
    vkfft_plan *p = state;
    VkFFTLaunchParams launch = {.buffer = &p->memory, .commandQueue = &p->queue};
    VkFFTResult result = VkFFTAppend(&p->application, -1, &launch);
    if (result != VKFFT_SUCCESS) compare_fail("VkFFT error %d while running", (int)result);
}

static void destroy(void *state)
{
    vkfft_plan *p = state;
    deleteVkFFT(&p->application);
    free(p);
}

int main(int argc, char **argv)
{
    static const compare_library library = {"VkFFT", plan, enqueue, destroy};
    return compare_transform_main(argc, argv, &library);
}
