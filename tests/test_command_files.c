/* SPDX-License-Identifier: Apache-2.0 */
/* Helper of test_command.sh and test_reconstruct.sh: input files, good and bad, and a comparison of
 * two NPZ files. test_command_files make DIRECTORY test_command_files compare A.npz B.npz TOLERANCE     largest
 * difference, relative to the largest magnitude in B test_command_files types FILE.npz                    "name type" a
 * line */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

#include "io/io.h"

static clpt_message message;

static void check(clpt_status status)
{
    if (status == CLPT_OK) return;
    fprintf(stderr, "test_command_files: %s\n", message.text);
    exit(1);
}

/* ---- files for `op` ---- */

typedef struct entry {
    const char *name;
    clpt_type type;
    int rank;
    int64_t shape[4];
    double offset, range; /* values are offset + range·(something in [−1, 1]) */
} entry;

static void *make_values(const entry *e)
{
    int64_t count = 1;
    for (int k = 0; k < e->rank; k++) count *= e->shape[k];
    bool is_complex = e->type == CLPT_TYPE_C64 || e->type == CLPT_TYPE_C128,
         wide = e->type == CLPT_TYPE_F64 || e->type == CLPT_TYPE_C128;
    count *= is_complex ? 2 : 1;
    void *data = calloc((size_t)count, wide ? sizeof(double) : sizeof(float));
    for (int64_t i = 0; data && i < count; i++) {
        double value = e->offset + e->range * sin(0.7 * (double)i + 1e-3 * (double)(i * i % 977));
        if (wide)
            ((double *)data)[i] = value;
        else
            ((float *)data)[i] = (float)value;
    }
    return data;
}

static void write_file(const char *directory, const char *file, const entry *entries, int count)
{
    char path[4096];
    void *data[8] = {0};
    clpti_npz_writer *writer;
    snprintf(path, sizeof path, "%s/%s", directory, file);
    check(clpti_npz_create(path, &writer, &message));
    for (int k = 0; k < count; k++) {
        data[k] = make_values(&entries[k]);
        check(clpti_npz_add(writer, entries[k].name, entries[k].type, entries[k].rank, entries[k].shape, data[k],
                            &message));
    }
    check(clpti_npz_commit(&writer, &message));
    for (int k = 0; k < count; k++) free(data[k]);
}

#define FILE_OF(directory, file, ...)                                                                                  \
    write_file(directory, file, (entry[]){__VA_ARGS__}, (int)(sizeof((entry[]){__VA_ARGS__}) / sizeof(entry)))

static void make_op_inputs(const char *d)
{
    FILE_OF(d, "warp.npz", {"images", CLPT_TYPE_F32, 3, {2, 9, 11}, 0, 1},
            {"transforms", CLPT_TYPE_F64, 2, {1, 8}, 0.3, 0.01});
    FILE_OF(d, "translate.npz", {"images", CLPT_TYPE_C64, 3, {3, 8, 8}, 0, 1},
            {"shifts", CLPT_TYPE_F32, 2, {3, 2}, 0, 2});
    FILE_OF(d, "extract-scan.npz", {"object", CLPT_TYPE_C128, 2, {20, 24}, 0, 1},
            {"positions", CLPT_TYPE_F64, 2, {5, 2}, 10, 4});
    FILE_OF(d, "extract-group.npz", {"canvas", CLPT_TYPE_F64, 3, {2, 16, 16}, 0, 1},
            {"offsets", CLPT_TYPE_F64, 3, {2, 4, 2}, 0, 3});
    FILE_OF(d, "reassemble-group.npz", {"patches", CLPT_TYPE_C64, 4, {2, 4, 8, 8}, 0, 1},
            {"offsets", CLPT_TYPE_F64, 3, {2, 4, 2}, 0, 3}, {"probe", CLPT_TYPE_C64, 3, {2, 8, 8}, 0.5, 1});
    FILE_OF(d, "reassemble-scan.npz", {"patches", CLPT_TYPE_C64, 3, {6, 8, 8}, 0, 1},
            {"positions", CLPT_TYPE_F64, 2, {6, 2}, 30, 6});
    FILE_OF(d, "diffract.npz", {"waves", CLPT_TYPE_C64, 3, {3, 12, 12}, 0, 1});
    FILE_OF(d, "modes.npz", {"modes", CLPT_TYPE_C64, 3, {3, 8, 8}, 0.2, 1});
    FILE_OF(d, "forward.npz", {"object", CLPT_TYPE_C64, 2, {20, 24}, 0, 1},
            {"positions", CLPT_TYPE_F64, 2, {5, 2}, 11, 3}, {"probe", CLPT_TYPE_C64, 3, {2, 16, 16}, 0, 1});
    FILE_OF(d, "forward-one.npz", {"object", CLPT_TYPE_F32, 2, {20, 24}, 0, 1},
            {"positions", CLPT_TYPE_F64, 2, {5, 2}, 11, 3}, {"probe", CLPT_TYPE_C64, 2, {16, 16}, 0, 1});
    FILE_OF(d, "bad-op.npz", {"object", CLPT_TYPE_C64, 3, {2, 4, 4}, 0, 1},
            {"positions", CLPT_TYPE_F64, 2, {5, 2}, 11, 3});
    FILE_OF(d, "bad-pairs.npz", {"object", CLPT_TYPE_C64, 2, {4, 4}, 0, 1},
            {"positions", CLPT_TYPE_F64, 2, {5, 3}, 11, 3});
}

/* Inputs of adjoints and losses. Bright enough everywhere for gradients in float32. */
static void make_gradient_inputs(const char *d)
{
    FILE_OF(d, "warp-adjoint.npz", {"images", CLPT_TYPE_F32, 3, {2, 9, 11}, 0, 1},
            {"transforms", CLPT_TYPE_F64, 2, {1, 8}, 0.3, 0.01}, {"cotangent", CLPT_TYPE_F32, 3, {2, 9, 11}, 0.1, 1});
    FILE_OF(d, "translate-adjoint.npz", {"images", CLPT_TYPE_C64, 3, {3, 8, 8}, 0, 1},
            {"shifts", CLPT_TYPE_F32, 2, {3, 2}, 0, 2}, {"cotangent", CLPT_TYPE_C64, 3, {3, 8, 8}, 0.1, 1});
    FILE_OF(d, "extract-scan-adjoint.npz", {"object", CLPT_TYPE_C64, 2, {20, 24}, 0, 1},
            {"positions", CLPT_TYPE_F64, 2, {5, 2}, 10, 4}, {"cotangent", CLPT_TYPE_C64, 3, {5, 8, 8}, 0.1, 1});
    FILE_OF(d, "extract-group-adjoint.npz", {"canvas", CLPT_TYPE_F64, 3, {2, 16, 16}, 0, 1},
            {"offsets", CLPT_TYPE_F64, 3, {2, 4, 2}, 0, 3}, {"cotangent", CLPT_TYPE_F64, 4, {2, 4, 8, 8}, 0.1, 1});
    FILE_OF(d, "reassemble-group-adjoint.npz", {"patches", CLPT_TYPE_C64, 4, {2, 4, 8, 8}, 0, 1},
            {"offsets", CLPT_TYPE_F64, 3, {2, 4, 2}, 0, 3}, {"probe", CLPT_TYPE_C64, 3, {2, 8, 8}, 0.5, 1},
            {"cotangent", CLPT_TYPE_C64, 3, {2, 14, 14}, 0.1, 1});
    FILE_OF(d, "reassemble-scan-adjoint.npz", {"patches", CLPT_TYPE_C64, 3, {6, 8, 8}, 0, 1},
            {"positions", CLPT_TYPE_F64, 2, {6, 2}, 30, 6}, {"cotangent", CLPT_TYPE_C64, 2, {20, 20}, 0.1, 1});
    FILE_OF(d, "diffract-adjoint.npz", {"waves", CLPT_TYPE_C64, 3, {3, 12, 12}, 0, 1},
            {"cotangent", CLPT_TYPE_F32, 3, {3, 12, 12}, 0.1, 1});
    FILE_OF(d, "forward-adjoint.npz", {"object", CLPT_TYPE_C64, 2, {20, 24}, 0, 1},
            {"positions", CLPT_TYPE_F64, 2, {5, 2}, 11, 3}, {"probe", CLPT_TYPE_C64, 3, {2, 16, 16}, 0, 1},
            {"cotangent", CLPT_TYPE_F32, 3, {5, 16, 16}, 0.1, 1});
    FILE_OF(d, "loss.npz", {"intensity", CLPT_TYPE_F32, 3, {5, 12, 12}, 4, 3},
            {"measured", CLPT_TYPE_F64, 3, {5, 12, 12}, 30, 9}, {"mask", CLPT_TYPE_F32, 2, {12, 12}, 1, 0});
    FILE_OF(d, "loss-unmasked.npz", {"intensity", CLPT_TYPE_F32, 3, {5, 12, 12}, 4, 3},
            {"measured", CLPT_TYPE_F64, 3, {5, 12, 12}, 30, 9});
    FILE_OF(d, "total-variation.npz", {"object", CLPT_TYPE_C64, 2, {13, 17}, 0, 1});
    FILE_OF(d, "gradient.npz", {"object", CLPT_TYPE_C64, 2, {20, 24}, 0, 1},
            {"positions", CLPT_TYPE_F64, 2, {5, 2}, 11, 3}, {"probe", CLPT_TYPE_C64, 3, {2, 16, 16}, 0, 1},
            {"measured", CLPT_TYPE_F32, 3, {5, 16, 16}, 30, 9}, {"mask", CLPT_TYPE_F32, 3, {5, 16, 16}, 1, 0});
    FILE_OF(d, "physics-layer.npz", {"patches", CLPT_TYPE_C64, 4, {2, 4, 8, 8}, 0, 1},
            {"offsets", CLPT_TYPE_F64, 3, {2, 4, 2}, 0, 3}, {"probe", CLPT_TYPE_C64, 3, {2, 8, 8}, 0.5, 1},
            {"cotangent", CLPT_TYPE_F32, 4, {2, 4, 8, 8}, 0.1, 1});
    FILE_OF(d, "physics-layer-only.npz", {"patches", CLPT_TYPE_C64, 4, {2, 4, 8, 8}, 0, 1},
            {"offsets", CLPT_TYPE_F64, 3, {2, 4, 2}, 0, 3}, {"probe", CLPT_TYPE_C64, 2, {8, 8}, 0.5, 1});
    FILE_OF(d, "groups.npz", {"positions", CLPT_TYPE_F64, 2, {30, 2}, 40, 20});
}

/* ---- bad scans ---- */

/* Falsifications of a scan of 6 patterns of 8×8 with an object of 20×20; 0: none. */
typedef struct spoil {
    int64_t x_count, y_count, probe_side;
    int pattern_rank;
    double x;     /* of the second position */
    float counts; /* of one pixel */
    float factor; /* on all pixels */
    float inside; /* factor on the pixels that are not in a corner */
    double reach; /* factor on the positions */
    bool dark;    /* one pattern is */
    bool empty;   /* the object is */
} spoil;

static void add_list(clpti_npz_writer *writer, const char *name, double *list, int64_t count)
{
    check(clpti_npz_add(writer, name, CLPT_TYPE_F64, 1, (int64_t[]){count}, list, &message));
}

static void make_scan(const char *d, const char *file, spoil how)
{
    static float patterns[6 * 64];
    static double x[6], y[6], ones[2 * 400], object[2 * 400];
    char path[4096];
    clpti_npz_writer *writer;
    int64_t side = how.probe_side ? how.probe_side : 8;
    int rank = how.pattern_rank ? how.pattern_rank : 3;
    for (int i = 0; i < 6 * 64; i++) patterns[i] = (float)(i % 7);
    for (int i = 0; i < 6; i++) x[i] = y[5 - i] = 10 + (double)(2 * i % 5);
    for (int i = 0; i < 2 * 400; i++) ones[i] = object[i] = 1;
    for (int i = 0; how.empty && i < 2 * 400; i++) object[i] = 0;
    if (how.x != 0) x[1] = how.x;
    for (int i = 0; how.factor != 0 && i < 6 * 64; i++) patterns[i] *= how.factor;
    if (how.counts < 0) patterns[70] = how.counts;
    for (int i = 0; how.inside != 0 && i < 6 * 64; i++)
        if ((i % 8 + 1) % 8 > 1 || (i / 8 + 1) % 8 > 1) patterns[i] *= how.inside;
    for (int i = 0; how.reach != 0 && i < 6; i++) x[i] *= how.reach, y[i] *= how.reach;
    for (int i = 0; how.dark && i < 64; i++) patterns[64 * 2 + i] = 0;
    snprintf(path, sizeof path, "%s/%s", d, file);
    check(clpti_npz_create(path, &writer, &message));
    check(clpti_npz_add(writer, "diff3d", CLPT_TYPE_F32, rank, rank == 3 ? (int64_t[]){6, 8, 8} : (int64_t[]){48, 8, 1},
                        patterns, &message));
    add_list(writer, "xcoords", x, how.x_count ? how.x_count : 6);
    add_list(writer, "ycoords", y, how.y_count ? how.y_count : 6);
    check(clpti_npz_add(writer, "probeGuess", CLPT_TYPE_C128, 2, (int64_t[]){side, side}, ones, &message));
    check(clpti_npz_add(writer, "objectGuess", CLPT_TYPE_C128, 2, (int64_t[]){20, 20}, object, &message));
    check(clpti_npz_commit(&writer, &message));
}

/* An archive whose xcoords is a pickled object array. */
static void make_pickled(const char *d)
{
    static char text[128];
    char path[4096];
    int code = 0;
    snprintf(path, sizeof path, "%s/bad-pickled.npz", d);
    int length = snprintf(text, sizeof text, "%-117s\n", "{'descr': '|O', 'fortran_order': False, 'shape': (3,), }");
    char member[160] = "\x93NUMPY\x01";
    member[8] = (char)length;
    memcpy(member + 10, text, (size_t)length);
    zip_t *zip = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, &code);
    zip_source_t *source = zip ? zip_source_buffer(zip, member, (zip_uint64_t)length + 10 + 8, 0) : NULL;
    if (!source || zip_file_add(zip, "xcoords.npy", source, 0) < 0 || zip_close(zip) != 0) {
        fprintf(stderr, "test_command_files: %s cannot be written\n", path);
        exit(1);
    }
}

static void make_scans(const char *d)
{
    make_scan(d, "good.npz", (spoil){0});
    make_scan(d, "bad-nan.npz", (spoil){.x = NAN});
    make_scan(d, "bad-infinite.npz", (spoil){.x = INFINITY});
    make_scan(d, "bad-negative.npz", (spoil){.counts = -3});
    make_scan(d, "bad-lengths.npz", (spoil){.x_count = 5, .y_count = 5});
    make_scan(d, "bad-columns.npz", (spoil){.y_count = 5});
    make_scan(d, "bad-probe.npz", (spoil){.probe_side = 6});
    make_scan(d, "bad-rank.npz", (spoil){.pattern_rank = 2});
    make_scan(d, "bad-off.npz", (spoil){.x = 5000});
    make_scan(d, "bad-unit.npz", (spoil){.x = 5e9});
    make_scan(d, "bad-huge.npz", (spoil){.factor = 1e25F});
    make_scan(d, "bad-object.npz", (spoil){.empty = true});
    make_pickled(d);
    make_scan(d, "odd-dark.npz", (spoil){.dark = true});
    make_scan(d, "odd-still.npz", (spoil){.reach = 1e-3});
    make_scan(d, "odd-counts.npz", (spoil){.factor = 2});
    make_scan(d, "odd-corners.npz", (spoil){.inside = 0.01F});
}

/* ---- comparison ---- */

static double largest_difference(const clpti_tensor *a, const clpti_tensor *b, double *largest)
{
    double difference = 0;
    int64_t count = clpti_tensor_count(b) * 2;
    const double *left = a->data, *right = b->data;
    *largest = 0;
    for (int64_t i = 0; i < count; i++) {
        if (!isfinite(left[i]) || !isfinite(right[i])) return INFINITY;
        difference = fmax(difference, fabs(left[i] - right[i]));
        *largest = fmax(*largest, fabs(right[i]));
    }
    return difference;
}

static int compare(const char *path_a, const char *path_b, double tolerance)
{
    clpti_npz *a = NULL, *b = NULL;
    int bad = 0;
    check(clpti_npz_open(path_a, &a, &message));
    check(clpti_npz_open(path_b, &b, &message));
    if (clpti_npz_count(a) != clpti_npz_count(b)) bad = printf("%s and %s hold different arrays\n", path_a, path_b);
    for (int64_t k = 0; k < clpti_npz_count(b); k++) {
        clpti_npy_info info;
        clpti_tensor left, right;
        double largest;
        check(clpti_npz_info(b, k, &info, &message));
        if (!strcmp(info.name, "options")) continue; /* provenance of a result */
        check(clpti_npz_read(a, info.name, CLPT_TYPE_C128, &left, &message));
        check(clpti_npz_read(b, info.name, CLPT_TYPE_C128, &right, &message));
        bool same =
            left.rank == right.rank && !memcmp(left.shape, right.shape, (size_t)right.rank * sizeof *right.shape);
        double difference = same ? largest_difference(&left, &right, &largest) : INFINITY;
        if (!same || !(largest > 0) || !(difference <= tolerance * largest))
            bad = printf("%s: %s and %s differ by %g of %g\n", info.name, path_a, path_b, difference,
                         same ? largest : NAN);
        clpti_tensor_destroy(&left);
        clpti_tensor_destroy(&right);
    }
    clpti_npz_close(&a);
    clpti_npz_close(&b);
    return bad ? 1 : 0;
}

static int print_types(const char *path)
{
    clpti_npz *npz = NULL;
    check(clpti_npz_open(path, &npz, &message));
    for (int64_t k = 0; k < clpti_npz_count(npz); k++) {
        clpti_npy_info info;
        check(clpti_npz_info(npz, k, &info, &message));
        printf("%s %s", info.name, info.descr);
        for (int axis = 0; axis < info.rank; axis++) printf(" %lld", (long long)info.shape[axis]);
        putchar('\n');
    }
    clpti_npz_close(&npz);
    return 0;
}

/* The scan as a beamline might write it that names rows x and counts columns from the right: x = −y, y = x. */
static int rotate(const char *path, const char *to)
{
    static const char *const names[] = {"xcoords", "ycoords", "diff3d", "probeGuess"};
    clpti_tensor t[4];
    clpti_npz *npz = NULL;
    clpti_npz_writer *writer = NULL;
    check(clpti_npz_open(path, &npz, &message));
    check(clpti_npz_create(to, &writer, &message));
    for (int k = 0; k < 4; k++) check(clpti_npz_read_any(npz, names[k], &t[k], &message));
    void *x = t[0].data;
    t[0].data = t[1].data;
    t[1].data = x;
    for (int64_t s = 0; s < t[0].shape[0]; s++) ((double *)t[0].data)[s] *= -1;
    for (int k = 0; k < 4; k++)
        check(clpti_npz_add(writer, names[k], t[k].type, t[k].rank, t[k].shape, t[k].data, &message));
    check(clpti_npz_commit(&writer, &message));
    for (int k = 0; k < 4; k++) clpti_tensor_destroy(&t[k]);
    clpti_npz_close(&npz);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 3 && !strcmp(argv[1], "make")) {
        make_op_inputs(argv[2]);
        make_gradient_inputs(argv[2]);
        make_scans(argv[2]);
        return 0;
    }
    if (argc == 5 && !strcmp(argv[1], "compare")) return compare(argv[2], argv[3], atof(argv[4]));
    if (argc == 3 && !strcmp(argv[1], "types")) return print_types(argv[2]);
    if (argc == 4 && !strcmp(argv[1], "rotate")) return rotate(argv[2], argv[3]);
    fprintf(stderr,
            "usage: test_command_files make DIRECTORY | compare A B TOLERANCE | types FILE | rotate SCAN OUT\n");
    return 2;
}
