/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the HDF5 reader and writer. */
#ifndef CLPTI_IO_H5_INTERNAL_H
#define CLPTI_IO_H5_INTERNAL_H

#include <hdf5.h>

#include "io/h5.h"

/* libhdf5 prints its errors unless this is disabled. */
void clpti_h5_be_quiet(void);
/* Registers the filters that this build decodes itself. */
void clpti_h5_register_filters(void);
/* The cause of the last failure as libhdf5 reports it; "" if unknown. */
void clpti_h5_cause(char cause[256]);
/* A failure with the cause reported by libhdf5. `what`: after "path: ", "array 'x' cannot be read". */
clpt_status clpti_h5_fail(const char *path, const char *what, clpt_message *message);
/* The HDF5 memory type of a clpt_type; the caller closes it. */
hid_t clpti_h5_type(clpt_type type);

#endif
