/* SPDX-License-Identifier: Apache-2.0 */
#include "every.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

static const every_row *const tables[] = {every_image, every_patch, every_wave, every_slope, every_loss};

/* Patches and canvases, the forward model and its adjoint. */
static bool is_among_few(const every_row *row)
{
    static const char *const few[] = {"clpt_extract_scan", "clpt_reassemble_scan", "clpt_forward",
                                      "clpt_forward_adjoint"};
    for (size_t i = 0; i < sizeof few / sizeof *few; i++)
        if (!strcmp(row->name, few[i])) return true;
    return false;
}

const every_row *every_row_at(int index)
{
    bool few = test_few();
    for (size_t t = 0; t < sizeof tables / sizeof *tables; t++)
        for (const every_row *row = tables[t]; row->name; row++)
            if ((!few || is_among_few(row)) && index-- == 0) return row;
    return NULL;
}

clpt_status every_scan(clpt_context *context, const clpt_array *positions, clpt_scan **scan)
{
    return clpt_scan_create(context, positions->data, positions->shape[0], scan);
}

uint64_t every_digest(const test_field *field)
{
    return XXH3_64bits(field->data, (size_t)field->count * test_type_size(field->type));
}

/* ---- sizes ---- */

static int64_t size_of(const every_sizes *z, char letter)
{
    const struct {
        char letter;
        int64_t size;
    } sizes[] = {{'B', z->B}, {'S', z->S}, {'G', z->G}, {'C', z->C}, {'P', z->P},
                 {'N', z->N}, {'M', z->M}, {'H', z->H}, {'W', z->W}, {'T', (z->S + 1) / 2}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        if (sizes[i].letter == letter) return sizes[i].size;
    return letter - '0';
}

static void set_size(every_sizes *z, char letter, int64_t size)
{
    if (letter == 'B') z->B = size;
    if (letter == 'S') z->S = size;
    if (letter == 'G') z->G = size;
}

/* The canvas of the positions that come before it in the row. */
static int64_t canvas_side(const test_field *fields, int before, const every_sizes *z)
{
    int64_t side = 0;
    clpt_scan *scan = NULL;
    for (int i = 0; i < before; i++) {
        if (fields[i].type != CLPT_TYPE_F64 || fields[i].rank != 2 || fields[i].count < 1) continue;
        clpt_context *reference = test_open("reference", 0);
        clpt_array positions = test_array(&fields[i]);
        test_ok(reference, every_scan(reference, &positions, &scan));
        test_ok(reference, clpt_scan_get_canvas(scan, z->crop, &side, NULL));
        clpt_scan_destroy(&scan);
        clpt_context_destroy(&reference);
        return side;
    }
    return 1;
}

/* ---- numbers ---- */

static void polar(test_field *f, int64_t i, double size, double phase)
{
    test_set(f, i, 0, size * cos(phase));
    test_set(f, i, 1, size * sin(phase));
}

/* A whole number and a fraction from 0.05 to 0.45: nothing near a rounding limit. */
static double between(uint64_t seed, int64_t i, double reach)
{
    double whole = floor(test_random(seed, 2 * (uint64_t)i, -reach, reach));
    return whole + test_random(seed, 2 * (uint64_t)i + 1, 0.05, 0.45);
}

static double transform(uint64_t seed, int64_t i)
{
    static const double middle[8] = {1, 0, 0, 0, 1, 0, 0, 0}, around[8] = {.1, .1, 2, .1, .1, 2, 1e-3, 1e-3};
    return middle[i % 8] + around[i % 8] * test_random(seed, (uint64_t)i, -1, 1);
}

static void fill_one(test_field *f, int64_t i, const every_sizes *z, every_fill fill, uint64_t seed)
{
    double size = test_random(seed, 2 * (uint64_t)i, 0.5, 1), phase = test_random(seed, 2 * (uint64_t)i + 1, -0.7, 0.7);
    bool bright = z->N > 0 && i % (z->N * z->N) == (z->N / 2) * (z->N + 1);
    switch (fill) {
    case EVERY_OUT:
        break;
    case EVERY_RANDOM:
        for (int part = 0; part < 2; part++)
            test_set(f, i, part, (float)test_random(seed, 2 * (uint64_t)i + (uint64_t)part, -1, 1));
        break;
    case EVERY_OBJECT:
        polar(f, i, size, phase);
        break;
    case EVERY_PROBE:
        polar(f, i, bright ? 8 * (double)z->N : size, 4 * phase);
        break;
    case EVERY_WEIGHT:
        polar(f, i, size, 4 * phase);
        break;
    case EVERY_COUNTS:
        test_set(f, i, 0, (float)(2 * size - 0.5));
        break;
    case EVERY_MASK:
        test_set(f, i, 0, size < 0.55 ? 0 : 1);
        break;
    case EVERY_POSITIONS: {
        double room = (double)(i % 2 ? z->H : z->W) - (double)z->N - 1;
        test_set(f, i, 0, (double)(z->N / 2) + test_random(seed, (uint64_t)i, 0, room > 0 ? room : 0));
        break;
    }
    case EVERY_OFFSETS:
        test_set(f, i, 0, between(seed, i, (double)z->N / 4));
        break;
    case EVERY_SHIFTS:
        test_set(f, i, 0, between(seed, i, (double)z->N / 4));
        break;
    case EVERY_TRANSFORMS:
        test_set(f, i, 0, transform(seed, i));
        break;
    }
}

static void make_fields(const every_row *row, const every_sizes *z, test_field *fields, int *count)
{
    *count = 0;
    for (const every_array *a = row->arrays; a < row->arrays + EVERY_ARRAYS && a->name; a++) {
        int64_t shape[CLPT_MAX_RANK] = {0};
        int rank = (int)strlen(a->shape);
        /* A scan always has a position, so that it is the operation that meets a count of 0. */
        for (int k = 0; k < rank; k++)
            shape[k] = a->shape[k] == 'L' ? canvas_side(fields, *count, z) : size_of(z, a->shape[k]);
        if (a->fill == EVERY_POSITIONS && shape[0] == 0) shape[0] = 1;
        test_field *f = &fields[(*count)++];
        *f = test_field_new(a->type, rank, shape);
        if (a->fill == EVERY_OUT)
            memset(f->data, 0x7f, (size_t)f->count * test_type_size(f->type)); /* what is left unwritten shows */
        else
            for (int64_t i = 0; i < f->count; i++) fill_one(f, i, z, a->fill, 40 + (uint64_t)*count);
    }
}

/* ---- calls ---- */

static clpt_array rows_of(const clpt_array *whole, int64_t first, int64_t count)
{
    clpt_array a = *whole;
    int64_t before = first;
    for (int k = 1; k < a.rank; k++) before *= a.shape[k];
    a.shape[0] = count;
    if (a.data) a.data = (char *)a.data + (size_t)before * test_type_size(a.type);
    if (a.buffer) a.offset += before;
    return a;
}

static clpt_status call_parts(clpt_context *context, const every_row *row, const every_sizes *z,
                              const clpt_array *whole, int count, int64_t parts)
{
    int64_t all = row->split ? size_of(z, row->split) : 1;
    if (!row->split || parts < 2) return row->call(context, z, whole);
    for (int64_t part = 0; part < parts; part++) {
        int64_t first = all * part / parts, end = all * (part + 1) / parts;
        clpt_array arrays[EVERY_ARRAYS];
        every_sizes some = *z;
        if (first == end) continue;
        set_size(&some, row->split, end - first);
        for (int i = 0; i < count; i++)
            arrays[i] = row->arrays[i].shape[0] == row->split ? rows_of(&whole[i], first, end - first) : whole[i];
        clpt_status status = row->call(context, &some, arrays);
        if (status != CLPT_OK) return status;
    }
    return CLPT_OK;
}

static bool in_buffer(const every_array *a, every_way way)
{
    return way.buffers && !test_type_is_double(a->type);
}

every_result every_try(clpt_context *context, const every_row *row, const every_sizes *z, every_way way)
{
    every_result result = {0};
    test_field fields[EVERY_ARRAYS];
    clpt_buffer *buffers[EVERY_ARRAYS] = {NULL};
    clpt_array arrays[EVERY_ARRAYS];
    int count;
    make_fields(row, z, fields, &count);
    for (int i = 0; i < count; i++) {
        arrays[i] = test_array(&fields[i]);
        if (!in_buffer(&row->arrays[i], way)) continue;
        buffers[i] = test_buffer(context, &fields[i], 3 + 2 * i);
        arrays[i] = test_buffer_array(buffers[i], &fields[i], 3 + 2 * i);
    }
    result.status = call_parts(context, row, z, arrays, count, way.parts);
    for (int i = 0; i < count; i++) {
        if (buffers[i]) test_buffer_read(context, buffers[i], 3 + 2 * i, &fields[i]);
        clpt_buffer_destroy(&buffers[i]);
        if (row->arrays[i].fill != EVERY_OUT) {
            test_field_free(&fields[i]);
            continue;
        }
        result.names[result.count] = row->arrays[i].name;
        result.out[result.count++] = fields[i];
    }
    return result;
}

every_result every_run(clpt_context *context, const every_row *row, const every_sizes *z, every_way way)
{
    every_result result = every_try(context, row, z, way);
    if (result.status != CLPT_OK)
        fail_msg("%s, side %lld: %s", row->name, (long long)z->N, clpt_context_get_message(context));
    return result;
}

void every_free(every_result *result)
{
    for (int i = 0; i < result->count; i++) test_field_free(&result->out[i]);
    *result = (every_result){0};
}
