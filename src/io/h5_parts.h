/* SPDX-License-Identifier: Apache-2.0 */
/* What reader and writer of HDF5 share. */
#ifndef CLPTI_IO_H5_PARTS_H
#define CLPTI_IO_H5_PARTS_H

#include <hdf5.h>

#include "io/h5.h"

/* libhdf5 prints its errors unless told not to. */
void clpti_h5_be_quiet(void);
/* A failure with what libhdf5 says is the cause. `what`: after "path: ", "array 'x' cannot be read". */
clpt_status clpti_h5_fail(const char *path, const char *what, clpt_message *message);
/* The type in memory of one of ours; the caller closes it. */
hid_t clpti_h5_type(clpt_type type);

#endif
