/* SPDX-License-Identifier: Apache-2.0 */
/* The datasets of an HDF5 file by path, through hard, soft and external links to datasets and groups. */
#ifndef CLPTI_IO_H5_LIST_H
#define CLPTI_IO_H5_LIST_H

#include "io/h5_internal.h"

typedef struct clpti_h5_list {
    char **names; /* datasets */
    int64_t count;
    char **broken; /* sentences about links and datasets that cannot be opened, "'name' …" */
    int64_t broken_count;
} clpti_h5_list;

/* Fails for a file with an implausible number of links. */
clpt_status clpti_h5_list_make(hid_t file, const char *path, clpti_h5_list *list, clpt_message *message);
void clpti_h5_list_free(clpti_h5_list *list);

#endif
