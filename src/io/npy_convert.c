/* SPDX-License-Identifier: Apache-2.0 */
/* Conversion of NPY data between number types and byte orders. */
#include "io/npy.h"

#include <math.h>
#include <string.h>

bool clpti_npy_same(const clpti_npy_header *header, clpt_type type)
{
    bool complex_type = type == CLPT_TYPE_C64 || type == CLPT_TYPE_C128;
    return !header->swap && header->kind == (complex_type ? 'c' : 'f') &&
           (size_t)header->bytes == clpti_type_size(type);
}

static void swap_bytes(unsigned char *raw, int64_t count, int size)
{
    for (int64_t i = 0; i < count; i++, raw += size) {
        for (int low = 0, high = size - 1; low < high; low++, high--) {
            unsigned char kept = raw[low];
            raw[low] = raw[high];
            raw[high] = kept;
        }
    }
}

/* IEEE 754 binary16: 1 sign, 5 exponent and 10 fraction bits. */
static double half_value(uint16_t bits)
{
    int exponent = bits >> 10 & 31, fraction = bits & 1023;
    double value = exponent == 31  ? (fraction ? NAN : INFINITY)
                   : exponent == 0 ? ldexp(fraction, -24)
                                   : ldexp(fraction + 1024, exponent - 25);
    return bits & 0x8000 ? -value : value;
}

static void load_half(const void *raw, int64_t count, double *values)
{
    const uint16_t *from = raw;
    for (int64_t i = 0; i < count; i++) values[i] = half_value(from[i]);
}

static void load_bool(const void *raw, int64_t count, double *values)
{
    const uint8_t *from = raw;
    for (int64_t i = 0; i < count; i++) values[i] = from[i] != 0;
}

#define DEFINE_LOAD(function, element)                                                                                 \
    static void function(const void *raw, int64_t count, double *values)                                               \
    {                                                                                                                  \
        const element *from = raw;                                                                                     \
        for (int64_t i = 0; i < count; i++) values[i] = (double)from[i];                                               \
    }
DEFINE_LOAD(load_i8, int8_t)
DEFINE_LOAD(load_i16, int16_t)
DEFINE_LOAD(load_i32, int32_t)
DEFINE_LOAD(load_i64, int64_t)
DEFINE_LOAD(load_u8, uint8_t)
DEFINE_LOAD(load_u16, uint16_t)
DEFINE_LOAD(load_u32, uint32_t)
DEFINE_LOAD(load_u64, uint64_t)
DEFINE_LOAD(load_f32, float)
DEFINE_LOAD(load_f64, double)
#undef DEFINE_LOAD

void clpti_npy_load(const clpti_npy_header *header, void *raw, int64_t count, double *values)
{
    static const struct {
        char kind;
        int bytes;
        void (*load)(const void *raw, int64_t count, double *values);
    } loads[] = {
        {'b', 1, load_bool}, {'i', 1, load_i8},   {'i', 2, load_i16}, {'i', 4, load_i32},
        {'i', 8, load_i64},  {'u', 1, load_u8},   {'u', 2, load_u16}, {'u', 4, load_u32},
        {'u', 8, load_u64},  {'f', 2, load_half}, {'f', 4, load_f32}, {'f', 8, load_f64},
    };
    char kind = header->kind;
    int bytes = header->bytes;
    if (kind == 'c') { /* two numbers of half the size */
        kind = 'f';
        bytes /= 2;
        count *= 2;
    }
    if (header->swap) swap_bytes(raw, count, bytes);
    for (size_t i = 0; i < sizeof loads / sizeof *loads; i++)
        if (loads[i].kind == kind && loads[i].bytes == bytes) loads[i].load(raw, count, values);
}

void clpti_npy_store(const double *values, bool complex_values, int64_t count, const int64_t *at, clpt_type type,
                     void *data)
{
    int step = complex_values ? 2 : 1;
    float *single = data;
    double *wide = data;
    for (int64_t i = 0; i < count; i++) {
        double re = values[i * step], im = complex_values ? values[i * step + 1] : 0;
        switch (type) {
        case CLPT_TYPE_F32:
            single[at[i]] = (float)re;
            break;
        case CLPT_TYPE_F64:
            wide[at[i]] = re;
            break;
        case CLPT_TYPE_C64:
            single[2 * at[i]] = (float)re;
            single[2 * at[i] + 1] = (float)im;
            break;
        case CLPT_TYPE_C128:
            wide[2 * at[i]] = re;
            wide[2 * at[i] + 1] = im;
            break;
        }
    }
}
