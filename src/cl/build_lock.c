/* SPDX-License-Identifier: Apache-2.0 */
/* Lock on the driver's own cache while a program is built, for drivers whose cache does not bear several builds at a
 * time (clpti_quirk.cache_variable). All processes of a user share one lock file, whatever cache they chose for
 * clptycho.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cl/internal.h"

enum { LONGEST_PATH = 4096 };

static const char *variable(const char *name)
{
    const char *value = getenv(name);
    return value && *value ? value : NULL;
}

/* The driver's cache folder if the user chose one, else the user's cache folder. */
static bool lock_path(char *path, const char *cache_variable)
{
    const char *folder = variable(cache_variable), *below = "";
    if (!folder) folder = variable("XDG_CACHE_HOME");
    if (!folder && (folder = variable("HOME"))) below = "/.cache";
    if (!folder) return false;
    if (snprintf(path, LONGEST_PATH, "%s%s", folder, below) >= LONGEST_PATH - 32) return false;
    (void)mkdir(path, 0700);
    return snprintf(path, LONGEST_PATH, "%s%s/clptycho-build.lock", folder, below) < LONGEST_PATH;
}

int clpti_build_lock(const char *cache_variable)
{
    char path[LONGEST_PATH];
    if (!cache_variable || !lock_path(path, cache_variable)) return -1;
    int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600), failed;
    if (file < 0) return -1;
    while ((failed = flock(file, LOCK_EX)) != 0 && errno == EINTR) continue;
    if (!failed) return file;
    close(file);
    return -1;
}

void clpti_build_unlock(int lock)
{
    if (lock >= 0) close(lock);
}
