/* SPDX-License-Identifier: Apache-2.0 */
/* Probes moved by fractions of a pixel, their adjoints and derivatives against sums of plane waves in double precision,
 * which use no transform of the library; and a bank's derivatives against differences of its blends. */
#include <complex.h>
#include <math.h>

#undef complex /* the argument structs have a member of this name */
#include "fft/fft.h"
#include "fft/host_fft.h"
#include "support.h"

#include "ops/subpixel.h"

typedef double _Complex number;

static const double pi = 3.14159265358979323846;

enum { SIDE = 8, PIXELS = SIDE * SIDE, BANK = 4, COPIES = (BANK + 1) * (BANK + 1) };

static double accuracy(void)
{
    return test_is_reference() ? 1e-12 : 2e-6;
}

static void fill(number *field, int64_t count, uint64_t seed)
{
    for (int64_t i = 0; i < count; i++)
        field[i] =
            (float)test_random(seed, 2 * (uint64_t)i, -1, 1) + I * (float)test_random(seed, 2 * (uint64_t)i + 1, -1, 1);
}

static double largest(const number *field, int64_t count)
{
    double maximum = 0;
    for (int64_t i = 0; i < count; i++) maximum = fmax(maximum, cabs(field[i]));
    return maximum;
}

static void expect_near(const char *what, const number *got, const number *expected, int64_t count)
{
    double scale = largest(expected, count);
    for (int64_t i = 0; i < count; i++)
        if (!(cabs(got[i] - expected[i]) <= accuracy() * scale))
            fail_msg("%s, pixel %d: off by %g of %g", what, (int)i, cabs(got[i] - expected[i]), scale);
}

/* ---- exact shifts ---- */

/* r_f(q)·exp(2πi·q·x/N) at frequency index q, or its derivative with respect to f. */
static number factor(int64_t q, int64_t side, double f, double x, bool derivative)
{
    double signed_q = (double)(2 * q < side ? q : q - side), turn = 2 * pi * signed_q / (double)side;
    number wave = cexp(I * turn * x);
    if (2 * q == side) return (derivative ? -pi * sin(pi * f) : cos(pi * f)) * wave;
    return (derivative ? -I * turn : 1) * cexp(-I * turn * f) * wave;
}

/* Pixel (x, y) of a field moved by f, or of its derivative, by the definition: sums over frequencies and pixels. */
static number moved_pixel(const number *field, int64_t side, const double f[2], clpti_axis axis, int64_t x, int64_t y)
{
    number sum = 0;
    for (int64_t v = 0; v < side; v++)
        for (int64_t u = 0; u < side; u++) {
            number spectrum = 0;
            for (int64_t i = 0; i < side * side; i++)
                spectrum += field[i] * cexp(-2 * pi * I * (double)(u * (i % side) + v * (i / side)) / (double)side);
            sum += spectrum * factor(u, side, f[0], (double)x, axis == CLPTI_AXIS_X) *
                   factor(v, side, f[1], (double)y, axis == CLPTI_AXIS_Y);
        }
    return sum / (double)(side * side);
}

/* The same by the operation in the context under test, or its adjoint. */
static void move(number *field, int64_t side, const double at[2], clpti_axis axis, bool back)
{
    clpti_positions where;
    clpt_buffer *buffer = NULL;
    test_ok(test_reference, clpti_ref_fft2((double *)field, side, 1, CLPTI_FORWARD));
    test_ok(test_context, clpti_positions_create(test_context, at, 1, &where));
    test_ok(test_context, clpti_buffer_create(test_context, CLPTI_COMPLEX, side * side, &buffer));
    clpti_view view = clpti_view_of(buffer);
    test_ok(test_context, clpti_field_upload(view, (double *)field, CLPT_TYPE_C128, side * side));
    test_ok(test_context,
            clpti_shift_waves(test_context, &(clpti_shift_waves_args){.spectra = view,
                                                                      .at = {&where, NULL, 0, 1, 0, 0},
                                                                      .modes = 1,
                                                                      .size = side,
                                                                      .axis = axis,
                                                                      .conjugate = back,
                                                                      .factor = 1.0 / (double)(side * side),
                                                                      .out = view}));
    test_ok(test_context, clpti_field_download(view, (double *)field, CLPT_TYPE_C128, side * side));
    test_ok(test_reference, clpti_ref_fft2((double *)field, side, 1, CLPTI_INVERSE));
    clpt_buffer_destroy(&buffer);
    clpti_positions_destroy(&where);
}

static const double positions[][2] = {{2.3, -1.2}, {0.5, 1.5}, {-0.5, 0.1}, {0, 3}, {7.75, -0.4999}};
enum { PLACES = sizeof positions / sizeof *positions };

static void moved_field_is_a_sum_of_plane_waves(void **state)
{
    (void)state;
    static const int64_t sides[] = {1, 2, 5, 8};
    number field[PIXELS], expected[PIXELS], got[PIXELS];
    for (size_t s = 0; s < sizeof sides / sizeof *sides; s++)
        for (int p = 0; p < PLACES; p++)
            for (int axis = CLPTI_AXIS_NONE; axis <= CLPTI_AXIS_Y; axis++) {
                int64_t side = sides[s];
                double f[2] = {positions[p][0] - rint(positions[p][0]), positions[p][1] - rint(positions[p][1])};
                fill(field, side * side, 3);
                for (int64_t i = 0; i < side * side; i++) {
                    expected[i] = moved_pixel(field, side, f, (clpti_axis)axis, i % side, i / side);
                    got[i] = field[i];
                }
                move(got, side, positions[p], (clpti_axis)axis, false);
                /* A derivative may vanish: errors are those of the field. */
                double scale = fmax(largest(expected, side * side), largest(field, side * side));
                for (int64_t i = 0; i < side * side; i++)
                    if (!(cabs(got[i] - expected[i]) <= 2 * accuracy() * scale))
                        fail_msg("side %d, place %d, axis %d, pixel %d: off by %g", (int)side, p, axis, (int)i,
                                 cabs(got[i] - expected[i]));
            }
}

static void adjoints_have_the_same_products(void **state)
{
    (void)state;
    number x[PIXELS], y[PIXELS], moved[PIXELS], back[PIXELS];
    for (int p = 0; p < PLACES; p++)
        for (int axis = CLPTI_AXIS_NONE; axis <= CLPTI_AXIS_Y; axis++) {
            number left = 0, right = 0;
            double power = 0;
            fill(x, PIXELS, 4);
            fill(y, PIXELS, 5);
            for (int i = 0; i < PIXELS; i++) moved[i] = x[i], back[i] = y[i];
            move(moved, SIDE, positions[p], (clpti_axis)axis, false);
            move(back, SIDE, positions[p], (clpti_axis)axis, true);
            for (int i = 0; i < PIXELS; i++) {
                left += conj(moved[i]) * y[i];
                right += conj(x[i]) * back[i];
                power += cabs(moved[i]) * cabs(y[i]);
            }
            if (!(cabs(left - right) <= accuracy() * fmax(power, 1)))
                fail_msg("place %d, axis %d: products differ by %g of %g", p, axis, cabs(left - right), power);
        }
}

/* ---- the bank ---- */

static void blend(const number *copies, const double at[2], clpti_axis axis, number *out)
{
    clpti_positions where;
    clpt_buffer *from = NULL, *to = NULL;
    test_ok(test_context, clpti_positions_create(test_context, at, 1, &where));
    test_ok(test_context, clpti_buffer_create(test_context, CLPTI_COMPLEX, COPIES * PIXELS, &from));
    test_ok(test_context, clpti_buffer_create(test_context, CLPTI_COMPLEX, PIXELS, &to));
    test_ok(test_context, clpti_field_upload(clpti_view_of(from), copies, CLPT_TYPE_C128, COPIES * PIXELS));
    test_ok(test_context, clpti_bank_probes(test_context, &(clpti_bank_probes_args){.copies = clpti_view_of(from),
                                                                                    .bank = BANK,
                                                                                    .at = {&where, NULL, 0, 1, 0, 0},
                                                                                    .modes = 1,
                                                                                    .size = SIDE,
                                                                                    .axis = axis,
                                                                                    .out = clpti_view_of(to)}));
    test_ok(test_context, clpti_field_download(clpti_view_of(to), out, CLPT_TYPE_C128, PIXELS));
    clpt_buffer_destroy(&from);
    clpt_buffer_destroy(&to);
    clpti_positions_destroy(&where);
}

/* A blend is linear in the fraction within its cell: differences are derivatives. */
static void bank_derivatives_are_differences_within_a_cell(void **state)
{
    (void)state;
    static const double at[2] = {3.125, -2.375}, length = 0.0625; /* cells end at multiples of 1/4 */
    static number copies[COPIES * PIXELS];
    number ahead[PIXELS], behind[PIXELS], got[PIXELS];
    fill(copies, COPIES * PIXELS, 6);
    for (int axis = 0; axis < 2; axis++) {
        double next[2] = {at[0] + (axis == 0) * length, at[1] + (axis == 1) * length};
        double last[2] = {at[0] - (axis == 0) * length, at[1] - (axis == 1) * length};
        blend(copies, next, CLPTI_AXIS_NONE, ahead);
        blend(copies, last, CLPTI_AXIS_NONE, behind);
        blend(copies, at, axis ? CLPTI_AXIS_Y : CLPTI_AXIS_X, got);
        for (int i = 0; i < PIXELS; i++) ahead[i] = (ahead[i] - behind[i]) / (2 * length);
        expect_near(axis ? "y" : "x", got, ahead, PIXELS);
    }
}

int main(void)
{
    test_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moved_field_is_a_sum_of_plane_waves),
        cmocka_unit_test(adjoints_have_the_same_products),
        cmocka_unit_test(bank_derivatives_are_differences_within_a_cell),
    };
    return cmocka_run_group_tests_name("moved_probes", tests, test_open_both, test_close_both);
}
