/* SPDX-License-Identifier: Apache-2.0 */
/* What the rest of the library asks of OpenCL, without OpenCL types. Only src/cl includes <CL/cl.h>. */
#ifndef CLPTI_CL_RUNTIME_H
#define CLPTI_CL_RUNTIME_H

#include "core/context.h"

/* ---- devices (src/cl/devices.c, select.c) ---- */

/* Resolves a selection ("auto", "gpu", "nvidia", "0:1", part of a name) among the devices that there are; for `auto`,
 * `gpu`, `cpu` and short names only devices that pass their self-check, best score first. A wrong name lists what there
 * is. `reference` is handled by the caller. */
clpt_status clpti_device_select(const char *selection, const char *cache_dir, clpt_device_info *info,
                                clpt_message *message);

/* Behind clpt_devices_list and clpt_device_run_check. `cache_dir` is a directory here and everywhere below; NULL: none.
 */
clpt_status clpti_devices_describe(const char *cache_dir, clpt_device_info **devices, size_t *count,
                                   clpt_message *message);
clpt_status clpti_device_check(const char *cache_dir, clpt_device_info *info, clpt_message *message);

/* Fills context->cl and context->device for the chosen device. */
clpt_status clpti_cl_open(clpt_context *context, const clpt_device_info *info, const char *kernel_dir,
                          const char *cache_dir);
void clpti_cl_close(clpt_context *context);
clpt_status clpti_cl_finish(clpt_context *context);
/* Starts the device on what was enqueued, without waiting. */
clpt_status clpti_cl_flush(clpt_context *context);

/* Where the device sits on its bus, "00000000:3b:00.0"; false where the driver does not tell. */
bool clpti_cl_pci_address(const clpt_context *context, char address[32]);

/* What differs between devices, as data (src/cl/quirks.c): read through this one function. */
typedef struct clpti_capabilities {
    bool cpu_shaped;    /* prefers one work-item per pattern with explicit vector lanes */
    bool dense_library; /* CLBlast pays for its compile time here */
    int64_t loop_limit; /* most loop iterations one work-item may run; 0: none known */
    /* Values kept over a loop with barriers come out wrong where work-items sit some of its steps out, as those of
     * lines to spare do in kernels of several modes. */
    bool no_spare_lines;
    int64_t fft_bytes; /* bytes of waves to transform at a time: stays in the last-level cache on CPUs */
} clpti_capabilities;
const clpti_capabilities *clpti_capabilities_of(const clpt_context *context);
/* Puts the row of quirks in force among the context's choices. */
void clpti_cl_record_quirks(clpt_context *context);

/* ---- memory (src/cl/memory.c): `memory` is a cl_mem ---- */
clpt_status clpti_cl_alloc(clpt_context *context, int64_t bytes, void **memory);
void clpti_cl_free(void *memory);
/* Copies `from` before returning and does not wait for the device. */
clpt_status clpti_cl_write(clpt_context *context, void *memory, int64_t offset, const void *from, int64_t bytes);
clpt_status clpti_cl_read(clpt_context *context, void *memory, int64_t offset, void *to, int64_t bytes);
clpt_status clpti_cl_copy(clpt_context *context, void *from, int64_t from_offset, void *to, int64_t to_offset,
                          int64_t bytes);
clpt_status clpti_cl_zero(clpt_context *context, void *memory, int64_t offset, int64_t bytes);

/* ---- kernels (src/cl/program.c, cache.c, launch.c) ---- */

typedef struct clpti_arg {
    enum { CLPTI_ARG_END, CLPTI_ARG_VIEW, CLPTI_ARG_LONG, CLPTI_ARG_INT, CLPTI_ARG_FLOAT, CLPTI_ARG_LOCAL } kind;
    clpti_view
        view; /* passed as two kernel arguments: the buffer, and the offset as a long. Not given: a spare buffer, −1 */
    int64_t number; /* long, int, or bytes of local memory */
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
    int64_t global[3];     /* work-items wanted, rounded up to whole work-groups, so kernels check bounds; in y and z 0
                              counts as 1; with 0 in x nothing is launched */
    int32_t local[3];      /* 0: the launcher picks (1-D: 64 along x); reduced where the device or kernel allows less: a
                              kernel that relies on its work-group's size says so with reqd_work_group_size */
    const clpti_arg *args; /* CLPTI_ARGS(…) */
    const char *also;  /* other build options that a later launch of this kernel may take; NULL: none. What they make
                          is built along with the kernel's first use; where that fails, only the log says so */
    int32_t registers; /* most registers a work-item may take, where a compiler can be told (one value per program);
                          0: its own choice */
} clpti_launch;

/* Builds (or finds) the program and enqueues the kernel. Every failure names kernel, sizes, device and OpenCL error. */
clpt_status clpti_run_kernel(clpt_context *context, const clpti_launch *launch);
/* Builds (or finds) it alone: what other sizes would otherwise build in the middle of a run. */
clpt_status clpti_prepare_kernel(clpt_context *context, const clpti_launch *launch);

/* Kernel files embedded in the library, by name ("extract.cl", "common/complex.clh", "shared/place.h"); generated. */
typedef struct clpti_source {
    const char *name;
    const char *text;
} clpti_source;
extern const clpti_source clpti_sources[]; /* ends with a NULL name */

#endif
