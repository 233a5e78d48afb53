/* SPDX-License-Identifier: Apache-2.0 */
/* Check of virtual datasets: HDF5 silently reads zeros if a source file is absent. */
#ifndef CLPTI_IO_H5_VIRTUAL_H
#define CLPTI_IO_H5_VIRTUAL_H

#include "io/h5_internal.h"

/* Fails with the name of the first source file that is absent. Other datasets pass. */
clpt_status clpti_h5_check_sources(hid_t set, const char *path, const char *name, clpt_message *message);

#endif
