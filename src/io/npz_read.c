/* SPDX-License-Identifier: Apache-2.0 */
/* Reader of NPZ files. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zip.h>

#include "core/memory.h"
#include "io/npy.h"

/* Elements converted at a time: small enough to stay in a processor's cache. */
#define CHUNK 4096
/* Deflate cannot compress by more than this factor (zlib's technical details), so a larger claim indicates damage. */
#define DEFLATE_LIMIT 1032
/* Longer headers are rejected: only structured types, which are unsupported, come near this limit. */
#define HEADER_LIMIT (1 << 20)

struct clpti_npz {
    char *path;
    zip_t *zip;    /* NULL: a file that is one array, .npy */
    int64_t bytes; /* of the file */
};

/* Name of the array of a .npy file. */
static const char plain_name[] = "frames";

/* ---- The archive ---- */

static bool is_npy(const char *path)
{
    unsigned char start[CLPTI_NPY_PREAMBLE];
    FILE *file = fopen(path, "rb");
    size_t got = file ? fread(start, 1, sizeof start, file) : 0;
    if (file) fclose(file);
    return clpti_npy_is(start, got);
}

clpt_status clpti_npz_open(const char *path, clpti_npz **npz, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    clpti_npz *opened = NULL;
    struct stat file;
    zip_error_t error;
    int code = 0;
    *npz = NULL;
    if (stat(path, &file) != 0)
        return clpti_fail(message, CLPT_ERROR_FILE, "%s: cannot be read: %s", path, strerror(errno));
    if (!S_ISREG(file.st_mode))
        return clpti_fail(message, CLPT_ERROR_FILE, "%s: cannot be read: not a regular file", path);
    opened = clpti_calloc(1, sizeof *opened);
    if (opened) opened->path = clpti_strdup(path);
    if (!opened || !opened->path) CLPTI_TRY(clpti_fail(message, CLPT_ERROR_MEMORY, "%s: out of memory", path));
    opened->bytes = file.st_size;
    if (is_npy(path)) goto cleanup;
    opened->zip = zip_open(path, ZIP_RDONLY, &code);
    if (opened->zip) goto cleanup;
    zip_error_init_with_code(&error, code);
    status = clpti_fail(message, CLPT_ERROR_FILE, "%s: not an HDF5, NPZ, .npy or TIFF file, or a truncated NPZ: %s",
                        path, zip_error_strerror(&error));
    zip_error_fini(&error);
cleanup:
    if (status != CLPT_OK) clpti_npz_close(&opened);
    *npz = opened;
    return status;
}

void clpti_npz_close(clpti_npz **npz)
{
    if (!npz || !*npz) return;
    if ((*npz)->zip) zip_discard((*npz)->zip);
    free((*npz)->path);
    free(*npz);
    *npz = NULL;
}

int64_t clpti_npz_count(const clpti_npz *npz)
{
    return npz->zip ? zip_get_num_entries(npz->zip, 0) : 1;
}

int64_t clpti_npz_find(const clpti_npz *npz, const char *name)
{
    char *member = NULL;
    if (!npz->zip) return strcmp(name, plain_name) ? -1 : 0;
    if (asprintf(&member, "%s.npy", name) < 0) return -1;
    int64_t index = zip_name_locate(npz->zip, member, 0);
    free(member);
    return index >= 0 ? index : zip_name_locate(npz->zip, name, 0);
}

bool clpti_npz_has(const clpti_npz *npz, const char *name)
{
    return clpti_npz_find(npz, name) >= 0;
}

/* Array name without ".npy"; control characters could confuse a terminal. */
void clpti_npz_name(const clpti_npz *npz, int64_t index, char *name, size_t capacity)
{
    const char *member = npz->zip ? zip_get_name(npz->zip, (zip_uint64_t)index, 0) : plain_name;
    snprintf(name, capacity, "%s", member ? member : "?");
    size_t length = strlen(name);
    if (length > 4 && strcmp(name + length - 4, ".npy") == 0) name[length - 4] = '\0';
    clpti_text_clean(name, false);
}

static clpt_status fail_missing(const clpti_npz *npz, const char *name, clpt_message *message)
{
    char list[1024] = "", one[256];
    size_t used = 0;
    for (int64_t i = 0; i < clpti_npz_count(npz) && used < sizeof list - sizeof one - 4; i++) {
        clpti_npz_name(npz, i, one, sizeof one);
        used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", i ? ", " : "", one);
    }
    return clpti_fail(message, CLPT_ERROR_FILE, "%s: array '%s' is missing; the file contains: %s", npz->path, name,
                      *list ? list : "nothing");
}

/* ---- One member, opened up to the start of its data ---- */

typedef struct member {
    zip_file_t *file; /* NULL: plain */
    FILE *plain;
    zip_stat_t stat;
    size_t data_at; /* bytes of the member before the data */
    clpti_npy_header header;
} member;

static clpt_status read_bytes(member *m, void *to, int64_t bytes, clpt_message *message)
{
    for (unsigned char *at = to; bytes > 0;) {
        /* In chunks, since zlib has 32-bit counters. */
        int64_t part = bytes < CHUNK * CHUNK ? bytes : CHUNK * CHUNK;
        int64_t got =
            m->file ? zip_fread(m->file, at, (zip_uint64_t)part) : (int64_t)fread(at, 1, (size_t)part, m->plain);
        if (got < 0) return clpti_fail(message, CLPT_ERROR_FILE, "is damaged: %s", zip_file_strerror(m->file));
        if (got == 0)
            return clpti_fail(message, CLPT_ERROR_FILE, "is truncated: %lld bytes are missing", (long long)bytes);
        at += got;
        bytes -= got;
    }
    return CLPT_OK;
}

static clpt_status check_stat(const clpti_npz *npz, const member *m, clpt_message *message)
{
    const zip_uint64_t needed = ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD;
    if ((m->stat.valid & needed) != needed) return clpti_fail(message, CLPT_ERROR_FILE, "is damaged: it has no size");
    if (m->stat.comp_method != ZIP_CM_STORE && m->stat.comp_method != ZIP_CM_DEFLATE)
        return clpti_fail(message, CLPT_ERROR_FILE, "is compressed by method %d; NPZ arrays must be stored or deflated",
                          m->stat.comp_method);
    zip_uint64_t available = m->stat.comp_size, maximum = (zip_uint64_t)npz->bytes;
    if (available > maximum || m->stat.size / DEFLATE_LIMIT > available ||
        (m->stat.comp_method == ZIP_CM_STORE && m->stat.size != available))
        return clpti_fail(message, CLPT_ERROR_FILE, "is damaged: it claims %llu bytes out of %llu in a file of %llu",
                          (unsigned long long)m->stat.size, (unsigned long long)available, (unsigned long long)maximum);
    return CLPT_OK;
}

static clpt_status read_header(member *m, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    unsigned char start[CLPTI_NPY_PREAMBLE];
    size_t text_at = 0, text_length = 0;
    size_t have = m->stat.size < sizeof start ? (size_t)m->stat.size : sizeof start;
    char *text = NULL;
    CLPTI_TRY(read_bytes(m, start, (int64_t)have, message));
    CLPTI_TRY(clpti_npy_preamble(start, have, &text_at, &text_length, message));
    if (text_length > HEADER_LIMIT || text_at + text_length > m->stat.size || text_length < have - text_at)
        CLPTI_TRY(clpti_fail(message, CLPT_ERROR_FILE, "has a damaged .npy header: %zu bytes long in a member of %llu",
                             text_length, (unsigned long long)m->stat.size));
    text = clpti_malloc((int64_t)text_length, 1);
    if (!text) CLPTI_TRY(clpti_fail(message, CLPT_ERROR_MEMORY, "cannot be read: out of memory for its header"));
    memcpy(text, start + text_at, have - text_at);
    CLPTI_TRY(read_bytes(m, text + have - text_at, (int64_t)(text_length - (have - text_at)), message));
    CLPTI_TRY(clpti_npy_parse(text, text_length, &m->header, message));
    m->data_at = text_at + text_length;
cleanup:
    free(text);
    return status;
}

static void close_member(member *m)
{
    if (m->file) zip_fclose(m->file);
    if (m->plain) fclose(m->plain);
    m->file = NULL;
    m->plain = NULL;
}

static clpt_status open_plain(const clpti_npz *npz, member *m, clpt_message *message)
{
    m->stat.size = (zip_uint64_t)npz->bytes;
    m->plain = fopen(npz->path, "rb");
    if (!m->plain) return clpti_fail(message, CLPT_ERROR_FILE, "cannot be read: %s", strerror(errno));
    clpt_status status = read_header(m, message);
    if (status != CLPT_OK) close_member(m);
    return status;
}

static clpt_status open_member(clpti_npz *npz, int64_t index, member *m, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    *m = (member){0};
    if (!npz->zip) return open_plain(npz, m, message);
    if (zip_stat_index(npz->zip, (zip_uint64_t)index, 0, &m->stat) != 0)
        CLPTI_TRY(clpti_fail(message, CLPT_ERROR_FILE, "cannot be read: %s", zip_strerror(npz->zip)));
    CLPTI_TRY(check_stat(npz, m, message));
    m->file = zip_fopen_index(npz->zip, (zip_uint64_t)index, 0);
    if (!m->file) CLPTI_TRY(clpti_fail(message, CLPT_ERROR_FILE, "cannot be read: %s", zip_strerror(npz->zip)));
    CLPTI_TRY(read_header(m, message));
cleanup:
    if (status != CLPT_OK) close_member(m);
    return status;
}

clpt_status clpti_npz_info(clpti_npz *npz, int64_t index, clpti_npy_info *info, clpt_message *message)
{
    member m;
    char name[sizeof info->name];
    *info = (clpti_npy_info){0};
    if (index < 0 || index >= clpti_npz_count(npz))
        return clpti_fail(message, CLPT_ERROR_ARGUMENT, "%s: there is no array with index %lld", npz->path,
                          (long long)index);
    clpti_npz_name(npz, index, name, sizeof name);
    clpt_status status = open_member(npz, index, &m, message);
    if (status != CLPT_OK) {
        clpti_message_prefix(message, "%s: array '%s'", npz->path, name);
        return status;
    }
    close_member(&m);
    *info = m.header.info;
    memcpy(info->name, name, sizeof name);
    return CLPT_OK;
}

/* ---- Data ---- */

static clpt_status check_readable(const member *m, clpt_type type, clpt_message *message)
{
    const clpti_npy_header *header = &m->header;
    if (!header->kind)
        return clpti_fail(message, CLPT_ERROR_FILE, "%s (its type is %s)", clpti_npy_refusal(header),
                          header->info.descr);
    if (header->kind == 'c' && type != CLPT_TYPE_C64 && type != CLPT_TYPE_C128)
        return clpti_fail(message, CLPT_ERROR_FILE, "contains complex numbers (%s) where real ones are required",
                          header->info.descr);
    zip_uint64_t claimed = (zip_uint64_t)(header->count * header->bytes), available = m->stat.size - m->data_at;
    if (claimed != available)
        return clpti_fail(message, CLPT_ERROR_FILE,
                          "is damaged: its shape and type (%s) require %llu bytes, but it has %llu", header->info.descr,
                          (unsigned long long)claimed, (unsigned long long)available);
    return CLPT_OK;
}

/* Destination of the next `count` elements of the file in C order. index: that of the first one; advanced. */
static void place_elements(const clpti_npy_info *info, int64_t *index, int64_t first, int64_t count, int64_t *at)
{
    if (!info->fortran || info->rank < 2) {
        for (int64_t i = 0; i < count; i++) at[i] = first + i;
        return;
    }
    for (int64_t i = 0; i < count; i++) {
        at[i] = 0;
        for (int axis = 0; axis < info->rank; axis++) at[i] = at[i] * info->shape[axis] + index[axis];
        for (int axis = 0; axis < info->rank && ++index[axis] == info->shape[axis]; axis++) index[axis] = 0;
    }
}

typedef struct chunk {
    double raw[CHUNK * 2], values[CHUNK * 2]; /* doubles, for their alignment */
    int64_t at[CHUNK];
} chunk;

static clpt_status convert(member *m, clpti_tensor *tensor, clpt_message *message)
{
    const clpti_npy_header *header = &m->header;
    clpt_status status = CLPT_OK;
    int64_t index[CLPTI_TENSOR_RANK] = {0};
    chunk *work = clpti_malloc(1, sizeof *work);
    if (!work) return clpti_fail(message, CLPT_ERROR_MEMORY, "cannot be read: out of memory for its conversion");
    for (int64_t first = 0; first < header->count; first += CHUNK) {
        int64_t count = header->count - first < CHUNK ? header->count - first : CHUNK;
        CLPTI_TRY(read_bytes(m, work->raw, count * header->bytes, message));
        clpti_npy_load(header, work->raw, count, work->values);
        place_elements(&header->info, index, first, count, work->at);
        clpti_npy_store(work->values, header->kind == 'c', count, work->at, tensor->type, tensor->data);
    }
cleanup:
    free(work);
    return status;
}

/* The checksum is verified once the end has been read. */
static clpt_status read_end(member *m, clpt_message *message)
{
    char beyond;
    int64_t got = m->file ? zip_fread(m->file, &beyond, 1) : (int64_t)fread(&beyond, 1, 1, m->plain);
    if (got == 0) return CLPT_OK;
    return clpti_fail(message, CLPT_ERROR_FILE, "is damaged: %s",
                      got < 0 ? zip_file_strerror(m->file) : "data beyond its end");
}

static clpt_status read_data(member *m, clpt_type type, clpti_tensor *tensor, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    const clpti_npy_info *info = &m->header.info;
    CLPTI_TRY(check_readable(m, type, message));
    CLPTI_TRY(clpti_tensor_create(type, info->rank, info->shape, tensor, message));
    if (clpti_npy_same(&m->header, type) && (!info->fortran || info->rank < 2))
        CLPTI_TRY(read_bytes(m, tensor->data, m->header.count * m->header.bytes, message));
    else
        CLPTI_TRY(convert(m, tensor, message));
    CLPTI_TRY(read_end(m, message));
cleanup:
    return status;
}

/* The nearest of the four types to that of the file. */
static clpt_type nearest_type(const clpti_npy_header *header)
{
    if (header->kind == 'c') return header->bytes == 8 ? CLPT_TYPE_C64 : CLPT_TYPE_C128;
    return header->kind == 'f' && header->bytes < 8 ? CLPT_TYPE_F32 : CLPT_TYPE_F64;
}

static clpt_status read_named(clpti_npz *npz, const char *name, const clpt_type *type, clpti_tensor *tensor,
                              clpt_message *message)
{
    clpt_status status = CLPT_OK;
    member m = {0};
    *tensor = (clpti_tensor){0};
    int64_t index = clpti_npz_find(npz, name);
    if (index < 0) return fail_missing(npz, name, message);
    CLPTI_TRY(open_member(npz, index, &m, message));
    CLPTI_TRY(read_data(&m, type ? *type : nearest_type(&m.header), tensor, message));
cleanup:
    close_member(&m);
    if (status != CLPT_OK) {
        clpti_tensor_destroy(tensor);
        clpti_message_prefix(message, "%s: array '%s'", npz->path, name);
    }
    return status;
}

clpt_status clpti_npz_read(clpti_npz *npz, const char *name, clpt_type type, clpti_tensor *tensor,
                           clpt_message *message)
{
    return read_named(npz, name, &type, tensor, message);
}

clpt_status clpti_npz_read_any(clpti_npz *npz, const char *name, clpti_tensor *tensor, clpt_message *message)
{
    return read_named(npz, name, NULL, tensor, message);
}
