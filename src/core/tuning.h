/* SPDX-License-Identifier: Apache-2.0 */
/* Tuning: named numbers, and preferred variants of operations, that suit a device. Settings of the options have
 * priority over the user's file, and that over built-in entries; within one source the closest key applies:
 * device, architecture, vendor and type, type. Parameters without an entry have defaults. An entry only expresses a
 * preference: a variant that does not apply is skipped, and a variant forced by the options comes first. */
#ifndef CLPTI_CORE_TUNING_H
#define CLPTI_CORE_TUNING_H

#include "core/context.h"

typedef enum clpti_tuning {
    CLPTI_TUNING_FFT_BYTES,   /* bytes of waves transformed at a time */
    CLPTI_TUNING_FIELD_BYTES, /* bytes that the kernels of a split forward model process at a time */
    CLPTI_TUNING_PROBE_SLOTS, /* number of partial sums of the probe gradient at 128×128, up to four times as many for
                               * smaller sizes, fewer for larger ones; it changes rounding */
    CLPTI_TUNING_GROUP,       /* work-items of a work-group, unless the launch defines it */
    CLPTI_TUNING_TILE_GROUP,  /* 1: a work-group makes the list of a tile, 0: a work-item */
    CLPTI_TUNING_DENSE_WORK,  /* multiply-adds of a product of modes from which CLBlast computes it */
    CLPTI_TUNING_GROUP_SIDE,  /* side from which the FFT provider `group` is preferred to clFFT */
    CLPTI_TUNING_LANES,       /* floats of a vector in kernels for CPUs: 4, 8, 16; 0: as the processor has */
    CLPTI_TUNING_COUNT
} clpti_tuning;

/* One parameter: its name in files, its range, and its default. */
typedef struct clpti_tuning_parameter {
    const char *name;
    int64_t minimum, maximum, default_value;
    bool power_of_two;
} clpti_tuning_parameter;
extern const clpti_tuning_parameter clpti_tuning_parameters[CLPTI_TUNING_COUNT];

/* The value of a parameter on this context's device. The first call records it and its entry among the context's
 * choices. */
int64_t clpti_tuned(clpt_context *context, clpti_tuning what);
/* The same value without a record of it. */
int64_t clpti_tuned_number(const clpt_context *context, clpti_tuning what);

/* The variant of `operation` preferred by an entry, NULL if there is none; recorded by the first call too. */
const char *clpti_tuned_variant(clpt_context *context, const char *operation);
/* Source of that entry: "built-in entry 'type gpu'"; "" if there is none. */
const char *clpti_tuned_source(const clpt_context *context, const char *operation);
/* Reports that the preferred variant of `operation` is not in `list`, and ignores it from then on. */
void clpti_tuned_variant_unknown(clpt_context *context, const char *operation, const char *list);

/* Reads the entries for context->device.
 *   `source`        "off": built-in entries only; "name=value,…": these before the built-in ones; else the path of the
 *   user's file, NULL: none
 *   `named`         the path was requested explicitly: a missing file gives a warning
 *   `fft_bytes`     the default of CLPTI_TUNING_FFT_BYTES
 *   `is_operation`  true if a name that is not a parameter is an operation
 * Damaged or unknown entries of a file only give warnings; in "name=value,…" they are errors. */
clpt_status clpti_tuning_open(clpt_context *context, const char *source, bool named, int64_t fft_bytes,
                              bool (*is_operation)(const char *name));

/* ---- tuning_key.c: keys, the devices that an entry applies to ---- */

typedef enum clpti_tuning_level {
    CLPTI_TUNING_DEVICE,       /* "device SHORT-NAME NAME": the whole name */
    CLPTI_TUNING_ARCHITECTURE, /* "architecture SHORT-NAME PART": a part of the name, in any case */
    CLPTI_TUNING_VENDOR,       /* "vendor SHORT-NAME TYPE" */
    CLPTI_TUNING_TYPE,         /* "type TYPE": cpu, gpu, other or reference */
    CLPTI_TUNING_LEVELS
} clpti_tuning_level;

/* False if `text` is not such a key; `fits`: it matches this device. */
bool clpti_tuning_key_parse(const char *text, const clpt_device_info *device, clpti_tuning_level *level, bool *fits);
/* The key of this device alone. */
void clpti_tuning_device_key(const clpt_device_info *device, char *text, size_t size);

/* ---- tuning_read.c: the user's file ---- */

/* Kinds of lines in a file, without surrounding spaces; the texts are stored in `line`, which is changed. */
typedef enum clpti_tuning_line {
    CLPTI_LINE_EMPTY,
    CLPTI_LINE_KEY,
    CLPTI_LINE_SETTING,
    CLPTI_LINE_BAD
} clpti_tuning_line;
clpti_tuning_line clpti_tuning_line_parse(char *line, char **name, char **value);

/* A whole file as text, NULL if it cannot be read: `reason` is then errno's text, "too large", … */
char *clpti_tuning_file_read(const char *path, const char **reason);

#endif
