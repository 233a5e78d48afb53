/* SPDX-License-Identifier: Apache-2.0 */
/* Replacement for HDF5 in a build without it: every entry point fails with the reason. */
#include "io/h5.h"
#include "io/store.h"

#define NONE "%s: this build of clptycho lacks HDF5: install libhdf5 with its headers (Debian: libhdf5-dev) and rebuild"

bool clpti_h5_available(void)
{
    return false;
}

static clpt_status no_open(const char *path, void **file, clpt_message *message)
{
    *file = NULL;
    return clpti_fail(message, CLPT_ERROR_FILE, NONE, path);
}

/* Opening always fails, so the other functions are never called. */
const clpti_store_format clpti_store_hdf5 = {.name = "HDF5", .open = no_open};

clpt_status clpti_h5_create(const char *path, clpti_h5_writer **writer, clpt_message *message)
{
    *writer = NULL;
    return clpti_fail(message, CLPT_ERROR_FILE, NONE, path);
}

static clpt_status never(clpt_message *message)
{
    return clpti_fail(message, CLPT_ERROR_INTERNAL, "HDF5 in a build without it");
}

clpt_status clpti_h5_add(clpti_h5_writer *writer, const char *name, clpt_type type, int rank, const int64_t *shape,
                         const void *data, clpt_message *message)
{
    (void)writer, (void)name, (void)type, (void)rank, (void)shape, (void)data;
    return never(message);
}

clpt_status clpti_h5_add_integers(clpti_h5_writer *writer, const char *name, int64_t count, const int64_t *data,
                                  clpt_message *message)
{
    (void)writer, (void)name, (void)count, (void)data;
    return never(message);
}

clpt_status clpti_h5_add_link(clpti_h5_writer *writer, const char *name, const char *target, clpt_message *message)
{
    (void)writer, (void)name, (void)target;
    return never(message);
}

clpt_status clpti_h5_note_texts(clpti_h5_writer *writer, const char *array, const char *name, int64_t count,
                                const char *const *texts, clpt_message *message)
{
    (void)writer, (void)array, (void)name, (void)count, (void)texts;
    return never(message);
}

clpt_status clpti_h5_note_text(clpti_h5_writer *writer, const char *array, const char *name, const char *text,
                               clpt_message *message)
{
    (void)writer, (void)array, (void)name, (void)text;
    return never(message);
}

clpt_status clpti_h5_note_real(clpti_h5_writer *writer, const char *array, const char *name, double value,
                               clpt_message *message)
{
    (void)writer, (void)array, (void)name, (void)value;
    return never(message);
}

clpt_status clpti_h5_note_integer(clpti_h5_writer *writer, const char *array, const char *name, int64_t value,
                                  clpt_message *message)
{
    (void)writer, (void)array, (void)name, (void)value;
    return never(message);
}

clpt_status clpti_h5_note_flag(clpti_h5_writer *writer, const char *array, const char *name, bool value,
                               clpt_message *message)
{
    (void)writer, (void)array, (void)name, (void)value;
    return never(message);
}

clpt_status clpti_h5_commit(clpti_h5_writer **writer, clpt_message *message)
{
    *writer = NULL;
    return never(message);
}

void clpti_h5_discard(clpti_h5_writer **writer)
{
    if (writer) *writer = NULL;
}
