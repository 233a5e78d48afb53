/* SPDX-License-Identifier: Apache-2.0 */
/* Phase unwrapping by reliability, following a noncontinuous path: Herráez, Burton, Lalor & Gdeisat, Applied Optics 41
 * (2002) 7437. The reliability of a pixel is 1/D with its second differences D (equation 1); edges between neighbours
 * are processed in descending sum of reliabilities, and each joins two groups of pixels, of which the smaller one is
 * moved by a multiple of 2π. */
#include "quality/unwrap.h"

#include <math.h>
#include <stdlib.h>

#include "core/memory.h"

#define TURN 6.283185307179586

typedef struct edge {
    double reliability; /* sum of both pixels' */
    int64_t from, to;
} edge;

/* Groups of unwrapped pixels as circular lists. */
typedef struct groups {
    int64_t *first;   /* [pixels] the group of a pixel, named by one of its pixels */
    int64_t *next;    /* [pixels] in its group */
    int64_t *members; /* [pixels] of the group with this name */
} groups;

static double wrapped(double difference)
{
    return remainder(difference, TURN);
}

/* 0 at the border. */
static void find_reliability(const double *phase, int64_t height, int64_t width, double *reliability)
{
    for (int64_t y = 0; y < height; ++y)
        for (int64_t x = 0; x < width; ++x) {
            const double *p = phase + y * width + x;
            const int64_t steps[4] = {1, width, width + 1, width - 1};
            double sum = 0;
            reliability[y * width + x] = 0;
            if (y == 0 || x == 0 || y == height - 1 || x == width - 1) continue;
            for (int k = 0; k < 4; ++k) sum += pow(wrapped(p[-steps[k]] - *p) - wrapped(*p - p[steps[k]]), 2);
            reliability[y * width + x] = 1 / (sqrt(sum) + 1e-12);
        }
}

/* Ties in the order of pixels, so that the result is the same everywhere. */
static int more_reliable(const void *a, const void *b)
{
    const edge *left = a, *right = b;
    if (left->reliability != right->reliability) return left->reliability < right->reliability ? 1 : -1;
    if (left->from != right->from) return left->from < right->from ? -1 : 1;
    return left->to < right->to ? -1 : left->to > right->to;
}

static int64_t list_edges(const double *reliability, int64_t height, int64_t width, edge *edges)
{
    int64_t count = 0;
    for (int64_t i = 0; i < height * width; ++i) {
        if (i % width + 1 < width) edges[count++] = (edge){reliability[i] + reliability[i + 1], i, i + 1};
        if (i / width + 1 < height) edges[count++] = (edge){reliability[i] + reliability[i + width], i, i + width};
    }
    qsort(edges, (size_t)count, sizeof *edges, more_reliable);
    return count;
}

/* Moves the smaller of two groups to the branch of the larger one and joins them. */
static void join(const edge *e, groups *g, double *phase)
{
    int64_t kept = e->from, moved = e->to;
    if (g->first[kept] == g->first[moved]) return;
    if (g->members[g->first[kept]] < g->members[g->first[moved]]) {
        kept = e->to;
        moved = e->from;
    }
    const double shift = TURN * rint((phase[kept] - phase[moved]) / TURN);
    const int64_t name = g->first[kept];
    g->members[name] += g->members[g->first[moved]];
    for (int64_t i = moved;;) {
        phase[i] += shift;
        g->first[i] = name;
        i = g->next[i];
        if (i == moved) break;
    }
    const int64_t after = g->next[kept];
    g->next[kept] = g->next[moved];
    g->next[moved] = after;
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The median in (−π, π]. */
static void choose_branch(double *phase, int64_t count, double *work)
{
    for (int64_t i = 0; i < count; ++i) work[i] = phase[i];
    qsort(work, (size_t)count, sizeof *work, ascending);
    const double shift = TURN * rint(work[count / 2] / TURN);
    for (int64_t i = 0; i < count; ++i) phase[i] -= shift;
}

clpt_status clpti_unwrap(double *phase, int64_t height, int64_t width, clpt_message *message)
{
    const int64_t pixels = height * width;
    clpt_status status = CLPT_OK;
    double *reliability = clpti_malloc(pixels, sizeof *reliability);
    edge *edges = clpti_malloc(pixels, 2 * sizeof *edges);
    groups g = {clpti_malloc(pixels, sizeof(int64_t)), clpti_malloc(pixels, sizeof(int64_t)),
                clpti_malloc(pixels, sizeof(int64_t))};
    if (!reliability || !edges || !g.first || !g.next || !g.members)
        CLPTI_TRY(clpti_fail(message, CLPT_ERROR_MEMORY, "no memory to unwrap %lld x %lld pixels", (long long)height,
                             (long long)width));
    find_reliability(phase, height, width, reliability);
    for (int64_t i = 0; i < pixels; ++i) {
        g.first[i] = g.next[i] = i;
        g.members[i] = 1;
    }
    const int64_t count = list_edges(reliability, height, width, edges);
    for (int64_t k = 0; k < count; ++k) join(&edges[k], &g, phase);
    choose_branch(phase, pixels, reliability);
cleanup:
    free(reliability);
    free(edges);
    free(g.first);
    free(g.next);
    free(g.members);
    return status;
}
