/* SPDX-License-Identifier: Apache-2.0 */
/* Random combinations without repeats: numbered and shuffled if there are few, drawn and compared if there are many. */
#include "core/combinations.h"

#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "core/poisson.h"

/* Up to this number combinations are numbered and shuffled, so that even the last ones are found at once. Beyond it
 * they are drawn until one is new, since only a small fraction of them is ever requested; a uniform of 53 bits is even
 * enough. */
#define NUMBERED_LIMIT ((int64_t)1 << 31)

enum { STREAM_NUMBER = 11, STREAM_ELEMENT };

/* A slot of a hash table; a new one contains its own key, the start of a shuffle of 0, 1, 2, … */
typedef struct slot {
    uint64_t key, value;
    bool used;
} slot;

struct clpti_combinations {
    int64_t from, pick, count;
    uint64_t key, drawn, elements; /* of this series: combinations, and numbers drawn for them */
    slot *slots;
    uint64_t mask; /* slots − 1, a power of two */
};

int64_t clpti_combinations_count(int64_t from, int64_t pick)
{
    int64_t count = 1;
    if (pick < 0 || pick > from) return 0;
    if (pick > from - pick) pick = from - pick;
    for (int64_t j = 1; j <= pick; j++) {
        /* count·(from − pick + j) / j, an integer at every step, without the product. */
        int64_t factor = from - pick + j, rest, whole;
        if (__builtin_mul_overflow(count % j, factor, &rest) || __builtin_mul_overflow(count / j, factor, &whole) ||
            __builtin_add_overflow(whole, rest / j, &count))
            return INT64_MAX;
    }
    return count;
}

clpt_status clpti_combinations_create(int64_t from, int64_t pick, int64_t limit, clpti_combinations **combinations,
                                      clpt_message *message)
{
    clpt_status status = CLPT_OK;
    int64_t slots = 8;
    *combinations = NULL;
    clpti_combinations *made = clpti_calloc(1, sizeof *made);
    while (slots / 4 < limit && slots < INT64_MAX / 4) slots *= 2; /* a step of a shuffle changes two slots */
    if (made) {
        *made = (clpti_combinations){from, pick, clpti_combinations_count(from, pick), 0, 0, 0, NULL, 0};
        made->slots = clpti_malloc(slots, sizeof *made->slots);
        made->mask = (uint64_t)slots - 1;
    }
    if (!made || !made->slots) {
        status = clpti_fail(message, CLPT_ERROR_MEMORY, "no host memory to draw %lld combinations of %lld out of %lld",
                            (long long)limit, (long long)pick, (long long)from);
        goto cleanup;
    }
    clpti_combinations_start(made, 0);
    *combinations = made;
    made = NULL;
cleanup:
    clpti_combinations_destroy(&made);
    return status;
}

void clpti_combinations_destroy(clpti_combinations **combinations)
{
    if (!combinations || !*combinations) return;
    free((*combinations)->slots);
    free(*combinations);
    *combinations = NULL;
}

void clpti_combinations_start(clpti_combinations *c, uint64_t key)
{
    c->key = key;
    c->drawn = c->elements = 0;
    memset(c->slots, 0, (size_t)(c->mask + 1) * sizeof *c->slots);
}

/* SplitMix64's finaliser (Steele, Lea & Flood 2014). */
static uint64_t mixed(uint64_t bits)
{
    bits = (bits ^ bits >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    bits = (bits ^ bits >> 27) * UINT64_C(0x94d049bb133111eb);
    return bits ^ bits >> 31;
}

static slot *find(const clpti_combinations *c, uint64_t key, bool *fresh)
{
    uint64_t at = mixed(key) & c->mask;
    while (c->slots[at].used && c->slots[at].key != key) at = (at + 1) & c->mask;
    *fresh = !c->slots[at].used;
    if (*fresh) c->slots[at] = (slot){key, key, true};
    return &c->slots[at];
}

static int64_t below(const clpti_combinations *c, uint32_t stream, uint64_t index, int64_t limit)
{
    return (int64_t)(clpti_uniform(c->key, stream, index) * (double)limit);
}

/* One step of a Fisher-Yates shuffle of all numbers, of which the table contains those that have moved. */
static int64_t next_number(const clpti_combinations *c)
{
    int64_t step = (int64_t)c->drawn;
    bool fresh;
    slot *drawn = find(c, (uint64_t)(step + below(c, STREAM_NUMBER, c->drawn, c->count - step)), &fresh);
    slot *first = find(c, (uint64_t)step, &fresh);
    uint64_t number = drawn->value;
    drawn->value = first->value;
    return (int64_t)number;
}

/* Combination `number` in the combinatorial number system: number = Σ_k (picks[k − 1] choose k). */
static void unrank(const clpti_combinations *c, int64_t number, int64_t *picks)
{
    int64_t candidate = c->from - 1, choose = c->count * (c->from - c->pick) / c->from; /* from − 1 choose pick */
    for (int64_t k = c->pick; k > 0; k--) {
        while (choose > number) {
            choose = choose * (candidate - k) / candidate;
            candidate--;
        }
        number -= choose;
        picks[k - 1] = candidate;
        choose = candidate > 0 ? choose * k / candidate : 0; /* candidate − 1 choose k − 1 */
        candidate--;
    }
}

/* A combination by Floyd's method (Bentley & Floyd 1987), sorted. */
static void any_choice(clpti_combinations *c, int64_t *picks)
{
    int64_t size = 0;
    for (int64_t last = c->from - c->pick; last < c->from; last++) {
        int64_t value = below(c, STREAM_ELEMENT, c->elements++, last + 1), at = 0;
        while (at < size && picks[at] < value) at++;
        if (at < size && picks[at] == value) { /* taken already; `last` is free */
            value = last;
            at = size;
        }
        memmove(picks + at + 1, picks + at, (size_t)(size - at) * sizeof *picks);
        picks[at] = value;
        size++;
    }
}

static uint64_t signature(const clpti_combinations *c, const int64_t *picks)
{
    uint64_t hash = 0;
    for (int64_t k = 0; k < c->pick; k++) hash = mixed(hash + UINT64_C(0x9e3779b97f4a7c15) + (uint64_t)picks[k]);
    return hash;
}

void clpti_combinations_draw(clpti_combinations *c, int64_t *picks)
{
    bool fresh = false;
    if (c->count <= NUMBERED_LIMIT)
        unrank(c, next_number(c), picks);
    else
        while (!fresh) {
            any_choice(c, picks);
            find(c, signature(c, picks), &fresh);
        }
    c->drawn++;
}
