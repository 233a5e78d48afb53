/* SPDX-License-Identifier: Apache-2.0 */
/* HDF5 files, by libhdf5 where the build has it: the writer, and what reader and writer share. Complex numbers are
 * compounds of r and i, as h5py has them. */
#ifndef CLPTI_IO_H5_H
#define CLPTI_IO_H5_H

#include "io/io.h"

bool clpti_h5_available(void);
/* Whether a path ends in .h5, .hdf5 or .hdf. */
bool clpti_h5_is_name(const char *path);

/* A new HDF5 file: arrays and attributes are added, then commit puts the complete file in place by rename; discard
 * leaves what was there. Without HDF5 in the build, creating one fails and says so. */
typedef struct clpti_h5_writer clpti_h5_writer;
clpt_status clpti_h5_create(const char *path, clpti_h5_writer **writer, clpt_message *message);
clpt_status clpti_h5_add(clpti_h5_writer *writer, const char *name, clpt_type type, int rank, const int64_t *shape,
                         const void *data, clpt_message *message);
clpt_status clpti_h5_add_integers(clpti_h5_writer *writer, const char *name, int64_t count, const int64_t *data,
                                  clpt_message *message); /* as int64 */
/* Attributes of an array, or of the file where `array` is NULL. Text is UTF-8 of variable length. */
clpt_status clpti_h5_note_text(clpti_h5_writer *writer, const char *array, const char *name, const char *text,
                               clpt_message *message);
clpt_status clpti_h5_note_real(clpti_h5_writer *writer, const char *array, const char *name, double value,
                               clpt_message *message);
clpt_status clpti_h5_note_integer(clpti_h5_writer *writer, const char *array, const char *name, int64_t value,
                                  clpt_message *message);
clpt_status clpti_h5_note_flag(clpti_h5_writer *writer, const char *array, const char *name, bool value,
                               clpt_message *message); /* as h5py has numpy.bool_: an enumeration of int8 */
clpt_status clpti_h5_commit(clpti_h5_writer **writer, clpt_message *message); /* closes it, also on failure */
void clpti_h5_discard(clpti_h5_writer **writer);

#endif
