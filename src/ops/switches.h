/* SPDX-License-Identifier: Apache-2.0 */
/* The context options that force or switch off rows of the tables of operations and FFT providers. */
#ifndef CLPTI_OPS_SWITCHES_H
#define CLPTI_OPS_SWITCHES_H

#include "core/status.h"

/* Whether these are well formed, name what there is, and ask for nothing that is switched off.
 * `variants`  "operation=variant,…", or ""
 * `fft`       "auto" or a provider
 * `without`   "name,table=name,…", or ""
 * Variants asked for are looked up when their operation runs. */
clpt_status clpti_switches_check(const char *variants, const char *fft, const char *without, clpt_message *message);

#endif
