/* SPDX-License-Identifier: Apache-2.0 */
/* Work of every kind on one context, small: the rows of the benchmark's table, which has every public operation and
 * every engine, and a few calls with options that no row has. */
#ifndef CLPT_TESTS_ENQUEUED_CASE_H
#define CLPT_TESTS_ENQUEUED_CASE_H

#include "support.h"

/* The k-th piece of work; false beyond the last. `name` receives what it is called. */
bool enqueued_work(size_t k, const char **name);
/* Runs it. A failure's message is the context's, or in `message`. */
clpt_status enqueued_run(clpt_context *context, size_t k, clpt_message *message);

#endif
