/* SPDX-License-Identifier: Apache-2.0 */
/* Reference of subpixel: phase ramps, blends and sums for probes moved by fractions of a pixel. */
#include "ops/subpixel.h"
#include "ref/field.h"

static const double pi = 3.14159265358979323846;

clpt_status clpti_ref_round_positions(clpt_context *context, const void *args)
{
    (void)context;
    const clpti_round_positions_args *a = args;
    for (int64_t i = 0; i < 2 * a->count; i++) a->whole->xy[i] = rint(a->positions->xy[i]);
    return CLPT_OK;
}

/* r_f(q) of frequency index q. */
static clpti_value ramp(int64_t q, int64_t size, double fraction)
{
    if (2 * q == size) return cos(pi * fraction);
    double angle = -2 * pi * (double)(2 * q < size ? q : q - size) * fraction / (double)size;
    return cos(angle) + I * sin(angle);
}

/* Its derivative with respect to f. */
static clpti_value ramp_slope(int64_t q, int64_t size, double fraction)
{
    if (2 * q == size) return -pi * sin(pi * fraction);
    return -2 * pi * I * (double)(2 * q < size ? q : q - size) / (double)size * ramp(q, size, fraction);
}

/* R_k[i], its derivative along an axis, or the conjugate. */
static clpti_value ramp_at(const clpti_selection *at, int64_t k, int64_t size, int64_t i, clpti_axis axis,
                           bool conjugate)
{
    const double *position = at->positions->xy + 2 * clpti_selected(at, k);
    double x = position[0] - rint(position[0]), y = position[1] - rint(position[1]);
    clpti_value value = (axis == CLPTI_AXIS_X ? ramp_slope : ramp)(i % size, size, x) *
                        (axis == CLPTI_AXIS_Y ? ramp_slope : ramp)(i / size, size, y);
    return conjugate ? conj(value) : value;
}

clpt_status clpti_ref_shift_waves(clpt_context *context, const void *args)
{
    (void)context;
    const clpti_shift_waves_args *a = args;
    int64_t pixels = a->size * a->size;
    for (int64_t k = 0; k < a->at.count; k++)
        for (int64_t i = 0; i < pixels; i++) {
            clpti_value by = a->factor * ramp_at(&a->at, k, a->size, i, a->axis, a->conjugate);
            for (int64_t p = 0; p < a->modes; p++)
                clpti_field_set(clpti_host(a->out), true, (k * a->modes + p) * pixels + i,
                                by * clpti_field_get(clpti_host(a->spectra), true, k * a->stride + p * pixels + i));
        }
    return CLPT_OK;
}

clpt_status clpti_ref_shift_sums(clpt_context *context, const void *args)
{
    (void)context;
    const clpti_shift_sums_args *a = args;
    int64_t pixels = a->size * a->size;
    for (int64_t k = 0; k < a->at.count; k++) {
        int64_t slot = (a->at.first + k) % a->slots;
        for (int64_t i = 0; i < pixels; i++) {
            clpti_value by = a->factor * ramp_at(&a->at, k, a->size, i, CLPTI_AXIS_NONE, true);
            for (int64_t p = 0; p < a->modes; p++)
                clpti_field_add(clpti_host(a->sums), true, (slot * a->modes + p) * pixels + i,
                                by * clpti_field_get(clpti_host(a->spectra), true, (k * a->modes + p) * pixels + i));
        }
    }
    return CLPT_OK;
}

/* The object's patch of pattern k at pixel i. */
static clpti_value patch_at(const clpti_image *object, const clpti_selection *at, int64_t k, int64_t size, int64_t i)
{
    const double *position = at->positions->xy + 2 * clpti_selected(at, k);
    return clpti_image_bilinear(object, clpti_cell_of(position[0] + (double)at->shift_x),
                                clpti_cell_of(position[1] + (double)at->shift_y), i % size, i / size);
}

clpt_status clpti_ref_patch_products(clpt_context *context, const void *args)
{
    (void)context;
    const clpti_patch_products_args *a = args;
    int64_t pixels = a->size * a->size;
    clpti_image object = {clpti_host(a->object), true, a->height, a->width};
    double *power = clpti_host(a->patch_power);
    for (int64_t k = 0; k < a->at.count; k++)
        for (int64_t i = 0; i < pixels; i++) {
            clpti_value o = patch_at(&object, &a->at, k, a->size, i);
            if (power) power[(a->at.first + k) % a->slots * pixels + i] += clpti_magnitude2(o);
            for (int64_t p = 0; p < a->modes; p++) {
                int64_t here = (k * a->modes + p) * pixels + i;
                clpti_field_set(clpti_host(a->out), true, here,
                                conj(o) * clpti_field_get(clpti_host(a->waves), true, here));
            }
        }
    return CLPT_OK;
}

static void start_sums(clpti_view sums, int64_t elements, clpti_view power, int64_t powers)
{
    double *sum = clpti_host(sums), *of = clpti_host(power);
    for (int64_t i = 0; i < 2 * elements; i++) sum[i] = 0.0;
    for (int64_t i = 0; of && i < powers; i++) of[i] = 0.0;
}

clpt_status clpti_ref_slot_sums(clpt_context *context, const void *args)
{
    (void)context;
    const clpti_slot_sums_args *a = args;
    int64_t pixels = a->size * a->size;
    clpti_image object = {clpti_host(a->object), true, a->height, a->width};
    double *power = clpti_host(a->patch_power);
    if (a->fresh) start_sums(a->sums, a->slots * a->modes * pixels, a->patch_power, a->slots * pixels);
    for (int64_t k = 0; k < a->at.count; k++) {
        int64_t slot = (a->at.first + k) % a->slots;
        for (int64_t i = 0; i < pixels && power; i++)
            power[slot * pixels + i] += clpti_magnitude2(patch_at(&object, &a->at, k, a->size, i));
        for (int64_t i = 0; i < a->modes * pixels; i++)
            clpti_field_add(clpti_host(a->sums), true, slot * a->modes * pixels + i,
                            clpti_field_get(clpti_host(a->fields), true, k * a->modes * pixels + i));
    }
    return CLPT_OK;
}

/* ---- the bank ---- */

typedef struct cell {
    int64_t copy[4];
    double weight[4];
} cell;

/* The cell of a fraction with its weights, or with their derivatives along an axis. */
static cell cell_of(const clpti_positions *positions, int64_t index, int64_t bank, clpti_axis axis)
{
    int64_t low[2];
    double above[2];
    for (int j = 0; j < 2; j++) {
        double x = positions->xy[2 * index + j], g = (x - rint(x) + 0.5) * (double)bank;
        low[j] = (int64_t)floor(g) < bank - 1 ? (int64_t)floor(g) : bank - 1;
        above[j] = g - (double)low[j];
    }
    double across[2] = {1 - above[0], above[0]}, down[2] = {1 - above[1], above[1]};
    if (axis == CLPTI_AXIS_X) across[0] = -(double)bank, across[1] = (double)bank;
    if (axis == CLPTI_AXIS_Y) down[0] = -(double)bank, down[1] = (double)bank;
    cell c;
    for (int i = 0; i < 4; i++) {
        c.copy[i] = (low[1] + i / 2) * (bank + 1) + low[0] + i % 2;
        c.weight[i] = across[i % 2] * down[i / 2];
    }
    return c;
}

clpt_status clpti_ref_bank_probes(clpt_context *context, const void *args)
{
    (void)context;
    const clpti_bank_probes_args *a = args;
    int64_t elements = a->modes * a->size * a->size;
    for (int64_t k = 0; k < a->at.count; k++) {
        cell c = cell_of(a->at.positions, clpti_selected(&a->at, k), a->bank, a->axis);
        for (int64_t i = 0; i < elements; i++) {
            clpti_value sum = 0;
            for (int j = 0; j < 4; j++)
                sum += c.weight[j] * clpti_field_get(clpti_host(a->copies), true, c.copy[j] * elements + i);
            clpti_field_set(clpti_host(a->out), true, k * elements + i, sum);
        }
    }
    return CLPT_OK;
}

clpt_status clpti_ref_bank_sums(clpt_context *context, const void *args)
{
    (void)context;
    const clpti_bank_sums_args *a = args;
    int64_t pixels = a->size * a->size, elements = a->modes * pixels, copies = (a->bank + 1) * (a->bank + 1);
    clpti_image object = {clpti_host(a->object), true, a->height, a->width};
    double *power = clpti_host(a->patch_power);
    if (a->fresh) start_sums(a->sums, a->slots * copies * elements, a->patch_power, a->slots * pixels);
    for (int64_t k = 0; k < a->at.count; k++) {
        int64_t slot = (a->at.first + k) % a->slots;
        cell c = cell_of(a->fractions, clpti_selected(&a->at, k), a->bank, CLPTI_AXIS_NONE);
        for (int64_t i = 0; i < elements; i++) {
            clpti_value o = patch_at(&object, &a->at, k, a->size, i % pixels);
            clpti_value product = conj(o) * clpti_field_get(clpti_host(a->waves), true, k * elements + i);
            if (power && i < pixels) power[slot * pixels + i] += clpti_magnitude2(o);
            for (int j = 0; j < 4; j++)
                clpti_field_add(clpti_host(a->sums), true, (slot * copies + c.copy[j]) * elements + i,
                                c.weight[j] * product);
        }
    }
    return CLPT_OK;
}
