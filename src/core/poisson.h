/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLPTI_CORE_POISSON_H
#define CLPTI_CORE_POISSON_H

#include <stdint.h>

/* A Poisson count that depends on nothing but its arguments: the same on every device and host. Philox4x32-10 (Salmon
 * et al. 2011) through Random123; inversion by multiplication below rate 10, Hörmann's PTRS (1993) from there on. */
double clpti_poisson(uint64_t seed, uint64_t pattern, uint64_t pixel, float rate);

/* Uniform in [0, 1), normal with unit variance: likewise counter-based. `stream` separates uses of one seed. */
double clpti_uniform(uint64_t seed, uint32_t stream, uint64_t index);
double clpti_normal(uint64_t seed, uint32_t stream, uint64_t index);

#endif
