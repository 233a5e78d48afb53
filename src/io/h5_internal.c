/* SPDX-License-Identifier: Apache-2.0 */
/* Functions common to the HDF5 reader and writer. */
#include "io/h5_internal.h"

#include <stdio.h>

bool clpti_h5_available(void)
{
    return true;
}

void clpti_h5_be_quiet(void)
{
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
}

/* Called from the innermost frame outwards; the first contains the cause. */
static herr_t take_first(unsigned n, const H5E_error2_t *error, void *user)
{
    char *text = user;
    if (n == 0 && error->desc) snprintf(text, 256, "%s", error->desc);
    return 0;
}

void clpti_h5_cause(char cause[256])
{
    cause[0] = '\0';
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, take_first, cause);
}

clpt_status clpti_h5_fail(const char *path, const char *what, clpt_message *message)
{
    char cause[256];
    clpti_h5_cause(cause);
    return clpti_fail(message, CLPT_ERROR_FILE, "%s: %s%s%s", path, what, *cause ? ": " : "", cause);
}

static hid_t complex_type(hid_t part, size_t bytes)
{
    hid_t type = H5Tcreate(H5T_COMPOUND, 2 * bytes);
    if (type < 0) return type;
    if (H5Tinsert(type, "r", 0, part) >= 0 && H5Tinsert(type, "i", bytes, part) >= 0) return type;
    H5Tclose(type);
    return -1;
}

hid_t clpti_h5_type(clpt_type type)
{
    switch (type) {
    case CLPT_TYPE_F32:
        return H5Tcopy(H5T_NATIVE_FLOAT);
    case CLPT_TYPE_F64:
        return H5Tcopy(H5T_NATIVE_DOUBLE);
    case CLPT_TYPE_C64:
        return complex_type(H5T_NATIVE_FLOAT, sizeof(float));
    case CLPT_TYPE_C128:
        return complex_type(H5T_NATIVE_DOUBLE, sizeof(double));
    }
    return -1;
}
