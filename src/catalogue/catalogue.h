/* SPDX-License-Identifier: Apache-2.0 */
/* The catalogue of operations: one description of each public operation, compiled by the tests, `clptycho op`, `bench`,
 * `tune` and `parity`. An entry contains the function, its arrays with their shapes, its options, the call, its
 * floating-point operations, and its accuracy. A new operation is one entry in a file of its family. */
#ifndef CLPTI_CATALOGUE_CATALOGUE_H
#define CLPTI_CATALOGUE_CATALOGUE_H

#include "catalogue/accuracy.h"
#include "core/status.h"

/* ---- Sizes, by the letters of the public header ---- */

typedef struct clpti_sizes {
    int64_t B, S, G, C, P, N, M, H, W;
    int64_t T;    /* patterns of a batch: every second one, in descending order; 0: all S of them, in order */
    int64_t L;    /* side of clpt_scan_get_canvas, see clpti_sizes_scan */
    int64_t crop; /* side of the central block of a patch that reassembly uses */
} clpti_sizes;

/* The size of a letter; a digit is itself. */
int64_t clpti_size_get(const clpti_sizes *sizes, char letter);
void clpti_size_set(clpti_sizes *sizes, char letter, int64_t size);
/* Finds L from [S, 2] positions and the crop. */
clpt_status clpti_sizes_scan(clpti_sizes *sizes, clpt_context *context, const clpt_array *positions);

/* ---- Arrays ---- */

typedef enum clpti_array_kind {
    CLPTI_ARRAY_FIELD,   /* real or complex as supplied by the caller: host memory or a buffer */
    CLPTI_ARRAY_REAL,    /* a real field */
    CLPTI_ARRAY_COMPLEX, /* a complex field */
    CLPTI_ARRAY_NUMBERS, /* float64 in host memory */
    CLPTI_ARRAY_PAIRS,   /* complex128 in host memory */
    CLPTI_ARRAY_INTEGERS /* int64 in host memory */
} clpti_array_kind;

/* Contents of an input in tests and benchmarks. */
typedef enum clpti_content {
    CLPTI_CONTENT_RESULT,     /* an output */
    CLPTI_CONTENT_RANDOM,     /* in [−1, 1] */
    CLPTI_CONTENT_OBJECT,     /* magnitudes from ½ to 1 and gentle phases */
    CLPTI_CONTENT_PROBE,      /* one pixel far brighter than the others, so that no intensity is near 0 */
    CLPTI_CONTENT_WEIGHT,     /* magnitudes from ½ to 1 */
    CLPTI_CONTENT_MODES,      /* power that falls fourfold from mode to mode, so that eigenvectors are well separated */
    CLPTI_CONTENT_COUNTS,     /* from ½ to 1½, far from the intensities of object and probe */
    CLPTI_CONTENT_MASK,       /* 0 or 1 */
    CLPTI_CONTENT_POSITIONS,  /* patches within the object */
    CLPTI_CONTENT_OFFSETS,    /* within ±N/4; fractions are multiples of 1/256, exact in float32 */
    CLPTI_CONTENT_SHIFTS,     /* within ±8 and ±N/4, away from whole and half pixels */
    CLPTI_CONTENT_TRANSFORMS, /* near the identity */
} clpti_content;

typedef enum clpti_need {
    CLPTI_NEEDED,
    CLPTI_NEEDED_BY_PROBE_WEIGHT, /* with CLPT_WEIGHT_PROBE, otherwise unused */
    CLPTI_NEEDED_NEVER            /* may be NULL */
} clpti_need;

/* An argument of an operation. Equal names have equal meanings in all entries; "d_x" is the gradient with respect to
 * x. */
typedef struct clpti_entry_array {
    const char *name;  /* in messages and NPZ files */
    const char *shape; /* a letter or digit per axis; "": one number */
    clpti_array_kind kind;
    clpti_content content;
    clpti_need need;
    bool joint; /* every item depends on all items, so a subset cannot be computed alone */
} clpti_entry_array;

/* An alternative shape, such as "NN" of a probe [P, N, N]; NULL: none. */
const char *clpti_array_alternative(const clpti_entry_array *array);
/* The shape in words, "[P, N, N] or [N, N]". Returns `text`. */
const char *clpti_array_form(const clpti_entry_array *array, char text[64]);
/* Host memory or a buffer, in the context's precision; the others are always host memory. */
bool clpti_array_is_field(const clpti_entry_array *array);
/* The type of the host array in single precision; `real`: FIELD arrays are real. INTEGERS have the size of
 * CLPT_TYPE_F64. */
clpt_type clpti_array_type(const clpti_entry_array *array, bool real);
/* Its shape, or the alternative one. Returns the rank. */
int clpti_array_shape(const clpti_entry_array *array, bool alternative, const clpti_sizes *sizes,
                      int64_t shape[CLPT_MAX_RANK]);
/* Sets sizes that are still 0 from an actual shape of the array. */
void clpti_array_bind(const clpti_entry_array *array, const clpt_array *actual, clpti_sizes *sizes);

/* ---- Calls ---- */

/* Options of all operations; each uses those that apply to it. */
typedef struct clpti_call_options {
    clpt_interpolation interpolation;
    clpt_fill fill;
    clpt_weight weight;
    bool recenter;
    clpt_forward_options model; /* its propagation also applies to clpt_propagate */
    bool back;
    clpt_loss loss;
    clpt_variation variation;
    double epsilon, photons;
    clpt_groups_options grouping;
} clpti_call_options;

/* Options by their names in the command, of clpti_sizes and of clpti_call_options; tables that end with a NULL name. */
extern const clpt_option clpti_options_of_sizes[], clpti_options_of_calls[];

/* A near field for measurements: a parallel beam of 12.4 keV. */
#define CLPTI_NEAR_FIELD                                                                                               \
    {                                                                                                                  \
        CLPT_PROPAGATION_ANGULAR_SPECTRUM, .wavelength = 1e-10, .distance = 5e-3, .pixel = 1e-7                        \
    }

enum { CLPTI_ENTRY_ARRAYS = 10 };

typedef struct clpti_call {
    clpt_context *context;
    clpti_sizes sizes;
    clpti_call_options options;
    const clpt_array *a[CLPTI_ENTRY_ARRAYS]; /* in the entry's order; NULL: omitted */
    clpt_scan *scan;                         /* of the array `positions`; NULL: clpti_call_run creates one per call */
    clpt_message *message;                   /* of an operation without a context */
} clpti_call;

/* ---- Entries ---- */

typedef struct clpti_entry {
    const char *name;     /* "warp-adjoint": in `op`, `bench`, `tune` and `parity` */
    const char *function; /* "clpt_warp_adjoint" */
    const char *summary;
    char items; /* letter of the batch axis; 0: none */
    char parts; /* letter of the axis within an item, modes or patches; 0: none */
    const clpti_entry_array *arrays[CLPTI_ENTRY_ARRAYS + 1]; /* terminated by NULL */
    const char *options;                                     /* names of its options in `clptycho op` */
    const char *needed;                                      /* the option that is required; NULL: none */
    clpti_call_options usual;                                /* of a call without explicit options */
    double tolerance;                                        /* accuracy.h */
    bool host;                                               /* host work without a context */
    bool scans;                                              /* uses clpti_call.scan */
    bool with_gradients; /* `op` also runs its adjoint if the file contains a cotangent */
    clpt_status (*call)(const clpti_call *call);
    double (*flop)(const clpti_call *call); /* floating-point operations; NULL: not counted */
} clpti_entry;

/* Entry number `index` of the catalogue, NULL beyond the last; the entry of a name, NULL: none. */
const clpti_entry *clpti_entry_at(size_t index);
const clpti_entry *clpti_entry_find(const char *name);
/* The entry "NAME-adjoint"; NULL: none. */
const clpti_entry *clpti_entry_adjoint(const clpti_entry *entry);
/* The index of an array; −1: none of that name. */
int clpti_entry_array_index(const clpti_entry *entry, const char *name);
/* True if a call with these options uses the array. */
bool clpti_entry_uses(const clpti_entry *entry, int array, const clpti_call_options *options);
/* True if the leading axis of an array is that of the items. */
bool clpti_entry_by_item(const clpti_entry *entry, int array);
/* True if a call with a subset of the items gives that subset of every result. */
bool clpti_entry_splits(const clpti_entry *entry, const clpti_call_options *options);

/* Computes the sizes that no array has: the canvas of a scan, the number and size of groups. Requires the inputs. */
clpt_status clpti_call_complete(const clpti_entry *entry, clpti_call *call);
/* Type and shape of a result: a gradient's are those of its input; a field of either type has that of the first such
 * input. `wide`: fields in double precision. Returns the rank. */
int clpti_call_result(const clpti_entry *entry, const clpti_call *call, int array, bool wide, clpt_type *type,
                      int64_t shape[CLPT_MAX_RANK]);
/* Runs one call. A failure's message is the context's, or call->message of an operation without a context. */
clpt_status clpti_call_run(const clpti_entry *entry, const clpti_call *call);
/* Bytes that a call must transfer: every field is read or written once. */
double clpti_call_bytes(const clpti_entry *entry, const clpti_call *call);

/* ---- Contents ---- */

/* Uniform in [low, high), from a counter. */
double clpti_random(uint64_t seed, uint64_t index, double low, double high);
/* Fills an array in host memory. Numbers depend only on the array's index in its entry and the element's index, so the
 * array of items `first` … is a subset of that of all items. */
void clpti_entry_fill(const clpti_entry *entry, int array, const clpti_sizes *sizes, int64_t first,
                      const clpt_array *to);
/* Real and imaginary parts uniform in [low, high). */
void clpti_fill_uniform(const clpt_array *to, uint64_t seed, int64_t first, double low, double high);

#endif
