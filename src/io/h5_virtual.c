/* SPDX-License-Identifier: Apache-2.0 */
/* Check that all source files of a virtual dataset of HDF5 are present. */
#include "io/h5_virtual.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* HDF5 searches the path as it is, then beside the file that contains the dataset. */
static bool exists(const char *source, const char *container)
{
    char beside[4096];
    const char *slash = strrchr(container, '/');
    if (!strcmp(source, ".") || strchr(source, '%')) return true; /* the same file; a series of names */
    if (access(source, R_OK) == 0) return true;
    if (source[0] == '/' && slash) source = strrchr(source, '/') + 1;
    snprintf(beside, sizeof beside, "%.*s%s", slash ? (int)(slash - container + 1) : 0, container, source);
    return access(beside, R_OK) == 0;
}

clpt_status clpti_h5_check_sources(hid_t set, const char *path, const char *name, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    size_t count = 0, absent = 0;
    char source[2048], first[2048] = "", container[4096] = "";
    hid_t how = H5Dget_create_plist(set);
    if (how < 0 || H5Pget_layout(how) != H5D_VIRTUAL || H5Pget_virtual_count(how, &count) < 0) count = 0;
    H5Fget_name(set, container, sizeof container);
    for (size_t i = 0; i < count; i++) {
        if (H5Pget_virtual_filename(how, i, source, sizeof source) < 0 || exists(source, container)) continue;
        if (absent++ == 0) snprintf(first, sizeof first, "%s", source);
    }
    if (absent)
        status =
            clpti_fail(message, CLPT_ERROR_FILE,
                       "%s: array '%.200s' is virtual, and %zu of its %zu source files are absent, first '%.500s': "
                       "put them beside %s",
                       path, name, absent, count, first, container);
    if (how >= 0) H5Pclose(how);
    return status;
}
