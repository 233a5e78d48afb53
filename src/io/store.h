/* SPDX-License-Identifier: Apache-2.0 */
/* Files of named arrays, read through one interface: NPZ, or HDF5 where the build has it. A format is one file with a
 * clpti_store_format and one entry in store.c. */
#ifndef CLPTI_IO_STORE_H
#define CLPTI_IO_STORE_H

#include "io/io.h"

typedef struct clpti_store clpti_store;

/* Opens a file of any format, recognised by its first bytes. */
clpt_status clpti_store_open(const char *path, clpti_store **store, clpt_message *message);
void clpti_store_close(clpti_store **store);
const char *clpti_store_format_name(const clpti_store *store); /* "NPZ", "HDF5", "TIFF" */

/* Like the functions of the same names for NPZ (io.h). In HDF5 a name is a path without its first slash. */
int64_t clpti_store_count(const clpti_store *store);
clpt_status clpti_store_info(clpti_store *store, int64_t index, clpti_npy_info *info, clpt_message *message);
bool clpti_store_has(const clpti_store *store, const char *name);
int64_t clpti_store_find(const clpti_store *store, const char *name);
clpt_status clpti_store_read(clpti_store *store, const char *name, clpt_type type, clpti_tensor *tensor,
                             clpt_message *message);
clpt_status clpti_store_read_any(clpti_store *store, const char *name, clpti_tensor *tensor, clpt_message *message);

/* Path of an array; control characters as '?'. */
void clpti_store_name(const clpti_store *store, int64_t index, char name[1024]);
/* An attribute with one value, as text, of an array (HDF5 only; "" for the file). False if there is none. */
bool clpti_store_attribute(const clpti_store *store, const char *array, const char *name, char value[256]);
/* A sentence about a link or array that cannot be opened; NULL beyond the last. */
const char *clpti_store_broken(const clpti_store *store, int64_t index);
/* Rows and columns (first, count) of the frame [H, W] with this index in an array [..., H, W], as float32; for formats
 * that can. */
bool clpti_store_reads_frames(const clpti_store *store);
clpt_status clpti_store_read_frame(clpti_store *store, const char *name, int64_t frame, const int64_t rows[2],
                                   const int64_t columns[2], float *to, clpt_message *message);

/* Metadata of the file as text, the attributes of an HDF5 file's root: number `index` as name and value (both at least
 * 256 bytes). False beyond the last. In an NPZ file
 * they are the lines of the text `options` of a result. */
bool clpti_store_note(clpti_store *store, int64_t index, char name[256], char value[256]);

/* Implementation of a format; `file` is private to it. */
typedef struct clpti_store_format {
    const char *name;
    clpt_status (*open)(const char *path, void **file, clpt_message *message);
    void (*close)(void *file);
    int64_t (*count)(const void *file);
    clpt_status (*info)(void *file, int64_t index, clpti_npy_info *info, clpt_message *message);
    int64_t (*find)(const void *file, const char *name); /* −1: missing */
    clpt_status (*read)(void *file, const char *name, const clpt_type *type, clpti_tensor *tensor,
                        clpt_message *message); /* type NULL: the nearest */
    bool (*note)(void *file, int64_t index, char name[256], char value[256]);
    void (*name_of)(const void *file, int64_t index, char name[1024]);
    /* NULL in a format that has none of these */
    bool (*attribute)(const void *file, const char *array, const char *name, char value[256]);
    const char *(*broken)(const void *file, int64_t index);
    clpt_status (*read_frame)(void *file, const char *name, int64_t frame, const int64_t rows[2],
                              const int64_t columns[2], float *to, clpt_message *message);
} clpti_store_format;

extern const clpti_store_format clpti_store_tiff; /* store_tiff.c, or store_no_tiff.c in a build without libtiff */
extern const clpti_store_format clpti_store_hdf5; /* h5_read.c, or h5_none.c in a build without HDF5 */

#endif
