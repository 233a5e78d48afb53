/* SPDX-License-Identifier: Apache-2.0 */
/* Adjoints of what works on a scan: patches, merging, diffraction, the forward model, the physics layer, and the
 * gradient of each loss in one call. */
#include "vjp_case.h"

#include <math.h>

typedef struct scan_how {
    int64_t count, size, height, width, modes, crop;
    bool is_complex, whole;
    clpt_forward_options options;
    int loss, masks; /* masks 0: none; 1: one for all; 2: one for each pattern */
} scan_how;

static clpt_status make_scan(clpt_context *context, const clpt_array *positions, clpt_scan **scan)
{
    return clpt_scan_create(context, positions->data, positions->shape[0], scan);
}

static vjp_input positions_of(const scan_how *n)
{
    return (vjp_input){.field = vjp_places(2, (double)(n->size / 2) - 2, (double)n->width - (double)(n->size / 2) + 2,
                                           n->whole, VJP_SHAPE(n->count, 2)),
                       .geometry = true,
                       .side = n->whole ? 1 : 0};
}

/* ---- Patches ---- */

static const scan_how patches[] = {
    {.count = 1, .size = 1, .height = 1, .width = 1, .crop = 1, .is_complex = true},
    {.count = 5, .size = 7, .height = 12, .width = 17, .crop = 5},
    {.count = 9, .size = 12, .height = 24, .width = 21, .crop = 12, .is_complex = true},
    {.count = 4, .size = 9, .height = 19, .width = 20, .crop = 4, .whole = true},
    {.count = 3, .size = 104, .height = 120, .width = 131, .crop = 60, .is_complex = true}};
#define PATCHES (sizeof patches / sizeof *patches - (test_small() ? 1 : 0))

static clpt_status run_extract(clpt_context *context, const clpt_array *in, const clpt_array *out, const void *how)
{
    (void)how;
    clpt_scan *scan = NULL;
    clpt_status status = make_scan(context, &in[1], &scan);
    if (status == CLPT_OK) status = clpt_extract_scan(context, &in[0], scan, out);
    clpt_scan_destroy(&scan);
    return status;
}

static clpt_status extract_back(clpt_context *context, const clpt_array *in, const clpt_array *cotangent,
                                const clpt_array *const *d, const void *how)
{
    (void)how;
    clpt_scan *scan = NULL;
    clpt_status status = make_scan(context, &in[1], &scan);
    if (status == CLPT_OK) status = clpt_extract_scan_adjoint(context, &in[0], scan, cotangent, d[0], d[1]);
    clpt_scan_destroy(&scan);
    return status;
}

static void extract_scan_has_its_adjoint(void **state)
{
    (void)state;
    for (size_t i = 0; i < PATCHES; i++) {
        const scan_how *n = &patches[i];
        vjp_case c = {
            .name = test_text("extract_scan %d", (int)i),
            .input_count = 2,
            .inputs = {{.field = vjp_random(n->is_complex, 1, VJP_SHAPE(n->height, n->width)), .linear = true},
                       positions_of(n)},
            .out = vjp_random(n->is_complex, 3, VJP_SHAPE(n->count, n->size, n->size)),
            .run = run_extract,
            .adjoint = extract_back,
            .how = n};
        vjp_check(&c);
    }
}

static clpt_status run_reassemble(clpt_context *context, const clpt_array *in, const clpt_array *out, const void *how)
{
    const scan_how *n = how;
    clpt_scan *scan = NULL;
    clpt_status status = make_scan(context, &in[1], &scan);
    if (status == CLPT_OK) status = clpt_reassemble_scan(context, &in[0], scan, n->crop, out);
    clpt_scan_destroy(&scan);
    return status;
}

static clpt_status reassemble_back(clpt_context *context, const clpt_array *in, const clpt_array *cotangent,
                                   const clpt_array *const *d, const void *how)
{
    const scan_how *n = how;
    clpt_scan *scan = NULL;
    clpt_status status = make_scan(context, &in[1], &scan);
    if (status == CLPT_OK) status = clpt_reassemble_scan_adjoint(context, &in[0], scan, n->crop, cotangent, d[0], d[1]);
    clpt_scan_destroy(&scan);
    return status;
}

static void reassemble_scan_has_its_adjoint(void **state)
{
    (void)state;
    for (size_t i = 0; i < PATCHES; i++) {
        const scan_how *n = &patches[i];
        if (n->whole) continue; /* the mean position is not whole */
        vjp_input positions = positions_of(n);
        clpt_scan *scan = NULL;
        int64_t side = 0;
        test_ok(test_reference, clpt_scan_create(test_reference, positions.field.data, n->count, &scan));
        test_ok(test_reference, clpt_scan_get_canvas(scan, n->crop, &side, NULL));
        clpt_scan_destroy(&scan);
        vjp_case c = {
            .name = test_text("reassemble_scan %d", (int)i),
            .input_count = 2,
            .inputs = {{.field = vjp_random(n->is_complex, 1, VJP_SHAPE(n->count, n->size, n->size)), .linear = true},
                       positions},
            .out = vjp_random(n->is_complex, 3, VJP_SHAPE(side, side)),
            .run = run_reassemble,
            .adjoint = reassemble_back,
            .how = n};
        vjp_check(&c);
    }
}

/* ---- Waves ---- */

static clpt_status run_diffract(clpt_context *context, const clpt_array *in, const clpt_array *out, const void *how)
{
    (void)how;
    return clpt_diffract(context, &in[0], out);
}

static clpt_status diffract_back(clpt_context *context, const clpt_array *in, const clpt_array *cotangent,
                                 const clpt_array *const *d, const void *how)
{
    (void)how;
    return clpt_diffract_adjoint(context, &in[0], cotangent, d[0]);
}

static void diffract_has_its_adjoint(void **state)
{
    (void)state;
    static const int64_t shapes[][2] = {{1, 1}, {4, 8}, {3, 15}, {2, 104}};
    for (int i = 0; i < (test_small() ? 3 : 4); i++) {
        int64_t count = shapes[i][0], size = shapes[i][1];
        vjp_case c = {.name = test_text("diffract %d", i),
                      .input_count = 1,
                      .inputs = {{.field = vjp_random(true, 1, VJP_SHAPE(count, size, size))}},
                      .out = vjp_random(false, 3, VJP_SHAPE(count, size, size)),
                      .run = run_diffract,
                      .adjoint = diffract_back};
        vjp_check(&c);
    }
}

/* ---- Forward model: object, probe, positions, scale ---- */

static clpt_forward_options options_at(const scan_how *n, const clpt_array *scale)
{
    clpt_forward_options options = n->options;
    options.scale = ((const double *)scale->data)[0];
    return options;
}

static clpt_status run_forward(clpt_context *context, const clpt_array *in, const clpt_array *out, const void *how)
{
    clpt_scan *scan = NULL;
    clpt_forward_options options = options_at(how, &in[3]);
    clpt_status status = make_scan(context, &in[2], &scan);
    if (status == CLPT_OK) status = clpt_forward(context, &in[0], scan, &in[1], &options, out);
    clpt_scan_destroy(&scan);
    return status;
}

static clpt_forward_gradients gradients_of(const clpt_array *const *d)
{
    return (clpt_forward_gradients){d[0], d[1], d[2], d[3] ? d[3]->data : NULL};
}

static clpt_status forward_back(clpt_context *context, const clpt_array *in, const clpt_array *cotangent,
                                const clpt_array *const *d, const void *how)
{
    clpt_scan *scan = NULL;
    clpt_forward_options options = options_at(how, &in[3]);
    clpt_forward_gradients gradients = gradients_of(d);
    clpt_status status = make_scan(context, &in[2], &scan);
    if (status == CLPT_OK)
        status = clpt_forward_adjoint(context, &in[0], scan, &in[1], &options, cotangent, &gradients);
    clpt_scan_destroy(&scan);
    return status;
}

static const scan_how forwards[] = {
    {.count = 1, .size = 1, .height = 3, .width = 2, .modes = 1},
    {.count = 5, .size = 8, .height = 13, .width = 17, .modes = 2, .masks = 1, .loss = 1},
    {.count = 4, .size = 9, .height = 15, .width = 14, .modes = 1, .whole = true, .masks = 2, .loss = 2},
    {.count = 3, .size = 12, .height = 18, .width = 20, .modes = 3, .options = {.amplitude = true}, .masks = 2},
    {.count = 4,
     .size = 12,
     .height = 16,
     .width = 17,
     .modes = 2,
     .loss = 1,
     .options = {.smooth = 0.8, .probe_mask = true}},
    {.count = 3,
     .size = 12,
     .height = 12,
     .width = 11,
     .modes = 2,
     .loss = 2,
     .masks = 1,
     .options = {.pad = true, .smooth = 0.5, .amplitude = true}},
    {.count = 3, .size = 15, .height = 12, .width = 11, .modes = 1, .options = {.pad = true, .probe_mask = true}},
    {.count = 2, .size = 104, .height = 110, .width = 112, .modes = 1, .options = {.amplitude = true}, .loss = 1},
    {.count = 4,
     .size = 9,
     .height = 15,
     .width = 14,
     .modes = 2,
     .masks = 1,
     .options = {.propagation = {CLPT_PROPAGATION_FRESNEL, 1e-10, 1.1, 55e-6, 0.003}}},
    {.count = 3,
     .size = 16,
     .height = 20,
     .width = 21,
     .modes = 1,
     .loss = 1,
     .options = {.amplitude = true,
                 .smooth = 0.6,
                 .propagation = {CLPT_PROPAGATION_ANGULAR_SPECTRUM, 6e-7, 3e-6, 4e-7, 0}}},
};
#define FORWARDS (sizeof forwards / sizeof *forwards)

/* Of these cases, an interpreter of kernels runs three that between them have modes, masks, padding, smoothing and a
 * near field. */
static bool left_out(size_t i)
{
    return test_small() && i != 1 && i != 5 && i != 8;
}

/* The four inputs of a forward model. */
static void forward_inputs(const scan_how *n, vjp_input inputs[4])
{
    inputs[0] = (vjp_input){.field = vjp_random(true, 1, VJP_SHAPE(n->height, n->width))};
    inputs[1] = (vjp_input){.field = vjp_random(true, 4, VJP_SHAPE(n->modes, n->size, n->size))};
    inputs[2] = positions_of(n);
    inputs[3] = (vjp_input){.field = test_field_new(CLPT_TYPE_F64, 1, (int64_t[]){1}), .geometry = true};
    test_set(&inputs[3].field, 0, 0, 1.4);
}

static void forward_has_its_adjoint(void **state)
{
    (void)state;
    for (size_t i = 0; i < FORWARDS; i++) {
        const scan_how *n = &forwards[i];
        if (left_out(i)) continue;
        vjp_case c = {.name = test_text("forward %d", (int)i),
                      .input_count = 4,
                      .out = vjp_random(false, 3, VJP_SHAPE(n->count, n->size, n->size)),
                      .run = run_forward,
                      .adjoint = forward_back,
                      .how = n};
        forward_inputs(n, c.inputs);
        vjp_check(&c);
    }
}

/* ---- The gradient of a batch in one call ---- */

static struct {
    test_field measured, mask;
} batch;

/* Counts around the mean intensity, none where the mask is 0. */
static void make_batch(const scan_how *n)
{
    batch.measured = vjp_random(false, 7, VJP_SHAPE(n->count, n->size, n->size));
    batch.mask = n->masks == 2 ? vjp_random(false, 8, VJP_SHAPE(n->count, n->size, n->size))
                               : vjp_random(false, 8, VJP_SHAPE(n->size, n->size));
    for (int64_t i = 0; i < batch.mask.count; i++) test_set(&batch.mask, i, 0, test_get(&batch.mask, i, 0) > -0.6);
    for (int64_t i = 0; i < batch.measured.count; i++) {
        bool good = !n->masks || test_get(&batch.mask, i % batch.mask.count, 0) > 0;
        test_set(&batch.measured, i, 0, good ? 5 + 4 * test_get(&batch.measured, i, 0) : NAN);
    }
}

static clpt_status gradient(clpt_context *context, const clpt_array *in, double *value,
                            const clpt_forward_gradients *gradients, const scan_how *n)
{
    clpt_scan *scan = NULL;
    clpt_forward_options options = options_at(n, &in[3]);
    clpt_array measured = test_array(&batch.measured), mask = test_array(&batch.mask);
    clpt_status status = make_scan(context, &in[2], &scan);
    if (status == CLPT_OK)
        status = clpt_gradient(context, (clpt_loss)n->loss, &in[0], scan, &in[1], NULL, 0, &measured,
                               n->masks ? &mask : NULL, &options, value, gradients);
    clpt_scan_destroy(&scan);
    return status;
}

static clpt_status run_gradient(clpt_context *context, const clpt_array *in, const clpt_array *out, const void *how)
{
    return gradient(context, in, out->data, NULL, how);
}

static clpt_status gradient_back(clpt_context *context, const clpt_array *in, const clpt_array *cotangent,
                                 const clpt_array *const *d, const void *how)
{
    (void)cotangent;
    clpt_forward_gradients gradients = gradients_of(d);
    return gradient(context, in, NULL, &gradients, how);
}

static void gradient_is_that_of_the_loss(void **state)
{
    (void)state;
    for (size_t i = 0; i < FORWARDS; i++) {
        scan_how n = forwards[i];
        if (left_out(i)) continue;
        n.options.amplitude = false;
        make_batch(&n);
        vjp_case c = {.name = test_text("gradient %d", (int)i),
                      .input_count = 4,
                      .out = test_field_new(CLPT_TYPE_F64, 1, (int64_t[]){1}),
                      .value = true,
                      .run = run_gradient,
                      .adjoint = gradient_back,
                      .how = &n};
        forward_inputs(&n, c.inputs);
        vjp_check(&c);
        test_field_free(&batch.measured);
        test_field_free(&batch.mask);
    }
}

/* ---- Physics layer ---- */

typedef struct layer_how {
    int64_t groups, per_group, size, side, modes;
    clpt_weight weight;
} layer_how;

static clpt_status run_layer(clpt_context *context, const clpt_array *in, const clpt_array *out, const void *how)
{
    const layer_how *n = how;
    return clpt_physics_layer(context, &in[0], &in[1], &in[2], n->weight, n->side, out);
}

static clpt_status layer_back(clpt_context *context, const clpt_array *in, const clpt_array *cotangent,
                              const clpt_array *const *d, const void *how)
{
    const layer_how *n = how;
    return clpt_physics_layer_adjoint(context, &in[0], &in[1], &in[2], n->weight, n->side, cotangent, d[0], d[1], d[2]);
}

static void physics_layer_has_its_adjoint(void **state)
{
    (void)state;
    static const layer_how layers[] = {{1, 1, 1, 2, 1, CLPT_WEIGHT_NONE},
                                       {2, 4, 12, 18, 1, CLPT_WEIGHT_NONE},
                                       {2, 3, 9, 13, 2, CLPT_WEIGHT_CENTRE_MASKED},
                                       {3, 2, 8, 12, 1, CLPT_WEIGHT_CENTRE},
                                       {2, 4, 15, 21, 2, CLPT_WEIGHT_PROBE}};
    for (int i = 0; i < 5; i++) {
        const layer_how *n = &layers[i];
        double reach = n->size == 1 ? 0.5 : 3;
        vjp_case c = {.name = test_text("physics_layer %d", i),
                      .input_count = 3,
                      .inputs = {{.field = vjp_random(true, 1, VJP_SHAPE(n->groups, n->per_group, n->size, n->size))},
                                 {.field = vjp_places(2, -reach, reach, false, VJP_SHAPE(n->groups, n->per_group, 2)),
                                  .geometry = true},
                                 {.field = vjp_random(true, 4, VJP_SHAPE(n->modes, n->size, n->size))}},
                      .out = vjp_random(false, 3, VJP_SHAPE(n->groups, n->per_group, n->size, n->size)),
                      .run = run_layer,
                      .adjoint = layer_back,
                      .how = n};
        vjp_check(&c);
    }
}

int main(void)
{
    test_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(extract_scan_has_its_adjoint), cmocka_unit_test(reassemble_scan_has_its_adjoint),
        cmocka_unit_test(diffract_has_its_adjoint),     cmocka_unit_test(forward_has_its_adjoint),
        cmocka_unit_test(gradient_is_that_of_the_loss), cmocka_unit_test(physics_layer_has_its_adjoint),
    };
    return cmocka_run_group_tests_name("vjp_scan", tests, vjp_open, vjp_close);
}
