/* SPDX-License-Identifier: Apache-2.0 */
/* Spacing of positions, linear overlap, and the resulting size of the object. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "io/io.h"

enum { SAMPLE = 512 }; /* positions that a median distance is taken of */
static const double SAME = 1e-6, POWER = 0.9;

void clpti_frames_text(const clpti_scan_file *scan, const int64_t *which, int64_t count, char text[160])
{
    size_t used = 0;
    int64_t k = 0;
    text[0] = '\0';
    for (; k < count && used < 120; k++)
        used += (size_t)snprintf(text + used, 160 - used, "%s%lld", k ? "," : "", (long long)scan->frame[which[k]]);
    if (k < count) snprintf(text + used, 160 - used, " and %lld more", (long long)(count - k));
}

static int ascending(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

/* ---- cells of a patch's side ---- */

typedef struct cell {
    double row, column, x, y;
    int64_t index;
} cell;

static int by_cell(const void *a, const void *b)
{
    const cell *left = a, *right = b;
    if (left->row != right->row) return left->row < right->row ? -1 : 1;
    if (left->column != right->column) return left->column < right->column ? -1 : 1;
    return (left->index > right->index) - (left->index < right->index);
}

static cell *make_cells(const clpti_scan_file *scan)
{
    cell *cells = clpti_malloc(scan->count, sizeof *cells);
    for (int64_t k = 0; cells && k < scan->count; k++) {
        double x = scan->positions[2 * k], y = scan->positions[2 * k + 1], side = (double)scan->side;
        cells[k] = (cell){floor(y / side), floor(x / side), x, y, k};
    }
    if (cells) qsort(cells, (size_t)scan->count, sizeof *cells, by_cell);
    return cells;
}

/* The first cell entry not before (row, column). */
static int64_t first_of(const cell *cells, int64_t count, double row, double column)
{
    int64_t low = 0, high = count;
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        bool before = cells[middle].row < row || (cells[middle].row == row && cells[middle].column < column);
        if (before)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* True if the patch of one position overlaps that of another. */
static bool has_neighbour(const cell *cells, int64_t count, int64_t k, double side)
{
    const cell *own = &cells[k];
    for (int row = -1; row <= 1; row++)
        for (int64_t j = first_of(cells, count, own->row + row, own->column - 1);
             j < count && cells[j].row == own->row + row && cells[j].column <= own->column + 1; j++)
            if (j != k && fabs(cells[j].x - own->x) < side && fabs(cells[j].y - own->y) < side) return true;
    return false;
}

static double nearest_of(const clpti_scan_file *scan, int64_t k)
{
    double nearest = INFINITY;
    const double *p = scan->positions + 2 * k;
    for (int64_t j = 0; j < scan->count; j++) {
        double away = hypot(scan->positions[2 * j] - p[0], scan->positions[2 * j + 1] - p[1]);
        if (away > SAME && away < nearest) nearest = away;
    }
    return nearest;
}

static double median_nearest(const clpti_scan_file *scan)
{
    double distances[SAMPLE] = {0};
    int64_t step = scan->count / SAMPLE + 1, found = 0;
    for (int64_t k = 0; k < scan->count && found < SAMPLE; k += step) {
        double nearest = nearest_of(scan, k);
        if (isfinite(nearest)) distances[found++] = nearest;
    }
    qsort(distances, (size_t)found, sizeof *distances, ascending);
    return found ? distances[found / 2] : 0;
}

/* ---- the probe ---- */

static double power_at(const clpti_tensor *probe, int64_t i)
{
    double power = 0;
    int64_t pixels = probe->shape[1] * probe->shape[2];
    for (int64_t p = 0; p < probe->shape[0]; p++) {
        const double *value = (const double *)probe->data + 2 * (p * pixels + i);
        power += value[0] * value[0] + value[1] * value[1];
    }
    return power;
}

static double probe_diameter(const clpti_tensor *probe, int64_t side)
{
    double total = 0, x = 0, y = 0, within = 0;
    double *rings = clpti_calloc(2 * side, sizeof *rings);
    for (int64_t i = 0; i < side * side; i++) {
        double power = power_at(probe, i);
        total += power;
        x += power * (double)(i % side);
        y += power * (double)(i / side);
    }
    for (int64_t i = 0; rings && total > 0 && i < side * side; i++)
        rings[(int64_t)hypot((double)(i % side) - x / total, (double)(i / side) - y / total)] += power_at(probe, i);
    int64_t ring = 0;
    while (rings && ring < 2 * side - 1 && (within += rings[ring]) < POWER * total) ring++;
    free(rings);
    return rings && total > 0 ? 2 * (double)ring + 1 : 0;
}

clpt_status clpti_scan_measure_spacing(const clpti_scan_file *scan, clpti_scan_spacing *spacing, clpt_message *message)
{
    *spacing = (clpti_scan_spacing){.overlap = NAN};
    if (scan->side == 0 || scan->count < 2) return CLPT_OK;
    cell *cells = make_cells(scan);
    if (!cells)
        return clpti_fail(message, CLPT_ERROR_MEMORY, "out of memory for %lld positions", (long long)scan->count);
    for (int64_t k = 0; k < scan->count; k++)
        spacing->apart += !has_neighbour(cells, scan->count, k, (double)scan->side);
    free(cells);
    spacing->nearest = median_nearest(scan);
    if (scan->probe.data) spacing->diameter = probe_diameter(&scan->probe, scan->side);
    if (spacing->diameter > 0) spacing->overlap = 1 - spacing->nearest / spacing->diameter;
    return CLPT_OK;
}

/* ---- the object ---- */

typedef struct extent {
    double low[2], high[2];
} extent;

static double area_of(const extent *e, double side)
{
    return (e->high[0] - e->low[0] + side) * (e->high[1] - e->low[1] + side);
}

static void widen(extent *e, const double *p)
{
    for (int axis = 0; axis < 2; axis++) {
        e->low[axis] = fmin(e->low[axis], p[axis]);
        e->high[axis] = fmax(e->high[axis], p[axis]);
    }
}

/* Median, and median distance from it, of one coordinate. */
static void find_middle(const clpti_scan_file *scan, int axis, double *work, double *middle, double *reach)
{
    int64_t count = scan->count;
    for (int64_t k = 0; k < count; k++) work[k] = scan->positions[2 * k + axis];
    qsort(work, (size_t)count, sizeof *work, ascending);
    *middle = work[count / 2];
    for (int64_t k = 0; k < count; k++) work[k] = fabs(scan->positions[2 * k + axis] - *middle);
    qsort(work, (size_t)count, sizeof *work, ascending);
    *reach = work[count / 2];
}

clpt_status clpti_scan_check_extent(const clpti_scan_file *scan, double limit, const char *path, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    double side = (double)scan->side, middle[2], reach[2];
    const extent none = {{INFINITY, INFINITY}, {-INFINITY, -INFINITY}};
    extent all = none, near = none;
    int64_t far = 0;
    char text[160];
    double *work = clpti_malloc(scan->count, sizeof *work);
    int64_t *which = clpti_malloc(scan->count, sizeof *which);
    if (!work || !which) CLPTI_TRY(clpti_fail(message, CLPT_ERROR_MEMORY, "%s: out of memory for its positions", path));
    bool enough = scan->count >= CLPTI_QUALITY_FRAMES;
    for (int axis = 0; axis < 2; axis++) find_middle(scan, axis, work, &middle[axis], &reach[axis]);
    for (int64_t k = 0; k < scan->count; k++) {
        const double *p = scan->positions + 2 * k;
        bool is_far = false;
        for (int axis = 0; axis < 2; axis++)
            is_far = is_far || fabs(p[axis] - middle[axis]) > 10 * (reach[axis] + side);
        if (is_far) which[far++] = k;
        widen(&all, p);
        if (!is_far) widen(&near, p);
    }
    double whole = area_of(&all, side);
    if (enough && far > 0 && far <= 1 + scan->count / 10 && whole > 10 * area_of(&near, side)) {
        clpti_frames_text(scan, which, far, text);
        CLPTI_TRY(clpti_fail(message, CLPT_ERROR_FILE,
                             "%s: %lld far position%s (frame%s %s) would enlarge the object from %.4g to %.4g pixels; "
                             "leave %s out with --exclude %s",
                             path, (long long)far, far == 1 ? "" : "s", far == 1 ? "" : "s", text, area_of(&near, side),
                             whole, far == 1 ? "it" : "them", text));
    }
    if (whole > limit)
        CLPTI_TRY(
            clpti_fail(message, CLPT_ERROR_FILE,
                       "%s: its positions span %.4g x %.4g pixels, an object beyond the limit of %.4g pixels; are "
                       "they %s? --object-limit allows more",
                       path, all.high[0] - all.low[0] + side, all.high[1] - all.low[1] + side, limit,
                       strcmp(scan->format, "CXI")
                           ? "in pixels of the object"
                           : "in metres, and energy, distance and detector pixel right ('info' shows them)"));
cleanup:
    free(work);
    free(which);
    return status;
}
