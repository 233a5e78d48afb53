/* SPDX-License-Identifier: Apache-2.0 */
/* Scans read from NPZ files: arrays, defaults, and errors that name the array. */
#include "io_scan.h"
#include "paths.h"

#include <math.h>
#include <unistd.h>

static const clpti_scan_options need_all = {.need_patterns = true, .need_probe = true, .need_object = true};
static const clpti_scan_options need_none = {0};

/* ---- Whole files ---- */

static void load_of_complete_scan_gives_all_parts(void **state)
{
    (void)state;
    io_scan s = io_scan_make(IO_SIDE, IO_SIDE);
    clpti_scan_file scan = io_scan_load_good(&s, need_all);
    assert_true(scan.count == IO_COUNT && scan.side == IO_SIDE && scan.modes == 1);
    for (int i = 0; i < IO_COUNT; i++) {
        assert_true(scan.positions[2 * i] == s.x[i] && scan.positions[2 * i + 1] == s.y[i]);
        assert_true(scan.starts[2 * i] == s.y[i] && scan.starts[2 * i + 1] == s.x[i]);
        assert_int_equal(scan.scan_index[i], i / 2);
    }
    assert_memory_equal(scan.amplitude, s.patterns, IO_COUNT * IO_SIDE * IO_SIDE * sizeof(float));
    assert_null(scan.mask);
    assert_int_equal(scan.probe.rank, 3);
    assert_memory_equal(scan.probe.data, s.probe, IO_SIDE * IO_SIDE * sizeof *s.probe);
    assert_true(scan.object.rank == 2 && scan.object.shape[0] == IO_OBJECT);
    clpti_scan_free(&scan);
    assert_null(scan.positions);
    clpti_scan_free(&scan);
    clpti_scan_free(NULL);
}

static void load_of_positions_alone_is_enough_where_nothing_is_needed(void **state)
{
    (void)state;
    const double x[2] = {1, 2};
    clpti_npz_writer *writer;
    clpti_scan_file scan;
    io_ok(clpti_npz_create(io_path("bare.npz"), &writer, &io_message), &io_message);
    io_ok(clpti_npz_add(writer, "xcoords", CLPT_TYPE_F64, 1, (int64_t[]){2}, x, &io_message), &io_message);
    io_ok(clpti_npz_add(writer, "ycoords", CLPT_TYPE_F64, 1, (int64_t[]){2}, x, &io_message), &io_message);
    io_ok(clpti_npz_commit(&writer, &io_message), &io_message);
    io_ok(clpti_scan_load(io_path("bare.npz"), &need_none, &scan, &io_message), &io_message);
    assert_true(scan.count == 2 && scan.side == 0 && !scan.amplitude && !scan.probe.data && !scan.object.data);
    clpti_scan_free(&scan);
}

static void load_without_needed_array_names_it(void **state)
{
    (void)state;
    static const char *const names[] = {"xcoords", "ycoords", "diff3d", "probeGuess", "objectGuess", "xcoords_start"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        io_scan s = io_scan_make(IO_SIDE, IO_SIDE);
        clpti_scan_file scan;
        s.without = names[i];
        io_failed(io_scan_load(&s, need_all, &scan), &io_message, "scan.npz", names[i], "missing", NULL);
        assert_true(!scan.positions && !scan.amplitude && !scan.probe.data);
    }
}

/* ---- What is refused ---- */

static void load_with_bad_number_names_its_place(void **state)
{
    (void)state;
    clpti_scan_file scan;
    io_scan s = io_scan_make(IO_SIDE, IO_SIDE);
    s.x[1] = NAN;
    io_failed(io_scan_load(&s, need_all, &scan), &io_message, "scan.npz", "'xcoords'", "[1]", "nan", NULL);
    s = io_scan_make(IO_SIDE, IO_SIDE);
    s.y[2] = -INFINITY;
    io_failed(io_scan_load(&s, need_all, &scan), &io_message, "scan.npz", "'ycoords'", "[2]", "inf", NULL);
    s = io_scan_make(IO_SIDE, IO_SIDE);
    s.patterns[(2 * IO_SIDE + 3) * IO_SIDE + 4] = -2;
    io_failed(io_scan_load(&s, need_all, &scan), &io_message, "scan.npz", "'diff3d'", "[2, 3, 4]", "-2", NULL);
    s.patterns[(2 * IO_SIDE + 3) * IO_SIDE + 4] = NAN;
    io_failed(io_scan_load(&s, need_all, &scan), &io_message, "scan.npz", "'diff3d'", "[2, 3, 4]", "nan", NULL);
    s = io_scan_make(IO_SIDE, IO_SIDE);
    s.probe[11] = INFINITY;
    io_failed(io_scan_load(&s, need_all, &scan), &io_message, "scan.npz", "'probeGuess'", "[1, 3]", NULL);
    s = io_scan_make(IO_SIDE, IO_SIDE);
    s.object[41] = NAN;
    io_failed(io_scan_load(&s, need_all, &scan), &io_message, "scan.npz", "'objectGuess'", "[2, 1]", NULL);
    s = io_scan_make(IO_SIDE, IO_SIDE);
    memset(s.probe, 0, sizeof s.probe);
    io_failed(io_scan_load(&s, need_all, &scan), &io_message, "'probeGuess'", "zero", NULL);
    s = io_scan_make(IO_SIDE, IO_SIDE);
    s.index[0] = 0.5;
    io_failed(io_scan_load(&s, need_all, &scan), &io_message, "'scan_index'", "[0]", NULL);
    s = io_scan_make(IO_SIDE, IO_SIDE);
    s.mask_rank = 3;
    s.mask[IO_SIDE + 2] = 255;
    io_failed(io_scan_load(&s, need_all, &scan), &io_message, "'mask'", "[0, 1, 2]", "255", NULL);
    memset(s.mask, 0, sizeof s.mask);
    io_failed(io_scan_load(&s, need_all, &scan), &io_message, "'mask'", "no good pixel", NULL);
}

static void load_with_position_off_object_names_it(void **state)
{
    (void)state;
    clpti_scan_file scan;
    io_scan s = io_scan_make(IO_SIDE, IO_SIDE);
    s.x[1] = IO_OBJECT + IO_SIDE / 2;
    io_failed(io_scan_load(&s, need_all, &scan), &io_message, "scan.npz", "position 1", "x = 24", "20×20", NULL);
    scan = io_scan_load_good(&s, need_none);
    clpti_scan_free(&scan);
    /* The patch's last column lies at x + 3: at −1 bilinear interpolation reads nothing of the object, just after it
     * does. */
    s.x[1] = -4;
    io_failed(io_scan_load(&s, need_all, &scan), &io_message, "position 1", NULL);
    s.x[1] = -3.99;
    scan = io_scan_load_good(&s, need_all);
    clpti_scan_free(&scan);
    s.y[2] = 23.99;
    scan = io_scan_load_good(&s, need_all);
    clpti_scan_free(&scan);
}

static void write_with(const char *replaced, clpt_type type, int rank, const int64_t *shape)
{
    io_scan s = io_scan_make(IO_SIDE, IO_SIDE);
    static const double ones[5000] = {1};
    const int64_t list[] = {s.count}, stack[] = {s.count, IO_SIDE, IO_SIDE};
    clpti_npz_writer *writer;
    s.without = replaced;
    io_ok(clpti_npz_create(io_path("scan.npz"), &writer, &io_message), &io_message);
    io_ok(clpti_npz_add(writer, replaced, type, rank, shape, ones, &io_message), &io_message);
    io_scan_add(writer, &s, "xcoords", CLPT_TYPE_F64, 1, list, s.x);
    io_scan_add(writer, &s, "ycoords", CLPT_TYPE_F64, 1, list, s.y);
    io_scan_add(writer, &s, "diff3d", CLPT_TYPE_F32, 3, stack, s.patterns);
    io_scan_add(writer, &s, "probeGuess", CLPT_TYPE_C128, 2, stack + 1, s.probe);
    io_scan_add(writer, &s, "objectGuess", CLPT_TYPE_C128, 2, (int64_t[]){IO_OBJECT, IO_OBJECT}, s.object);
    io_ok(clpti_npz_commit(&writer, &io_message), &io_message);
}

static void load_with_wrong_shape_names_array_and_shape(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int rank;
        int64_t shape[4];
        const char *reason;
    } cases[] = {
        {"xcoords", 2, {3, 2}, "[3, 2]"},
        {"xcoords", 0, {0}, "[]"},
        {"xcoords", 1, {0}, "empty"},
        {"ycoords", 1, {4}, "4 entries, but xcoords has 3"},
        {"scan_index", 1, {2}, "2 entries"},
        {"diff3d", 2, {8, 8}, "[8, 8]"},
        {"diff3d", 3, {2, 8, 8}, "2 entries, but xcoords has 3"},
        {"diff3d", 3, {3, 8, 6}, "8×6, not square"},
        {"diff3d", 3, {3, 0, 0}, "empty"},
        {"mask", 1, {8}, "[8]"},
        {"mask", 2, {8, 7}, "8×7, but the patterns are 8×8"},
        {"mask", 3, {2, 8, 8}, "2 entries"},
        {"probeGuess", 2, {4, 4}, "4×4, but the patterns are 8×8"},
        {"probeGuess", 4, {1, 1, 8, 8}, "[1, 1, 8, 8]"},
        {"objectGuess", 3, {1, 20, 20}, "[1, 20, 20]"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        clpti_scan_file scan;
        write_with(cases[i].name, CLPT_TYPE_F64, cases[i].rank, cases[i].shape);
        io_failed(clpti_scan_load(io_path("scan.npz"), &need_all, &scan, &io_message), &io_message, "scan.npz",
                  cases[i].name, cases[i].reason, NULL);
    }
    clpti_scan_file scan;
    write_with("diff3d", CLPT_TYPE_C64, 3, (int64_t[]){3, 8, 8});
    io_failed(clpti_scan_load(io_path("scan.npz"), &need_all, &scan, &io_message), &io_message, "'diff3d'", "complex",
              NULL);
}

static void load_with_crop_or_bin_that_does_not_fit_says_so(void **state)
{
    (void)state;
    io_scan s = io_scan_make(IO_SIDE, IO_SIDE);
    clpti_scan_file scan;
    io_failed(io_scan_load(&s, (clpti_scan_options){.crop = 10}, &scan), &io_message, "scan.npz", "8×8", "crop 10",
              NULL);
    io_failed(io_scan_load(&s, (clpti_scan_options){.bin = 3}, &scan), &io_message, "bin 3", "8", NULL);
    io_failed(io_scan_load(&s, (clpti_scan_options){.crop = -2}, &scan), &io_message, "crop -2", NULL);
    io_failed(io_scan_load(&s, (clpti_scan_options){.crop = 4, .need_object = true}, &scan), &io_message,
              "'objectGuess'", "crop 4", NULL);
}

/* ---- Masks ---- */

static void load_does_not_read_masked_pixels(void **state)
{
    (void)state;
    for (int rank = 2; rank <= 3; rank++) {
        io_scan s = io_scan_make(IO_SIDE, IO_SIDE);
        s.mask_rank = rank;
        int bad = rank == 2 ? 5 : IO_SIDE * IO_SIDE + 5;
        s.mask[bad] = 0;
        s.patterns[IO_SIDE * IO_SIDE + 5] = NAN;
        clpti_scan_file scan = io_scan_load_good(&s, need_all);
        assert_int_equal(scan.mask_per_pattern, rank == 3);
        assert_true(scan.mask[bad] == 0 && scan.mask[4] == 1);
        assert_true(scan.amplitude[IO_SIDE * IO_SIDE + 5] == 0);
        assert_true(scan.amplitude[5] == (rank == 2 ? 0 : s.patterns[5]));
        clpti_scan_free(&scan);
    }
}

static void load_of_boolean_mask_in_fortran_order_works(void **state)
{
    (void)state;
    clpti_npz *npz;
    clpti_tensor mask;
    io_write_npy(io_path("mask.npz"), "mask.npy",
                 io_npy(1, "{'descr': '|b1', 'fortran_order': True, 'shape': (2, 2), }", "\x01\x00\x01\x01", 4));
    io_ok(clpti_npz_open(io_path("mask.npz"), &npz, &io_message), &io_message);
    io_ok(clpti_npz_read(npz, "mask", CLPT_TYPE_F32, &mask, &io_message), &io_message);
    assert_memory_equal(mask.data, ((float[]){1, 1, 0, 1}), 4 * sizeof(float));
    clpti_tensor_destroy(&mask);
    clpti_npz_close(&npz);
}

/* ---- Real files ---- */

static void load_of_siemens_star_matches_its_description(void **state)
{
    (void)state;
    const char *path = CLPTYCHO_SHARED_DIR "/data/siemens_star.npz";
    clpti_scan_file scan;
    if (access(path, R_OK) != 0) skip();
    clpti_scan_options options = {.need_patterns = true, .need_probe = true};
    io_ok(clpti_scan_load(path, &options, &scan, &io_message), &io_message);
    assert_true(scan.count == 516 && scan.side == 128 && scan.modes == 1 && scan.scan_index && !scan.starts &&
                !scan.mask);
    float maximum = 0;
    for (int64_t i = 0; i < 516 * 128 * 128; i++) maximum = fmaxf(maximum, scan.amplitude[i]);
    assert_true(fabsf(maximum - 31.032242f) < 1e-5f);
    clpti_scan_free(&scan);
    options.crop = 64;
    options.bin = 2;
    io_ok(clpti_scan_load(path, &options, &scan, &io_message), &io_message);
    double minimum = scan.positions[0];
    for (int64_t i = 0; i < scan.count; i++) minimum = fmin(minimum, scan.positions[2 * i]);
    assert_true(scan.side == 32 && scan.probe.shape[1] == 32 && minimum == 0.5 * 84);
    clpti_scan_free(&scan);
    options.need_object = true;
    io_failed(clpti_scan_load(path, &options, &scan, &io_message), &io_message, path, "'objectGuess'", "missing", NULL);
}

static void load_of_run1084_matches_its_description(void **state)
{
    (void)state;
    const char *path = CLPTYCHO_SHARED_DIR "/data/run1084_object_probe_positions.npz";
    clpti_scan_file scan;
    if (access(path, R_OK) != 0) skip();
    clpti_scan_options options = {.need_probe = true, .need_object = true};
    io_ok(clpti_scan_load(path, &options, &scan, &io_message), &io_message);
    assert_true(scan.count == 1087 && scan.side == 64 && scan.starts && !scan.amplitude);
    assert_true(scan.object.shape[0] == 227 && scan.object.shape[1] == 226);
    clpti_scan_free(&scan);
    options.need_patterns = true;
    io_failed(clpti_scan_load(path, &options, &scan, &io_message), &io_message, path, "'diff3d'", "missing", NULL);
}

/* ---- Damage ---- */

static void load_of_damaged_scan_never_crashes(void **state)
{
    (void)state;
    io_scan s = io_scan_make(IO_SIDE, IO_SIDE);
    clpti_scan_options options = {.crop = 6, .bin = 2, .fftshift = true};
    clpti_scan_file scan;
    s.mask_rank = 2;
    io_scan_write(io_path("scan.npz"), &s);
    io_bytes whole = io_file(io_path("scan.npz"));
    uint32_t random = 1;
    int refused = 0;
    for (int i = 0; i < 1500; i++) {
        io_bytes damaged = whole;
        for (int flips = 0; flips <= i % 3; flips++) {
            random = random * 1664525u + 1013904223u;
            damaged.bytes[(random >> 8) % whole.count] ^= (unsigned char)(1u << (random & 7));
        }
        if (i % 10 == 0) damaged.count = (random >> 8) % whole.count;
        io_write_file(io_path("damaged.npz"), damaged.bytes, damaged.count);
        refused += clpti_scan_load(io_path("damaged.npz"), &options, &scan, &io_message) != CLPT_OK;
        clpti_scan_free(&scan);
    }
    assert_true(refused > 750);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(load_of_complete_scan_gives_all_parts),
        cmocka_unit_test(load_of_positions_alone_is_enough_where_nothing_is_needed),
        cmocka_unit_test(load_without_needed_array_names_it),
        cmocka_unit_test(load_with_bad_number_names_its_place),
        cmocka_unit_test(load_with_position_off_object_names_it),
        cmocka_unit_test(load_with_wrong_shape_names_array_and_shape),
        cmocka_unit_test(load_with_crop_or_bin_that_does_not_fit_says_so),
        cmocka_unit_test(load_does_not_read_masked_pixels),
        cmocka_unit_test(load_of_boolean_mask_in_fortran_order_works),
        cmocka_unit_test(load_of_siemens_star_matches_its_description),
        cmocka_unit_test(load_of_run1084_matches_its_description),
        cmocka_unit_test(load_of_damaged_scan_never_crashes),
    };
    return cmocka_run_group_tests(tests, io_directory_make, io_directory_remove);
}
