/* SPDX-License-Identifier: Apache-2.0 */
/* Checks of scans, selections of frames and corrections of the detector, on a small scan of Poisson counts. */
#include <math.h>

#include "io_support.h"

#include "core/poisson.h"
#include "io/scan_internal.h"

enum { S = 16, N = 16, PIXELS = N * N };

typedef struct scan {
    double counts[S * PIXELS];
    double x[S], y[S];
    float mask[PIXELS];
    bool with_mask, integers, roots; /* form of diff3d */
} scan;

static char warnings[4096];

static void note(void *user, const char *code, const char *sentence)
{
    (void)user;
    assert_true(code[0] == 'W' && strlen(code) == 4);
    size_t used = strlen(warnings);
    snprintf(warnings + used, sizeof warnings - used, "%s\n", sentence);
}

static scan make(void)
{
    scan s = {.roots = true};
    for (int k = 0; k < S; k++) {
        s.x[k] = 20 + 3 * (k % 4);
        s.y[k] = 20 + 3 * (k / 4);
        for (int i = 0; i < PIXELS; i++) {
            double r = hypot(i % N - N / 2, i / N - N / 2);
            s.counts[k * PIXELS + i] = clpti_poisson(1, (uint64_t)k, (uint64_t)i, (float)(200 * exp(-r * r / 8)));
            s.mask[i] = 1;
        }
    }
    return s;
}

static void write_scan(const char *path, const scan *s)
{
    static const int64_t shape[3] = {S, N, N};
    static int64_t whole[S * PIXELS];
    static double values[S * PIXELS];
    clpti_npz_writer *w;
    for (int i = 0; i < S * PIXELS; i++) {
        values[i] = s->roots ? sqrt(s->counts[i]) : s->counts[i];
        whole[i] = s->integers ? (s->counts[i] > 1e18 ? INT64_MAX : (int64_t)s->counts[i]) : 0;
    }
    io_ok(clpti_npz_create(path, &w, &io_message), &io_message);
    io_ok(clpti_npz_add(w, "xcoords", CLPT_TYPE_F64, 1, shape, s->x, &io_message), &io_message);
    io_ok(clpti_npz_add(w, "ycoords", CLPT_TYPE_F64, 1, shape, s->y, &io_message), &io_message);
    if (s->with_mask) io_ok(clpti_npz_add(w, "mask", CLPT_TYPE_F32, 2, shape + 1, s->mask, &io_message), &io_message);
    if (s->integers)
        io_ok(clpti_npz_add_integers(w, "diff3d", 3, shape, whole, &io_message), &io_message);
    else
        io_ok(clpti_npz_add(w, "diff3d", CLPT_TYPE_F64, 3, shape, values, &io_message), &io_message);
    io_ok(clpti_npz_commit(&w, &io_message), &io_message);
}

static clpt_status load(const scan *s, clpti_scan_options options, clpti_scan_file *file)
{
    write_scan(io_path("scan.npz"), s);
    clpt_status status = clpti_scan_load(io_path("scan.npz"), &options, file, &io_message);
    warnings[0] = '\0';
    if (status == CLPT_OK) clpti_scan_check_quality(file, note, NULL);
    return status;
}

static clpti_scan_file load_good(const scan *s, clpti_scan_options options)
{
    clpti_scan_file file;
    io_ok(load(s, options, &file), &io_message);
    return file;
}

/* One sentence with this part, and no other. */
static void only(const char *part)
{
    if (!strstr(warnings, part) || strchr(warnings, '\n') != warnings + strlen(warnings) - 1)
        fail_msg("not only '%s': %s", part, warnings);
}

static void check(const scan *s, clpti_scan_options options, const char *part)
{
    clpti_scan_file file = load_good(s, options);
    if (part)
        only(part);
    else
        assert_string_equal(warnings, "");
    clpti_scan_free(&file);
}

static void quality_of_good_scan_has_no_finding(void **state)
{
    (void)state;
    scan s = make();
    clpti_scan_spacing spacing;
    clpti_scan_file file = load_good(&s, (clpti_scan_options){0});
    assert_string_equal(warnings, "");
    assert_true(file.count == S && file.frames == S && file.frame[5] == 5);
    io_ok(clpti_scan_measure_spacing(&file, &spacing, &io_message), &io_message);
    assert_true(fabs(spacing.nearest - 3) < 1e-12 && spacing.apart == 0 && isnan(spacing.overlap));
    clpti_scan_free(&file);
}

static void pixels_at_maximum_of_type_are_masked(void **state)
{
    (void)state;
    scan s = make();
    s.integers = true;
    for (int k = 0; k < S; k++) s.counts[k * PIXELS + 3] = s.counts[k * PIXELS + 4] = 1e19;
    clpti_scan_file file = load_good(&s, (clpti_scan_options){.counts = true});
    only("2 pixels at 9.223372037e+18 in every frame");
    assert_true(!file.mask_per_pattern && file.mask[3] == 0 && file.mask[4] == 0 && file.mask[5] == 1);
    assert_true(file.amplitude[3] == 0);
    clpti_scan_free(&file);
    s = make();
    s.integers = true;
    s.counts[2 * PIXELS + 136] = s.counts[7 * PIXELS + 136] = s.counts[7 * PIXELS + 137] = 1e19;
    file = load_good(&s, (clpti_scan_options){.counts = true});
    only("3 values of 2 frames");
    assert_true(file.mask_per_pattern && file.mask[2 * PIXELS + 136] == 0 && file.mask[7 * PIXELS + 137] == 0);
    assert_true(file.mask[3 * PIXELS + 136] == 1 && file.facts.dead == 0);
    clpti_scan_free(&file);
}

static void saturation_masks_a_plateau(void **state)
{
    (void)state;
    scan s = make();
    for (int i = 0; i < S * PIXELS; i++) s.counts[i] = fmin(s.counts[i], 100);
    check(&s, (clpti_scan_options){0}, "--saturation 100");
    clpti_scan_file file = load_good(&s, (clpti_scan_options){.saturation = 100});
    assert_non_null(strstr(warnings, "values of 16 frames at 100 or above"));
    assert_null(strstr(warnings, "--saturation"));
    for (int i = 0; i < S * PIXELS; i++) assert_true((file.mask[i] == 0) == (s.counts[i] == 100));
    clpti_scan_free(&file);
}

static void frames_without_counts_are_left_out(void **state)
{
    (void)state;
    scan s = make();
    for (int i = 0; i < PIXELS; i++) s.counts[5 * PIXELS + i] = 0;
    clpti_scan_file file = load_good(&s, (clpti_scan_options){.exclude = "0,-1"});
    only("1 pattern with no counts, the first is frame 5");
    static const int64_t order[S] = {1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 0, 5, 15};
    assert_true(file.count == S - 3 && file.frames == S && file.facts.excluded == 2 && file.facts.empty == 1);
    for (int k = 0; k < S; k++) {
        assert_int_equal(file.frame[k], order[k]);
        assert_true(file.positions[2 * k] == s.x[order[k]] && file.positions[2 * k + 1] == s.y[order[k]]);
    }
    for (int k = 0; k < file.count; k++)
        for (int i = 0; i < PIXELS; i++)
            assert_true(file.amplitude[k * PIXELS + i] == (float)sqrt(s.counts[order[k] * PIXELS + i]));
    clpti_scan_free(&file);
}

static void excluded_frames_may_contain_anything(void **state)
{
    (void)state;
    scan s = make();
    clpti_scan_file file;
    s.x[4] = NAN;
    s.counts[9 * PIXELS] = NAN;
    io_failed(load(&s, (clpti_scan_options){0}, &file), &io_message, "--exclude 4", NULL);
    io_failed(load(&s, (clpti_scan_options){.exclude = "4"}, &file), &io_message, "--exclude 9", NULL);
    check(&s, (clpti_scan_options){.exclude = "4,9"}, NULL);
    io_failed(load(&s, (clpti_scan_options){.exclude = ":"}, &file), &io_message, "none of its 16 frames", NULL);
}

static void lists_select_frames(void **state)
{
    (void)state;
    static const struct {
        const char *patterns, *exclude, *used; /* used NULL: refused */
    } lists[] = {{"0:3", NULL, "1110000000"},
                 {"::4", NULL, "1000100010"},
                 {"1:8:3", NULL, "0100100100"},
                 {NULL, "2,-1", "1101111110"},
                 {"-3:", "8", "0000000101"},
                 {"5", NULL, "0000010000"},
                 {"0:99", NULL, "1111111111"},
                 {"random:10", NULL, "1111111111"},
                 {"10", NULL, NULL},
                 {NULL, "-11", NULL},
                 {"", NULL, NULL},
                 {"1,,2", NULL, NULL},
                 {"a", NULL, NULL},
                 {"0:3:0", NULL, NULL},
                 {"0:3:1:1", NULL, NULL},
                 {"random:x", NULL, NULL},
                 {NULL, "1;2", NULL}};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        bool used[10];
        clpt_status status = clpti_frames_select(lists[i].patterns, lists[i].exclude, 10, used, &io_message);
        assert_int_equal(status == CLPT_OK, lists[i].used != NULL);
        for (int k = 0; lists[i].used && k < 10; k++) assert_int_equal(used[k], lists[i].used[k] == '1');
    }
    bool used[1000];
    int count = 0;
    io_ok(clpti_frames_select("random:300", NULL, 1000, used, &io_message), &io_message);
    for (int k = 0; k < 1000; k++) count += used[k];
    assert_int_equal(count, 300);
}

static void odd_pixels_are_found_and_masked(void **state)
{
    (void)state;
    scan s = make();
    for (int k = 0; k < S; k++) {
        s.counts[k * PIXELS + 5 * N + 8] = 7;       /* constant */
        s.counts[k * PIXELS + 2 * N + 2] = 400 + k; /* hot */
        s.counts[k * PIXELS + 9 * N + 8] = 0;       /* blind */
    }
    check(&s, (clpti_scan_options){0},
          "3 pixels that no detector has when all is well (1 hot, 1 never change, 1 are 0");
    clpti_scan_file file = load_good(&s, (clpti_scan_options){.hot_pixels = true});
    only("the first is [2, 2]: masked");
    for (int i = 0; i < PIXELS; i++)
        assert_true((file.mask[i] == 0) == (i == 5 * N + 8 || i == 2 * N + 2 || i == 9 * N + 8));
    clpti_scan_free(&file);
}

static void outlying_frames_are_named(void **state)
{
    (void)state;
    scan s = make();
    for (int i = 0; i < PIXELS; i++) s.counts[3 * PIXELS + i] *= 50;
    for (int i = 0; i < PIXELS; i++) s.counts[7 * PIXELS + i] = floor(s.counts[7 * PIXELS + i] / 30);
    check(&s, (clpti_scan_options){0}, "frames 3,7; --exclude");
    check(&s, (clpti_scan_options){.exclude = "3,7"}, NULL);
}

static void counts_in_the_place_of_amplitudes_are_found(void **state)
{
    (void)state;
    scan s = make();
    s.roots = false;
    check(&s, (clpti_scan_options){0}, "multiples of 1: are they counts?");
    clpti_scan_file counts = load_good(&s, (clpti_scan_options){.counts = true});
    assert_string_equal(warnings, "");
    for (int i = 0; i < S * PIXELS; i++) assert_true(counts.amplitude[i] == (float)sqrt(s.counts[i]));
    clpti_scan_free(&counts);
    for (int i = 0; i < S * PIXELS; i++) s.counts[i] *= 0.037;
    check(&s, (clpti_scan_options){0}, "multiples of 0.037: are they counts?");
}

static void inverted_masks_are_found(void **state)
{
    (void)state;
    scan s = make();
    clpti_scan_file file;
    s.with_mask = true;
    for (int i = 0; i < PIXELS; i++) s.mask[i] = i / N == 8;
    file = load_good(&s, (clpti_scan_options){0});
    assert_non_null(strstr(warnings, "is it inverted? (--mask-invert)"));
    clpti_scan_free(&file);
    file = load_good(&s, (clpti_scan_options){.mask_invert = true});
    assert_null(strstr(warnings, "inverted"));
    assert_true(file.mask[8 * N] == 0 && file.mask[0] == 1);
    clpti_scan_free(&file);
    for (int i = 0; i < PIXELS; i++) s.mask[i] = i == 0;
    io_failed(load(&s, (clpti_scan_options){0}, &file), &io_message, "is the mask inverted?", NULL);
}

static void positions_without_overlap_are_found(void **state)
{
    (void)state;
    scan s = make();
    clpti_scan_file file;
    s.x[6] += 100;
    check(&s, (clpti_scan_options){0}, "1 patch overlap no other");
    s.x[6] += 1e5;
    file = load_good(&s, (clpti_scan_options){0});
    io_failed(clpti_scan_check_extent(&file, CLPTI_OBJECT_LIMIT, "scan", &io_message), &io_message, "frame 6",
              "--exclude 6", NULL);
    clpti_scan_free(&file);
    s.x[6] = 1e27;
    file = load_good(&s, (clpti_scan_options){.exclude = "6"});
    io_ok(clpti_scan_check_extent(&file, CLPTI_OBJECT_LIMIT, "scan", &io_message), &io_message);
    io_failed(clpti_scan_check_extent(&file, 100, "scan", &io_message), &io_message, "--object-limit", NULL);
    clpti_scan_free(&file);
    s = make();
    for (int k = 0; k < S; k++) {
        s.x[k] *= 20;
        s.y[k] *= 20;
    }
    check(&s, (clpti_scan_options){0}, "16 of 16 patches overlap no other");
    for (int k = 0; k < S; k++) {
        s.x[k] *= 0.15;
        s.y[k] *= 0.15;
    }
    check(&s, (clpti_scan_options){0}, "steps of 9 pixels (median) are more than half of a patch");
    check(&s, (clpti_scan_options){.near_field = true}, NULL);
}

static void centre_moves_patterns_and_mask(void **state)
{
    (void)state;
    scan s = make(), moved = s;
    for (int k = 0; k < S; k++)
        for (int i = 0; i < PIXELS; i++) {
            int row = i / N + 2, column = i % N - 3; /* of the pixel that comes to i: the pattern moves by (3, -2) */
            bool inside = row < N && column >= 0;
            moved.counts[k * PIXELS + i] = inside ? s.counts[k * PIXELS + row * N + column] : 0;
        }
    clpti_scan_file file = load_good(&moved, (clpti_scan_options){.centre = "auto"});
    assert_string_equal(warnings, "");
    assert_true(file.facts.shift[0] == -3 && file.facts.shift[1] == 2);
    for (int i = 0; i < PIXELS; i++) {
        bool found = i / N >= 2 && i % N < N - 3;
        assert_true(file.mask[i] == found &&
                    file.amplitude[5 * PIXELS + i] == (found ? (float)sqrt(s.counts[5 * PIXELS + i]) : 0));
    }
    clpti_scan_free(&file);
    check(&moved, (clpti_scan_options){.centre = "11,6"}, NULL);
    check(&moved, (clpti_scan_options){0}, "--centre auto");
    io_failed(load(&s, (clpti_scan_options){.centre = "3"}, &file), &io_message, "neither auto nor X,Y", NULL);
    io_failed(load(&s, (clpti_scan_options){.centre = "3,16"}, &file), &io_message, "0 to 15", NULL);
}

static void near_fields_look_bright_at_the_border(void **state)
{
    (void)state;
    scan s = make();
    for (int i = 0; i < S * PIXELS; i++)
        s.counts[i] = clpti_poisson(2, (uint64_t)(i / PIXELS), (uint64_t)(i % PIXELS), 60);
    check(&s, (clpti_scan_options){0}, "images of a near field (--propagation)");
    check(&s, (clpti_scan_options){.near_field = true}, NULL);
}

static void write_frame(const char *path, const char *name, double (*value)(int))
{
    double frame[PIXELS];
    for (int i = 0; i < PIXELS; i++) frame[i] = value(i);
    io_write_one(path, name, CLPT_TYPE_F64, 2, (int64_t[]){N, N}, frame);
}

static double dark(int i)
{
    return 100 + i % 3;
}

static double flat(int i)
{
    return i == 0 ? 0 : 2 + i % 2;
}

static void detector_units_become_photons(void **state)
{
    (void)state;
    scan s = make(), raw = s;
    double mean = 0;
    for (int i = 1; i < PIXELS; i++) mean += flat(i) / (PIXELS - 1);
    raw.roots = false;
    for (int i = 0; i < S * PIXELS; i++) raw.counts[i] = s.counts[i] * 5 * flat(i % PIXELS) / mean + dark(i % PIXELS);
    write_frame(io_path("dark.npz"), "anything", dark);
    write_frame(io_path("flat.npz"), "flat", flat);
    char dark_path[300], flat_path[300];
    snprintf(dark_path, sizeof dark_path, "%s", io_path("dark.npz"));
    snprintf(flat_path, sizeof flat_path, "%s", io_path("flat.npz"));
    clpti_scan_file file =
        load_good(&raw, (clpti_scan_options){.counts = true, .dark = dark_path, .flat = flat_path, .gain = 5});
    assert_true(file.mask[0] == 0 && file.mask[1] == 1);
    for (int i = 0; i < S * PIXELS; i++) {
        double expected = i % PIXELS ? sqrt(s.counts[i]) : 0;
        if (!(fabs((double)file.amplitude[i] - expected) <= 2e-3)) fail_msg("%g, not %g", file.amplitude[i], expected);
    }
    clpti_scan_free(&file);
}

static void negative_counts_become_zero_where_wanted(void **state)
{
    (void)state;
    scan s = make();
    clpti_scan_file file;
    s.roots = false;
    for (int i = 0; i < S * PIXELS; i++) s.counts[i] += i % 2 ? 0.31 : -0.4;
    io_failed(load(&s, (clpti_scan_options){.counts = true}, &file), &io_message, "--clip-negative", "[0, 0, 0]", NULL);
    check(&s, (clpti_scan_options){.counts = true, .clip_negative = true}, "negative values became 0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(quality_of_good_scan_has_no_finding),
                                       cmocka_unit_test(pixels_at_maximum_of_type_are_masked),
                                       cmocka_unit_test(saturation_masks_a_plateau),
                                       cmocka_unit_test(frames_without_counts_are_left_out),
                                       cmocka_unit_test(excluded_frames_may_contain_anything),
                                       cmocka_unit_test(lists_select_frames),
                                       cmocka_unit_test(odd_pixels_are_found_and_masked),
                                       cmocka_unit_test(outlying_frames_are_named),
                                       cmocka_unit_test(counts_in_the_place_of_amplitudes_are_found),
                                       cmocka_unit_test(inverted_masks_are_found),
                                       cmocka_unit_test(positions_without_overlap_are_found),
                                       cmocka_unit_test(centre_moves_patterns_and_mask),
                                       cmocka_unit_test(near_fields_look_bright_at_the_border),
                                       cmocka_unit_test(detector_units_become_photons),
                                       cmocka_unit_test(negative_counts_become_zero_where_wanted)};
    return cmocka_run_group_tests(tests, io_directory_make, io_directory_remove);
}
