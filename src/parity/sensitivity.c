/* SPDX-License-Identifier: Apache-2.0 */
/* Sensitivity: the chain rerun from a start perturbed by 1 ulp of float32. */
#include <math.h>
#include <string.h>

#include "parity/parity.h"

/* The adjacent float, up or down by the hash of a counter, the same on every machine (the finaliser of MurmurHash3). */
static float neighbour(float value, uint64_t counter)
{
    counter ^= counter >> 33;
    counter *= UINT64_C(0xff51afd7ed558ccd);
    counter ^= counter >> 33;
    return nextafterf(value, counter & 1 ? INFINITY : -INFINITY);
}

static clpt_status copy(const clpti_parity_array *from, clpti_parity_bundle *to, clpt_message *message)
{
    clpti_tensor *made;
    const clpti_tensor *t = &from->tensor;
    clpt_status status = clpti_parity_add(to, from->name, t->type, t->rank, t->shape, &made, message);
    if (status != CLPT_OK) return status;
    memcpy(made->data, t->data, (size_t)clpti_tensor_count(t) * clpti_type_size(t->type));
    if (strcmp(from->name, "object") != 0 && strcmp(from->name, "probe") != 0) return CLPT_OK;
    for (int64_t i = 0; i < 2 * clpti_tensor_count(t); i++)
        ((float *)made->data)[i] = neighbour(((float *)made->data)[i], (uint64_t)i);
    return CLPT_OK;
}

clpt_status clpti_parity_perturb(const clpti_parity_problem *problem, clpti_parity_problem *perturbed,
                                 clpt_message *message)
{
    clpt_status status = CLPT_OK;
    *perturbed = (clpti_parity_problem){.config = problem->config};
    for (int k = 0; k < problem->inputs.count; k++)
        CLPTI_TRY(copy(&problem->inputs.arrays[k], &perturbed->inputs, message));
cleanup:
    return status;
}

double clpti_parity_sensitivity(const clpti_parity_comparison *perturbed, const char *stage, const char *array)
{
    for (int k = 0; perturbed && k < perturbed->count; k++) {
        const clpti_parity_finding *f = &perturbed->findings[k];
        if (f->item->stage->sensitive && !strcmp(f->item->name, stage) && !strcmp(f->array, array))
            return f->difference.largest;
    }
    return 0;
}
