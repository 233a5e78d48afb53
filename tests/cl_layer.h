/* SPDX-License-Identifier: Apache-2.0 */
/* An OpenCL layer (OPENCL_LAYERS) that counts objects, calls and kernels, and makes chosen calls fail. Used by any
 * program through the environment:
 * - CLPT_LAYER_FAIL=clCreateBuffer:3: the third call fails
 * - CLPT_LAYER_REPORT=FILE: references that were never released, written at exit
 *
 * and by tests through these functions, found with dlsym in the layer's own library. */
#ifndef CLPT_TESTS_CL_LAYER_H
#define CLPT_TESTS_CL_LAYER_H

#include <stdbool.h>
#include <stddef.h>

/* From now on the nth call (from 1) of the function fails, once. NULL: none does. Resets cl_layer_failed. */
typedef void cl_layer_fail_function(const char *function, int nth);
/* True if that call was made. */
typedef bool cl_layer_failed_function(void);
/* References taken and not released, all kinds together; the text names them by kind. */
typedef long cl_layer_live_function(char *text, size_t size);
/* Kernels enqueued since the last clear, by function name, of every library in the process: the count of an index from
 * 0 on, 0 beyond the last. */
typedef long cl_layer_kernel_function(size_t index, char *name, size_t size);
typedef void cl_layer_kernels_clear_function(void);

/* Number of times that the function was called so far, whether it failed or not; 0 for one that the layer does not see.
 */
typedef long cl_layer_calls_function(const char *function);

#define EXPORT __attribute__((visibility("default")))
EXPORT cl_layer_fail_function cl_layer_fail;
EXPORT cl_layer_failed_function cl_layer_failed;
EXPORT cl_layer_live_function cl_layer_live;
EXPORT cl_layer_kernel_function cl_layer_kernel;
EXPORT cl_layer_kernels_clear_function cl_layer_kernels_clear;
EXPORT cl_layer_calls_function cl_layer_calls;

/* ---- between the layer's own files ---- */

typedef enum layer_kind {
    LAYER_CONTEXT,
    LAYER_QUEUE,
    LAYER_MEMORY,
    LAYER_PROGRAM,
    LAYER_KERNEL,
    LAYER_EVENT,
    LAYER_KINDS
} layer_kind;

/* Records a call of the function; true if it is the one to fail. */
bool layer_fails(const char *function);
/* Counts a new object, unless it is NULL; returns it. */
void *layer_made(layer_kind what, void *object);
/* Counts a kernel that was enqueued. */
void layer_enqueued(const char *name);
/* Counts a retain (+1) or release (-1) that succeeded; returns the error. */
int layer_changed(layer_kind what, long change, int error);

#endif
