/* SPDX-License-Identifier: Apache-2.0 */
/* Checks of array arguments: presence, rank, shape, type, memory, finite geometry. */
#include "arrays/check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/memory.h"

bool clpti_type_is_complex(clpt_type type)
{
    return type == CLPT_TYPE_C64 || type == CLPT_TYPE_C128;
}

size_t clpti_type_bytes(clpt_type type)
{
    return (type == CLPT_TYPE_F32 || type == CLPT_TYPE_C64 ? 4u : 8u) * (clpti_type_is_complex(type) ? 2u : 1u);
}

int64_t clpti_array_elements(const clpt_array *array)
{
    int64_t count = 1;
    for (int i = 0; i < array->rank; i++) count *= array->shape[i];
    return count;
}

/* "[4, 64, 64]" */
static const char *shape_text(int rank, const int64_t *shape, char text[120])
{
    int used = snprintf(text, 120, "[");
    for (int i = 0; i < rank && i < CLPT_MAX_RANK; i++)
        used += snprintf(text + used, 120 - (size_t)used, i ? ", %lld" : "%lld", (long long)shape[i]);
    snprintf(text + used, 120 - (size_t)used, "]");
    return text;
}

static clpt_status check_sizes(clpt_message *m, const char *function, const char *name, const clpt_array *array,
                               int64_t *count)
{
    char text[120];
    *count = 1;
    for (int i = 0; i < array->rank; i++) {
        if (array->shape[i] < 1)
            return clpti_fail(m, CLPT_ERROR_ARGUMENT, "%s: %s %s has no elements; every size must be at least 1",
                              function, name, shape_text(array->rank, array->shape, text));
        if (!clpti_multiply(*count, array->shape[i], count) || *count > INT64_MAX / 16)
            return clpti_fail(m, CLPT_ERROR_ARGUMENT, "%s: %s %s is too large to be addressed", function, name,
                              shape_text(array->rank, array->shape, text));
    }
    return CLPT_OK;
}

static clpt_status check_memory(clpt_context *context, const char *function, const char *name, const clpt_array *array,
                                int64_t count)
{
    clpt_message *m = &context->message;
    if (!array->data == !array->buffer)
        return clpti_fail(m, CLPT_ERROR_ARGUMENT, "%s: %s requires either host memory or a buffer, but has %s",
                          function, name, array->data ? "both" : "neither");
    if (array->data) return CLPT_OK;
    if (array->buffer->context != context)
        return clpti_fail(m, CLPT_ERROR_ARGUMENT, "%s: the buffer of %s belongs to another context", function, name);
    if (clpti_type_is_complex(array->type) != (array->buffer->element == CLPTI_COMPLEX))
        return clpti_fail(m, CLPT_ERROR_ARGUMENT, "%s: %s and its buffer are not both %s", function, name,
                          clpti_type_is_complex(array->type) ? "complex" : "real");
    if (array->offset < 0 || array->offset > array->buffer->count - count)
        return clpti_fail(m, CLPT_ERROR_ARGUMENT,
                          "%s: %s requires %lld elements from element %lld, but its buffer has %lld", function, name,
                          (long long)count, (long long)array->offset, (long long)array->buffer->count);
    return CLPT_OK;
}

clpt_status clpti_check_array(clpt_context *context, const char *function, const char *name, const clpt_array *array,
                              int min_rank, int max_rank, clpti_kind kind)
{
    clpt_message *m = &context->message;
    if (!array) return clpti_fail(m, CLPT_ERROR_ARGUMENT, "%s: %s is NULL", function, name);
    if ((unsigned)array->type > CLPT_TYPE_C128)
        return clpti_fail(m, CLPT_ERROR_ARGUMENT, "%s: %s has the unknown element type %d", function, name,
                          (int)array->type);
    if (array->rank < min_rank || array->rank > max_rank)
        return clpti_fail(m, CLPT_ERROR_ARGUMENT, "%s: %s has %d dimensions, but requires %d%s", function, name,
                          array->rank, min_rank, max_rank == min_rank ? "" : " or one more");
    bool complex = clpti_type_is_complex(array->type);
    if (kind != CLPTI_KIND_ANY && complex != (kind == CLPTI_KIND_COMPLEX))
        return clpti_fail(m, CLPT_ERROR_ARGUMENT, "%s: %s must be %s", function, name, complex ? "real" : "complex");
    int64_t count;
    clpt_status status = check_sizes(m, function, name, array, &count);
    return status == CLPT_OK ? check_memory(context, function, name, array, count) : status;
}

clpt_status clpti_check_shape(clpt_context *context, const char *function, const char *name, const clpt_array *array,
                              int rank, const int64_t *shape, const char *why)
{
    bool same = array->rank == rank;
    for (int i = 0; same && i < rank; i++) same = array->shape[i] == shape[i];
    if (same) return CLPT_OK;
    char has[120], needs[120];
    return clpti_fail(&context->message, CLPT_ERROR_ARGUMENT, "%s: %s is %s, but must be %s (%s)", function, name,
                      shape_text(array->rank, array->shape, has), shape_text(rank, shape, needs), why);
}

clpt_status clpti_read_geometry(clpt_context *context, const char *function, const char *name, const clpt_array *array,
                                double limit, double **numbers)
{
    clpt_message *m = &context->message;
    *numbers = NULL;
    if (!array->data || clpti_type_is_complex(array->type))
        return clpti_fail(m, CLPT_ERROR_ARGUMENT, "%s: %s must be real numbers in host memory", function, name);
    int64_t count = clpti_array_elements(array), last = array->shape[array->rank - 1];
    double *copy = clpti_malloc(count, sizeof *copy);
    if (!copy) return clpti_fail(m, CLPT_ERROR_MEMORY, "%s: no host memory for %s", function, name);
    for (int64_t i = 0; i < count; i++) {
        copy[i] =
            array->type == CLPT_TYPE_F64 ? ((const double *)array->data)[i] : (double)((const float *)array->data)[i];
        if (isfinite(copy[i]) && fabs(copy[i]) <= limit) continue;
        double bad = copy[i];
        free(copy);
        return clpti_fail(m, CLPT_ERROR_ARGUMENT, "%s: number %lld of row %lld of %s is %g, which is %s", function,
                          (long long)(i % last), (long long)(i / last), name, bad,
                          isfinite(bad) ? "beyond the range of coordinates" : "not finite");
    }
    *numbers = copy;
    return CLPT_OK;
}

clpt_status clpti_check_geometry_gradient(clpt_context *context, const char *function, const char *name,
                                          const clpt_array *array, const clpt_array *like)
{
    if (!array) return CLPT_OK;
    clpt_status status = CLPT_OK;
    CLPTI_TRY(clpti_check_array(context, function, name, array, like->rank, like->rank, CLPTI_KIND_REAL));
    CLPTI_TRY(clpti_check_shape(context, function, name, array, like->rank, like->shape, "the shape of its argument"));
    if (!array->data)
        CLPTI_TRY(clpti_fail(&context->message, CLPT_ERROR_ARGUMENT, "%s: %s must be host memory", function, name));
cleanup:
    return status;
}

void clpti_write_geometry(const clpt_array *array, const double *numbers)
{
    int64_t count = clpti_array_elements(array);
    for (int64_t i = 0; i < count; i++) {
        if (array->type == CLPT_TYPE_F64)
            ((double *)array->data)[i] = numbers[i];
        else
            ((float *)array->data)[i] = (float)numbers[i];
    }
}

clpt_status clpti_check_gradient(clpt_context *context, const char *function, const char *name, const clpt_array *array,
                                 const clpt_array *like)
{
    if (!array) return CLPT_OK;
    clpti_kind kind = clpti_type_is_complex(like->type) ? CLPTI_KIND_COMPLEX : CLPTI_KIND_REAL;
    clpt_status status = clpti_check_array(context, function, name, array, like->rank, like->rank, kind);
    if (status != CLPT_OK) return status;
    return clpti_check_shape(context, function, name, array, like->rank, like->shape, "the shape of its argument");
}
