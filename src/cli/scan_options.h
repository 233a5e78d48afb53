/* SPDX-License-Identifier: Apache-2.0 */
/* Options for reading the patterns of a scan, common to all subcommands that do. */
#ifndef CLPTI_CLI_SCAN_OPTIONS_H
#define CLPTI_CLI_SCAN_OPTIONS_H

#include "cli/options.h"
#include "cli/session.h"
#include "io/io.h"

typedef struct clpti_scan_values {
    const char *layout, *data, *positions, *position_unit; /* NULL: from the file */
    double scan_step, scan_rotation, object_pixel;         /* 0: not set */
    const char *mask;                                      /* NULL: only the scan's own */
    int64_t crop, bin;                                     /* 0: not set */
    bool fftshift;
    const char *patterns, *exclude; /* NULL: all frames */
    const char *centre;             /* NULL: [W/2, H/2] */
    const char *dark, *flat;        /* NULL: none */
    double gain, saturation;        /* 0: not set */
    bool counts, clip_negative, hot_pixels, mask_invert;
} clpti_scan_values;

/* Of clpti_scan_values; ends with a NULL name. */
extern const clpt_option clpti_scan_value_options[];

/* Copies the values into the options of the scan reader. */
void clpti_scan_values_set(const clpti_scan_values *values, clpti_scan_options *how);

/* Prints the reader's remarks as warnings. */
void clpti_scan_warn_notes(clpti_session *session, const clpti_scan_file *scan);

#endif
