/* SPDX-License-Identifier: Apache-2.0 */
/* Context options that force or disable entries of the tables of operations and FFT providers. */
#ifndef CLPTI_OPS_SWITCHES_H
#define CLPTI_OPS_SWITCHES_H

#include "core/status.h"

/* Checks that these are well formed, contain only existing names, and do not request anything disabled.
 * `variants`  "operation=variant,…", or ""
 * `fft`       "auto" or a provider
 * `without`   "name,table=name,…", or ""
 * Requested variants are looked up when their operation runs. */
clpt_status clpti_switches_check(const char *variants, const char *fft, const char *without, clpt_message *message);

#endif
