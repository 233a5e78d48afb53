/* SPDX-License-Identifier: Apache-2.0 */
/* Recognition of HDF5 files by the ending of their name. */
#include <string.h>
#include <strings.h>

#include "io/h5.h"

bool clpti_h5_is_name(const char *path)
{
    static const char *const endings[] = {".h5", ".hdf5", ".hdf", ".ptyr"};
    size_t length = strlen(path);
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t ending = strlen(endings[i]);
        if (length > ending && !strcasecmp(path + length - ending, endings[i])) return true;
    }
    return false;
}
