/* SPDX-License-Identifier: Apache-2.0 */
/* Layouts of scans described by text: where a file of a kind has frames, positions, beam, mask, probe and object. The
 * built-in ones are the files of src/io/layouts; docs/layouts.md explains the lines of one. */
#ifndef CLPTI_IO_LAYOUT_H
#define CLPTI_IO_LAYOUT_H

#include "io/store.h"

/* "KEY PATH WORD WORD"; a word that is absent is "". */
typedef struct clpti_layout_line {
    char *text;
    const char *key, *words[6];
} clpti_layout_line;

typedef struct clpti_file_layout {
    const char *name; /* static */
    clpti_layout_line *lines;
    int64_t count;
} clpti_file_layout;

/* Built-in layouts: name and text; ends with a NULL name. */
typedef struct clpti_layout_text {
    const char *name, *text;
} clpti_layout_text;
extern const clpti_layout_text clpti_layout_texts[];

/* path: of the text, for messages. */
clpt_status clpti_layout_parse(const char *path, const char *name, const char *text, clpti_file_layout *layout,
                               clpt_message *message);
void clpti_layout_free(clpti_file_layout *layout);

/* The built-in layout of that name, or the one that a text file describes. */
clpt_status clpti_layout_find(const char *name, clpti_file_layout *layout, clpt_message *message);
/* The first built-in layout whose `match` lines fit; without lines if there is none. */
clpt_status clpti_layout_recognise(const clpti_store *store, clpti_file_layout *layout, clpt_message *message);

/* Line number `index` among those with a key, which are in order of preference; NULL beyond the last. */
const clpti_layout_line *clpti_layout_line_of(const clpti_file_layout *layout, const char *key, int64_t index);
/* The words after the key of the first such line as one text, "" if there is none. */
const char *clpti_layout_text_of(const clpti_file_layout *layout, const char *key);

#endif
