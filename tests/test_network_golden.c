/* SPDX-License-Identifier: Apache-2.0 */
/* Networks against stored cases of PtychoPINN's definition in double precision: every layer, fields, losses, gradients,
 * steps of Adam; factors of data and probe. */
#include "golden.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Tolerances of float32 on a device, relative to the maximum of an array. */
#define LAYERS 3e-6
#define FIELDS 2e-5
#define INTENSITIES 5e-6
#define GRADIENTS 5e-5
#define GRADIENTS_N128 1e-4
#define LOSSES 2e-6 /* relative */
#define STEPS 1e-4
#define WEIGHTS_1 1e-7 /* 99th percentile of the difference */
#define WEIGHTS_5 1e-5

typedef struct golden_case {
    clpti_npz *npz;
    test_field probe, amplitudes, coords;
    double scale, *offsets;
    int64_t groups, channels, side; /* groups in the file */
    clpt_array amplitude_array;
    clpt_network *network;
} golden_case;

/* ---- data and weights of a case ---- */

/* [B, y, x, C] to [B, C, y, x]. */
static test_field channels_first(const test_field *from)
{
    int64_t c = from->shape[3], pixels = from->shape[1] * from->shape[2];
    test_field to = test_field_new(from->type, 4, CLPT_SHAPE(from->shape[0], c, from->shape[1], from->shape[2]));
    for (int64_t i = 0; i < from->count; i++)
        test_set(&to, (i / c / pixels * c + i % c) * pixels + i / c % pixels, 0, test_get(from, i, 0));
    return to;
}

static uint64_t splitmix64(uint64_t x)
{
    x += UINT64_C(0x9E3779B97F4A7C15);
    x = (x ^ (x >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94D049BB133111EB);
    return x ^ (x >> 31);
}

/* The generated weights of the cases: array `index` of the network's list. */
static void generate_weight(const clpt_network_array *array, size_t index, test_field *weight)
{
    uint64_t stream = index % 2 ? 2 * (index / 2) + 2 : 2 * (index / 2) + 1;
    double limit = array->rank == 4 ? sqrt(6.0 / (double)(9 * (array->shape[2] + array->shape[3]))) : 0.05;
    for (int64_t i = 0; i < weight->count; i++) {
        double u = (double)(splitmix64((stream << 32) + (uint64_t)i) >> 40) / 0x1p24;
        test_set(weight, i, 0, (double)(float)((2 * u - 1) * limit));
    }
}

static void set_weights(golden_case *g)
{
    for (size_t i = 0; i < clpt_network_get_weight_count(g->network); i++) {
        clpt_network_array a;
        test_ok(test_context, clpt_network_describe_weight(g->network, i, &a));
        test_field weight = test_field_new(CLPT_TYPE_F32, a.rank, a.shape);
        generate_weight(&a, i, &weight);
        if (golden_has(g->npz, "w0/%s", a.name)) {
            test_field_free(&weight);
            weight = golden_field(g->npz, "w0/%s", a.name);
        }
        clpt_array array = test_array(&weight);
        test_ok(test_context, clpt_network_set_weight(g->network, a.name, &array));
        test_field_free(&weight);
    }
}

static golden_case open_case(const char *file, clpt_network_options options)
{
    golden_case g = {.npz = golden_open(file)};
    test_field x = golden_field(g.npz, golden_has(g.npz, "X_all5") ? "X_all5" : "X");
    g.amplitudes = channels_first(&x);
    test_field_free(&x);
    g.coords = golden_field(g.npz, "coords");
    g.probe = golden_field(g.npz, "probe");
    g.scale = golden_number(g.npz, "intensity_scale");
    g.groups = g.amplitudes.shape[0];
    g.channels = g.amplitudes.shape[1];
    g.side = g.amplitudes.shape[2];
    g.amplitude_array = test_array(&g.amplitudes);
    g.offsets = malloc((size_t)g.coords.count * sizeof *g.offsets);
    assert_non_null(g.offsets);
    for (int64_t i = 0; i < g.coords.count; i++) { /* [B, 1, 2, C] to [B, C, 2] */
        int64_t b = i / (2 * g.channels), axis = i / g.channels % 2, c = i % g.channels;
        g.offsets[(b * g.channels + c) * 2 + axis] = test_get(&g.coords, i, 0);
    }
    options.side = g.side;
    options.grid = g.channels == 4 ? 2 : 1;
    options.scale = g.scale;
    clpt_array probe = test_array(&g.probe);
    test_ok(test_context, clpt_network_create(test_context, &options, &probe, &g.network));
    return g;
}

static void close_case(golden_case *g)
{
    clpt_network_destroy(&g->network);
    test_field_free(&g->probe);
    test_field_free(&g->amplitudes);
    test_field_free(&g->coords);
    free(g->offsets);
    clpti_npz_close(&g->npz);
}

static clpt_network_options options_of(double filters, clpt_weight weight)
{
    clpt_network_options options = clpt_network_options_default();
    options.filters = filters;
    options.weight = weight;
    return options;
}

/* Groups first … of the file as a batch, which borrows `indices` [count·C]. */
static clpt_network_batch batch_of(const golden_case *g, int64_t first, int64_t count, int64_t *indices)
{
    for (int64_t i = 0; i < count * g->channels; i++) indices[i] = first * g->channels + i;
    return (clpt_network_batch){.size = sizeof(clpt_network_batch),
                                .amplitudes = &g->amplitude_array,
                                .groups = count,
                                .indices = indices,
                                .offsets = g->offsets + 2 * first * g->channels};
}

/* Results are those of another file. */
static void use_results(golden_case *g, const char *file)
{
    clpti_npz_close(&g->npz);
    g->npz = golden_open(file);
}

/* ---- comparison ---- */

static void number_close(const char *name, double got, double expected, double tolerance)
{
    if (test_is_reference()) tolerance = 1e-7; /* some are stored as float32 */
    if (!(fabs(got - expected) <= tolerance * fabs(expected)))
        fail_msg("%s is %.15g and should be %.15g: %.1e", name, got, expected, fabs(got - expected) / fabs(expected));
}

static double norm_of(const test_field *field)
{
    double sum = 0;
    for (int64_t i = 0; i < field->count; i++) sum += test_get(field, i, 0) * test_get(field, i, 0);
    return sqrt(sum);
}

/* A gradient against the stored one, or a sample of its elements, or its norm; 0 must be 0. */
static void gradient_agrees(golden_case *g, const char *prefix, const clpt_network_array *a, double tolerance)
{
    test_field whole = test_field_new(CLPT_TYPE_F64, a->rank, a->shape);
    clpt_array array = test_array(&whole);
    test_ok(test_context, clpt_network_get_gradient(g->network, a->name, &array));
    const char *name = test_text("%sgrad/%s", prefix, a->name);
    if (golden_has(g->npz, "%sgradnorm/%s", prefix, a->name))
        number_close(name, norm_of(&whole), golden_number(g->npz, "%sgradnorm/%s", prefix, a->name), tolerance);
    if (golden_has(g->npz, "%s", name)) {
        test_field expected = golden_field(g->npz, "%s", name), got = whole;
        if (golden_has(g->npz, "idx/%s", a->name)) {
            test_field at = golden_field(g->npz, "idx/%s", a->name);
            got = test_field_new(CLPT_TYPE_F64, 1, &at.count);
            for (int64_t i = 0; i < at.count; i++)
                test_set(&got, i, 0, test_get(&whole, (int64_t)test_get(&at, i, 0), 0));
            test_field_free(&at);
        }
        for (int64_t i = 0; i < expected.count; i++)
            if (test_get(&expected, i, 0) == 0 && test_get(&got, i, 0) != 0)
                fail_msg("%s: element %d is not 0", name, (int)i);
        test_close(name, &got, &expected, test_is_reference() ? 2e-7 : tolerance, NULL);
        test_field_free(&expected);
        if (got.data != whole.data) test_field_free(&got);
    }
    test_field_free(&whole);
}

static void gradients_agree(golden_case *g, const char *prefix, int64_t groups, double tolerance)
{
    double loss = 0;
    int64_t indices[4 * 9];
    clpt_network_batch batch = batch_of(g, 0, groups, indices);
    test_ok(test_context, clpt_network_gradient(g->network, &batch, &loss));
    number_close("loss", loss, golden_number(g->npz, "%sloss", prefix), LOSSES);
    for (size_t i = 0; i < clpt_network_get_weight_count(g->network); i++) {
        clpt_network_array a;
        test_ok(test_context, clpt_network_describe_weight(g->network, i, &a));
        gradient_agrees(g, prefix, &a, tolerance);
    }
    double again = 0;
    test_ok(test_context, clpt_network_evaluate(g->network, &batch, &again));
    number_close("loss without gradients", again, loss, 1e-6);
}

static void result_agrees(golden_case *g, const char *name, const test_field *got, double tolerance)
{
    test_field expected = golden_field(g->npz, "%s", name);
    if (!strcmp(name, "intensity") || !strcmp(name, "phys/intensity")) {
        test_field turned = channels_first(&expected);
        test_field_free(&expected);
        expected = turned;
    }
    test_field part = *got; /* the first groups */
    part.shape[0] = expected.shape[0];
    part.count = expected.count;
    test_close(name, &part, &expected, test_is_reference() ? 2e-7 : tolerance, NULL);
    test_field_free(&expected);
}

/* `object`, `canvas` and `intensity`: names in the file, NULL for none. */
static void fields_agree(golden_case *g, int64_t groups, const char *object, const char *canvas, const char *intensity)
{
    int64_t indices[4 * 9], outer = clpt_network_get_options(g->network)->canvas;
    clpt_network_batch batch = batch_of(g, 0, groups, indices);
    test_field fields[3] = {test_field_new(CLPT_TYPE_C128, 3, CLPT_SHAPE(groups, g->side, g->side)),
                            test_field_new(CLPT_TYPE_C128, 3, CLPT_SHAPE(groups, outer, outer)),
                            test_field_new(CLPT_TYPE_F64, 4, CLPT_SHAPE(groups, g->channels, g->side, g->side))};
    clpt_array arrays[3] = {test_array(&fields[0]), test_array(&fields[1]), test_array(&fields[2])};
    test_ok(test_context, clpt_network_predict(g->network, &batch,
                                               &(clpt_network_prediction){.size = sizeof(clpt_network_prediction),
                                                                          .object = &arrays[0],
                                                                          .canvas = &arrays[1],
                                                                          .intensity = &arrays[2]}));
    if (object) result_agrees(g, object, &fields[0], FIELDS);
    if (canvas) result_agrees(g, canvas, &fields[1], FIELDS);
    if (intensity) result_agrees(g, intensity, &fields[2], INTENSITIES);
    for (int i = 0; i < 3; i++) test_field_free(&fields[i]);
}

/* Every stored layer "layer/NAME". */
static void layers_agree(golden_case *g, int64_t groups)
{
    int64_t indices[4 * 9], compared = 0;
    clpt_network_batch batch = batch_of(g, 0, groups, indices);
    for (int64_t i = 0; i < clpti_npz_count(g->npz); i++) {
        char name[256];
        clpti_npz_name(g->npz, i, name, sizeof name);
        if (strncmp(name, "layer/", 6) != 0) continue;
        test_field expected = golden_field(g->npz, "%s", name), got = test_field_new(CLPT_TYPE_F64, 4, expected.shape);
        clpt_array array = test_array(&got);
        test_ok(test_context, clpt_network_get_layer(g->network, &batch, name + 6, &array));
        test_close(name, &got, &expected, test_is_reference() ? 2e-7 : LAYERS, NULL);
        test_field_free(&got);
        test_field_free(&expected);
        compared++;
    }
    assert_true(compared > 30);
}

/* ---- steps ---- */

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The 99th percentile of differences from the stored weights "PREFIX/NAME". */
static void weights_agree(golden_case *g, const char *prefix, double tolerance)
{
    double *differences = malloc((size_t)3000000 * sizeof *differences);
    size_t count = 0;
    assert_non_null(differences);
    for (size_t i = 0; i < clpt_network_get_weight_count(g->network); i++) {
        clpt_network_array a;
        test_ok(test_context, clpt_network_describe_weight(g->network, i, &a));
        test_field got = test_field_new(CLPT_TYPE_F64, a.rank, a.shape);
        test_field expected = golden_field(g->npz, "%s/%s", prefix, a.name);
        bool sampled = golden_has(g->npz, "idx/%s", a.name);
        test_field at = golden_field(g->npz, sampled ? "idx/%s" : "w5/%s", a.name); /* else not read */
        clpt_array array = test_array(&got);
        test_ok(test_context, clpt_network_get_weight(g->network, a.name, &array));
        for (int64_t k = 0; k < expected.count; k++)
            differences[count++] =
                fabs(test_get(&got, sampled ? (int64_t)test_get(&at, k, 0) : k, 0) - test_get(&expected, k, 0));
        test_field_free(&got);
        test_field_free(&expected);
        test_field_free(&at);
    }
    qsort(differences, count, sizeof *differences, ascending);
    double percentile = differences[count * 99 / 100];
    printf("%s: 99th percentile of %d differences %.1e\n", prefix, (int)count, percentile);
    if (!(percentile <= tolerance)) fail_msg("%s: %.1e exceeds %.1e", prefix, percentile, tolerance);
    free(differences);
}

static void steps_agree(golden_case *g, int64_t groups, int steps, double tolerance, double weights)
{
    test_field expected = golden_field(g->npz, "step_losses");
    for (int k = 0; k < steps; k++) {
        double loss = 0;
        int64_t indices[4 * 9];
        clpt_network_batch batch = batch_of(g, k * groups, groups, indices);
        test_ok(test_context, clpt_network_step(g->network, &batch, &loss));
        number_close(test_text("loss of step %d", k + 1), loss, test_get(&expected, k, 0), k ? tolerance : LOSSES);
        if (k == 0 && golden_has(g->npz, "w1/enc1a.w")) weights_agree(g, "w1", WEIGHTS_1);
    }
    assert_int_equal(clpt_network_get_step(g->network), steps);
    if (steps == 5) weights_agree(g, "w5", weights);
    test_field_free(&expected);
}

/* ---- cases ---- */

static void layers_and_fields_of_tiny(void **state)
{
    (void)state;
    golden_case g = open_case("network/tiny_train", options_of(0.25, CLPT_WEIGHT_CENTRE));
    set_weights(&g);
    use_results(&g, "network/tiny_layers");
    layers_agree(&g, 2);
    fields_agree(&g, 2, NULL, "phys/canvas", "phys/intensity");
    close_case(&g);
}

static void gradients_and_steps_of_tiny(void **state)
{
    (void)state;
    golden_case g = open_case("network/tiny_train", options_of(0.25, CLPT_WEIGHT_CENTRE));
    set_weights(&g);
    gradients_agree(&g, "", 2, GRADIENTS);
    steps_agree(&g, 2, 5, STEPS, WEIGHTS_5);
    close_case(&g);
}

static void masked_merge(void **state)
{
    (void)state;
    golden_case g = open_case("network/tiny_train", options_of(0.25, CLPT_WEIGHT_CENTRE_MASKED));
    set_weights(&g);
    use_results(&g, "network/tiny_masked");
    fields_agree(&g, 2, "canvas", NULL, "intensity");
    gradients_agree(&g, "", 2, GRADIENTS);
    steps_agree(&g, 2, 5, STEPS, WEIGHTS_5);
    close_case(&g);
}

static void one_pattern_per_group(void **state)
{
    (void)state;
    golden_case g = open_case("network/tiny_gs1", options_of(0.25, CLPT_WEIGHT_CENTRE));
    set_weights(&g);
    fields_agree(&g, 2, NULL, "phys/canvas", "intensity");
    gradients_agree(&g, "", 2, GRADIENTS);
    steps_agree(&g, 2, 2, STEPS, WEIGHTS_5);
    close_case(&g);
}

static void side_128(void **state)
{
    (void)state;
    golden_case g = open_case("network/tiny_n128", options_of(0.25, CLPT_WEIGHT_CENTRE));
    set_weights(&g);
    fields_agree(&g, 1, "canvas", NULL, "intensity");
    gradients_agree(&g, "", 1, GRADIENTS_N128);
    close_case(&g);
}

static void options_of_the_amplitude_and_border(void **state)
{
    (void)state;
    static const char *const names[] = {"probe_big_false/", "swish/", "softplus/", "relu/"};
    static const clpt_activation functions[] = {CLPT_ACTIVATION_SIGMOID, CLPT_ACTIVATION_SWISH,
                                                CLPT_ACTIVATION_SOFTPLUS, CLPT_ACTIVATION_RELU};
    for (int i = 0; i < 4; i++) {
        clpt_network_options options = options_of(0.25, CLPT_WEIGHT_CENTRE);
        options.activation = functions[i];
        options.no_border = i == 0;
        golden_case g = open_case("network/tiny_train", options);
        set_weights(&g);
        use_results(&g, "network/tiny_options");
        gradients_agree(&g, names[i], 2, GRADIENTS);
        if (i == 0) fields_agree(&g, 2, "probe_big_false/canvas", NULL, NULL);
        close_case(&g);
    }
}

/* The network at its real size. Five steps with CLPTYCHO_TEST_ALL, in the reference that alone takes minutes. */
static void full_size(void **state)
{
    (void)state;
    if (test_small() || (test_is_reference() && !test_all())) skip();
    golden_case g = open_case("network/full", options_of(2, CLPT_WEIGHT_CENTRE));
    set_weights(&g);
    gradients_agree(&g, "", 4, GRADIENTS);
    if (test_all()) {
        fields_agree(&g, 4, "canvas", NULL, "intensity");
        steps_agree(&g, 4, 5, 1e-3, 1e-3);
    }
    close_case(&g);
}

/* Gain, probe factor and intensity scale of raw data. */
static void factors_of_raw_data(void **state)
{
    (void)state;
    clpti_npz *npz = golden_open("network/normalise");
    clpt_message message = {0};
    test_field diff = golden_field(npz, "diff3d"), groups = golden_field(npz, "groups"), x = golden_field(npz, "X");
    test_field raw = golden_field(npz, "probe_raw"), probe = golden_field(npz, "probe");
    int64_t indices[8];
    double gain = 0, factor = 0;
    for (int i = 0; i < 8; i++) indices[i] = (int64_t)test_get(&groups, i, 0);
    clpt_array amplitudes = test_array(&diff), given = test_array(&raw);
    test_ok(NULL, clpt_network_normalise(&amplitudes, indices, 8, &gain, &message));
    test_ok(NULL, clpt_network_normalise_probe(&given, 4, &factor, &message));
    test_field first = channels_first(&x);
    for (int64_t i = 0; i < first.count; i++) {
        double value = gain * test_get(&diff, indices[i / 4096] * 4096 + i % 4096, 0);
        assert_true(fabs(value - test_get(&first, i, 0)) < 1e-5);
    }
    for (int64_t i = 0; i < raw.count; i++)
        assert_true(fabs(factor * test_get(&raw, i, 1) - test_get(&probe, i, 1)) < 1e-5);
    double scale = sqrt(golden_number(npz, "nphotons")) / 32;
    assert_true(fabs(scale / golden_number(npz, "intensity_scale") - 1) < 1e-6);
    test_field *all[] = {&diff, &groups, &x, &raw, &probe, &first};
    for (int i = 0; i < 6; i++) test_field_free(all[i]);
    clpti_npz_close(&npz);
}

int main(void)
{
    test_start();
    const struct CMUnitTest tests[] = {cmocka_unit_test(layers_and_fields_of_tiny),
                                       cmocka_unit_test(gradients_and_steps_of_tiny),
                                       cmocka_unit_test(masked_merge),
                                       cmocka_unit_test(one_pattern_per_group),
                                       cmocka_unit_test(side_128),
                                       cmocka_unit_test(options_of_the_amplitude_and_border),
                                       cmocka_unit_test(full_size),
                                       cmocka_unit_test(factors_of_raw_data)};
    return cmocka_run_group_tests_name("network_golden", tests, test_open_both, test_close_both);
}
