/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of words in one string, "a|b|c": lookup, and the nearest word to a misspelt one. */
#include "core/words.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

int clpti_word_count(const char *words)
{
    int count = 1;
    for (const char *c = words; *c; ++c) count += *c == '|';
    return count;
}

int clpti_word_index(const char *words, const char *word)
{
    size_t length = strlen(word);
    for (int index = 0; words; ++index) {
        const char *end = strchrnul(words, '|');
        if ((size_t)(end - words) == length && !memcmp(words, word, length)) return index;
        words = *end ? end + 1 : NULL;
    }
    return -1;
}

bool clpti_word_alike(const char *one, const char *other)
{
    static const char skipped[] = "-_ ";
    for (;; ++one, ++other) {
        one += strspn(one, skipped);
        other += strspn(other, skipped);
        if (tolower((unsigned char)*one) != tolower((unsigned char)*other)) return false;
        if (!*one) return true;
    }
}

int clpti_word_index_alike(const char *words, const char *word)
{
    char each[64];
    int index = clpti_word_index(words, word);
    for (int k = 0; index < 0 && *word && k < clpti_word_count(words); ++k)
        if (clpti_word_alike(clpti_word_at(words, k, each, sizeof each), word)) index = k;
    return index;
}

const char *clpti_word_spelt(const char *const *pairs, const char *spelling)
{
    for (; pairs && *pairs; pairs += 2)
        if (*spelling && clpti_word_alike(*pairs, spelling)) return pairs[1];
    return NULL;
}

const char *clpti_word_at(const char *words, int index, char *text, size_t size)
{
    for (; words && index > 0; --index) words = (words = strchr(words, '|')) ? words + 1 : NULL;
    snprintf(text, size, "%.*s", words ? (int)strcspn(words, "|") : 0, words ? words : "");
    return text;
}

/* Levenshtein distance; words of options and commands are short. */
static size_t edit_distance(const char *a, const char *b)
{
    size_t row[64];
    size_t across = strlen(b);
    if (across >= sizeof row / sizeof *row) return across;
    for (size_t j = 0; j <= across; ++j) row[j] = j;
    for (size_t i = 1; a[i - 1]; ++i) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= across; ++j) {
            size_t best = diagonal + (a[i - 1] != b[j - 1]);
            if (row[j] + 1 < best) best = row[j] + 1;
            if (row[j - 1] + 1 < best) best = row[j - 1] + 1;
            diagonal = row[j];
            row[j] = best;
        }
    }
    return row[across];
}

const char *clpti_nearest_word(const char *word, const char *const *names, size_t count)
{
    const char *nearest = NULL;
    size_t best = strlen(word) / 3 + 2; /* maximum distance of a misspelling */
    for (size_t k = 0; k < count; ++k) {
        size_t distance = edit_distance(word, names[k]);
        if (distance < best) {
            best = distance;
            nearest = names[k];
        }
    }
    return nearest;
}
