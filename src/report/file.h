/* SPDX-License-Identifier: Apache-2.0 */
/* Reports into files that appear whole or not at all. */
#ifndef CLPTI_REPORT_FILE_H
#define CLPTI_REPORT_FILE_H

#include <stdio.h>

#include "core/status.h"

typedef clpt_status (*clpti_report_writer)(FILE *stream, const void *report, clpt_message *message);

/* Replaces the file by what `write` writes; it stays as it was where that fails. */
clpt_status clpti_report_write(const char *path, clpti_report_writer write, const void *report, clpt_message *message);

#endif
