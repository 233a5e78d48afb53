/* SPDX-License-Identifier: Apache-2.0 */
/* Bundles: named arrays with their types and shapes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parity/parity.h"

clpt_status clpti_parity_take(clpti_parity_bundle *bundle, const char *name, clpti_tensor *tensor,
                              clpt_message *message)
{
    if (bundle->count == bundle->capacity) {
        int capacity = 2 * bundle->capacity + 8;
        clpti_parity_array *grown = realloc(bundle->arrays, (size_t)capacity * sizeof *grown);
        if (!grown) {
            clpti_tensor_destroy(tensor);
            return clpti_fail(message, CLPT_ERROR_MEMORY, "no memory for array '%s'", name);
        }
        bundle->arrays = grown;
        bundle->capacity = capacity;
    }
    clpti_parity_array *array = &bundle->arrays[bundle->count++];
    *array = (clpti_parity_array){.tensor = *tensor};
    snprintf(array->name, sizeof array->name, "%s", name);
    *tensor = (clpti_tensor){0};
    return CLPT_OK;
}

clpt_status clpti_parity_add(clpti_parity_bundle *bundle, const char *name, clpt_type type, int rank,
                             const int64_t *shape, clpti_tensor **tensor, clpt_message *message)
{
    clpti_tensor made;
    clpt_status status = clpti_tensor_create(type, rank, shape, &made, message);
    if (status == CLPT_OK) status = clpti_parity_take(bundle, name, &made, message);
    if (status == CLPT_OK) *tensor = &bundle->arrays[bundle->count - 1].tensor;
    return status;
}

const clpti_tensor *clpti_parity_find(const clpti_parity_bundle *bundle, const char *name)
{
    for (int k = 0; bundle && k < bundle->count; k++)
        if (!strcmp(bundle->arrays[k].name, name)) return &bundle->arrays[k].tensor;
    return NULL;
}

void clpti_parity_bundle_free(clpti_parity_bundle *bundle)
{
    for (int k = 0; k < bundle->count; k++) clpti_tensor_destroy(&bundle->arrays[k].tensor);
    free(bundle->arrays);
    *bundle = (clpti_parity_bundle){0};
}
