/* SPDX-License-Identifier: Apache-2.0 */
/* Removal of a raster's lattice from the object. If all positions lie on a lattice, a factor L(r) with its period can
 * pass from the object to the probe, O/L and P·L, and no pattern changes: the data do not determine it ("raster grid
 * pathology", Thibault, Dierolf, Bunk, Menzel & Pfeiffer, Ultramicroscopy 109, 338, 2009). Engines leave there what
 * their start contained. This moves into the probe what repeats with the raster's step, from the pixels that are
 * illuminated: the others have their start. */
#include <math.h>
#include <stdlib.h>

#include "buffer/buffer.h"
#include "core/memory.h"
#include "core/struct_size.h"
#include "solve/lattice_harmonics.h"
#include "solve/solver.h"

enum { ROUNDS = 2 /* harmonics are estimated to first order */, CELL = 4 };
static const double illuminated = 0.1; /* of the largest sum of intensities of the probe */

static const clpti_struct removal_type = {"clpt_solver_lattice", sizeof(clpt_solver_lattice), NULL};

void clpt_solver_lattice_init(clpt_solver_lattice *removal, size_t size)
{
    clpti_struct_init(&removal_type, removal, size);
}

/* The scan and its lattice. */
typedef struct raster {
    clpti_lattice lattice;
    double *positions; /* [S, 2] */
    double *object;    /* complex [height, width] */
    double *weight;    /* [height, width]: 1 where the object is illuminated, falling to 0 where it is not */
} raster;

/* Adds the intensity of the probe in cells of CELL × CELL pixels, [side, side] cells. */
static clpt_status probe_cells(clpt_solver *s, double *cells, int64_t side)
{
    int64_t pixels = s->modes * s->side * s->side;
    double *probe = clpti_malloc(pixels, 2 * sizeof *probe);
    if (!probe) return CLPT_ERROR_MEMORY;
    clpt_status status = clpti_field_download(clpti_view_of(s->probe), probe, CLPT_TYPE_C128, pixels);
    for (int64_t i = 0; status == CLPT_OK && i < pixels; i++) {
        int64_t y = i / s->side % s->side / CELL, x = i % s->side / CELL;
        cells[y * side + x] += probe[2 * i] * probe[2 * i] + probe[2 * i + 1] * probe[2 * i + 1];
    }
    free(probe);
    return status;
}

/* Sum of the probe's intensity over all positions, in cells [height, width] of the object. */
static void add_up(const clpt_solver *s, const double *positions, const double *probe, int64_t side, double *sum,
                   int64_t height, int64_t width)
{
    for (int64_t k = 0; k < s->count; k++) {
        int64_t left = (int64_t)floor((positions[2 * k] - (double)(s->side / 2)) / CELL);
        int64_t top = (int64_t)floor((positions[2 * k + 1] - (double)(s->side / 2)) / CELL);
        for (int64_t y = 0; y < side; y++)
            for (int64_t x = 0; x < side; x++)
                if (top + y >= 0 && top + y < height && left + x >= 0 && left + x < width)
                    sum[(top + y) * width + left + x] += probe[y * side + x];
    }
}

static clpt_status find_weight(clpt_solver *s, raster *r)
{
    int64_t side = (s->side + CELL - 1) / CELL, height = (s->height + CELL - 1) / CELL;
    int64_t width = (s->width + CELL - 1) / CELL;
    double *probe = clpti_calloc(side * side, sizeof *probe), *sum = clpti_calloc(height * width, sizeof *sum);
    double largest = 0;
    clpt_status status = probe && sum ? CLPT_OK : CLPT_ERROR_MEMORY;
    CLPTI_TRY(status);
    CLPTI_TRY(probe_cells(s, probe, side));
    add_up(s, r->positions, probe, side, sum, height, width);
    for (int64_t i = 0; i < height * width; i++) largest = fmax(largest, sum[i]);
    for (int64_t i = 0; i < s->height * s->width; i++) {
        double light = sum[i / s->width / CELL * width + i % s->width / CELL];
        r->weight[i] = fmin(1, light / (illuminated * largest + 1e-300));
    }
cleanup:
    free(probe);
    free(sum);
    return status;
}

/* Multiplies each image of a state entry by exp(sign·L). */
static clpt_status modulate(clpt_solver *s, const clpti_state_entry *entry, const clpti_harmonics *h, const raster *r)
{
    const double *origin = r->lattice.origin;
    int64_t height = entry->shape[entry->rank - 2], width = entry->shape[entry->rank - 1], count = 1;
    bool object = entry->frame == CLPTI_FRAME_OBJECT;
    double corner[2] = {object ? -origin[0] : -(double)(width / 2), object ? -origin[1] : -(double)(height / 2)};
    clpt_status status = CLPT_OK;
    for (int axis = 0; axis < entry->rank - 2; axis++) count *= entry->shape[axis];
    double *image = clpti_malloc(height * width, 2 * sizeof *image);
    if (!image)
        return clpti_fail(&s->context->message, CLPT_ERROR_MEMORY,
                          "clpt_solver_remove_lattice: no host memory for %lld x %lld pixels", (long long)height,
                          (long long)width);
    for (int64_t k = 0; k < count; k++) {
        clpti_view view = clpti_view_at(clpti_view_of(entry->buffer), k * height * width);
        CLPTI_TRY(clpti_field_download(view, image, CLPT_TYPE_C128, height * width));
        CLPTI_TRY(clpti_harmonics_apply(h, object ? -1 : 1, corner, object ? r->weight : NULL, image, height, width,
                                        &s->context->message));
        CLPTI_TRY(clpti_field_upload(view, image, CLPT_TYPE_C128, height * width));
    }
    if (entry->changed) CLPTI_TRY(entry->changed(s));
cleanup:
    free(image);
    return status;
}

static clpt_status exchange(clpt_solver *s, const clpti_harmonics *h, const raster *r)
{
    clpti_state_entry entries[clpti_state_capacity];
    clpt_status status = CLPT_OK;
    int count = clpti_solver_states(s, entries);
    for (int i = 0; i < count; i++)
        if (entries[i].frame != CLPTI_FRAME_NONE) CLPTI_TRY(modulate(s, &entries[i], h, r));
cleanup:
    s->version++;
    return status;
}

static void report(const clpti_harmonics *h, clpt_solver_lattice *removal)
{
    double square = 0;
    for (int64_t k = 0; k < h->count; k++) square += h->value[k][0] * h->value[k][0] + h->value[k][1] * h->value[k][1];
    removal->harmonics = h->count > removal->harmonics ? h->count : removal->harmonics;
    removal->modulation = hypot(removal->modulation, sqrt(square));
}

static clpt_status remove_harmonics(clpt_solver *s, const raster *r, clpt_solver_lattice *removal)
{
    clpt_status status = CLPT_OK;
    clpti_harmonics h;
    for (int round = 0; round < ROUNDS; round++) {
        CLPTI_TRY(clpti_field_download(clpti_view_of(s->object), r->object, CLPT_TYPE_C128, s->height * s->width));
        CLPTI_TRY(clpti_harmonics_find(r->object, s->height, s->width, &r->lattice, r->positions, s->count, &h,
                                       &s->context->message));
        if (h.count == 0) break;
        CLPTI_TRY(exchange(s, &h, r));
        report(&h, removal);
    }
cleanup:
    return status;
}

static void release(raster *r)
{
    free(r->positions);
    free(r->object);
    free(r->weight);
}

static clpt_status reserve(const clpt_solver *s, raster *r)
{
    r->positions = clpti_malloc(s->count, 2 * sizeof *r->positions);
    r->object = clpti_malloc(s->height * s->width, 2 * sizeof *r->object);
    r->weight = clpti_malloc(s->height * s->width, sizeof *r->weight);
    if (r->positions && r->object && r->weight) return CLPT_OK;
    return clpti_fail(&s->context->message, CLPT_ERROR_MEMORY,
                      "clpt_solver_remove_lattice: no host memory for %lld positions and %lld x %lld pixels",
                      (long long)s->count, (long long)s->height, (long long)s->width);
}

clpt_status clpt_solver_remove_lattice(clpt_solver *s, clpt_solver_lattice *removal)
{
    clpt_solver_lattice made, empty = clpt_solver_lattice_default();
    raster r = {0};
    clpt_status status = CLPT_OK;
    if (!s) return CLPT_ERROR_ARGUMENT;
    if (!removal) removal = &empty;
    CLPTI_TRY(clpti_struct_read(&removal_type, "clpt_solver_remove_lattice", removal, &made, &s->context->message));
    made = clpt_solver_lattice_default();
    CLPTI_TRY(reserve(s, &r));
    CLPTI_TRY(clpt_solver_get_positions(s, r.positions));
    CLPTI_TRY(clpti_lattice_fit(r.positions, s->count, &r.lattice, &made.found, &s->context->message));
    clpti_updates updates = clpti_solver_updates(s);
    if (made.found) {
        for (int k = 0; k < 4; k++) made.step[k / 2][k % 2] = r.lattice.step[k / 2][k % 2];
        made.off = r.lattice.off;
    }
    if (made.found && updates.object && updates.probe) {
        CLPTI_TRY(find_weight(s, &r));
        CLPTI_TRY(remove_harmonics(s, &r, &made));
    }
    clpti_struct_write(&removal_type, &made, removal);
cleanup:
    release(&r);
    return status;
}
