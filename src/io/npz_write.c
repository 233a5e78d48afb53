/* SPDX-License-Identifier: Apache-2.0 */
/* Writer of NPZ files. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

#include "core/memory.h"
#include "io/npy.h"
#include "io/output.h"

/* Larger arrays are stored: one core deflates about this much per second, while a disk writes several times as much. */
#define STORED_ABOVE (64 << 20)
/* zlib level, 1 to 9: on measured patterns 6 takes twice as long for 6 % smaller files, 9 fifteen times as long for 10
 * %. */
#define DEFLATE_LEVEL 1

typedef struct header {
    struct header *next;
    size_t length;
    char text[CLPTI_NPY_HEADER_CAPACITY];
} header;

struct clpti_npz_writer {
    clpti_output output;
    zip_t *zip;
    header *headers;
};

clpt_status clpti_npz_create(const char *path, clpti_npz_writer **writer, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    clpti_npz_writer *made = NULL;
    int code = 0;
    *writer = NULL;
    made = clpti_calloc(1, sizeof *made);
    if (!made) return clpti_fail(message, CLPT_ERROR_MEMORY, "%s: out of memory", path);
    CLPTI_TRY(clpti_output_begin(path, &made->output, message));
    made->zip = zip_open(made->output.temporary, ZIP_TRUNCATE, &code);
    if (!made->zip) {
        zip_error_t error;
        zip_error_init_with_code(&error, code);
        status = clpti_fail(message, CLPT_ERROR_FILE, "%s: cannot be written: %s", path, zip_error_strerror(&error));
        zip_error_fini(&error);
    }
cleanup:
    if (status != CLPT_OK) clpti_npz_discard(&made);
    *writer = made;
    return status;
}

static clpt_status check_array(const clpti_npz_writer *writer, const char *name, const char *code, int rank,
                               const int64_t *shape, int64_t *bytes, clpt_message *message)
{
    const char *path = writer->output.name;
    if (!*name || *bytes == 0 || rank < 0 || rank > CLPTI_TENSOR_RANK)
        return clpti_fail(message, CLPT_ERROR_ARGUMENT, "%s: array '%s' of rank %d and type '%s' cannot be written",
                          path, name, rank, code);
    for (int axis = 0; axis < rank; axis++)
        if (!clpti_multiply(*bytes, shape[axis], bytes))
            return clpti_fail(message, CLPT_ERROR_ARGUMENT, "%s: array '%s' has an invalid length %lld", path, name,
                              (long long)shape[axis]);
    return CLPT_OK;
}

/* One array's header. libzip frees either all parts of a source or none, and the data belongs to the caller, so the
 * writer keeps the headers until the archive is closed. */
static clpt_status keep_header(clpti_npz_writer *writer, const char *code, int rank, const int64_t *shape,
                               header **kept, clpt_message *message)
{
    *kept = clpti_malloc(1, sizeof **kept);
    if (!*kept) return clpti_fail(message, CLPT_ERROR_MEMORY, "%s: out of memory for a header", writer->output.name);
    (*kept)->length = clpti_npy_write_header(code, rank, shape, (*kept)->text);
    (*kept)->next = writer->headers;
    writer->headers = *kept;
    return CLPT_OK;
}

/* `bytes`: per element on input, of the whole array afterwards. */
static clpt_status add_member(clpti_npz_writer *writer, const char *name, const char *code, int64_t bytes, int rank,
                              const int64_t *shape, const void *data, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    zip_source_t *source = NULL;
    header *start;
    char *member = NULL;
    CLPTI_TRY(check_array(writer, name, code, rank, shape, &bytes, message));
    CLPTI_TRY(keep_header(writer, code, rank, shape, &start, message));
    if (asprintf(&member, "%s.npy", name) < 0) {
        member = NULL;
        CLPTI_TRY(clpti_fail(message, CLPT_ERROR_MEMORY, "%s: out of memory for a name", writer->output.name));
    }
    zip_buffer_fragment_t parts[2] = {{(zip_uint8_t *)start->text, start->length},
                                      {(zip_uint8_t *)data, (zip_uint64_t)bytes}};
    source = zip_source_buffer_fragment(writer->zip, parts, bytes ? 2 : 1, 0);
    zip_int64_t index = source ? zip_file_add(writer->zip, member, source, ZIP_FL_ENC_UTF_8) : -1;
    if (index >= 0) source = NULL; /* owned by the archive */
    bool stored = bytes > STORED_ABOVE;
    /* A fixed date (1 January 1980, as in NumPy), so that equal arrays give equal files. */
    if (index < 0 || zip_file_set_dostime(writer->zip, (zip_uint64_t)index, 0, 1 << 5 | 1, 0) != 0 ||
        zip_set_file_compression(writer->zip, (zip_uint64_t)index, stored ? ZIP_CM_STORE : ZIP_CM_DEFLATE,
                                 stored ? 0 : DEFLATE_LEVEL) != 0)
        status = clpti_fail(message, CLPT_ERROR_FILE, "%s: array '%s' cannot be added: %s", writer->output.name, name,
                            zip_strerror(writer->zip));
cleanup:
    if (source) zip_source_free(source);
    free(member);
    return status;
}

clpt_status clpti_npz_add(clpti_npz_writer *writer, const char *name, clpt_type type, int rank, const int64_t *shape,
                          const void *data, clpt_message *message)
{
    static const char *const codes[] = {
        [CLPT_TYPE_F32] = "f4", [CLPT_TYPE_C64] = "c8", [CLPT_TYPE_F64] = "f8", [CLPT_TYPE_C128] = "c16"};
    int64_t size = (int64_t)clpti_type_size(type); /* 0: unknown type */
    return add_member(writer, name, size ? codes[type] : "unknown", size, rank, shape, data, message);
}

clpt_status clpti_npz_add_integers(clpti_npz_writer *writer, const char *name, int rank, const int64_t *shape,
                                   const int64_t *data, clpt_message *message)
{
    return add_member(writer, name, "i8", sizeof *data, rank, shape, data, message);
}

clpt_status clpti_npz_add_bytes(clpti_npz_writer *writer, const char *name, int64_t count, const void *data,
                                clpt_message *message)
{
    return add_member(writer, name, "u1", 1, 1, &count, data, message);
}

clpt_status clpti_npz_commit(clpti_npz_writer **writer, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    clpti_npz_writer *w = *writer;
    if (!w->headers) /* libzip would remove the file instead of writing an empty archive */
        CLPTI_TRY(clpti_fail(message, CLPT_ERROR_ARGUMENT, "%s: no arrays to write", w->output.name));
    if (zip_close(w->zip) != 0)
        CLPTI_TRY(
            clpti_fail(message, CLPT_ERROR_FILE, "%s: cannot be written: %s", w->output.name, zip_strerror(w->zip)));
    w->zip = NULL;
    status = clpti_output_commit(&w->output, message);
cleanup:
    clpti_npz_discard(writer);
    return status;
}

void clpti_npz_discard(clpti_npz_writer **writer)
{
    clpti_npz_writer *w = writer ? *writer : NULL;
    if (!w) return;
    if (w->zip) zip_discard(w->zip);
    clpti_output_discard(&w->output);
    while (w->headers) {
        header *next = w->headers->next;
        free(w->headers);
        w->headers = next;
    }
    free(w);
    *writer = NULL;
}
