/* SPDX-License-Identifier: Apache-2.0 */
/* clFFT's batched transform alone against clptycho on the same device.
 *
 * Run: compare_clfft [--device NAME] [--rounds N] [--count N] */
#include <clFFT.h>
#include <stdlib.h>

#include "compare_transform.h"

typedef struct clfft_plan {
    clfftPlanHandle handle;
    cl_command_queue queue;
    cl_mem memory;
} clfft_plan;

static void good(clfftStatus code, const char *doing)
{
    if (code != CLFFT_SUCCESS) compare_fail("clFFT error %d while %s", (int)code, doing);
}

static void *plan(compare_problem *p, cl_mem memory)
{
    clfft_plan *made = malloc(sizeof *made);
    size_t lengths[2] = {(size_t)p->side, (size_t)p->side}, distance = lengths[0] * lengths[1];
    clfftSetupData setup = {clfftVersionMajor, clfftVersionMinor, clfftVersionPatch, 0};
    if (!made) compare_fail("no host memory for a plan");
    *made = (clfft_plan){.queue = clpt_context_get_cl_queue(p->context), .memory = memory};
    good(clfftSetup(&setup), "starting");
    good(clfftCreateDefaultPlan(&made->handle, clpt_context_get_cl_context(p->context), CLFFT_2D, lengths), "planning");
    good(clfftSetPlanPrecision(made->handle, CLFFT_SINGLE), "planning");
    good(clfftSetLayout(made->handle, CLFFT_COMPLEX_INTERLEAVED, CLFFT_COMPLEX_INTERLEAVED), "planning");
    good(clfftSetResultLocation(made->handle, CLFFT_INPLACE), "planning");
    good(clfftSetPlanDistance(made->handle, distance, distance), "planning");
    good(clfftSetPlanBatchSize(made->handle, (size_t)p->count), "planning");
    good(clfftBakePlan(made->handle, 1, &made->queue, NULL, NULL), "baking a plan");
    return made;
}

static void enqueue(void *state)
{
    clfft_plan *p = state;
    good(clfftEnqueueTransform(p->handle, CLFFT_FORWARD, 1, &p->queue, 0, NULL, NULL, &p->memory, NULL, NULL),
         "running");
}

static void destroy(void *state)
{
    clfft_plan *p = state;
    clfftDestroyPlan(&p->handle); /* and no clfftTeardown yet: clptycho's own plans may be alive */
    free(p);
}

int main(int argc, char **argv)
{
    static const compare_library library = {"clFFT", plan, enqueue, destroy};
    int result = compare_transform_main(argc, argv, &library);
    clfftTeardown();
    return result;
}
