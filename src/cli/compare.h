/* SPDX-License-Identifier: Apache-2.0 */
/* Two files' objects brought together: region, mask and offset of their grids. */
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
    int64_t box[4]; /* top, left, height, width in the place of the region; height 0: none */
    int64_t margin;
    double coverage;
    bool keep_shift, keep_ramp, keep_scale;
} clpti_compare_options;

/* Where both files have as many positions, these say how their grids lie; where one has any, they give the region. */
clpt_status clpti_compare_contents(const char *result_path, const clpti_file_contents *result, const char *truth_path,
                                   const clpti_file_contents *truth, const clpti_compare_options *how,
                                   clpt_comparison *comparison, clpt_message *message);

/* How far a result's positions are from the true ones, pixels, once their common shift is taken out. */
typedef struct clpti_position_errors {
    double rms, maximum;  /* √mean |d|², max |d| */
    double beyond_affine; /* RMS of what no affine map of the scan explains: such a map can hardly be told from one of
                             the object */
} clpti_position_errors;
/* False where one of the two has no positions, or another number of them. */
bool clpti_compare_positions(const clpti_file_contents *result, const clpti_file_contents *truth,
                             clpti_position_errors *error);

/* The Fourier ring correlation at a frequency in cycles a pixel, between the rings on either side of it. */
double clpti_correlation_at(const clpt_comparison *comparison, double frequency);

/* Whether the two have so much in common that an alignment, and with it any figure, means something: the coarsest rings
 * correlate, or those up to half of Nyquist's frequency do on the whole. */
bool clpti_compare_related(const clpt_comparison *comparison);

/* <stem>_magnitude.png and _phase.png (aligned result beside truth) and _difference.png. */
clpt_status clpti_compare_pictures(const char *stem, const clpt_comparison *comparison,
                                   const clpti_file_contents *truth, clpt_message *message);

#endif
