/* SPDX-License-Identifier: Apache-2.0 */
/* Networks: gradients against differences of the loss, the same bits for every split of a batch and after a restored
 * state, the optimiser's schedule, errors. test_network_golden.c compares with stored cases. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"

#include "core/context.h"

enum { SIDE = 64, GROUPS = 3, CHANNELS = 4 };

/* Groups of random patterns, and a network with few filters. */
typedef struct fixture {
    test_field amplitudes, probe;
    double offsets[GROUPS * CHANNELS * 2];
    clpt_array amplitude_array;
    clpt_network_batch batch;
    clpt_network *network;
} fixture;

static clpt_network_options small_options(void)
{
    clpt_network_options options = clpt_network_options_default();
    options.filters = 0.25;
    options.scale = 10;
    return options;
}

static void open_fixture(fixture *f, clpt_context *context, const clpt_network_options *options)
{
    *f = (fixture){.amplitudes = test_field_random(CLPT_TYPE_F64, 3, 3, CLPT_SHAPE(GROUPS * CHANNELS, SIDE, SIDE)),
                   .probe = test_field_random(CLPT_TYPE_C128, 4, 2, CLPT_SHAPE(SIDE, SIDE))};
    for (int64_t i = 0; i < f->amplitudes.count; i++)
        test_set(&f->amplitudes, i, 0, fabs(test_get(&f->amplitudes, i, 0)));
    test_random_fill(f->offsets, GROUPS * CHANNELS * 2, 5, -3, 3);
    clpt_array probe = test_array(&f->probe);
    test_ok(context, clpt_network_create(context, options, &probe, &f->network));
    test_ok(context, clpt_network_initialise(f->network, 7));
    f->amplitude_array = test_array(&f->amplitudes);
    f->batch = (clpt_network_batch){.size = sizeof f->batch,
                                    .amplitudes = &f->amplitude_array,
                                    .gain = 0.9,
                                    .groups = GROUPS,
                                    .offsets = f->offsets};
}

static void close_fixture(fixture *f)
{
    clpt_network_destroy(&f->network);
    test_field_free(&f->amplitudes);
    test_field_free(&f->probe);
}

/* All weights as one array. */
static test_field weights_of(clpt_network *network)
{
    clpt_network_array a;
    test_ok(NULL, clpt_network_describe_state(network, 0, &a));
    test_field field = test_field_new(a.type, a.rank, a.shape);
    clpt_array array = test_array(&field);
    test_ok(NULL, clpt_network_get_state(network, 0, &array));
    return field;
}

/* ---- gradients ---- */

/* The loss with one weight changed. */
static double loss_at(fixture *f, const char *name, test_field *weight, int64_t element, double change)
{
    double loss = 0, value = test_get(weight, element, 0);
    clpt_array array = test_array(weight);
    test_set(weight, element, 0, value + change);
    test_ok(test_reference, clpt_network_set_weight(f->network, name, &array));
    test_ok(test_reference, clpt_network_evaluate(f->network, &f->batch, &loss));
    test_set(weight, element, 0, value);
    test_ok(test_reference, clpt_network_set_weight(f->network, name, &array));
    return loss;
}

/* The largest element of the gradient of each chosen array, by central differences in the reference. */
static void check_differences(const clpt_network_options *options, const char *const *names)
{
    fixture f;
    double loss = 0;
    open_fixture(&f, test_reference, options);
    f.batch.groups = 1;
    test_ok(test_reference, clpt_network_gradient(f.network, &f.batch, &loss));
    for (; *names; names++) {
        clpt_network_array a = {0};
        for (size_t i = 0; strcmp(a.name, *names) != 0; i++)
            test_ok(test_reference, clpt_network_describe_weight(f.network, i, &a));
        test_field gradient = test_field_new(CLPT_TYPE_F64, a.rank, a.shape);
        test_field weight = test_field_new(CLPT_TYPE_F64, a.rank, a.shape);
        clpt_array arrays[2] = {test_array(&gradient), test_array(&weight)};
        test_ok(test_reference, clpt_network_get_gradient(f.network, *names, &arrays[0]));
        test_ok(test_reference, clpt_network_get_weight(f.network, *names, &arrays[1]));
        int64_t best = 0;
        for (int64_t i = 1; i < gradient.count; i++)
            if (fabs(test_get(&gradient, i, 0)) > fabs(test_get(&gradient, best, 0))) best = i;
        double step = 1e-5,
               slope =
                   (loss_at(&f, *names, &weight, best, step) - loss_at(&f, *names, &weight, best, -step)) / (2 * step);
        double given = test_get(&gradient, best, 0);
        if (!(given != 0 && fabs(slope - given) <= 1e-4 * fabs(given)))
            fail_msg("%s: gradient %.10g, difference quotient %.10g", *names, given, slope);
        test_field_free(&gradient);
        test_field_free(&weight);
    }
    close_fixture(&f);
}

static void gradient_equals_differences(void **state)
{
    (void)state;
    static const char *const many[] = {"enc1a.w", "amp_up1a.w", "phase_outb.w", "amp_border.b", NULL};
    static const char *const few[] = {"enc2b.w", "phase_inner.w", NULL};
    if (!test_is_reference()) skip();
    clpt_network_options options = small_options();
    check_differences(&options, many);
    options.amplitude_weight = 0.5;
    options.weight = CLPT_WEIGHT_CENTRE_MASKED;
    check_differences(&options, few);
    options.grid = 1;
    options.poisson_weight = 0;
    options.no_border = true;
    check_differences(&options, few);
}

/* ---- equal bits ---- */

static test_field weights_after(clpt_context *context, const clpt_network_options *options, int steps, bool buffers)
{
    fixture f;
    open_fixture(&f, context, options);
    clpt_buffer *buffer = NULL;
    clpt_array own;
    if (buffers) {
        test_ok(context, clpt_buffer_create(context, CLPT_TYPE_F32, f.amplitudes.count, &buffer));
        own = clpt_array_device(buffer, 0, f.amplitudes.rank, f.amplitudes.shape);
        test_ok(context, clpt_array_copy(context, &f.amplitude_array, &own));
        f.batch.amplitudes = &own;
    }
    for (int k = 0; k < steps; k++) test_ok(context, clpt_network_step(f.network, &f.batch, NULL));
    test_field weights = weights_of(f.network);
    close_fixture(&f);
    clpt_buffer_destroy(&buffer);
    return weights;
}

/* The memory limit makes pieces of one group; amplitudes are host memory or a buffer. */
static void steps_in_pieces_have_the_same_bits(void **state)
{
    (void)state;
    clpt_network_options options = small_options();
    clpt_context *limited = test_open(test_device(), 1 << 20);
    test_field whole = weights_after(test_context, &options, 2, false);
    test_field pieces = weights_after(limited, &options, 2, false);
    test_field buffer = weights_after(test_context, &options, 2, true);
    test_same_bits("pieces", &whole, &pieces);
    test_same_bits("a buffer", &whole, &buffer);
    test_field_free(&whole);
    test_field_free(&pieces);
    test_field_free(&buffer);
    clpt_context_destroy(&limited);
}

static void copy_state(clpt_network *from, clpt_network *to)
{
    for (size_t i = 0; i < clpt_network_get_state_count(from); i++) {
        clpt_network_array a;
        test_ok(test_context, clpt_network_describe_state(from, i, &a));
        test_field numbers = test_field_new(a.type, a.rank, a.shape);
        clpt_array array = test_array(&numbers);
        test_ok(test_context, clpt_network_get_state(from, i, &array));
        test_ok(test_context, clpt_network_set_state(to, i, &array));
        test_field_free(&numbers);
    }
}

static void restored_state_continues_with_the_same_bits(void **state)
{
    (void)state;
    fixture a, b;
    clpt_network_options options = small_options();
    options.train_scale = true;
    options.clip = 1;
    open_fixture(&a, test_context, &options);
    open_fixture(&b, test_context, &options);
    test_ok(test_context, clpt_network_initialise(b.network, 99));
    for (int k = 0; k < 4; k++) {
        if (k == 2) copy_state(a.network, b.network);
        if (k >= 2) test_ok(test_context, clpt_network_step(b.network, &b.batch, NULL));
        test_ok(test_context, clpt_network_step(a.network, &a.batch, NULL));
        test_ok(test_context, clpt_network_end_epoch(a.network, 5 - k, NAN, NULL));
        if (k >= 2) test_ok(test_context, clpt_network_end_epoch(b.network, 5 - k, NAN, NULL));
    }
    assert_int_equal(clpt_network_get_epoch(b.network), 4);
    test_field first = weights_of(a.network), second = weights_of(b.network);
    test_same_bits("restored", &first, &second);
    test_field_free(&first);
    test_field_free(&second);
    close_fixture(&a);
    close_fixture(&b);
}

/* ---- training ---- */

static void steps_reduce_the_loss(void **state)
{
    (void)state;
    fixture f;
    double first = 0, last = 0;
    clpt_network_options options = small_options();
    options.train_scale = true;
    open_fixture(&f, test_context, &options);
    test_ok(test_context, clpt_network_evaluate(f.network, &f.batch, &first));
    for (int k = 0; k < 10; k++) test_ok(test_context, clpt_network_step(f.network, &f.batch, &last));
    assert_true(last < first);
    close_fixture(&f);
}

/* The losses of complementary masks add up. */
static void masked_pixels_do_not_count(void **state)
{
    (void)state;
    fixture f;
    double whole = 0, part[2] = {0, 0};
    clpt_network_options options = small_options();
    test_field mask = test_field_new(CLPT_TYPE_F32, 2, CLPT_SHAPE(SIDE, SIDE));
    clpt_array array = test_array(&mask);
    open_fixture(&f, test_context, &options);
    test_ok(test_context, clpt_network_gradient(f.network, &f.batch, &whole));
    f.batch.mask = &array;
    for (int k = 0; k < 2; k++) {
        for (int64_t i = 0; i < mask.count; i++) test_set(&mask, i, 0, (i % 3 == 0) == k);
        double again = 0;
        test_ok(test_context, clpt_network_gradient(f.network, &f.batch, &part[k]));
        test_ok(test_context, clpt_network_evaluate(f.network, &f.batch, &again));
        assert_true(fabs(again - part[k]) <= 1e-5 * fabs(whole) && part[k] != 0);
    }
    assert_true(fabs(part[0] + part[1] - whole) <= 1e-5 * fabs(whole));
    array.shape[0] = 1;
    test_fails(test_context, clpt_network_evaluate(f.network, &f.batch, &whole), CLPT_ERROR_ARGUMENT, "mask");
    test_field_free(&mask);
    close_fixture(&f);
}

/* Patterns without counts, and a probe of zeros: nothing is infinite. */
static void zeros_give_finite_losses(void **state)
{
    (void)state;
    fixture f;
    double loss = NAN;
    clpt_network_options options = small_options();
    open_fixture(&f, test_context, &options);
    memset(f.amplitudes.data, 0, (size_t)f.amplitudes.count * 8);
    test_ok(test_context, clpt_network_step(f.network, &f.batch, &loss));
    assert_true(isfinite(loss));
    test_ok(test_context, clpt_network_evaluate(f.network, &f.batch, &loss));
    assert_true(isfinite(loss));
    close_fixture(&f);
}

static void schedule_follows_its_patience(void **state)
{
    (void)state;
    fixture f;
    bool stop = true;
    clpt_network_options options = small_options();
    open_fixture(&f, test_context, &options);
    static const double validation[] = {5, 4, 4, 4, 4, 4, 3}, rates[] = {1, 1, 1, 0.5, 0.5, 0.25, 0.25};
    static const bool stops[] = {false, false, false, false, true, true, true};
    static const double training[] = {9, 8, 8, 8, 8, 8, 8};
    for (int k = 0; k < 7; k++) {
        test_ok(test_context, clpt_network_end_epoch(f.network, training[k], validation[k], &stop));
        assert_true(fabs(clpt_network_get_rate(f.network) - 1e-3 * rates[k]) < 1e-12 && stop == stops[k]);
    }
    close_fixture(&f);
}

/* ---- errors ---- */

static void wrong_arguments_are_reported(void **state)
{
    (void)state;
    fixture f;
    double loss = 0;
    clpt_network_options options = small_options();
    open_fixture(&f, test_context, &options);
    clpt_array probe = test_array(&f.probe), array = clpt_array_host(&loss, CLPT_TYPE_F64, 1, CLPT_SHAPE(1));
    clpt_network *none = NULL;
    static const int64_t far[GROUPS * CHANNELS] = {0, 12};
    options.side = 96;
    test_fails(test_context, clpt_network_create(test_context, &options, &probe, &none), CLPT_ERROR_ARGUMENT,
               "side is 96|64, 128 and 256");
    options = small_options();
    options.filters = 0.3;
    test_fails(test_context, clpt_network_create(test_context, &options, &probe, &none), CLPT_ERROR_ARGUMENT,
               "filters is 0.3");
    options = small_options();
    options.side = 128;
    test_fails(test_context, clpt_network_create(test_context, &options, &probe, &none), CLPT_ERROR_ARGUMENT, "probe");
    assert_null(none);
    test_fails(test_context, clpt_network_get_weight(f.network, "enc9a.w", &array), CLPT_ERROR_ARGUMENT,
               "enc9a.w|enc1a.w");
    test_fails(test_context, clpt_network_get_weight(f.network, "enc1a.b", &array), CLPT_ERROR_ARGUMENT, "enc1a.b");
    f.batch.indices = far;
    test_fails(test_context, clpt_network_step(f.network, &f.batch, &loss), CLPT_ERROR_ARGUMENT, "group 0 is 12");
    f.batch.indices = NULL;
    f.batch.groups = GROUPS + 1;
    test_fails(test_context, clpt_network_evaluate(f.network, &f.batch, &loss), CLPT_ERROR_ARGUMENT, "group 3");
    test_fails(test_context, clpt_network_step(f.network, NULL, &loss), CLPT_ERROR_ARGUMENT, "batch is NULL");
    close_fixture(&f);
}

int main(void)
{
    test_start();
    const struct CMUnitTest tests[] = {cmocka_unit_test(gradient_equals_differences),
                                       cmocka_unit_test(steps_in_pieces_have_the_same_bits),
                                       cmocka_unit_test(restored_state_continues_with_the_same_bits),
                                       cmocka_unit_test(steps_reduce_the_loss),
                                       cmocka_unit_test(masked_pixels_do_not_count),
                                       cmocka_unit_test(zeros_give_finite_losses),
                                       cmocka_unit_test(schedule_follows_its_patience),
                                       cmocka_unit_test(wrong_arguments_are_reported)};
    return cmocka_run_group_tests_name("network", tests, test_open_both, test_close_both);
}
