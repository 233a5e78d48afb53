/* SPDX-License-Identifier: Apache-2.0 */
/* Atomic replacement of a report file: written completely or not at all. */
#ifndef CLPTI_REPORT_FILE_H
#define CLPTI_REPORT_FILE_H

#include <stdio.h>

#include "core/status.h"

typedef clpt_status (*clpti_report_writer)(FILE *stream, const void *report, clpt_message *message);

/* Replaces the file by the output of `write`; it is unchanged on failure. */
clpt_status clpti_report_write(const char *path, clpti_report_writer write, const void *report, clpt_message *message);

#endif
