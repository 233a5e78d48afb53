/* SPDX-License-Identifier: Apache-2.0
 *
 * Status, devices, contexts, arrays, buffers and scans. Rules for all headers are in clptycho.h. In three steps:
 *   1. clpt_context_create() opens a device;
 *   2. clpt_array_host() describes the caller's memory, clpt_buffer_create() with clpt_array_device() memory of the
 *      device, clpt_scan_create() the positions;
 *   3. pass these to operations, then destroy them, and the context last.
 */
#ifndef CLPTYCHO_CORE_H
#define CLPTYCHO_CORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "clptycho/export.h"
#include "clptycho/version.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Version, status, messages ------------------------------------------------------------------------------ */

/** Version of the loaded library, "major.minor.patch"; that of the headers is CLPT_VERSION_MAJOR, _MINOR and _PATCH.
 *  Never NULL; static storage. */
CLPT_API const char *clpt_version(void);

typedef enum clpt_status {
    CLPT_OK = 0,
    CLPT_ERROR_ARGUMENT,  /**< a NULL, a wrong shape or type, a number that is not finite */
    CLPT_ERROR_MEMORY,    /**< out of host or device memory */
    CLPT_ERROR_DEVICE,    /**< no such device, or it failed its self-check */
    CLPT_ERROR_BUILD,     /**< a kernel did not compile; the message contains the compiler's log */
    CLPT_ERROR_OPENCL,    /**< an OpenCL call failed */
    CLPT_ERROR_FFT,       /**< no FFT provider supports this side */
    CLPT_ERROR_FILE,      /**< a file could not be read or written */
    CLPT_ERROR_CANCELLED, /**< a callback requested the end */
    CLPT_ERROR_INTERNAL   /**< a defect of the library */
} clpt_status;

/** The status as a word, "argument" for CLPT_ERROR_ARGUMENT. Never NULL; static storage. */
CLPT_API const char *clpt_status_name(clpt_status status);

/** A message in the caller's memory, for functions without a context. */
typedef struct clpt_message {
    char text[4096]; /**< always terminated; empty unless the call failed */
} clpt_message;

/* ---- Devices ------------------------------------------------------------------------------------------------ */

typedef enum clpt_device_type {
    CLPT_DEVICE_REFERENCE, /**< plain C in double precision, without OpenCL */
    CLPT_DEVICE_CPU,
    CLPT_DEVICE_GPU,
    CLPT_DEVICE_OTHER
} clpt_device_type;

typedef enum clpt_check {
    CLPT_CHECK_UNKNOWN, /**< not run yet */
    CLPT_CHECK_PASSED,
    CLPT_CHECK_FAILED
} clpt_check;

/** Properties of one device, in bytes unless stated otherwise. Owned by the library, which may add members. */
typedef struct clpt_device_info {
    size_t size;  /**< bytes that the library has filled in */
    int platform; /**< first number of "platform:device" */
    int device;   /**< second number of "platform:device" */
    clpt_device_type type;
    char short_name[24]; /**< "nvidia", "amd", "intel", "pocl", "rusticl", "oclgrind", …, or "other" */
    char name[192];
    char vendor[96];
    char platform_name[96];
    char version[96]; /**< OpenCL version string of the device */
    char driver[96];
    uint32_t compute_units;
    uint64_t memory;
    uint64_t largest_allocation;
    uint64_t local_memory;
    uint64_t max_work_group; /**< work-items */
    bool fp64;
    bool subgroups;
    bool unified_memory; /**< host and device share memory */
    double score;        /**< "auto" selects the highest that passes its check; relative, without unit */
    clpt_check check;
    char check_reason[192]; /**< reason why the self-check failed; empty otherwise */
} clpt_device_info;

/** Lists the OpenCL devices of all platforms, in platform and device order, with cached results of self-checks.
 *  @param devices  receives an array of pointers, to be freed by clpt_devices_free; NULL if there are none
 *  @param count    receives the number of devices
 *  @param message  reports a failure; may be NULL
 *  @return CLPT_OK (also for no device), CLPT_ERROR_ARGUMENT, CLPT_ERROR_MEMORY, CLPT_ERROR_OPENCL. */
CLPT_API clpt_status clpt_devices_list(clpt_device_info ***devices, size_t *count, clpt_message *message);

/** Frees a list and sets the pointer to NULL. NULL and pointers to NULL are accepted. */
CLPT_API void clpt_devices_free(clpt_device_info ***devices);

/** Runs the self-check of one device, whether or not a result is cached, and caches the result.
 *  @param info     a device of clpt_devices_list; `check` and `check_reason` are updated
 *  @param message  reports a failure; may be NULL
 *  @return CLPT_OK if the check ran (whatever its result), CLPT_ERROR_ARGUMENT, CLPT_ERROR_DEVICE if the device no
 *          longer exists, CLPT_ERROR_MEMORY. */
CLPT_API clpt_status clpt_device_run_check(clpt_device_info *info, clpt_message *message);

/* ---- Contexts ----------------------------------------------------------------------------------------------- */

/** An opened device: queue, programs, FFT plans, scratch memory, last message. */
typedef struct clpt_context clpt_context;

typedef enum clpt_log_level { CLPT_LOG_INFO, CLPT_LOG_WARNING } clpt_log_level;
/** Called with one line, from the thread that called the library. */
typedef void (*clpt_log_function)(void *user, clpt_log_level level, const char *line);

/** A program of kernels, built by the driver's compiler at its first use on a device, which may take seconds. */
typedef struct clpt_build {
    const char *name; /**< its kernel file without ".cl", "forward_lanes"; "clFFT" or "CLBlast" for these libraries */
    bool finished;    /**< false at the start, true at the end, also of a failed build */
    bool cached;      /**< the result is kept on disk: later runs load it */
    double seconds;   /**< duration, at the end */
} clpt_build;
/** Called at the start and at the end of every build, from the thread that called the library; `build` is valid during
 *  the call. Builds of a context do not overlap. If the driver compiles a kernel at its first launch, the library waits
 *  for that launch, which counts as part of the build. */
typedef void (*clpt_build_function)(void *user, const clpt_build *build);

/** Options of a context. A string that is NULL takes the environment variable named first, or else the default named
 *  second. */
typedef struct clpt_context_options {
    size_t size;            /**< sizeof this struct */
    const char *device;     /**< CLPTYCHO_DEVICE, "auto": auto, gpu, cpu, reference, a short name, "platform:device", or
                             *   part of a name */
    const char *kernel_dir; /**< CLPTYCHO_KERNEL_DIR, none: directory whose kernels replace the embedded ones */
    const char *cache_dir;  /**< CLPTYCHO_CACHE_DIR, $XDG_CACHE_HOME/clptycho: built programs; "off": no cache */
    const char *fft;        /**< CLPTYCHO_FFT, "auto": the FFT provider; an error where it does not apply */
    const char *variants;   /**< CLPTYCHO_VARIANTS, "": "operation=variant,…"; an error where one does not apply */
    uint64_t memory_limit;  /**< bytes of device memory that one call may use for host arrays; 0: CLPTYCHO_MEMORY_LIMIT,
                             *   else half of the device's */
    clpt_log_function log;  /**< NULL: no log */
    void *log_user;
    const char *tuning;        /**< CLPTYCHO_TUNING, $XDG_CONFIG_HOME/clptycho/tuning.conf: file with the user's tuning
                                *   entries; "off": built-in entries only; "name=value,…": these */
    const char *without;       /**< CLPTYCHO_WITHOUT, "": variants and FFT providers that are never used,
                                *   "clfft,exit_step=n64,fft=lanes,…". A name alone is disabled in every operation and for
                                *   transforms; an unknown name is an error, and so is one that is requested elsewhere */
    clpt_build_function build; /**< NULL: builds are not reported */
    void *build_user;
} clpt_context_options;

/** Defaults: everything from the environment, else the library's choice. */
CLPT_API void clpt_context_options_init(clpt_context_options *options, size_t size);
static inline clpt_context_options clpt_context_options_default(void)
{
    clpt_context_options options;
    clpt_context_options_init(&options, sizeof options);
    return options;
}

/** Opens a device, or the reference.
 *  @param options  NULL for the defaults; strings are copied
 *  @param context  receives the context, NULL on failure; the caller destroys it
 *  @param message  reports a failure (a wrong device name lists the devices); may be NULL
 *  @return CLPT_OK, CLPT_ERROR_ARGUMENT, CLPT_ERROR_DEVICE, CLPT_ERROR_MEMORY, CLPT_ERROR_BUILD, CLPT_ERROR_OPENCL. */
CLPT_API clpt_status clpt_context_create(const clpt_context_options *options, clpt_context **context,
                                         clpt_message *message);

/** Waits for enqueued work, frees everything the context owns and sets the pointer to NULL. Buffers, scans and solvers
 *  made from it must be destroyed first. NULL and pointers to NULL are accepted. */
CLPT_API void clpt_context_destroy(clpt_context **context);

/** Message of the last failed call on this context; "" before any failure. Valid until the next call. */
CLPT_API const char *clpt_context_get_message(const clpt_context *context);

/** The device of a context. Valid as long as the context. */
CLPT_API const clpt_device_info *clpt_context_get_device(const clpt_context *context);

/** Waits until all work enqueued on the context is done.
 *  @return CLPT_OK, CLPT_ERROR_ARGUMENT (NULL), CLPT_ERROR_OPENCL. */
CLPT_API clpt_status clpt_context_finish(clpt_context *context);

/* ---- Arrays and buffers ------------------------------------------------------------------------------------- */

typedef enum clpt_type {
    CLPT_TYPE_F32, /**< float */
    CLPT_TYPE_C64, /**< two floats: re, im */
    CLPT_TYPE_F64, /**< double */
    CLPT_TYPE_C128 /**< two doubles: re, im */
} clpt_type;

/** Memory of a context: float32 or complex64 on a device, float64 or complex128 in a reference context. */
typedef struct clpt_buffer clpt_buffer;

/** Allocates `count` elements; contents are undefined until written.
 *  @param type    real or complex; its precision is replaced by the context's
 *  @param buffer  receives the buffer, NULL on failure; the caller destroys it
 *  @return CLPT_OK, CLPT_ERROR_ARGUMENT (count < 1), CLPT_ERROR_MEMORY (the message has the size and the device's
 *          limits), CLPT_ERROR_OPENCL. */
CLPT_API clpt_status clpt_buffer_create(clpt_context *context, clpt_type type, int64_t count, clpt_buffer **buffer);

/** Frees a buffer once the work that uses it is done, and sets the pointer to NULL. NULL and pointers to NULL are
 *  accepted. */
CLPT_API void clpt_buffer_destroy(clpt_buffer **buffer);

/** Element type in the context's precision, and number of elements. */
CLPT_API clpt_type clpt_buffer_get_type(const clpt_buffer *buffer);
CLPT_API int64_t clpt_buffer_get_count(const clpt_buffer *buffer);

#define CLPT_MAX_RANK 4

/** A view of host memory if `data` is set, else of `buffer` from element `offset` on. Owns nothing. */
typedef struct clpt_array {
    clpt_type type;
    int rank;                     /**< number of axes, 1 … CLPT_MAX_RANK */
    int64_t shape[CLPT_MAX_RANK]; /**< slowest axis first */
    void *data;
    clpt_buffer *buffer;
    int64_t offset; /**< elements */
} clpt_array;

/** A view of host memory in C order with at least as many elements as the shape. The memory of an input is never
 *  written. */
CLPT_API clpt_array clpt_array_host(const void *data, clpt_type type, int rank, const int64_t *shape);

/** A view of a buffer, from element `offset` on. */
CLPT_API clpt_array clpt_array_device(clpt_buffer *buffer, int64_t offset, int rank, const int64_t *shape);

/** A shape in C: clpt_array_host(p, CLPT_TYPE_F32, 3, CLPT_SHAPE(4, 64, 64)). */
#define CLPT_SHAPE(...) ((const int64_t[]){__VA_ARGS__})

/** Copies an array into another of the same shape, between host and device or on either, and converts the precision.
 *  Real into complex sets im = 0.
 *  @return CLPT_OK, CLPT_ERROR_ARGUMENT (different shapes, complex into real), CLPT_ERROR_MEMORY, CLPT_ERROR_OPENCL. */
CLPT_API clpt_status clpt_array_copy(clpt_context *context, const clpt_array *from, const clpt_array *to);

/* ---- Scans -------------------------------------------------------------------------------------------------- */

/** The positions of a scan, prepared for a context: integers plus float32 fractions on the device, and from the second
 *  use on the same canvas on, lists of the patches that touch each part of it (at most 64 Mi numbers). */
typedef struct clpt_scan clpt_scan;

/** @param positions  [count, 2] float64 (x, y): the object coordinate of pixel [N/2, N/2] of each patch; copied
 *  @param scan       receives the scan, NULL on failure; the caller destroys it
 *  @return CLPT_OK, CLPT_ERROR_ARGUMENT (count < 1, a position not finite or beyond ±1e9: the message names it),
 *          CLPT_ERROR_MEMORY, CLPT_ERROR_OPENCL. */
CLPT_API clpt_status clpt_scan_create(clpt_context *context, const double *positions, int64_t count, clpt_scan **scan);
/** Frees a scan and sets the pointer to NULL. NULL and pointers to NULL are accepted. */
CLPT_API void clpt_scan_destroy(clpt_scan **scan);
/** Moves a scan to new positions. Its lists are rebuilt at their next use.
 *  @param positions  as many as the scan has, as for clpt_scan_create
 *  @return CLPT_OK, CLPT_ERROR_ARGUMENT (the scan then keeps its positions), CLPT_ERROR_MEMORY, CLPT_ERROR_OPENCL. */
CLPT_API clpt_status clpt_scan_set_positions(clpt_scan *scan, const double *positions);
/** Number of positions; 0 for NULL. */
CLPT_API int64_t clpt_scan_get_count(const clpt_scan *scan);

/** The canvas of clpt_reassemble_scan.
 *  @param crop    side of the central block of each patch, at least 1
 *  @param side    receives its side L = crop + 2·pad
 *  @param origin  [2] receives the object coordinate (x, y) of its pixel [0, 0]; may be NULL
 *  @return CLPT_OK, CLPT_ERROR_ARGUMENT. */
CLPT_API clpt_status clpt_scan_get_canvas(const clpt_scan *scan, int64_t crop, int64_t *side, double *origin);

#ifdef __cplusplus
}
#endif
#endif
