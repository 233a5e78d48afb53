/* SPDX-License-Identifier: Apache-2.0
 *
 * Choices: the variant of every operation, the FFT provider of every side and the tuning that a context used, the
 * reasons, and the kernels that ran. docs/choices.md explains how to override them. In three steps:
 *   1. run operations or a solver on a context;
 *   2. puts(clpt_context_explain(context)) shows everything as text;
 *   3. for (i = 0; (choice = clpt_context_get_choice(context, i)); i++) … reads the records one by one.
 */
#ifndef CLPTYCHO_CHOICES_H
#define CLPTYCHO_CHOICES_H

#include "clptycho/core.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum clpt_choice_kind {
    CLPT_CHOICE_DEVICE,    /**< "device" with chosen = "0:0 pocl 'NAME', driver 3.1"; recorded at the start */
    CLPT_CHOICE_QUIRKS,    /**< "quirks", "pocl": the entry of known peculiarities; at the start, not of a reference */
    CLPT_CHOICE_SWITCHES,  /**< "variants", "fft", "without" or "kernel_dir", the text of the context option; at the
                            *   start, if set */
    CLPT_CHOICE_TUNING,    /**< "tuning probe_slots", "16": a number, or "tuning forward", "split": a preference */
    CLPT_CHOICE_FFT,       /**< "fft 128", "clfft": the provider of transforms of a side */
    CLPT_CHOICE_OPERATION, /**< "forward", "n64": the variant of an operation; in a reference context "reference" */
    CLPT_CHOICE_OTHER      /**< "other", "": kernels outside operations, such as a measurement of bandwidth */
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

/** Number of choices so far; 0 for NULL. */
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

/** All choices as text, as `clptycho --explain` prints it: device, quirks and switches, then for every operation,
 *  transform and tuned number the choice, its reason, rejected candidates, number of runs, and kernels with their
 *  compiler options. Valid until the next call on the context; "" for NULL. */
CLPT_API const char *clpt_context_explain(clpt_context *context);

#ifdef __cplusplus
}
#endif
#endif
