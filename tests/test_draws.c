/* SPDX-License-Identifier: Apache-2.0 */
/* A seed gives the same random numbers on every device and in every version: digests are stored here. A change of
 * one changes the meaning of users' seeds. */
#include <inttypes.h>
#include <stdlib.h>
#include <xxhash.h>

#include "support.h"

#include "core/poisson.h"
#include "solve/batches.h"

static uint64_t uniforms(clpt_context *context)
{
    double draws[1000];
    (void)context;
    for (uint64_t i = 0; i < 1000; i++) draws[i] = clpti_uniform(11, (uint32_t)(i % 7), i);
    return XXH3_64bits(draws, sizeof draws);
}

static uint64_t counts(clpt_context *context)
{
    double draws[1000];
    (void)context;
    for (uint64_t i = 0; i < 1000; i++) draws[i] = clpti_poisson(11, i / 100, i % 100, (float)(i % 10 * i % 300) / 4);
    return XXH3_64bits(draws, sizeof draws);
}

/* The order of patterns in four iterations, as the device gets it. */
static uint64_t orders(clpt_context *context)
{
    enum { COUNT = 101 };
    int32_t order[4][COUNT];
    clpti_batches batches;
    clpt_solver solver = {.context = context, .count = COUNT, .batch = 7, .options = {.seed = 11}};
    test_ok(context, clpti_batches_create(&solver, &batches));
    for (solver.iteration = 0; solver.iteration < 4; solver.iteration++) {
        test_ok(context, clpti_batches_shuffle(&solver, &batches));
        for (int i = 0; i < COUNT; i++) order[solver.iteration][i] = batches.order[i];
        if (batches.shown.device)
            test_ok(context, clpti_download(clpti_view_of(batches.shown.device), order[solver.iteration], COUNT));
    }
    clpti_batches_destroy(&batches);
    return XXH3_64bits(order, sizeof order);
}

static uint64_t groups(clpt_context *context)
{
    double positions[2 * 60];
    int64_t indices[4 * 50];
    clpt_groups_options options = {.size = sizeof options, .groups = 50, .grid = 2, .neighbours = 8, .seed = 11};
    (void)context;
    for (int i = 0; i < 120; i++) positions[i] = (i % 2 ? i / 2 / 10 : i / 2 % 10) * 4.0 + (i * 37 % 11) / 16.0;
    assert_int_equal(clpt_groups_draw(positions, 60, &options, indices, NULL, NULL, NULL), CLPT_OK);
    return XXH3_64bits(indices, sizeof indices);
}

/* Counts through the forward model. A probe of a single pixel, [0, 0], has the same intensity everywhere, without any
 * rounding where side, probe and object are powers of 2: equal rates on every device. */
static uint64_t model_counts(clpt_context *context)
{
    enum { SIDE = 16, COUNT = 9 };
    double positions[2 * COUNT];
    test_field object = test_field_new(CLPT_TYPE_C64, 2, CLPT_SHAPE(SIDE + 2, SIDE + 2)),
               probe = test_field_new(CLPT_TYPE_C64, 2, CLPT_SHAPE(SIDE, SIDE)),
               drawn = test_field_new(CLPT_TYPE_F32, 3, CLPT_SHAPE(COUNT, SIDE, SIDE));
    clpt_array o = test_array(&object), p = test_array(&probe), out = test_array(&drawn);
    clpt_forward_options options = {.size = sizeof options, .poisson = true, .seed = 11};
    clpt_scan *scan = NULL;
    for (int64_t i = 0; i < object.count; i++) test_set(&object, i, 0, 1 << (i % 5));
    test_set(&probe, 0, 0, 32);
    for (int i = 0; i < 2 * COUNT; i++) positions[i] = SIDE / 2 + (i % 2 ? i / 6 : i / 2 % 3);
    test_ok(context, clpt_scan_create(context, positions, COUNT, &scan));
    test_ok(context, clpt_forward(context, &o, scan, &p, &options, &out));
    uint64_t digest = XXH3_64bits(drawn.data, (size_t)drawn.count * sizeof(float));
    clpt_scan_destroy(&scan);
    test_field_free(&object);
    test_field_free(&probe);
    test_field_free(&drawn);
    return digest;
}

static const struct {
    const char *what;
    uint64_t (*draw)(clpt_context *context);
    uint64_t stored;
} draws[] = {
    {"uniform numbers", uniforms, 0xcd261f65b2879401},
    {"Poisson counts", counts, 0x1e9d795bc50be40c},
    {"orders of patterns", orders, 0x42946c8d9261167e},
    {"groups of neighbours", groups, 0x845018f773ee2102},
    {"counts of the forward model", model_counts, 0xa1c682e18d319814},
};

static void a_seed_gives_what_it_always_gave(void **state)
{
    (void)state;
    int wrong = 0;
    for (size_t i = 0; i < sizeof draws / sizeof *draws; i++) {
        uint64_t device = draws[i].draw(test_context), reference = draws[i].draw(test_reference);
        if (device == draws[i].stored && reference == draws[i].stored) continue;
        print_error("%s: 0x%016" PRIx64 " on the device, 0x%016" PRIx64 " on the reference path, 0x%016" PRIx64
                    " stored\n",
                    draws[i].what, device, reference, draws[i].stored);
        wrong++;
    }
    assert_int_equal(wrong, 0);
}

int main(void)
{
    test_start();
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_seed_gives_what_it_always_gave)};
    return cmocka_run_group_tests_name("draws", tests, test_open_both, test_close_both);
}
