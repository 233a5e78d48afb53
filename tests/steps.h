/* SPDX-License-Identifier: Apache-2.0 */
/* Every operation between buffers (src/ops) as an entry of a table: arrays with shapes, contents and tolerances, and
 * the call. test_steps runs each entry with every variant of its operation; a new operation is one entry in steps_*.c.
 */
#ifndef CLPT_TESTS_STEPS_H
#define CLPT_TESTS_STEPS_H

/* The tables name the members that differ. */
#ifdef __clang__
#pragma clang diagnostic ignored "-Wmissing-field-initializers"
#endif

#include "step_case.h"

/* Flags of a call. An entry lists the combinations that its call and arrays distinguish. */
enum {
    STEP_ORDERED = 1 << 0,    /* patterns, and arrays with an item per pattern, go through a permutation */
    STEP_MASK = 1 << 1,       /* a mask of the probe, or one mask of the detector for all patterns */
    STEP_MASKS = 1 << 2,      /* a mask of the detector for each pattern */
    STEP_WITHOUT = 1 << 3,    /* without optional arrays */
    STEP_OWN = 1 << 4,        /* each pattern has its own probe */
    STEP_PAD = 1 << 5,        /* patches are smaller than waves */
    STEP_IMAGE = 1 << 6,      /* a near field: not centred */
    STEP_ROOT = 1 << 7,       /* amplitudes instead of intensities */
    STEP_SCALES = 1 << 8,     /* a scale for each pattern */
    STEP_BACKGROUND = 1 << 9, /* a background at the detector */
    STEP_REAL = 1 << 10,      /* elements of type 'e' are real */
    STEP_GROUPS = 1 << 11,    /* `modes` patterns share an image or canvas; else all do */
    STEP_CROP = 1 << 12,      /* a central part of each patch */
    STEP_WHOLE = 1 << 13,     /* integer x coordinates */
    STEP_IN_PLACE = 1 << 14,  /* the result replaces an input */
    STEP_ALONE = 1 << 15,     /* one of two results is omitted */
    STEP_A = 1 << 16,         /* specific to the entry */
    STEP_B = 1 << 17,
    STEP_KIND = 1 << 20 /* times a number up to 100 (step_kind) */
};

static inline int step_kind(const step_sizes *n)
{
    return (int)(n->flags / STEP_KIND);
}

typedef enum step_fill {
    STEP_ANY,      /* in [−1, 1] */
    STEP_POSITIVE, /* in [0.01, 1.01] */
    STEP_ZERO,
    STEP_GOOD, /* 1 for four pixels out of five, else 0 */
} step_fill;

/* `shape` is the type of an element (c: complex, r: real, e: complex, with STEP_REAL real) and a letter or digit per
 * axis: S patterns, P modes, N side, H height, W width, K positions, O probes (with STEP_OWN one per pattern, else 1),
 * M masks (with STEP_MASKS one per position, else 1), C side of a crop, G images or canvases, V variable modes, U = V +
 * 1, Q sums of position_fit, L = 9·P + 1, Y = 2·H, X = 2·W. */
typedef struct step_array {
    const char *shape;
    step_fill fill;
    double tolerance; /* relative to the maximum magnitude; 0: unchanged */
} step_array;

enum { STEP_FLAG_SETS = 10 };

typedef struct step_entry {
    const char *name;               /* "operation" or "operation, remark" */
    const step_sizes *shapes;       /* ended by a count of 0; NULL: step_shapes */
    const step_sizes *larger;       /* further ones, except in test_small; NULL: none */
    bool by_choice;                 /* larger ones run by default variants alone: others compile a program per side */
    unsigned flags[STEP_FLAG_SETS]; /* sets of flags, which alternate over shapes; empty: no flag */
    bool full;                      /* every set with every shape */
    bool splits;                    /* as in step_case */
    step_array arrays[STEP_VIEWS];
    void (*prepare)(step_case *c); /* contents and tolerances that depend on others; may be NULL */
    clpt_status (*call)(step_bench *b, const step_sizes *n);
} step_entry;

extern const step_sizes step_shapes[], step_large[], step_detectors[];
extern const step_entry step_waves[], step_detector[], step_sums[], step_engine[], step_adjoint[], step_constraint[],
    step_subpixel[], step_layers[];

/* Entry `index` of all tables; NULL beyond the last. */
const step_entry *step_entry_at(int index);
int step_flag_set_count(const step_entry *entry);
void step_case_make(step_case *c, const step_entry *entry, const step_sizes *shape, unsigned flags);

/* ---- arguments ---- */

static inline bool step_has(const step_sizes *n, unsigned flag)
{
    return (n->flags & flag) != 0;
}

/* The view with (step_given) or without (step_unless) the flag, otherwise an absent one. */
clpti_view step_given(const step_sizes *n, unsigned flag, clpti_view view);
clpti_view step_unless(const step_sizes *n, unsigned flag, clpti_view view);
/* All patterns of the case, shifted by whole pixels. */
clpti_selection step_selection(const step_bench *b, const step_sizes *n);
const clpti_order *step_order(const step_bench *b, const step_sizes *n);
clpti_detector_response step_response(const step_bench *b, const step_sizes *n, clpti_view scales,
                                      clpti_view background);
int64_t step_probe_stride(const step_sizes *n);
int64_t step_crop(const step_sizes *n);
int64_t step_per_image(const step_sizes *n);
int64_t step_variable(const step_sizes *n);
/* Adds the low part of each pair to its high part: variants may split a sum differently. */
clpt_status step_fold(clpti_view sums, int64_t pairs);

/* ---- contents ---- */

/* The maximum of the second-last array into the last one; STEP_A: the second-last array is zero. */
void step_prepare_largest(step_case *c);
/* Measured amplitudes (array `measured`) become NaN where the mask (array `mask`) excludes pixels. */
void step_hide_masked(step_case *c, int measured, int mask);

#endif
