/* SPDX-License-Identifier: Apache-2.0 */
/* Format constants common to json_write.c and json_read.c. */
#ifndef CLPTI_BENCH_JSON_H
#define CLPTI_BENCH_JSON_H

#define CLPTI_BENCH_JSON_MARK "clptycho_bench" /* member that identifies a document, with the number of its format */
enum { CLPTI_BENCH_JSON_FORMAT = 1 };

#endif
