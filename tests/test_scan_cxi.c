/* SPDX-License-Identifier: Apache-2.0 */
/* Scans in CXI files: counts, masks, axes, geometry. */
#include <math.h>

#include "io_support.h"
#include "paths.h"

#include "io/h5.h"

enum { S = 3, H = 6, W = 8 };

/* A file that tests change parts of. */
typedef struct cxi {
    float frames[S * H * W], mask[H * W];
    double translation[S * 3], basis[6];
    double distance, pixel_x, pixel_y, energy, wavelength, beam_energy; /* 0: left out */
    const char *energy_unit, *move_unit, *beam_unit;                    /* NULL: none */
    bool with_basis, with_mask;
    int64_t rows; /* of the translation */
} cxi;

static cxi cxi_make(void)
{
    cxi c = {.distance = 2, .pixel_x = 50e-6, .pixel_y = 75e-6, .wavelength = 1e-10, .rows = S, .with_mask = true};
    for (int i = 0; i < S * H * W; i++) c.frames[i] = (float)(i % 50);
    static const double moves[S * 3] = {1e-6, -2e-6, 9, 3e-6, 4e-6, 9, 0, 0, 9};
    memcpy(c.translation, moves, sizeof moves);
    c.mask[W + 2] = 1;
    c.frames[W + 2] = -1; /* of a bad pixel: never looked at */
    return c;
}

static void add(clpti_h5_writer *writer, const char *name, int rank, const int64_t *shape, const double *data)
{
    io_ok(clpti_h5_add(writer, name, CLPT_TYPE_F64, rank, shape, data, &io_message), &io_message);
}

static clpt_status load(const cxi *c, clpti_scan_options options, clpti_scan_file *scan)
{
    const char *path = io_path("scan.cxi");
    clpti_h5_writer *writer;
    const struct {
        const char *name;
        const double *value;
    } numbers[] = {{"entry_1/instrument_1/detector_1/distance", &c->distance},
                   {"entry_1/instrument_1/detector_1/x_pixel_size", &c->pixel_x},
                   {"entry_1/instrument_1/detector_1/y_pixel_size", &c->pixel_y},
                   {"entry_1/instrument_1/source_1/energy", &c->energy},
                   {"entry_1/instrument_1/beam_1/energy", &c->beam_energy},
                   {"entry_1/instrument_1/source_1/wavelength", &c->wavelength}};
    io_ok(clpti_h5_create(path, &writer, &io_message), &io_message);
    io_ok(clpti_h5_add_integers(writer, "cxi_version", 1, (int64_t[]){160}, &io_message), &io_message);
    io_ok(clpti_h5_add(writer, "entry_1/instrument_1/detector_1/data", CLPT_TYPE_F32, 3, (int64_t[]){S, H, W},
                       c->frames, &io_message),
          &io_message);
    if (c->with_mask)
        io_ok(clpti_h5_add(writer, "entry_1/instrument_1/detector_1/mask", CLPT_TYPE_F32, 2, (int64_t[]){H, W}, c->mask,
                           &io_message),
              &io_message);
    add(writer, "entry_1/sample_1/geometry_1/translation", 2, (int64_t[]){c->rows, 3}, c->translation);
    if (c->with_basis) add(writer, "entry_1/instrument_1/detector_1/basis_vectors", 2, (int64_t[]){3, 2}, c->basis);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (*numbers[i].value != 0) add(writer, numbers[i].name, 0, NULL, numbers[i].value);
    const struct {
        const char *name, *unit;
    } notes[] = {{"entry_1/instrument_1/source_1/energy", c->energy_unit},
                 {"entry_1/instrument_1/beam_1/energy", c->beam_unit},
                 {"entry_1/sample_1/geometry_1/translation", c->move_unit}};
    for (size_t i = 0; i < sizeof notes / sizeof *notes; i++)
        if (notes[i].unit)
            io_ok(clpti_h5_note_text(writer, notes[i].name, "units", notes[i].unit, &io_message), &io_message);
    io_ok(clpti_h5_commit(&writer, &io_message), &io_message);
    return clpti_scan_load(io_path("scan.cxi"), &options, scan, &io_message);
}

static clpti_scan_file load_good(const cxi *c, clpti_scan_options options)
{
    clpti_scan_file scan;
    io_ok(load(c, options, &scan), &io_message);
    assert_string_equal(scan.format, "CXI");
    return scan;
}

static void near_to(double got, double expected)
{
    if (!(fabs(got - expected) <= 1e-9 * fabs(expected))) fail_msg("%.12g instead of %.12g", got, expected);
}

static void counts_become_amplitudes_and_masked_pixels_zero(void **state)
{
    (void)state;
    cxi c = cxi_make();
    clpti_scan_file scan = load_good(&c, (clpti_scan_options){.crop = 6, .need_patterns = true});
    assert_true(scan.count == S && scan.side == 6 && !scan.mask_per_pattern && scan.modes == 0);
    for (int64_t i = 0; i < S * 36; i++) {
        int64_t s = i / 36, y = i % 36 / 6, x = i % 6 + 1; /* columns 4 − 3 … of 8 */
        bool bad = y == 1 && x == 2;
        assert_true(scan.amplitude[i] == (bad ? 0 : sqrtf(c.frames[(s * H + y) * W + x])));
        assert_true(scan.mask[i % 36] == (bad ? 0 : 1));
    }
    clpti_scan_free(&scan);
}

/* The bit "has signal" does not exclude a pixel; all others do. */
static void mask_bit_of_signal_is_good(void **state)
{
    (void)state;
    cxi c = cxi_make();
    c.mask[0] = 0x1000;
    c.mask[1] = 0x1001;
    c.mask[2] = 0x80;
    clpti_scan_file scan = load_good(&c, (clpti_scan_options){.crop = 6});
    /* columns 1 … 6 of 8 */
    assert_true(scan.mask[0] == 0 && scan.mask[1] == 0 && scan.mask[2] == 1);
    clpti_scan_free(&scan);
    c.mask[1] = 0x1000;
    scan = load_good(&c, (clpti_scan_options){.crop = 6});
    assert_true(scan.mask[0] == 1 && scan.mask[1] == 0);
    clpti_scan_free(&scan);
}

static void units_of_numbers_count(void **state)
{
    (void)state;
    static const struct {
        double energy;
        const char *unit;
    } energies[] = {{8, "keV"},
                    {8000, "eV"},
                    {8000, "ev"},
                    {8e-6, "GeV"},
                    {8000 * CLPTI_ELECTRONVOLT, "J"},
                    {8000 * CLPTI_ELECTRONVOLT, NULL},
                    {8000 * CLPTI_ELECTRONVOLT, ""}};
    static const struct {
        double size;
        const char *unit;
    } lengths[] = {{1, NULL}, {1e-3, "mm"}, {1e-6, "um"}, {1e-6, "µm"}, {1e-9, "nm"}, {1, "metres"}};
    cxi c = cxi_make();
    c.wavelength = 0;
    for (size_t i = 0; i < sizeof energies / sizeof *energies; i++) {
        c.energy = energies[i].energy;
        c.energy_unit = energies[i].unit;
        clpti_scan_file scan = load_good(&c, (clpti_scan_options){.crop = 6});
        near_to(scan.beam.wavelength, clpti_wavelength_of(8000 * CLPTI_ELECTRONVOLT));
        clpti_scan_free(&scan);
    }
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        cxi scaled = c;
        for (int k = 0; k < S * 3; k++) scaled.translation[k] /= lengths[i].size;
        scaled.move_unit = lengths[i].unit;
        clpti_scan_file scan = load_good(&scaled, (clpti_scan_options){.crop = 6});
        near_to(scan.positions[0], c.translation[0] / scan.object_pixel_x);
        clpti_scan_free(&scan);
    }
}

static void units_that_cannot_be_are_refused(void **state)
{
    (void)state;
    cxi c = cxi_make();
    clpti_scan_file scan;
    c.move_unit = "furlong";
    io_failed(load(&c, (clpti_scan_options){.crop = 6}, &scan), &io_message, "furlong", "length", NULL);
    c.move_unit = NULL;
    c.wavelength = 0;
    c.energy = 8;
    c.energy_unit = "m";
    io_failed(load(&c, (clpti_scan_options){.crop = 6}, &scan), &io_message, "source_1/energy", "'m'", NULL);
    c.energy_unit = NULL;
    io_failed(load(&c, (clpti_scan_options){.crop = 6}, &scan), &io_message, "joules", "--energy EV", NULL);
}

/* A synchrotron's 3 GeV are not the photons'. */
static void energy_of_beam_comes_before_that_of_source(void **state)
{
    (void)state;
    cxi c = cxi_make();
    c.wavelength = 0;
    c.energy = 3;
    c.energy_unit = "GeV";
    c.beam_energy = 8000;
    c.beam_unit = "eV";
    clpti_scan_file scan = load_good(&c, (clpti_scan_options){.crop = 6});
    near_to(scan.beam.wavelength, clpti_wavelength_of(8000 * CLPTI_ELECTRONVOLT));
    clpti_scan_free(&scan);
    c.beam_energy = 0;
    c.beam_unit = NULL;
    io_failed(load(&c, (clpti_scan_options){.crop = 6}, &scan), &io_message, "3e+09 eV", "machine", NULL);
}

/* With no basis vectors, columns go along −x of the laboratory and rows along −y; the lit place moves against the
 * sample: both signs cancel. */
static void far_field_positions_come_in_object_pixels(void **state)
{
    (void)state;
    cxi c = cxi_make();
    clpti_scan_file scan = load_good(&c, (clpti_scan_options){.crop = 6});
    double reach = 1e-10 * 2;
    near_to(scan.object_pixel_x, reach / (6 * 50e-6));
    near_to(scan.object_pixel_y, reach / (6 * 75e-6));
    for (int s = 0; s < S; s++) {
        near_to(scan.positions[2 * s], c.translation[3 * s] / scan.object_pixel_x);
        near_to(scan.positions[2 * s + 1], c.translation[3 * s + 1] / scan.object_pixel_y);
    }
    near_to(scan.beam.wavelength, 1e-10);
    near_to(scan.beam.distance, 2);
    clpti_scan_free(&scan);
}

static void basis_vectors_turn_the_axes(void **state)
{
    (void)state;
    cxi c = cxi_make();
    /* the next row is along +x, the next column along +y */
    static const double basis[6] = {75e-6, 0, 0, 50e-6, 0, 0};
    memcpy(c.basis, basis, sizeof basis);
    c.with_basis = true;
    clpti_scan_file scan = load_good(&c, (clpti_scan_options){.crop = 6});
    for (int s = 0; s < S; s++) {
        near_to(scan.positions[2 * s], -c.translation[3 * s + 1] / scan.object_pixel_x);
        near_to(scan.positions[2 * s + 1], -c.translation[3 * s] / scan.object_pixel_y);
    }
    clpti_scan_free(&scan);
}

static void near_field_uses_the_effective_pixel(void **state)
{
    (void)state;
    cxi c = cxi_make();
    clpti_scan_options how = {.crop = 6, .bin = 2, .near_field = true, .beam = {.source_distance = 0.5}};
    clpti_scan_file scan = load_good(&c, how);
    near_to(scan.beam.pixel_x, 100e-6);
    near_to(scan.beam.source_distance, 0.5);
    near_to(scan.object_pixel_x, 100e-6 / 5);
    near_to(scan.object_pixel_y, 150e-6 / 5);
    for (int s = 0; s < S; s++) {
        near_to(scan.positions[2 * s], c.translation[3 * s] / scan.object_pixel_x);
        near_to(scan.positions[2 * s + 1], c.translation[3 * s + 1] / scan.object_pixel_y);
    }
    clpti_scan_free(&scan);
    scan = load_good(&c, (clpti_scan_options){.crop = 6, .near_field = true});
    near_to(scan.object_pixel_x, 50e-6); /* a parallel beam */
    clpti_scan_free(&scan);
}

static void energy_gives_the_wavelength_and_options_come_first(void **state)
{
    (void)state;
    cxi c = cxi_make();
    c.wavelength = 0;
    c.energy = 10000 * CLPTI_ELECTRONVOLT;
    clpti_scan_file scan = load_good(&c, (clpti_scan_options){.crop = 6});
    near_to(scan.beam.wavelength, 1.2398419843320026e-10);
    clpti_scan_free(&scan);
    scan =
        load_good(&c, (clpti_scan_options){.crop = 6, .beam = {.wavelength = 2e-10, .distance = 7, .pixel_x = 1e-5}});
    assert_true(scan.beam.wavelength == 2e-10 && scan.beam.distance == 7 && scan.beam.pixel_x == 1e-5);
    near_to(scan.beam.pixel_y, 75e-6);
    clpti_scan_free(&scan);
}

static void what_is_wrong_is_named(void **state)
{
    (void)state;
    clpti_scan_file scan;
    clpti_scan_options how = {.crop = 6, .need_patterns = true};
    cxi c = cxi_make();
    c.frames[(2 * H + 1) * W + 3] = -4;
    io_failed(load(&c, how, &scan), &io_message, "scan.cxi", "counts", "[2, 1, 3]", "-4", NULL);
    c = cxi_make();
    c.wavelength = c.distance = 0;
    io_failed(load(&c, how, &scan), &io_message, "scan.cxi", "give --energy EV --distance M", NULL);
    c = cxi_make();
    c.rows = 2;
    io_failed(load(&c, how, &scan), &io_message, "data", "3", "translation", "2", NULL);
    c = cxi_make();
    c.translation[4] = NAN;
    io_failed(load(&c, how, &scan), &io_message, "translation", "nan", NULL);
    c = cxi_make();
    c.pixel_x = -1;
    io_failed(load(&c, how, &scan), &io_message, "x_pixel_size", "-1", NULL);
    c = cxi_make();
    for (int i = 0; i < H * W; i++) c.mask[i] = 4;
    io_failed(load(&c, how, &scan), &io_message, "no good pixel", NULL);
    c = cxi_make();
    how.need_probe = true;
    io_failed(load(&c, how, &scan), &io_message, "no starting probe", NULL);
    assert_null(scan.positions);
}

/* Of a beamline, where the data is there: known numbers of that file. */
static void measured_file_is_read(void **state)
{
    (void)state;
    static const char path[] = CLPTYCHO_SHARED_DIR "/data/petra3_p25_near_field.cxi";
    FILE *file = fopen(path, "rb");
    if (!file) skip();
    fclose(file);
    clpti_scan_file scan;
    clpti_scan_options how = {.near_field = true, .need_patterns = true, .beam = {.source_distance = 3.65e-3}};
    io_ok(clpti_scan_load(path, &how, &scan, &io_message), &io_message);
    assert_true(scan.count == 200 && scan.side == 100);
    int64_t bad = 0;
    for (int64_t i = 0; i < 10000; i++) bad += scan.mask[i] == 0;
    assert_int_equal(bad, 5);
    assert_true(fabs(scan.object_pixel_x - 1.78659e-7) < 1e-12);
    /* columns along +translation[:, 0], rows along +translation[:, 1] */
    assert_true(fabs(scan.positions[0] + 5.3400032e-05 / scan.object_pixel_x) < 1e-3);
    assert_true(fabs(scan.positions[1] + 3.8399612e-05 / scan.object_pixel_x) < 1e-3);
    clpti_scan_free(&scan);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_become_amplitudes_and_masked_pixels_zero),
        cmocka_unit_test(mask_bit_of_signal_is_good),
        cmocka_unit_test(units_of_numbers_count),
        cmocka_unit_test(units_that_cannot_be_are_refused),
        cmocka_unit_test(energy_of_beam_comes_before_that_of_source),
        cmocka_unit_test(far_field_positions_come_in_object_pixels),
        cmocka_unit_test(basis_vectors_turn_the_axes),
        cmocka_unit_test(near_field_uses_the_effective_pixel),
        cmocka_unit_test(energy_gives_the_wavelength_and_options_come_first),
        cmocka_unit_test(what_is_wrong_is_named),
        cmocka_unit_test(measured_file_is_read),
    };
    if (!clpti_h5_available()) {
        puts("this build has no HDF5: nothing to test");
        return 77;
    }
    return cmocka_run_group_tests_name("scan_cxi", tests, io_directory_make, io_directory_remove);
}
