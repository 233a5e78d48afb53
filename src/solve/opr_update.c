/* SPDX-License-Identifier: Apache-2.0 */
/* The update of variable modes and coefficients in orthogonal probe relaxation: small matrices on the host. */
#include "solve/opr_update.h"

#include <complex.h>
#include <math.h>
#include <stdlib.h>

#undef complex /* the argument structs have a member of this name */
#include "core/eigen.h"
#include "core/memory.h"
#include "ops/ops.h"

typedef double _Complex number;

static const double ridge = 1e-6, minimum = 1e-12; /* fractions of the mean and of the largest eigenvalue */

clpt_status clpti_opr_orthonormalise(double *modes, int64_t count, int64_t pixels, clpt_message *message)
{
    number *m = (number *)modes;
    for (int64_t j = 0; j < count; j++) {
        double size = 0;
        for (int64_t l = 0; l < j; l++) {
            number along = 0;
            for (int64_t i = 0; i < pixels; i++) along += conj(m[l * pixels + i]) * m[j * pixels + i];
            for (int64_t i = 0; i < pixels; i++) m[j * pixels + i] -= along * m[l * pixels + i];
        }
        for (int64_t i = 0; i < pixels; i++) size += creal(m[j * pixels + i] * conj(m[j * pixels + i]));
        if (!(size > 0))
            return clpti_fail(message, CLPT_ERROR_ARGUMENT, "%lld pixels of a probe cannot have %lld variable modes",
                              (long long)pixels, (long long)count);
        for (int64_t i = 0; i < pixels; i++) m[j * pixels + i] /= sqrt(size);
    }
    return CLPT_OK;
}

/* ---- small matrices, row-major ---- */

/* product[i, j] = Σ_k conj(a[k, i])·b[k, j] */
static void times(const number *a, int64_t rows, int64_t n, const number *b, int64_t m, number *product)
{
    for (int64_t i = 0; i < n; i++)
        for (int64_t j = 0; j < m; j++) {
            product[i * m + j] = 0;
            for (int64_t k = 0; k < rows; k++) product[i * m + j] += conj(a[k * n + i]) * b[k * m + j];
        }
}

/* Σ_q a[p, q]·b[q, j] */
static void after(const number *a, int64_t rows, int64_t n, const number *b, int64_t m, number *product)
{
    for (int64_t i = 0; i < rows; i++)
        for (int64_t j = 0; j < m; j++) {
            product[i * m + j] = 0;
            for (int64_t k = 0; k < n; k++) product[i * m + j] += a[i * n + k] * b[k * m + j];
        }
}

/* Working arrays: J variable modes, and the stack of 2J + 1 modes V, G, S of which the new ones are linear
 * combinations. */
typedef struct work {
    int64_t J, K, stack;
    number *a, *c;            /* [K, J] coefficients, fits */
    number *gram;             /* [stack, stack] */
    number *mix;              /* [stack, J]: B = Σ_p mix[p, j]·stack_p, then the new modes */
    number *square[5], *wide; /* [J, J]; [stack, J] */
    double *values;           /* [J] */
} work;

/* A' = A + η(C − mean C) and B = (A'*A')⁻¹·A'*(A·V + η·D), as combinations of the stack. */
static void find_modes(work *w)
{
    int64_t J = w->J, K = w->K;
    number *inverse = w->square[0], *vectors = w->square[1], *old = w->square[2], *normal = w->square[3];
    for (int64_t j = 0; j < J; j++) {
        number mean = 0;
        for (int64_t k = 0; k < K; k++) mean += w->c[k * J + j] / (double)K;
        for (int64_t k = 0; k < K; k++) w->c[k * J + j] = w->a[k * J + j] + CLPTI_OPR_STEP * (w->c[k * J + j] - mean);
        w->wide[j] = mean; /* used by the sums below */
    }
    times(w->c, K, J, w->c, J, normal);
    times(w->c, K, J, w->a, J, old);
    clpti_hermitian_eigen((double *)normal, J, w->values, (double *)vectors);
    double trace = 0;
    for (int64_t j = 0; j < J; j++) trace += w->values[j] / (double)J;
    for (int64_t i = 0; i < J * J; i++) {
        inverse[i] = 0;
        for (int64_t l = 0; l < J; l++)
            inverse[i] += trace > 0 ? vectors[i / J * J + l] * conj(vectors[i % J * J + l]) /
                                          (fmax(w->values[l], 0) + ridge * trace)
                                    : 0;
    }
    /* B_j = Σ_l inverse[j, l]·(Σ_m old[l, m]·V_m + η·(G_l − η·conj(mean_l)·S)) */
    for (int64_t j = 0; j < J; j++) {
        w->mix[2 * J * J + j] = 0;
        for (int64_t m = 0; m < J; m++) {
            w->mix[m * J + j] = 0;
            for (int64_t l = 0; l < J; l++) w->mix[m * J + j] += inverse[j * J + l] * old[l * J + m];
            w->mix[(J + m) * J + j] = CLPTI_OPR_STEP * inverse[j * J + m];
            w->mix[2 * J * J + j] -= CLPTI_OPR_STEP * CLPTI_OPR_STEP * inverse[j * J + m] * conj(w->wide[m]);
        }
    }
}

/* Orthonormalises B, with its lengths moved to the coefficients; then rotates both so that these are uncorrelated. */
static void turn(work *w)
{
    int64_t J = w->J;
    number *of_b = w->square[0], *vectors = w->square[1], *by = w->square[2], *back = w->square[3];
    after(w->gram, w->stack, w->stack, w->mix, J, w->wide);
    times(w->mix, w->stack, J, w->wide, J, of_b);
    clpti_hermitian_eigen((double *)of_b, J, w->values, (double *)vectors);
    for (int64_t j = 0; j < J; j++)
        for (int64_t l = 0; l < J; l++) {
            double size = w->values[l] > minimum * w->values[0] ? sqrt(w->values[l]) : 0;
            by[j * J + l] = size > 0 ? vectors[j * J + l] / size : 0;
            back[j * J + l] = size * conj(vectors[j * J + l]);
        }
    after(w->mix, w->stack, J, by, J, w->wide);
    after(w->c, w->K, J, back, J, w->a);
    times(w->a, w->K, J, w->a, J, of_b);
    clpti_hermitian_eigen((double *)of_b, J, w->values, (double *)vectors);
    after(w->a, w->K, J, vectors, J, w->c);
    for (int64_t i = 0; i < J * J; i++) vectors[i] = conj(vectors[i]);
    after(w->wide, w->stack, J, vectors, J, w->mix);
}

/* ---- on the device ---- */

static clpt_status read_gram(clpt_context *context, clpti_view stack, const work *w, int64_t pixels)
{
    clpt_status status = CLPT_OK;
    clpt_buffer *gram = NULL;
    CLPTI_TRY(clpti_scratch_take(context, CLPTI_COMPLEX, w->stack * w->stack, &gram));
    CLPTI_TRY(clpti_gram(
        context,
        &(clpti_gram_args){.modes = stack, .mode_count = w->stack, .count = pixels, .gram = clpti_view_of(gram)}));
    CLPTI_TRY(clpti_field_download(clpti_view_of(gram), w->gram, CLPT_TYPE_C128, w->stack * w->stack));
cleanup:
    clpti_scratch_give(&gram);
    return status;
}

/* variable = Σ_p mix[p, ·]·stack_p. */
static clpt_status mix(clpt_context *context, const clpti_opr_factors *t, const work *w, clpti_view stack)
{
    clpt_status status = CLPT_OK;
    clpt_buffer *matrix = NULL, *out = NULL;
    for (int64_t i = 0; i < w->stack * w->stack; i++)
        w->gram[i] = i % w->stack < w->J ? w->mix[i / w->stack * w->J + i % w->stack] : 0;
    CLPTI_TRY(clpti_scratch_take(context, CLPTI_COMPLEX, w->stack * w->stack, &matrix));
    CLPTI_TRY(clpti_scratch_take(context, CLPTI_COMPLEX, w->stack * t->pixels, &out));
    CLPTI_TRY(clpti_field_upload(clpti_view_of(matrix), w->gram, CLPT_TYPE_C128, w->stack * w->stack));
    CLPTI_TRY(clpti_rotate(context, &(clpti_rotate_args){.modes = stack,
                                                         .out = clpti_view_of(out),
                                                         .mode_count = w->stack,
                                                         .count = t->pixels,
                                                         .matrix = clpti_view_of(matrix)}));
    CLPTI_TRY(clpti_copy(clpti_view_of(out), t->variable, t->count * t->pixels));
cleanup:
    clpti_scratch_give(&out);
    clpti_scratch_give(&matrix);
    return status;
}

clpt_status clpti_opr_update(clpt_context *context, const clpti_opr_factors *t)
{
    clpt_status status = CLPT_OK;
    clpt_buffer *stack = NULL;
    int64_t J = t->count, K = t->patterns, S = 2 * J + 1, at = 0, total = 2 * K * J + S * S + 2 * S * J + 5 * J * J;
    number *memory = clpti_calloc(total, sizeof *memory);
    double *values = clpti_calloc(J, sizeof *values);
    work w = {.J = J, .K = K, .stack = S, .values = values};
    if (!memory || !values)
        CLPTI_TRY(clpti_fail(&context->message, CLPT_ERROR_MEMORY, "no host memory for %lld coefficients",
                             (long long)(K * J)));
    const struct {
        number **part;
        int64_t count;
    } parts[] = {{&w.a, K * J},         {&w.c, K * J},         {&w.gram, S * S},      {&w.mix, S * J},
                 {&w.wide, S * J},      {&w.square[0], J * J}, {&w.square[1], J * J}, {&w.square[2], J * J},
                 {&w.square[3], J * J}, {&w.square[4], J * J}};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; at += parts[i++].count) *parts[i].part = memory + at;
    CLPTI_TRY(clpti_field_download(t->coefficients, w.a, CLPT_TYPE_C128, K * J));
    CLPTI_TRY(clpti_field_download(t->fits, w.c, CLPT_TYPE_C128, K * J));
    CLPTI_TRY(clpti_scratch_take(context, CLPTI_COMPLEX, S * t->pixels, &stack));
    CLPTI_TRY(clpti_copy(t->variable, clpti_view_of(stack), J * t->pixels));
    CLPTI_TRY(clpti_copy(t->sums, clpti_view_at(clpti_view_of(stack), J * t->pixels), (J + 1) * t->pixels));
    CLPTI_TRY(read_gram(context, clpti_view_of(stack), &w, t->pixels));
    find_modes(&w);
    turn(&w);
    CLPTI_TRY(clpti_field_upload(t->coefficients, w.c, CLPT_TYPE_C128, K * J));
    CLPTI_TRY(mix(context, t, &w, clpti_view_of(stack)));
cleanup:
    clpti_scratch_give(&stack);
    free(values);
    free(memory);
    return status;
}
