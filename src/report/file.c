/* SPDX-License-Identifier: Apache-2.0 */
/* Atomic replacement of a report file. */
#include "report/file.h"

#include <errno.h>
#include <string.h>

#include "io/output.h"

clpt_status clpti_report_write(const char *path, clpti_report_writer write, const void *report, clpt_message *message)
{
    clpti_output output = {0};
    clpt_status status = clpti_output_begin(path, &output, message);
    if (status != CLPT_OK) return status;
    FILE *file = fopen(output.temporary, "w");
    if (file) status = write(file, report, message);
    bool failed = !file || fflush(file) != 0 || ferror(file);
    int reason = errno;
    if (file && fclose(file) != 0) failed = true;
    if (failed && status == CLPT_OK)
        status = clpti_fail(message, CLPT_ERROR_FILE, "%s: cannot be written: %s", path, strerror(reason));
    if (status == CLPT_OK) return clpti_output_commit(&output, message);
    clpti_output_discard(&output);
    return status;
}
