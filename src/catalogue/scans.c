/* SPDX-License-Identifier: Apache-2.0 */
/* Entries for a scan: its canvas, extraction from an object, reassembly on a canvas, and adjoints. */
#include "catalogue/families.h"

static const clpti_entry_array
    object = {.name = "object", .shape = "HW", .kind = CLPTI_ARRAY_FIELD, .content = CLPTI_CONTENT_RANDOM},
    d_object = {.name = "d_object", .shape = "HW", .kind = CLPTI_ARRAY_FIELD},
    patches = {.name = "patches", .shape = "SNN", .kind = CLPTI_ARRAY_FIELD, .content = CLPTI_CONTENT_RANDOM},
    d_patches = {.name = "d_patches", .shape = "SNN", .kind = CLPTI_ARRAY_FIELD, .joint = true},
    extracted = {.name = "patches", .shape = "SNN", .kind = CLPTI_ARRAY_FIELD},
    of_patches = {.name = "cotangent", .shape = "SNN", .kind = CLPTI_ARRAY_FIELD, .content = CLPTI_CONTENT_RANDOM},
    canvas = {.name = "canvas", .shape = "LL", .kind = CLPTI_ARRAY_FIELD},
    of_canvas = {.name = "cotangent", .shape = "LL", .kind = CLPTI_ARRAY_FIELD, .content = CLPTI_CONTENT_RANDOM},
    side = {.name = "side", .shape = "", .kind = CLPTI_ARRAY_NUMBERS},
    origin = {.name = "origin", .shape = "2", .kind = CLPTI_ARRAY_NUMBERS, .need = CLPTI_NEEDED_NEVER},
    /* all positions contribute to the mean */
    d_joint_positions = {.name = "d_positions", .shape = "S2", .kind = CLPTI_ARRAY_NUMBERS, .joint = true};

static double *numbers(const clpt_array *array)
{
    return array ? array->data : NULL;
}

static clpt_status scan(const clpti_call *c)
{
    int64_t length = 0;
    clpt_status status = clpt_scan_get_canvas(c->scan, c->sizes.crop, &length, numbers(c->a[2]));
    *numbers(c->a[1]) = (double)length;
    return status;
}

static clpt_status extract_scan(const clpti_call *c)
{
    return clpt_extract_scan(c->context, c->a[0], c->scan, c->a[2]);
}

static clpt_status extract_scan_adjoint(const clpti_call *c)
{
    return clpt_extract_scan_adjoint(c->context, c->a[0], c->scan, c->a[2], c->a[3], c->a[4]);
}

static clpt_status reassemble_scan(const clpti_call *c)
{
    int64_t length = 0;
    clpt_status status = CLPT_OK;
    if (c->a[3]) status = clpt_scan_get_canvas(c->scan, c->sizes.crop, &length, c->a[3]->data);
    return status == CLPT_OK ? clpt_reassemble_scan(c->context, c->a[0], c->scan, c->sizes.crop, c->a[2]) : status;
}

static clpt_status reassemble_scan_adjoint(const clpti_call *c)
{
    return clpt_reassemble_scan_adjoint(c->context, c->a[0], c->scan, c->sizes.crop, c->a[2], c->a[3], c->a[4]);
}

static double pixels(const clpti_call *c)
{
    return (double)c->sizes.S * (double)(c->sizes.N * c->sizes.N);
}

static double sample_flop(const clpti_call *c)
{
    return CLPTI_FLOP_SAMPLE * pixels(c);
}

/* The gradients with respect to the field and to the positions. */
static double sample_adjoint_flop(const clpti_call *c)
{
    return (2.0 * CLPTI_FLOP_SAMPLE + CLPTI_FLOP_WEIGHT) * pixels(c);
}

const clpti_entry clpti_catalogue_scans[] = {
    {.name = "scan",
     .function = "clpt_scan_create",
     .summary = "the canvas of a scan: its side, and the object coordinate of canvas[0, 0]",
     .items = 'S',
     .arrays = {&clpti_array_positions, &side, &origin},
     .options = "crop",
     .needed = "crop",
     .tolerance = CLPTI_ACCURACY_LINEAR,
     .scans = true,
     .call = scan},
    {.name = "extract-scan",
     .function = "clpt_extract_scan",
     .summary = "bilinear patches of an object at scan positions",
     .items = 'S',
     .arrays = {&object, &clpti_array_positions, &extracted},
     .options = "size",
     .needed = "size",
     .tolerance = CLPTI_ACCURACY_LINEAR,
     .scans = true,
     .call = extract_scan,
     .flop = sample_flop},
    {.name = "extract-scan-adjoint",
     .function = "clpt_extract_scan_adjoint",
     .summary = "adjoint of extract-scan, and gradient with respect to the positions",
     .items = 'S',
     .arrays = {&object, &clpti_array_positions, &of_patches, &d_object, &clpti_array_d_positions},
     .options = "",
     .tolerance = CLPTI_ACCURACY_GRADIENT,
     .scans = true,
     .call = extract_scan_adjoint,
     .flop = sample_adjoint_flop},
    {.name = "reassemble-scan",
     .function = "clpt_reassemble_scan",
     .summary = "merges the centres of a scan's patches; origin is the object coordinate of canvas[0, 0]",
     .items = 'S',
     .arrays = {&patches, &clpti_array_positions, &canvas, &origin},
     .options = "crop",
     .needed = "crop",
     .tolerance = CLPTI_ACCURACY_LINEAR,
     .scans = true,
     .call = reassemble_scan,
     .flop = sample_flop},
    {.name = "reassemble-scan-adjoint",
     .function = "clpt_reassemble_scan_adjoint",
     .summary = "adjoint of reassemble-scan, and gradient with respect to the positions",
     .items = 'S',
     .arrays = {&patches, &clpti_array_positions, &of_canvas, &d_patches, &d_joint_positions},
     .options = "crop",
     .needed = "crop",
     .tolerance = CLPTI_ACCURACY_GRADIENT,
     .scans = true,
     .call = reassemble_scan_adjoint,
     .flop = sample_adjoint_flop},
    {.name = NULL}};
