/* SPDX-License-Identifier: Apache-2.0 */
/* Initial values of additional probe modes, made from the first. */
#ifndef CLPTI_CLI_EXTRA_MODES_H
#define CLPTI_CLI_EXTRA_MODES_H

#include <stdint.h>

/* Fills modes have … total − 1 of probe [total, side, side] (re, im pairs) with factor × mode 0 × a low-order
 * polynomial of u and v, both in [−1, 1): u, v, uv, u²−v², u²+v², then every product u^a·v^b of degree 3, 4, …. They
 * only need to differ; the engine adapts them to the data. */
void clpti_modes_add(double *probe, int64_t have, int64_t total, int64_t side, double factor);

#endif
