/* SPDX-License-Identifier: Apache-2.0 */
/* clpt_array: constructors for host memory and buffers, and copies with conversion of precision. */
#include <stdlib.h>
#include <string.h>

#include "arrays/check.h"
#include "core/context.h"
#include "core/memory.h"

static clpt_array shaped(int rank, const int64_t *shape)
{
    clpt_array array = {.rank = rank};
    for (int i = 0; i < rank && i < CLPT_MAX_RANK && shape; i++) array.shape[i] = shape[i];
    return array;
}

clpt_array clpt_array_host(const void *data, clpt_type type, int rank, const int64_t *shape)
{
    clpt_array array = shaped(rank, shape);
    array.type = type;
    array.data = (void *)(uintptr_t)data; /* an input is never written */
    return array;
}

clpt_array clpt_array_device(clpt_buffer *buffer, int64_t offset, int rank, const int64_t *shape)
{
    clpt_array array = shaped(rank, shape);
    array.buffer = buffer;
    array.offset = offset;
    if (buffer) array.type = clpt_buffer_get_type(buffer);
    return array;
}

static clpti_view view_of(const clpt_array *array)
{
    return (clpti_view){array->buffer, array->offset};
}

/* Copies between two host arrays, through the conversions of a reference buffer. */
static void copy_host(const clpt_array *from, const clpt_array *to, int64_t count)
{
    bool from_double = from->type == CLPT_TYPE_F64 || from->type == CLPT_TYPE_C128;
    bool to_double = to->type == CLPT_TYPE_F64 || to->type == CLPT_TYPE_C128;
    int64_t parts = clpti_type_is_complex(from->type) ? 2 : 1;
    int64_t step = clpti_type_is_complex(to->type) && parts == 1 ? 2 : 1;
    if (step == 2) memset(to->data, 0, (size_t)count * clpti_type_bytes(to->type));
    for (int64_t i = 0; i < count * parts; i++) {
        double value = from_double ? ((const double *)from->data)[i] : (double)((const float *)from->data)[i];
        if (to_double)
            ((double *)to->data)[i * step] = value;
        else
            ((float *)to->data)[i * step] = (float)value;
    }
}

/* A real buffer into a complex one, through host memory. */
static clpt_status copy_widening(clpt_context *context, const clpt_array *from, const clpt_array *to, int64_t count)
{
    clpt_status status = CLPT_OK;
    void *numbers = clpti_malloc(count, clpti_type_bytes(to->type));
    if (!numbers)
        return clpti_fail(&context->message, CLPT_ERROR_MEMORY, "clpt_array_copy: no host memory for %lld numbers",
                          (long long)count);
    CLPTI_TRY(clpti_field_download(view_of(from), numbers, to->type, count));
    CLPTI_TRY(clpti_field_upload(view_of(to), numbers, to->type, count));
cleanup:
    free(numbers);
    return status;
}

clpt_status clpt_array_copy(clpt_context *context, const clpt_array *from, const clpt_array *to)
{
    static const char *const name = "clpt_array_copy";
    if (!context) return CLPT_ERROR_ARGUMENT;
    clpt_status status = CLPT_OK;
    CLPTI_TRY(clpti_check_array(context, name, "from", from, 1, CLPT_MAX_RANK, CLPTI_KIND_ANY));
    CLPTI_TRY(clpti_check_array(context, name, "to", to, 1, CLPT_MAX_RANK, CLPTI_KIND_ANY));
    CLPTI_TRY(clpti_check_shape(context, name, "to", to, from->rank, from->shape, "the same as from"));
    bool from_complex = clpti_type_is_complex(from->type), to_complex = clpti_type_is_complex(to->type);
    if (from_complex && !to_complex)
        CLPTI_TRY(clpti_fail(&context->message, CLPT_ERROR_ARGUMENT,
                             "%s: complex numbers cannot be copied to a real array", name));
    int64_t count = clpti_array_elements(from);
    if (from->data && to->data)
        copy_host(from, to, count);
    else if (from->data)
        CLPTI_TRY(clpti_field_upload(view_of(to), from->data, from->type, count));
    else if (to->data)
        CLPTI_TRY(clpti_field_download(view_of(from), to->data, to->type, count));
    else if (from_complex == to_complex)
        CLPTI_TRY(clpti_copy(view_of(from), view_of(to), count));
    else
        CLPTI_TRY(copy_widening(context, from, to, count));
cleanup:
    return status;
}
