/* SPDX-License-Identifier: Apache-2.0 */
/* Further probe modes made from the first. */
#ifndef CLPTI_CLI_EXTRA_MODES_H
#define CLPTI_CLI_EXTRA_MODES_H

#include <stdint.h>

/* Fills modes have … want − 1 of probe [want, side, side] (re, im pairs) with factor × mode 0 × a low-order polynomial
 * of u and v, both in [−1, 1): u, v, uv, u²−v², u²+v², then every product u^a·v^b of degree 3, 4, …. They only have to
 * differ from one another: the engine makes of them what the data ask for. */
void clpti_modes_add(double *probe, int64_t have, int64_t want, int64_t side, double factor);

#endif
