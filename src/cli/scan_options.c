/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/scan_options.h"

const clpt_option clpti_scan_value_options[] = {
    {.name = "mask",
     .group = "data",
     .kind = CLPT_OPTION_TEXT,
     .value = "FILE",
     .offset = offsetof(clpti_scan_values, mask),
     .flags = CLPTI_OPTION_SOURCE,
     .help = "additional bad pixels: array 'mask' [H, W] of this file, 1 = good, or the mask of a CXI file"},
    {.name = "crop",
     .group = "data",
     .kind = CLPT_OPTION_INTEGER,
     .value = "N",
     .unit = "pixels",
     .offset = offsetof(clpti_scan_values, crop),
     .minimum = 1,
     .maximum = 1e6,
     .help = "crop each pattern to its central N x N pixels"},
    {.name = "bin",
     .group = "data",
     .kind = CLPT_OPTION_INTEGER,
     .value = "K",
     .unit = "pixels",
     .offset = offsetof(clpti_scan_values, bin),
     .minimum = 1,
     .maximum = 1e6,
     .help = "then bin K x K pixels into one"},
    {.name = "fftshift",
     .group = "data",
     .kind = CLPT_OPTION_FLAG,
     .offset = offsetof(clpti_scan_values, fftshift),
     .help = "move the zero frequency of patterns from pixel [0, 0] to the centre"},
    {.name = NULL}};

void clpti_scan_values_set(const clpti_scan_values *values, clpti_scan_options *how)
{
    how->mask = values->mask;
    how->crop = values->crop;
    how->bin = values->bin;
    how->fftshift = values->fftshift;
}
