/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of words in one string, "a|b|c": lookup, and the nearest word to a misspelt one. */
#ifndef CLPTI_CORE_WORDS_H
#define CLPTI_CORE_WORDS_H

#include <stdbool.h>
#include <stddef.h>

/* The number of words; the index of a word among them, or −1. */
int clpti_word_count(const char *words);
int clpti_word_index(const char *words, const char *word);

/* True if two words are equal except for case, '-', '_' and ' '. */
bool clpti_word_alike(const char *one, const char *other);

/* The index of a word, exactly or alike; or −1. */
int clpti_word_index_alike(const char *words, const char *word);

/* The word of a spelling in pairs { spelling, word, …, NULL }; NULL: none. */
const char *clpti_word_spelt(const char *const *pairs, const char *spelling);

/* Copies the word of an index, "" beyond the last. Returns `text`. */
const char *clpti_word_at(const char *words, int index, char *text, size_t size);

/* The entry of `names` nearest to `word` by edit distance; NULL if none is similar. */
const char *clpti_nearest_word(const char *word, const char *const *names, size_t count);

#endif
