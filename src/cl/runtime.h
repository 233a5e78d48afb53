/* SPDX-License-Identifier: Apache-2.0 */
/* OpenCL as seen by the rest of the library, without OpenCL types. Only src/cl includes <CL/cl.h>. */
#ifndef CLPTI_CL_RUNTIME_H
#define CLPTI_CL_RUNTIME_H

#include "core/context.h"

/* ---- devices (src/cl/devices.c, device_select.c) ---- */

/* Resolves a selection ("auto", "gpu", "nvidia", "0:1", a substring of a name) among the available devices. `auto`,
 * `gpu`, `cpu` and short names consider only devices that pass their self-check, best score first. An unknown name is
 * an error that lists the devices. The caller handles `reference`. */
clpt_status clpti_device_select(const char *selection, const char *cache_dir, const clpti_build_listener *listener,
                                clpt_device_info *info, clpt_message *message);

/* The number of platforms without devices; `text` receives a clause for each, with the driver's error and the remedy.
 * src/cl/empty_platforms.c */
int clpti_empty_platforms(char *text, size_t size);

/* Implementation of clpt_devices_list and clpt_device_run_check. `cache_dir` is a directory here and below; NULL:
 * none. */
clpt_status clpti_devices_describe(const char *cache_dir, clpt_device_info ***devices, size_t *count,
                                   clpt_message *message);
clpt_status clpti_device_check(const char *cache_dir, const clpti_build_listener *listener, clpt_device_info *info,
                               clpt_message *message);

/* Fills context->cl and context->device for the selected device. */
clpt_status clpti_cl_open(clpt_context *context, const clpt_device_info *info, const char *kernel_dir,
                          const char *cache_dir);
void clpti_cl_close(clpt_context *context);
clpt_status clpti_cl_finish(clpt_context *context);
/* Starts the enqueued work without blocking. */
clpt_status clpti_cl_flush(clpt_context *context);

/* A mark after all work enqueued so far, NULL in a reference; released by clpti_cl_wait, which blocks until that work
 * is done (`context` may be NULL: does not block) and sets it to NULL. */
clpt_status clpti_cl_mark(clpt_context *context, void **mark);
clpt_status clpti_cl_wait(clpt_context *context, void **mark);

/* The device's bus address, "00000000:3b:00.0"; false if the driver does not report it. */
bool clpti_cl_pci_address(const clpt_context *context, char address[32]);

/* Device-dependent properties, as data (src/cl/quirks.c); this function is the only access to them. */
typedef struct clpti_capabilities {
    bool cpu_shaped;    /* prefers one work-item per pattern with explicit vector lanes */
    int64_t loop_limit; /* maximum loop iterations per work-item; 0: no known limit */
    /* Values kept across a loop with barriers are corrupted if some work-items are idle in some of its steps, as those
     * of unused lines are in kernels for several modes: such kernels need full work-groups. */
    bool full_work_groups_only;
    int native_lanes;  /* floats of a vector register as the driver reports it; compilers may know better */
    int64_t fft_bytes; /* bytes of waves to transform at a time: fits the last-level cache on CPUs */
} clpti_capabilities;
const clpti_capabilities *clpti_capabilities_of(const clpt_context *context);
/* Records the quirk entry in force among the context's choices. */
void clpti_cl_record_quirks(clpt_context *context);

/* ---- memory (src/cl/memory.c): `memory` is a cl_mem ---- */
clpt_status clpti_cl_alloc(clpt_context *context, int64_t bytes, void **memory);
void clpti_cl_free(void *memory);
/* Copies `from` before returning, and does not wait for the device. */
clpt_status clpti_cl_write(clpt_context *context, void *memory, int64_t offset, const void *from, int64_t bytes);
clpt_status clpti_cl_read(clpt_context *context, void *memory, int64_t offset, void *to, int64_t bytes);
clpt_status clpti_cl_copy(clpt_context *context, void *from, int64_t from_offset, void *to, int64_t to_offset,
                          int64_t bytes);
clpt_status clpti_cl_zero(clpt_context *context, void *memory, int64_t offset, int64_t bytes);

/* ---- kernels (src/cl/program.c, cache.c, launch.c) ---- */

typedef struct clpti_arg {
    enum { CLPTI_ARG_END, CLPTI_ARG_VIEW, CLPTI_ARG_LONG, CLPTI_ARG_INT, CLPTI_ARG_FLOAT, CLPTI_ARG_LOCAL } kind;
    clpti_view view; /* passed as two kernel arguments, the buffer and the offset as a long; absent: a placeholder
                      * buffer, −1 */
    int64_t number;  /* long, int, or bytes of local memory */
    float real;
} clpti_arg;

#define CLPTI_VIEW(v)                                                                                                  \
    {                                                                                                                  \
        .kind = CLPTI_ARG_VIEW, .view = (v)                                                                            \
    }
#define CLPTI_BUFFER(b)                                                                                                \
    {                                                                                                                  \
        .kind = CLPTI_ARG_VIEW, .view = {(b), 0 }                                                                      \
    }
#define CLPTI_LONG(n)                                                                                                  \
    {                                                                                                                  \
        .kind = CLPTI_ARG_LONG, .number = (n)                                                                          \
    }
#define CLPTI_INT(n)                                                                                                   \
    {                                                                                                                  \
        .kind = CLPTI_ARG_INT, .number = (n)                                                                           \
    }
#define CLPTI_FLOAT(f)                                                                                                 \
    {                                                                                                                  \
        .kind = CLPTI_ARG_FLOAT, .real = (float)(f)                                                                    \
    }
#define CLPTI_LOCAL(bytes)                                                                                             \
    {                                                                                                                  \
        .kind = CLPTI_ARG_LOCAL, .number = (bytes)                                                                     \
    }
#define CLPTI_ARGS(...) ((const clpti_arg[]){__VA_ARGS__, {.kind = CLPTI_ARG_END}})

typedef struct clpti_launch {
    const char *file;   /* kernel file's stem: "extract" for cl/extract.cl */
    const char *kernel; /* "extract_general" */
    const char
        *options; /* build options beyond the standard ones, "" or "-DCLPT_COMPLEX"; one program per distinct text */
    int64_t global[3];     /* work-items, rounded up to full work-groups, so kernels check bounds; 0 in y and z means 1;
                            * with 0 in x nothing is launched */
    int32_t local[3];      /* 0: chosen by the launcher (1-D: 64 along x); reduced to the limits of device and kernel: a
                            * kernel that depends on its work-group size declares it with reqd_work_group_size */
    const clpti_arg *args; /* CLPTI_ARGS(…) */
    const char *also;      /* options that a later launch of this kernel may use; NULL: none. Built along with the first
                            * use; a failure there is only logged */
    int32_t registers; /* register limit per work-item, where the compiler has an option for it (one value per program);
                        * 0: the compiler's default */
    bool lanes;        /* written for vectors of CLPT_LANES floats (cl/common/wide.clh) */
} clpti_launch;

/* Builds (or finds) the program and enqueues the kernel. Every failure reports kernel, sizes, device and OpenCL
 * error. */
clpt_status clpti_run_kernel(clpt_context *context, const clpti_launch *launch);
/* Only builds (or finds) it: avoids builds for other sizes in the middle of a run. */
clpt_status clpti_prepare_kernel(clpt_context *context, const clpti_launch *launch);

/* Kernel files embedded in the library, by name ("extract.cl", "common/complex.clh", "shared/position.h"); generated.
 */
typedef struct clpti_source {
    const char *name;
    const char *text;
} clpti_source;
extern const clpti_source clpti_sources[]; /* ends with a NULL name */

#endif
