/* SPDX-License-Identifier: Apache-2.0 */
/* Every linear step has its adjoint: Re⟨A x, y⟩ = Re⟨x, A* y⟩ to rounding. And what is split gives the same bits. */
#include "support.h"

#include <math.h>
#include <string.h>

#include "ops/ops.h"

enum { COUNT = 11, SIZE = 9, HEIGHT = 21, WIDTH = 26, MODES = 2, PIXELS = SIZE * SIZE };

static double xy[2 * COUNT];
static clpti_positions positions;
static clpti_order order;

static int open_geometry(void **state)
{
    static int32_t turned[COUNT];
    int result = test_open_both(state);
    for (int k = 0; k < COUNT; k++) turned[k] = (4 * k + 3) % COUNT;
    test_random_fill(xy, 2 * COUNT, 4, -5, 19); /* some partly or wholly off the canvas */
    test_ok(test_context, clpti_positions_create(test_context, xy, COUNT, &positions));
    order.host = turned;
    if (clpti_is_reference(test_context)) return result;
    test_ok(test_context, clpti_buffer_create(test_context, CLPTI_INDEX, COUNT, &order.device));
    test_ok(test_context, clpti_upload(clpti_view_of(order.device), turned, COUNT));
    return result;
}

static int close_geometry(void **state)
{
    clpti_positions_destroy(&positions);
    clpt_buffer_destroy(&order.device);
    return test_close_both(state);
}

static clpti_selection selected(int64_t first, int64_t count)
{
    return (clpti_selection){&positions, &order, first, count, 1, -1};
}

/* A buffer of random numbers (seed 0: of zeros), read back as they are kept. */
static clpt_buffer *field(clpti_element element, int64_t count, uint64_t seed)
{
    clpt_buffer *buffer = NULL;
    test_field numbers = test_field_new(element == CLPTI_COMPLEX ? CLPT_TYPE_C64 : CLPT_TYPE_F32, 1, &count);
    test_ok(test_context, clpti_buffer_create(test_context, element, count, &buffer));
    if (seed) {
        test_field_free(&numbers);
        numbers = test_field_random(element == CLPTI_COMPLEX ? CLPT_TYPE_C64 : CLPT_TYPE_F32, seed, 1, &count);
    }
    test_ok(test_context, clpti_field_upload(clpti_view_of(buffer), numbers.data, numbers.type, count));
    test_field_free(&numbers);
    return buffer;
}

static test_field read(clpt_buffer *buffer)
{
    int64_t count = clpt_buffer_get_count(buffer);
    test_field numbers = test_field_new(buffer->element == CLPTI_COMPLEX ? CLPT_TYPE_C128 : CLPT_TYPE_F64, 1, &count);
    test_ok(test_context, clpti_field_download(clpti_view_of(buffer), numbers.data, numbers.type, count));
    return numbers;
}

/* Re⟨a, b⟩, and Σ|a||b| for the scale of its rounding. */
static double inner(clpt_buffer *a, clpt_buffer *b, double *scale)
{
    test_field x = read(a), y = read(b);
    double sum = 0;
    for (int64_t i = 0; i < x.count; i++)
        for (int part = 0; part < 2; part++) {
            double term = test_get(&x, i, part) * test_get(&y, i, part);
            sum += term;
            *scale += fabs(term);
        }
    test_field_free(&x);
    test_field_free(&y);
    return sum;
}

/* ⟨ax, y⟩ = ⟨x, by⟩; frees all four. */
static void expect_adjoint(const char *name, clpt_buffer *ax, clpt_buffer *y, clpt_buffer *x, clpt_buffer *by)
{
    double scale = 0, there = inner(ax, y, &scale), back = inner(x, by, &scale);
    double tolerance = test_is_reference() ? 1e-14 : 1e-6;
    if (!(fabs(there - back) <= tolerance * scale) || !(scale > 1))
        fail_msg("%s: %.12g and %.12g (scale %g)", name, there, back, scale);
    clpt_buffer_destroy(&ax);
    clpt_buffer_destroy(&y);
    clpt_buffer_destroy(&x);
    clpt_buffer_destroy(&by);
}

static void extract(clpt_buffer *image, bool is_complex, clpt_buffer *patches)
{
    test_ok(test_context,
            clpti_extract(test_context, &(clpti_extract_args){.images = clpti_view_of(image),
                                                              .complex = is_complex,
                                                              .height = HEIGHT,
                                                              .width = WIDTH,
                                                              .at = selected(0, COUNT),
                                                              .interpolation = CLPT_INTERPOLATION_BILINEAR,
                                                              .patches = clpti_view_of(patches),
                                                              .rows = SIZE,
                                                              .columns = SIZE}));
}

/* Patches first … first + count − 1 of `patches`. */
static void gather(clpt_buffer *patches, bool is_complex, int64_t first, int64_t count, clpt_buffer *canvas,
                   clpt_buffer *sum)
{
    test_ok(test_context, clpti_gather(test_context, &(clpti_gather_args){.patches = {patches, first * PIXELS},
                                                                          .complex = is_complex,
                                                                          .size = SIZE,
                                                                          .crop = SIZE,
                                                                          .at = selected(first, count),
                                                                          .canvas = clpti_view_of(canvas),
                                                                          .weight_sum = {sum, 0},
                                                                          .height = HEIGHT,
                                                                          .width = WIDTH}));
}

static void extract_and_gather_are_adjoint(void **state)
{
    (void)state;
    for (int is_complex = 0; is_complex < 2; is_complex++) {
        clpti_element element = is_complex ? CLPTI_COMPLEX : CLPTI_REAL;
        clpt_buffer *x = field(element, HEIGHT * WIDTH, 1), *ax = field(element, COUNT * PIXELS, 0);
        clpt_buffer *y = field(element, COUNT * PIXELS, 2), *by = field(element, HEIGHT * WIDTH, 0);
        extract(x, is_complex, ax);
        gather(y, is_complex, 0, COUNT, by, NULL);
        expect_adjoint(is_complex ? "complex" : "real", ax, y, x, by);
    }
}

static void illuminate(clpt_buffer *object, clpt_buffer *probe, clpt_buffer *waves)
{
    test_ok(test_context, clpti_illuminate(test_context, &(clpti_illuminate_args){.object = clpti_view_of(object),
                                                                                  .height = HEIGHT,
                                                                                  .width = WIDTH,
                                                                                  .at = selected(0, COUNT),
                                                                                  .probe = clpti_view_of(probe),
                                                                                  .modes = MODES,
                                                                                  .size = SIZE,
                                                                                  .patch = SIZE,
                                                                                  .waves = clpti_view_of(waves)}));
}

/* In the object: back-projection and gathering undo illumination. */
static void illuminate_and_backproject_are_adjoint_in_the_object(void **state)
{
    (void)state;
    clpt_buffer *x = field(CLPTI_COMPLEX, HEIGHT * WIDTH, 1), *ax = field(CLPTI_COMPLEX, COUNT * MODES * PIXELS, 0);
    clpt_buffer *y = field(CLPTI_COMPLEX, COUNT * MODES * PIXELS, 2), *by = field(CLPTI_COMPLEX, HEIGHT * WIDTH, 0);
    clpt_buffer *probe = field(CLPTI_COMPLEX, MODES * PIXELS, 3), *step = field(CLPTI_COMPLEX, COUNT * PIXELS, 0);
    illuminate(x, probe, ax);
    test_ok(test_context, clpti_backproject(test_context, &(clpti_backproject_args){.waves = clpti_view_of(y),
                                                                                    .probe = clpti_view_of(probe),
                                                                                    .count = COUNT,
                                                                                    .modes = MODES,
                                                                                    .size = SIZE,
                                                                                    .step = clpti_view_of(step)}));
    gather(step, true, 0, COUNT, by, NULL);
    expect_adjoint("object", ax, y, x, by);
    clpt_buffer_destroy(&probe);
    clpt_buffer_destroy(&step);
}

static void probe_gradient(clpt_buffer *object, clpt_buffer *waves, int64_t first, int64_t count, clpt_buffer *gradient,
                           clpt_buffer *power)
{
    test_ok(test_context,
            clpti_probe_gradient(test_context, &(clpti_probe_gradient_args){.object = clpti_view_of(object),
                                                                            .height = HEIGHT,
                                                                            .width = WIDTH,
                                                                            .at = selected(first, count),
                                                                            .waves = {waves, first * MODES * PIXELS},
                                                                            .modes = MODES,
                                                                            .size = SIZE,
                                                                            .gradient = clpti_view_of(gradient),
                                                                            .patch_power = clpti_view_of(power)}));
}

static void illuminate_and_probe_gradient_are_adjoint_in_the_probe(void **state)
{
    (void)state;
    clpt_buffer *x = field(CLPTI_COMPLEX, MODES * PIXELS, 1), *ax = field(CLPTI_COMPLEX, COUNT * MODES * PIXELS, 0);
    clpt_buffer *y = field(CLPTI_COMPLEX, COUNT * MODES * PIXELS, 2), *by = field(CLPTI_COMPLEX, MODES * PIXELS, 0);
    clpt_buffer *object = field(CLPTI_COMPLEX, HEIGHT * WIDTH, 3), *power = field(CLPTI_REAL, PIXELS, 0);
    illuminate(object, x, ax);
    probe_gradient(object, y, 0, COUNT, by, power);
    expect_adjoint("probe", ax, y, x, by);
    clpt_buffer_destroy(&object);
    clpt_buffer_destroy(&power);
}

/* ---- Splitting ---- */

static void expect_same_buffers(const char *name, clpt_buffer *a, clpt_buffer *b)
{
    test_field x = read(a), y = read(b);
    test_same_bits(name, &x, &y);
    test_field_free(&x);
    test_field_free(&y);
    clpt_buffer_destroy(&a);
    clpt_buffer_destroy(&b);
}

static void gather_in_parts_gives_the_same_bits(void **state)
{
    (void)state;
    clpt_buffer *patches = field(CLPTI_COMPLEX, COUNT * PIXELS, 2);
    clpt_buffer *whole = field(CLPTI_COMPLEX, HEIGHT * WIDTH, 5), *parts = field(CLPTI_COMPLEX, HEIGHT * WIDTH, 5);
    clpt_buffer *whole_sum = field(CLPTI_REAL, HEIGHT * WIDTH, 6), *part_sum = field(CLPTI_REAL, HEIGHT * WIDTH, 6);
    gather(patches, true, 0, COUNT, whole, whole_sum);
    gather(patches, true, 0, 4, parts, part_sum);
    gather(patches, true, 4, 1, parts, part_sum);
    gather(patches, true, 5, COUNT - 5, parts, part_sum);
    expect_same_buffers("canvas", whole, parts);
    expect_same_buffers("weight_sum", whole_sum, part_sum);
    clpt_buffer_destroy(&patches);
}

static void probe_gradient_in_parts_gives_the_same_bits(void **state)
{
    (void)state;
    clpt_buffer *object = field(CLPTI_COMPLEX, HEIGHT * WIDTH, 3),
                *waves = field(CLPTI_COMPLEX, COUNT * MODES * PIXELS, 2);
    clpt_buffer *whole = field(CLPTI_COMPLEX, MODES * PIXELS, 5), *parts = field(CLPTI_COMPLEX, MODES * PIXELS, 5);
    clpt_buffer *whole_power = field(CLPTI_REAL, PIXELS, 6), *part_power = field(CLPTI_REAL, PIXELS, 6);
    probe_gradient(object, waves, 0, COUNT, whole, whole_power);
    probe_gradient(object, waves, 0, 7, parts, part_power);
    probe_gradient(object, waves, 7, COUNT - 7, parts, part_power);
    expect_same_buffers("gradient", whole, parts);
    expect_same_buffers("patch_power", whole_power, part_power);
    clpt_buffer_destroy(&object);
    clpt_buffer_destroy(&waves);
}

int main(void)
{
    test_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(extract_and_gather_are_adjoint),
        cmocka_unit_test(illuminate_and_backproject_are_adjoint_in_the_object),
        cmocka_unit_test(illuminate_and_probe_gradient_are_adjoint_in_the_probe),
        cmocka_unit_test(gather_in_parts_gives_the_same_bits),
        cmocka_unit_test(probe_gradient_in_parts_gives_the_same_bits),
    };
    return cmocka_run_group_tests_name("adjoint", tests, open_geometry, close_geometry);
}
