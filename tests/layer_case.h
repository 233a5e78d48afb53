/* SPDX-License-Identifier: Apache-2.0 */
/* A suite under the OpenCL layer of cl_layer.h. */
#ifndef CLPT_TESTS_LAYER_CASE_H
#define CLPT_TESTS_LAYER_CASE_H

#include "cl_layer.h"

/* The layer's functions; NULL until layer_find. */
extern cl_layer_fail_function *layer_fail;
extern cl_layer_failed_function *layer_failed;
extern cl_layer_live_function *layer_live;
extern cl_layer_calls_function *layer_calls;

/* Before the first OpenCL call: requests the layer from the loader. */
void layer_ask(void);
/* After it: false where the loader takes no layers (or there is no OpenCL at all). */
bool layer_find(void);

#endif
