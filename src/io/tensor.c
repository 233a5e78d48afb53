/* SPDX-License-Identifier: Apache-2.0 */
/* Arrays in host memory with type and shape. */
#include "io/io.h"

#include <stdlib.h>
#include <string.h>

#include "core/memory.h"

static const struct {
    size_t size;
    const char *name;
} types[] = {
    [CLPT_TYPE_F32] = {4, "float32"},
    [CLPT_TYPE_C64] = {8, "complex64"},
    [CLPT_TYPE_F64] = {8, "float64"},
    [CLPT_TYPE_C128] = {16, "complex128"},
};

size_t clpti_type_size(clpt_type type)
{
    size_t index = (size_t)type;
    return index < sizeof types / sizeof *types ? types[index].size : 0;
}

const char *clpti_type_name(clpt_type type)
{
    size_t index = (size_t)type;
    return index < sizeof types / sizeof *types ? types[index].name : "unknown";
}

int64_t clpti_tensor_count(const clpti_tensor *tensor)
{
    int64_t count = 1;
    for (int axis = 0; axis < tensor->rank; axis++) count *= tensor->shape[axis];
    return count;
}

clpt_status clpti_tensor_create(clpt_type type, int rank, const int64_t *shape, clpti_tensor *tensor,
                                clpt_message *message)
{
    size_t size = clpti_type_size(type);
    *tensor = (clpti_tensor){.type = type, .rank = rank};
    if (size == 0 || rank < 0 || rank > CLPTI_TENSOR_RANK) {
        tensor->rank = 0;
        return clpti_fail(message, CLPT_ERROR_ARGUMENT, "an array of rank %d and type %d is not supported", rank,
                          (int)type);
    }
    int64_t bytes = (int64_t)size;
    for (int axis = 0; axis < rank; axis++) {
        tensor->shape[axis] = shape[axis];
        if (!clpti_multiply(bytes, shape[axis], &bytes)) {
            *tensor = (clpti_tensor){0};
            return clpti_fail(message, CLPT_ERROR_MEMORY, "an array of this shape has too many bytes");
        }
    }
    tensor->data = clpti_calloc(bytes, 1);
    if (tensor->data) return CLPT_OK;
    *tensor = (clpti_tensor){0};
    return clpti_fail(message, CLPT_ERROR_MEMORY, "out of memory for %lld bytes of %s", (long long)bytes,
                      types[type].name);
}

void clpti_tensor_destroy(clpti_tensor *tensor)
{
    if (!tensor) return;
    free(tensor->data);
    *tensor = (clpti_tensor){0};
}
