/* SPDX-License-Identifier: Apache-2.0 */
/* The .npy format (NumPy enhancement proposal 1): headers and elements. Used by the NPZ reader and writer only. */
#ifndef CLPTI_IO_NPY_H
#define CLPTI_IO_NPY_H

#include "io/io.h"

/* Maximum length of a file's start up to the header's text: magic, version, a 4-byte length. */
#define CLPTI_NPY_PREAMBLE 12
/* Buffer size for any header that clpti_npy_write_header creates. */
#define CLPTI_NPY_HEADER_CAPACITY 512

typedef struct clpti_npy_header {
    clpti_npy_info info;
    char kind;     /* 'b' bool, 'i', 'u', 'f', 'c'; 0: not a supported number type */
    int bytes;     /* of one element */
    bool swap;     /* opposite byte order */
    int64_t count; /* elements */
} clpti_npy_header;

bool clpti_npy_is(const unsigned char *start, size_t length);

/* Location of the header's text in the file. start: the first `length` bytes, at most CLPTI_NPY_PREAMBLE. */
clpt_status clpti_npy_preamble(const unsigned char *start, size_t length, size_t *text_at, size_t *text_length,
                               clpt_message *message);

/* Parses the header's text, a Python dictionary. Fills all of `header` except info.name. An unsupported type is not an
 * error here but gives kind = 0. */
clpt_status clpti_npy_parse(const char *text, size_t length, clpti_npy_header *header, clpt_message *message);

/* Reason why a type with kind = 0 is unsupported, to follow "array 'x' ". */
const char *clpti_npy_refusal(const clpti_npy_header *header);

/* A complete version 1.0 header, padded to 64 bytes like NumPy's. Returns its length. `code` is NumPy's, without the
 * byte order: "f4". */
size_t clpti_npy_write_header(const char *code, int rank, const int64_t *shape, char header[CLPTI_NPY_HEADER_CAPACITY]);

/* True if elements in the file have the representation of `type` in memory. */
bool clpti_npy_same(const clpti_npy_header *header, clpt_type type);

/* Converts `count` raw elements (modified in place) to doubles: one each, or (re, im) for a complex kind. */
void clpti_npy_load(const clpti_npy_header *header, void *raw, int64_t count, double *values);

/* data[at[i]] = values[i], rounded to `type`; a real value has im = 0 in a complex type. */
void clpti_npy_store(const double *values, bool complex_values, int64_t count, const int64_t *at, clpt_type type,
                     void *data);

#endif
