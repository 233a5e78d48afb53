/* SPDX-License-Identifier: Apache-2.0 */
/* Models of the fraction of a pixel: dot products for adjoints, central
 * differences for gradients, and scans of an object known between pixels, made without any interpolation. */
#include <complex.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#undef complex /* the argument structs have a member of this name */
#include "fft/fft.h"
#include "fft/host_fft.h"
#include "solver_case.h"
#include "step_case.h"

#include "ops/subpixel.h"
#include "shared/position.h"

typedef double _Complex number;

static const double pi = 3.14159265358979323846;

/* ---- calls ---- */

#define PAIRS(seed, ...)                                                                                               \
    test_field_random(CLPT_TYPE_C64, (seed), (int)(sizeof((int64_t[]){__VA_ARGS__}) / 8), (int64_t[]){__VA_ARGS__})

enum { PLACES = 50 };

typedef struct sizes {
    int64_t count, modes, size, first, slots, bank;
} sizes;

static double positions[2 * PLACES];

static clpti_selection selection(const step_bench *b, const sizes *n)
{
    return (clpti_selection){&b->positions, NULL, n->first, n->count, -1, 0};
}

/* Wholes, halves next to even and odd pixels, quarters, fractions next to them, and others. */
static void fill_positions(void)
{
    static const double special[] = {0,    0.5,  1.5,       -0.5,      -1.5,      0.25,
                                     0.75, 2.75, 0.4999999, 0.5000001, 0.7500001, 0.9999999};
    enum { count = sizeof special / sizeof *special };
    for (int k = 0; k < 2 * PLACES; k++)
        positions[k] = k % 3 ? test_random(11, (uint64_t)k, -2, 9) : special[k / 3 % count];
}

static clpt_status shift(step_bench *b, const void *how)
{
    const sizes *n = how;
    return clpti_shift_waves(b->context, &(clpti_shift_waves_args){.spectra = b->views[0],
                                                                   .at = selection(b, n),
                                                                   .modes = n->modes,
                                                                   .size = n->size,
                                                                   .factor = 0.25,
                                                                   .out = b->views[1]});
}

static clpt_status sum_shifts(step_bench *b, const void *how)
{
    const sizes *n = how;
    return clpti_shift_sums(b->context, &(clpti_shift_sums_args){.spectra = b->views[0],
                                                                 .at = selection(b, n),
                                                                 .modes = n->modes,
                                                                 .size = n->size,
                                                                 .slots = n->slots,
                                                                 .factor = 0.25,
                                                                 .sums = b->views[1]});
}

static clpt_status multiply(step_bench *b, const void *how)
{
    const sizes *n = how;
    return clpti_patch_products(b->context, &(clpti_patch_products_args){.object = b->views[0],
                                                                         .height = n->size + 9,
                                                                         .width = n->size + 7,
                                                                         .at = selection(b, n),
                                                                         .waves = b->views[1],
                                                                         .modes = n->modes,
                                                                         .size = n->size,
                                                                         .slots = n->slots,
                                                                         .out = b->views[2],
                                                                         .patch_power = b->views[3]});
}

static clpt_status blend(step_bench *b, const void *how)
{
    const sizes *n = how;
    return clpti_bank_probes(b->context, &(clpti_bank_probes_args){.copies = b->views[0],
                                                                   .bank = n->bank,
                                                                   .at = selection(b, n),
                                                                   .modes = n->modes,
                                                                   .size = n->size,
                                                                   .out = b->views[1]});
}

/* The same patterns at whole pixels. */
static clpt_status at_whole_pixels(const step_bench *b, clpti_positions *whole, clpti_selection *at)
{
    clpt_status status = CLPT_OK;
    CLPTI_TRY(clpti_positions_create(b->context, positions, PLACES, whole));
    CLPTI_TRY(clpti_round_positions(
        b->context,
        &(clpti_round_positions_args){.positions = &b->positions, .whole = whole, .count = b->positions.count}));
    at->positions = whole;
cleanup:
    return status;
}

static clpt_status multiply_whole(step_bench *b, const void *how)
{
    const sizes *n = how;
    clpt_status status = CLPT_OK;
    clpti_positions fractions = b->positions, whole = {0};
    clpti_selection at = selection(b, n);
    CLPTI_TRY(at_whole_pixels(b, &whole, &at));
    b->positions = whole;
    status = multiply(b, how);
cleanup:
    b->positions = fractions;
    clpti_positions_destroy(&whole);
    return status;
}

static clpt_status sum_bank(step_bench *b, const void *how)
{
    const sizes *n = how;
    clpt_status status = CLPT_OK;
    clpti_positions whole = {0};
    clpti_selection at = selection(b, n);
    CLPTI_TRY(at_whole_pixels(b, &whole, &at));
    status = clpti_bank_sums(b->context, &(clpti_bank_sums_args){.object = b->views[0],
                                                                 .height = n->size + 9,
                                                                 .width = n->size + 7,
                                                                 .at = at,
                                                                 .fractions = &b->positions,
                                                                 .bank = n->bank,
                                                                 .waves = b->views[1],
                                                                 .modes = n->modes,
                                                                 .size = n->size,
                                                                 .slots = n->slots,
                                                                 .sums = b->views[2],
                                                                 .patch_power = b->views[3]});
cleanup:
    clpti_positions_destroy(&whole);
    return status;
}

static test_field powers(const sizes *n)
{
    return test_field_random(CLPT_TYPE_F32, 6, 3, (int64_t[]){n->slots, n->size, n->size});
}

static void positions_are_rounded_half_to_even(void **state)
{
    (void)state;
    clpti_positions from, whole;
    static double zeros[2 * PLACES];
    fill_positions();
    test_ok(test_context, clpti_positions_create(test_context, positions, PLACES, &from));
    test_ok(test_context, clpti_positions_create(test_context, zeros, PLACES, &whole));
    test_ok(test_context, clpti_round_positions(test_context, &(clpti_round_positions_args){&from, &whole, PLACES}));
    clpt_position pairs[PLACES];
    if (!test_is_reference()) test_ok(test_context, clpti_download(clpti_view_of(whole.pairs), pairs, PLACES));
    for (int k = 0; k < PLACES; k++) {
        double got[2] = {whole.xy[2 * k], whole.xy[2 * k + 1]};
        if (!test_is_reference()) got[0] = pairs[k].x + (double)pairs[k].fx, got[1] = pairs[k].y + (double)pairs[k].fy;
        for (int axis = 0; axis < 2; axis++)
            if (got[axis] != rint(positions[2 * k + axis]))
                fail_msg("%.9g became %g", positions[2 * k + axis], got[axis]);
    }
    clpti_positions_destroy(&from);
    clpti_positions_destroy(&whole);
}

/* ---- the meaning ---- */

/* Shifts one mode in the context under test. */
static void shift_on_host(number *mode, int64_t size, double x, double y)
{
    clpti_positions where;
    clpt_buffer *buffer = NULL;
    test_ok(test_reference, clpti_ref_fft2((double *)mode, size, 1, CLPTI_FORWARD));
    test_ok(test_context, clpti_positions_create(test_context, (double[]){x, y}, 1, &where));
    test_ok(test_context, clpti_buffer_create(test_context, CLPTI_COMPLEX, size * size, &buffer));
    clpti_view view = clpti_view_of(buffer);
    test_ok(test_context, clpti_field_upload(view, (double *)mode, CLPT_TYPE_C128, size * size));
    test_ok(test_context,
            clpti_shift_waves(test_context, &(clpti_shift_waves_args){.spectra = view,
                                                                      .at = {&where, NULL, 0, 1, 0, 0},
                                                                      .modes = 1,
                                                                      .size = size,
                                                                      .factor = 1.0 / (double)(size * size),
                                                                      .out = view}));
    test_ok(test_context, clpti_field_download(view, (double *)mode, CLPT_TYPE_C128, size * size));
    test_ok(test_reference, clpti_ref_fft2((double *)mode, size, 1, CLPTI_INVERSE));
    clpt_buffer_destroy(&buffer);
    clpti_positions_destroy(&where);
}

/* Waves below the highest frequency are those at r − f; the highest of an even side only loses its amplitude. */
static number wave_at(int64_t size, double x, double y, double lost)
{
    double turn = 2 * pi / (double)size;
    number value = 0.7 * cexp(I * turn * (2 * x - y)) + (0.2 - 0.4 * I) * cexp(I * turn * y) + 0.3;
    return size % 2 ? value : value + 0.5 * lost * cos(pi * rint(x));
}

static void shift_is_that_of_plane_waves(void **state)
{
    (void)state;
    static const int64_t sides[] = {5, 8, 15, 16};
    static const double by[][2] = {{0.3, -0.2}, {0.5, 0.5}, {-0.5, 0.1}, {2.4, 7.9}, {1, -3}};
    number got[16 * 16];
    for (size_t n = 0; n < sizeof sides / sizeof *sides; n++)
        for (size_t b = 0; b < sizeof by / sizeof *by; b++) {
            double fx = by[b][0] - rint(by[b][0]), fy = by[b][1] - rint(by[b][1]);
            int64_t size = sides[n];
            for (int64_t i = 0; i < size * size; i++) got[i] = wave_at(size, (double)(i % size), (double)(i / size), 1);
            shift_on_host(got, size, by[b][0], by[b][1]);
            for (int64_t i = 0; i < size * size; i++) {
                double x = (double)(i % size), y = (double)(i / size);
                number expected = wave_at(size, x - fx, y - fy, 0);
                if (size % 2 == 0) expected += 0.5 * cos(pi * fx) * cos(pi * x);
                if (!(cabs(got[i] - expected) < (test_is_reference() ? 1e-12 : 3e-6)))
                    fail_msg("side %d, shift %zu, pixel %d: off by %g", (int)size, b, (int)i, cabs(got[i] - expected));
            }
        }
}

static void real_field_stays_real(void **state)
{
    (void)state;
    number field[8 * 8];
    for (int i = 0; i < 64; i++) field[i] = test_random(5, (uint64_t)i, -1, 1);
    shift_on_host(field, 8, 0.37, -0.21);
    for (int i = 0; i < 64; i++) assert_true(fabs(cimag(field[i])) < 3e-6);
}

/* ---- adjoints ---- */

static double dot(const test_field *a, const test_field *b)
{
    double sum = 0;
    for (int64_t i = 0; i < a->count; i++)
        for (int part = 0; part < 2; part++) sum += test_get(a, i, part) * test_get(b, i, part);
    return sum;
}

/* Runs a step in the context under test; the result is that of the last complex view. */
static test_field run(clpt_status (*step)(step_bench *b, const void *how), const sizes *n, int views, int result,
                      const test_field *fields)
{
    step_bench b = {.context = test_context};
    for (int i = 0; i < views; i++) {
        b.buffers[i] = test_buffer(test_context, &fields[i], 0);
        b.views[i] = clpti_view_of(b.buffers[i]);
    }
    test_ok(test_context, clpti_positions_create(test_context, positions, PLACES, &b.positions));
    test_ok(test_context, step(&b, n));
    test_field out = test_field_as(&fields[result], CLPT_TYPE_C128);
    test_buffer_read(test_context, b.buffers[result], 0, &out);
    for (int i = 0; i < views; i++) clpt_buffer_destroy(&b.buffers[i]);
    clpti_positions_destroy(&b.positions);
    return out;
}

static void expect_equal(const char *name, double a, double b, double scale)
{
    if (!(fabs(a - b) <= 2e-6 * scale)) fail_msg("%s: %.9g and %.9g", name, a, b);
}

static void sums_are_the_adjoints(void **state)
{
    (void)state;
    static const sizes n = {6, 2, 12, 4, 1, 4};
    int64_t copies = 25, s = n.size;
    fill_positions();
    test_field x = PAIRS(1, 2, s, s), y = PAIRS(2, 6, 2, s, s), bank = PAIRS(3, copies, 2, s, s);
    test_field object = PAIRS(4, s + 9, s + 7), power = powers(&n);
    test_field zero_y = test_field_new(CLPT_TYPE_C64, 4, y.shape), zero_x = test_field_new(CLPT_TYPE_C64, 3, x.shape);
    test_field zero_bank = test_field_new(CLPT_TYPE_C64, 4, bank.shape);
    test_field moved = run(shift, &n, 2, 1, (test_field[]){x, zero_y});
    test_field back = run(sum_shifts, &n, 2, 1, (test_field[]){y, zero_x});
    expect_equal("shift", dot(&moved, &y), dot(&x, &back), sqrt(dot(&moved, &moved) * dot(&y, &y)));
    /* ⟨O·blend(bank), y⟩ = ⟨bank, sums(y)⟩, with conj(O)·y from the products. */
    test_field blended = run(blend, &n, 2, 1, (test_field[]){bank, zero_y});
    test_field products = run(multiply_whole, &n, 4, 2, (test_field[]){object, y, zero_y, power});
    test_field sums = run(sum_bank, &n, 4, 2, (test_field[]){object, y, zero_bank, power});
    expect_equal("bank", dot(&blended, &products), dot(&bank, &sums),
                 sqrt(dot(&blended, &blended) * dot(&products, &products)));
    test_field *all[] = {&x,         &y,     &bank, &object,  &power,    &zero_y, &zero_x,
                         &zero_bank, &moved, &back, &blended, &products, &sums};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) test_field_free(all[i]);
}

/* ---- scans of an object known between pixels ---- */

enum { SIDE = 32, CANVAS = 56, COUNT = 16 };

typedef struct scan {
    double xy[2 * COUNT];
    float amplitude[COUNT * SIDE * SIDE];
    float mask[COUNT * SIDE * SIDE]; /* 1 where the pattern is bright: there no update is limited */
    number object[CANVAS * CANVAS], probe[SIDE * SIDE];
    clpt_measurement measurement;
} scan;

static number object_at(double x, double y)
{
    double phase = 0;
    for (uint64_t w = 0; w < 8; w++)
        phase += 0.25 * sin(test_random(81, 3 * w, -0.5, 0.5) * x + test_random(81, 3 * w + 1, -0.5, 0.5) * y +
                            test_random(81, 3 * w + 2, 0, 6));
    return 0.9 * cexp(I * phase);
}

static number probe_at(double x, double y)
{
    double square = (x * x + y * y) / (2 * 3.4 * 3.4);
    return 10 * cexp(-square * (1 + 0.5 * I) + 0.3 * I * x);
}

/* Patterns |F(P·O(r + position))| without interpolation, where O is known at any point. */
static scan *scan_new(void)
{
    scan *s = calloc(1, sizeof *s);
    number wave[SIDE * SIDE];
    assert_non_null(s);
    for (int i = 0; i < SIDE * SIDE; i++) s->probe[i] = probe_at(i % SIDE - SIDE / 2, i / SIDE - SIDE / 2);
    for (int i = 0; i < CANVAS * CANVAS; i++) s->object[i] = object_at(i % CANVAS, i / CANVAS);
    for (int k = 0; k < COUNT; k++) {
        s->xy[2 * k] = 20 + 5.3 * (k % 4) + test_random(7, 2 * (uint64_t)k, -1, 1);
        s->xy[2 * k + 1] = 20 + 5.3 * (k / 4) + test_random(7, 2 * (uint64_t)k + 1, -1, 1);
        for (int i = 0; i < SIDE * SIDE; i++)
            wave[i] =
                s->probe[i] * object_at(s->xy[2 * k] + i % SIDE - SIDE / 2, s->xy[2 * k + 1] + i / SIDE - SIDE / 2);
        test_ok(test_reference, clpti_ref_fft2((double *)wave, SIDE, 1, CLPTI_FORWARD));
        for (int y = 0; y < SIDE; y++)
            for (int x = 0; x < SIDE; x++)
                s->amplitude[(k * SIDE + (y + SIDE / 2) % SIDE) * SIDE + (x + SIDE / 2) % SIDE] =
                    (float)(cabs(wave[y * SIDE + x]) / SIDE);
    }
    for (int i = 0; i < COUNT * SIDE * SIDE; i++) s->mask[i] = s->amplitude[i] > 0.3f;
    s->measurement = (clpt_measurement){
        .size = sizeof s->measurement, .amplitude = s->amplitude, .count = COUNT, .side = SIDE, .positions = s->xy};
    return s;
}

static clpt_solver *solver_of(clpt_context *context, scan *s, const char *options)
{
    clpt_solver *solver = NULL;
    clpt_solver_options o = test_options("%s", options);
    clpt_array object = clpt_array_host(s->object, CLPT_TYPE_C128, 2, CLPT_SHAPE(CANVAS, CANVAS));
    clpt_array probe = clpt_array_host(s->probe, CLPT_TYPE_C128, 3, CLPT_SHAPE(1, SIDE, SIDE));
    test_ok(context, clpt_solver_create(context, &s->measurement, &object, &probe, &o, &solver));
    return solver;
}

/* R of the true object and probe falls with the model's error: linear interpolation of object, then of probe at half
 * the distance and less, then that of the probe's tails. */
static void truth_explains_the_scan_of_its_model(void **state)
{
    (void)state;
    static const struct {
        const char *model;
        double low, high;
    } cases[] = {{"bilinear", 0.01, 0.1},
                 {"bank:2", 1e-3, 0.03},
                 {"bank:4", 2e-4, 8e-3},
                 {"bank:8", 5e-5, 2e-3},
                 {"exact", 0, 1e-3}};
    scan *s = scan_new();
    double last = 1;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double r = 0;
        clpt_solver *solver = solver_of(test_context, s, test_text("subpixel=%s", cases[i].model));
        test_ok(test_context, clpt_solver_evaluate_r_factor(solver, &r, NULL));
        if (!(r >= cases[i].low && r < cases[i].high && r < last)) fail_msg("%s: R %g", cases[i].model, r);
        last = r;
        clpt_solver_destroy(&solver);
    }
    free(s);
}

/* ---- gradients ---- */

static int64_t state_index(clpt_solver *solver, const char *name)
{
    clpt_solver_array array;
    for (size_t i = 0; i < clpt_solver_get_state_count(solver); i++) {
        test_ok(test_reference, clpt_solver_describe_state(solver, i, &array));
        if (!strcmp(array.name, name)) return (int64_t)i;
    }
    fail_msg("no state %s", name);
    return -1;
}

static double loss_at(clpt_solver *solver, const char *name, const number *from, const number *along, double length,
                      int rank, const int64_t *shape)
{
    static number moved[CANVAS * CANVAS];
    int64_t count = 1;
    double loss = 0;
    for (int axis = 0; axis < rank; axis++) count *= shape[axis];
    for (int64_t i = 0; i < count; i++) moved[i] = from[i] + length * along[i];
    clpt_array array = clpt_array_host(moved, CLPT_TYPE_C128, rank, shape);
    test_ok(test_reference, clpt_solver_set_state(solver, (size_t)state_index(solver, name), &array));
    test_ok(test_reference, clpt_solver_evaluate_loss(solver, CLPT_LOSS_AMPLITUDE, &loss, NULL));
    return loss;
}

/* The gradients g that engine ml finds have ∂L/∂ε = −2·Re⟨g, d⟩ along any d, for L = Σ(√I − √m)². */
static void gradients_are_those_of_the_loss(void **state)
{
    (void)state;
    if (!test_is_reference()) skip(); /* devices agree with it */
    static const char *const models[] = {"bilinear", "exact", "bank:2", "bank:8"};
    static const char *const fields[] = {"object", "probe"};
    static number along[CANVAS * CANVAS], gradient[CANVAS * CANVAS], start[2][CANVAS * CANVAS];
    scan *s = scan_new();
    for (int i = 0; i < CANVAS * CANVAS; i++) {
        along[i] = test_random(91, 2 * (uint64_t)i, -1, 1) + I * test_random(91, 2 * (uint64_t)i + 1, -1, 1);
        s->object[i] *= 1 + 0.02 * along[CANVAS * CANVAS - 1 - i];
        start[0][i] = s->object[i];
    }
    memcpy(start[1], s->probe, sizeof s->probe);
    s->measurement.mask = s->mask;
    s->measurement.mask_per_pattern = true;
    for (size_t m = 0; m < sizeof models / sizeof *models; m++)
        for (int f = 0; f < 2; f++) {
            const char *options = test_text("engine=ml probe-start=0 subpixel=%s", models[m]);
            clpt_solver *solver = solver_of(test_reference, s, options), *fresh = solver_of(test_reference, s, options);
            int64_t shape[3] = {f ? 1 : CANVAS, f ? SIDE : CANVAS, SIDE}, count = f ? SIDE * SIDE : CANVAS * CANVAS;
            clpt_array to = clpt_array_host(gradient, CLPT_TYPE_C128, f ? 3 : 2, shape);
            double slope = 0, step = 1e-5, size = 0;
            test_ok(test_reference, clpt_solver_iterate(solver, NULL));
            int64_t index = state_index(solver, test_text("%s.gradient", fields[f]));
            test_ok(test_reference, clpt_solver_get_state(solver, (size_t)index, &to));
            for (int64_t i = 0; i < count; i++) {
                slope -= 2 * creal(conj(gradient[i]) * along[i]);
                size += creal(gradient[i] * conj(gradient[i]));
            }
            double found = (loss_at(fresh, fields[f], start[f], along, step, f ? 3 : 2, shape) -
                            loss_at(fresh, fields[f], start[f], along, -step, f ? 3 : 2, shape)) /
                           (2 * step);
            if (!(fabs(found - slope) < 1e-5 * sqrt(size * (double)count)))
                fail_msg("%s, %s: slope %.9g, differences %.9g", models[m], fields[f], slope, found);
            clpt_solver_destroy(&solver);
            clpt_solver_destroy(&fresh);
        }
    free(s);
}

/* ---- arguments ---- */

static void wrong_combinations_are_named(void **state)
{
    (void)state;
    scan *s = scan_new();
    static const char *const wrong[][2] = {
        {"subpixel=exact propagation=fresnel wavelength=1e-10 distance=0.05 detector-pixel=1e-6",
         "subpixel = exact|near field|bilinear"},
        {"subpixel=bank:4 opr-modes=1", "subpixel = bank:4|opr_modes = 1|exact"}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        clpt_solver *solver = NULL;
        clpt_solver_options o = test_options("%s", wrong[i][0]);
        clpt_array object = clpt_array_host(s->object, CLPT_TYPE_C128, 2, CLPT_SHAPE(CANVAS, CANVAS));
        clpt_array probe = clpt_array_host(s->probe, CLPT_TYPE_C128, 3, CLPT_SHAPE(1, SIDE, SIDE));
        test_fails(test_context, clpt_solver_create(test_context, &s->measurement, &object, &probe, &o, &solver),
                   CLPT_ERROR_ARGUMENT, wrong[i][1]);
    }
    free(s);
}

int main(void)
{
    test_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(positions_are_rounded_half_to_even),
        cmocka_unit_test(shift_is_that_of_plane_waves),
        cmocka_unit_test(real_field_stays_real),
        cmocka_unit_test(sums_are_the_adjoints),
        cmocka_unit_test(truth_explains_the_scan_of_its_model),
        cmocka_unit_test(gradients_are_those_of_the_loss),
        cmocka_unit_test(wrong_combinations_are_named),
    };
    return cmocka_run_group_tests_name("subpixel", tests, test_open_both, test_close_both);
}
