/* SPDX-License-Identifier: Apache-2.0 */
/* step_fit by every variant, forced: against the reference, and with the same bits however patterns are split. */
#include "step_case.h"

#include "ops/engine.h"

#define PAIRS(seed, ...)                                                                                               \
    test_field_random(CLPT_TYPE_C64, (seed), (int)(sizeof((int64_t[]){__VA_ARGS__}) / 8), (int64_t[]){__VA_ARGS__})

enum { OBJECT, CHANGE, PROBE, DIRECTION, WAVES, SUMS, VIEWS };
enum { ORDERED = 1, NO_DIRECTION = 2, OWN_PROBES = 4 };
enum { PLACES = 100 };

typedef struct shape {
    int64_t count, modes, size, height, width, first;
    int way;
} shape;

/* Blocks of patches and of batches that are cut off, patches within the object and beyond it. */
static const shape shapes[] = {{1, 1, 1, 3, 4, 0, 0},
                               {9, 2, 16, 20, 31, 5, ORDERED},
                               {6, 1, 32, 90, 71, 0, OWN_PROBES},
                               {5, 3, 33, 30, 47, 2, NO_DIRECTION},
                               {7, 2, 77, 99, 120, 3, ORDERED | OWN_PROBES},
                               {4, 1, 96, 140, 133, 0, ORDERED},
                               {2, 1, 264, 300, 290, 0, 0}};
enum { SHAPES = sizeof shapes / sizeof *shapes };

static const char *const variants[] = {"", "step_fit=blocks", "step_fit=general"};
enum { VARIANTS = sizeof variants / sizeof *variants };

static double positions[2 * PLACES];
static int32_t order[PLACES];

static clpt_status fit(step_bench *b, const shape *n, int64_t done, int64_t count, clpti_view sums)
{
    int64_t pixels = n->size * n->size, stride = n->way & OWN_PROBES ? n->modes * pixels : 0;
    clpti_selection at = {&b->positions, n->way & ORDERED ? &b->order : NULL, n->first + done, count, -1, 1};
    return clpti_step_fit(b->context,
                          &(clpti_step_fit_args){
                              .object = b->views[OBJECT],
                              .object_direction = b->views[CHANGE],
                              .height = n->height,
                              .width = n->width,
                              .at = at,
                              .probe = clpti_view_at(b->views[PROBE], done * stride),
                              .probe_stride = stride,
                              .probe_direction = n->way & NO_DIRECTION ? (clpti_view){0} : b->views[DIRECTION],
                              .waves = clpti_view_at(b->views[WAVES], done * n->modes * pixels),
                              .modes = n->modes,
                              .size = n->size,
                              .sums = sums,
                          });
}

static clpt_status whole(step_bench *b, const void *how)
{
    const shape *n = how;
    return fit(b, n, 0, n->count, b->views[SUMS]);
}

/* One pattern, then two, then three, … */
static clpt_status in_parts(step_bench *b, const void *how)
{
    const shape *n = how;
    clpt_status status = CLPT_OK;
    for (int64_t done = 0, part = 1; done < n->count && status == CLPT_OK; done += part++)
        status =
            fit(b, n, done, n->count - done < part ? n->count - done : part, clpti_view_at(b->views[SUMS], 5 * done));
    return status;
}

static step_case case_of(const shape *n, const char *name)
{
    int64_t own = n->way & OWN_PROBES ? n->count : 1;
    for (int64_t k = 0; k < PLACES; k++) {
        positions[2 * k] = test_random(11, 2 * (uint64_t)k, -3, (double)(n->width - n->size) + 3);
        positions[2 * k + 1] = test_random(11, 2 * (uint64_t)k + 1, -3, (double)(n->height - n->size) + 3);
        order[k] = (int32_t)((37 * k + 11) % PLACES);
    }
    return (step_case){.name = name,
                       .view_count = VIEWS,
                       .fields = {PAIRS(1, n->height, n->width), PAIRS(2, n->height, n->width),
                                  PAIRS(3, own, n->modes, n->size, n->size), PAIRS(4, n->modes, n->size, n->size),
                                  PAIRS(5, n->count, n->modes, n->size, n->size),
                                  test_field_random(CLPT_TYPE_F32, 6, 2, (int64_t[]){n->count, 5})},
                       .tolerance = {[SUMS] = TEST_LINEAR},
                       .xy = positions,
                       .place_count = PLACES,
                       .order = n->way & ORDERED ? order : NULL,
                       .order_count = PLACES,
                       .run = whole,
                       .how = n};
}

/* Each variant in a context of its own; the others are left out where there are none. */
static clpt_context *contexts[VARIANTS];

static int open_all(void **state)
{
    int status = test_open_both(state);
    contexts[0] = test_context;
    for (int v = 1; v < VARIANTS && !test_is_reference(); v++) {
        clpt_message message = {0};
        clpt_context_options options = {.size = sizeof options, .device = test_device(), .variants = variants[v]};
        if (clpt_context_create(&options, &contexts[v], &message) != CLPT_OK) fail_msg("cannot open: %s", message.text);
    }
    return status;
}

static int close_all(void **state)
{
    test_context = contexts[0]; /* whatever a case that failed left there */
    for (int v = 1; v < VARIANTS; v++) clpt_context_destroy(&contexts[v]);
    return test_close_both(state);
}

static bool left_out(int variant, const shape *n)
{
    return !contexts[variant] || (test_small() && n->size > 40);
}

static void every_variant_agrees_with_the_reference(void **state)
{
    (void)state;
    for (int v = 0; v < VARIANTS; v++)
        for (int n = 0; n < SHAPES; n++) {
            if (left_out(v, &shapes[n])) continue;
            step_case s = case_of(&shapes[n], test_text("shape %d, '%s'", n, variants[v]));
            test_context = contexts[v];
            step_check(&s);
        }
    test_context = contexts[0];
}

/* What the sums are when the patterns come in some way. */
static test_field sums_of(clpt_context *context, const shape *n, clpt_status (*run)(step_bench *, const void *))
{
    step_case s = case_of(n, "");
    step_bench b = {.context = context, .order = {.host = s.order}};
    test_field out = test_field_new(CLPT_TYPE_F32, 2, (int64_t[]){n->count, 5});
    for (int i = 0; i < VIEWS; i++) {
        b.buffers[i] = test_buffer(context, &s.fields[i], 0);
        b.views[i] = clpti_view_of(b.buffers[i]);
    }
    test_ok(context, clpti_positions_create(context, positions, PLACES, &b.positions));
    if (s.order && !clpti_is_reference(context)) {
        test_ok(context, clpti_buffer_create(context, CLPTI_INDEX, PLACES, &b.order.device));
        test_ok(context, clpti_upload(clpti_view_of(b.order.device), order, PLACES));
    }
    test_ok(context, run(&b, n));
    test_buffer_read(context, b.buffers[SUMS], 0, &out);
    for (int i = 0; i < VIEWS; i++) {
        clpt_buffer_destroy(&b.buffers[i]);
        test_field_free(&s.fields[i]);
    }
    clpti_positions_destroy(&b.positions);
    clpt_buffer_destroy(&b.order.device);
    return out;
}

static void patterns_in_parts_give_the_same_bits(void **state)
{
    (void)state;
    for (int v = 0; v < VARIANTS; v++)
        for (int n = 0; n < SHAPES; n++) {
            if (left_out(v, &shapes[n])) continue;
            test_field want = sums_of(contexts[v], &shapes[n], whole), got = sums_of(contexts[v], &shapes[n], in_parts);
            test_same_bits(test_text("shape %d, '%s'", n, variants[v]), &got, &want);
            test_field_free(&got);
            test_field_free(&want);
        }
}

int main(void)
{
    test_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_variant_agrees_with_the_reference),
        cmocka_unit_test(patterns_in_parts_give_the_same_bits),
    };
    return cmocka_run_group_tests_name("step_fit", tests, open_all, close_all);
}
