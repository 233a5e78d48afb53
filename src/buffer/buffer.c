/* SPDX-License-Identifier: Apache-2.0 */
/* Buffers of both kinds of context: cl_mem through src/cl, or doubles in host memory; transfers and conversions. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cl/runtime.h"
#include "buffer/buffer.h"
#include "core/memory.h"

typedef struct element_sizes {
    size_t device, reference;
} element_sizes;

static const element_sizes sizes[] = {
    [CLPTI_REAL] = {4, 8},  [CLPTI_COMPLEX] = {8, 16}, [CLPTI_POSITION] = {16, 16},
    [CLPTI_INDEX] = {4, 4}, [CLPTI_BYTE] = {1, 1},
};

size_t clpti_element_size(const clpt_context *context, clpti_element element)
{
    return clpti_is_reference(context) ? sizes[element].reference : sizes[element].device;
}

double *clpti_host(clpti_view view)
{
    if (!view.buffer) return NULL;
    return (double *)view.buffer->memory + view.offset * (view.buffer->element == CLPTI_COMPLEX ? 2 : 1);
}

clpt_status clpti_buffer_create(clpt_context *context, clpti_element element, int64_t count, clpt_buffer **buffer)
{
    *buffer = NULL;
    int64_t bytes;
    if (!clpti_multiply(count, (int64_t)clpti_element_size(context, element), &bytes))
        return clpti_fail(&context->message, CLPT_ERROR_MEMORY, "a buffer of %lld elements does not fit in 64 bits",
                          (long long)count);
    clpt_status status = CLPT_OK;
    clpt_buffer *made = calloc(1, sizeof *made);
    if (!made) return clpti_fail(&context->message, CLPT_ERROR_MEMORY, "no host memory for a buffer handle");
    *made = (clpt_buffer){.context = context, .element = element, .count = count};
    if (!clpti_is_reference(context)) {
        CLPTI_TRY(clpti_cl_alloc(context, bytes, &made->memory));
    } else if (!(made->memory = clpti_calloc(bytes, 1))) {
        CLPTI_TRY(clpti_fail(&context->message, CLPT_ERROR_MEMORY, "no host memory for a buffer of %lld bytes",
                             (long long)bytes));
    }
    *buffer = made;
    made = NULL;
cleanup:
    free(made);
    return status;
}

void clpt_buffer_destroy(clpt_buffer **buffer)
{
    if (!buffer || !*buffer) return;
    if (clpti_is_reference((*buffer)->context)) {
        free((*buffer)->memory);
    } else {
        clpti_cl_free((*buffer)->memory);
    }
    free(*buffer);
    *buffer = NULL;
}

int64_t clpt_buffer_get_count(const clpt_buffer *buffer)
{
    return buffer ? buffer->count : 0;
}

clpt_type clpt_buffer_get_type(const clpt_buffer *buffer)
{
    bool complex = buffer->element == CLPTI_COMPLEX;
    if (clpti_is_reference(buffer->context)) return complex ? CLPT_TYPE_C128 : CLPT_TYPE_F64;
    return complex ? CLPT_TYPE_C64 : CLPT_TYPE_F32;
}

clpt_status clpt_buffer_create(clpt_context *context, clpt_type type, int64_t count, clpt_buffer **buffer)
{
    if (!context || !buffer) return CLPT_ERROR_ARGUMENT;
    *buffer = NULL;
    if (count < 1)
        return clpti_fail(&context->message, CLPT_ERROR_ARGUMENT, "a buffer needs at least 1 element, not %lld",
                          (long long)count);
    if ((unsigned)type > CLPT_TYPE_C128)
        return clpti_fail(&context->message, CLPT_ERROR_ARGUMENT, "a buffer of unknown element type %d", (int)type);
    bool complex = type == CLPT_TYPE_C64 || type == CLPT_TYPE_C128;
    return clpti_buffer_create(context, complex ? CLPTI_COMPLEX : CLPTI_REAL, count, buffer);
}

/* ---- raw bytes ---- */

static int64_t bytes_of(const clpt_buffer *buffer, int64_t count)
{
    return count * (int64_t)clpti_element_size(buffer->context, buffer->element);
}

static char *host_at(clpti_view view)
{
    return (char *)view.buffer->memory + bytes_of(view.buffer, view.offset);
}

clpt_status clpti_upload(clpti_view to, const void *from, int64_t count)
{
    clpt_context *context = to.buffer->context;
    if (!clpti_is_reference(context))
        return clpti_cl_write(context, to.buffer->memory, bytes_of(to.buffer, to.offset), from,
                              bytes_of(to.buffer, count));
    memcpy(host_at(to), from, (size_t)bytes_of(to.buffer, count));
    return CLPT_OK;
}

clpt_status clpti_download(clpti_view from, void *to, int64_t count)
{
    clpt_context *context = from.buffer->context;
    if (!clpti_is_reference(context))
        return clpti_cl_read(context, from.buffer->memory, bytes_of(from.buffer, from.offset), to,
                             bytes_of(from.buffer, count));
    memcpy(to, host_at(from), (size_t)bytes_of(from.buffer, count));
    return CLPT_OK;
}

clpt_status clpti_copy(clpti_view from, clpti_view to, int64_t count)
{
    clpt_context *context = from.buffer->context;
    if (!clpti_is_reference(context))
        return clpti_cl_copy(context, from.buffer->memory, bytes_of(from.buffer, from.offset), to.buffer->memory,
                             bytes_of(to.buffer, to.offset), bytes_of(from.buffer, count));
    memmove(host_at(to), host_at(from), (size_t)bytes_of(from.buffer, count));
    return CLPT_OK;
}

clpt_status clpti_zero(clpti_view view, int64_t count)
{
    clpt_context *context = view.buffer->context;
    if (!clpti_is_reference(context))
        return clpti_cl_zero(context, view.buffer->memory, bytes_of(view.buffer, view.offset),
                             bytes_of(view.buffer, count));
    memset(host_at(view), 0, (size_t)bytes_of(view.buffer, count));
    return CLPT_OK;
}

/* ---- fields: numbers of the caller's precision ---- */

static bool is_complex(clpt_type type)
{
    return type == CLPT_TYPE_C64 || type == CLPT_TYPE_C128;
}

static bool is_double(clpt_type type)
{
    return type == CLPT_TYPE_F64 || type == CLPT_TYPE_C128;
}

/* Converts `count` contiguous elements between number formats; a real source becomes complex with im = 0. */
static void convert(void *to, clpt_type to_type, const void *from, clpt_type from_type, int64_t count)
{
    int64_t parts = is_complex(from_type) ? 2 : 1, step = is_complex(to_type) && !is_complex(from_type) ? 2 : 1;
    for (int64_t i = 0; i < count * parts; i++) {
        double value = is_double(from_type) ? ((const double *)from)[i] : (double)((const float *)from)[i];
        if (is_double(to_type)) {
            ((double *)to)[i * step] = value;
            if (step == 2) ((double *)to)[2 * i + 1] = 0.0;
        } else {
            ((float *)to)[i * step] = (float)value;
            if (step == 2) ((float *)to)[2 * i + 1] = 0.0f;
        }
    }
}

static size_t type_size(clpt_type type)
{
    return (is_double(type) ? 8u : 4u) * (is_complex(type) ? 2u : 1u);
}

/* elements per step of a conversion through a temporary buffer */
enum { conversion_run = 1 << 16 };

clpt_status clpti_field_upload(clpti_view to, const void *from, clpt_type type, int64_t count)
{
    clpt_type stored = clpt_buffer_get_type(to.buffer);
    if (type == stored) return clpti_upload(to, from, count);
    clpt_status status = CLPT_OK;
    void *run = clpti_malloc(conversion_run, type_size(stored));
    if (!run) return clpti_fail(&to.buffer->context->message, CLPT_ERROR_MEMORY, "no host memory to convert numbers");
    for (int64_t done = 0; done < count; done += conversion_run) {
        int64_t now = count - done < conversion_run ? count - done : conversion_run;
        convert(run, stored, (const char *)from + (size_t)done * type_size(type), type, now);
        CLPTI_TRY(clpti_upload(clpti_view_at(to, done), run, now));
    }
cleanup:
    free(run);
    return status;
}

clpt_status clpti_field_download(clpti_view from, void *to, clpt_type type, int64_t count)
{
    clpt_type stored = clpt_buffer_get_type(from.buffer);
    if (type == stored) return clpti_download(from, to, count);
    clpt_status status = CLPT_OK;
    void *run = clpti_malloc(conversion_run, type_size(stored));
    if (!run) return clpti_fail(&from.buffer->context->message, CLPT_ERROR_MEMORY, "no host memory to convert numbers");
    for (int64_t done = 0; done < count; done += conversion_run) {
        int64_t now = count - done < conversion_run ? count - done : conversion_run;
        CLPTI_TRY(clpti_download(clpti_view_at(from, done), run, now));
        convert((char *)to + (size_t)done * type_size(type), type, run, stored, now);
    }
cleanup:
    free(run);
    return status;
}
