/* SPDX-License-Identifier: Apache-2.0 */
/* Contents of inputs in tests, benchmarks and tuning: reproducible, and such that float32 reaches its stated
 * accuracy. */
#include <math.h>

#include "catalogue/catalogue.h"

double clpti_random(uint64_t seed, uint64_t index, double low, double high)
{
    uint64_t z =
        (seed + 1) * UINT64_C(0xd1342543de82ef95) + (index + 1) * UINT64_C(0x9e3779b97f4a7c15); /* splitmix64 */
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    z ^= z >> 31;
    return low + (high - low) * (double)(z >> 11) * 0x1p-53;
}

/* ---- one element ---- */

/* Everything on which an element depends. */
typedef struct element_at {
    const clpti_sizes *sizes;
    uint64_t seed;
    int64_t index;    /* of the element in the whole array */
    int64_t each;     /* elements of an item of the leading axis */
    bool homogeneous; /* transforms of nine numbers */
} element_at;

typedef struct number {
    double re, im;
} number;

static double random_at(const element_at *p, int part, double low, double high)
{
    return clpti_random(p->seed, 2 * (uint64_t)p->index + (uint64_t)part, low, high);
}

static number polar(const element_at *p, double factor, double phases)
{
    double size = factor * random_at(p, 0, 0.5, 1), phase = random_at(p, 1, -phases, phases);
    const number value = {size * cos(phase), size * sin(phase)};
    return value;
}

static number random_number(const element_at *p, double factor)
{
    return (number){factor * random_at(p, 0, -1, 1), factor * random_at(p, 1, -1, 1)};
}

/* The pixel [N/2, N/2] of each mode is bright. */
static number probe_number(const element_at *p)
{
    int64_t n = p->sizes->N;
    if (n == 0 || p->index % (n * n) != (n / 2) * (n + 1)) return polar(p, 1, 2.8);
    double phase = random_at(p, 1, -2.8, 2.8), size = 8 * (double)n;
    const number value = {size * cos(phase), size * sin(phase)};
    return value;
}

/* For an object 512 pixels larger than the patches: from 4 pixels after its first to 8 before its last pixel. */
static double position(const element_at *p)
{
    double spare = (double)((p->index % 2 ? p->sizes->H : p->sizes->W) - p->sizes->N);
    double margin = spare < 96 ? 0 : 4, capacity = spare < 1 ? 0 : spare - 3 * margin;
    return (double)(p->sizes->N / 2) + margin + clpti_random(p->seed, (uint64_t)p->index, 0, capacity);
}

/* An integer plus a fraction from 13/256 to 115/256: away from rounding limits. */
static double between(const element_at *p, double reach)
{
    return floor(random_at(p, 0, -reach, reach)) + floor(random_at(p, 1, 13, 116)) / 256;
}

static double transform(const element_at *p)
{
    static const double middle[9] = {1, 0, 0, 0, 1, 0, 0, 0, 1}, around[9] = {.05, .05, 4, .05, .05, 4, .05, .05, 0};
    int at = (int)(p->index % (p->homogeneous ? 9 : 8));
    double side = at < 6 || p->sizes->W < 1 ? 1 : (double)p->sizes->W;
    return middle[at] + around[at] / side * clpti_random(p->seed, (uint64_t)p->index, -1, 1);
}

static number number_at(const element_at *p, clpti_content content)
{
    double quarter = (double)p->sizes->N / 4;
    switch (content) {
    case CLPTI_CONTENT_RESULT:
        break;
    case CLPTI_CONTENT_RANDOM:
        return random_number(p, 1);
    case CLPTI_CONTENT_OBJECT:
        return polar(p, 1, 0.7);
    case CLPTI_CONTENT_PROBE:
        return probe_number(p);
    case CLPTI_CONTENT_WEIGHT:
        return polar(p, 1, 2.8);
    case CLPTI_CONTENT_MODES:
        return random_number(p, ldexp(1, -(int)(p->index / p->each)));
    case CLPTI_CONTENT_COUNTS:
        return (number){random_at(p, 0, 0.5, 1.5), 0};
    case CLPTI_CONTENT_MASK:
        return (number){random_at(p, 0, 0, 1) < 0.1 ? 0 : 1, 0};
    case CLPTI_CONTENT_POSITIONS:
        return (number){position(p), 0};
    case CLPTI_CONTENT_OFFSETS:
        return (number){between(p, quarter), 0};
    case CLPTI_CONTENT_SHIFTS:
        return (number){between(p, fmin(quarter, 8)), 0};
    case CLPTI_CONTENT_TRANSFORMS:
        return (number){transform(p), 0};
    }
    return (number){0, 0};
}

/* ---- arrays ---- */

static void store(const clpt_array *to, int64_t i, number value)
{
    switch (to->type) {
    case CLPT_TYPE_F32:
        ((float *)to->data)[i] = (float)value.re;
        break;
    case CLPT_TYPE_C64:
        ((float *)to->data)[2 * i] = (float)value.re;
        ((float *)to->data)[2 * i + 1] = (float)value.im;
        break;
    case CLPT_TYPE_F64:
        ((double *)to->data)[i] = value.re;
        break;
    case CLPT_TYPE_C128:
        ((double *)to->data)[2 * i] = value.re;
        ((double *)to->data)[2 * i + 1] = value.im;
        break;
    }
}

static int64_t each_of(const clpt_array *array)
{
    int64_t each = 1;
    for (int axis = 1; axis < array->rank; axis++) each *= array->shape[axis];
    return each;
}

void clpti_entry_fill(const clpti_entry *entry, int array, const clpti_sizes *sizes, int64_t first,
                      const clpt_array *to)
{
    int64_t each = each_of(to), count = each * (to->rank ? to->shape[0] : 1);
    element_at p = {.sizes = sizes, .seed = (uint64_t)array, .each = each, .homogeneous = to->rank == 3};
    for (int64_t i = 0; i < count; i++) {
        p.index = first * each + i;
        store(to, i, number_at(&p, entry->arrays[array]->content));
    }
}

void clpti_fill_uniform(const clpt_array *to, uint64_t seed, int64_t first, double low, double high)
{
    int64_t each = each_of(to), count = each * (to->rank ? to->shape[0] : 1);
    for (int64_t i = 0; i < count; i++) {
        uint64_t index = 2 * (uint64_t)(first * each + i);
        store(to, i, (number){clpti_random(seed, index, low, high), clpti_random(seed, index + 1, low, high)});
    }
}
