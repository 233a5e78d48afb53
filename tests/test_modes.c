/* SPDX-License-Identifier: Apache-2.0 */
/* Gram matrices, orthogonal modes and eigenvectors, by every variant that the device has or the build allows. */
#include <complex.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"

#include "ops/dense.h"
#include "cl/runtime.h"
#include "core/eigen.h"

static const char *const variants[] = {"gram=general,rotate=general", "gram=clblast,rotate=clblast"};
enum { VARIANTS = sizeof variants / sizeof *variants };
static clpt_context *contexts[VARIANTS]; /* NULL: not tried here */

static int open_all(void **state)
{
    (void)state;
    for (int i = 0; i < VARIANTS; i++) {
        clpt_context_options options = {.size = sizeof options, .device = test_device(), .variants = variants[i]};
        clpt_message message = {0};
        if (i > 0 && test_is_reference()) continue;
        if (clpt_context_create(&options, &contexts[i], &message) != CLPT_OK) fail_msg("cannot open: %s", message.text);
        if (i == 0) continue;
        bool quick = clpt_context_get_device(contexts[i])->type == CLPT_DEVICE_GPU || getenv("CLPTYCHO_TEST_SLOW");
        if (!quick || test_small() || !clpti_dense_available()) clpt_context_destroy(&contexts[i]);
    }
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    for (int i = 0; i < VARIANTS; i++) clpt_context_destroy(&contexts[i]);
    return 0;
}

/* ---- modes of several kinds ---- */

enum { RANDOM, DEPENDENT, SOME_ZERO, ALL_ZERO, UNEVEN, KINDS };
static const char *const kinds[] = {"random", "dependent", "some zero", "all zero", "uneven"};

static test_field modes_of(int kind, int64_t count, int64_t side)
{
    test_field modes = test_field_random(CLPT_TYPE_C64, 11 + (uint64_t)count, 3, CLPT_SHAPE(count, side, side));
    int64_t pixels = side * side;
    for (int64_t p = 0; p < count; p++)
        for (int64_t i = 0; i < pixels; i++) {
            double re = test_get(&modes, p * pixels + i, 0), im = test_get(&modes, p * pixels + i, 1), scale = 1;
            if (kind == DEPENDENT && p > 0) { /* −2i times the first, or as much of the second */
                re = 2 * test_get(&modes, i, 1);
                im = -2 * test_get(&modes, i, 0);
            }
            if (kind == SOME_ZERO) scale = (double)(p % 2);
            if (kind == ALL_ZERO) scale = 0;
            if (kind == UNEVEN) scale = pow(2.0, (double)(p - count)); /* ascending: their order must be reversed */
            test_set(&modes, p * pixels + i, 0, scale * re);
            test_set(&modes, p * pixels + i, 1, scale * im);
        }
    return modes;
}

static double complex entry(const test_field *field, int64_t i)
{
    return test_get(field, i, 0) + I * test_get(field, i, 1);
}

static test_field gram_written_out(const test_field *modes)
{
    int64_t count = modes->shape[0], pixels = modes->count / count;
    test_field gram = test_field_new(CLPT_TYPE_C128, 2, CLPT_SHAPE(count, count));
    for (int64_t p = 0; p < count; p++)
        for (int64_t q = 0; q < count; q++) {
            double complex sum = 0;
            for (int64_t i = 0; i < pixels; i++)
                sum += conj(entry(modes, p * pixels + i)) * entry(modes, q * pixels + i);
            test_set(&gram, p * count + q, 0, creal(sum));
            test_set(&gram, p * count + q, 1, cimag(sum));
        }
    return gram;
}

typedef void check_function(clpt_context *context, const char *name, int kind, int64_t count, int64_t side);

static void check_everywhere(check_function *check)
{
    static const int64_t shapes[][2] = {{1, 1},  {1, 7},   {2, 8},   {3, 20},  {5, 17},
                                        {3, 64}, {12, 33}, {4, 100}, {10, 128}};
    size_t shape_count = test_small() ? 4 : sizeof shapes / sizeof *shapes;
    for (int v = 0; v < VARIANTS; v++)
        for (size_t s = 0; contexts[v] && s < shape_count; s++)
            for (int kind = 0; kind < KINDS; kind++) {
                if (v > 0 && shapes[s][0] == 1) continue; /* the library needs two */
                check(contexts[v],
                      test_text("%s, %lld %s modes of side %lld", variants[v], (long long)shapes[s][0], kinds[kind],
                                (long long)shapes[s][1]),
                      kind, shapes[s][0], shapes[s][1]);
            }
}

static void check_gram(clpt_context *context, const char *name, int kind, int64_t count, int64_t side)
{
    test_field modes = modes_of(kind, count, side), expected = gram_written_out(&modes);
    clpt_array in = test_array(&modes);
    static const clpt_type types[] = {CLPT_TYPE_C128, CLPT_TYPE_C64};
    for (int t = 0; t < 2; t++) {
        test_field got = test_field_new(types[t], 2, expected.shape);
        clpt_array out = test_array(&got);
        test_ok(context, clpt_gram(context, &in, &out));
        test_close(name, &got, &expected, TEST_LINEAR, NULL);
        test_field_free(&got);
    }
    test_field_free(&modes);
    test_field_free(&expected);
}

static void gram_equals_the_sums_written_out(void **state)
{
    (void)state;
    check_everywhere(check_gram);
}

/* ---- orthogonalise ---- */

/* Diagonal, and falling along it. */
static void check_diagonal(const char *name, const test_field *modes, double largest)
{
    int64_t count = modes->shape[0];
    test_field gram = gram_written_out(modes);
    for (int64_t p = 0; p < count; p++)
        for (int64_t q = 0; q < count; q++) {
            double complex value = entry(&gram, p * count + q);
            if (p != q && !(cabs(value) <= 5e-6 * largest))
                fail_msg("%s: modes %lld and %lld overlap by %.3g of the power", name, (long long)p, (long long)q,
                         cabs(value) / largest);
            if (q == p + 1 &&
                !(creal(entry(&gram, q * count + q)) <= creal(entry(&gram, p * count + p)) + 5e-6 * largest))
                fail_msg("%s: mode %lld has more power than the one before", name, (long long)q);
        }
    test_field_free(&gram);
}

/* Σ_p |m_p|² of each pixel. */
static test_field incoherent_sum(const test_field *modes)
{
    int64_t pixels = modes->count / modes->shape[0];
    test_field sum = test_field_new(CLPT_TYPE_F64, 1, &pixels);
    for (int64_t i = 0; i < modes->count; i++) {
        double magnitude = cabs(entry(modes, i));
        test_set(&sum, i % pixels, 0, test_get(&sum, i % pixels, 0) + magnitude * magnitude);
    }
    return sum;
}

static test_field far_field_sum(clpt_context *reference, const test_field *modes)
{
    test_field amplitude = test_field_new(CLPT_TYPE_F64, 3, modes->shape);
    clpt_array in = test_array(modes), out = test_array(&amplitude);
    test_ok(reference, clpt_diffract(reference, &in, &out));
    test_field sum = incoherent_sum(&amplitude);
    test_field_free(&amplitude);
    return sum;
}

static void check_orthogonal(clpt_context *context, const char *name, int kind, int64_t count, int64_t side)
{
    clpt_context *reference = test_open("reference", 0);
    test_field modes = modes_of(kind, count, side);
    test_field near = incoherent_sum(&modes), far = far_field_sum(reference, &modes), gram = gram_written_out(&modes);
    double power = 0;
    for (int64_t p = 0; p < count; p++) power += test_get(&gram, p * count + p, 0);
    clpt_array array = test_array(&modes);
    test_ok(context, clpt_orthogonalise(context, &array));
    check_diagonal(name, &modes, power);
    test_field near_after = incoherent_sum(&modes), far_after = far_field_sum(reference, &modes);
    test_close(test_text("%s, near", name), &near_after, &near, 4 * TEST_LINEAR, NULL);
    test_close(test_text("%s, far", name), &far_after, &far, 4 * TEST_LINEAR, NULL);
    if (kind == DEPENDENT && count > 1) { /* one mode carries it all */
        test_field after = gram_written_out(&modes);
        assert_true(test_get(&after, 0, 0) >= (1 - 5e-6) * power);
        test_field_free(&after);
    }
    test_field *fields[] = {&modes, &near, &far, &gram, &near_after, &far_after};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) test_field_free(fields[i]);
    clpt_context_destroy(&reference);
}

static void orthogonalise_makes_modes_orthogonal_and_keeps_their_sum(void **state)
{
    (void)state;
    check_everywhere(check_orthogonal);
}

static void orthogonalise_in_a_buffer_gives_the_same_bits(void **state)
{
    (void)state;
    clpt_context *context = contexts[0];
    test_field host = modes_of(RANDOM, 3, 20);
    test_field back = test_field_new(CLPT_TYPE_C64, 3, host.shape);
    test_field precise = test_field_as(
        &host, clpt_context_get_device(context)->type == CLPT_DEVICE_REFERENCE ? CLPT_TYPE_C128 : CLPT_TYPE_C64);
    clpt_buffer *buffer = NULL;
    test_ok(context, clpt_buffer_create(context, CLPT_TYPE_C64, 5 + host.count, &buffer));
    clpt_array device = clpt_array_device(buffer, 5, 3, host.shape), from = test_array(&precise);
    test_ok(context, clpt_array_copy(context, &from, &device));
    test_ok(context, clpt_orthogonalise(context, &device));
    clpt_array to = test_array(&back), in_host = test_array(&host);
    test_ok(context, clpt_array_copy(context, &device, &to));
    test_ok(context, clpt_orthogonalise(context, &in_host));
    test_same_bits("orthogonalised in host memory and in a buffer", &host, &back);
    clpt_buffer_destroy(&buffer);
    test_field_free(&host);
    test_field_free(&back);
    test_field_free(&precise);
}

/* ---- eigenvectors ---- */

/* A Hermitian matrix; every `repeat` rows share an eigenvalue where repeat > 1. */
static void hermitian(double complex *a, int64_t n, uint64_t seed, int64_t repeat)
{
    double complex v[12][12];
    for (int64_t i = 0; i < n; i++)
        for (int64_t j = 0; j < n; j++) {
            uint64_t index = 2 * (uint64_t)(i * n + j);
            v[i][j] = test_random(seed, index, -1, 1) + I * test_random(seed, index + 1, -1, 1);
        }
    for (int64_t i = 0; i < n; i++) { /* Gram–Schmidt, twice for good measure */
        for (int64_t j = 0; j < 2 * i; j++) {
            double complex dot = 0;
            for (int64_t k = 0; k < n; k++) dot += conj(v[j % i][k]) * v[i][k];
            for (int64_t k = 0; k < n; k++) v[i][k] -= dot * v[j % i][k];
        }
        double norm = 0;
        for (int64_t k = 0; k < n; k++) norm += creal(conj(v[i][k]) * v[i][k]);
        for (int64_t k = 0; k < n; k++) v[i][k] /= sqrt(norm);
    }
    for (int64_t i = 0; i < n; i++)
        for (int64_t j = 0; j < n; j++) {
            a[i * n + j] = 0;
            for (int64_t k = 0; k < n; k++)
                a[i * n + j] += test_random(seed + 1, (uint64_t)(k / repeat), -3, 3) * v[k][i] * conj(v[k][j]);
        }
}

static void check_eigen(const double complex *a, int64_t n, const char *name)
{
    double complex work[144], v[144];
    double values[12], scale = 1e-300;
    memcpy(work, a, (size_t)(n * n) * sizeof *work);
    for (int64_t i = 0; i < n * n; i++) scale = fmax(scale, cabs(a[i]));
    clpti_hermitian_eigen((double *)work, n, values, (double *)v);
    for (int64_t q = 0; q < n; q++) {
        if (q && !(values[q] <= values[q - 1])) fail_msg("%s: eigenvalue %lld is not sorted", name, (long long)q);
        for (int64_t i = 0; i < n; i++) {
            double complex product = 0, dot = 0;
            for (int64_t j = 0; j < n; j++) {
                product += a[i * n + j] * v[j * n + q];
                dot += conj(v[j * n + i]) * v[j * n + q];
            }
            if (!(cabs(product - values[q] * v[i * n + q]) <= 1e-13 * (double)n * scale))
                fail_msg("%s: A·v = λ·v fails by %.3g", name, cabs(product - values[q] * v[i * n + q]) / scale);
            if (!(cabs(dot - (i == q ? 1.0 : 0.0)) <= 1e-13 * (double)n)) fail_msg("%s: not unitary", name);
        }
    }
}

static void eigenvectors_are_right(void **state)
{
    (void)state;
    double complex a[144];
    for (int64_t n = 1; n <= 12; n++)
        for (uint64_t seed = 1; seed <= 5; seed++)
            for (int64_t repeat = 1; repeat <= 4; repeat++) {
                hermitian(a, n, 100 * seed, repeat);
                check_eigen(a, n,
                            test_text("n = %lld, seed %d, %lld-fold", (long long)n, (int)seed, (long long)repeat));
            }
    memset(a, 0, sizeof a);
    check_eigen(a, 7, "zero matrix");
    for (int64_t i = 0; i < 6; i++) a[i * 6 + i] = (double)i * 1e-150;
    check_eigen(a, 6, "tiny diagonal matrix in the wrong order");
    for (int64_t i = 0; i < 16; i++) a[i] = 1;
    check_eigen(a, 4, "rank one");
    double complex pair[] = {1, 1e-9 * I, -1e-9 * I, 1};
    check_eigen(pair, 2, "nearly degenerate");
}

/* ---- arguments ---- */

static void bad_arguments_are_named(void **state)
{
    (void)state;
    clpt_context *c = contexts[0];
    float memory[64] = {0};
    const clpt_array modes = clpt_array_host(memory, CLPT_TYPE_C64, 3, CLPT_SHAPE(2, 3, 3));
    const clpt_array flat = clpt_array_host(memory, CLPT_TYPE_C64, 2, CLPT_SHAPE(3, 3));
    const clpt_array real_modes = clpt_array_host(memory, CLPT_TYPE_F32, 3, CLPT_SHAPE(2, 3, 3));
    const clpt_array oblong = clpt_array_host(memory, CLPT_TYPE_C64, 3, CLPT_SHAPE(2, 3, 2));
    const clpt_array gram = clpt_array_host(memory, CLPT_TYPE_C64, 2, CLPT_SHAPE(2, 2));
    const clpt_array real_gram = clpt_array_host(memory, CLPT_TYPE_F64, 2, CLPT_SHAPE(2, 2));
    const clpt_array narrow = clpt_array_host(memory, CLPT_TYPE_C64, 2, CLPT_SHAPE(2, 1));
    test_fails(c, clpt_gram(c, NULL, &gram), CLPT_ERROR_ARGUMENT, "clpt_gram|modes|NULL");
    test_fails(c, clpt_gram(c, &modes, NULL), CLPT_ERROR_ARGUMENT, "clpt_gram|gram|NULL");
    test_fails(c, clpt_gram(c, &modes, &narrow), CLPT_ERROR_ARGUMENT, "gram|[2, 1]|[2, 2]");
    test_fails(c, clpt_gram(c, &modes, &real_gram), CLPT_ERROR_ARGUMENT, "gram|complex");
    test_fails(c, clpt_gram(c, &real_modes, &gram), CLPT_ERROR_ARGUMENT, "modes|complex");
    test_fails(c, clpt_gram(c, &oblong, &gram), CLPT_ERROR_ARGUMENT, "modes|square|3×2");
    test_fails(c, clpt_gram(c, &flat, &gram), CLPT_ERROR_ARGUMENT, "modes|2 dimensions");
    test_fails(c, clpt_orthogonalise(c, NULL), CLPT_ERROR_ARGUMENT, "clpt_orthogonalise|modes|NULL");
    test_fails(c, clpt_orthogonalise(c, &real_modes), CLPT_ERROR_ARGUMENT, "modes|complex");
    test_fails(c, clpt_orthogonalise(c, &oblong), CLPT_ERROR_ARGUMENT, "modes|square|3×2");
    assert_int_equal(clpt_gram(NULL, &modes, &gram), CLPT_ERROR_ARGUMENT);
    assert_int_equal(clpt_orthogonalise(NULL, &modes), CLPT_ERROR_ARGUMENT);
}

int main(void)
{
    test_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gram_equals_the_sums_written_out),
        cmocka_unit_test(orthogonalise_makes_modes_orthogonal_and_keeps_their_sum),
        cmocka_unit_test(orthogonalise_in_a_buffer_gives_the_same_bits),
        cmocka_unit_test(eigenvectors_are_right),
        cmocka_unit_test(bad_arguments_are_named),
    };
    return cmocka_run_group_tests_name("modes", tests, open_all, close_all);
}
