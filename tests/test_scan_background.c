/* SPDX-License-Identifier: Apache-2.0 */
/* The background of a scan: its own or another file's, cropped and binned as patterns are. */
#include <math.h>

#include "io_scan.h"

enum { PIXELS = IO_SIDE * IO_SIDE };

static double counts[2 * PIXELS];

static char path[4096]; /* of the file with the background */

static void fill(void)
{
    for (int i = 0; i < 2 * PIXELS; i++) counts[i] = 1 + i % PIXELS + (i < PIXELS ? -0.5 : 0.5);
}

static void write_background(const char *name, int rank, const int64_t *shape)
{
    clpti_npz_writer *writer;
    snprintf(path, sizeof path, "%s", io_path("background.npz"));
    io_ok(clpti_npz_create(path, &writer, &io_message), &io_message);
    io_ok(clpti_npz_add(writer, name, CLPT_TYPE_F64, rank, shape, counts, &io_message), &io_message);
    io_ok(clpti_npz_commit(&writer, &io_message), &io_message);
}

static void frames_are_averaged_cropped_and_binned(void **state)
{
    (void)state;
    fill();
    write_background("background", 3, (int64_t[]){2, IO_SIDE, IO_SIDE});
    io_scan s = io_scan_make(IO_SIDE, IO_SIDE);
    clpti_scan_options options = {.background = path};
    clpti_scan_file scan = io_scan_load_good(&s, options);
    for (int i = 0; i < PIXELS; i++) assert_true(scan.background[i] == (float)(1 + i));
    clpti_scan_free(&scan);
    options.crop = 4;
    options.bin = 2;
    scan = io_scan_load_good(&s, options);
    for (int y = 0; y < 2; y++)
        for (int x = 0; x < 2; x++) {
            int first = (2 + 2 * y) * IO_SIDE + 2 + 2 * x;
            assert_true(scan.background[2 * y + x] == (float)(4 + 4 * first + 2 + 2 * IO_SIDE));
        }
    clpti_scan_free(&scan);
    options.crop = 0;
    options.bin = 0;
    options.fftshift = true;
    scan = io_scan_load_good(&s, options);
    assert_true(scan.background[IO_SIDE / 2 * IO_SIDE + IO_SIDE / 2] == 1);
    clpti_scan_free(&scan);
}

static void one_as_large_as_patterns_in_the_end_stays(void **state)
{
    (void)state;
    fill();
    write_background("background", 2, (int64_t[]){4, 4});
    io_scan s = io_scan_make(IO_SIDE, IO_SIDE);
    clpti_scan_file scan = io_scan_load_good(&s, (clpti_scan_options){.bin = 2, .background = path});
    for (int i = 0; i < 16; i++) assert_true(scan.background[i] == (float)counts[i]);
    clpti_scan_free(&scan);
}

static void no_background_is_none(void **state)
{
    (void)state;
    io_scan s = io_scan_make(IO_SIDE, IO_SIDE);
    clpti_scan_file scan = io_scan_load_good(&s, (clpti_scan_options){0});
    assert_null(scan.background);
    clpti_scan_free(&scan);
    scan = io_scan_load_good(&s, (clpti_scan_options){.background = "none"});
    assert_null(scan.background);
    clpti_scan_free(&scan);
}

static void what_is_wrong_is_named(void **state)
{
    (void)state;
    io_scan s = io_scan_make(IO_SIDE, IO_SIDE);
    clpti_scan_file scan;
    clpti_scan_options options = {.background = path};
    fill();
    write_background("dark", 2, (int64_t[]){IO_SIDE, IO_SIDE});
    io_failed(io_scan_load(&s, options, &scan), &io_message, "background.npz", "neither array 'background'", NULL);
    write_background("background", 2, (int64_t[]){5, 5});
    io_failed(io_scan_load(&s, options, &scan), &io_message, "'background' is 5×5", "patterns are 8×8", NULL);
    counts[3] = -10;
    write_background("background", 2, (int64_t[]){IO_SIDE, IO_SIDE});
    io_failed(io_scan_load(&s, options, &scan), &io_message, "'background'", "element 3 is -10", NULL);
    counts[3] = NAN;
    write_background("background", 2, (int64_t[]){IO_SIDE, IO_SIDE});
    io_failed(io_scan_load(&s, options, &scan), &io_message, "'background' is not finite", "[0, 3]", NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_are_averaged_cropped_and_binned),
        cmocka_unit_test(one_as_large_as_patterns_in_the_end_stays),
        cmocka_unit_test(no_background_is_none),
        cmocka_unit_test(what_is_wrong_is_named),
    };
    return cmocka_run_group_tests(tests, io_directory_make, io_directory_remove);
}
