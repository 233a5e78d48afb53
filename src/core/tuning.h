/* SPDX-License-Identifier: Apache-2.0 */
/* Tuning: named numbers, and preferred variants of operations, that suit a device. What was given with the options
 * comes first, then the user's own rows (a file), then the built-in ones; among the rows of one source the most
 * particular counts: exact device, architecture, vendor and type, type. What no row says has a default. A row only ever
 * prefers: a variant that does not apply is passed over, and one that the options force comes first. */
#ifndef CLPTI_CORE_TUNING_H
#define CLPTI_CORE_TUNING_H

#include "core/context.h"

typedef enum clpti_tuning {
    CLPTI_TUNING_FFT_BYTES,   /* bytes of waves transformed at a time */
    CLPTI_TUNING_FIELD_BYTES, /* bytes that the kernels of a split forward model pass on at a time */
    CLPTI_TUNING_PROBE_SLOTS, /* sums that a probe gradient of 128×128 is kept in until they are added up, up to four
                               times as many for smaller ones, fewer for larger ones; it changes rounding */
    CLPTI_TUNING_GROUP,       /* work-items of a work-group where a launch leaves it open */
    CLPTI_TUNING_TILE_GROUP,  /* 1: a work-group makes the list of a tile, 0: a work-item */
    CLPTI_TUNING_DENSE_WORK,  /* multiply-adds of a product of modes from which CLBlast computes it */
    CLPTI_TUNING_GROUP_SIDE,  /* side from which the FFT provider `group` is preferred to clFFT */
    CLPTI_TUNING_COUNT
} clpti_tuning;

/* One parameter: its name in files, what it may be, and its default. */
typedef struct clpti_tuning_parameter {
    const char *name;
    int64_t least, most, default_value;
    bool power_of_two;
} clpti_tuning_parameter;
extern const clpti_tuning_parameter clpti_tuning_parameters[CLPTI_TUNING_COUNT];

/* The value of a parameter on this context's device. The first call shows it and its row among the context's choices.
 */
int64_t clpti_tuned(clpt_context *context, clpti_tuning what);
/* The same value without a record of it. */
int64_t clpti_tuned_number(const clpt_context *context, clpti_tuning what);

/* The variant of `operation` that a row prefers, NULL where none does; the first call shows it likewise. */
const char *clpti_tuned_variant(clpt_context *context, const char *operation);
/* Where that row is: "built-in row 'type gpu'"; "" where there is none. */
const char *clpti_tuned_source(const clpt_context *context, const char *operation);
/* Says that the preferred variant of `operation` is none of `list`, and passes it over from now on. */
void clpti_tuned_variant_unknown(clpt_context *context, const char *operation, const char *list);

/* Reads the rows for context->device.
 * `wanted`        "off": built-in rows only; "name=value,…": these before the built-in rows; else the path of the
 * user's file, NULL none `named`         somebody asked for that path: it is worth a warning that there is no such file
 * `fft_bytes`     the default of CLPTI_TUNING_FFT_BYTES
 * `is_operation`  whether a name that is no parameter is an operation
 * Damaged or unknown rows of a file only give warnings; in "name=value,…" they are errors. */
clpt_status clpti_tuning_open(clpt_context *context, const char *wanted, bool named, int64_t fft_bytes,
                              bool (*is_operation)(const char *name));

/* ---- tuning_key.c: which devices a row is for ---- */

typedef enum clpti_tuning_level {
    CLPTI_TUNING_DEVICE,       /* "device SHORT-NAME NAME": the whole name */
    CLPTI_TUNING_ARCHITECTURE, /* "architecture SHORT-NAME PART": a part of the name, in any case */
    CLPTI_TUNING_VENDOR,       /* "vendor SHORT-NAME TYPE" */
    CLPTI_TUNING_TYPE,         /* "type TYPE": cpu, gpu, other or reference */
    CLPTI_TUNING_LEVELS
} clpti_tuning_level;

/* Whether `text` is such a key; `fits` then says whether it is one for this device. */
bool clpti_tuning_key_parse(const char *text, const clpt_device_info *device, clpti_tuning_level *level, bool *fits);
/* The key of this device alone. */
void clpti_tuning_device_key(const clpt_device_info *device, char *text, size_t size);

/* ---- tuning_read.c: the user's file ---- */

/* What a line of a file is, without the spaces around it; the texts lie in `line`, which is changed. */
typedef enum clpti_tuning_line {
    CLPTI_LINE_EMPTY,
    CLPTI_LINE_KEY,
    CLPTI_LINE_SETTING,
    CLPTI_LINE_BAD
} clpti_tuning_line;
clpti_tuning_line clpti_tuning_line_parse(char *line, char **name, char **value);

/* A whole file as text, NULL where it cannot be read: `reason` then says why (errno's text, "too large", …). */
char *clpti_tuning_file_read(const char *path, const char **reason);

#endif
