/* SPDX-License-Identifier: Apache-2.0 */
/* Environment variables of OpenCL drivers. */
#include "cli/driver_environment.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_SIZE = 4096 };

static const char *variable(const char *name)
{
    const char *value = getenv(name);
    return value && *value ? value : NULL;
}

/* True if files can be made in the folder, which is made if its parent exists. */
static bool is_writable(const char *path)
{
    if (mkdir(path, 0700) == 0) return true;
    return errno == EEXIST && access(path, W_OK | X_OK) == 0;
}

/* PoCL's own choice of a cache folder: below XDG_CACHE_HOME, else HOME/.cache. */
static bool pocl_has_cache(void)
{
    char path[PATH_SIZE];
    const char *cache = variable("XDG_CACHE_HOME"), *home = variable("HOME");
    if (cache)
        snprintf(path, sizeof path, "%s", cache);
    else if (home)
        snprintf(path, sizeof path, "%s/.cache", home);
    else
        return false;
    return is_writable(path);
}

/* A folder of this user alone: another user's, or a link, could replace built kernels. */
static bool is_private(const char *path)
{
    struct stat entry;
    if (mkdir(path, 0700) != 0 && errno != EEXIST) return false;
    return lstat(path, &entry) == 0 && S_ISDIR(entry.st_mode) && entry.st_uid == geteuid() &&
           !(entry.st_mode & (S_IWGRP | S_IWOTH));
}

/* PoCL has no device if its cache folder cannot be made: a home that is read-only, absent or another user's. */
static void give_pocl_a_cache(void)
{
    char path[PATH_SIZE];
    const char *temporary = variable("TMPDIR");
    if (variable("POCL_CACHE_DIR") || pocl_has_cache()) return;
    snprintf(path, sizeof path, "%s/clptycho-pocl-%lu", temporary ? temporary : "/tmp", (unsigned long)geteuid());
    if (is_private(path)) setenv("POCL_CACHE_DIR", path, 0);
}

/* clFFT builds its programs without options, and PoCL prints the number of their warnings to stderr. PoCL reads
 * additional options for all programs of a process from this variable. */
static void silence_clfft(void)
{
    setenv("POCL_EXTRA_BUILD_FLAGS", "-w", 0);
}

void clpti_driver_environment_set(void)
{
    silence_clfft();
    give_pocl_a_cache();
}
