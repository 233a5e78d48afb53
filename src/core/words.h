/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of words in one string, "a|b|c": lookup, and the nearest word to a misspelt one. */
#ifndef CLPTI_CORE_WORDS_H
#define CLPTI_CORE_WORDS_H

#include <stddef.h>

/* The number of words; the index of a word among them, or −1. */
int clpti_word_count(const char *words);
int clpti_word_index(const char *words, const char *word);

/* Copies the word of an index, "" beyond the last. Returns `text`. */
const char *clpti_word_at(const char *words, int index, char *text, size_t size);

/* The entry of `names` nearest to `word` by edit distance; NULL if none is similar. */
const char *clpti_nearest_word(const char *word, const char *const *names, size_t count);

#endif
