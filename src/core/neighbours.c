/* SPDX-License-Identifier: Apache-2.0 */
/* Nearest neighbours in the plane by a balanced k-d tree. */
#include "core/neighbours.h"

#include <math.h>
#include <stdlib.h>

#include "core/memory.h"
#include "core/poisson.h"

/* Maximum number of points in a leaf: below this a linear scan is faster than boxes. */
enum { LEAF = 8 };

/* The bounding box and the lowest index of a node's points: both are required to exclude a node, since many points may
 * coincide. */
typedef struct node {
    double low[2], high[2];
    int64_t lowest;
} node;

/* Node k has the children 2k + 1 and 2k + 2; its points are order[first … last), halved from level to level. */
struct clpti_neighbours {
    const double *positions;
    int64_t count;
    int depth; /* of the leaves */
    int64_t *order;
    node *nodes;
};

typedef struct range {
    int64_t node, first, last;
    int depth;
} range;

static range child(range r, int which)
{
    int64_t middle = r.first + (r.last - r.first) / 2;
    return (range){2 * r.node + 1 + which, which ? middle : r.first, which ? r.last : middle, r.depth + 1};
}

/* ---- Building ---- */

/* A total order along an axis, so that equal coordinates can be split too. */
static bool lies_before(const clpti_neighbours *tree, int axis, int64_t a, int64_t b)
{
    double left = tree->positions[2 * a + axis], right = tree->positions[2 * b + axis];
    return left < right || (left == right && a < b);
}

/* Quickselect (Hoare): order[middle] becomes the element that sorting would put there, with all smaller ones before it.
 * Random pivots keep it linear for every scan pattern. */
static void split(const clpti_neighbours *tree, int axis, int64_t first, int64_t last, int64_t middle)
{
    int64_t *order = tree->order;
    while (last - first > 1) {
        double part = clpti_uniform((uint64_t)first, (uint32_t)axis, (uint64_t)last);
        int64_t pivot = order[first + (int64_t)(part * (double)(last - first))], i = first, j = last - 1;
        while (i <= j) {
            while (lies_before(tree, axis, order[i], pivot)) i++;
            while (lies_before(tree, axis, pivot, order[j])) j--;
            if (i > j) break;
            int64_t swapped = order[i];
            order[i++] = order[j];
            order[j--] = swapped;
        }
        if (middle <= j)
            last = j + 1;
        else if (middle >= i)
            first = i;
        else
            return;
    }
}

static void build(const clpti_neighbours *tree, range r)
{
    node *n = &tree->nodes[r.node];
    *n = (node){{INFINITY, INFINITY}, {-INFINITY, -INFINITY}, INT64_MAX};
    for (int64_t i = r.first; i < r.last; i++) {
        int64_t point = tree->order[i];
        if (point < n->lowest) n->lowest = point;
        for (int axis = 0; axis < 2; axis++) {
            n->low[axis] = fmin(n->low[axis], tree->positions[2 * point + axis]);
            n->high[axis] = fmax(n->high[axis], tree->positions[2 * point + axis]);
        }
    }
    if (r.depth == tree->depth) return;
    int axis = n->high[1] - n->low[1] > n->high[0] - n->low[0];
    range right = child(r, 1);
    split(tree, axis, r.first, r.last, right.first);
    build(tree, child(r, 0));
    build(tree, right);
}

clpt_status clpti_neighbours_create(const double *positions, int64_t count, clpti_neighbours **tree,
                                    clpt_message *message)
{
    clpt_status status = CLPT_OK;
    *tree = NULL;
    clpti_neighbours *made = clpti_calloc(1, sizeof *made);
    if (made) {
        *made = (clpti_neighbours){.positions = positions, .count = count};
        while (count >> made->depth > LEAF) made->depth++;
        made->order = clpti_malloc(count, sizeof *made->order);
        made->nodes = clpti_malloc(((int64_t)2 << made->depth) - 1, sizeof *made->nodes);
    }
    if (!made || !made->order || !made->nodes) {
        status = clpti_fail(message, CLPT_ERROR_MEMORY, "no host memory to search the neighbours of %lld positions",
                            (long long)count);
        goto cleanup;
    }
    for (int64_t i = 0; i < count; i++) made->order[i] = i;
    build(made, (range){0, 0, count, 0});
    *tree = made;
    made = NULL;
cleanup:
    clpti_neighbours_destroy(&made);
    return status;
}

void clpti_neighbours_destroy(clpti_neighbours **tree)
{
    if (!tree || !*tree) return;
    free((*tree)->order);
    free((*tree)->nodes);
    free(*tree);
    *tree = NULL;
}

/* ---- Searching ---- */

/* The best candidates so far as a heap, the worst on top. */
typedef struct search {
    const clpti_neighbours *tree;
    double at[2];
    int64_t of, count, size;
    clpti_neighbour *heap;
} search;

bool clpti_neighbour_before(clpti_neighbour a, clpti_neighbour b)
{
    return a.squared < b.squared || (a.squared == b.squared && a.index < b.index);
}

static void sift_down(clpti_neighbour *heap, int64_t size, int64_t at)
{
    clpti_neighbour moved = heap[at];
    for (int64_t below; (below = 2 * at + 1) < size; at = below) {
        if (below + 1 < size && clpti_neighbour_before(heap[below], heap[below + 1])) below++;
        if (!clpti_neighbour_before(moved, heap[below])) break;
        heap[at] = heap[below];
    }
    heap[at] = moved;
}

static void sift_up(clpti_neighbour *heap, int64_t at)
{
    clpti_neighbour moved = heap[at];
    for (int64_t above; at > 0; at = above) {
        above = (at - 1) / 2;
        if (!clpti_neighbour_before(heap[above], moved)) break;
        heap[at] = heap[above];
    }
    heap[at] = moved;
}

static bool is_nearer(const search *s, clpti_neighbour candidate)
{
    return s->size < s->count || clpti_neighbour_before(candidate, s->heap[0]);
}

static void offer(search *s, int64_t point)
{
    double dx = s->tree->positions[2 * point] - s->at[0], dy = s->tree->positions[2 * point + 1] - s->at[1];
    clpti_neighbour candidate = {dx * dx + dy * dy, point};
    if (point == s->of || !is_nearer(s, candidate)) return;
    if (s->size < s->count) {
        s->heap[s->size] = candidate;
        sift_up(s->heap, s->size++);
    } else {
        s->heap[0] = candidate;
        sift_down(s->heap, s->size, 0);
    }
}

/* A lower bound for all points of the node. */
static clpti_neighbour bound(const search *s, int64_t number)
{
    const node *n = &s->tree->nodes[number];
    double dx = fmax(0, fmax(n->low[0] - s->at[0], s->at[0] - n->high[0]));
    double dy = fmax(0, fmax(n->low[1] - s->at[1], s->at[1] - n->high[1]));
    return (clpti_neighbour){dx * dx + dy * dy, n->lowest};
}

static void visit(search *s, range r)
{
    if (r.depth == s->tree->depth) {
        for (int64_t i = r.first; i < r.last; i++) offer(s, s->tree->order[i]);
        return;
    }
    range children[2] = {child(r, 0), child(r, 1)};
    clpti_neighbour bounds[2] = {bound(s, children[0].node), bound(s, children[1].node)};
    int nearer = clpti_neighbour_before(bounds[1], bounds[0]);
    if (is_nearer(s, bounds[nearer])) visit(s, children[nearer]);
    if (is_nearer(s, bounds[!nearer])) visit(s, children[!nearer]);
}

void clpti_neighbours_find(const clpti_neighbours *tree, int64_t of, int64_t count, clpti_neighbour *found)
{
    search s = {tree, {tree->positions[2 * of], tree->positions[2 * of + 1]}, of, count, 0, found};
    if (count < 1) return;
    visit(&s, (range){0, 0, tree->count, 0});
    for (int64_t last = s.size - 1; last > 0; last--) {
        clpti_neighbour farthest = found[0];
        found[0] = found[last];
        found[last] = farthest;
        sift_down(found, last, 0);
    }
}
