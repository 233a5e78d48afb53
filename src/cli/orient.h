/* SPDX-License-Identifier: Apache-2.0 */
/* How a scan's positions lie to its patterns: some beamlines count an axis the other way, or name rows x. */
#ifndef CLPTI_CLI_ORIENT_H
#define CLPTI_CLI_ORIENT_H

#include "cli/session.h"
#include "cli/probe_choice.h"
#include "io/io.h"

/* What is done to a scan, the transposes before the flips. */
typedef struct clpti_orientation {
    bool transpose, flip_x, flip_y;                         /* positions: x and y exchanged; x, y negated */
    bool pattern_transpose, pattern_flip_x, pattern_flip_y; /* patterns and mask */
} clpti_orientation;

/* "none", or a list of words with commas, "flip-x,transpose". A usage error lists the words. */
clpt_status clpti_orientation_parse(clpti_session *session, const char *text, clpti_orientation *orientation);
/* The reverse, at least 96 bytes. Returns `text`. */
const char *clpti_orientation_text(const clpti_orientation *orientation, char text[96]);

/* Changes positions, patterns and mask. A pattern of a far field turns about its zero frequency, an image about its
 * middle. */
clpt_status clpti_orientation_apply(const clpti_orientation *orientation, clpti_scan_file *scan, clpt_message *message);

/* Turns a scan as `text` says, which may be NULL: as it was for the result that it is compared with. */
clpt_status clpti_orientation_take(clpti_session *session, const char *text, clpti_scan_file *scan);

/* Reconstructs the middle of the scan for a few iterations in every orientation that can be told apart, takes the one
 * with the lowest R-factor, and says so. With a probe from a file patterns are also tried transposed; with a made probe
 * that gives the mirror image of another orientation. Of two that fit alike (less than 2 % apart) the one with less to
 * change is taken. */
clpt_status clpti_orientation_find(clpti_session *session, const clpti_scan_file *scan,
                                   const clpt_propagation *propagation, const clpti_probe_choice *probe,
                                   clpti_orientation *found);

#endif
