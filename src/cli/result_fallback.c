/* SPDX-License-Identifier: Apache-2.0 */
/* Fallback for a result whose disk has become full: another directory. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/result.h"
#include "cli/session.h"

/* The first writable directory, with an unused file name; the path is stored in `where`. */
static bool write_elsewhere(const char *path, const clpti_result *result, char *where, size_t capacity)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    const char *const directories[] = {".", getenv("TMPDIR"), "/tmp"};
    for (size_t k = 0; k < sizeof directories / sizeof *directories; ++k) {
        clpt_message ignored = {0};
        if (!directories[k] || !*directories[k]) continue;
        int length = snprintf(where, capacity, "%s/rescued-%ld-%s", directories[k], (long)getpid(), name);
        if (length < 0 || (size_t)length >= capacity || access(where, F_OK) == 0) continue;
        if (clpti_result_write(where, result, &ignored) == CLPT_OK) return true;
    }
    return false;
}

clpt_status clpti_result_save(const char *path, const clpti_result *result, clpt_message *message)
{
    char where[1024];
    clpt_message why = {0};
    clpt_status status = clpti_result_write(path, result, &why);
    if (status == CLPT_OK) return clpti_result_pictures(path, result, message);
    if (write_elsewhere(path, result, where, sizeof where))
        return clpti_fail(message, status, "%.500s; the result is in %s instead, without pictures", why.text, where);
    return clpti_fail(message, status,
                      "%.500s; it could not be written to the current directory, $TMPDIR or /tmp either", why.text);
}
