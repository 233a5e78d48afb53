/* SPDX-License-Identifier: Apache-2.0 */
/* Support for tests under the OpenCL layer of cl_layer.h. */
#include "layer_case.h"
#include "paths.h"

#include <dlfcn.h>
#include <stdlib.h>

cl_layer_fail_function *layer_fail;
cl_layer_failed_function *layer_failed;
cl_layer_live_function *layer_live;
cl_layer_calls_function *layer_calls;

void layer_ask(void)
{
    setenv("OPENCL_LAYERS", CLPT_LAYER_PATH, 1);
}

bool layer_find(void)
{
    void *layer = dlopen(CLPT_LAYER_PATH, RTLD_NOW | RTLD_NOLOAD);
    if (!layer) return false;
    *(void **)&layer_fail = dlsym(layer, "cl_layer_fail");
    *(void **)&layer_failed = dlsym(layer, "cl_layer_failed");
    *(void **)&layer_live = dlsym(layer, "cl_layer_live");
    *(void **)&layer_calls = dlsym(layer, "cl_layer_calls");
    return layer_fail && layer_failed && layer_live && layer_calls;
}
