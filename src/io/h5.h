/* SPDX-License-Identifier: Apache-2.0 */
/* HDF5 files, by libhdf5 where the build has it: the writer, and declarations shared with the reader. Complex numbers
 * are compounds of r and i, as in h5py. */
#ifndef CLPTI_IO_H5_H
#define CLPTI_IO_H5_H

#include "io/io.h"

bool clpti_h5_available(void);
/* True if a path ends in .h5, .hdf5, .hdf or .ptyr. */
bool clpti_h5_is_name(const char *path);

/* A new HDF5 file: add arrays and attributes, then commit renames the complete file into place; discard leaves an
 * existing file unchanged. Creation fails in a build without HDF5. */
typedef struct clpti_h5_writer clpti_h5_writer;
clpt_status clpti_h5_create(const char *path, clpti_h5_writer **writer, clpt_message *message);
clpt_status clpti_h5_add(clpti_h5_writer *writer, const char *name, clpt_type type, int rank, const int64_t *shape,
                         const void *data, clpt_message *message);
clpt_status clpti_h5_add_integers(clpti_h5_writer *writer, const char *name, int64_t count, const int64_t *data,
                                  clpt_message *message); /* as int64 */
/* A second name of an array that has been added. */
clpt_status clpti_h5_add_link(clpti_h5_writer *writer, const char *name, const char *target, clpt_message *message);
/* Attributes of an array or a group, or of the file if `array` is NULL. Text is variable-length UTF-8. */
clpt_status clpti_h5_note_text(clpti_h5_writer *writer, const char *array, const char *name, const char *text,
                               clpt_message *message);
clpt_status clpti_h5_note_texts(clpti_h5_writer *writer, const char *array, const char *name, int64_t count,
                                const char *const *texts, clpt_message *message);
clpt_status clpti_h5_note_real(clpti_h5_writer *writer, const char *array, const char *name, double value,
                               clpt_message *message);
clpt_status clpti_h5_note_integer(clpti_h5_writer *writer, const char *array, const char *name, int64_t value,
                                  clpt_message *message);
clpt_status clpti_h5_note_flag(clpti_h5_writer *writer, const char *array, const char *name, bool value,
                               clpt_message *message); /* as numpy.bool_ in h5py: an enumeration of int8 */
clpt_status clpti_h5_commit(clpti_h5_writer **writer, clpt_message *message); /* closes it, also on failure */
void clpti_h5_discard(clpti_h5_writer **writer);

#endif
