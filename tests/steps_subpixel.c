/* SPDX-License-Identifier: Apache-2.0 */
/* Probes moved by fractions of a pixel. */
#include <math.h>

#include "steps.h"

#include "fft/fft.h"
#include "ops/subpixel.h"

enum { bank = 2, slots = 3 };

/* Rounded positions, observed through patches of an image. */
static clpt_status round_and_extract(step_bench *b, const step_sizes *n)
{
    clpt_status status = CLPT_OK;
    clpti_positions whole = {0};
    clpti_selection at = step_selection(b, n);
    CLPTI_TRY(clpti_positions_create(b->context, b->positions.xy, b->positions.count, &whole));
    CLPTI_TRY(clpti_round_positions(
        b->context,
        &(clpti_round_positions_args){.positions = &b->positions, .whole = &whole, .count = b->positions.count}));
    at.positions = &whole;
    CLPTI_TRY(clpti_extract(b->context, &(clpti_extract_args){.images = b->views[0],
                                                              .complex = true,
                                                              .height = n->height,
                                                              .width = n->width,
                                                              .at = at,
                                                              .interpolation = CLPT_INTERPOLATION_BILINEAR,
                                                              .patches = b->views[1],
                                                              .rows = n->size,
                                                              .columns = n->size}));
cleanup:
    clpti_positions_destroy(&whole);
    return status;
}

/* Whole pixels, halves next to even and odd ones, quarters, and fractions next to them. */
static void prepare_fractions(step_case *c)
{
    static const double special[] = {0, 0.5, 1.5, -0.5, -1.5, 0.25, 0.75, 2.75, 0.49999, 0.50001, 0.75001, 0.99999};
    enum { count = sizeof special / sizeof *special };
    for (int64_t i = 0; i < 2 * c->position_count; i += 3) c->xy[i] = special[i / 3 % count];
}

/* STEP_A: back; STEP_OWN: a field per pattern; STEP_B: products with patches. */
static clpt_status shift_fields(step_bench *b, const step_sizes *n)
{
    clpt_status status = CLPT_OK;
    clpti_positions whole = {0};
    clpti_fft *fft = NULL;
    int64_t pixels = n->size * n->size;
    clpti_selection at = step_selection(b, n);
    CLPTI_TRY(clpti_fft_create(b->context, n->size, at.count * n->modes, &fft));
    CLPTI_TRY(clpti_positions_create(b->context, b->positions.xy, b->positions.count, &whole));
    CLPTI_TRY(clpti_round_positions(
        b->context,
        &(clpti_round_positions_args){.positions = &b->positions, .whole = &whole, .count = b->positions.count}));
    CLPTI_TRY(clpti_shift_fields(b->context, &(clpti_shift_fields_args){.fields = b->views[0],
                                                                        .stride = step_probe_stride(n),
                                                                        .at = at,
                                                                        .modes = n->modes,
                                                                        .size = n->size,
                                                                        .back = step_has(n, STEP_A),
                                                                        .whole = &whole,
                                                                        .object = step_given(n, STEP_B, b->views[1]),
                                                                        .height = n->height,
                                                                        .width = n->width,
                                                                        .fft = fft}));
    CLPTI_TRY(clpti_copy(clpti_view_of(fft->waves), b->views[2], at.count * n->modes * pixels));
cleanup:
    clpti_positions_destroy(&whole);
    clpti_fft_destroy(&fft);
    return status;
}

static clpt_status slot_sums(step_bench *b, const step_sizes *n)
{
    return clpti_slot_sums(b->context, &(clpti_slot_sums_args){.object = b->views[0],
                                                               .height = n->height,
                                                               .width = n->width,
                                                               .at = step_selection(b, n),
                                                               .fields = b->views[1],
                                                               .modes = n->modes,
                                                               .size = n->size,
                                                               .slots = slots,
                                                               .sums = b->views[2],
                                                               .patch_power = step_unless(n, STEP_WITHOUT, b->views[3]),
                                                               .fresh = step_has(n, STEP_B)});
}

/* Positions at whole pixels. */
static void prepare_whole(step_case *c)
{
    for (int64_t i = 0; i < 2 * c->position_count; i++) c->xy[i] = rint(c->xy[i]);
    if (step_has(&c->n, STEP_WITHOUT)) c->tolerance[3] = 0;
}

/* STEP_A: back. STEP_KIND: the axis of a derivative. */
static clpt_status shift_waves(step_bench *b, const step_sizes *n)
{
    return clpti_shift_waves(b->context, &(clpti_shift_waves_args){.spectra = b->views[0],
                                                                   .stride = step_probe_stride(n),
                                                                   .at = step_selection(b, n),
                                                                   .modes = n->modes,
                                                                   .size = n->size,
                                                                   .axis = (clpti_axis)step_kind(n),
                                                                   .conjugate = step_has(n, STEP_A),
                                                                   .factor = 0.25,
                                                                   .out = b->views[1]});
}

static clpt_status shift_sums(step_bench *b, const step_sizes *n)
{
    return clpti_shift_sums(b->context, &(clpti_shift_sums_args){.spectra = b->views[0],
                                                                 .at = step_selection(b, n),
                                                                 .modes = n->modes,
                                                                 .size = n->size,
                                                                 .slots = slots,
                                                                 .factor = 0.25,
                                                                 .sums = b->views[1]});
}

static clpt_status patch_products(step_bench *b, const step_sizes *n)
{
    return clpti_patch_products(b->context,
                                &(clpti_patch_products_args){.object = b->views[0],
                                                             .height = n->height,
                                                             .width = n->width,
                                                             .at = step_selection(b, n),
                                                             .waves = b->views[1],
                                                             .modes = n->modes,
                                                             .size = n->size,
                                                             .slots = slots,
                                                             .out = b->views[2],
                                                             .patch_power = step_unless(n, STEP_WITHOUT, b->views[3])});
}

static void prepare_products(step_case *c)
{
    if (step_has(&c->n, STEP_WITHOUT)) c->tolerance[3] = 0;
}

static clpt_status bank_probes(step_bench *b, const step_sizes *n)
{
    return clpti_bank_probes(b->context, &(clpti_bank_probes_args){.copies = b->views[0],
                                                                   .bank = bank,
                                                                   .at = step_selection(b, n),
                                                                   .modes = n->modes,
                                                                   .size = n->size,
                                                                   .axis = (clpti_axis)step_kind(n),
                                                                   .out = b->views[1]});
}

static clpt_status bank_sums(step_bench *b, const step_sizes *n)
{
    clpt_status status = CLPT_OK;
    clpti_positions whole = {0};
    clpti_selection at = step_selection(b, n);
    CLPTI_TRY(clpti_positions_create(b->context, b->positions.xy, b->positions.count, &whole));
    CLPTI_TRY(clpti_round_positions(
        b->context,
        &(clpti_round_positions_args){.positions = &b->positions, .whole = &whole, .count = b->positions.count}));
    at.positions = &whole;
    CLPTI_TRY(clpti_bank_sums(b->context, &(clpti_bank_sums_args){.object = b->views[0],
                                                                  .height = n->height,
                                                                  .width = n->width,
                                                                  .at = at,
                                                                  .fractions = &b->positions,
                                                                  .bank = bank,
                                                                  .waves = b->views[1],
                                                                  .modes = n->modes,
                                                                  .size = n->size,
                                                                  .slots = 1,
                                                                  .sums = b->views[2],
                                                                  .patch_power = b->views[3],
                                                                  .fresh = step_has(n, STEP_B)}));
cleanup:
    clpti_positions_destroy(&whole);
    return status;
}

enum { stride = 3 };

static clpt_status fraction_slope(step_bench *b, const step_sizes *n)
{
    return clpti_fraction_slope(b->context, &(clpti_fraction_slope_args){.object = b->views[0],
                                                                         .height = n->height,
                                                                         .width = n->width,
                                                                         .at = step_selection(b, n),
                                                                         .by_x = b->views[1],
                                                                         .by_y = b->views[2],
                                                                         .waves = b->views[3],
                                                                         .modes = n->modes,
                                                                         .size = n->size,
                                                                         .stride = stride,
                                                                         .slopes = b->views[4]});
}

const step_entry step_subpixel[] = {
    {.name = "round_positions",
     .flags = {0, STEP_ORDERED},
     .arrays = {{"cHW"}, {"cSNN", .tolerance = TEST_LINEAR}},
     .prepare = prepare_fractions,
     .call = round_and_extract},
    {.name = "shift_waves",
     .splits = true,
     .larger = step_large,
     .flags = {0, STEP_ORDERED, STEP_A, STEP_OWN, STEP_OWN | STEP_ORDERED | STEP_A, CLPTI_AXIS_X *STEP_KIND,
               CLPTI_AXIS_Y *STEP_KIND | STEP_ORDERED | STEP_OWN},
     .arrays = {{"cOPNN"}, {"cSPNN", .tolerance = TEST_LINEAR}},
     .prepare = prepare_fractions,
     .call = shift_waves},
    {.name = "shift_fields",
     .splits = true,
     .larger = step_detectors,
     .flags = {0, STEP_OWN | STEP_ORDERED | STEP_A | STEP_B, STEP_ORDERED, STEP_OWN | STEP_B, STEP_OWN | STEP_A},
     .arrays = {{"cOPNN"}, {"cHW"}, {"cSPNN", .tolerance = TEST_LINEAR}},
     .prepare = prepare_fractions,
     .call = shift_fields},
    {.name = "slot_sums",
     .splits = true,
     .larger = step_large,
     .flags = {0, STEP_ORDERED, STEP_WITHOUT},
     .arrays = {{"cHW"}, {"cSPNN"}, {"c3PNN", .tolerance = TEST_LINEAR}, {"r3NN", STEP_POSITIVE, TEST_LINEAR}},
     .prepare = prepare_whole,
     .call = slot_sums},
    {.name = "shift_sums",
     .splits = true,
     .larger = step_large,
     .flags = {0, STEP_ORDERED},
     .arrays = {{"cSPNN"}, {"c3PNN", .tolerance = TEST_LINEAR}},
     .prepare = prepare_fractions,
     .call = shift_sums},
    {.name = "patch_products",
     .splits = true,
     .larger = step_large,
     .flags = {0, STEP_ORDERED, STEP_WITHOUT},
     .arrays = {{"cHW"}, {"cSPNN"}, {"cSPNN", .tolerance = TEST_LINEAR}, {"r3NN", STEP_POSITIVE, TEST_LINEAR}},
     .prepare = prepare_products,
     .call = patch_products},
    {.name = "bank_probes",
     .splits = true,
     .larger = step_large,
     .flags = {0, STEP_ORDERED, CLPTI_AXIS_X *STEP_KIND, CLPTI_AXIS_Y *STEP_KIND | STEP_ORDERED},
     .arrays = {{"c9PNN"}, {"cSPNN", .tolerance = TEST_LINEAR}},
     .prepare = prepare_fractions,
     .call = bank_probes},
    {.name = "bank_sums",
     .splits = true,
     .larger = step_large,
     .flags = {0, STEP_ORDERED},
     .arrays = {{"cHW"}, {"cSPNN"}, {"c9PNN", .tolerance = TEST_LINEAR}, {"rNN", STEP_POSITIVE, TEST_LINEAR}},
     .call = bank_sums},
    {.name = "slot_sums, fresh",
     .flags = {STEP_B},
     .arrays = {{"cHW"}, {"cSPNN"}, {"c3PNN", .tolerance = TEST_LINEAR}, {"r3NN", STEP_POSITIVE, TEST_LINEAR}},
     .prepare = prepare_whole,
     .call = slot_sums},
    {.name = "bank_sums, fresh",
     .larger = step_large,
     .flags = {STEP_B},
     .arrays = {{"cHW"}, {"cSPNN"}, {"c9PNN", .tolerance = TEST_LINEAR}, {"rNN", STEP_POSITIVE, TEST_LINEAR}},
     .call = bank_sums},
    {.name = "fraction_slope",
     .splits = true,
     .larger = step_large,
     .flags = {0, STEP_ORDERED},
     .arrays = {{"cHW"}, {"cSPNN"}, {"cSPNN"}, {"cSPNN"}, {"rK3", .tolerance = TEST_GRADIENT}},
     .prepare = prepare_whole,
     .call = fraction_slope},
    {0}};
