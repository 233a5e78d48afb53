/* SPDX-License-Identifier: Apache-2.0 */
/* Beyond 2³¹ elements: a host result made in pieces, and, where the device allows it, a single buffer. Only with
 * CLPTYCHO_TEST_LARGE, and enough memory. Objects are random, so that a patch from the wrong place shows. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"

enum { SIDE = 1024, COUNT = 2051, HEIGHT = 1060, WIDTH = 1090 };
static const int64_t pixels = (int64_t)SIDE * SIDE, all = (int64_t)COUNT * SIDE * SIDE; /* 2³¹ + 3·2²⁰ */

static test_field object;
static double positions[2 * COUNT];

static int make_inputs(void **state)
{
    object = test_field_random(CLPT_TYPE_F32, 3, 2, CLPT_SHAPE(HEIGHT, WIDTH));
    for (int i = 0; i < COUNT; i++) {
        positions[2 * i] = test_random(1, 2 * (uint64_t)i, 400, WIDTH - 400);
        positions[2 * i + 1] = test_random(1, 2 * (uint64_t)i + 1, 400, HEIGHT - 400);
    }
    return test_open_both(state);
}

static int free_inputs(void **state)
{
    test_field_free(&object);
    return test_close_both(state);
}

static double pixel(int64_t y, int64_t x)
{
    return y < 0 || x < 0 || y >= HEIGHT || x >= WIDTH ? 0 : test_get(&object, y * WIDTH + x, 0);
}

static double value_at(int64_t element)
{
    int64_t k = element / pixels;
    double x = positions[2 * k] - SIDE / 2 + (double)(element % SIDE);
    double y = positions[2 * k + 1] - SIDE / 2 + (double)(element / SIDE % SIDE);
    double fx = x - floor(x), fy = y - floor(y);
    int64_t left = (int64_t)floor(x), top = (int64_t)floor(y);
    return (1 - fy) * ((1 - fx) * pixel(top, left) + fx * pixel(top, left + 1)) +
           fy * ((1 - fx) * pixel(top + 1, left) + fx * pixel(top + 1, left + 1));
}

static void check(const float *got, int64_t first, int64_t count)
{
    for (int64_t i = 0; i < count; i++) {
        double expected = value_at(first + i);
        if (!(fabs((double)got[i] - expected) <= TEST_LINEAR))
            fail_msg("element %lld is %.9g and should be %.9g", (long long)(first + i), (double)got[i], expected);
    }
}

/* Limits of 32-bit arithmetic, by element and by byte, and the ends. */
static const int64_t windows[] = {0,
                                  (INT64_C(1) << 29) - SIDE / 2,
                                  (INT64_C(1) << 30) - SIDE / 2,
                                  (INT64_C(1) << 31) - SIDE / 2,
                                  (INT64_C(1) << 31) + 5,
                                  (int64_t)COUNT *SIDE *SIDE - SIDE};
enum { WINDOWS = sizeof windows / sizeof *windows };

static clpt_status extract(const clpt_array *patches)
{
    clpt_scan *scan = NULL;
    clpt_array from = test_array(&object);
    clpt_status status = clpt_scan_create(test_context, positions, COUNT, &scan);
    if (status == CLPT_OK) status = clpt_extract_scan(test_context, &from, scan, patches);
    clpt_scan_destroy(&scan);
    return status;
}

static void host_result_beyond_2_31_elements_in_pieces(void **state)
{
    (void)state;
    float *patches = malloc((size_t)all * sizeof *patches);
    if (!patches) skip();
    clpt_array out = clpt_array_host(patches, CLPT_TYPE_F32, 3, CLPT_SHAPE(COUNT, SIDE, SIDE));
    test_ok(test_context, extract(&out));
    for (int w = 0; w < WINDOWS; w++) check(patches + windows[w], windows[w], SIDE);
    for (int64_t k = 0; k < COUNT; k++) { /* a row of each */
        int64_t first = k * pixels + k * 37 % SIDE * SIDE;
        check(patches + first, first, SIDE);
    }
    free(patches);
}

static void buffer_beyond_2_31_elements(void **state)
{
    (void)state;
    const clpt_device_info *device = clpt_context_get_device(test_context);
    uint64_t bytes = (uint64_t)all * sizeof(float);
    if (device->largest_allocation < bytes || device->memory / 2 < bytes || test_is_reference()) {
        print_message("a buffer of %llu bytes is more than %llu, the most of this device\n", (unsigned long long)bytes,
                      (unsigned long long)device->largest_allocation);
        skip();
    }
    clpt_buffer *buffer = NULL;
    test_ok(test_context, clpt_buffer_create(test_context, CLPT_TYPE_F32, all, &buffer));
    clpt_array whole = clpt_array_device(buffer, 0, 3, CLPT_SHAPE(COUNT, SIDE, SIDE));
    test_ok(test_context, extract(&whole));
    float window[SIDE];
    clpt_array to = clpt_array_host(window, CLPT_TYPE_F32, 1, CLPT_SHAPE(SIDE));
    for (int w = 0; w < WINDOWS + COUNT; w++) {
        int64_t first = w < WINDOWS ? windows[w] : (w - WINDOWS) * pixels + (w - WINDOWS) * 41 % SIDE * SIDE;
        clpt_array from = clpt_array_device(buffer, first, 1, CLPT_SHAPE(SIDE));
        test_ok(test_context, clpt_array_copy(test_context, &from, &to));
        check(window, first, SIDE);
    }
    /* Written beyond 2³¹, and nothing else. */
    int64_t last = windows[4];
    for (int i = 0; i < SIDE; i++) window[i] = (float)i;
    clpt_array there = clpt_array_device(buffer, last, 1, CLPT_SHAPE(SIDE));
    test_ok(test_context, clpt_array_copy(test_context, &to, &there));
    memset(window, 0, sizeof window);
    test_ok(test_context, clpt_array_copy(test_context, &there, &to));
    for (int i = 0; i < SIDE; i++) assert_true(window[i] == (float)i);
    clpt_array low = clpt_array_device(buffer, last & INT32_MAX, 1, CLPT_SHAPE(SIDE));
    test_ok(test_context, clpt_array_copy(test_context, &low, &to));
    check(window, last & INT32_MAX, SIDE);
    clpt_buffer_destroy(&buffer);
}

/* Bytes that this machine can still give; 0: not known. */
static int64_t free_memory(void)
{
    long long kilobytes = 0;
    char line[256];
    FILE *file = fopen("/proc/meminfo", "r");
    if (!file) return 0;
    while (fgets(line, sizeof line, file) && sscanf(line, "MemAvailable: %lld kB", &kilobytes) != 1) continue;
    fclose(file);
    return (int64_t)kilobytes * 1024;
}

int main(void)
{
    static const int64_t needed = INT64_C(14) << 30;
    const char *large = getenv("CLPTYCHO_TEST_LARGE");
    test_start();
    if (!large || !*large || free_memory() < needed) {
        printf("skipped: needs CLPTYCHO_TEST_LARGE and 14 GiB of free memory (there are %.1f)\n",
               (double)free_memory() / (1 << 30));
        return 77;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(host_result_beyond_2_31_elements_in_pieces),
        cmocka_unit_test(buffer_beyond_2_31_elements),
    };
    return cmocka_run_group_tests_name("large", tests, make_inputs, free_inputs);
}
