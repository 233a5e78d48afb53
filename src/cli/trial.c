/* SPDX-License-Identifier: Apache-2.0 */
/* Trial reconstructions of the middle of a scan, for choices made from the data. */
#include "cli/trial.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/file_contents.h"
#include "cli/grid.h"
#include "cli/start.h"
#include "core/memory.h"

enum { PATTERNS_MAX = 100, ITERATIONS = 12 };

bool clpti_is_edge(int64_t x, int64_t y, int64_t side)
{
    const int64_t width = side < 16 ? 1 : side / 16;
    const bool inside = x >= 0 && y >= 0 && x < side && y < side;
    return inside && (x < width || y < width || x >= side - width || y >= side - width);
}

/* ---- the middle of a scan, copied ---- */

typedef struct rank {
    double away;
    int64_t index;
} rank;

static int nearer_first(const void *a, const void *b)
{
    const rank *l = a, *r = b;
    if (l->away != r->away) return l->away < r->away ? -1 : 1;
    return l->index < r->index ? -1 : l->index > r->index;
}

static rank *ranks_of(const clpti_scan_file *scan)
{
    double middle[2] = {0, 0};
    rank *ranks = clpti_malloc(scan->count, sizeof *ranks);
    if (!ranks) return NULL;
    for (int64_t s = 0; s < 2 * scan->count; ++s) middle[s % 2] += scan->positions[s] / (double)scan->count;
    for (int64_t s = 0; s < scan->count; ++s) {
        const double *p = scan->positions + 2 * s;
        ranks[s] = (rank){hypot(p[0] - middle[0], p[1] - middle[1]), s};
    }
    qsort(ranks, (size_t)scan->count, sizeof *ranks, nearer_first);
    return ranks;
}

static clpt_status copy_probe(const clpti_tensor *from, clpti_tensor *to, clpt_message *message)
{
    if (!from->data) return CLPT_OK;
    clpt_status status = clpti_tensor_create(from->type, from->rank, from->shape, to, message);
    if (status == CLPT_OK) memcpy(to->data, from->data, (size_t)clpti_tensor_count(from) * clpti_type_size(from->type));
    return status;
}

/* Memory for the middle: at most MOST_PATTERNS patterns. */
static clpt_status reserve_middle(const clpti_scan_file *scan, clpti_scan_file *part, clpt_message *message)
{
    int64_t pixels = scan->side * scan->side, count = scan->count < PATTERNS_MAX ? scan->count : PATTERNS_MAX;
    *part = (clpti_scan_file){.count = count,
                              .frames = count,
                              .side = scan->side,
                              .modes = scan->modes,
                              .near_field = scan->near_field,
                              .beam = scan->beam,
                              .object_pixel_x = scan->object_pixel_x,
                              .object_pixel_y = scan->object_pixel_y,
                              .mask_per_pattern = scan->mask_per_pattern};
    part->positions = clpti_malloc(count, 2 * sizeof(double));
    part->amplitude = clpti_malloc(count * pixels, sizeof(float));
    if (scan->background) part->background = clpti_malloc(pixels, sizeof(float));
    if (scan->mask) part->mask = clpti_malloc((scan->mask_per_pattern ? count : 1) * pixels, sizeof(float));
    if (part->positions && part->amplitude && (!scan->mask || part->mask) && (!scan->background || part->background))
        return CLPT_OK;
    return clpti_fail(message, CLPT_ERROR_MEMORY, "no memory for %lld patterns", (long long)count);
}

static clpt_status take_middle(const clpti_scan_file *scan, clpti_scan_file *part, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    int64_t pixels = scan->side * scan->side;
    size_t bytes = (size_t)pixels * sizeof(float);
    rank *ranks = ranks_of(scan);
    CLPTI_TRY(reserve_middle(scan, part, message));
    if (!ranks) CLPTI_TRY(clpti_fail(message, CLPT_ERROR_MEMORY, "no memory for an order of patterns"));
    for (int64_t k = 0; k < part->count; ++k) {
        int64_t s = ranks[k].index;
        memcpy(part->positions + 2 * k, scan->positions + 2 * s, 2 * sizeof(double));
        memcpy(part->amplitude + k * pixels, scan->amplitude + s * pixels, bytes);
        if (scan->mask && scan->mask_per_pattern) memcpy(part->mask + k * pixels, scan->mask + s * pixels, bytes);
    }
    if (scan->mask && !scan->mask_per_pattern) memcpy(part->mask, scan->mask, bytes);
    if (scan->background) memcpy(part->background, scan->background, bytes);
    status = copy_probe(&scan->probe, &part->probe, message);
cleanup:
    free(ranks);
    return status;
}

/* ---- its reconstruction ---- */

typedef struct trial {
    clpti_scan_file part;
    clpti_tensor object, probe;
    clpt_solver *solver;
    clpt_solver_options how;
} trial;

static clpt_status create(clpti_session *session, trial *t)
{
    clpt_measurement measurement = {.size = sizeof measurement,
                                    .amplitude = t->part.amplitude,
                                    .mask = t->part.mask,
                                    .mask_per_pattern = t->part.mask_per_pattern,
                                    .count = t->part.count,
                                    .side = t->part.side,
                                    .positions = t->part.positions,
                                    .background = t->part.background};
    clpt_array object = clpti_tensor_view(&t->object), probe = clpti_tensor_view(&t->probe);
    return clpti_session_check(
        session, clpt_solver_create(session->context, &measurement, &object, &probe, &t->how, &t->solver));
}

static clpt_status solve(clpti_session *session, trial *t, double *r_factor)
{
    clpt_status status = CLPT_OK;
    CLPTI_TRY(create(session, t));
    for (int k = 0; k < ITERATIONS; ++k) CLPTI_TRY(clpti_session_check(session, clpt_solver_iterate(t->solver, NULL)));
    CLPTI_TRY(clpti_session_check(session, clpt_solver_evaluate_r_factor(t->solver, r_factor, NULL)));
cleanup:
    return status;
}

/* Masks all but the pixels at the edge of the middle side×side pixels. */
static clpt_status keep_edge(trial *t, int64_t side, clpt_message *message)
{
    const int64_t padded = t->part.side, pixels = padded * padded, start = padded / 2 - side / 2;
    if (!t->part.mask) {
        if (!(t->part.mask = clpti_malloc(pixels, sizeof(float))))
            return clpti_fail(message, CLPT_ERROR_MEMORY, "no memory for a mask");
        for (int64_t i = 0; i < pixels; ++i) t->part.mask[i] = 1;
    }
    for (int64_t i = 0; i < (t->part.mask_per_pattern ? t->part.count : 1) * pixels; ++i)
        if (!clpti_is_edge(i % padded - start, i / padded % padded - start, side)) t->part.mask[i] = 0;
    return CLPT_OK;
}

/* The R-factor of the edge alone, by a solver whose measurement is masked elsewhere. */
static clpt_status judge_edge(clpti_session *session, trial *t, int64_t side, double *r_factor)
{
    clpt_array object = clpti_tensor_view(&t->object), probe = clpti_tensor_view(&t->probe);
    clpt_status status = CLPT_OK;
    CLPTI_TRY(clpti_session_check(session, clpt_solver_get_object(t->solver, &object)));
    CLPTI_TRY(clpti_session_check(session, clpt_solver_get_probe(t->solver, &probe)));
    clpt_solver_destroy(&t->solver);
    CLPTI_TRY(keep_edge(t, side, &session->message));
    CLPTI_TRY(create(session, t));
    CLPTI_TRY(clpti_session_check(session, clpt_solver_evaluate_r_factor(t->solver, r_factor, NULL)));
cleanup:
    return status;
}

clpt_status clpti_trial_run(clpti_session *session, const clpti_scan_file *scan, const clpt_propagation *propagation,
                            const clpti_trial_choice *choice, double *r_factor, double *at_edge)
{
    clpt_status status = CLPT_OK;
    clpt_message *message = &session->message;
    trial t = {.how = clpt_solver_options_default()};
    t.how.propagation = *propagation;
    CLPTI_TRY(take_middle(scan, &t.part, message));
    CLPTI_TRY(clpti_orientation_apply(&choice->orientation, &t.part, message));
    CLPTI_TRY(clpti_probe_choice_apply(session, choice->probe, propagation, &t.part));
    CLPTI_TRY(clpti_start_probe(&t.part, propagation->kind == CLPT_PROPAGATION_FAR_FIELD, t.part.modes,
                                CLPTI_SCALE_DATA, &t.probe, message));
    CLPTI_TRY(clpti_scan_pad(&t.part, choice->padded, message));
    CLPTI_TRY(clpti_probe_regrid(&t.probe, choice->padded, message));
    clpti_layout layout = clpti_layout_of(t.part.positions, t.part.count, t.part.side);
    for (int64_t k = 0; k < 2 * t.part.count; ++k) t.part.positions[k] += k % 2 ? layout.shift_y : layout.shift_x;
    CLPTI_TRY(clpti_start_object(layout.height, layout.width, false, 0, &t.object, message));
    CLPTI_TRY(solve(session, &t, r_factor));
    if (at_edge) CLPTI_TRY(judge_edge(session, &t, scan->side, at_edge));
cleanup:
    clpt_solver_destroy(&t.solver);
    clpti_tensor_destroy(&t.object);
    clpti_tensor_destroy(&t.probe);
    clpti_scan_free(&t.part);
    return status;
}
