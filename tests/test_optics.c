/* SPDX-License-Identifier: Apache-2.0 */
/* Probes computed from optics against closed forms: Airy pattern, free propagation, shadows, line foci. */
#include <complex.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/optics.h"
#include "support.h"

typedef double _Complex number;

enum { N = 128 };
static const double pi = 3.14159265358979323846;
/* 200 kV electrons, a detector that ends at 25 mrad. */
static const double wavelength = 2.5079e-12, semi = 15e-3, pixel = 0.5015e-10;
static clpt_message message;

static number *make(const clpti_optics *optics)
{
    number *probe = malloc(N * N * sizeof *probe);
    assert_non_null(probe);
    if (clpti_optics_probe(optics, wavelength, (const double[2]){pixel, pixel}, N, (double *)probe, &message) !=
        CLPT_OK)
        fail_msg("%s", message.text);
    return probe;
}

static double intensity(const number *probe, int64_t y, int64_t x)
{
    return pow(cabs(probe[(N / 2 + y) * N + N / 2 + x]), 2);
}

static clpti_optics lens(double defocus)
{
    return (clpti_optics){.semi_x = semi, .semi_y = semi, .defocus = defocus};
}

/* Two periods of the pattern's rings; a pupil of detector pixels is not quite a disc. */
static void round_pupil_in_focus_is_an_airy_pattern(void **state)
{
    (void)state;
    const clpti_optics optics = lens(0);
    number *probe = make(&optics);
    const double peak = intensity(probe, 0, 0);
    for (int x = 1; x < 12; x++) {
        const double v = 2 * pi / wavelength * semi * x * pixel, airy = pow(2 * j1(v) / v, 2);
        assert_float_equal(intensity(probe, 0, x) / peak, airy, 2e-3);
        assert_float_equal(intensity(probe, x, 0) / peak, airy, 2e-3);
    }
    free(probe);
}

/* The sample downstream of the focus has what the library's propagation makes of the focus. */
static void defocus_of_either_sign_is_free_propagation(void **state)
{
    (void)state;
    static const double distances[] = {4e-8, -4e-8, 1.5e-7, -1.5e-7};
    const clpti_optics focus = lens(0);
    for (size_t i = 0; i < sizeof distances / sizeof *distances; i++) {
        const clpti_optics optics = lens(distances[i]);
        number *in_focus = make(&focus), *probe = make(&optics);
        const clpt_propagation propagation = {
            .kind = CLPT_PROPAGATION_FRESNEL, .wavelength = wavelength, .distance = fabs(distances[i]), .pixel = pixel};
        clpt_array wave = clpt_array_host(in_focus, CLPT_TYPE_C128, 3, (const int64_t[3]){1, N, N});
        test_ok(test_reference,
                clpt_propagate(test_reference, &wave, &propagation,
                               distances[i] > 0 ? CLPT_DIRECTION_FORWARD : CLPT_DIRECTION_BACKWARD, &wave));
        double difference = 0, scale = 0;
        for (int k = 0; k < N * N; k++) {
            difference = fmax(difference, cabs(in_focus[k] - probe[k]));
            scale = fmax(scale, cabs(probe[k]));
        }
        assert_true(difference < 1e-9 * scale);
        free(in_focus);
        free(probe);
    }
}

/* On the axis |ψ|² ~ sinc²(λzk²/2) with k = semi/λ: the first zero is at z = 2λ/semi². */
static void axis_is_dark_at_twice_the_fresnel_length(void **state)
{
    (void)state;
    const double dark = 2 * wavelength / (semi * semi);
    const clpti_optics focus = lens(0), half = lens(dark / 2), zero = lens(dark);
    number *probes[] = {make(&focus), make(&half), make(&zero)};
    const double peak = intensity(probes[0], 0, 0);
    assert_float_equal(intensity(probes[1], 0, 0) / peak, pow(2 / pi, 2), 0.01);
    assert_true(intensity(probes[2], 0, 0) < 1e-3 * peak);
    for (int k = 0; k < 3; k++) free(probes[k]);
}

/* √⟨r²⟩ of a uniform disc of radius R is R/√2. */
static double spot_radius(const number *probe)
{
    double power = 0, moment = 0;
    for (int y = 0; y < N; y++)
        for (int x = 0; x < N; x++) {
            const double value = pow(cabs(probe[y * N + x]), 2);
            power += value;
            moment += value * (pow(x - N / 2, 2) + pow(y - N / 2, 2));
        }
    return sqrt(2 * moment / power) * pixel;
}

static void spot_is_the_geometric_shadow_of_the_pupil(void **state)
{
    (void)state;
    static const double distances[] = {1.2e-7, -1.2e-7};
    for (int i = 0; i < 2; i++) {
        const clpti_optics optics = lens(distances[i]);
        number *probe = make(&optics);
        assert_float_equal(spot_radius(probe) / (1.2e-7 * semi), 1, 0.08);
        free(probe);
    }
}

static clpti_optics parsed(const clpti_optics_values *values, double lambda)
{
    clpti_optics optics;
    if (clpti_optics_parse(values, lambda, &optics, &message) != CLPT_OK) fail_msg("%s", message.text);
    return optics;
}

/* A zone plate of outermost width w: first zero of its Airy pattern at 1.22 w. */
static void zone_plate_has_the_angle_of_its_outermost_zone(void **state)
{
    (void)state;
    const double lambda = 1.5e-10;
    const clpti_optics plain = parsed(&(clpti_optics_values){.zone_plate = "180e-6,50e-9"}, lambda);
    assert_float_equal(plain.semi_x, lambda / 100e-9, 1e-15);
    assert_float_equal(0.61 * lambda / plain.semi_x / 50e-9, 1.22, 1e-9);
    const clpti_optics stopped = parsed(&(clpti_optics_values){.zone_plate = "180e-6,50e-9,60e-6"}, lambda);
    assert_float_equal(stopped.stop, 1.0 / 3, 1e-12);
    assert_true(plain.stop == 0 && !plain.rectangular);
}

/* Far out of focus a stop of a third of the pupil makes a dark disc of a third of the spot. */
static void central_stop_leaves_a_dark_disc(void **state)
{
    (void)state;
    clpti_optics optics = lens(1.5e-7);
    optics.stop = 0.5;
    number *probe = make(&optics);
    const double radius = 1.5e-7 * semi / pixel;
    double inside = 0, outside = 0;
    int inner = 0, outer = 0;
    for (int y = -N / 2; y < N / 2; y++)
        for (int x = -N / 2; x < N / 2; x++) {
            const double away = hypot(x, y) / radius;
            if (away > 0.1 && away < 0.4) inside += intensity(probe, y, x), inner++;
            if (away > 0.6 && away < 0.9) outside += intensity(probe, y, x), outer++;
        }
    assert_true(inside / inner < 0.15 * outside / outer);
    free(probe);
}

/* sinc² in each direction; angles from pupil and distances. */
static void mirrors_have_a_rectangular_pupil(void **state)
{
    (void)state;
    clpti_optics optics = parsed(&(clpti_optics_values){.mirrors = "300e-6,400e-6,0.3,0.1"}, 1e-10);
    assert_true(optics.rectangular);
    assert_float_equal(optics.semi_x, 0.5e-3, 1e-12);
    assert_float_equal(optics.semi_y, 2e-3, 1e-12);
    optics.semi_x = 10e-3;
    optics.semi_y = 15e-3;
    number *probe = make(&optics);
    for (int x = 1; x < 8; x++) {
        const double u = 2 * pi / wavelength * pixel * x, peak = intensity(probe, 0, 0);
        assert_float_equal(intensity(probe, 0, x) / peak, pow(sin(u * 10e-3) / (u * 10e-3), 2), 3e-3);
        assert_float_equal(intensity(probe, x, 0) / peak, pow(sin(u * 15e-3) / (u * 15e-3), 2), 3e-3);
    }
    free(probe);
}

/* Every term by its definition with complex angles, ω = α·e^{iφ}: Re(conj(c)·…) where c = size·e^{i·m·azimuth}. */
static void aberrations_are_those_of_haider_and_krivanek(void **state)
{
    (void)state;
    const double x = 3e-3, y = -2e-3, size = 2e-6, azimuth = 25 * pi / 180;
    const number w = x + I * y, c = conj(w);
    const struct {
        const char *name;
        int symmetry;
        number power;
    } terms[] = {{"C1", 0, w * c / 2},         {"A1", 2, w * w / 2},          {"B2", 1, w * w * c},
                 {"A2", 3, w * w * w / 3},     {"C3", 0, w * c * w * c / 4},  {"S3", 2, w * w * w * c},
                 {"A3", 4, w * w * w * w / 4}, {"C5", 0, cpow(w * c, 3) / 6}, {"A5", 6, cpow(w, 6) / 6},
                 {"C21", 1, w * w * c / 3},    {"C32", 2, w * w * w * c / 4}, {"C56", 6, cpow(w, 6) / 6},
                 {"B4", 1, w * w * w * c * c}, {"D4", 3, w * w * w * w * c},  {"C54", 4, cpow(w, 5) * c / 6}};
    for (size_t i = 0; i < sizeof terms / sizeof *terms; i++) {
        char text[64];
        snprintf(text, sizeof text, terms[i].symmetry ? "%s=2e-6@25" : "%s=2e-6", terms[i].name);
        const clpti_optics optics = parsed(&(clpti_optics_values){.convergence = 10, .aberrations = text}, wavelength);
        const double expected =
            2 * pi / wavelength * creal(size * cexp(-I * terms[i].symmetry * azimuth) * terms[i].power);
        assert_float_equal(clpti_optics_phase(&optics, wavelength, x, y), expected, 1e-9 * fabs(expected) + 1e-12);
    }
}

/* A defocus equal to the twofold astigmatism leaves a line: focused in one direction, shadow in the other. */
static void astigmatism_makes_line_foci(void **state)
{
    (void)state;
    static const double signs[] = {1, -1};
    for (int i = 0; i < 2; i++) {
        const clpti_optics optics = parsed(
            &(clpti_optics_values){.convergence = 1e3 * semi, .defocus = signs[i] * 7e-8, .aberrations = "A1=7e-8"},
            wavelength);
        number *probe = make(&optics);
        double moments[2] = {0, 0};
        for (int y = -N / 2; y < N / 2; y++)
            for (int x = -N / 2; x < N / 2; x++) {
                moments[0] += intensity(probe, y, x) * x * x;
                moments[1] += intensity(probe, y, x) * y * y;
            }
        assert_true(signs[i] > 0 ? moments[0] > 5 * moments[1] : moments[1] > 5 * moments[0]);
        free(probe);
    }
}

static void options_that_contradict_are_refused(void **state)
{
    (void)state;
    static const struct {
        clpti_optics_values values;
        const char *text;
    } cases[] = {{{.convergence = 10, .zone_plate = "1e-4,5e-8"}, "exclude each other"},
                 {{.defocus = 1e-6}, "--defocus requires a pupil"},
                 {{.aberrations = "C3=1e-3"}, "--aberrations requires a pupil"},
                 {{.zone_plate = "1e-4"}, "--zone-plate requires"},
                 {{.zone_plate = "1e-4,5e-8,2e-4"}, "covers the zone plate"},
                 {{.mirrors = "1e-4,1e-4"}, "--mirrors requires"},
                 {{.mirrors = "1e-4,1e-4,0.1,0.2,0.3"}, "--mirrors requires"},
                 {{.convergence = 10, .aberrations = "C3"}, "'C3' is not NAME=METRES"},
                 {{.convergence = 10, .aberrations = "C3=1e-3@20"}, "round ones have no azimuth"},
                 {{.convergence = 10, .aberrations = "A1=1e-8,Q7=1"}, "'Q7=1' is not"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(clpti_optics_check(&cases[i].values, &message), CLPT_ERROR_ARGUMENT);
        if (!strstr(message.text, cases[i].text)) fail_msg("no '%s' in: %s", cases[i].text, message.text);
    }
    double probe[2 * 16 * 16];
    const struct {
        clpti_optics optics;
        const char *text;
    } sizes[] = {{{.semi_x = 0.1, .semi_y = 0.1}, "beyond the detector"},
                 {{.semi_x = 1e-5, .semi_y = 1e-5}, "less than one detector pixel"},
                 {{.semi_x = semi, .semi_y = semi, .defocus = 1e-3}, "beyond the probe of 16 x 16"}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        assert_int_equal(
            clpti_optics_probe(&sizes[i].optics, wavelength, (const double[2]){pixel, pixel}, 16, probe, &message),
            CLPT_ERROR_ARGUMENT);
        if (!strstr(message.text, sizes[i].text)) fail_msg("no '%s' in: %s", sizes[i].text, message.text);
    }
}

static int open_reference(void **state)
{
    (void)state;
    test_reference = test_open("reference", 0);
    return 0;
}

static int close_reference(void **state)
{
    (void)state;
    clpt_context_destroy(&test_reference);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(round_pupil_in_focus_is_an_airy_pattern),
        cmocka_unit_test(defocus_of_either_sign_is_free_propagation),
        cmocka_unit_test(axis_is_dark_at_twice_the_fresnel_length),
        cmocka_unit_test(spot_is_the_geometric_shadow_of_the_pupil),
        cmocka_unit_test(zone_plate_has_the_angle_of_its_outermost_zone),
        cmocka_unit_test(central_stop_leaves_a_dark_disc),
        cmocka_unit_test(mirrors_have_a_rectangular_pupil),
        cmocka_unit_test(aberrations_are_those_of_haider_and_krivanek),
        cmocka_unit_test(astigmatism_makes_line_foci),
        cmocka_unit_test(options_that_contradict_are_refused),
    };
    return cmocka_run_group_tests_name("optics", tests, open_reference, close_reference);
}
