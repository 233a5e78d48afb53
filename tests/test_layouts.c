/* SPDX-License-Identifier: Apache-2.0 */
/* One scan written in every layout by hand, as its program's readers and writers document it, and read back. */
#include <hdf5.h>
#include <math.h>

#include "io_support.h"
#include "paths.h"

#include "io/layout.h"
#include "io/scan_write.h"

enum { COUNT = 6, SIDE = 8, PIXELS = SIDE * SIDE };
static const double energy = 8000, distance = 2, detector = 100e-6; /* eV, m, m */
static double pixel;                                                /* of the object, m */
static double counts[COUNT * PIXELS], xs[COUNT] = {0, 2, 4.5, 0, 2, 4.5}, ys[COUNT] = {0, 0, 0, 3, 3, 3};

static int prepare(void **state)
{
    pixel = 6.62607015e-34 * 299792458.0 / (energy * CLPTI_ELECTRONVOLT) * distance / (SIDE * detector);
    for (int i = 0; i < COUNT * PIXELS; i++) counts[i] = 1 + i % 97;
    return io_directory_make(state);
}

/* ---- writing ---- */

static void put(hid_t file, const char *name, int rank, const hsize_t *shape, const double *values)
{
    hid_t space = rank ? H5Screate_simple(rank, shape, NULL) : H5Screate(H5S_SCALAR),
          links = H5Pcreate(H5P_LINK_CREATE);
    H5Pset_create_intermediate_group(links, 1);
    hid_t set = H5Dcreate2(file, name, H5T_NATIVE_DOUBLE, space, links, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(set >= 0 && H5Dwrite(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0);
    H5Dclose(set);
    H5Pclose(links);
    H5Sclose(space);
}

static void put_number(hid_t file, const char *name, double value)
{
    put(file, name, 0, NULL, &value);
}

static void put_list(hid_t file, const char *name, const double *values, double unit)
{
    double scaled[COUNT];
    for (int s = 0; s < COUNT; s++) scaled[s] = values[s] * unit;
    put(file, name, 1, (hsize_t[]){COUNT}, scaled);
}

static void put_unit(hid_t file, const char *name, const char *unit)
{
    hid_t type = H5Tcopy(H5T_C_S1), space = H5Screate(H5S_SCALAR);
    H5Tset_size(type, strlen(unit) + 1);
    hid_t note = H5Acreate_by_name(file, name, "units", type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(note >= 0 && H5Awrite(note, type, unit) >= 0);
    H5Aclose(note);
    H5Sclose(space);
    H5Tclose(type);
}

static void put_attribute(hid_t file, const char *object, const char *name, double value)
{
    hid_t space = H5Screate(H5S_SCALAR);
    hid_t note = H5Acreate_by_name(file, object, name, H5T_NATIVE_DOUBLE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(note >= 0 && H5Awrite(note, H5T_NATIVE_DOUBLE, &value) >= 0);
    H5Aclose(note);
    H5Sclose(space);
}

/* Pairs in metres times `unit`: [S, 2] or [2, S], x or y first, with a sign. */
static void put_pairs(hid_t file, const char *name, bool columns, bool y_first, double unit, int first, int count)
{
    double values[2 * COUNT];
    for (int s = 0; s < count; s++) {
        double pair[2] = {xs[first + s] * pixel * unit, ys[first + s] * pixel * unit};
        for (int k = 0; k < 2; k++) values[columns ? 2 * s + k : k * count + s] = pair[y_first ? 1 - k : k];
    }
    put(file, name, 2, columns ? (hsize_t[]){(hsize_t)count, 2} : (hsize_t[]){2, (hsize_t)count}, values);
}

static void put_frames(hid_t file, const char *name, int first, int count)
{
    put(file, name, 3, (hsize_t[]){(hsize_t)count, SIDE, SIDE}, counts + first * PIXELS);
}

static void put_raster(hid_t file, const char *name)
{
    put(file, name, 4, (hsize_t[]){2, 3, SIDE, SIDE}, counts);
}

static void put_transposed(hid_t file, const char *name)
{
    double turned[COUNT * PIXELS];
    for (int i = 0; i < COUNT * PIXELS; i++)
        turned[i] = counts[i / PIXELS * PIXELS + i % SIDE * SIDE + i % PIXELS / SIDE];
    put(file, name, 3, (hsize_t[]){COUNT, SIDE, SIDE}, turned);
}

static hid_t create(const char *name)
{
    hid_t file = H5Fcreate(io_path(name), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(file >= 0);
    return file;
}

/* ---- layouts ---- */

static void put_detector(hid_t file, const char *group, const char *distance_name)
{
    char name[200];
    snprintf(name, sizeof name, "%s/%s", group, distance_name);
    put_number(file, name, distance);
    snprintf(name, sizeof name, "%s/x_pixel_size", group);
    put_number(file, name, detector);
    snprintf(name, sizeof name, "%s/y_pixel_size", group);
    put_number(file, name, detector);
}

static void write_cxi(hid_t file)
{
    put_frames(file, "entry/instrument_1/detector_1/data", 0, COUNT);
    put_detector(file, "entry/instrument_1/detector_1", "distance");
    put_number(file, "entry/instrument_1/source_1/energy", energy * CLPTI_ELECTRONVOLT);
    put_pairs(file, "entry/sample_1/geometry_1/translation", true, false, 1, 0, COUNT);
}

static void write_nxcxi(hid_t file)
{
    put_raster(file, "entry_1/instrument_1/detector_1/data");
    put_detector(file, "entry_1/instrument_1/detector_1", "distance");
    put_number(file, "entry_1/instrument_1/source_1/energy", 3);
    put_unit(file, "entry_1/instrument_1/source_1/energy", "GeV");
    put_number(file, "entry_1/instrument_1/beam_1/energy", energy / 1000);
    put_unit(file, "entry_1/instrument_1/beam_1/energy", "keV");
    put_pairs(file, "entry_1/data_1/translation", false, false, 1e6, 0, COUNT);
    put_unit(file, "entry_1/data_1/translation", "um");
}

/* x [3] and y [2] of a raster, as vectors. */
static void write_diamond(hid_t file)
{
    double x[3], y[2] = {0, 3 * pixel * 1e3};
    for (int i = 0; i < 3; i++) x[i] = xs[i] * pixel * 1e3;
    put_raster(file, "entry_1/data/data");
    put(file, "entry_1/data/x", 1, (hsize_t[]){3}, x);
    put(file, "entry_1/data/y", 1, (hsize_t[]){2}, y);
    put_unit(file, "entry_1/data/x", "mm");
    put_unit(file, "entry_1/data/y", "mm");
    put_detector(file, "entry_1/instrument_1/detector_1", "distance");
    put_number(file, "entry_1/instrument_1/beam_1/energy", energy);
    put_unit(file, "entry_1/instrument_1/beam_1/energy", "eV");
}

static void put_ptypy_meta(hid_t file)
{
    put_number(file, "meta/energy", energy / 1000);
    put_number(file, "meta/distance", distance);
    put(file, "meta/psize", 1, (hsize_t[]){2}, (double[]){detector, detector});
}

static void write_ptypy(hid_t file)
{
    put_frames(file, "chunks/2/data", 0, 4);
    put_pairs(file, "chunks/2/positions", true, true, 1, 0, 4);
    put_frames(file, "chunks/10/data", 4, 2);
    put_pairs(file, "chunks/10/positions", true, true, 1, 4, 2);
    put_ptypy_meta(file);
}

static void write_ptypy_links(hid_t file)
{
    hid_t groups = H5Gcreate2(file, "chunks", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), part = create("scan.chunk0");
    put_frames(part, "data", 0, COUNT);
    put_pairs(part, "positions", true, true, 1, 0, COUNT);
    H5Fclose(part);
    H5Lcreate_external("scan.chunk0", "/", groups, "0", H5P_DEFAULT, H5P_DEFAULT);
    H5Gclose(groups);
    put_ptypy_meta(file);
}

static void write_hxn(hid_t file)
{
    double roots[COUNT * PIXELS];
    for (int i = 0; i < COUNT * PIXELS; i++) roots[i] = sqrt(counts[i]);
    put(file, "diffamp", 3, (hsize_t[]){COUNT, SIDE, SIDE}, roots);
    put_pairs(file, "points", false, false, 1e6, 0, COUNT);
    put_number(file, "lambda_nm", pixel * SIDE * detector / distance * 1e9);
    put_number(file, "z_m", distance);
    put_number(file, "ccd_pixel_um", detector * 1e6);
}

static void write_ptylab(hid_t file)
{
    put_frames(file, "ptychogram", 0, COUNT);
    put_pairs(file, "encoder", true, true, 1, 0, COUNT);
    put_number(file, "wavelength", pixel * SIDE * detector / distance);
    put_number(file, "zo", distance);
    put_number(file, "dxd", detector);
}

static void write_fold_slice(hid_t file)
{
    put_transposed(file, "dp");
    put_list(file, "ppX", xs, -pixel);
    put_list(file, "ppY", ys, -pixel);
}

static void write_shelves(hid_t file)
{
    put_transposed(file, "measurement/n0/data");
    put_pairs(file, "measurement/n0/positions", true, false, 1, 0, COUNT);
}

/* Steps of 2 and 3 pixels: the raster's own positions. */
static void write_emd(hid_t file)
{
    double q = 1 / (SIDE * pixel * 1e10);
    put_raster(file, "root/datacube/data");
    put(file, "root/datacube/dim0", 1, (hsize_t[]){2}, (double[]){0, 3 * pixel * 1e10});
    put(file, "root/datacube/dim1", 1, (hsize_t[]){2}, (double[]){0, 2 * pixel * 1e10});
    put(file, "root/datacube/dim2", 1, (hsize_t[]){2}, (double[]){0, q});
    put(file, "root/datacube/dim3", 1, (hsize_t[]){2}, (double[]){0, q});
    put_unit(file, "root/datacube/dim0", "A");
    put_unit(file, "root/datacube/dim2", "A^-1");
}

static void write_nanomax(hid_t file)
{
    put_frames(file, "entry/measurement/eiger1m/frames", 0, COUNT);
    put_list(file, "entry/measurement/pseudo/x", xs, -pixel * 1e6);
    put_list(file, "entry/measurement/pseudo/y", ys, -pixel * 1e6);
    put_number(file, "entry/snapshot/energy", energy);
}

static void write_nxptycho(hid_t file)
{
    put_frames(file, "entry/data/data", 0, COUNT);
    put_detector(file, "entry/instrument/detector", "distance");
    put_list(file, "entry/sample/stage/x/raw_value", xs, pixel * 1e3);
    put_list(file, "entry/sample/stage/y/raw_value", ys, pixel * 1e3);
    put_unit(file, "entry/sample/stage/x/raw_value", "mm");
    put_unit(file, "entry/sample/stage/y/raw_value", "mm");
    put_number(file, "entry/instrument/beam/energy", energy);
    put_unit(file, "entry/instrument/beam/energy", "eV");
}

/* ---- with positions from a second file ---- */

static void write_product(void)
{
    hid_t file = create("positions.h5");
    put_list(file, "probe_position_x_m", xs, pixel);
    put_list(file, "probe_position_y_m", ys, pixel);
    put(file, "probe", 4, (hsize_t[]){1, 1, SIDE, SIDE}, counts);
    put_attribute(file, "probe", "pixel_width_m", pixel);
    put_attribute(file, "probe", "pixel_height_m", pixel);
    put_attribute(file, "/", "photon_energy_eV", energy);
    put_attribute(file, "/", "detector_object_distance_m", distance);
    H5Fclose(file);
}

static void write_ptychodus(hid_t file)
{
    put_frames(file, "dp", 0, COUNT);
    write_product();
}

static void write_dectris(hid_t file)
{
    hid_t part = create("frames_1.h5");
    put_frames(part, "entry/data/data", 0, 4);
    H5Fclose(part);
    put_frames(file, "entry/data/data_000002", 4, 2);
    H5Lcreate_external("frames_1.h5", "/entry/data/data", file, "entry/data/data_000001", H5P_DEFAULT, H5P_DEFAULT);
    put_detector(file, "entry/instrument/detector", "detector_distance");
    put_number(file, "entry/instrument/detector/detectorSpecific/photon_energy", energy);
    write_product();
}

static void write_csaxs(hid_t file)
{
    put_frames(file, "entry/data/data", 0, COUNT);
    put_number(file, "entry/instrument/monochromator/energy", energy / 1000);
    put_number(file, "entry/instrument/monochromator/distance", distance * 1000);
    put_number(file, "entry/instrument/eiger_4/x_pixel_size", detector * 1e6);
    put_number(file, "entry/instrument/eiger_4/y_pixel_size", detector * 1e6);
    write_product();
}

static void write_lynx(hid_t file)
{
    put_frames(file, "entry/data/eiger_4", 0, COUNT);
    put_attribute(file, "entry/data/eiger_4", "Photon_energy_kev", energy / 1000);
    put_attribute(file, "entry/data/eiger_4", "Detector_distance_m", distance);
    put_attribute(file, "entry/data/eiger_4", "Pixel_size", detector);
    write_product();
}

/* ---- the test ---- */

static const struct entry {
    const char *name;
    void (*write)(hid_t file);
    bool needs_beam, needs_positions;
    double step; /* of x in a raster with steps of this many pixels; 0: the positions above */
} entries[] = {
    {"CXI", write_cxi, false, false, 0},
    {"CXI", write_nxcxi, false, false, 0},
    {"CXI", write_diamond, false, false, 0},
    {"ptypy", write_ptypy, false, false, 0},
    {"ptypy", write_ptypy_links, false, false, 0},
    {"HXN", write_hxn, false, false, 0},
    {"PtyLab", write_ptylab, false, false, 0},
    {"fold_slice", write_fold_slice, true, false, 0},
    {"PtychoShelves", write_shelves, true, false, 0},
    {"Ptychodus", write_ptychodus, false, true, 0},
    {"EMD", write_emd, false, false, 2},
    {"Dectris", write_dectris, false, true, 0},
    {"NanoMAX", write_nanomax, true, false, 0},
    {"cSAXS", write_csaxs, false, true, 0},
    {"LYNX", write_lynx, false, true, 0},
    {"NXptycho", write_nxptycho, false, false, 0},
};

static void check_scan(const struct entry *entry, const clpti_scan_file *scan)
{
    assert_int_equal(scan->count, COUNT);
    assert_int_equal(scan->side, SIDE);
    for (int i = 0; i < COUNT * PIXELS; i++)
        if (fabs((double)scan->amplitude[i] - sqrt(counts[i])) > 1e-5)
            fail_msg("%s: pixel %d is %g, not %g", entry->name, i, (double)scan->amplitude[i], sqrt(counts[i]));
    for (int s = 0; s < COUNT; s++) {
        double x = entry->step > 0 ? entry->step * (s % 3) : xs[s];
        if (fabs(scan->positions[2 * s] - x) > 1e-6 || fabs(scan->positions[2 * s + 1] - ys[s]) > 1e-6)
            fail_msg("%s: position %d is %g, %g, not %g, %g", entry->name, s, scan->positions[2 * s],
                     scan->positions[2 * s + 1], x, ys[s]);
    }
    assert_true(fabs(scan->object_pixel_x / pixel - 1) < 1e-6 && fabs(scan->object_pixel_y / pixel - 1) < 1e-6);
}

static clpti_scan_options options_of(const struct entry *entry)
{
    clpti_scan_options how = {.need_patterns = true};
    if (entry->needs_beam)
        how.beam = (clpti_beam){.wavelength = clpti_wavelength_of(energy * CLPTI_ELECTRONVOLT),
                                .distance = distance,
                                .pixel_x = detector,
                                .pixel_y = detector};
    return how;
}

static void every_layout_is_recognised_and_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof entries / sizeof *entries; i++) {
        const struct entry *entry = &entries[i];
        char path[300], positions[300];
        clpti_scan_file scan;
        snprintf(path, sizeof path, "%s", io_path("scan.h5"));
        snprintf(positions, sizeof positions, "%s", io_path("positions.h5"));
        clpti_scan_options how = options_of(entry);
        hid_t file = create("scan.h5");
        entry->write(file);
        H5Fclose(file);
        if (entry->needs_positions) {
            io_failed(clpti_scan_load(path, &how, &scan, &io_message), &io_message, "no positions", "--positions",
                      NULL);
            how.positions = positions;
        }
        clpt_status status = clpti_scan_load(path, &how, &scan, &io_message);
        if (status != CLPT_OK) fail_msg("%s: %s", entry->name, io_message.text);
        assert_string_equal(scan.format, entry->name);
        check_scan(entry, &scan);
        assert_true(!scan.probe.data == !entry->needs_positions);
        clpti_scan_free(&scan);
    }
}

static void every_built_in_layout_is_tested(void **state)
{
    (void)state;
    for (const clpti_layout_text *t = clpti_layout_texts; t->name; t++) {
        bool found = !strcmp(t->name, "stack"); /* has a test of its own */
        for (size_t i = 0; i < sizeof entries / sizeof *entries; i++)
            found = found || !strcmp(entries[i].name, t->name);
        if (!found) fail_msg("layout %s has no entry in this test", t->name);
    }
}

/* ---- options ---- */

static void anything_else_is_read_by_options(void **state)
{
    (void)state;
    char path[300], csv[300], own[300], inner[400];
    clpti_scan_file scan;
    const struct entry entry = {.name = "options"};
    snprintf(path, sizeof path, "%s", io_path("other.h5"));
    snprintf(csv, sizeof csv, "%s", io_path("positions.csv"));
    snprintf(own, sizeof own, "%s", io_path("own.layout"));
    hid_t file = create("other.h5");
    put_raster(file, "a/frames");
    put_list(file, "a/stage_x", xs, pixel * 1e9);
    put_list(file, "a/stage_y", ys, -pixel * 1e9);
    put_pairs(file, "a/xy", false, false, 1e6, 0, COUNT);
    H5Fclose(file);
    FILE *text = fopen(csv, "w");
    fputs("x, y\n", text);
    for (int s = 0; s < COUNT; s++) fprintf(text, "%.15g, %.15g\n", xs[s] * pixel * 1e6, ys[s] * pixel * 1e6);
    fclose(text);
    static const char layout[] = "# ours\ntitle ours\ncounts a/frames # raw\nx a/stage_x nm\ny -a/stage_y nm\n";
    io_write_file(own, layout, strlen(layout));

    struct entry beam = {.needs_beam = true};
    clpti_scan_options how = options_of(&beam);
    how.layout = own;
    io_ok(clpti_scan_load(path, &how, &scan, &io_message), &io_message);
    check_scan(&entry, &scan);
    clpti_scan_free(&scan);
    how = options_of(&beam);
    how.data = "a/frames";
    how.positions = csv;
    how.position_unit = "um";
    io_ok(clpti_scan_load(path, &how, &scan, &io_message), &io_message);
    check_scan(&entry, &scan);
    clpti_scan_free(&scan);
    snprintf(inner, sizeof inner, "%s:a/xy", path);
    how.positions = inner;
    io_ok(clpti_scan_load(path, &how, &scan, &io_message), &io_message);
    check_scan(&entry, &scan);
    clpti_scan_free(&scan);
    how.position_unit = "miles";
    io_failed(clpti_scan_load(path, &how, &scan, &io_message), &io_message, "'miles'", "um", NULL);
    how.position_unit = "um";
    how.data = "a/stage_x";
    io_failed(clpti_scan_load(path, &how, &scan, &io_message), &io_message, "a/stage_x", "[6]",
              "a stack of matrices or a raster of matrices", NULL);
    static const char wrong[] = "counts a/frames\nfoo bar\n";
    io_write_file(own, wrong, strlen(wrong));
    how.layout = own;
    io_failed(clpti_scan_load(path, &how, &scan, &io_message), &io_message, "line 2", "'foo'", NULL);
}

/* The same bits as from the whole stack. */
static void large_stacks_are_read_frame_by_frame(void **state)
{
    (void)state;
    char path[300];
    clpti_scan_file whole, parts;
    snprintf(path, sizeof path, "%s", io_path("scan.h5"));
    hid_t file = create("scan.h5");
    double mask[PIXELS] = {0};
    write_nxcxi(file);
    mask[3 * SIDE + 4] = 1;
    put(file, "entry_1/instrument_1/detector_1/mask", 3, (hsize_t[]){1, SIDE, SIDE}, mask);
    H5Fclose(file);
    for (int shift = 0; shift < 2; shift++) {
        clpti_scan_options how = {.need_patterns = true, .crop = 4, .fftshift = shift};
        io_ok(clpti_scan_load(path, &how, &whole, &io_message), &io_message);
        how.stack_limit = 1;
        io_ok(clpti_scan_load(path, &how, &parts, &io_message), &io_message);
        assert_true(parts.side == 4 && parts.count == COUNT);
        assert_memory_equal(parts.amplitude, whole.amplitude, COUNT * 16 * sizeof(float));
        assert_memory_equal(parts.mask, whole.mask, 16 * sizeof(float));
        assert_memory_equal(parts.positions, whole.positions, COUNT * 2 * sizeof(double));
        assert_true(parts.object_pixel_x == whole.object_pixel_x);
        clpti_scan_free(&whole);
        clpti_scan_free(&parts);
    }
}

static void spare_positions_are_dropped_with_a_note(void **state)
{
    (void)state;
    clpti_scan_file scan;
    clpti_scan_options how = {.need_patterns = true};
    hid_t file = create("scan.h5");
    put_frames(file, "entry_1/data_1/data", 0, 4);
    put_detector(file, "entry_1/instrument_1/detector_1", "distance");
    put_number(file, "entry_1/instrument_1/source_1/energy", energy * CLPTI_ELECTRONVOLT);
    put_pairs(file, "entry_1/data_1/translation", true, false, 1, 0, COUNT);
    H5Fclose(file);
    io_ok(clpti_scan_load(io_path("scan.h5"), &how, &scan, &io_message), &io_message);
    assert_int_equal(scan.count, 4);
    assert_non_null(strstr(scan.notes, "6 positions for 4 frames"));
    clpti_scan_free(&scan);
}

/* CXI as NPZ and back: the same scan. */
static void scans_are_written_and_come_back(void **state)
{
    (void)state;
    static const char *const names[] = {"out.cxi", "out.npz"};
    char path[300], out[300];
    double mask[PIXELS] = {0};
    mask[3] = 1;
    clpti_scan_options how = {.need_patterns = true};
    clpti_scan_file scan, back;
    snprintf(path, sizeof path, "%s", io_path("scan.h5"));
    hid_t file = create("scan.h5");
    write_nxcxi(file);
    put(file, "entry_1/instrument_1/source_1/illumination", 2, (hsize_t[]){SIDE, SIDE}, counts);
    put(file, "entry_1/instrument_1/detector_1/mask", 2, (hsize_t[]){SIDE, SIDE}, mask);
    H5Fclose(file);
    io_ok(clpti_scan_load(path, &how, &scan, &io_message), &io_message);
    for (int k = 0; k < 2; k++) {
        snprintf(out, sizeof out, "%s", io_path(names[k]));
        io_ok(clpti_scan_write(out, &scan, &io_message), &io_message);
        io_ok(clpti_scan_load(out, &how, &back, &io_message), &io_message);
        assert_true(back.count == COUNT && back.modes == 1 && back.mask[3] == 0 && back.mask[4] == 1);
        assert_memory_equal(back.amplitude, scan.amplitude, COUNT * PIXELS * sizeof(float));
        assert_memory_equal(back.probe.data, scan.probe.data, PIXELS * 2 * sizeof(double));
        for (int i = 0; i < 2 * COUNT; i++) assert_true(fabs(back.positions[i] - scan.positions[i]) < 1e-9);
        if (k == 0) assert_true(fabs(back.object_pixel_x / pixel - 1) < 1e-9);
        clpti_scan_free(&back);
    }
    scan.beam.distance = 0;
    io_failed(clpti_scan_write(io_path("out.cxi"), &scan, &io_message), &io_message, "out.cxi", "--distance", NULL);
    clpti_scan_free(&scan);
}

/* A raw 4D-STEM raster: step, rotation and object pixel by options. 300 kV: 1.9687 pm. */
static void rasters_are_placed_by_options(void **state)
{
    (void)state;
    char path[300];
    clpti_scan_file scan;
    snprintf(path, sizeof path, "%s", io_path("raw.h5"));
    hid_t file = create("raw.h5");
    put_raster(file, "cube");
    H5Fclose(file);
    clpti_scan_options how = {.need_patterns = true, .data = "cube"};
    io_failed(clpti_scan_load(path, &how, &scan, &io_message), &io_message, "--scan-step", NULL);
    how.scan_step = 31.25;
    how.position_unit = "A";
    how.object_pixel = 9.3e-10;
    how.scan_rotation = 90;
    io_ok(clpti_scan_load(path, &how, &scan, &io_message), &io_message);
    assert_true(fabs(scan.object_pixel_x - 9.3e-10) < 1e-20);
    /* the next column of the raster is 90 degrees from +x towards +y, the next row towards -x */
    double step = 31.25 / 9.3, *xy = scan.positions;
    assert_true(fabs(xy[2] - xy[0]) < 1e-9 && fabs(xy[3] - xy[1] - step) < 1e-9);
    assert_true(fabs(xy[6] - xy[0] + step) < 1e-9 && fabs(xy[7] - xy[1]) < 1e-9);
    clpti_scan_free(&scan);
    how.scan_step = 2;
    how.position_unit = NULL;
    how.scan_rotation = how.object_pixel = 0;
    io_ok(clpti_scan_load(path, &how, &scan, &io_message), &io_message);
    assert_true(scan.positions[2] == 2 && scan.positions[6] == 0 && scan.positions[7] == 2);
    clpti_scan_free(&scan);
    assert_true(fabs(clpti_electron_wavelength(300e3) - 1.96875e-12) < 1e-16);
}

static void numbers_that_are_none_name_their_options(void **state)
{
    (void)state;
    clpti_scan_file scan;
    clpti_scan_options how = {.need_patterns = true};
    static const char name[] = "entry/instrument_1/detector_1/distance";
    for (int text = 0; text < 2; text++) {
        hid_t file = create("scan.h5"), type = H5Tcopy(H5T_C_S1), space = H5Screate(H5S_SCALAR);
        write_cxi(file);
        H5Ldelete(file, name, H5P_DEFAULT);
        H5Tset_size(type, 6);
        hid_t set = text ? H5Dcreate2(file, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT) : -1;
        if (text)
            H5Dclose(set);
        else
            put_number(file, name, -1);
        H5Sclose(space);
        H5Tclose(type);
        H5Fclose(file);
        io_failed(clpti_scan_load(io_path("scan.h5"), &how, &scan, &io_message), &io_message, name,
                  text ? "text" : "-1", "--distance M", NULL);
    }
}

/* Frames alone, by NumPy: uint16, with positions from a text. */
static void frames_alone_are_read_with_positions(void **state)
{
    (void)state;
    char path[300], csv[300];
    uint16_t small[2 * PIXELS];
    clpti_scan_file scan;
    for (int i = 0; i < 2 * PIXELS; i++) small[i] = (uint16_t)(i + 1);
    snprintf(path, sizeof path, "%s", io_path("frames.npy"));
    snprintf(csv, sizeof csv, "%s", io_path("two.txt"));
    io_bytes npy = io_npy(1, "{'descr': '<u2', 'fortran_order': False, 'shape': (2, 8, 8), }\n", small, sizeof small);
    io_write_file(path, npy.bytes, npy.count);
    io_write_file(csv, "3 4\n5.5 6\n", 10);
    clpti_scan_options how = {.need_patterns = true};
    io_failed(clpti_scan_load(path, &how, &scan, &io_message), &io_message, "frames.npy", "--positions", NULL);
    how.positions = csv;
    how.position_unit = "px";
    io_ok(clpti_scan_load(path, &how, &scan, &io_message), &io_message);
    assert_string_equal(scan.format, "stack");
    assert_true(scan.count == 2 && scan.positions[2] == 5.5 && scan.positions[3] == 6);
    for (int i = 0; i < 2 * PIXELS; i++) assert_true(fabsf(scan.amplitude[i] - sqrtf((float)(i + 1))) < 1e-6f);
    clpti_scan_free(&scan);
}

/* Of Ptychodus 1.7.0's own writers, where they are there: three formats of one scan. */
static void files_of_ptychodus_are_read(void **state)
{
    (void)state;
    static const char *const pairs[3][2] = {
        {"diffraction.cxi", "product.cxi"}, {"dp.h5", "product.h5"}, {"patterns.npz", "product.npz"}};
    static const char folder[] = CLPTYCHO_SHARED_DIR "/data/ptychodus-1.7.0";
    char path[500], positions[500];
    for (int k = 0; k < 3; k++) {
        clpti_scan_file scan;
        snprintf(path, sizeof path, "%s/%s", folder, pairs[k][0]);
        snprintf(positions, sizeof positions, "%s/%s", folder, pairs[k][1]);
        FILE *file = fopen(path, "rb");
        if (!file) skip();
        fclose(file);
        clpti_scan_options how = {
            .need_patterns = true, .positions = positions, .need_probe = true, .need_object = true};
        io_ok(clpti_scan_load(path, &how, &scan, &io_message), &io_message);
        assert_true(scan.count == 81 && scan.side == 32 && scan.modes == 1);
        assert_true(scan.object.shape[0] == 72 && scan.object.shape[1] == 73);
        assert_true(fabs(scan.object_pixel_x - 2.815774859446542e-08) < 1e-14);
        double minimum = INFINITY, maximum = 0;
        for (int s = 0; s < 81; s++) {
            minimum = fmin(minimum, scan.positions[2 * s]);
            maximum = fmax(maximum, scan.positions[2 * s]);
        }
        assert_true(fabs(minimum - 18) < 1e-3 && fabs(maximum - 53.337) < 1e-3);
        clpti_scan_free(&scan);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_layout_is_recognised_and_read),
        cmocka_unit_test(every_built_in_layout_is_tested),
        cmocka_unit_test(anything_else_is_read_by_options),
        cmocka_unit_test(large_stacks_are_read_frame_by_frame),
        cmocka_unit_test(spare_positions_are_dropped_with_a_note),
        cmocka_unit_test(rasters_are_placed_by_options),
        cmocka_unit_test(scans_are_written_and_come_back),
        cmocka_unit_test(numbers_that_are_none_name_their_options),
        cmocka_unit_test(frames_alone_are_read_with_positions),
        cmocka_unit_test(files_of_ptychodus_are_read),
    };
    return cmocka_run_group_tests_name("layouts", tests, prepare, io_directory_remove);
}
