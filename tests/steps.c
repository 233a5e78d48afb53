/* SPDX-License-Identifier: Apache-2.0 */
/* The table of operations between buffers (src/ops), with arrays, contents and tolerances. */
#include "steps.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ops/engine.h"

/* Side 1 and sides of the general, group and lanes kernels; more than 64 patterns. */
const step_sizes step_shapes[] = {{1, 1, 1, 3, 4, 0, 0},
                                  {4, 3, 5, 9, 8, 2, 0},
                                  {9, 1, 16, 20, 31, 5, 0},
                                  {3, 2, 17, 30, 21, 0, 0},
                                  {70, 2, 8, 12, 13, 1, 0},
                                  {5, 5, 11, 14, 40, 3, 0},
                                  {0}};

/* Incomplete blocks of patches; patches within the object and beyond its edge. */
const step_sizes step_large[] = {{6, 1, 32, 90, 71, 0, 0},
                                 {5, 3, 33, 30, 47, 2, 0},
                                 {7, 2, 77, 99, 120, 3, 0},
                                 {4, 1, 96, 140, 133, 0, 0},
                                 {13, 1, 64, 100, 90, 3, 0},
                                 {2, 1, 264, 300, 290, 0, 0},
                                 {0}};

/* Sides whose transforms use different radices. */
const step_sizes step_detectors[] = {{3, 1, 16, 23, 40, 0, 0},
                                     {11, 2, 16, 30, 18, 4, 0},
                                     {2, 3, 32, 60, 51, 1, 0},
                                     {5, 1, 48, 70, 97, 2, 0},
                                     {4, 2, 80, 120, 131, 0, 0},
                                     {13, 1, 64, 100, 90, 3, 0},
                                     {9, 3, 64, 70, 65, 0, 0},
                                     {12, 2, 128, 171, 160, 5, 0},
                                     {2, 1, 256, 300, 257, 0, 0},
                                     {2, 1, 72, 80, 90, 3, 0},
                                     {0}};

static const step_entry *const tables[] = {step_waves,   step_detector,   step_sums,     step_engine,
                                           step_adjoint, step_constraint, step_subpixel, step_layers};

const step_entry *step_entry_at(int index)
{
    for (size_t t = 0; t < sizeof tables / sizeof *tables; t++)
        for (const step_entry *entry = tables[t]; entry->name; entry++)
            if (index-- == 0) return entry;
    return NULL;
}

int step_flag_set_count(const step_entry *entry)
{
    int count = 1;
    for (int i = 1; i < STEP_FLAG_SETS; i++)
        if (entry->flags[i]) count = i + 1;
    return count;
}

/* ---- sizes ---- */

int64_t step_crop(const step_sizes *n)
{
    return step_has(n, STEP_CROP) ? n->size - n->size / 3 : n->size;
}

int64_t step_per_image(const step_sizes *n)
{
    return step_has(n, STEP_GROUPS) ? n->modes : 0;
}

int64_t step_variable(const step_sizes *n)
{
    return 1 + n->height % 5;
}

static int64_t position_count(const step_sizes *n)
{
    return n->first + n->count + 7;
}

static int64_t axis(const step_sizes *n, char letter)
{
    switch (letter) {
    case 'S':
        return n->count;
    case 'P':
        return n->modes;
    case 'N':
        return n->size;
    case 'H':
        return n->height;
    case 'W':
        return n->width;
    case 'K':
        return position_count(n);
    case 'O':
        return step_has(n, STEP_OWN) ? n->count : 1;
    case 'M':
        return step_has(n, STEP_MASKS) ? position_count(n) : 1;
    case 'C':
        return step_crop(n);
    case 'G':
        return step_has(n, STEP_GROUPS) ? (n->count + n->modes - 1) / n->modes : 1;
    case 'V':
        return step_variable(n);
    case 'U':
        return step_variable(n) + 1;
    case 'L':
        return 9 * n->modes + 1;
    case 'Y':
        return 2 * n->height;
    case 'X':
        return 2 * n->width;
    case 'Q':
        return clpti_position_sums;
    default:
        assert_true(letter >= '1' && letter <= '9');
        return letter - '0';
    }
}

/* ---- numbers ---- */

static test_field field_of(const step_sizes *n, const step_array *array, uint64_t seed)
{
    int64_t shape[CLPT_MAX_RANK];
    bool is_complex = *array->shape == 'c' || (*array->shape == 'e' && !step_has(n, STEP_REAL));
    int rank = (int)strlen(array->shape) - 1;
    for (int k = 0; k < rank; k++) shape[k] = axis(n, array->shape[k + 1]);
    test_field field = test_field_random(is_complex ? CLPT_TYPE_C64 : CLPT_TYPE_F32, seed, rank, shape);
    for (int64_t i = 0; i < field.count && array->fill != STEP_ANY; i++) {
        double value = test_get(&field, i, 0);
        test_set(&field, i, 1, 0);
        test_set(&field, i, 0,
                 array->fill == STEP_ZERO   ? 0
                 : array->fill == STEP_GOOD ? value < 0.6 || i == 0
                                            : 0.01 + fabs(value));
    }
    return field;
}

/* Patches extend beyond all four edges, every fifth entirely; the order is a permutation. */
static void make_positions(step_case *c)
{
    const step_sizes *n = &c->n;
    c->position_count = position_count(n);
    c->xy = malloc((size_t)c->position_count * 2 * sizeof *c->xy);
    c->order = malloc((size_t)c->position_count * sizeof *c->order);
    assert_true(c->xy && c->order && c->position_count % 37);
    for (int64_t k = 0; k < c->position_count; k++) {
        double beyond = k % 5 == 3 ? (double)n->size + 2 : 3;
        c->xy[2 * k] = test_random(11, 2 * (uint64_t)k, -beyond, (double)(n->width - n->size) + beyond);
        c->xy[2 * k + 1] = test_random(11, 2 * (uint64_t)k + 1, -beyond, (double)(n->height - n->size) + beyond);
        if (step_has(n, STEP_WHOLE)) c->xy[2 * k] = floor(c->xy[2 * k]);
        c->order[k] = (int32_t)((37 * k + 11) % c->position_count);
    }
}

void step_case_make(step_case *c, const step_entry *entry, const step_sizes *shape, unsigned flags)
{
    *c = (step_case){.n = *shape, .call = entry->call, .splits = entry->splits};
    c->n.flags |= flags;
    snprintf(c->name, sizeof c->name, "%s (count %d, modes %d, side %d, %d×%d, flags %#x)", entry->name,
             (int)shape->count, (int)shape->modes, (int)shape->size, (int)shape->height, (int)shape->width, c->n.flags);
    make_positions(c);
    for (const step_array *a = entry->arrays; a < entry->arrays + STEP_VIEWS && a->shape; a++) {
        int i = c->view_count++;
        bool each = a->shape[1] == 'S' || (a->shape[1] == 'O' && step_has(&c->n, STEP_OWN));
        c->tolerance[i] = a->tolerance;
        c->fields[i] = field_of(&c->n, a, 1 + (uint64_t)i);
        c->per_pattern[i] = each ? c->fields[i].count / c->n.count : 0;
    }
    if (entry->prepare) entry->prepare(c);
}

void step_prepare_largest(step_case *c)
{
    test_field *power = &c->fields[c->view_count - 2], *largest = power + 1;
    test_set(largest, 0, 0, 0);
    for (int64_t i = 0; i < power->count; i++) {
        if (step_has(&c->n, STEP_A)) test_set(power, i, 0, 0);
        test_set(largest, 0, 0, fmax(test_get(largest, 0, 0), test_get(power, i, 0)));
    }
}

void step_hide_masked(step_case *c, int measured, int mask)
{
    for (int64_t i = 0; i < c->fields[measured].count; i++)
        if (test_get(&c->fields[mask], i % c->fields[mask].count, 0) == 0) test_set(&c->fields[measured], i, 0, NAN);
}

/* ---- arguments ---- */

clpti_view step_given(const step_sizes *n, unsigned flag, clpti_view view)
{
    return step_has(n, flag) ? view : (clpti_view){0};
}

clpti_view step_unless(const step_sizes *n, unsigned flag, clpti_view view)
{
    return step_has(n, flag) ? (clpti_view){0} : view;
}

const clpti_order *step_order(const step_bench *b, const step_sizes *n)
{
    return step_has(n, STEP_ORDERED) ? &b->order : NULL;
}

clpti_selection step_selection(const step_bench *b, const step_sizes *n)
{
    return (clpti_selection){&b->positions, step_order(b, n), n->first, n->count, n->size % 3 - 1, n->height % 2 - 1};
}

clpti_detector_response step_response(const step_bench *b, const step_sizes *n, clpti_view scales,
                                      clpti_view background)
{
    return (clpti_detector_response){.scales = step_given(n, STEP_SCALES, scales),
                                     .order = step_order(b, n),
                                     .first = n->first,
                                     .background = step_given(n, STEP_BACKGROUND, background)};
}

int64_t step_probe_stride(const step_sizes *n)
{
    return step_has(n, STEP_OWN) ? n->modes * n->size * n->size : 0;
}

clpt_status step_fold(clpti_view sums, int64_t pairs)
{
    double *numbers = malloc((size_t)pairs * 2 * sizeof *numbers);
    assert_non_null(numbers);
    clpt_status status = clpti_field_download(sums, numbers, CLPT_TYPE_F64, 2 * pairs);
    for (int64_t i = 0; i < 2 * pairs; i += 2) {
        numbers[i] += numbers[i + 1];
        numbers[i + 1] = 0;
    }
    if (status == CLPT_OK) status = clpti_field_upload(sums, numbers, CLPT_TYPE_F64, 2 * pairs);
    free(numbers);
    return status;
}
