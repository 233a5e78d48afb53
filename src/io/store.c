/* SPDX-License-Identifier: Apache-2.0 */
/* Files of named arrays, read through one interface: NPZ or HDF5. */
#include "io/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/memory.h"

struct clpti_store {
    const clpti_store_format *format;
    void *file;
};

/* ---- NPZ ---- */

static clpt_status npz_open(const char *path, void **file, clpt_message *message)
{
    clpti_npz *npz;
    clpt_status status = clpti_npz_open(path, &npz, message);
    *file = npz;
    return status;
}

static void npz_close(void *file)
{
    clpti_npz *npz = file;
    clpti_npz_close(&npz);
}

static int64_t npz_count(const void *file)
{
    return clpti_npz_count(file);
}

static clpt_status npz_info(void *file, int64_t index, clpti_npy_info *info, clpt_message *message)
{
    return clpti_npz_info(file, index, info, message);
}

static int64_t npz_find(const void *file, const char *name)
{
    return clpti_npz_find(file, name);
}

static clpt_status npz_read(void *file, const char *name, const clpt_type *type, clpti_tensor *tensor,
                            clpt_message *message)
{
    return type ? clpti_npz_read(file, name, *type, tensor, message) : clpti_npz_read_any(file, name, tensor, message);
}

/* Line number `index`, "name = value", of the text that a result has beside its arrays. */
static bool npz_note(void *file, int64_t index, char name[256], char value[256])
{
    char *text = NULL;
    name[0] = value[0] = '\0';
    if (!clpti_npz_has(file, "options") || clpti_npz_read_text(file, "options", &text, NULL) != CLPT_OK) return false;
    const char *line = text, *sign = NULL;
    while (index-- > 0 && *line) line += strcspn(line, "\n") + (line[strcspn(line, "\n")] != '\0');
    if (*line && (sign = strstr(line, " = ")) && sign < line + strcspn(line, "\n")) {
        snprintf(name, 256, "%.*s", (int)(sign - line), line);
        snprintf(value, 256, "%.*s", (int)strcspn(sign + 3, "\n"), sign + 3);
    }
    free(text);
    return *name;
}

static void npz_name(const void *file, int64_t index, char name[1024])
{
    clpti_npz_name(file, index, name, 1024);
}

static const clpti_store_format store_npz = {.name = "NPZ",
                                             .open = npz_open,
                                             .close = npz_close,
                                             .count = npz_count,
                                             .info = npz_info,
                                             .find = npz_find,
                                             .read = npz_read,
                                             .note = npz_note,
                                             .name_of = npz_name};

/* ---- all formats ---- */

/* First bytes. Files with none of these are NPZ, whose reader reports the error. */
typedef struct signature {
    const char *bytes;
    size_t length;
    const clpti_store_format *format;
} signature;
static const signature signatures[] = {{"\x89HDF\r\n\x1a\n", 8, &clpti_store_hdf5},
                                       {"II*\0", 4, &clpti_store_tiff},
                                       {"MM\0*", 4, &clpti_store_tiff},
                                       {"II+\0", 4, &clpti_store_tiff},
                                       {"MM\0+", 4, &clpti_store_tiff},
                                       {"PK", 2, &store_npz}};
enum { signature_count = sizeof signatures / sizeof *signatures };

static bool starts_at(FILE *file, long offset, const signature *sign)
{
    char start[16];
    return fseek(file, offset, SEEK_SET) == 0 && fread(start, 1, sign->length, file) == sign->length &&
           !memcmp(start, sign->bytes, sign->length);
}

/* HDF5 may start behind a user block, at 512 bytes or a power of two times that: MATLAB v7.3. */
static const clpti_store_format *format_of(FILE *file)
{
    enum { last_block = 1 << 20 };
    for (size_t i = 0; i < signature_count; i++)
        if (starts_at(file, 0, &signatures[i])) return signatures[i].format;
    for (long offset = 512; offset <= last_block; offset *= 2)
        if (starts_at(file, offset, &signatures[0])) return &clpti_store_hdf5;
    return &store_npz;
}

static clpt_status choose_format(const char *path, const clpti_store_format **format, clpt_message *message)
{
    struct stat entry;
    *format = &store_npz;
    if (stat(path, &entry) == 0 && !S_ISREG(entry.st_mode) && !S_ISDIR(entry.st_mode)) /* opening a FIFO would wait */
        return clpti_fail(message, CLPT_ERROR_FILE, "%s: cannot be read: not a regular file", path);
    FILE *file = fopen(path, "rb");
    if (!file) return CLPT_OK; /* the format reports it */
    bool known = fstat(fileno(file), &entry) == 0;
    if (!known || !S_ISDIR(entry.st_mode)) *format = format_of(file);
    fclose(file);
    if (known && S_ISDIR(entry.st_mode))
        return clpti_fail(message, CLPT_ERROR_FILE, "%s: is a directory, not a file", path);
    if (known && S_ISREG(entry.st_mode) && entry.st_size == 0)
        return clpti_fail(message, CLPT_ERROR_FILE, "%s: is empty (0 bytes)", path);
    return CLPT_OK;
}

clpt_status clpti_store_open(const char *path, clpti_store **store, clpt_message *message)
{
    const clpti_store_format *format;
    *store = NULL;
    clpt_status status = choose_format(path, &format, message);
    if (status != CLPT_OK) return status;
    clpti_store *opened = clpti_calloc(1, sizeof *opened);
    if (!opened) return clpti_fail(message, CLPT_ERROR_MEMORY, "%s: out of memory", path);
    opened->format = format;
    status = format->open(path, &opened->file, message);
    if (status == CLPT_OK)
        *store = opened;
    else
        free(opened);
    return status;
}

void clpti_store_close(clpti_store **store)
{
    if (!store || !*store) return;
    (*store)->format->close((*store)->file);
    free(*store);
    *store = NULL;
}

const char *clpti_store_format_name(const clpti_store *store)
{
    return store->format->name;
}

int64_t clpti_store_count(const clpti_store *store)
{
    return store->format->count(store->file);
}

clpt_status clpti_store_info(clpti_store *store, int64_t index, clpti_npy_info *info, clpt_message *message)
{
    return store->format->info(store->file, index, info, message);
}

int64_t clpti_store_find(const clpti_store *store, const char *name)
{
    return store->format->find(store->file, name);
}

bool clpti_store_has(const clpti_store *store, const char *name)
{
    return clpti_store_find(store, name) >= 0;
}

clpt_status clpti_store_read(clpti_store *store, const char *name, clpt_type type, clpti_tensor *tensor,
                             clpt_message *message)
{
    return store->format->read(store->file, name, &type, tensor, message);
}

clpt_status clpti_store_read_any(clpti_store *store, const char *name, clpti_tensor *tensor, clpt_message *message)
{
    return store->format->read(store->file, name, NULL, tensor, message);
}

bool clpti_store_note(clpti_store *store, int64_t index, char name[256], char value[256])
{
    return store->format->note(store->file, index, name, value);
}

void clpti_store_name(const clpti_store *store, int64_t index, char name[1024])
{
    store->format->name_of(store->file, index, name);
}

bool clpti_store_attribute(const clpti_store *store, const char *array, const char *name, char value[256])
{
    return store->format->attribute && store->format->attribute(store->file, array, name, value);
}

const char *clpti_store_broken(const clpti_store *store, int64_t index)
{
    return store->format->broken ? store->format->broken(store->file, index) : NULL;
}

bool clpti_store_reads_frames(const clpti_store *store)
{
    return store->format->read_frame != NULL;
}

clpt_status clpti_store_read_frame(clpti_store *store, const char *name, int64_t frame, const int64_t rows[2],
                                   const int64_t columns[2], float *to, clpt_message *message)
{
    return store->format->read_frame(store->file, name, frame, rows, columns, to, message);
}
