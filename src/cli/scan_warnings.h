/* SPDX-License-Identifier: Apache-2.0 */
/* What makes a scan look wrong although it can be read: each of these has cost somebody a beamtime's evening. */
#ifndef CLPTI_CLI_SCAN_WARNINGS_H
#define CLPTI_CLI_SCAN_WARNINGS_H

#include "io/io.h"

/* Calls `say` with a sentence for each doubt about the scan's patterns and positions. */
void clpti_scan_warnings(const clpti_scan_file *scan, void (*say)(const char *sentence));

#endif
