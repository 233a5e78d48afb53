/* SPDX-License-Identifier: Apache-2.0 */
/* Options for reading the patterns of a scan, shared by every subcommand that does. */
#ifndef CLPTI_CLI_SCAN_OPTIONS_H
#define CLPTI_CLI_SCAN_OPTIONS_H

#include "cli/options.h"
#include "io/io.h"

typedef struct clpti_scan_values {
    const char *layout, *data, *positions, *position_unit; /* NULL: by the file */
    const char *mask;                                      /* NULL: the scan's own alone */
    int64_t crop, bin;                                     /* 0: not given */
    bool fftshift;
    const char *patterns, *exclude; /* NULL: all frames */
    const char *centre;             /* NULL: [W/2, H/2] */
    const char *dark, *flat;        /* NULL: none */
    double gain, saturation;        /* 0: not given */
    bool counts, clip_negative, hot_pixels, mask_invert;
} clpti_scan_values;

/* Of clpti_scan_values; ends with a NULL name. */
extern const clpt_option clpti_scan_value_options[];

/* Passes the values on to the reader of scans. */
void clpti_scan_values_set(const clpti_scan_values *values, clpti_scan_options *how);

/* Remarks of the reader as warnings. */
void clpti_scan_warn_notes(const clpti_scan_file *scan);

#endif
