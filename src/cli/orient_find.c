/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/orient.h"
#include "cli/file_contents.h"
#include "cli/progress.h"
#include "cli/start.h"
#include "core/memory.h"

enum { MOST_PATTERNS = 100, ITERATIONS = 12, ORIENTATIONS = 16 };
static const double alike = 1.02; /* R-factors within this of each other do not tell */

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

/* Room for the middle: at most MOST_PATTERNS patterns. */
static clpt_status reserve_middle(const clpti_scan_file *scan, clpti_scan_file *part, clpt_message *message)
{
    int64_t pixels = scan->side * scan->side, count = scan->count < MOST_PATTERNS ? scan->count : MOST_PATTERNS;
    *part = (clpti_scan_file){.count = count,
                              .side = scan->side,
                              .modes = scan->modes,
                              .near_field = scan->near_field,
                              .mask_per_pattern = scan->mask_per_pattern};
    part->positions = clpti_malloc(count, 2 * sizeof(double));
    part->amplitude = clpti_malloc(count * pixels, sizeof(float));
    if (scan->mask) part->mask = clpti_malloc((scan->mask_per_pattern ? count : 1) * pixels, sizeof(float));
    if (part->positions && part->amplitude && (!scan->mask || part->mask)) return CLPT_OK;
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
    status = copy_probe(&scan->probe, &part->probe, message);
cleanup:
    free(ranks);
    return status;
}

/* ---- one orientation ---- */

typedef struct trial {
    clpti_scan_file part;
    clpti_tensor object, probe;
    clpt_solver *solver;
} trial;

static clpt_status solve(clpti_session *session, trial *t, const clpt_propagation *propagation, double *r_factor)
{
    clpt_status status = CLPT_OK;
    clpt_measurement measurement = {.size = sizeof measurement,
                                    .amplitude = t->part.amplitude,
                                    .mask = t->part.mask,
                                    .mask_per_pattern = t->part.mask_per_pattern,
                                    .count = t->part.count,
                                    .side = t->part.side,
                                    .positions = t->part.positions};
    clpt_solver_options how = clpt_solver_options_default();
    clpt_array object = clpti_tensor_view(&t->object), probe = clpti_tensor_view(&t->probe);
    how.propagation = *propagation;
    CLPTI_TRY(clpti_session_check(
        session, clpt_solver_create(session->context, &measurement, &object, &probe, &how, &t->solver)));
    for (int k = 0; k < ITERATIONS; ++k) CLPTI_TRY(clpti_session_check(session, clpt_solver_iterate(t->solver, NULL)));
    CLPTI_TRY(clpti_session_check(session, clpt_solver_evaluate_r_factor(t->solver, r_factor, NULL)));
cleanup:
    return status;
}

static clpt_status try_one(clpti_session *session, const clpti_scan_file *scan, const clpt_propagation *propagation,
                           const clpti_probe_choice *choice, const clpti_orientation *o, double *r_factor)
{
    clpt_status status = CLPT_OK;
    clpt_message *message = &session->message;
    trial t = {0};
    CLPTI_TRY(take_middle(scan, &t.part, message));
    CLPTI_TRY(clpti_orientation_apply(o, &t.part, message));
    CLPTI_TRY(clpti_probe_choice_apply(session, choice, propagation, &t.part));
    clpti_layout layout = clpti_layout_of(t.part.positions, t.part.count, t.part.side);
    for (int64_t k = 0; k < 2 * t.part.count; ++k) t.part.positions[k] += k % 2 ? layout.shift_y : layout.shift_x;
    CLPTI_TRY(clpti_start_object(layout.height, layout.width, false, 0, &t.object, message));
    CLPTI_TRY(clpti_start_probe(&t.part, t.part.modes, CLPTI_SCALE_DATA, &t.probe, message));
    CLPTI_TRY(solve(session, &t, propagation, r_factor));
cleanup:
    clpt_solver_destroy(&t.solver);
    clpti_tensor_destroy(&t.object);
    clpti_tensor_destroy(&t.probe);
    clpti_scan_free(&t.part);
    return status;
}

/* ---- all of them ---- */

static clpti_orientation orientation_of(int k)
{
    return (clpti_orientation){.flip_x = k & 1, .flip_y = k & 2, .transpose = k & 4, .pattern_transpose = k & 8};
}

/* The lowest, or an earlier one that is as good. */
static int best_of(const double *r_factors, int count)
{
    int best = 0;
    for (int k = 1; k < count; ++k)
        if (r_factors[k] < r_factors[best]) best = k;
    for (int k = 0; k < count; ++k)
        if (r_factors[k] < alike * r_factors[best]) return k;
    return best;
}

static void report(const double *r_factors, int count, int best)
{
    char text[96];
    int next = -1;
    clpti_orientation o = orientation_of(best);
    for (int k = 0; k < count; ++k)
        if (k != best && (next < 0 || r_factors[k] < r_factors[next])) next = k;
    printf("orientation: %s fits best, R-factor %.4f", clpti_orientation_text(&o, text), r_factors[best]);
    o = orientation_of(next);
    printf("; next %s, %.4f%s\n", clpti_orientation_text(&o, text), r_factors[next],
           r_factors[next] < alike * r_factors[best] ? ", which cannot be told from it" : "");
}

clpt_status clpti_orientation_find(clpti_session *session, const clpti_scan_file *scan,
                                   const clpt_propagation *propagation, const clpti_probe_choice *probe,
                                   clpti_orientation *found)
{
    clpt_status status = CLPT_OK;
    bool given = probe->path || (!probe->model && scan->probe.data);
    int count = given ? ORIENTATIONS : ORIENTATIONS / 2;
    double r_factors[ORIENTATIONS];
    clpti_progress progress = clpti_progress_start(&session->building, "orientation", count);
    for (int k = 0; k < count; ++k) {
        char text[96];
        clpti_orientation o = orientation_of(k);
        CLPTI_TRY(try_one(session, scan, propagation, probe, &o, &r_factors[k]));
        if (session->arguments->verbose)
            fprintf(stderr, "clptycho: orientation %s: R-factor %.4f\n", clpti_orientation_text(&o, text),
                    r_factors[k]);
        clpti_progress_show(&progress, k + 1, NULL);
    }
cleanup:
    clpti_progress_end(&progress);
    if (status != CLPT_OK) return status;
    int best = best_of(r_factors, count);
    *found = orientation_of(best);
    report(r_factors, count, best);
    return CLPT_OK;
}
