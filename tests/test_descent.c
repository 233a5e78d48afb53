/* SPDX-License-Identifier: Apache-2.0 */
/* Gradient descent: a step lowers each loss by the predicted amount, and positions come back by theirs.
 */
#include "golden.h"
#include "paths.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const losses[] = {"poisson", "amplitude", "mae"};

typedef struct experiment {
    int64_t count, side;
    double *positions;
    test_field object, probe, measured; /* complex64, complex64, float32 counts */
} experiment;

static void experiment_free(experiment *e)
{
    free(e->positions);
    test_field_free(&e->object);
    test_field_free(&e->probe);
    test_field_free(&e->measured);
}

/* ---- A simulated scan ---- */

/* Waves and blobs, several pixels long: what shifts of a few pixels change steadily. */
static test_field smooth_object(int64_t height, int64_t width)
{
    test_field object = test_field_new(CLPT_TYPE_C64, 2, CLPT_SHAPE(height, width));
    for (int64_t i = 0; i < object.count; i++) {
        double y = (double)(i / width), x = (double)(i % width);
        double phase =
            0.5 * sin(0.31 * x + 0.17 * y) + 0.5 * sin(0.11 * x - 0.42 * y + 1) + 0.3 * sin(0.2 * y - 0.25 * x);
        double size = 0.8 + 0.15 * sin(0.23 * x) * cos(0.19 * y);
        test_set(&object, i, 0, size * cos(phase));
        test_set(&object, i, 1, size * sin(phase));
    }
    return object;
}

static test_field curved_probe(int64_t side)
{
    test_field probe = test_field_new(CLPT_TYPE_C64, 2, CLPT_SHAPE(side, side));
    for (int64_t i = 0; i < probe.count; i++) {
        double unit = (double)side / 5, y = ((double)(i / side - side / 2) + 0.23) / unit,
               x = ((double)(i % side - side / 2) + 0.81) / unit;
        double size = 12 * exp(-(x * x + y * y) / 2), phase = 0.8 * (x * x + y * y);
        test_set(&probe, i, 0, size * cos(phase));
        test_set(&probe, i, 1, size * sin(phase));
    }
    return probe;
}

/* A jittered grid of rows×rows positions, with a margin of 3 pixels; counts from the reference context. */
static experiment simulated(int64_t rows, int64_t side, int64_t step)
{
    experiment e = {.count = rows * rows, .side = side};
    int64_t extent = side + (rows - 1) * step + 8;
    e.object = smooth_object(extent, extent);
    e.probe = curved_probe(side);
    e.measured = test_field_new(CLPT_TYPE_F32, 3, CLPT_SHAPE(e.count, side, side));
    e.positions = malloc((size_t)(2 * e.count) * sizeof *e.positions);
    assert_non_null(e.positions);
    for (int64_t i = 0; i < 2 * e.count; i++) {
        int64_t cell = i % 2 ? i / 2 / rows : i / 2 % rows;
        e.positions[i] = (double)(side / 2 + 4 + cell * step) + test_random(5, (uint64_t)i, -1, 1);
    }
    clpt_scan *scan = NULL;
    clpt_array object = test_array(&e.object), probe = test_array(&e.probe), out = test_array(&e.measured);
    test_ok(test_reference, clpt_scan_create(test_reference, e.positions, e.count, &scan));
    test_ok(test_reference, clpt_forward(test_reference, &object, scan, &probe, NULL, &out));
    clpt_scan_destroy(&scan);
    return e;
}

/* ---- The measured Siemens star, where it is there ---- */

static double number_at(const test_field *field, int64_t i)
{
    return test_get(field, i, 0);
}

/* Every `stride`-th pattern, an object of ones, and the probe that comes with it. */
static bool siemens_star(int64_t stride, experiment *e)
{
    static const char path[] = CLPTYCHO_SHARED_DIR "/data/siemens_star.npz";
    clpt_message message = {0};
    clpti_npz *npz = NULL;
    if (access(path, R_OK) != 0) return false;
    if (clpti_npz_open(path, &npz, &message) != CLPT_OK) fail_msg("%s", message.text);
    test_field all = golden_field(npz, "diff3d"), x = golden_field(npz, "xcoords"), y = golden_field(npz, "ycoords");
    test_field probe = golden_field(npz, "probeGuess");
    *e = (experiment){.count = (all.shape[0] + stride - 1) / stride, .side = all.shape[1], .probe = probe};
    int64_t pixels = e->side * e->side;
    double largest = 0;
    e->positions = malloc((size_t)(2 * e->count) * sizeof *e->positions);
    assert_non_null(e->positions);
    e->measured = test_field_new(CLPT_TYPE_F32, 3, CLPT_SHAPE(e->count, e->side, e->side));
    for (int64_t k = 0; k < e->count; k++) {
        e->positions[2 * k] = number_at(&x, k * stride);
        e->positions[2 * k + 1] = number_at(&y, k * stride);
        largest = fmax(largest, fmax(e->positions[2 * k], e->positions[2 * k + 1]));
        for (int64_t i = 0; i < pixels; i++)
            test_set(&e->measured, k * pixels + i, 0, pow(number_at(&all, k * stride * pixels + i), 2));
    }
    int64_t extent = (int64_t)largest + e->side / 2 + 2;
    e->object = test_field_new(CLPT_TYPE_C64, 2, CLPT_SHAPE(extent, extent));
    for (int64_t i = 0; i < e->object.count; i++) test_set(&e->object, i, 0, 1);
    test_field_free(&all);
    test_field_free(&x);
    test_field_free(&y);
    clpti_npz_close(&npz);
    return true;
}

/* ---- A step ---- */

static double loss_and_gradient(const experiment *e, int loss, const double *positions, const test_field *d_object,
                                const test_field *d_probe, const test_field *d_positions)
{
    clpt_scan *scan = NULL;
    double value = NAN;
    clpt_array object = test_array(&e->object), probe = test_array(&e->probe), measured = test_array(&e->measured);
    clpt_array d[3];
    const test_field *to[3] = {d_object, d_probe, d_positions};
    for (int i = 0; i < 3; i++)
        if (to[i]) d[i] = test_array(to[i]);
    clpt_forward_gradients gradients = {sizeof gradients, to[0] ? &d[0] : NULL, to[1] ? &d[1] : NULL,
                                        to[2] ? &d[2] : NULL, NULL};
    test_ok(test_context, clpt_scan_create(test_context, positions, e->count, &scan));
    const clpt_gradient_args args = {.size = sizeof args,
                                     .loss = (clpt_loss)loss,
                                     .object = &object,
                                     .scan = scan,
                                     .probe = &probe,
                                     .measured = &measured};
    test_ok(test_context, clpt_gradient(test_context, &args, &value, &gradients));
    clpt_scan_destroy(&scan);
    return value;
}

static double norm2(const test_field *field)
{
    double sum = 0;
    for (int64_t i = 0; i < field->count; i++) sum += pow(test_get(field, i, 0), 2) + pow(test_get(field, i, 1), 2);
    return sum;
}

static void step_against(test_field *field, const test_field *d, double length)
{
    for (int64_t i = 0; i < field->count; i++)
        for (int part = 0; part < 2; part++)
            test_set(field, i, part, test_get(field, i, part) - length * test_get(d, i, part));
}

/* The field is one of the experiment's. The step is small beside the field, so that the loss decreases by its
 * slope: dark pixels cause curvature. */
static void expect_lower(const char *name, const experiment *e, int loss, test_field *field, const test_field *d,
                         double before)
{
    test_field kept = test_field_as(field, field->type);
    double length = 2e-5 * sqrt(norm2(field) / norm2(d)), promised = length * norm2(d);
    step_against(field, d, length);
    double fell = before - loss_and_gradient(e, loss, e->positions, NULL, NULL, NULL);
    if (!(fell > 0.8 * promised && fell < 1.2 * promised))
        fail_msg("%s, %s: the loss %g fell by %g; its gradient promised %g", name, losses[loss], before, fell,
                 promised);
    memcpy(field->data, kept.data, (size_t)kept.count * test_type_size(kept.type));
    test_field_free(&kept);
}

static void check_steps(const char *name, experiment *e)
{
    test_field d_object = test_field_new(CLPT_TYPE_C64, e->object.rank, e->object.shape);
    test_field d_probe = test_field_new(CLPT_TYPE_C64, e->probe.rank, e->probe.shape);
    for (int loss = 0; loss < 3; loss++) {
        double before = loss_and_gradient(e, loss, e->positions, &d_object, &d_probe, NULL);
        expect_lower(test_text("%s, object", name), e, loss, &e->object, &d_object, before);
        expect_lower(test_text("%s, probe", name), e, loss, &e->probe, &d_probe, before);
    }
    test_field_free(&d_object);
    test_field_free(&d_probe);
}

static void a_step_against_the_gradient_lowers_each_loss(void **state)
{
    (void)state;
    experiment e = test_small() ? simulated(2, 16, 5) : simulated(4, 32, 8);
    for (int64_t i = 0; i < e.object.count; i++)
        for (int part = 0; part < 2; part++) test_set(&e.object, i, part, !part); /* not what was simulated */
    check_steps("simulated", &e);
    experiment_free(&e);
}

static void a_step_against_the_gradient_lowers_each_loss_of_the_siemens_star(void **state)
{
    (void)state;
    experiment e;
    if (test_small() || !siemens_star(16, &e)) {
        print_message("no Siemens star here: skipped\n");
        skip();
    }
    check_steps("Siemens star", &e);
    experiment_free(&e);
}

/* ---- Positions ---- */

static double rms_error(const double *positions, const experiment *e)
{
    double sum = 0;
    for (int64_t i = 0; i < 2 * e->count; i++) sum += pow(positions[i] - e->positions[i], 2);
    return sqrt(sum / (double)e->count);
}

/* Adam (Kingma & Ba 2015) over the positions, its step falling to 0. */
static void refine(const experiment *e, double *positions, int iterations)
{
    int64_t count = 2 * e->count;
    double *mean = calloc((size_t)count, sizeof *mean), *square = calloc((size_t)count, sizeof *square);
    test_field d = test_field_new(CLPT_TYPE_F64, 2, CLPT_SHAPE(e->count, 2));
    assert_true(mean && square);
    for (int n = 1; n <= iterations; n++) {
        double step = 0.25 * (1 - (double)(n - 1) / iterations);
        loss_and_gradient(e, CLPT_LOSS_AMPLITUDE, positions, NULL, NULL, &d);
        for (int64_t i = 0; i < count; i++) {
            double g = test_get(&d, i, 0);
            mean[i] = 0.8 * mean[i] + 0.2 * g;
            square[i] = 0.95 * square[i] + 0.05 * g * g;
            double m = mean[i] / (1 - pow(0.8, n)), s = square[i] / (1 - pow(0.95, n));
            positions[i] -= step * m / (sqrt(s) + 1e-12);
        }
    }
    free(mean);
    free(square);
    test_field_free(&d);
}

/* Each position starts 2 pixels from its own, in a direction of its own. */
static void positions_come_back_by_their_gradient_alone(void **state)
{
    (void)state;
    experiment e = test_small() ? simulated(2, 16, 5) : simulated(5, 32, 7);
    double *positions = malloc((size_t)(2 * e.count) * sizeof *positions);
    assert_non_null(positions);
    for (int64_t k = 0; k < e.count; k++) {
        double angle = test_random(9, (uint64_t)k, 0, 6.283185307179586);
        positions[2 * k] = e.positions[2 * k] + 2 * cos(angle);
        positions[2 * k + 1] = e.positions[2 * k + 1] + 2 * sin(angle);
    }
    assert_true(fabs(rms_error(positions, &e) - 2) < 1e-9);
    refine(&e, positions, test_small() ? 60 : 100);
    double error = rms_error(positions, &e);
    print_message("positions: 2 pixels off at first, %.2g RMS after\n", error);
    if (!(error < 0.1)) fail_msg("positions are still %g pixels RMS off", error);
    free(positions);
    experiment_free(&e);
}

int main(void)
{
    test_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_step_against_the_gradient_lowers_each_loss),
        cmocka_unit_test(a_step_against_the_gradient_lowers_each_loss_of_the_siemens_star),
        cmocka_unit_test(positions_come_back_by_their_gradient_alone),
    };
    return cmocka_run_group_tests_name("descent", tests, test_open_both, test_close_both);
}
