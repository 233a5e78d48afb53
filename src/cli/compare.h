/* SPDX-License-Identifier: Apache-2.0 */
/* Alignment of the objects of two files: region, mask and offset between their grids. */
#ifndef CLPTI_CLI_COMPARE_H
#define CLPTI_CLI_COMPARE_H

#include "cli/file_contents.h"

#define CLPTI_COMPARE_REGIONS "centres|patches|all"
typedef enum clpti_compare_region {
    CLPTI_COMPARE_CENTRES,
    CLPTI_COMPARE_PATCHES,
    CLPTI_COMPARE_ALL
} clpti_compare_region;

typedef struct clpti_compare_options {
    clpti_compare_region region;
    int64_t box[4]; /* top, left, height, width, replaces the region; height 0: none */
    int64_t margin;
    double coverage;
    bool keep_shift, keep_ramp, keep_scale;
} clpti_compare_options;

/* If both files have the same number of positions, these determine the offset between the grids; if one has any, they
 * determine the region. */
clpt_status clpti_compare_contents(const char *result_path, const clpti_file_contents *result, const char *truth_path,
                                   const clpti_file_contents *truth, const clpti_compare_options *how,
                                   clpt_comparison *comparison, clpt_message *message);

/* Errors of a result's positions in pixels, after removal of their common shift. */
typedef struct clpti_position_errors {
    double rms, maximum;  /* √mean |d|², max |d| */
    double beyond_affine; /* RMS of the residuals of an affine map of the scan, almost equivalent to one of the
                           * object */
} clpti_position_errors;
/* False if one of the two has no positions, or their numbers differ. */
bool clpti_compare_positions(const clpti_file_contents *result, const clpti_file_contents *truth,
                             clpti_position_errors *error);

/* The Fourier ring correlation at a frequency in cycles per pixel, interpolated between rings. */
double clpti_correlation_at(const clpt_comparison *comparison, double frequency);

/* True if the two are correlated enough for a meaningful alignment: the coarsest rings, or on average those up to half
 * the Nyquist frequency. */
bool clpti_compare_related(const clpt_comparison *comparison);

/* <stem>_magnitude.png and _phase.png (aligned result next to truth) and _difference.png, with the files' names. */
clpt_status clpti_compare_pictures(const char *stem, const clpt_comparison *comparison, const char *result_path,
                                   const clpti_file_contents *result, const char *truth_path,
                                   const clpti_file_contents *truth, clpt_message *message);

#endif
