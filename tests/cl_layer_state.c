/* SPDX-License-Identifier: Apache-2.0 */
/* State of the OpenCL layer that it shares with the test program. */
#include "cl_layer.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const kind_names[LAYER_KINDS] = {"contexts", "queues",  "memory objects",
                                                    "programs", "kernels", "events"};
static long live[LAYER_KINDS];

/* Calls by name, in the order of their first ones; a name is set once and stays. */
enum { functions_max = 64 };
static const char *called[functions_max];
static long calls[functions_max];

static char fail_name[64];
static int fail_countdown;
static bool failed;

void cl_layer_fail(const char *function, int nth)
{
    snprintf(fail_name, sizeof fail_name, "%s", function ? function : "");
    __atomic_store_n(&fail_countdown, function ? nth : 0, __ATOMIC_SEQ_CST);
    __atomic_store_n(&failed, false, __ATOMIC_SEQ_CST);
}

bool cl_layer_failed(void)
{
    return __atomic_load_n(&failed, __ATOMIC_SEQ_CST);
}

long cl_layer_live(char *text, size_t size)
{
    long all = 0;
    size_t used = 0;
    if (size) text[0] = '\0';
    for (int i = 0; i < LAYER_KINDS; i++) {
        long count = __atomic_load_n(&live[i], __ATOMIC_SEQ_CST);
        all += count < 0 ? -count : count;
        if (count && used < size) used += (size_t)snprintf(text + used, size - used, "%ld %s; ", count, kind_names[i]);
    }
    return all;
}

__attribute__((destructor)) static void report(void)
{
    char text[512];
    const char *path = getenv("CLPT_LAYER_REPORT");
    if (!path || cl_layer_live(text, sizeof text) == 0) return;
    FILE *file = fopen(path, "a");
    if (!file) return;
    fprintf(file, "not released: %s\n", text);
    fclose(file);
}

static void count_call(const char *function)
{
    for (int i = 0; i < functions_max; i++) {
        const char *none = NULL;
        if (!__atomic_compare_exchange_n(&called[i], &none, function, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST) &&
            strcmp(none, function) != 0)
            continue;
        __atomic_add_fetch(&calls[i], 1, __ATOMIC_SEQ_CST);
        return;
    }
}

long cl_layer_calls(const char *function)
{
    for (int i = 0; i < functions_max && called[i]; i++)
        if (!strcmp(called[i], function)) return __atomic_load_n(&calls[i], __ATOMIC_SEQ_CST);
    return 0;
}

bool layer_fails(const char *function)
{
    count_call(function);
    if (strcmp(function, fail_name) != 0 || __atomic_load_n(&fail_countdown, __ATOMIC_SEQ_CST) <= 0) return false;
    if (__atomic_sub_fetch(&fail_countdown, 1, __ATOMIC_SEQ_CST) != 0) return false;
    __atomic_store_n(&failed, true, __ATOMIC_SEQ_CST);
    return true;
}

static void count(layer_kind what, long change)
{
    __atomic_add_fetch(&live[what], change, __ATOMIC_SEQ_CST);
}

/* ---- kernels ---- */

enum { KERNEL_NAMES = 512 };
static pthread_mutex_t kernels_lock = PTHREAD_MUTEX_INITIALIZER;
static struct {
    char name[128];
    long count;
} kernels[KERNEL_NAMES]; /* the first with no name ends them; what does not fit is counted in the last */

void layer_enqueued(const char *name)
{
    int i = 0;
    pthread_mutex_lock(&kernels_lock);
    while (i < KERNEL_NAMES - 1 && *kernels[i].name && strcmp(kernels[i].name, name)) i++;
    if (!*kernels[i].name)
        snprintf(kernels[i].name, sizeof kernels[i].name, "%s", i < KERNEL_NAMES - 1 ? name : "too many names");
    kernels[i].count++;
    pthread_mutex_unlock(&kernels_lock);
}

long cl_layer_kernel(size_t index, char *name, size_t size)
{
    long count = 0;
    pthread_mutex_lock(&kernels_lock);
    if (index < KERNEL_NAMES) {
        snprintf(name, size, "%s", kernels[index].name);
        count = kernels[index].count;
    }
    pthread_mutex_unlock(&kernels_lock);
    return count;
}

void cl_layer_kernels_clear(void)
{
    pthread_mutex_lock(&kernels_lock);
    memset(kernels, 0, sizeof kernels);
    pthread_mutex_unlock(&kernels_lock);
}

/* ---- objects ---- */

void *layer_made(layer_kind what, void *object)
{
    if (object) count(what, 1);
    return object;
}

int layer_changed(layer_kind what, long change, int error)
{
    if (error == 0) count(what, change);
    return error;
}
