/* SPDX-License-Identifier: Apache-2.0 */
/* Orthogonal probe relaxation (Odstrčil et al., Opt. Express 24, 8360, 2016): the first mode of pattern k is P_0 + Σ_j
 * a_kj·V_j with a few orthonormal variable modes V_j and coefficients of mean 0. The residual waves give the change D_k
 * of each pattern's mode. After the iteration the resulting modes of all patterns, A·V + η·D, are replaced by their
 * best approximation of that rank: coefficients A' = A + η·D·V*, modes by least squares from A', then both rotated so
 * that V is orthonormal and the coefficients are uncorrelated, in order of descending power. No mode of a single
 * pattern is stored. */
#include <stdlib.h>

#include "arrays/check.h"
#include "core/memory.h"
#include "core/poisson.h"
#include "ops/relaxation.h"
#include "solve/extension.h"
#include "solve/opr_update.h"

enum { mode_stream = 0x0b12 }; /* random stream of the initial variable modes */

typedef struct relaxation {
    int64_t count, pixels;                           /* variable modes; of a mode */
    clpt_buffer *variable, *sums;                    /* complex [count, pixels], [count + 1, pixels] */
    clpt_buffer *coefficients, *fits;                /* complex [patterns, count] */
    clpt_buffer *pattern_probe, *changes, *power;    /* of a chunk; real [height, width] */
    clpt_buffer *largest;                            /* real [1] */
    int64_t pattern_probe_capacity, change_capacity; /* capacities of `pattern_probe` and `changes` in patterns */
} relaxation;

static void close_relaxation(void *state)
{
    relaxation *o = state;
    clpt_buffer **buffers[] = {&o->variable,      &o->sums,    &o->coefficients, &o->fits,
                               &o->pattern_probe, &o->changes, &o->power,        &o->largest};
    for (size_t i = 0; i < sizeof buffers / sizeof *buffers; i++) clpt_buffer_destroy(buffers[i]);
}

static const clpti_part part = {"orthogonal probe relaxation", sizeof(relaxation), close_relaxation};

static bool is_used(const clpt_solver *s)
{
    return s->options.opr_modes > 0;
}

/* True if patterns have individual probes in this iteration. */
static bool is_on(const clpt_solver *s)
{
    return clpti_solver_is_past(s, s->options.opr_start);
}

/* ---- creation ---- */

/* Random modes, weighted by the probe's amplitude; the first update orders them. */
static clpt_status start(clpt_solver *s, relaxation *o)
{
    clpt_status status = CLPT_OK;
    double *probe = clpti_malloc(o->pixels, 2 * sizeof *probe), *modes = clpti_malloc(o->count * o->pixels, 16),
           sum = 0;
    if (!probe || !modes)
        CLPTI_TRY(clpti_fail(&s->context->message, CLPT_ERROR_MEMORY,
                             "clpt_solver_create: no host memory for %lld variable modes", (long long)o->count));
    CLPTI_TRY(clpti_field_download(clpti_view_of(s->probe), probe, CLPT_TYPE_C128, o->pixels));
    for (int64_t i = 0; i < 2 * o->pixels; i++) sum += probe[i] * probe[i];
    for (int64_t i = 0; i < 2 * o->count * o->pixels; i++) {
        double there = probe[i % (2 * o->pixels) / 2 * 2], also = probe[i % (2 * o->pixels) / 2 * 2 + 1];
        double size = sum > 0 ? there * there + also * also : 1;
        modes[i] = size / (sum > 0 ? sum : (double)o->pixels) * clpti_normal(s->options.seed, mode_stream, (uint64_t)i);
    }
    CLPTI_TRY(clpti_opr_orthonormalise(modes, o->count, o->pixels, &s->context->message));
    CLPTI_TRY(clpti_field_upload(clpti_view_of(o->variable), modes, CLPT_TYPE_C128, o->count * o->pixels));
cleanup:
    free(modes);
    free(probe);
    return status;
}

static clpt_status create(clpt_solver *s, void *state)
{
    relaxation *o = state;
    clpt_status status = CLPT_OK;
    int64_t pixels = s->side * s->side;
    o->count = s->options.opr_modes;
    o->pixels = pixels;
    const struct {
        clpt_buffer **buffer;
        clpti_element element;
        int64_t count;
    } needs[] = {
        {&o->variable, CLPTI_COMPLEX, o->count * pixels},       {&o->sums, CLPTI_COMPLEX, (o->count + 1) * pixels},
        {&o->coefficients, CLPTI_COMPLEX, o->count * s->count}, {&o->fits, CLPTI_COMPLEX, o->count * s->count},
        {&o->power, CLPTI_REAL, s->height * s->width},          {&o->largest, CLPTI_REAL, 1}};
    for (size_t i = 0; i < sizeof needs / sizeof *needs; i++)
        CLPTI_TRY(clpti_buffer_create(s->context, needs[i].element, needs[i].count, needs[i].buffer));
    CLPTI_TRY(clpti_zero(clpti_view_of(o->coefficients), o->count * s->count));
    CLPTI_TRY(clpti_zero(clpti_view_of(o->fits), o->count * s->count));
    CLPTI_TRY(start(s, o));
cleanup:
    return status;
}

/* Capacity for `count` patterns of `each` elements; previous contents are lost. */
static clpt_status grow(clpt_solver *s, int64_t count, int64_t each, clpt_buffer **buffer, int64_t *capacity)
{
    if (count <= *capacity) return CLPT_OK;
    clpt_buffer_destroy(buffer);
    *capacity = 0;
    clpt_status status = clpti_buffer_create(s->context, CLPTI_COMPLEX, count * each, buffer);
    if (status == CLPT_OK) *capacity = count;
    return status;
}

/* ---- hooks ---- */

static int64_t probe_stride(const clpt_solver *s, const void *state)
{
    const relaxation *o = state;
    return is_on(s) ? s->modes * o->pixels : 0;
}

static clpt_status probes(clpt_solver *s, void *state, const clpti_selection *at, clpti_pattern_probes *found)
{
    relaxation *o = state;
    clpt_status status = CLPT_OK;
    if (!is_on(s)) return CLPT_OK;
    CLPTI_TRY(grow(s, at->count, s->modes * o->pixels, &o->pattern_probe, &o->pattern_probe_capacity));
    *found = (clpti_pattern_probes){.probe = clpti_view_of(o->pattern_probe), .stride = s->modes * o->pixels};
    CLPTI_TRY(
        clpti_variable_probes(s->context, &(clpti_variable_probes_args){.probe = clpti_view_of(s->probe),
                                                                        .variable = clpti_view_of(o->variable),
                                                                        .coefficients = clpti_view_of(o->coefficients),
                                                                        .at = *at,
                                                                        .modes = s->modes,
                                                                        .variable_count = o->count,
                                                                        .pixels = o->pixels,
                                                                        .out = found->probe}));
cleanup:
    return status;
}

static clpt_status before(clpt_solver *s, void *state)
{
    relaxation *o = state;
    clpt_status status = CLPT_OK;
    if (!is_on(s)) return CLPT_OK;
    CLPTI_TRY(clpti_zero(clpti_view_of(o->sums), (o->count + 1) * o->pixels));
    CLPTI_TRY(clpti_power(s->context, &(clpti_power_args){.modes = clpti_view_of(s->object),
                                                          .mode_count = 1,
                                                          .count = s->height * s->width,
                                                          .power = clpti_view_of(o->power)}));
    CLPTI_TRY(clpti_largest(s->context, &(clpti_largest_args){.values = clpti_view_of(o->power),
                                                              .groups = 1,
                                                              .count = s->height * s->width,
                                                              .out = clpti_view_of(o->largest)}));
cleanup:
    return status;
}

static clpt_status on_residual(clpt_solver *s, void *state, clpti_view waves, const clpti_selection *at)
{
    relaxation *o = state;
    clpt_status status = CLPT_OK;
    if (!is_on(s)) return CLPT_OK;
    CLPTI_TRY(grow(s, at->count, o->pixels, &o->changes, &o->change_capacity));
    CLPTI_TRY(clpti_variable_changes(s->context, &(clpti_variable_changes_args){.object = clpti_view_of(s->object),
                                                                                .height = s->height,
                                                                                .width = s->width,
                                                                                .at = *at,
                                                                                .waves = waves,
                                                                                .modes = s->modes,
                                                                                .size = s->side,
                                                                                .largest = clpti_view_of(o->largest),
                                                                                .alpha = s->options.probe_alpha,
                                                                                .changes = clpti_view_of(o->changes)}));
    if (s->subpixel) CLPTI_TRY(clpti_subpixel_shift_back(s->subpixel, at, clpti_view_of(o->changes)));
    CLPTI_TRY(clpti_variable_fits(s->context, &(clpti_variable_fits_args){.variable = clpti_view_of(o->variable),
                                                                          .changes = clpti_view_of(o->changes),
                                                                          .at = *at,
                                                                          .variable_count = o->count,
                                                                          .pixels = o->pixels,
                                                                          .fits = clpti_view_of(o->fits)}));
    CLPTI_TRY(
        clpti_variable_sums(s->context, &(clpti_variable_sums_args){.coefficients = clpti_view_of(o->coefficients),
                                                                    .fits = clpti_view_of(o->fits),
                                                                    .step = CLPTI_OPR_STEP,
                                                                    .changes = clpti_view_of(o->changes),
                                                                    .at = *at,
                                                                    .variable_count = o->count,
                                                                    .pixels = o->pixels,
                                                                    .sums = clpti_view_of(o->sums)}));
cleanup:
    return status;
}

static clpt_status after(clpt_solver *s, void *state)
{
    relaxation *o = state;
    if (!is_on(s)) return CLPT_OK;
    return clpti_opr_update(s->context, &(clpti_opr_factors){.patterns = s->count,
                                                             .count = o->count,
                                                             .pixels = o->pixels,
                                                             .variable = clpti_view_of(o->variable),
                                                             .sums = clpti_view_of(o->sums),
                                                             .coefficients = clpti_view_of(o->coefficients),
                                                             .fits = clpti_view_of(o->fits)});
}

static int states(clpt_solver *s, void *state, clpti_state_entry *entries, int capacity)
{
    const relaxation *o = state;
    if (capacity < 2) return 0;
    entries[0] = (clpti_state_entry){.name = "opr.modes",
                                     .rank = 3,
                                     .shape = {o->count, s->side, s->side},
                                     .buffer = o->variable,
                                     .frame = CLPTI_FRAME_PROBE};
    entries[1] = (clpti_state_entry){
        .name = "opr.coefficients", .rank = 2, .shape = {s->count, o->count}, .buffer = o->coefficients, .scale = 1};
    return 2;
}

const clpti_extension clpti_opr_extension = {.part = &part,
                                             .is_used = is_used,
                                             .create = create,
                                             .before = before,
                                             .on_residual = on_residual,
                                             .after = after,
                                             .states = states,
                                             .probe_stride = probe_stride,
                                             .probes = probes};

/* ---- results ---- */

static clpt_status copy_out(clpt_solver *s, const char *function, const char *name, clpt_buffer *from, int rank,
                            const int64_t *shape, const clpt_array *to)
{
    clpt_status status = CLPT_OK;
    if (!from)
        return clpti_fail(&s->context->message, CLPT_ERROR_ARGUMENT, "%s: the solver was created without opr_modes",
                          function);
    CLPTI_TRY(clpti_check_array(s->context, function, name, to, rank, rank, CLPTI_KIND_COMPLEX));
    CLPTI_TRY(clpti_check_shape(s->context, function, name, to, rank, shape, "the solver's shape"));
    clpt_array whole = clpt_array_device(from, 0, rank, shape);
    CLPTI_TRY(clpt_array_copy(s->context, &whole, to));
cleanup:
    return status;
}

clpt_status clpt_solver_get_opr_modes(clpt_solver *s, const clpt_array *modes)
{
    if (!s) return CLPT_ERROR_ARGUMENT;
    const relaxation *o = clpti_part_find(&s->parts, &part);
    return copy_out(s, "clpt_solver_get_opr_modes", "modes", o ? o->variable : NULL, 3,
                    (int64_t[]){o ? o->count : 0, s->side, s->side}, modes);
}

clpt_status clpt_solver_get_opr_coefficients(clpt_solver *s, const clpt_array *coefficients)
{
    if (!s) return CLPT_ERROR_ARGUMENT;
    const relaxation *o = clpti_part_find(&s->parts, &part);
    return copy_out(s, "clpt_solver_get_opr_coefficients", "coefficients", o ? o->coefficients : NULL, 2,
                    (int64_t[]){s->count, o ? o->count : 0}, coefficients);
}
