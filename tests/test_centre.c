/* SPDX-License-Identifier: Apache-2.0 */
/* Fields moved so that a probe's centre of mass is in the middle: at the detector, and for many waves at a time. */
#include "step_case.h"

#include <math.h>

#include "ops/constraint.h"

#define PAIRS(seed, ...)                                                                                               \
    test_field_random(CLPT_TYPE_C64, (seed), (int)(sizeof((int64_t[]){__VA_ARGS__}) / 8), (int64_t[]){__VA_ARGS__})

typedef struct sizes {
    int64_t modes, size, height, width;
} sizes;

static clpt_status centre(step_bench *b, const void *how)
{
    const sizes *n = how;
    const clpti_centred_field fields[] = {{b->views[0], n->modes, n->size, n->size, true},
                                          {b->views[1], 1, n->height, n->width, false}};
    return clpti_centre(
        b->context, &(clpti_centre_args){
                        .probe = b->views[0], .modes = n->modes, .size = n->size, .fields = fields, .field_count = 2});
}

/* Modes of a small spot whose middle is at (dx, dy) from the middle. */
static test_field spot(const sizes *n, double dx, double dy)
{
    test_field probe = PAIRS(6, n->modes, n->size, n->size);
    for (int64_t i = 0; i < probe.count; i++) {
        double x = (double)(i % n->size - n->size / 2) - dx;
        double y = (double)(i / n->size % n->size - n->size / 2) - dy;
        for (int part = 0; part < 2; part++)
            test_set(&probe, i, part, (1 + 0.1 * test_get(&probe, i, part)) * exp(-(x * x + y * y) / 4));
    }
    return probe;
}

static void far_field(clpt_context *context, const test_field *object, const test_field *probe, test_field *intensity)
{
    static const double position[] = {24, 22};
    clpt_scan *scan = NULL;
    clpt_array o = test_array(object), p = test_array(probe), out = test_array(intensity);
    test_ok(context, clpt_scan_create(context, position, 1, &scan));
    test_ok(context, clpt_forward(context, &o, scan, &p, NULL, &out));
    clpt_scan_destroy(&scan);
}

/* The spot lands in the middle, and probe and object together predict the far field that they did before. */
static void centre_moves_probe_and_object_together(void **state)
{
    (void)state;
    const sizes n = {1, 24, 48, 48};
    test_field probe = spot(&n, 3.1, -2.2), object = PAIRS(8, n.height, n.width);
    test_field before = test_field_new(CLPT_TYPE_F64, 3, (int64_t[]){1, 24, 24}),
               now = test_field_as(&before, CLPT_TYPE_F64);
    far_field(test_reference, &object, &probe, &before);
    step_bench b = {.context = test_context};
    b.buffers[0] = test_buffer(test_context, &probe, 3);
    b.buffers[1] = test_buffer(test_context, &object, 4);
    b.views[0] = (clpti_view){b.buffers[0], 3};
    b.views[1] = (clpti_view){b.buffers[1], 4};
    test_ok(test_context, centre(&b, &n));
    test_buffer_read(test_context, b.buffers[0], 3, &probe);
    test_buffer_read(test_context, b.buffers[1], 4, &object);
    far_field(test_reference, &object, &probe, &now);
    test_close("far field of a centred probe", &now, &before, 1e-6, NULL);
    double x = 0, y = 0, total = 0;
    for (int64_t i = 0; i < probe.count; i++) {
        double power = pow(test_get(&probe, i, 0), 2) + pow(test_get(&probe, i, 1), 2);
        total += power;
        x += power * (double)(i % 24 - 12);
        y += power * (double)(i / 24 - 12);
    }
    assert_true(fabs(x / total) < 0.5 && fabs(y / total) < 0.5);
    for (int i = 0; i < 2; i++) clpt_buffer_destroy(&b.buffers[i]);
    test_field_free(&probe);
    test_field_free(&object);
    test_field_free(&before);
    test_field_free(&now);
}

/* More waves than are copied at a time: all of them move alike. */
static void centre_moves_many_waves(void **state)
{
    (void)state;
    enum { SIDE = 64 };
    const int64_t count = test_small() ? 3 : 1100;
    const sizes n = {1, SIDE, 1, 1};
    const clpt_type type = test_is_reference() ? CLPT_TYPE_C128 : CLPT_TYPE_C64;
    test_field probe = spot(&n, 3.1, -2.2), waves = test_field_new(type, 3, CLPT_SHAPE(count, SIDE, SIDE));
    for (int64_t i = 0; i < 2 * waves.count; i++) test_set(&waves, i / 2, (int)(i % 2), (double)(i % 9973));
    clpt_buffer *of_probe = test_buffer(test_context, &probe, 0), *of_waves = test_buffer(test_context, &waves, 0);
    const clpti_centred_field field = {clpti_view_of(of_waves), count, SIDE, SIDE, true};
    test_ok(test_context, clpti_centre(test_context, &(clpti_centre_args){.probe = clpti_view_of(of_probe),
                                                                          .modes = 1,
                                                                          .size = SIDE,
                                                                          .fields = &field,
                                                                          .field_count = 1}));
    test_field moved = test_field_as(&waves, type);
    test_buffer_read(test_context, of_waves, 0, &moved);
    for (int64_t i = 0; i < waves.count; i++) {
        int64_t x = (i + 3) % SIDE, y = (i / SIDE + SIDE - 2) % SIDE, from = i / (SIDE * SIDE) * SIDE * SIDE;
        if (test_get(&moved, i, 0) != test_get(&waves, from + y * SIDE + x, 0))
            fail_msg("wave %d, pixel %d", (int)(i / (SIDE * SIDE)), (int)(i % (SIDE * SIDE)));
    }
    clpt_buffer_destroy(&of_probe);
    clpt_buffer_destroy(&of_waves);
    test_field_free(&moved);
    test_field_free(&waves);
    test_field_free(&probe);
}

int main(void)
{
    test_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(centre_moves_probe_and_object_together),
        cmocka_unit_test(centre_moves_many_waves),
    };
    return cmocka_run_group_tests_name("centre", tests, test_open_both, test_close_both);
}
