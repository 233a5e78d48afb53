/* SPDX-License-Identifier: Apache-2.0 */
/* Counter-based random numbers: Poisson counts, uniform and normal numbers that depend on their arguments alone. */
#ifndef CLPTI_CORE_POISSON_H
#define CLPTI_CORE_POISSON_H

#include <stdint.h>

/* A Poisson count that depends on its arguments alone, identical on every device and host. Philox4x32-10 (Salmon et al.
 * 2011) through Random123; inversion by multiplication below rate 10, Hörmann's PTRS (1993) above. */
double clpti_poisson(uint64_t seed, uint64_t pattern, uint64_t pixel, float rate);

/* Uniform in [0, 1), and normal with unit variance; counter-based too. `stream` separates uses of one seed. */
double clpti_uniform(uint64_t seed, uint32_t stream, uint64_t index);
double clpti_normal(uint64_t seed, uint32_t stream, uint64_t index);

#endif
