/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLPTYCHO_EXPORT_H
#define CLPTYCHO_EXPORT_H

#if defined(__GNUC__) || defined(__clang__)
#define CLPT_API __attribute__((visibility("default")))
#else
#define CLPT_API
#endif

#endif
