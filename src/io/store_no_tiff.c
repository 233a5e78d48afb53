/* SPDX-License-Identifier: Apache-2.0 */
/* Replacement for TIFF in a build without it: opening fails with the reason, so the other functions are never called.
 */
#include "io/store.h"

static clpt_status no_open(const char *path, void **file, clpt_message *message)
{
    *file = NULL;
    return clpti_fail(
        message, CLPT_ERROR_FILE,
        "%s: this build of clptycho lacks TIFF: install libtiff with its headers (Debian: libtiff-dev) and "
        "rebuild",
        path);
}

const clpti_store_format clpti_store_tiff = {.name = "TIFF", .open = no_open};
