/* SPDX-License-Identifier: Apache-2.0 */
/* clpt_groups_draw: groups of neighbouring positions, in rounds of shuffled seed points with a new combination of
 * neighbours in each round. */
#include <math.h>
#include <stdlib.h>

#include "arrays/check.h"
#include "core/combinations.h"
#include "core/memory.h"
#include "core/neighbours.h"
#include "core/poisson.h"
#include "core/struct_size.h"

enum { STREAM_ORDER = 21, STREAM_KEY };

static const char *const function = "clpt_groups_draw";

typedef struct plan {
    const double *positions;
    int64_t count;
    int64_t groups, size; /* G, C */
    int64_t candidates;   /* number of candidates for C: neighbours, or neighbours and the seed point */
    bool itself;          /* the seed point is a candidate */
    int64_t choices;      /* combinations per seed point; INT64_MAX: at least so many */
    int64_t rounds;       /* maximum number of uses of a seed point */
    uint64_t seed;
} plan;

static const clpti_struct groups_options = {"clpt_groups_options", sizeof(clpt_groups_options),
                                            &(const clpt_groups_options){.grid = 2}};

void clpt_groups_options_init(clpt_groups_options *options, size_t size)
{
    clpti_struct_init(&groups_options, options, size);
}

static clpt_status check_positions(const double *positions, int64_t count, clpt_message *message)
{
    for (int64_t i = 0; i < 2 * count; i++)
        if (!(fabs(positions[i]) <= CLPTI_COORDINATE_LIMIT))
            return clpti_fail(message, CLPT_ERROR_ARGUMENT, "%s: %s of position %lld is %g; it must be from %g to %g",
                              function, i & 1 ? "y" : "x", (long long)(i / 2), positions[i], -CLPTI_COORDINATE_LIMIT,
                              CLPTI_COORDINATE_LIMIT);
    return CLPT_OK;
}

static clpt_status check_options(const clpt_groups_options *o, int64_t count, clpt_message *message)
{
    int64_t size;
    if (o->groups < 0 || o->neighbours < 0 || o->grid < 1)
        return clpti_fail(message, CLPT_ERROR_ARGUMENT,
                          "%s: groups %lld and neighbours %lld must be at least 0, grid %lld at least 1", function,
                          (long long)o->groups, (long long)o->neighbours, (long long)o->grid);
    if (!clpti_multiply(o->grid, o->grid, &size) || size > count)
        return clpti_fail(message, CLPT_ERROR_ARGUMENT,
                          "%s: grid %lld requires groups of %lld x %lld, but there are only %lld positions", function,
                          (long long)o->grid, (long long)o->grid, (long long)o->grid, (long long)count);
    return CLPT_OK;
}

/* Number of candidates of a seed point, which may include itself. */
static clpt_status plan_candidates(plan *p, int64_t neighbours, clpt_message *message)
{
    p->itself = p->size == 1 || p->count == p->size;
    int64_t minimum = p->itself ? p->size - 1 : p->size;
    if (neighbours > 0 && neighbours < minimum)
        return clpti_fail(message, CLPT_ERROR_ARGUMENT, "%s: groups of %lld require at least %lld neighbours, not %lld",
                          function, (long long)p->size, (long long)minimum, (long long)neighbours);
    p->candidates = p->size;
    if (!p->itself && neighbours > p->size) p->candidates = neighbours < p->count ? neighbours : p->count - 1;
    p->choices = clpti_combinations_count(p->candidates, p->size);
    return CLPT_OK;
}

static clpt_status plan_rounds(plan *p, bool all_choices, clpt_message *message)
{
    int64_t choices = all_choices ? p->choices : 1, maximum, numbers;
    if (!clpti_multiply(p->count, choices, &maximum)) maximum = INT64_MAX;
    if (p->groups > maximum)
        return clpti_fail(
            message, CLPT_ERROR_ARGUMENT,
            "%s: %lld groups of %lld exceed the number that exists: %lld positions with %lld combination%s each%s",
            function, (long long)p->groups, (long long)p->size, (long long)p->count, (long long)choices,
            choices == 1 ? "" : "s",
            p->itself     ? ""
            : all_choices ? "; more neighbours allow more"
                          : "; all_choices with enough neighbours allows more");
    if (!clpti_multiply(p->groups, 2 * p->size, &numbers) || numbers > INT64_MAX / (int64_t)sizeof(double))
        return clpti_fail(message, CLPT_ERROR_ARGUMENT, "%s: %lld groups of %lld exceed the address space", function,
                          (long long)p->groups, (long long)p->size);
    p->rounds = (p->groups - 1) / p->count + 1;
    return CLPT_OK;
}

/* slots[point·rounds + r] is the group seeded by the point in round r, −1 if it seeds none in a last, incomplete
 * round. */
static void shuffle_seeds(const plan *p, int64_t *order, int64_t *slots)
{
    for (int64_t r = 0; r < p->rounds; r++) {
        for (int64_t i = 0; i < p->count; i++) order[i] = i;
        for (int64_t i = p->count - 1; i > 0; i--) {
            double part = clpti_uniform(p->seed, STREAM_ORDER, (uint64_t)(r * p->count + i));
            int64_t j = (int64_t)(part * (double)(i + 1)), point = order[i];
            order[i] = order[j];
            order[j] = point;
        }
        for (int64_t i = 0; i < p->count; i++) {
            int64_t group = r * p->count + i;
            slots[order[i] * p->rounds + r] = group < p->groups ? group : -1;
        }
    }
}

/* The candidates of a point in ascending order, the point itself included if it is one. */
static void find_candidates(const plan *p, const clpti_neighbours *tree, int64_t point, clpti_neighbour *candidates)
{
    int64_t at = p->candidates;
    clpti_neighbours_find(tree, point, p->itself ? p->candidates - 1 : p->candidates, candidates);
    if (!p->itself) return;
    clpti_neighbour own = {0, point};
    for (at--; at > 0 && clpti_neighbour_before(own, candidates[at - 1]); at--) candidates[at] = candidates[at - 1];
    candidates[at] = own;
}

static clpt_status choose(const plan *p, const int64_t *slots, int64_t *indices, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    clpti_neighbours *tree = NULL;
    clpti_combinations *combinations = NULL;
    clpti_neighbour *candidates = clpti_malloc(p->candidates, sizeof *candidates);
    if (!candidates)
        CLPTI_TRY(clpti_fail(message, CLPT_ERROR_MEMORY, "%s: no host memory for %lld neighbours", function,
                             (long long)p->candidates));
    CLPTI_TRY(clpti_neighbours_create(p->positions, p->count, &tree, message));
    CLPTI_TRY(clpti_combinations_create(p->candidates, p->size, p->rounds, &combinations, message));
    for (int64_t point = 0; point < p->count; point++) {
        const int64_t *own = slots + point * p->rounds;
        if (own[0] < 0) continue;
        find_candidates(p, tree, point, candidates);
        double key = clpti_uniform(p->seed, STREAM_KEY, (uint64_t)point);
        clpti_combinations_start(combinations, (uint64_t)(key * 0x1p53));
        for (int64_t r = 0; r < p->rounds && own[r] >= 0; r++) {
            int64_t *group = indices + own[r] * p->size;
            clpti_combinations_draw(combinations, group);
            for (int64_t c = 0; c < p->size; c++) group[c] = candidates[group[c]].index;
        }
    }
cleanup:
    clpti_combinations_destroy(&combinations);
    clpti_neighbours_destroy(&tree);
    free(candidates);
    return status;
}

static void measure(const plan *p, const int64_t *indices, double *centres, double *offsets)
{
    for (int64_t g = 0; g < p->groups; g++) {
        const int64_t *group = indices + g * p->size;
        for (int axis = 0; axis < 2; axis++) {
            double sum = 0;
            for (int64_t c = 0; c < p->size; c++) sum += p->positions[2 * group[c] + axis];
            double mean = sum / (double)p->size;
            if (centres) centres[2 * g + axis] = mean;
            for (int64_t c = 0; offsets && c < p->size; c++)
                offsets[2 * (g * p->size + c) + axis] = mean - p->positions[2 * group[c] + axis];
        }
    }
}

clpt_status clpt_groups_draw(const double *positions, int64_t count, const clpt_groups_options *options,
                             int64_t *indices, double *centres, double *offsets, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    clpt_groups_options o;
    int64_t *slots = NULL, *order = NULL, slot_count = 0;
    if (!positions || !indices)
        return clpti_fail(message, CLPT_ERROR_ARGUMENT, "%s: %s is NULL", function,
                          positions ? "indices" : "positions");
    if (count < 1 || count > INT64_MAX / 64)
        return clpti_fail(message, CLPT_ERROR_ARGUMENT, "%s: positions [%lld, 2]; there must be at least 1", function,
                          (long long)count);
    CLPTI_TRY(clpti_struct_read(&groups_options, function, options, &o, message));
    CLPTI_TRY(check_positions(positions, count, message));
    CLPTI_TRY(check_options(&o, count, message));
    plan p = {.positions = positions, .count = count, .size = o.grid * o.grid, .seed = o.seed};
    p.groups = o.groups ? o.groups : count;
    CLPTI_TRY(plan_candidates(&p, o.neighbours, message));
    CLPTI_TRY(plan_rounds(&p, o.all_choices, message));
    if (clpti_multiply(p.rounds, count, &slot_count)) slots = clpti_malloc(slot_count, sizeof *slots);
    order = clpti_malloc(count, sizeof *order);
    if (!slots || !order)
        CLPTI_TRY(clpti_fail(message, CLPT_ERROR_MEMORY, "%s: no host memory to draw %lld groups", function,
                             (long long)p.groups));
    shuffle_seeds(&p, order, slots);
    CLPTI_TRY(choose(&p, slots, indices, message));
    measure(&p, indices, centres, offsets);
cleanup:
    free(slots);
    free(order);
    return status;
}
