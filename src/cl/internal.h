/* SPDX-License-Identifier: Apache-2.0 */
/* Declarations shared by the files of src/cl; not included elsewhere. */
#ifndef CLPTI_CL_INTERNAL_H
#define CLPTI_CL_INTERNAL_H

#include "clptycho/clptycho_cl.h"

#include "cl/quirks.h"
#include "cl/runtime.h"
#include "core/digest.h"

typedef struct clpti_kernel {
    struct clpti_kernel *next;
    const struct clpti_program *program;
    char *name;
    cl_kernel handle;
    size_t largest_group; /* CL_KERNEL_WORK_GROUP_SIZE */
    size_t required[3];   /* reqd_work_group_size; zeros without it */
    int counted;          /* index for clpti_kernel_count */
    bool launched;
} clpti_kernel;

/* One built program: a kernel file with one set of options. */
typedef struct clpti_program {
    struct clpti_program *next;
    char *file, *options;
    char *all_options;   /* compiler options … */
    clpti_digest source; /* … and digest of the source text */
    bool cached;
    double seconds; /* build or load time */
    cl_program handle;
    clpti_kernel *kernels;
} clpti_program;

/* Host copy of a write that the device may still be reading. */
typedef struct clpti_pending_write {
    struct clpti_pending_write *next;
    cl_event event;
    void *copy;
    size_t bytes;
} clpti_pending_write;

struct clpti_cl {
    cl_platform_id platform;
    cl_device_id device;
    cl_context context;
    cl_command_queue queue;
    cl_mem spare; /* stands in for absent views */
    const clpti_quirk *quirk;
    clpti_capabilities capabilities;
    size_t largest_items[3]; /* CL_DEVICE_MAX_WORK_ITEM_SIZES */
    char *kernel_dir;        /* NULL: embedded kernels only */
    char *cache_dir;         /* NULL: no disk cache */
    char *identity;          /* see clpti_device_identity */
    clpti_program *programs;
    clpti_build build;                           /* in progress: begun by program.c, ended by launch.c */
    clpti_pending_write *pending, *pending_last; /* in order of enqueueing */
    size_t pending_bytes;
    cl_int failure; /* first error of an enqueued write; reported by finish */
};

/* ---- error.c ---- */

/* "CL_OUT_OF_RESOURCES"; "unknown OpenCL error" for numbers in no header. */
const char *clpti_cl_error_name(cl_int error);
/* Writes "text: CL_NAME (number). Advice." and returns the status for the error. */
clpt_status clpti_cl_fail(clpt_message *message, cl_int error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* ---- devices.c, device_info.c ---- */

typedef struct clpti_device {
    cl_platform_id platform;
    cl_device_id device;
    clpt_device_info info;
} clpti_device;

/* All devices of all platforms, without verdicts. Release with free(). */
clpt_status clpti_devices_find(clpti_device **devices, size_t *count, clpt_message *message);
/* The handles of a device listed by clpti_devices_find in this process or an earlier one. */
clpt_status clpti_device_handles(const clpt_device_info *info, cl_platform_id *platform, cl_device_id *device,
                                 clpt_message *message);
cl_int clpti_device_describe(cl_platform_id platform, cl_device_id device, clpt_device_info *info);
/* All properties that a built program or a verdict depends on, one per line. Release with free(). NULL if out of
 * memory. */
char *clpti_device_identity(cl_platform_id platform, cl_device_id device);
/* A text property of a device, "" if the driver has none. */
void clpti_device_text(cl_device_id device, cl_device_info what, char *text, size_t size);
uint64_t clpti_device_number(cl_device_id device, cl_device_info what);

/* ---- open.c ---- */

/* Shared by clpti_cl_open and clpti_context_create_from_cl. Given handles are retained; NULL ones are created. */
clpt_status clpti_cl_open_handles(clpt_context *context, cl_platform_id platform, cl_device_id device,
                                  cl_context cl_context_, cl_command_queue queue, const char *kernel_dir,
                                  const char *cache_dir);

/* ---- memory.c ---- */

/* Frees the copies of completed writes; with `all` (after a finish), every copy. */
void clpti_pending_reap(struct clpti_cl *cl, bool all);

/* ---- kernel_source.c ---- */

/* A kernel file with its includes expanded, each once, and the origin of every line. */
typedef struct clpti_expanded_source {
    char *text;
    size_t length;
    struct clpti_origin {
        int file; /* index into names */
        int line; /* from 1 */
    } * origins;  /* one per line of the text */
    size_t line_count;
    char *names[64];
    int name_count;
} clpti_expanded_source;

clpt_status clpti_source_expand(const char *kernel_dir, const char *file, clpti_expanded_source *source,
                                clpt_message *message);
void clpti_source_release(clpti_expanded_source *source);

/* ---- program.c, program_log.c ---- */

/* Finds or builds the program, and creates its kernel. */
clpt_status clpti_kernel_find(clpt_context *context, const clpti_launch *launch, clpti_kernel **kernel);
void clpti_programs_release(struct clpti_cl *cl);
/* Formats the message of a failed build: file, device, options, the compiler's log and the numbered source lines it
 * refers to. */
clpt_status clpti_build_fail(clpt_context *context, cl_program program, cl_int error, const char *file,
                             const char *options, const clpti_expanded_source *source);

/* ---- cache.c ---- */

/* A complete, verified cache entry; NULL if missing or damaged. Release with free(). `key` is compared in full, so two
 * keys never share an entry. */
void *clpti_cache_read(const char *cache_dir, const char *kind, const char *key, size_t *bytes);
/* Replaces an entry atomically. False if the directory is not writable, which costs only the saving. */
bool clpti_cache_write(const char *cache_dir, const char *kind, const char *key, const void *data, size_t bytes);

/* ---- build_lock.c ---- */

/* Waits until no other context or process of this user builds a program with the driver whose cache folder the variable
 * sets; NULL: no lock. −1 if it cannot be locked. The system releases the lock of a process that ends. */
int clpti_build_lock(const char *cache_variable);
void clpti_build_unlock(int lock); /* -1: nothing */

/* ---- self_check.c (clpti_device_check is in runtime.h) ---- */

/* The verdict in the disk cache, CLPT_CHECK_UNKNOWN if none. */
void clpti_verdict_load(const char *cache_dir, const clpti_device *device, clpt_device_info *info);
/* Stores the verdict of `info`. False if it could not be stored. */
bool clpti_verdict_store(const char *cache_dir, const clpt_device_info *info);

#endif
