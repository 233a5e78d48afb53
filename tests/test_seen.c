/* SPDX-License-Identifier: Apache-2.0 */
/* What patterns have of their own, in every operation that takes it: a scale and a background at the detector
 * (clpti_detector_response), and a probe for each (probe_stride), against the reference and against what they must come
 * to. */
#include <math.h>
#include <stdlib.h>

#include "step_case.h"

#include "ops/adjoint.h"
#include "ops/correction.h"
#include "ops/engine.h"

#define REAL(seed, ...)                                                                                                \
    test_field_random(CLPT_TYPE_F32, (seed), (int)(sizeof((int64_t[]){__VA_ARGS__}) / 8), (int64_t[]){__VA_ARGS__})
#define PAIRS(seed, ...)                                                                                               \
    test_field_random(CLPT_TYPE_C64, (seed), (int)(sizeof((int64_t[]){__VA_ARGS__}) / 8), (int64_t[]){__VA_ARGS__})

enum { PLACES = 100 };

static test_field positive(test_field field)
{
    for (int64_t i = 0; i < field.count; i++) test_set(&field, i, 0, 0.2 + fabs(test_get(&field, i, 0)));
    return field;
}

/* way & 1: through an order; & 2: no scales; & 4: no background. */
typedef struct sizes {
    int64_t count, modes, size, height, width, first;
    int way;
} sizes;

static const sizes shapes[] = {{1, 1, 1, 3, 4, 0, 0},    {4, 3, 5, 9, 8, 2, 1},    {9, 1, 16, 20, 31, 5, 2},
                               {3, 2, 17, 30, 21, 0, 5}, {40, 2, 8, 12, 13, 1, 1}, {2, 1, 72, 80, 90, 3, 0}};
#define SHAPES (sizeof shapes / sizeof *shapes)

static double positions[2 * PLACES];
static int32_t order[PLACES];

static step_case with_geometry(step_case s, const sizes *n)
{
    for (int64_t k = 0; k < PLACES; k++) {
        positions[2 * k] = test_random(11, 2 * (uint64_t)k, -2, (double)(n->width - n->size) + 3);
        positions[2 * k + 1] = test_random(11, 2 * (uint64_t)k + 1, -2, (double)(n->height - n->size) + 3);
        order[k] = (int32_t)((37 * k + 11) % PLACES);
    }
    s.xy = positions;
    s.place_count = PLACES;
    s.order = n->way & 1 ? order : NULL;
    s.order_count = PLACES;
    s.how = n;
    return s;
}

static clpti_selection selection(const step_bench *b, const sizes *n)
{
    return (clpti_selection){&b->positions, n->way & 1 ? &b->order : NULL, n->first, n->count, -1, 0};
}

/* ---- a scale and a background ---- */

static clpti_detector_response response(const step_bench *b, const sizes *n, clpti_view scales, clpti_view background)
{
    clpti_view none = {0};
    return (clpti_detector_response){.scales = n->way & 2 ? none : scales,
                                     .order = n->way & 1 ? &b->order : NULL,
                                     .first = n->first,
                                     .background = n->way & 4 ? none : background};
}

static clpt_status intensity(step_bench *b, const void *how)
{
    const sizes *n = how;
    return clpti_intensity(b->context, &(clpti_intensity_args){.waves = b->views[0],
                                                               .count = n->count,
                                                               .modes = n->modes,
                                                               .size = n->size,
                                                               .factor = 0.3,
                                                               .response = response(b, n, b->views[1], b->views[2]),
                                                               .amplitude = n->way & 1,
                                                               .out = b->views[3]});
}

static clpt_status detector_back(step_bench *b, const void *how)
{
    const sizes *n = how;
    return clpti_detector_back(b->context,
                               &(clpti_detector_back_args){.waves = b->views[0],
                                                           .count = n->count,
                                                           .modes = n->modes,
                                                           .size = n->size,
                                                           .factor = 0.3,
                                                           .response = response(b, n, b->views[1], b->views[2]),
                                                           .amplitude = n->way & 1,
                                                           .cotangent = b->views[3]});
}

static clpt_status project(step_bench *b, const void *how)
{
    const sizes *n = how;
    return clpti_project(b->context, &(clpti_project_args){.waves = b->views[0],
                                                           .count = n->count,
                                                           .modes = n->modes,
                                                           .size = n->size,
                                                           .factor = 0.7,
                                                           .scale = 0.25,
                                                           .image = n->size == 8,
                                                           .response = response(b, n, b->views[1], b->views[2]),
                                                           .measured = b->views[3],
                                                           .order = n->way & 1 ? &b->order : NULL,
                                                           .first = n->first,
                                                           .misfit = b->views[4],
                                                           .total = b->views[5]});
}

static void detector_agrees_with_the_reference(void **state)
{
    (void)state;
    for (const sizes *n = shapes; n < shapes + SHAPES; n++) {
        int shape = (int)(n - shapes);
        step_case i = {.name = test_text("intensity %d", shape),
                       .view_count = 4,
                       .run = intensity,
                       .fields = {PAIRS(1, n->count, n->modes, n->size, n->size), positive(REAL(2, PLACES)),
                                  positive(REAL(3, n->size, n->size)), REAL(4, n->count, n->size, n->size)},
                       .tolerance = {[3] = TEST_DIFFRACT}};
        i = with_geometry(i, n);
        step_check(&i);
        step_case d = {.name = test_text("detector_back %d", shape),
                       .view_count = 4,
                       .run = detector_back,
                       .fields = {PAIRS(1, n->count, n->modes, n->size, n->size), positive(REAL(2, PLACES)),
                                  positive(REAL(3, n->size, n->size)), REAL(4, n->count, n->size, n->size)},
                       .tolerance = {[0] = TEST_LINEAR}};
        d = with_geometry(d, n);
        step_check(&d);
        step_case p = {.name = test_text("project %d", shape),
                       .view_count = 6,
                       .run = project,
                       .fields = {PAIRS(1, n->count, n->modes, n->size, n->size), positive(REAL(2, PLACES)),
                                  positive(REAL(3, n->size, n->size)), positive(REAL(4, PLACES, n->size, n->size)),
                                  REAL(5, n->count), REAL(6, n->count)},
                       .tolerance = {[0] = TEST_DIFFRACT, [4] = TEST_DIFFRACT, [5] = TEST_DIFFRACT}};
        p = with_geometry(p, n);
        step_check(&p);
    }
}

/* ---- what they are found from ---- */

static clpti_misfit_args misfit(const step_bench *b, const sizes *n)
{
    return (clpti_misfit_args){.intensity = b->views[0],
                               .count = n->count,
                               .size = n->size,
                               .response = response(b, n, b->views[1], b->views[2]),
                               .measured = b->views[3],
                               .mask = n->way == 2 ? (clpti_view){0} : b->views[4],
                               .mask_per_pattern = n->way & 1,
                               .order = n->way & 1 ? &b->order : NULL,
                               .first = n->first,
                               .floor = 0.01,
                               .sums = b->views[5]};
}

static clpt_status scale_sums(step_bench *b, const void *how)
{
    clpti_misfit_args args = misfit(b, how);
    return clpti_scale_sums(b->context, &args);
}

static clpt_status background_sums(step_bench *b, const void *how)
{
    clpti_misfit_args args = misfit(b, how);
    return clpti_background_sums(b->context, &args);
}

static step_case misfit_case(const sizes *n)
{
    int64_t masks = n->way & 1 ? PLACES : 1, pixels = n->size * n->size;
    step_case s = {.view_count = 5,
                   .fields = {positive(REAL(1, n->count, n->size, n->size)), positive(REAL(2, PLACES)),
                              positive(REAL(3, n->size, n->size)), positive(REAL(4, PLACES, n->size, n->size)),
                              REAL(5, masks, n->size, n->size)}};
    for (int64_t i = 0; i < s.fields[4].count; i++)
        test_set(&s.fields[4], i, 0, test_random(8, (uint64_t)i, 0, 1) < 0.8 || !i);
    for (int64_t i = 0; n->way != 2 && i < s.fields[3].count; i++)
        if (test_get(&s.fields[4], i % (masks * pixels), 0) == 0) test_set(&s.fields[3], i, 0, NAN);
    s.view_count = 6;
    return s;
}

static void misfits_agree_with_the_reference(void **state)
{
    (void)state;
    for (const sizes *n = shapes; n < shapes + SHAPES; n++) {
        step_case s = misfit_case(n);
        s.name = test_text("scale_sums %d", (int)(n - shapes));
        s.run = scale_sums;
        s.fields[5] = REAL(6, n->count, 2);
        s.tolerance[5] = TEST_DIFFRACT;
        s = with_geometry(s, n);
        step_check(&s);
        if (n->way & 4) continue; /* a background is given */
        step_case b = misfit_case(n);
        b.name = test_text("background_sums %d", (int)(n - shapes));
        b.run = background_sums;
        b.fields[5] = REAL(6, n->size * n->size, 2);
        b.tolerance[5] = TEST_DIFFRACT;
        b = with_geometry(b, n);
        step_check(&b);
    }
}

static clpt_status rescale(step_bench *b, const void *how)
{
    const sizes *n = how;
    return clpti_rescale(
        b->context, &(clpti_rescale_args){.sums = b->views[0], .scales = b->views[1], .count = n->count, .limit = 1.5});
}

static clpt_status background_step(step_bench *b, const void *how)
{
    const sizes *n = how;
    return clpti_background_step(
        b->context, &(clpti_background_step_args){
                        .sums = b->views[0], .background = b->views[1], .count = n->height * n->width, .step = 0.7});
}

/* Some have nothing to go by. */
static test_field fractions(int64_t count)
{
    test_field sums = REAL(1, count, 2);
    for (int64_t i = 0; i < count; i++)
        test_set(&sums, 2 * i + 1, 0, i % 7 == 3 ? 0 : 1 + fabs(test_get(&sums, 2 * i + 1, 0)));
    return sums;
}

static void steps_agree_with_the_reference(void **state)
{
    (void)state;
    for (const sizes *n = shapes; n < shapes + SHAPES; n++) {
        step_case s = {.name = test_text("rescale %d", (int)(n - shapes)),
                       .view_count = 2,
                       .run = rescale,
                       .how = n,
                       .fields = {fractions(n->count), positive(REAL(2, n->count))},
                       .tolerance = {[1] = TEST_LINEAR}};
        step_check(&s);
        step_case b = {.name = test_text("background_step %d", (int)(n - shapes)),
                       .view_count = 2,
                       .run = background_step,
                       .how = n,
                       .fields = {fractions(n->height * n->width), positive(REAL(2, n->height, n->width))},
                       .tolerance = {[1] = TEST_LINEAR}};
        step_check(&b);
    }
}

/* One pixel by hand: I = s²·f·|w|² + b. */
static void one_pixel_is_what_the_formula_says(void **state)
{
    (void)state;
    double wave[2] = {3, 4}, s = 1.5, b = 7, a = 11, out = 0, misfit = 0, total = 0;
    clpt_buffer *buffers[6] = {0};
    const struct {
        clpti_element element;
        const double *value;
    } needs[6] = {{CLPTI_COMPLEX, wave}, {CLPTI_REAL, &s}, {CLPTI_REAL, &b},
                  {CLPTI_REAL, &a},      {CLPTI_REAL, 0},  {CLPTI_REAL, 0}};
    for (int i = 0; i < 6; i++) {
        test_ok(test_context, clpti_buffer_create(test_context, needs[i].element, 1, &buffers[i]));
        clpt_type type = i ? CLPT_TYPE_F64 : CLPT_TYPE_C128;
        if (needs[i].value)
            test_ok(test_context, clpti_field_upload(clpti_view_of(buffers[i]), needs[i].value, type, 1));
    }
    clpti_detector_response sees = {.scales = clpti_view_of(buffers[1]), .background = clpti_view_of(buffers[2])};
    test_ok(test_context, clpti_intensity(test_context, &(clpti_intensity_args){.waves = clpti_view_of(buffers[0]),
                                                                                .count = 1,
                                                                                .modes = 1,
                                                                                .size = 1,
                                                                                .factor = 2,
                                                                                .response = sees,
                                                                                .out = clpti_view_of(buffers[4])}));
    test_ok(test_context, clpti_field_download(clpti_view_of(buffers[4]), &out, CLPT_TYPE_F64, 1));
    assert_true(fabs(out - 119.5) < 1e-4);
    test_ok(test_context, clpti_project(test_context, &(clpti_project_args){.waves = clpti_view_of(buffers[0]),
                                                                            .count = 1,
                                                                            .modes = 1,
                                                                            .size = 1,
                                                                            .factor = 2,
                                                                            .scale = 1,
                                                                            .response = sees,
                                                                            .measured = clpti_view_of(buffers[3]),
                                                                            .misfit = clpti_view_of(buffers[4]),
                                                                            .total = clpti_view_of(buffers[5])}));
    test_ok(test_context, clpti_field_download(clpti_view_of(buffers[0]), wave, CLPT_TYPE_C128, 1));
    test_ok(test_context, clpti_field_download(clpti_view_of(buffers[4]), &misfit, CLPT_TYPE_F64, 1));
    test_ok(test_context, clpti_field_download(clpti_view_of(buffers[5]), &total, CLPT_TYPE_F64, 1));
    double model = sqrt(119.5), change = 11 / model - 1;
    assert_true(fabs(wave[0] - 3 * change) < 1e-5 && fabs(wave[1] - 4 * change) < 1e-5);
    assert_true(fabs(misfit - fabs(model - 11)) < 1e-5 && total == 11);
    for (int i = 0; i < 6; i++) clpt_buffer_destroy(&buffers[i]);
}

/* ---- a probe for each pattern ---- */

static int64_t stride(const sizes *n)
{
    return n->modes * n->size * n->size;
}

static clpt_status illuminate(step_bench *b, const void *how)
{
    const sizes *n = how;
    return clpti_illuminate(b->context, &(clpti_illuminate_args){.object = b->views[0],
                                                                 .height = n->height,
                                                                 .width = n->width,
                                                                 .at = selection(b, n),
                                                                 .probe = b->views[1],
                                                                 .probe_stride = stride(n),
                                                                 .modes = n->modes,
                                                                 .size = n->size,
                                                                 .patch = n->size,
                                                                 .waves = b->views[2]});
}

static clpt_status step_fit(step_bench *b, const void *how)
{
    const sizes *n = how;
    return clpti_step_fit(b->context, &(clpti_step_fit_args){.object = b->views[0],
                                                             .object_direction = b->views[0],
                                                             .height = n->height,
                                                             .width = n->width,
                                                             .at = selection(b, n),
                                                             .probe = b->views[1],
                                                             .probe_stride = stride(n),
                                                             .probe_direction = b->views[2],
                                                             .waves = b->views[3],
                                                             .modes = n->modes,
                                                             .size = n->size,
                                                             .sums = b->views[4]});
}

static clpt_status position_fit(step_bench *b, const void *how)
{
    const sizes *n = how;
    return clpti_position_fit(b->context, &(clpti_position_fit_args){.object = b->views[0],
                                                                     .height = n->height,
                                                                     .width = n->width,
                                                                     .at = selection(b, n),
                                                                     .probe = b->views[1],
                                                                     .probe_stride = stride(n),
                                                                     .waves = b->views[2],
                                                                     .modes = n->modes,
                                                                     .size = n->size,
                                                                     .sums = b->views[3]});
}

static clpt_status object_gradient(step_bench *b, const void *how)
{
    const sizes *n = how;
    return clpti_object_gradient(b->context, &(clpti_object_gradient_args){.waves = b->views[0],
                                                                           .probe = b->views[1],
                                                                           .probe_stride = stride(n),
                                                                           .modes = n->modes,
                                                                           .size = n->size,
                                                                           .at = selection(b, n),
                                                                           .weights = b->views[2],
                                                                           .canvas = b->views[3],
                                                                           .weight_sum = b->views[4],
                                                                           .height = n->height,
                                                                           .width = n->width});
}

static void variable_probes_agree_with_the_reference(void **state)
{
    (void)state;
    for (const sizes *n = shapes; n < shapes + SHAPES; n++) {
        int shape = (int)(n - shapes);
        int64_t c = n->count, m = n->modes, N = n->size, H = n->height, W = n->width;
        step_case i = {.name = test_text("illuminate %d", shape),
                       .view_count = 3,
                       .run = illuminate,
                       .fields = {PAIRS(1, H, W), PAIRS(2, c, m, N, N), PAIRS(3, c, m, N, N)},
                       .tolerance = {[2] = TEST_LINEAR}};
        i = with_geometry(i, n);
        step_check(&i);
        step_case f = {
            .name = test_text("step_fit %d", shape),
            .view_count = 5,
            .run = step_fit,
            .fields = {PAIRS(1, H, W), PAIRS(2, c, m, N, N), PAIRS(3, m, N, N), PAIRS(4, c, m, N, N), REAL(5, c, 5)},
            .tolerance = {[4] = TEST_LINEAR}};
        f = with_geometry(f, n);
        step_check(&f);
        test_field sums = test_field_new(CLPT_TYPE_F32, 2, (int64_t[]){PLACES, clpti_position_sums});
        step_case p = {.name = test_text("position_fit %d", shape),
                       .view_count = 4,
                       .run = position_fit,
                       .fields = {PAIRS(1, H, W), PAIRS(2, c, m, N, N), PAIRS(3, c, m, N, N), sums},
                       .tolerance = {[3] = 4e-6}};
        p = with_geometry(p, n);
        step_check(&p);
        step_case o = {.name = test_text("object_gradient %d", shape),
                       .view_count = 5,
                       .run = object_gradient,
                       .fields = {PAIRS(1, c, m, N, N), PAIRS(2, c, m, N, N), positive(REAL(3, N, N)), PAIRS(4, H, W),
                                  REAL(5, H, W)},
                       .tolerance = {[3] = TEST_LINEAR, [4] = TEST_LINEAR}};
        o = with_geometry(o, n);
        step_check(&o);
    }
}

int main(void)
{
    test_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(detector_agrees_with_the_reference),
        cmocka_unit_test(misfits_agree_with_the_reference),
        cmocka_unit_test(steps_agree_with_the_reference),
        cmocka_unit_test(one_pixel_is_what_the_formula_says),
        cmocka_unit_test(variable_probes_agree_with_the_reference),
    };
    return cmocka_run_group_tests_name("seen", tests, test_open_both, test_close_both);
}
