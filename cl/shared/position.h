/* SPDX-License-Identifier: Apache-2.0 */
/* A coordinate pair as whole pixels plus a float32 fraction in [0, 1), split in double precision on the host. A
 * fraction above ¾ is stored as its negative distance to 1: both weights of a bilinear sample, f and 1 − f, then have
 * full precision. For C and OpenCL. */
#ifndef CLPT_SHARED_POSITION_H
#define CLPT_SHARED_POSITION_H

typedef struct clpt_position {
    int x, y;
    float fx, fy;
} clpt_position;

#endif
