/* SPDX-License-Identifier: Apache-2.0
 *
 * clptycho: ptychography on any OpenCL device, from C and C++.
 *
 * Arrays are C order (row-major). Fields (images, patches, probes, patterns) are float32 / complex64 (re, im pairs)
 * on a device and float64 / complex128 in a `reference` context; the library converts between a caller's host array
 * and what the context holds. Coordinates are float64 pairs (x, y) in object pixels: x is the column, y the row.
 * Letters: B images, S scan positions, G groups, C patches per group, P probe modes, N patch side, M canvas side.
 *
 * Asynchrony: a call whose fields are all buffers enqueues on the context's in-order queue and returns; a call with
 * any host array returns when its results are in that array. Geometry (positions, offsets, shifts, transforms) is
 * always host memory and is copied before the call returns.
 *
 * Structs that begin with `size` may get more fields in later versions without breaking a program that was compiled
 * before. Start from the struct's defaults, x = clpt_x_default(), or in C from {.size = sizeof(clpt_x), …}, where 0 is
 * as good as a field left out. clpt_x_init(&x, sizeof x) is for other languages. Other structs stay as they are.
 *
 * Threads: a context, and everything made from it, may be used by one thread at a time; different contexts are
 * independent. The library never prints, exits or keeps mutable globals of its own.
 *
 * Errors: every function that can fail returns a clpt_status. clpt_context_get_message() then says what was asked, with
 * which sizes, on which device, and what to do. A failed call leaves its outputs undefined and everything else intact.
 */
#ifndef CLPTYCHO_CLPTYCHO_H
#define CLPTYCHO_CLPTYCHO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "clptycho/export.h"
#include "clptycho/version.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Version, status, messages ------------------------------------------------------------------------------ */

/** Version of the library that is loaded, "major.minor.patch"; that of the headers is CLPT_VERSION_MAJOR, _MINOR and
 *  _PATCH. Never NULL; static storage. */
CLPT_API const char *clpt_version(void);

typedef enum clpt_status {
    CLPT_OK = 0,
    CLPT_ERROR_ARGUMENT,  /**< a NULL, a wrong shape or type, a number that is not finite */
    CLPT_ERROR_MEMORY,    /**< host or device memory ran out */
    CLPT_ERROR_DEVICE,    /**< no such device, or it failed its self-check */
    CLPT_ERROR_BUILD,     /**< a kernel did not compile; the message holds the log */
    CLPT_ERROR_OPENCL,    /**< an OpenCL call failed */
    CLPT_ERROR_FFT,       /**< no FFT provider could serve this side */
    CLPT_ERROR_FILE,      /**< a file could not be read or written */
    CLPT_ERROR_CANCELLED, /**< a callback asked to stop */
    CLPT_ERROR_INTERNAL   /**< a defect of the library */
} clpt_status;

/** The status as a word, "argument" for CLPT_ERROR_ARGUMENT. Never NULL; static storage. */
CLPT_API const char *clpt_status_name(clpt_status status);

/** A message in the caller's memory, for functions that have no context yet. */
typedef struct clpt_message {
    char text[4096]; /**< always terminated; empty when nothing failed */
} clpt_message;

/* ---- Devices ------------------------------------------------------------------------------------------------ */

typedef enum clpt_device_type {
    CLPT_DEVICE_REFERENCE, /**< the plain C double-precision path, no OpenCL */
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
    double score;        /**< `auto` takes the highest that passes its check; relative, no unit */
    clpt_check check;
    char check_reason[192]; /**< why the self-check failed; empty otherwise */
} clpt_device_info;

/** Lists every OpenCL device of every platform, in platform and device order, with cached self-check verdicts.
 *  @param devices  receives an array of pointers, to be freed by clpt_devices_free; NULL if there are none
 *  @param count    receives the number of entries
 *  @param message  says what failed; may be NULL
 *  @return CLPT_OK (also for no device), CLPT_ERROR_MEMORY, CLPT_ERROR_OPENCL. */
CLPT_API clpt_status clpt_devices_list(clpt_device_info ***devices, size_t *count, clpt_message *message);

/** Frees a list and sets the pointer to NULL. NULL and pointers to NULL are accepted. */
CLPT_API void clpt_devices_free(clpt_device_info ***devices);

/** Runs the self-check on one device afresh and caches the verdict.
 *  @param info     an entry of clpt_devices_list; `check` and `check_reason` are updated
 *  @return CLPT_OK when the check ran (whatever its verdict), CLPT_ERROR_DEVICE when the device is gone. */
CLPT_API clpt_status clpt_device_run_check(clpt_device_info *info, clpt_message *message);

/* ---- Contexts ----------------------------------------------------------------------------------------------- */

/** A device made ready: queue, programs, FFT plans, scratch memory, last message. */
typedef struct clpt_context clpt_context;

typedef enum clpt_log_level { CLPT_LOG_INFO, CLPT_LOG_WARNING } clpt_log_level;
/** Called with one line, from the thread that called the library. */
typedef void (*clpt_log_function)(void *user, clpt_log_level level, const char *line);

/** A program of kernels that the driver's compiler builds for a device at its first use, which may take seconds. */
typedef struct clpt_build {
    const char *name; /**< of its file, "forward_lanes"; "clFFT" or "CLBlast" for programs of these libraries */
    bool finished;    /**< false at the start, true at the end, also of a failed build */
    bool cached;      /**< the result is kept on disk: later runs load it */
    double seconds;   /**< duration, at the end */
} clpt_build;
/** Called at the start and at the end of every build, from the thread that called the library; `build` is valid during
 *  the call. Builds of a context do not overlap. If the driver compiles a kernel at its first launch, the library waits
 *  for that launch, which counts as part of the build. */
typedef void (*clpt_build_function)(void *user, const clpt_build *build);

/** Each string: NULL takes the environment variable named, and without that the default. */
typedef struct clpt_context_options {
    size_t size;        /**< sizeof this struct */
    const char *device; /**< CLPTYCHO_DEVICE, "auto": auto, gpu, cpu, reference, a short name, "platform:device", part
                           of a name */
    const char *kernel_dir; /**< CLPTYCHO_KERNEL_DIR, none: kernels read from here before the embedded ones */
    const char *cache_dir;  /**< CLPTYCHO_CACHE_DIR, $XDG_CACHE_HOME/clptycho: built programs; "off" keeps none */
    const char *fft;        /**< CLPTYCHO_FFT, "auto": the FFT provider to use, an error where it does not apply */
    const char *variants;   /**< CLPTYCHO_VARIANTS, "": "operation=variant,…", an error where one does not apply */
    uint64_t memory_limit;  /**< bytes of device memory one call may stage; 0: CLPTYCHO_MEMORY_LIMIT, else half the
                               device's */
    clpt_log_function log;  /**< NULL: no log */
    void *log_user;
    const char *tuning;  /**< CLPTYCHO_TUNING, $XDG_CONFIG_HOME/clptycho/tuning.conf: file of the user's tuning rows;
                            "off": built-in rows only; "name=value,…": these, an error where one is none */
    const char *without; /**< CLPTYCHO_WITHOUT, "": "clfft,exit_step=n64,…": variants and FFT providers that are never
                            used; a name alone is off in every operation and for transforms, "fft=NAME" for these. What
                            is unknown, or asked for elsewhere, is an error */
    clpt_build_function build; /**< NULL: builds are not reported */
    void *build_user;
} clpt_context_options;

/** Defaults: every choice is the environment's, else the library's. */
CLPT_API void clpt_context_options_init(clpt_context_options *options, size_t size);
static inline clpt_context_options clpt_context_options_default(void)
{
    clpt_context_options options;
    clpt_context_options_init(&options, sizeof options);
    return options;
}

/** Opens a device (or the reference path).
 *  @param options  NULL for the defaults; strings are copied
 *  @param context  receives the context, NULL on failure; the caller destroys it
 *  @param message  says what failed (a wrong device name lists what there is); may be NULL
 *  @return CLPT_OK, CLPT_ERROR_ARGUMENT, CLPT_ERROR_DEVICE, CLPT_ERROR_MEMORY, CLPT_ERROR_OPENCL. */
CLPT_API clpt_status clpt_context_create(const clpt_context_options *options, clpt_context **context,
                                         clpt_message *message);

/** Waits for enqueued work, frees everything the context owns and sets the pointer to NULL. Buffers, scans and solvers
 *  made from it must be destroyed first. NULL and pointers to NULL are accepted. */
CLPT_API void clpt_context_destroy(clpt_context **context);

/** What the last failed call on this context had to say; "" before any failure. Valid until the next call. */
CLPT_API const char *clpt_context_get_message(const clpt_context *context);

/** The device behind a context. Valid as long as the context. */
CLPT_API const clpt_device_info *clpt_context_get_device(const clpt_context *context);

/** Waits until everything enqueued on the context is done. @return CLPT_OK or CLPT_ERROR_OPENCL. */
CLPT_API clpt_status clpt_context_finish(clpt_context *context);

/* ---- What was chosen ---------------------------------------------------------------------------------------- */

typedef enum clpt_choice_kind {
    CLPT_CHOICE_DEVICE,    /**< what = "device", chosen = "0:0 pocl 'NAME', driver 3.1"; there from the start */
    CLPT_CHOICE_QUIRKS,    /**< "quirks", "pocl": the row of known peculiarities; from the start, not of a reference */
    CLPT_CHOICE_SWITCHES,  /**< "variants", "fft", "without" or "kernel_dir", the context option's text; from the start,
                              where set */
    CLPT_CHOICE_TUNING,    /**< "tuning probe_slots", "16": a number, or "tuning forward", "split": a preference */
    CLPT_CHOICE_FFT,       /**< "fft 128", "clfft": the provider of transforms of a side */
    CLPT_CHOICE_OPERATION, /**< "forward", "n64": an operation's variant; in a reference context "reference" */
    CLPT_CHOICE_OTHER      /**< "other", "": kernels that belong to no operation, such as a measurement of bandwidth */
} clpt_choice_kind;

/** One choice: every distinct (what, chosen, reason, rejected) of a context, so that an operation that used two
 * variants has two. Texts are in English, for people and manifests, and never NULL; `what` and `chosen` are names. */
typedef struct clpt_choice {
    clpt_choice_kind kind;
    const char *what;
    const char *chosen;
    const char *reason; /**< "first of lanes, n64, split, composed that applies", "preferred by tuning: …"; may be "" */
    const char *rejected; /**< earlier candidates and the reason against each, one per line: "n64: requires a GPU, …" */
    const char *library; /**< "clFFT", "CLBlast": enqueues kernels of its own, which `kernels` excludes; else "" */
    bool failed;         /**< an FFT provider that was tried and failed, for `reason`: another one is used */
    int64_t runs;        /**< number of uses; 0 for kinds that do not run */
    int64_t kernels;     /**< kernels of this library enqueued by it, without those of operations within it: the sum
                          *   over all choices is the number of all kernels enqueued so far */
} clpt_choice;

/** Number of choices so far. 0 for NULL. */
CLPT_API int64_t clpt_context_get_choice_count(const clpt_context *context);
/** Choice `index` in the order of first use, from 0; NULL beyond the last. Valid as long as the context, which updates
 *  its numbers. */
CLPT_API const clpt_choice *clpt_context_get_choice(const clpt_context *context, int64_t index);

/** One kernel function as built with one set of compiler options, and its launches for one choice. */
typedef struct clpt_kernel_use {
    int64_t choice;      /**< index of the choice */
    const char *program; /**< kernel file without ".cl", "forward_n64" */
    const char *name;    /**< kernel function */
    const char *options; /**< all options given to the compiler */
    const char *source;  /**< digest (XXH3, 128 bits, 32 hexadecimal digits) of the text compiled, includes resolved */
    bool cached;         /**< the program was loaded from the cache on disk, not built */
    double seconds;      /**< duration of building or loading it */
    int64_t count;       /**< launches */
} clpt_kernel_use;

/** Number of distinct (choice, kernel, options) enqueued so far; 0 for NULL and for a reference context. */
CLPT_API int64_t clpt_context_get_kernel_count(const clpt_context *context);
/** Kernel use `index`, from 0; NULL beyond the last. Valid as long as the context, which updates its numbers. */
CLPT_API const clpt_kernel_use *clpt_context_get_kernel(const clpt_context *context, int64_t index);

/** All of this as text for people, what `clptycho --explain` prints: the device and its quirks, what was switched off
 * or asked for, then for every operation, transform and tuned number what was chosen, why, why not what comes before
 * it, how often it ran, and its kernels with their compiler options. Valid until the next call on the context. */
CLPT_API const char *clpt_context_explain(clpt_context *context);

/* ---- Arrays and buffers ------------------------------------------------------------------------------------- */

typedef enum clpt_type {
    CLPT_TYPE_F32, /**< float */
    CLPT_TYPE_C64, /**< two floats: re, im */
    CLPT_TYPE_F64, /**< double */
    CLPT_TYPE_C128 /**< two doubles: re, im */
} clpt_type;

/** Memory of a context: float32 / complex64 on a device, float64 / complex128 in a reference context. */
typedef struct clpt_buffer clpt_buffer;

/** Reserves memory for `count` elements; contents are undefined until written.
 *  @param type  real or complex is what counts; the precision is the context's
 *  @return CLPT_OK, CLPT_ERROR_ARGUMENT (count < 1), CLPT_ERROR_MEMORY (with the size asked and what the device
 * allows). */
CLPT_API clpt_status clpt_buffer_create(clpt_context *context, clpt_type type, int64_t count, clpt_buffer **buffer);

/** Frees a buffer (once work that uses it is done) and sets the pointer to NULL. */
CLPT_API void clpt_buffer_destroy(clpt_buffer **buffer);

/** The element type the context really holds, and the number of elements. */
CLPT_API clpt_type clpt_buffer_get_type(const clpt_buffer *buffer);
CLPT_API int64_t clpt_buffer_get_count(const clpt_buffer *buffer);

#define CLPT_MAX_RANK 4

/** A view of memory: host memory when `data` is set, else `offset` elements into `buffer`. Owns nothing. */
typedef struct clpt_array {
    clpt_type type;
    int rank;
    int64_t shape[CLPT_MAX_RANK];
    void *data;
    clpt_buffer *buffer;
    int64_t offset; /**< elements */
} clpt_array;

/** A view of host memory, C order, at least as many elements as the shape says. An input's memory is never written. */
CLPT_API clpt_array clpt_array_host(const void *data, clpt_type type, int rank, const int64_t *shape);

/** A view into a buffer, from element `offset` on. */
CLPT_API clpt_array clpt_array_device(clpt_buffer *buffer, int64_t offset, int rank, const int64_t *shape);

/** In C: clpt_array_host(p, CLPT_TYPE_F32, 3, CLPT_SHAPE(4, 64, 64)). */
#define CLPT_SHAPE(...) ((const int64_t[]){__VA_ARGS__})

/** Copies an array into another of the same shape, converting precision; host or device on either side.
 *  Real into complex sets im = 0; complex into real is an error. */
CLPT_API clpt_status clpt_array_copy(clpt_context *context, const clpt_array *from, const clpt_array *to);

/* ---- Scans -------------------------------------------------------------------------------------------------- */

/** The positions of a scan, made ready for a context: whole pixels plus float32 fraction on the device, and from a
 *  second use on the same canvas on, lists of which patches touch which part of it (at most 64 Mi numbers). */
typedef struct clpt_scan clpt_scan;

/** @param positions  [count, 2] float64 (x, y): where pixel [N/2, N/2] of each patch sits in the object; copied
 *  @return CLPT_OK, CLPT_ERROR_ARGUMENT (count < 1, a position not finite or beyond ±1e9: the message names it). */
CLPT_API clpt_status clpt_scan_create(clpt_context *context, const double *positions, int64_t count, clpt_scan **scan);
CLPT_API void clpt_scan_destroy(clpt_scan **scan);
/** Moves a scan to new positions; what the scan keeps for reassembly and gradients is made anew when next needed. Not
 *  while another thread uses the scan.
 *  @param positions  as many as the scan has, as for clpt_scan_create
 *  @return CLPT_OK, CLPT_ERROR_ARGUMENT (the scan then keeps its positions), CLPT_ERROR_MEMORY. */
CLPT_API clpt_status clpt_scan_set_positions(clpt_scan *scan, const double *positions);
CLPT_API int64_t clpt_scan_get_count(const clpt_scan *scan);

/** The canvas that clpt_reassemble_scan fills: side L = crop + 2·pad, and the object coordinate (x, y) of its pixel [0,
 * 0].
 *  @param origin  two numbers; may be NULL */
CLPT_API clpt_status clpt_scan_get_canvas(const clpt_scan *scan, int64_t crop, int64_t *side, double *origin);

/* ---- Operations --------------------------------------------------------------------------------------------- */
/* Every field argument takes host arrays or buffers, real or complex where the field allows; outputs come last and
 * have the element kind (real or complex) of the input. All sizes are run-time values and none recompiles a kernel;
 * only a new FFT side may compile, once. All return CLPT_OK, CLPT_ERROR_ARGUMENT, CLPT_ERROR_MEMORY, CLPT_ERROR_BUILD,
 * CLPT_ERROR_OPENCL or CLPT_ERROR_FFT. */

typedef enum clpt_interpolation {
    CLPT_INTERPOLATION_BILINEAR,
    CLPT_INTERPOLATION_NEAREST /**< half to even */
} clpt_interpolation;
typedef enum clpt_fill {
    CLPT_FILL_ZEROS /**< a neighbour outside counts 0 */,
    CLPT_FILL_EDGE /**< clamped into the image */
} clpt_fill;

/** Projective warp: out(x, y) = image(T·(x, y, 1)); where w = 0 the result is 0, w < 0 is ordinary.
 *  @param images      [B, H, W]
 *  @param transforms  host, F64 or F32: [K, 3, 3], or [K, 8] (a0 a1 a2 b0 b1 b2 c0 c1); K is B, 1, or B/k where each
 *                     serves k consecutive images
 *  @param out         [B, H, W] */
CLPT_API clpt_status clpt_warp(clpt_context *context, const clpt_array *images, const clpt_array *transforms,
                               clpt_interpolation interpolation, clpt_fill fill, const clpt_array *out);

/** Moves content by +shift: out(x, y) = in(x − dx, y − dy), outside = 0.
 *  @param images  [B, H, W]
 *  @param shifts  host, F64 or F32: [K, 2], K as in clpt_warp
 *  @param out     [B, H, W] */
CLPT_API clpt_status clpt_translate(clpt_context *context, const clpt_array *images, const clpt_array *shifts,
                                    clpt_interpolation interpolation, const clpt_array *out);

/** Bilinear patches of an object at every scan position, 0 outside the object.
 *  @param object   [H, W]
 *  @param patches  [S, N, N] */
CLPT_API clpt_status clpt_extract_scan(clpt_context *context, const clpt_array *object, const clpt_scan *scan,
                                       const clpt_array *patches);

/** Centre crop of each canvas moved by +offset.
 *  @param canvas   [G, M, M]
 *  @param offsets  host, F64 or F32: [G, C, 2]
 *  @param patches  [G, C, N, N], N ≤ M */
CLPT_API clpt_status clpt_extract_group(clpt_context *context, const clpt_array *canvas, const clpt_array *offsets,
                                        const clpt_array *patches);

typedef enum clpt_weight {
    CLPT_WEIGHT_NONE,          /**< Σ patch */
    CLPT_WEIGHT_CENTRE,        /**< Σ patch / (Σ mask + 1e-3), mask = central N/2 block */
    CLPT_WEIGHT_CENTRE_MASKED, /**< Σ patch·mask / (Σ mask + 1e-3), 0 where Σ mask ≤ 1e-6 */
    CLPT_WEIGHT_PROBE          /**< Σ patch·w / max(Σ w, 1e-12), w = Σ_p |P_p|², 0 where Σ w ≤ 1e-6·max Σ w */
} clpt_weight;

/** Origin of the offsets of groups. */
typedef enum clpt_centring {
    CLPT_CENTRING_NONE, /**< offsets as they are given */
    CLPT_CENTRING_MEAN  /**< less the mean of all G·C offsets of the call */
} clpt_centring;

/** Merges each group's patches, moved by −offset, onto a canvas. Gathers: the same bits every run.
 *  @param patches   [G, C, N, N]
 *  @param offsets   host, F64 or F32: [G, C, 2]
 *  @param probe     [P, N, N] or [N, N] for CLPT_WEIGHT_PROBE, else NULL
 *  @param centring  origin of the offsets
 *  @param canvas    [G, M, M], M ≥ N */
CLPT_API clpt_status clpt_reassemble_group(clpt_context *context, const clpt_array *patches, const clpt_array *offsets,
                                           const clpt_array *probe, clpt_weight weight, clpt_centring centring,
                                           const clpt_array *canvas);

/** Merges the central crop of every patch of a scan, each pixel divided by how many blocks cover it (+ 1e-9).
 *  @param patches  [S, N, N]
 *  @param crop     side of the central block, 1 … N
 *  @param canvas   [L, L] with L of clpt_scan_get_canvas */
CLPT_API clpt_status clpt_reassemble_scan(clpt_context *context, const clpt_array *patches, const clpt_scan *scan,
                                          int64_t crop, const clpt_array *canvas);

/** |FFT2 ψ| / N, zero frequency at [N/2, N/2].
 *  @param waves      [B, N, N] complex
 *  @param amplitude  [B, N, N] real */
CLPT_API clpt_status clpt_diffract(clpt_context *context, const clpt_array *waves, const clpt_array *amplitude);

typedef enum clpt_propagation_kind {
    CLPT_PROPAGATION_FAR_FIELD, /**< FFT2 ψ / N; patterns have zero frequency at [N/2, N/2] */
    CLPT_PROPAGATION_ANGULAR_SPECTRUM, /**< H = exp(2πi z(√max(0, 1/λ² − f²) − 1/λ)); patterns are images, not shifted
                                        */
    CLPT_PROPAGATION_FRESNEL           /**< H = exp(−iπλz f²), the paraxial form of it; likewise */
} clpt_propagation_kind;

/** How exit waves reach the detector; all zeros is the far field. A near field is IFFT2(H·FFT2 ψ), f in cycles per
 *  metre of the object's pixels, periodic in the window (Goodman, Introduction to Fourier Optics, 3.10 and 4.2). With a
 *  diverging beam it is that of a parallel one with a smaller pixel and distance: see clpt_propagation_get_geometry. */
typedef struct clpt_propagation {
    clpt_propagation_kind kind;
    double wavelength;      /**< λ, metres */
    double distance;        /**< sample to detector, metres */
    double pixel;           /**< of the detector, metres */
    double source_distance; /**< focus to sample, metres; 0: a parallel beam; < 0: a beam that converges */
} clpt_propagation;

/** A geometry scaled to a parallel beam. */
typedef struct clpt_geometry {
    double magnification; /**< M = (z₁ + z₂) / z₁; 1 for a parallel beam */
    double pixel;         /**< of the object: detector pixel / M, metres */
    double distance;      /**< z of H: z₂ / M, metres */
} clpt_geometry;

/** Fresnel scaling theorem (Paganin, Coherent X-Ray Optics, 2006): z₁ focus to sample, z₂ sample to detector. The
 *  spherical phase of the beam is then no part of the probe. Host work only.
 *  @param propagation  of a near field
 *  @param message      says what is wrong; may be NULL
 *  @return CLPT_OK, CLPT_ERROR_ARGUMENT (far field, a number that is missing, M ≤ 0). */
CLPT_API clpt_status clpt_propagation_get_geometry(const clpt_propagation *propagation, clpt_geometry *geometry,
                                                   clpt_message *message);

typedef enum clpt_direction {
    CLPT_DIRECTION_FORWARD, /**< from the sample to the detector, H */
    CLPT_DIRECTION_BACKWARD /**< from the detector to the sample, conj(H) */
} clpt_direction;

/** Near-field propagation of waves, IFFT2(H·FFT2 ψ). |H| = 1 at every frequency, so backward propagation is the inverse
 *  and the adjoint of forward propagation.
 *  @param waves        [B, N, N] complex
 *  @param propagation  of a near field
 *  @param direction    forward or backward
 *  @param out          [B, N, N] complex */
CLPT_API clpt_status clpt_propagate(clpt_context *context, const clpt_array *waves, const clpt_propagation *propagation,
                                    clpt_direction direction, const clpt_array *out);

/** The model of the fraction of a pixel in a position (docs/model.md). */
typedef enum clpt_subpixel {
    CLPT_SUBPIXEL_BILINEAR, /**< the object is sampled between pixels, the probe stays */
    CLPT_SUBPIXEL_EXACT,    /**< the object is read at whole pixels, the probe moves by a Fourier shift */
    CLPT_SUBPIXEL_BANK_2,   /**< the same, linear between shifts by multiples of 1/2 … */
    CLPT_SUBPIXEL_BANK_4,   /**< … of 1/4 … */
    CLPT_SUBPIXEL_BANK_8    /**< … of 1/8 pixel */
} clpt_subpixel;

typedef struct clpt_forward_options {
    size_t size;                  /**< sizeof this struct */
    double smooth;                /**< σ of the 3×3 Gaussian on the exit wave, pixels; 0: off */
    bool probe_mask;              /**< keep only (x−N/2+½)² + (y−N/2+½)² < ⌊N/4⌋² of the exit wave */
    bool pad;                     /**< patches are N/2×N/2, at [N/4, N/4] of zeros */
    double scale;                 /**< s: the detector sees s² |ψ|²; 0: 1 */
    bool amplitude;               /**< write √I instead of I */
    bool poisson;                 /**< draw counts; √counts with `amplitude` */
    uint64_t seed;                /**< of the draws; the count depends on (seed, pattern, pixel, float32 rate) alone */
    clpt_propagation propagation; /**< zeros: the far field */
    clpt_subpixel subpixel;       /**< clpt_forward and clpt_photon_scale only; not bilinear: far field only */
} clpt_forward_options;
/** Defaults: the far field, a scale of 1, all else off. */
CLPT_API void clpt_forward_options_init(clpt_forward_options *options, size_t size);
static inline clpt_forward_options clpt_forward_options_default(void)
{
    clpt_forward_options options;
    clpt_forward_options_init(&options, sizeof options);
    return options;
}

/** The forward model: I = s² Σ_p (|FFT2(patch·P_p)| / N)² with the options' steps in CONVENTIONS order.
 *  @param object     [H, W] complex
 *  @param probe      [P, N, N] or [N, N] complex
 *  @param options    NULL for the defaults
 *  @param intensity  [S, N, N] real, zero frequency at [N/2, N/2]; of a near field images, I = s² Σ_p |IFFT2(H·FFT2
 *                    (patch·P_p))|² */
CLPT_API clpt_status clpt_forward(clpt_context *context, const clpt_array *object, const clpt_scan *scan,
                                  const clpt_array *probe, const clpt_forward_options *options,
                                  const clpt_array *intensity);

/** The s that gives `photons` counts a pattern on average: √(photons / mean_S Σ|ψ|²). Returns when done.
 *  @param options  as for clpt_forward; `scale`, `amplitude`, `poisson` and `seed` are ignored */
CLPT_API clpt_status clpt_photon_scale(clpt_context *context, const clpt_array *object, const clpt_scan *scan,
                                       const clpt_array *probe, const clpt_forward_options *options, double photons,
                                       double *scale);

/** Gram matrix of modes: gram[p, q] = Σ conj(m_p)·m_q.
 *  @param modes  [P, N, N] complex
 *  @param gram   host, C128 or C64 [P, P] */
CLPT_API clpt_status clpt_gram(clpt_context *context, const clpt_array *modes, const clpt_array *gram);

/** Rotates modes among themselves, in place, so that they are orthogonal with falling power (eigenvectors of the Gram
 *  matrix, Thibault & Menzel 2013). Their incoherent sum Σ_p |m_p|² at the detector is unchanged. Returns when done.
 *  @param modes  [P, N, N] complex */
CLPT_API clpt_status clpt_orthogonalise(clpt_context *context, const clpt_array *modes);

/* ---- Adjoints ------------------------------------------------------------------------------------------------ */
/* Vector-Jacobian products. `cotangent` has the shape of the operation's output; every d_… has the shape of the
 * argument it belongs to, is overwritten, and may be NULL when it is not wanted. With L = Re Σ conj(cotangent)·output,
 * a gradient by a complex z is ∂L/∂Re z + i·∂L/∂Im z. Fields follow the rules of the operations; d_positions,
 * d_offsets, d_shifts and d_transforms are host memory, F64 or F32, and a call that asks for one waits for it. The
 * derivative of a bilinear sample by its position is that of its weights in the cell given by the floor of the source
 * coordinate; `nearest` has none (0). Sums over overlapping patches gather: the same bits every run, however the work
 * is split. */

/** @param d_images      [B, H, W]
 *  @param d_transforms  the shape of transforms */
CLPT_API clpt_status clpt_warp_adjoint(clpt_context *context, const clpt_array *images, const clpt_array *transforms,
                                       clpt_interpolation interpolation, clpt_fill fill, const clpt_array *cotangent,
                                       const clpt_array *d_images, const clpt_array *d_transforms);

/** @param d_images  [B, H, W]
 *  @param d_shifts  [K, 2] */
CLPT_API clpt_status clpt_translate_adjoint(clpt_context *context, const clpt_array *images, const clpt_array *shifts,
                                            clpt_interpolation interpolation, const clpt_array *cotangent,
                                            const clpt_array *d_images, const clpt_array *d_shifts);

/** @param cotangent    [S, N, N]
 *  @param d_object     [H, W]
 *  @param d_positions  [S, 2] */
CLPT_API clpt_status clpt_extract_scan_adjoint(clpt_context *context, const clpt_array *object, const clpt_scan *scan,
                                               const clpt_array *cotangent, const clpt_array *d_object,
                                               const clpt_array *d_positions);

/** @param cotangent  [G, C, N, N]
 *  @param d_canvas   [G, M, M]
 *  @param d_offsets  [G, C, 2] */
CLPT_API clpt_status clpt_extract_group_adjoint(clpt_context *context, const clpt_array *canvas,
                                                const clpt_array *offsets, const clpt_array *cotangent,
                                                const clpt_array *d_canvas, const clpt_array *d_offsets);

/** @param cotangent  [G, M, M]
 *  @param d_patches  [G, C, N, N]
 *  @param d_offsets  [G, C, 2]
 *  @param d_probe    the shape of probe, for CLPT_WEIGHT_PROBE; the cutoffs count as constants */
CLPT_API clpt_status clpt_reassemble_group_adjoint(clpt_context *context, const clpt_array *patches,
                                                   const clpt_array *offsets, const clpt_array *probe,
                                                   clpt_weight weight, clpt_centring centring,
                                                   const clpt_array *cotangent, const clpt_array *d_patches,
                                                   const clpt_array *d_offsets, const clpt_array *d_probe);

/** @param cotangent    [L, L]
 *  @param d_patches    [S, N, N]
 *  @param d_positions  [S, 2]; the size of the canvas counts as constant */
CLPT_API clpt_status clpt_reassemble_scan_adjoint(clpt_context *context, const clpt_array *patches,
                                                  const clpt_scan *scan, int64_t crop, const clpt_array *cotangent,
                                                  const clpt_array *d_patches, const clpt_array *d_positions);

/** @param cotangent  [B, N, N] real
 *  @param d_waves    [B, N, N] complex */
CLPT_API clpt_status clpt_diffract_adjoint(clpt_context *context, const clpt_array *waves, const clpt_array *cotangent,
                                           const clpt_array *d_waves);

/** What the gradients of a forward model go to; each may be NULL. */
typedef struct clpt_forward_gradients {
    size_t size;                   /**< sizeof this struct */
    const clpt_array *d_object;    /**< [H, W] complex */
    const clpt_array *d_probe;     /**< the shape of probe, complex */
    const clpt_array *d_positions; /**< [S, 2] (or one row for each pattern of a batch), host, F64 or F32 */
    double *d_scale;               /**< by the options' scale */
} clpt_forward_gradients;
/** No gradient wanted. */
CLPT_API void clpt_forward_gradients_init(clpt_forward_gradients *gradients, size_t size);
static inline clpt_forward_gradients clpt_forward_gradients_default(void)
{
    clpt_forward_gradients gradients;
    clpt_forward_gradients_init(&gradients, sizeof gradients);
    return gradients;
}

/** @param options    of the forward model; `poisson` must be off (a draw has no derivative)
 *  @param cotangent  [S, N, N] real, of the intensity, or of the amplitude with `amplitude` */
CLPT_API clpt_status clpt_forward_adjoint(clpt_context *context, const clpt_array *object, const clpt_scan *scan,
                                          const clpt_array *probe, const clpt_forward_options *options,
                                          const clpt_array *cotangent, const clpt_forward_gradients *gradients);

/* ---- Losses and gradients ------------------------------------------------------------------------------------ */

typedef enum clpt_loss {
    CLPT_LOSS_POISSON,     /**< Σ mask·(I − m·ln(I + 1e-8)) */
    CLPT_LOSS_AMPLITUDE,   /**< Σ mask·(√(I + 1e-12) − √m)² */
    CLPT_LOSS_AMPLITUDE_L1 /**< Σ mask·|√(I + 1e-12) − √m| */
} clpt_loss;

/** A loss of intensities and its gradient. Sums are compensated: accurate for 10⁸ terms and more. Returns when done.
 *  @param intensity    [S, N, M] real
 *  @param measured     [S, N, M] real, counts; not read where mask = 0
 *  @param mask         [S, N, M] or [N, M] real, 1 = good; NULL: all good
 *  @param value        receives the loss; may be NULL
 *  @param d_intensity  [S, N, M]; may be NULL */
CLPT_API clpt_status clpt_loss_evaluate(clpt_context *context, clpt_loss loss, const clpt_array *intensity,
                                        const clpt_array *measured, const clpt_array *mask, double *value,
                                        const clpt_array *d_intensity);

typedef enum clpt_variation {
    CLPT_VARIATION_QUADRATIC, /**< Σ|Δx o|² + Σ|Δy o|², forward differences within the array */
    CLPT_VARIATION_TOTAL /**< Σ√(|Δx o|² + |Δy o|² + ε²) over all pixels, differences beyond the border 0 */
} clpt_variation;

/** Total variation of an object and its gradient. Returns when done.
 *  @param object    [H, W] complex
 *  @param epsilon   ε of CLPT_VARIATION_TOTAL, > 0; ignored otherwise
 *  @param value     may be NULL
 *  @param d_object  [H, W] complex; may be NULL */
CLPT_API clpt_status clpt_variation_evaluate(clpt_context *context, clpt_variation variation, const clpt_array *object,
                                             double epsilon, double *value, const clpt_array *d_object);

/** Arguments of clpt_gradient. Everything is borrowed for the duration of the call. */
typedef struct clpt_gradient_args {
    size_t size;              /**< sizeof this struct */
    clpt_loss loss;           /**< 0: CLPT_LOSS_POISSON */
    const clpt_array *object; /**< [H, W] complex */
    const clpt_scan *scan;    /**< S positions */
    const clpt_array *probe;  /**< [P, N, N] or [N, N] complex */
    const int32_t *patterns; /**< [count] host: indices, 0 … S − 1, of the scan's patterns in the batch; NULL: all */
    int64_t count;           /**< number of patterns in the batch; ignored if `patterns` is NULL */
    const clpt_array *measured; /**< [S, N, N] real, counts; not read where mask = 0 */
    const clpt_array *mask;     /**< [S, N, N] or [N, N] real, 1 = good; NULL: all good. With `patterns`, a mask per
                                 *   pattern must be a host array if `measured` is one, else a buffer */
    const clpt_forward_options *options; /**< NULL: defaults; `amplitude` is ignored, `poisson` must be off */
} clpt_gradient_args;
/** No arrays, no options, CLPT_LOSS_POISSON. */
CLPT_API void clpt_gradient_args_init(clpt_gradient_args *args, size_t size);
static inline clpt_gradient_args clpt_gradient_args_default(void)
{
    clpt_gradient_args args;
    clpt_gradient_args_init(&args, sizeof args);
    return args;
}

/** Forward model, loss, and gradients of a batch of a scan in one call.
 *  @param args       object, probe, scan, patterns and loss
 *  @param value      receives the loss of the batch, for which the call waits; may be NULL
 *  @param gradients  NULL: the loss alone; d_positions is [count, 2] for a batch */
CLPT_API clpt_status clpt_gradient(clpt_context *context, const clpt_gradient_args *args, double *value,
                                   const clpt_forward_gradients *gradients);

/* ---- PtychoPINN's physics layer -------------------------------------------------------------------------------- */

/** Patches of a group → clpt_reassemble_group → clpt_extract_group at the same offsets → × probe → diffraction →
 * amplitude.
 *  @param patches    [G, C, N, N] complex
 *  @param offsets    host, F64 or F32: [G, C, 2]
 *  @param probe      [P, N, N] or [N, N] complex
 *  @param canvas     side M of the canvas, M ≥ N
 *  @param amplitude  [G, C, N, N] real: √Σ_p (|FFT2(patch·P_p)| / N)² */
CLPT_API clpt_status clpt_physics_layer(clpt_context *context, const clpt_array *patches, const clpt_array *offsets,
                                        const clpt_array *probe, clpt_weight weight, int64_t canvas,
                                        const clpt_array *amplitude);

/** @param cotangent  [G, C, N, N] real; each d_… may be NULL */
CLPT_API clpt_status clpt_physics_layer_adjoint(clpt_context *context, const clpt_array *patches,
                                                const clpt_array *offsets, const clpt_array *probe, clpt_weight weight,
                                                int64_t canvas, const clpt_array *cotangent,
                                                const clpt_array *d_patches, const clpt_array *d_offsets,
                                                const clpt_array *d_probe);

/** How groups are made from a scan. */
typedef struct clpt_groups_options {
    size_t size;        /**< sizeof this struct */
    int64_t groups;     /**< G: how many to draw; 0: as many as there are positions */
    int64_t grid;       /**< gridsize: C = grid², at least 1 */
    int64_t neighbours; /**< K: each group is drawn from the K nearest neighbours of a seed point; 0: as few as will do;
                           more than there are: all */
    bool all_choices; /**< PtychoPINN's oversampling: a seed point may serve again with another choice of C out of its K
                       */
    uint64_t seed;
} clpt_groups_options;
/** Defaults: a grid of 2, all else 0. */
CLPT_API void clpt_groups_options_init(clpt_groups_options *options, size_t size);
static inline clpt_groups_options clpt_groups_options_default(void)
{
    clpt_groups_options options;
    clpt_groups_options_init(&options, sizeof options);
    return options;
}

/** Groups of neighbouring positions, as PtychoPINN makes them: each is a seed point's choice of C out of its K nearest
 *  neighbours, of which equally near ones count in the order of their indices. The seed point itself is among them only
 * where C = 1 (the group is then the seed point) and where the scan has no more than C positions (every group is the
 * whole scan). Seed points come in shuffled order, every position once before any comes again: without `all_choices`
 * each seeds one group at most, with it as many as there are choices (K choose C), all different. Which C of the K is
 * random, all alike; within a group indices go from the nearest to the farthest. The draws depend on seed, count, C and
 * K alone: with another number of groups the first ones stay the same. Host work only; needs no context and may be
 * called from several threads.
 *  @param positions  [count, 2], finite, within ±1e9; duplicates are allowed
 *  @param options    NULL for the defaults
 *  @param indices    receives [G, C]: the positions of each group, no index twice in a group
 *  @param centres    receives [G, 2]: global offset, the mean of the group's positions; may be NULL
 *  @param offsets    receives [G, C, 2]: local offsets, mean − position; may be NULL
 *  @param message    says what failed; may be NULL
 *  @return CLPT_OK, CLPT_ERROR_ARGUMENT (too few positions or neighbours, more groups than there are choices, a
 * position not finite), CLPT_ERROR_MEMORY. */
CLPT_API clpt_status clpt_groups_draw(const double *positions, int64_t count, const clpt_groups_options *options,
                                      int64_t *indices, double *centres, double *offsets, clpt_message *message);

/* ---- Options by name ------------------------------------------------------------------------------------------- */

typedef enum clpt_option_kind {
    CLPT_OPTION_FLAG,    /**< bool: "yes" or "no" */
    CLPT_OPTION_INTEGER, /**< int64_t */
    CLPT_OPTION_REAL,    /**< double */
    CLPT_OPTION_SEED,    /**< uint64_t */
    CLPT_OPTION_CHOICE,  /**< an enum: one of the words of `value` */
    CLPT_OPTION_TEXT     /**< const char * */
} clpt_option_kind;

/** Bits of clpt_option.flags; those from 256 on are free for a program's own tables. */
enum {
    CLPT_OPTION_ABOVE_MINIMUM = 1, /**< the minimum itself is out of range */
    CLPT_OPTION_BELOW_MAXIMUM = 2, /**< the maximum itself is out of range */
    CLPT_OPTION_MAY_BE_NEVER = 4,  /**< takes CLPT_NEVER, "never" */
    CLPT_OPTION_FOR_PROGRAMS = 8   /**< not offered by the command, which has it in another form */
};

/** Value of any int64_t or double option: the default, which for some options depends on the engine. As text
 *  "default". */
#define CLPT_DEFAULT INT64_MIN

/** Value of an option that counts iterations before something begins: it never begins. As text "never". */
#define CLPT_NEVER INT64_C(-1)

/** Description of one option: a row of a table. All strings are in static storage. */
typedef struct clpt_option {
    const char *name;  /**< "position-step"; the member of the options struct has '_' for '-' */
    const char *group; /**< "positions" */
    clpt_option_kind kind;
    const char
        *value;       /**< placeholder for the value, "PIXELS"; of a choice its words, "random|compact"; NULL: a flag */
    const char *unit; /**< "pixels"; NULL: none */
    double minimum, maximum; /**< of numbers; no upper limit where maximum <= minimum */
    unsigned flags;
    const char *default_text; /**< "0.5"; "default": depends on the engine; NULL: zero, not set */
    const char *engines;      /**< "rpie|lsqml": engines that support it; NULL: all */
    const char *needs;        /**< name of the option without which it has no effect; NULL: none */
    const char *alias; /**< another name that is accepted; NULL: none. An alias shared by two options sets both */
    const char *help;  /**< one sentence, without a full stop */
    size_t offset;     /**< of the value in the struct that the table describes */
} clpt_option;

/* ---- Reconstruction ----------------------------------------------------------------------------------------- */

/** What was measured. Host memory; borrowed until the solver is destroyed. */
typedef struct clpt_measurement {
    size_t size;            /**< sizeof this struct */
    const float *amplitude; /**< [S, N, N] √counts, zero frequency at [N/2, N/2] (near fields: images); not read where
                               mask = 0 */
    const float *mask;      /**< 1 = good; [N, N] or [S, N, N]; NULL: all good */
    bool mask_per_pattern;  /**< the mask is [S, N, N] */
    int64_t count;          /**< S */
    int64_t side;           /**< N */
    const double *positions; /**< [S, 2] (x, y) patch centres in the pixels of the object below; copied */
    const float *background; /**< [N, N] counts that add to every pattern's intensity; NULL: none; copied */
} clpt_measurement;
/** An empty measurement, to be filled in. */
CLPT_API void clpt_measurement_init(clpt_measurement *measurement, size_t size);
static inline clpt_measurement clpt_measurement_default(void)
{
    clpt_measurement measurement;
    clpt_measurement_init(&measurement, sizeof measurement);
    return measurement;
}

/** A reconstruction in progress: object, probe and measurement on the device. */
typedef struct clpt_solver clpt_solver;

/** Called at the end of every iteration, from the thread that called clpt_solver_iterate. The solver may be asked for
 * its object, probe, state and R-factor, but not iterated or destroyed.
 *  @param iteration  how many are done, this one included
 *  @param error      as clpt_solver_iterate gives it
 *  @return false to stop: clpt_solver_iterate then returns CLPT_ERROR_CANCELLED. The iteration is done all the same,
 * and the solver can be used and iterated further. */
typedef bool (*clpt_observer_function)(void *user, clpt_solver *solver, int64_t iteration, double error);

/** What a reconstruction maximises, with modelled intensities I and measured counts m. Where I < m/64, the slope by I
 *  stays what it is at m/64: a wave that is 0 but for rounding has no phase to give to what was measured. */
typedef enum clpt_likelihood {
    CLPT_LIKELIHOOD_AMPLITUDE, /**< least Σ(√I − √m)²: counts whose square roots have equal, Gaussian errors */
    CLPT_LIKELIHOOD_POISSON    /**< least Σ(I − m·ln I): counts as they fall, for patterns of few counts */
} clpt_likelihood;

/** Which patterns share an update of "rpie" and "lsqml". */
typedef enum clpt_batches {
    CLPT_BATCHES_RANDOM, /**< others in every iteration, from all over the scan */
    CLPT_BATCHES_COMPACT /**< neighbours, the same ones throughout, in another order of batches in every iteration
                          *   (Odstrčil, Menzel & Guizar-Sicairos, Opt. Express 26, 3108, 2018) */
} clpt_batches;

/** Options of a solver. clpt_solver_options_default() fills in the defaults; docs/options.md and
 * clpt_solver_describe_option() have the ranges, units, defaults and engines of all. Members that end in `_start` are
 * the number of iterations before something begins, or CLPT_NEVER; any number may be CLPT_DEFAULT. */
typedef struct clpt_solver_options {
    size_t size;          /**< sizeof this struct */
    const char *engine;   /**< a name of clpt_engine_name(); NULL: "rpie" */
    int64_t batch;        /**< maximum number of patterns per update, evened out over the scan */
    clpt_batches batches; /**< patterns that share an update */
    double object_alpha;  /**< regularisation of the object update: rPIE's α, and its like in other engines */
    double probe_alpha;   /**< regularisation of the probe update */
    double step;          /**< factor on every update of object and probe */
    double momentum;      /**< momentum coefficient of object and probe from iteration to iteration; 0: none */
    double relaxation;    /**< β of "raar" and "dm" (docs/engines.md) */
    clpt_likelihood likelihood;
    uint64_t seed; /**< of the order in which patterns are visited */

    int64_t probe_start;  /**< iterations before the probe is updated */
    double probe_support; /**< radius of a round support of the probe, as a fraction of its side; 0: none */
    double probe_pupil;   /**< radius of a round aperture around frequency 0 that confines the far field of every probe
                           *   mode after each iteration that updates the probe, as a fraction of the side; 0: none */
    double probe_power; /**< Σ|P|² over modes and pixels after each iteration, in counts of a pattern. The object takes
                         *   the inverse factor where it is updated too: data determine only their product. 0: free */
    /** Moves probe and object together by whole pixels every so many iterations that update both, so that the centre of
     *  mass of Σ_p |P_p|² lies within half a pixel of [N/2, N/2]. No far field changes, except that tails of the probe
     *  come back on the other side of its array. Positions stay. Not for near fields; 0: never */
    int64_t probe_centre;
    /** Makes incoherent probe modes orthogonal, the strongest first, every so many iterations that update the probe
     *  (clpt_orthogonalise): no intensity changes. Not with opr_modes. Such an iteration waits for the device; 0: never
     */
    int64_t orthogonalise;
    /** Orthogonal probe relaxation (Odstrčil et al., Opt. Express 24, 8360, 2016): the first mode of pattern k is
     *  P_0 + Σ_j a_kj·V_j with this many orthonormal variable modes V_j; 0: none */
    int64_t opr_modes;
    int64_t opr_start; /**< iterations before variable modes are used */

    int64_t object_start;        /**< iterations before the object is updated */
    double object_smooth;        /**< fraction of the object that is smoothed over a pixel after each iteration */
    double object_tv;            /**< weight of total variation after each iteration, in the object's own unit */
    double object_amplitude_min; /**< minimum amplitude of the object */
    double object_amplitude_max; /**< maximum amplitude of the object; 0: no limit */

    int64_t position_start; /**< iterations before positions are refined */
    double position_step;   /**< gain of the best displacement of each pattern */
    double position_limit;  /**< maximum displacement of a position in an iteration, pixels */
    double
        position_range; /**< maximum distance of a position from where the global affine map puts its start, pixels */
    double position_stretch; /**< gain of the global affine map (scale, rotation); 0: none, and displacements are kept
                              *   free of such a map */
    bool position_dilation; /**< refine the map's isotropic scale too, which an updated probe and few photons let drift:
                             *   for a known probe */
    double position_affine; /**< fraction of the displacements beyond any affine map that each iteration removes */

    /** Iterations before a factor s_k on the probe's amplitude is refined for each pattern, so that I_k =
     *  s_k²·|F(P·O_k)|² (+ background), their mean held at 1: a beam that fluctuates (Odstrčil, Menzel &
     *  Guizar-Sicairos, Opt. Express 26, 3108, 2018, section 3) */
    int64_t intensity_start;
    /** Iterations before the measurement's background, 0 or more, is refined from what is given or from 0; costs one
     *  more forward model of the scan in each iteration */
    int64_t background_start;
    /** Standard deviation, in pixels, of the Gaussian that smooths updates of the background, each pixel weighted by
     * the certainty of its counts: bright pixels determine it badly, and without smoothing keep what object and probe
     *  explain. 0: every pixel by itself */
    double background_smooth;

    clpt_propagation propagation;    /**< zeros: the far field */
    clpt_observer_function observer; /**< NULL: none; with one, every iteration waits for the device */
    void *observer_user;
    clpt_subpixel subpixel; /**< not bilinear: far field only */
} clpt_solver_options;

/** The defaults of all options. */
CLPT_API void clpt_solver_options_init(clpt_solver_options *options, size_t size);
static inline clpt_solver_options clpt_solver_options_default(void)
{
    clpt_solver_options options;
    clpt_solver_options_init(&options, sizeof options);
    return options;
}

/** Option number `index` of a solver, for programs that offer them all; NULL beyond the last. Static storage. */
CLPT_API const clpt_option *clpt_solver_describe_option(size_t index);

/** Sets an option by its name, "position-step" (or "position_step"), from text, "0.5". "default" stands for the
 * default, "never" for CLPT_NEVER. Nothing changes on failure.
 *  @param message  the reason of a failure, such as the range; may be NULL
 *  @return CLPT_OK, CLPT_ERROR_ARGUMENT (no such option, a value out of its range). */
CLPT_API clpt_status clpt_solver_options_set(clpt_solver_options *options, const char *name, const char *value,
                                             clpt_message *message);

/** Writes the value of an option as text that clpt_solver_options_set takes back to the same bits.
 *  @param text  receives at most `size` bytes, terminated
 *  @return CLPT_OK, CLPT_ERROR_ARGUMENT (no such option, no space for the text). */
CLPT_API clpt_status clpt_solver_options_get(const clpt_solver_options *options, const char *name, char *text,
                                             size_t size, clpt_message *message);

/** @param object  [H, W] complex start, read
 *  @param probe   [P, N, N] or [N, N] complex start, read
 *  A measurement larger than the memory limit stays on the host and is streamed, with the same bits. */
CLPT_API clpt_status clpt_solver_create(clpt_context *context, const clpt_measurement *measurement,
                                        const clpt_array *object, const clpt_array *probe,
                                        const clpt_solver_options *options, clpt_solver **solver);
CLPT_API void clpt_solver_destroy(clpt_solver **solver);

/** Effective options: every CLPT_DEFAULT replaced by the value used; one of an option that the engine does not have
 *  stays. `engine` is in static storage. Valid as long as the solver; NULL for NULL. */
CLPT_API const clpt_solver_options *clpt_solver_get_options(const clpt_solver *solver);

/** Runs one iteration (every pattern once).
 *  @param error  receives Σ|√I − √m| / Σ√m as met on the way, each pattern before its update; may be NULL (then the
 * call does not wait for the device)
 *  @return as operations do, and CLPT_ERROR_CANCELLED when the observer asked to stop */
CLPT_API clpt_status clpt_solver_iterate(clpt_solver *solver, double *error);

/** Copies the present object [H, W] or probe [P, N, N] out. */
CLPT_API clpt_status clpt_solver_get_object(clpt_solver *solver, const clpt_array *object);
CLPT_API clpt_status clpt_solver_get_probe(clpt_solver *solver, const clpt_array *probe);

/** Copies the present positions out: [S, 2] host (x, y), as they were given unless they are refined; the common shift
 * of all stays 0, since it could as well be the object's. Waits for the device. */
CLPT_API clpt_status clpt_solver_get_positions(clpt_solver *solver, double *positions);

/** Copies the present factors on the probe's amplitude out: [S] host, all 1 unless they are refined. Waits for the
 *  device. */
CLPT_API clpt_status clpt_solver_get_amplitude_factors(clpt_solver *solver, double *factors);

/** Copies the present background out: [N, N] host, counts; zeros where there is none. Waits for the device. */
CLPT_API clpt_status clpt_solver_get_background(clpt_solver *solver, double *background);

/** Copies the variable modes V [J, N, N] and the coefficients a [S, J] of orthogonal probe relaxation out: the first
 *  mode of pattern k is P_0 + Σ_j a_kj·V_j with P of clpt_solver_get_probe. Both are complex; a solver made without
 *  opr_modes has none (CLPT_ERROR_ARGUMENT). */
CLPT_API clpt_status clpt_solver_get_opr_modes(clpt_solver *solver, const clpt_array *modes);
CLPT_API clpt_status clpt_solver_get_opr_coefficients(clpt_solver *solver, const clpt_array *coefficients);

/** R-factor of the present state: Σ|√I − √m| / Σ√m over good pixels, no fitted scale.
 *  @param per_pattern  [S] host; each pattern's own R-factor; may be NULL */
CLPT_API clpt_status clpt_solver_evaluate_r_factor(clpt_solver *solver, double *overall, double *per_pattern);

/** A loss of the present state: what clpt_loss_evaluate says of its intensities and the measured counts.
 * CLPT_LOSS_POISSON is minus the logarithm of the likelihood of Poisson counts, but for a constant.
 *  @param overall      may be NULL
 *  @param per_pattern  [S] host; each pattern's own; may be NULL */
CLPT_API clpt_status clpt_solver_evaluate_loss(clpt_solver *solver, clpt_loss loss, double *overall,
                                               double *per_pattern);

/* ---- The state of a reconstruction: to save it, and to go on from it --------------------------------------------- */

/** One array of what a solver needs to go on: "object", "probe", and what its engine keeps from iteration to iteration
 *  (momentum, exit waves, positions, …). */
typedef struct clpt_solver_array {
    char name[40];  /**< letters, digits, '_' and '.'; unique within a solver */
    clpt_type type; /**< what holds every digit: copied out and back in this type, no bit changes */
    int rank;       /**< 1 … CLPT_MAX_RANK */
    int64_t shape[CLPT_MAX_RANK];
} clpt_solver_array;

/** How many arrays the state has. They and their shapes stay the same from clpt_solver_create to clpt_solver_destroy;
 *  solvers made from equal sizes and options on devices of one kind have equal lists. 0 for NULL. */
CLPT_API size_t clpt_solver_get_state_count(const clpt_solver *solver);

/** Describes array number `index`, 0 … count − 1. @return CLPT_OK or CLPT_ERROR_ARGUMENT. */
CLPT_API clpt_status clpt_solver_describe_state(clpt_solver *solver, size_t index, clpt_solver_array *description);

/** Copies one array of the state into the caller's memory, or from there. Returns when done.
 *  The state of a solver is all of its arrays and clpt_solver_get_iteration(). Put into a new solver of the same
 * context options, measurement and solver options, it goes on to the same bits as one that was never interrupted.
 *  @param numbers  host memory of the description's shape; its type, or the other precision of it
 *  @return CLPT_OK, CLPT_ERROR_ARGUMENT, CLPT_ERROR_MEMORY or CLPT_ERROR_OPENCL. */
CLPT_API clpt_status clpt_solver_get_state(clpt_solver *solver, size_t index, const clpt_array *numbers);
CLPT_API clpt_status clpt_solver_set_state(clpt_solver *solver, size_t index, const clpt_array *numbers);

/** How many iterations are done; setting it is part of putting a state back (orders and schedules go by it). */
CLPT_API int64_t clpt_solver_get_iteration(const clpt_solver *solver);
CLPT_API clpt_status clpt_solver_set_iteration(clpt_solver *solver, int64_t iteration);

/** The reconstruction engines there are, by name; NULL beyond the last. Static storage. */
CLPT_API const char *clpt_engine_name(size_t index);

/* ---- Quality figures ------------------------------------------------------------------------------------------ */
/* Host work in double precision; needs no context, and may be called from several threads. */

/** What a reconstruction leaves open, as found: the object aligned is
 *  scale·e^{i·phase}·e^{−i(ramp_x·x + ramp_y·y)}·object(x + shift_x, y + shift_y), x and y from the region's middle. */
typedef struct clpt_alignment {
    double shift_x, shift_y; /**< pixels, the options' offset included */
    double ramp_x, ramp_y;   /**< radians per pixel */
    double scale, phase;     /**< radians */
} clpt_alignment;

typedef struct clpt_compare_options {
    size_t size;                      /**< sizeof this struct */
    int64_t top, left, height, width; /**< the region, in pixels of the truth; height or width 0: all of it */
    const uint8_t *mask; /**< [H, W] of the truth, 0: a pixel that does not count; NULL: all count. Borrowed */
    double offset_x,
        offset_y; /**< pixel (x, y) of the truth lies about at (x + offset_x, y + offset_y) of the object */
    bool keep_shift, keep_ramp, keep_scale; /**< leave these as they are; scale includes the phase */
} clpt_compare_options;
/** Defaults: all of the truth, every pixel, all ambiguities removed. */
CLPT_API void clpt_compare_options_init(clpt_compare_options *options, size_t size);
static inline clpt_compare_options clpt_compare_options_default(void)
{
    clpt_compare_options options;
    clpt_compare_options_init(&options, sizeof options);
    return options;
}

/** One ring of a Fourier ring correlation. */
typedef struct clpt_ring {
    double frequency;   /**< cycles per pixel; Nyquist is 0.5 */
    double correlation; /**< Re Σ F₁·conj F₂ / √(Σ|F₁|²·Σ|F₂|²) */
    double half_bit;    /**< the threshold of half a bit of information a pixel */
    int64_t count;      /**< Fourier pixels in it */
} clpt_ring;

typedef struct clpt_comparison {
    size_t size;                      /**< sizeof this struct */
    int64_t top, left, height, width; /**< the region used: trimmed to sides with prime factors up to 7 */
    clpt_alignment alignment;         /**< as found */
    double *aligned;  /**< [height, width] complex: the object aligned to the region of the truth; owned */
    clpt_ring *rings; /**< [ring_count], from the first ring beyond zero frequency; owned */
    int64_t ring_count;
    double nrmse;          /**< √(Σ|a − t|² / Σ|t|²) over pixels that count */
    double ssim_magnitude; /**< mean structural similarity of |a| and |t| */
    double ssim_phase;     /**< mean structural similarity of the phases */
    double frc_half;       /**< frequency where the correlation first falls below 0.5; 0.5 if it never does */
    double frc_half_bit;   /**< frequency where it first falls below half a bit; 0.5 if it never does */
} clpt_comparison;

/** Empty; to be called before clpt_compare. */
CLPT_API void clpt_comparison_init(clpt_comparison *result, size_t size);
static inline clpt_comparison clpt_comparison_default(void)
{
    clpt_comparison result;
    clpt_comparison_init(&result, sizeof result);
    return result;
}

/** Compares an object with the truth, or with another reconstruction, after removing what ptychography leaves open: a
 *  shift (cross-correlation refined to less than 1/1000 pixel, as Guizar-Sicairos, Thurman & Fienup, Opt. Lett. 33,
 * 156, 2008; first found from products of neighbours, which no ramp changes), a linear phase ramp, a global phase and
 *  scale (least squares).
 *  SSIM: Wang, Bovik, Sheikh & Simoncelli, IEEE Trans. Image Process. 13, 600, 2004, with their Gaussian window of 11
 *  pixels, K₁ = 0.01, K₂ = 0.03 and the truth's range; phases are taken around the truth's mean.
 *  Fourier ring correlation: van Heel & Schatz, J. Struct. Biol. 151, 250, 2005, with their ½-bit threshold; the mean
 * is taken off, and the region's borders (an eighth of a side) and the mask's are smoothed to zero.
 *  @param object   [H₁, W₁] complex, host memory
 *  @param truth    [H, W] complex, host memory
 *  @param options  NULL for the defaults
 *  @param result   from clpt_comparison_default, or emptied by clpt_comparison_free: nothing in it is freed here. The
 *                  caller frees it by clpt_comparison_free, also after a failure
 *  @param message  says what failed; may be NULL
 *  @return CLPT_OK, CLPT_ERROR_ARGUMENT (shapes, a region of less than 16 pixels a side or outside the truth, numbers
 *          that are not finite, nothing that counts), CLPT_ERROR_MEMORY. */
CLPT_API clpt_status clpt_compare(const clpt_array *object, const clpt_array *truth,
                                  const clpt_compare_options *options, clpt_comparison *result, clpt_message *message);
/** Leaves it empty. NULL is accepted. */
CLPT_API void clpt_comparison_free(clpt_comparison *result);

/** The part of an object that a scan has seen: 1 where Σ_s w(x − x_s) is at least `least` times its largest value, with
 *  w = Σ_p |P_p|², or w = 1 over the patch without a probe. Patches count at whole pixels.
 *  @param positions  [count, 2] patch centres
 *  @param side       N
 *  @param probe      [P, N, N] or [N, N] complex, host memory; NULL: none
 *  @param mask       receives [height, width] */
CLPT_API clpt_status clpt_coverage(const double *positions, int64_t count, int64_t side, const clpt_array *probe,
                                   double least, int64_t height, int64_t width, uint8_t *mask, clpt_message *message);

#ifdef __cplusplus
}
#endif
#endif
