/* SPDX-License-Identifier: Apache-2.0 */
/* Orientation of a scan: flips and transposes between scan axes and detector axes, which differ between beamlines. */
#ifndef CLPTI_CLI_ORIENT_H
#define CLPTI_CLI_ORIENT_H

#include "cli/session.h"
#include "cli/probe_choice.h"
#include "io/io.h"

/* Changes of a scan; transposes come before flips. */
typedef struct clpti_orientation {
    bool transpose, flip_x, flip_y;                         /* positions: x and y exchanged; x, y negated */
    bool pattern_transpose, pattern_flip_x, pattern_flip_y; /* patterns and mask */
} clpti_orientation;

/* "none", or a comma-separated list of words, "flip-x,transpose". A usage error lists the words. */
clpt_status clpti_orientation_parse(clpti_session *session, const char *text, clpti_orientation *orientation);
/* The inverse, in at least 96 bytes. Returns `text`. */
const char *clpti_orientation_text(const clpti_orientation *orientation, char text[96]);

/* Changes positions, patterns and mask. A far-field pattern is flipped about its zero frequency, an image about its
 * middle. */
clpt_status clpti_orientation_apply(const clpti_orientation *orientation, clpti_scan_file *scan, clpt_message *message);

/* Applies the orientation `text`, which may be NULL: that of the result with which the scan is compared. */
clpt_status clpti_orientation_take(clpti_session *session, const char *text, clpti_scan_file *scan);

/* Reconstructs the middle of the scan for a few iterations in every distinguishable orientation, selects the one with
 * the lowest R-factor, and prints it. With a probe from a file patterns are also tried transposed; with a made probe
 * that gives the mirror image of another orientation. Of two with similar R-factors (less than 2 % apart) the simpler
 * one is selected. */
clpt_status clpti_orientation_find(clpti_session *session, const clpti_scan_file *scan,
                                   const clpt_propagation *propagation, const clpti_probe_choice *probe,
                                   clpti_orientation *found);

#endif
