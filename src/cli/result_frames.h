/* SPDX-License-Identifier: Apache-2.0 */
/* Between entries of the patterns in use and those of all frames of a scan. */
#ifndef CLPTI_CLI_RESULT_FRAMES_H
#define CLPTI_CLI_RESULT_FRAMES_H

#include "cli/file_contents.h"
#include "cli/result.h"

/* Brings [frames, …] entries, those in use first as in the scan, to the order of the file. */
clpt_status clpti_frames_spread(const clpti_scan_file *scan, void *entries, size_t bytes, clpt_message *message);

/* Does so for the result's arrays, which have memory for all frames, and fills `used`. Frames left out keep the scan's
 * position (0 where that is not finite), a factor of 1 and coefficients of 0. positions: [frames, 2], borrowed. */
clpt_status clpti_result_spread(const clpti_scan_file *scan, double *positions, clpti_result *result,
                                clpt_message *message);

/* Keeps the entries of the scan's patterns in a file that has one for each of its frames. */
void clpti_file_contents_pick(clpti_file_contents *parts, const clpti_scan_file *scan);

#endif
