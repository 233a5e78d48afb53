/* SPDX-License-Identifier: Apache-2.0 */
/* Weights and masks for judging reassembled canvases, computed independently of the library. All results are the
 * caller's to free. */
#ifndef CLPT_TESTS_MOVED_H
#define CLPT_TESTS_MOVED_H

#include "support.h"

/* Σ over the patches of each group of `weight` [size, size], moved by −(offset − mean) onto the canvas:
 * [groups, side, side]. offsets: [groups, per_group, 2]. */
double *test_moved_sum(const double *weight, int64_t size, const test_field *offsets, const double mean[2],
                       int64_t side);
/* 1 on the central size/2 block. */
double *test_central_mask(int64_t size);
/* Σ_p |P_p|² of [modes, size, size]. */
double *test_probe_power(const test_field *probe);
/* Marks pixels whose sum lies within 1e-5 of its group's cutoff (1e-6, or 1e-6 of the largest where `relative`):
 * rounding may put them on either side. */
uint8_t *test_near_cutoff(const double *sum, int64_t groups, int64_t pixels, bool relative);
/* `center` is judged as the sum it divides, and again by itself where the divisor is not small. */
void test_centre_close(const char *name, const test_field *got, const test_field *expected, const double *sum,
                       double tolerance);

#endif
