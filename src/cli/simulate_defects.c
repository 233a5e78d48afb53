/* SPDX-License-Identifier: Apache-2.0 */
/* Defects of simulated scans: dead pixels, position errors, background, fluctuating illumination, counting noise. */
#include <math.h>
#include <stdlib.h>

#include "cli/sample.h"
#include "cli/simulate.h"
#include "core/memory.h"
#include "core/poisson.h"

/* Positions as reported by a stage: uniform errors in x and in y, up to ± the maximum. */
static clpt_status misplace(clpti_simulation *j)
{
    const double maximum = j->v->position_error;
    if (!(maximum > 0)) return CLPT_OK;
    if (!(j->reported = clpti_malloc(j->parts.count, 2 * sizeof *j->reported)))
        return clpti_fail(&j->session->message, CLPT_ERROR_MEMORY, "no memory for %lld positions",
                          (long long)j->parts.count);
    for (int64_t i = 0; i < 2 * j->parts.count; ++i)
        j->reported[i] = j->parts.positions[i] +
                         maximum * (2 * clpti_uniform(j->v->seed, CLPTI_STREAM_POSITION_ERROR, (uint64_t)i) - 1);
    return CLPT_OK;
}

static clpt_status vary_light(clpti_simulation *j)
{
    if (!(j->v->intensity_jitter > 0)) return CLPT_OK;
    if (!(j->intensity = clpti_malloc(j->parts.count, sizeof *j->intensity)))
        return clpti_fail(&j->session->message, CLPT_ERROR_MEMORY, "no memory for %lld factors",
                          (long long)j->parts.count);
    for (int64_t k = 0; k < j->parts.count; ++k)
        j->intensity[k] =
            fmax(0, 1 + j->v->intensity_jitter * clpti_normal(j->v->seed, CLPTI_STREAM_INTENSITY, (uint64_t)k));
    return CLPT_OK;
}

/* Dead pixels are added to those masked already. */
static clpt_status kill_pixels(clpti_simulation *j)
{
    clpti_tensor *mask = &j->parts.mask;
    const int64_t side = j->parts.probe.shape[1];
    if (!(j->v->dead > 0)) return CLPT_OK;
    if (!mask->data) {
        clpt_status status = clpti_tensor_create(CLPT_TYPE_F32, 2, CLPT_SHAPE(side, side), mask, &j->session->message);
        if (status != CLPT_OK) return status;
        for (int64_t i = 0; i < side * side; ++i) ((float *)mask->data)[i] = 1;
    }
    for (int64_t i = 0; i < clpti_tensor_count(mask); ++i)
        if (clpti_uniform(j->v->seed, CLPTI_STREAM_DEAD, (uint64_t)(i % (side * side))) < j->v->dead)
            ((float *)mask->data)[i] = 0;
    return CLPT_OK;
}

clpt_status clpti_simulate_defects(clpti_simulation *j)
{
    clpt_status status = CLPT_OK;
    CLPTI_TRY(misplace(j));
    CLPTI_TRY(vary_light(j));
    CLPTI_TRY(kill_pixels(j));
cleanup:
    return status;
}

void clpti_simulate_measure(void *user, int64_t first, int64_t count, const float *patterns)
{
    clpti_simulation *j = user;
    const clpti_simulate_values *v = j->v;
    const clpti_tensor *mask = &j->parts.mask;
    const int64_t pixels = j->parts.probe.shape[1] * j->parts.probe.shape[2];
    for (int64_t k = 0; k < count; ++k) {
        const double light = j->intensity ? j->intensity[first + k] : 1;
        const float *good = v->dead > 0 ? mask->data : NULL;
        if (good && mask->rank == 3) good += (first + k) * pixels;
        for (int64_t i = 0; i < pixels; ++i) {
            float rate = (float)(light * (double)patterns[k * pixels + i] + v->background);
            double counts =
                v->photons > 0 ? clpti_poisson(v->seed, (uint64_t)(first + k), (uint64_t)i, rate) : (double)rate;
            j->amplitude[(first + k) * pixels + i] = good && good[i] == 0 ? 0 : (float)sqrt(counts);
        }
    }
}
