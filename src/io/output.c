/* SPDX-License-Identifier: Apache-2.0 */
/* Atomic output files: written under a temporary name, then renamed. */
#include "io/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/memory.h"

void clpti_output_discard(clpti_output *output)
{
    if (output->temporary) unlink(output->temporary);
    free(output->name);
    free(output->target);
    free(output->temporary);
    *output = (clpti_output){0};
}

/* Opened with mode 0666 so that the user's umask applies; mkstemp would make the result private. */
static int open_temporary(clpti_output *output)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    for (unsigned attempt = 0; attempt < 100; attempt++) {
        free(output->temporary);
        if (asprintf(&output->temporary, "%s.%ld-%lx.part", output->target, (long)getpid(),
                     (unsigned long)now.tv_nsec + attempt) < 0) {
            output->temporary = NULL;
            return -1;
        }
        int file = open(output->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (file >= 0 || errno != EEXIST) return file;
    }
    return -1;
}

clpt_status clpti_output_begin(const char *path, clpti_output *output, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    struct stat existing;
    *output = (clpti_output){0};
    if (!*path) return clpti_fail(message, CLPT_ERROR_FILE, "an output file with an empty name cannot be written");
    *output = (clpti_output){.name = clpti_strdup(path)};
    bool replaces = stat(path, &existing) == 0;
    output->target = replaces ? realpath(path, NULL) : clpti_strdup(path);
    if (!output->name || !output->target) CLPTI_TRY(clpti_fail(message, CLPT_ERROR_MEMORY, "%s: out of memory", path));
    if (replaces && !S_ISREG(existing.st_mode))
        CLPTI_TRY(
            clpti_fail(message, CLPT_ERROR_FILE, "%s: cannot be written: it exists and is not a regular file", path));
    if (replaces && access(path, W_OK) != 0)
        CLPTI_TRY(clpti_fail(message, CLPT_ERROR_FILE, "%s: cannot be written: %s", path, strerror(errno)));

    int file = open_temporary(output);
    if (file < 0) {
        int reason = errno;
        free(output->temporary); /* not created here, so not to be removed */
        output->temporary = NULL;
        CLPTI_TRY(clpti_fail(message, CLPT_ERROR_FILE, "%s: cannot be written: %s", path, strerror(reason)));
    }
    if (replaces && fchmod(file, existing.st_mode & 0777) != 0)
        status =
            clpti_fail(message, CLPT_ERROR_FILE, "%s: its permissions cannot be preserved: %s", path, strerror(errno));
    close(file);
cleanup:
    if (status != CLPT_OK) clpti_output_discard(output);
    return status;
}

clpt_status clpti_output_commit(clpti_output *output, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    int file = open(output->temporary, O_RDWR | O_CLOEXEC);
    /* Otherwise a crash soon after the rename could leave an empty file in place of a good one. */
    bool good = file >= 0 && fsync(file) == 0;
    int reason = errno;
    if (file >= 0 && close(file) != 0 && good) {
        good = false;
        reason = errno;
    }
    if (good && rename(output->temporary, output->target) != 0) {
        good = false;
        reason = errno;
    }
    if (good) {
        free(output->temporary);
        output->temporary = NULL;
    } else {
        status = clpti_fail(message, CLPT_ERROR_FILE, "%s: cannot be written: %s", output->name, strerror(reason));
    }
    clpti_output_discard(output);
    return status;
}
