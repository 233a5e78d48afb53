/* SPDX-License-Identifier: Apache-2.0 */
/* clFFT as an FFT provider: complex to complex, in place, sides with factors 2, 3, 5, 7, 11 and 13.
 *
 * A clFFT plan has a fixed batch size and cannot start at an offset. A ladder of batch sizes is therefore created with
 * the plan (capacity, half of it, and so on); a remainder runs on the smallest rung that holds it. Planning is
 * serialised because concurrent clFFT bakes abort (clFFT #240, #250). clfftTeardown frees a process-wide singleton with
 * all programs, so contexts that have planned are counted: a later plan of the same side finds its programs there. */
#include <clFFT.h>
#include <pthread.h>
#include <stdlib.h>

#include "cl/runtime.h"
#include "cl/share.h"
#include "fft/fft.h"
#include "fft/twiddles.h"

enum { ladder_length = 16, ladder_step = 2 };

typedef struct clfft_rung {
    int64_t batch;
    clfftPlanHandle handle;
    bool made;
} clfft_rung;

typedef struct clfft_plan {
    clfft_rung rungs[ladder_length]; /* in descending order of batch */
    int rung_count;
} clfft_plan;

static pthread_mutex_t planning = PTHREAD_MUTEX_INITIALIZER;
static int users; /* open contexts that have planned, under `planning` */

static void close_use(void *state)
{
    bool *is_counted = state;
    if (!*is_counted) return;
    pthread_mutex_lock(&planning);
    if (--users == 0) clfftTeardown();
    pthread_mutex_unlock(&planning);
}

static const clpti_part part = {"the use of clFFT", sizeof(bool), close_use};

static bool preferred(const clpt_context *context, int64_t side)
{
    (void)side;
    return !clpti_capabilities_of(context)->cpu_shaped;
}

static bool applicable(const clpt_context *context, int64_t side)
{
    static const int radices[] = {2, 3, 5, 7, 11, 13, 0};
    int64_t factors[CLPTI_MAX_FACTORS];
    (void)context;
    if (side < 2 || side > 1 << 24) return false;
    int count = clpti_factors(side, radices, factors);
    return factors[count - 1] <= 13;
}

static clpt_status failed(clpti_fft *fft, clfftStatus code, const char *doing)
{
    return clpti_fail(&fft->context->message, CLPT_ERROR_FFT, "clFFT error %d while %s side %lld on %s", (int)code,
                      doing, (long long)fft->side, fft->context->device.name);
}

static clfftStatus bake(clpti_fft *fft, clfft_rung *rung)
{
    cl_context context = clpti_cl_context_of(fft->context);
    cl_command_queue queue = clpti_cl_queue_of(fft->context);
    size_t side = (size_t)fft->side, lengths[2] = {side, side}, strides[2] = {1, side};
    clfftStatus code = clfftCreateDefaultPlan(&rung->handle, context, CLFFT_2D, lengths);
    if (code != CLFFT_SUCCESS) return code;
    rung->made = true;
    if ((code = clfftSetPlanPrecision(rung->handle, CLFFT_SINGLE)) != CLFFT_SUCCESS ||
        (code = clfftSetLayout(rung->handle, CLFFT_COMPLEX_INTERLEAVED, CLFFT_COMPLEX_INTERLEAVED)) != CLFFT_SUCCESS ||
        (code = clfftSetResultLocation(rung->handle, CLFFT_INPLACE)) != CLFFT_SUCCESS ||
        (code = clfftSetPlanInStride(rung->handle, CLFFT_2D, strides)) != CLFFT_SUCCESS ||
        (code = clfftSetPlanOutStride(rung->handle, CLFFT_2D, strides)) != CLFFT_SUCCESS ||
        (code = clfftSetPlanDistance(rung->handle, side * side, side * side)) != CLFFT_SUCCESS ||
        (code = clfftSetPlanScale(rung->handle, CLFFT_FORWARD, 1.0f)) != CLFFT_SUCCESS ||
        (code = clfftSetPlanScale(rung->handle, CLFFT_BACKWARD, 1.0f)) != CLFFT_SUCCESS ||
        (code = clfftSetPlanBatchSize(rung->handle, (size_t)rung->batch)) != CLFFT_SUCCESS)
        return code;
    return clfftBakePlan(rung->handle, 1, &queue, NULL, NULL);
}

/* Bakes every rung at once: the programs of a rung depend on its batch size, and another batch must not trigger a
 * build. */
static clpt_status bake_all(clpti_fft *fft)
{
    clfft_plan *plan = fft->state;
    clfftStatus code = CLFFT_SUCCESS;
    pthread_mutex_lock(&planning);
    for (int i = 0; i < plan->rung_count && code == CLFFT_SUCCESS; i++) code = bake(fft, &plan->rungs[i]);
    pthread_mutex_unlock(&planning);
    return code == CLFFT_SUCCESS ? CLPT_OK : failed(fft, code, "planning");
}

static clpt_status create(clpti_fft *fft)
{
    bool *is_counted = clpti_context_find(fft->context, &part); /* created before the first plan */
    clfft_plan *plan = calloc(1, sizeof *plan);
    if (!plan) return clpti_fail(&fft->context->message, CLPT_ERROR_MEMORY, "out of host memory for an FFT plan");
    for (int64_t batch = fft->capacity; batch >= 1 && plan->rung_count < ladder_length; batch /= ladder_step)
        plan->rungs[plan->rung_count++].batch = batch;
    /* Equivalent to clfftInitSetupData, whose definition in clFFT.h is lost if the C compiler does not inline it. */
    clfftSetupData setup = {clfftVersionMajor, clfftVersionMinor, clfftVersionPatch, 0};
    pthread_mutex_lock(&planning);
    clfftStatus code = users ? CLFFT_SUCCESS : clfftSetup(&setup);
    if (code == CLFFT_SUCCESS && !*is_counted) users++;
    if (code == CLFFT_SUCCESS) *is_counted = true;
    pthread_mutex_unlock(&planning);
    if (code != CLFFT_SUCCESS) {
        free(plan);
        return failed(fft, code, "starting for");
    }
    fft->state = plan;
    return bake_all(fft); /* the caller destroys a plan that failed */
}

static void destroy(clpti_fft *fft)
{
    clfft_plan *plan = fft->state;
    pthread_mutex_lock(&planning);
    for (int i = 0; i < plan->rung_count; i++)
        if (plan->rungs[i].made) clfftDestroyPlan(&plan->rungs[i].handle);
    pthread_mutex_unlock(&planning);
    free(plan);
    fft->state = NULL;
}

static clpt_status run(clpti_fft *fft, int64_t count, int direction)
{
    clfft_plan *plan = fft->state;
    clfft_rung *rung = plan->rungs;
    while (rung + 1 < plan->rungs + plan->rung_count && rung[1].batch >= count) rung++;
    cl_command_queue queue = clpti_cl_queue_of(fft->context);
    cl_mem memory = fft->waves->memory;
    clpti_choice_record_library(fft->context, "clFFT");
    clfftStatus code = clfftEnqueueTransform(rung->handle, direction == CLPTI_FORWARD ? CLFFT_FORWARD : CLFFT_BACKWARD,
                                             1, &queue, 0, NULL, NULL, &memory, NULL, NULL);
    return code == CLFFT_SUCCESS ? CLPT_OK : failed(fft, code, "running");
}

const clpti_fft_provider clpti_fft_clfft = {
    .name = "clfft",
    .needs = "a side whose factors are 2, 3, 5, 7, 11 and 13",
    .library = "clFFT",
    .preferred = preferred,
    .applicable = applicable,
    .create = create,
    .run = run,
    .destroy = destroy,
    .part = &part,
};
