/* SPDX-License-Identifier: Apache-2.0 */
/* Choices as short text, for benchmarks and --verbose. */
#ifndef CLPTI_API_EXPLAIN_H
#define CLPTI_API_EXPLAIN_H

#include "core/status.h"

/* Variants, FFT providers and tuning used so far, one per line: "forward: composed", "fft 128: clfft",
 * "tuning probe_slots: 16 (built-in entry 'type gpu')". Valid until the next text of this context. */
const char *clpti_choices_summary(clpt_context *context);

#endif
