/* SPDX-License-Identifier: Apache-2.0
 *
 * The version of these headers. CMake reads the three numbers from here: they are written nowhere else.
 */
#ifndef CLPTYCHO_VERSION_H
#define CLPTYCHO_VERSION_H

#define CLPT_VERSION_MAJOR 0
#define CLPT_VERSION_MINOR 1
#define CLPT_VERSION_PATCH 0

/** 1 where these headers are of this version or a later one: `#if CLPT_VERSION_GE(0, 2, 0)`. */
#define CLPT_VERSION_GE(major, minor, patch)                                                                           \
    (CLPT_VERSION_MAJOR > (major) ||                                                                                   \
     (CLPT_VERSION_MAJOR == (major) &&                                                                                 \
      (CLPT_VERSION_MINOR > (minor) || (CLPT_VERSION_MINOR == (minor) && CLPT_VERSION_PATCH >= (patch)))))

#endif
