/* SPDX-License-Identifier: Apache-2.0 */
/* Gathering on tiles, with and without their lists: the same bits, whatever the split; and lists follow places that
 * move. The variants for GPUs are forced, so that every device runs them. */
#include <stdlib.h>

#include "support.h"

#include "ops/adjoint.h"

static const char *const forced = "gather=tile,object_gradient=tile";
static clpt_context *context;

/* Blocks on a canvas: enough of them that lists are made. */
enum { COUNT = 300, SIZE = 6, MODES = 2, HEIGHT = 37, WIDTH = 70 };

typedef struct canvas {
    clpt_buffer *field, *total;
} canvas;

typedef struct scene {
    clpt_context *context;
    clpti_positions positions;
    clpt_buffer *waves, *probe, *weights; /* [COUNT, MODES, SIZE, SIZE], … */
} scene;

static void positions_fill(double *xy, uint64_t seed)
{
    test_random_fill(xy, (int64_t)2 * COUNT, seed, -4.0, HEIGHT + 1.0);
    for (int k = 0; k < COUNT; k++) xy[2 * k] *= (double)WIDTH / HEIGHT; /* some cross the border, some are outside */
}

static clpt_buffer *filled(clpt_context *c, clpt_type type, uint64_t seed, int64_t count)
{
    test_field field = test_field_random(type, seed, 1, &count);
    clpt_buffer *buffer = test_buffer(c, &field, 0);
    test_field_free(&field);
    return buffer;
}

static scene scene_new(clpt_context *c, uint64_t seed)
{
    double xy[2 * COUNT];
    scene s = {.context = c};
    positions_fill(xy, seed);
    test_ok(c, clpti_positions_create(c, xy, COUNT, &s.positions));
    s.waves = filled(c, CLPT_TYPE_C64, 1, (int64_t)COUNT * MODES * SIZE * SIZE);
    s.probe = filled(c, CLPT_TYPE_C64, 2, (int64_t)MODES * SIZE * SIZE);
    s.weights = filled(c, CLPT_TYPE_F32, 3, (int64_t)SIZE * SIZE);
    return s;
}

static void scene_free(scene *s)
{
    clpti_positions_destroy(&s->positions);
    clpt_buffer_destroy(&s->waves);
    clpt_buffer_destroy(&s->probe);
    clpt_buffer_destroy(&s->weights);
}

static canvas canvas_new(const scene *s)
{
    return (canvas){filled(s->context, CLPT_TYPE_C64, 4, (int64_t)HEIGHT * WIDTH),
                    filled(s->context, CLPT_TYPE_F32, 5, (int64_t)HEIGHT * WIDTH)};
}

/* Ways to compute a canvas: gather of ones, of weights, or the gradient of several modes. */
typedef enum way { ONES, WEIGHTS, GRADIENT, WAYS } way;

static void add(const scene *s, way how, const canvas *to, int64_t first, int64_t count)
{
    clpti_selection at = {.positions = &s->positions, .first = first, .count = count, .shift_x = 2, .shift_y = -1};
    clpti_view weights = how == ONES ? (clpti_view){0} : clpti_view_of(s->weights);
    if (how == GRADIENT)
        test_ok(s->context, clpti_object_gradient(s->context, &(clpti_object_gradient_args){
                                                                  .waves = {s->waves, first * MODES * SIZE * SIZE},
                                                                  .probe = clpti_view_of(s->probe),
                                                                  .modes = MODES,
                                                                  .size = SIZE,
                                                                  .patch = SIZE - 2,
                                                                  .pad = 1,
                                                                  .at = at,
                                                                  .weights = weights,
                                                                  .canvas = clpti_view_of(to->field),
                                                                  .weight_sum = clpti_view_of(to->total),
                                                                  .height = HEIGHT,
                                                                  .width = WIDTH}));
    else
        test_ok(s->context, clpti_gather(s->context, &(clpti_gather_args){.patches = {s->waves, first * SIZE * SIZE},
                                                                          .complex = true,
                                                                          .size = SIZE,
                                                                          .crop = SIZE - 1,
                                                                          .at = at,
                                                                          .weights = weights,
                                                                          .canvas = clpti_view_of(to->field),
                                                                          .weight_sum = clpti_view_of(to->total),
                                                                          .height = HEIGHT,
                                                                          .width = WIDTH}));
}

static void take(const scene *s, canvas *c, test_field *field, test_field *total)
{
    bool wide = clpti_is_reference(s->context);
    int64_t shape[] = {HEIGHT, WIDTH};
    *field = test_field_new(wide ? CLPT_TYPE_C128 : CLPT_TYPE_C64, 2, shape);
    *total = test_field_new(wide ? CLPT_TYPE_F64 : CLPT_TYPE_F32, 2, shape);
    test_buffer_read(s->context, c->field, 0, field);
    test_buffer_read(s->context, c->total, 0, total);
    clpt_buffer_destroy(&c->field);
    clpt_buffer_destroy(&c->total);
}

/* A canvas from pieces that end at `cuts`, which end with COUNT. */
static void make(const scene *s, way how, const int64_t *cuts, test_field *field, test_field *total)
{
    canvas c = canvas_new(s);
    for (int64_t first = 0; first < COUNT; first = *cuts++) add(s, how, &c, first, *cuts - first);
    take(s, &c, field, total);
}

static void fields_free(test_field *field, test_field *total)
{
    test_field_free(field);
    test_field_free(total);
}

static void check_splits(const scene *s, way how, const test_field *field, const test_field *total)
{
    static const int64_t cuts[][5] = {{COUNT}, {COUNT}, {1, COUNT}, {64, 65, 170, COUNT}, {150, 299, COUNT}};
    for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++) {
        if (test_small() && i != 1 && i != 3) continue;
        test_field again, sum;
        make(s, how, cuts[i], &again, &sum);
        test_same_bits(test_text("way %d, split %d", how, (int)i), &again, field);
        test_same_bits(test_text("way %d, split %d, weights", how, (int)i), &sum, total);
        fields_free(&again, &sum);
    }
}

static void lists_and_splits_change_no_bit(void **state)
{
    (void)state;
    scene s = scene_new(context, 9), r = scene_new(test_reference, 9);
    for (way how = test_small() ? GRADIENT : ONES; how < WAYS; how++) {
        test_field field, total, expected, sum;
        make(&s, how, (int64_t[]){COUNT}, &field, &total);
        make(&r, how, (int64_t[]){COUNT}, &expected, &sum);
        test_close(test_text("way %d", how), &field, &expected, TEST_LINEAR, NULL);
        test_close(test_text("way %d, weights", how), &total, &sum, TEST_LINEAR, NULL);
        check_splits(&s, how, &field, &total);
        fields_free(&field, &total);
        fields_free(&expected, &sum);
    }
    scene_free(&s);
    scene_free(&r);
}

static void lists_follow_places_that_move(void **state)
{
    (void)state;
    double xy[2 * COUNT];
    scene s = scene_new(context, 9), fresh = scene_new(context, 10);
    test_field field, total, expected, sum;
    for (int i = 0; i < 2; i++) {
        make(&s, ONES, (int64_t[]){COUNT}, &field, &total);
        fields_free(&field, &total);
    }
    positions_fill(xy, 10);
    test_ok(context, clpti_positions_move(context, &s.positions, xy));
    make(&fresh, ONES, (int64_t[]){COUNT}, &expected, &sum);
    for (int i = 0; i < 3; i++) {
        make(&s, ONES, (int64_t[]){COUNT}, &field, &total);
        test_same_bits("moved", &field, &expected);
        test_same_bits("moved, weights", &total, &sum);
        fields_free(&field, &total);
    }
    fields_free(&expected, &sum);
    scene_free(&s);
    scene_free(&fresh);
}

/* The same for a whole scan: reassembled from old and new positions, against a scan made at the new ones. */
static void scan_moves(void **state)
{
    (void)state;
    if (test_small()) skip();
    double old[2 * COUNT], new[2 * COUNT];
    int64_t shape[] = {COUNT, SIZE, SIZE}, side = 0, moved_side = 0;
    clpt_scan *scan = NULL, *fresh = NULL;
    positions_fill(old, 21);
    positions_fill(new, 22);
    new[7] = 2.0 * WIDTH; /* another canvas */
    test_field patches = test_field_random(CLPT_TYPE_C64, 1, 3, shape);
    clpt_array p = test_array(&patches);
    test_ok(context, clpt_scan_create(context, old, COUNT, &scan));
    test_ok(context, clpt_scan_create(context, new, COUNT, &fresh));
    for (int moved = 0; moved < 2; moved++) {
        test_ok(context, clpt_scan_get_canvas(moved ? fresh : scan, SIZE, &side, NULL));
        test_field got = test_field_new(CLPT_TYPE_C64, 2, (int64_t[]){side, side});
        test_field expected = test_field_new(CLPT_TYPE_C64, 2, (int64_t[]){side, side});
        clpt_array g = test_array(&got), w = test_array(&expected);
        if (moved) {
            test_ok(context, clpt_scan_set_positions(scan, new));
            test_ok(context, clpt_scan_get_canvas(scan, SIZE, &moved_side, NULL));
            assert_int_equal(side, moved_side);
            test_ok(context, clpt_reassemble_scan(context, &p, fresh, SIZE, &w));
        }
        for (int i = 0; i < 3; i++) test_ok(context, clpt_reassemble_scan(context, &p, scan, SIZE, &g));
        if (moved) test_same_bits("moved scan", &got, &expected);
        test_field_free(&got);
        test_field_free(&expected);
    }
    new[3] = 1e12;
    test_fails(context, clpt_scan_set_positions(scan, new), CLPT_ERROR_ARGUMENT, "clpt_scan_set_positions|row 1");
    test_fails(context, clpt_scan_set_positions(scan, NULL), CLPT_ERROR_ARGUMENT, "clpt_scan_set_positions|positions");
    assert_int_equal(clpt_scan_set_positions(NULL, new), CLPT_ERROR_ARGUMENT);
    clpt_scan_destroy(&scan);
    clpt_scan_destroy(&fresh);
    test_field_free(&patches);
}

static int open_all(void **state)
{
    clpt_message message;
    clpt_context_options options = {
        .size = sizeof options, .device = test_device(), .variants = test_is_reference() ? NULL : forced};
    if (test_open_both(state) != 0) return -1;
    return clpt_context_create(&options, &context, &message) == CLPT_OK ? 0 : -1;
}

static int close_all(void **state)
{
    clpt_context_destroy(&context);
    return test_close_both(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_and_splits_change_no_bit),
        cmocka_unit_test(lists_follow_places_that_move),
        cmocka_unit_test(scan_moves),
    };
    test_start();
    return cmocka_run_group_tests(tests, open_all, close_all);
}
