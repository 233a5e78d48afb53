/* SPDX-License-Identifier: Apache-2.0 */
/* Arrays derived from the data, once for all devices, in double precision. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "parity/parity.h"

/* Cutoff for gradients that float32 cannot resolve (CONVENTIONS, Accuracy): I below this fraction of the mean, and
 * amplitudes that near to the measured ones. */
static const double dark_part = 1e-4, too_near = 1e-4;

void clpti_parity_problem_free(clpti_parity_problem *problem)
{
    clpti_parity_bundle_free(&problem->inputs);
}

static clpt_array view(const clpti_tensor *tensor)
{
    return clpt_array_host(tensor->data, tensor->type, tensor->rank, tensor->shape);
}

static clpt_status counted(clpt_context *context, clpt_status status, clpt_message *message)
{
    return status == CLPT_OK
               ? status
               : clpti_fail(message, status, "%s", clpti_message_sentence(clpt_context_get_message(context)));
}

static const clpti_tensor *input(const clpti_parity_problem *problem, const char *name)
{
    return clpti_parity_find(&problem->inputs, name);
}

static bool have(const clpti_parity_problem *problem, const char *name)
{
    return input(problem, name) != NULL;
}

static clpt_status make_counts(clpti_parity_problem *problem, clpt_message *message)
{
    clpti_tensor *counts, amplitude = *input(problem, "amplitude");
    if (have(problem, "counts")) return CLPT_OK;
    clpt_status status =
        clpti_parity_add(&problem->inputs, "counts", CLPT_TYPE_F32, 3, amplitude.shape, &counts, message);
    if (status != CLPT_OK) return status;
    const float *from = amplitude.data;
    float *to = counts->data;
    for (int64_t i = 0; i < clpti_tensor_count(&amplitude); i++) to[i] = from[i] * from[i];
    return CLPT_OK;
}

/* ---- geometry ---- */

static clpt_status make_groups(clpti_parity_problem *problem, clpt_message *message)
{
    const clpti_parity_config *c = &problem->config;
    clpt_status status = CLPT_OK;
    clpti_tensor *indices, *offsets, positions = *input(problem, "positions");
    int64_t each = c->grid * c->grid;
    int64_t *drawn = NULL;
    clpt_groups_options how = clpt_groups_options_default();
    how.groups = c->groups;
    how.grid = c->grid;
    how.neighbours = c->neighbours;
    how.seed = c->seed;
    if (have(problem, "offsets")) return CLPT_OK;
    if (!(drawn = clpti_malloc(c->groups * each, sizeof *drawn)))
        CLPTI_TRY(clpti_fail(message, CLPT_ERROR_MEMORY, "no memory for %lld groups", (long long)c->groups));
    CLPTI_TRY(clpti_parity_add(&problem->inputs, "indices", CLPT_TYPE_F64, 2, CLPT_SHAPE(c->groups, each), &indices,
                               message));
    double *numbers = indices->data; /* stays valid, unlike *indices */
    CLPTI_TRY(clpti_parity_add(&problem->inputs, "offsets", CLPT_TYPE_F64, 3, CLPT_SHAPE(c->groups, each, 2), &offsets,
                               message));
    CLPTI_TRY(clpt_groups_draw(positions.data, positions.shape[0], &how, drawn, NULL, offsets->data, message));
    for (int64_t k = 0; k < c->groups * each; k++) numbers[k] = (double)drawn[k];
cleanup:
    free(drawn);
    return status;
}

/* Rotation by 0.03 rad about the centre, scaling and slight perspective: all components of a projective map. */
static clpt_status make_transforms(clpti_parity_problem *problem, clpt_message *message)
{
    clpti_tensor *made, object = *input(problem, "object");
    if (have(problem, "transforms")) return CLPT_OK;
    clpt_status status =
        clpti_parity_add(&problem->inputs, "transforms", CLPT_TYPE_F64, 3, CLPT_SHAPE(1, 3, 3), &made, message);
    if (status != CLPT_OK) return status;
    double height = (double)object.shape[0], width = (double)object.shape[1], x = width / 2, y = height / 2;
    double c = 1.01 * cos(0.03), s = 0.99 * sin(0.03);
    const double rows[9] = {c, -s, x - c * x + s * y + 0.3, s, c, y - s * x - c * y - 0.7, 0.02 / width, -0.01 / height,
                            1};
    memcpy(made->data, rows, sizeof rows);
    return CLPT_OK;
}

/* Shift of each patch by the fraction of its position. */
static clpt_status make_shifts(clpti_parity_problem *problem, clpt_message *message)
{
    clpti_tensor *made, positions = *input(problem, "positions");
    if (have(problem, "shifts")) return CLPT_OK;
    clpt_status status =
        clpti_parity_add(&problem->inputs, "shifts", CLPT_TYPE_F64, 2, positions.shape, &made, message);
    if (status != CLPT_OK) return status;
    const double *xy = positions.data;
    for (int64_t i = 0; i < 2 * positions.shape[0]; i++) ((double *)made->data)[i] = xy[i] - rint(xy[i]);
    return CLPT_OK;
}

/* ---- arrays of rules ---- */

/* Power of the probe, Σ_p |P_p|², [N, N]. */
static void fill_power(const clpti_tensor *probe, double *power)
{
    int64_t pixels = probe->shape[1] * probe->shape[2];
    const float *parts = probe->data;
    memset(power, 0, (size_t)pixels * sizeof *power);
    for (int64_t i = 0; i < 2 * probe->shape[0] * pixels; i++)
        power[i / 2 % pixels] += (double)parts[i] * (double)parts[i];
}

static void fill_centre(int64_t side, double *mask)
{
    int64_t first = side / 4, beyond = first + side / 2;
    for (int64_t i = 0; i < side * side; i++) {
        int64_t y = i / side, x = i % side;
        mask[i] = y >= first && y < beyond && x >= first && x < beyond;
    }
}

/* Side of a canvas that contains all patches of any group. */
static int64_t canvas_side(const clpti_tensor *offsets, int64_t side)
{
    double reach = 0;
    for (int64_t i = 0; i < clpti_tensor_count(offsets); i++)
        reach = fmax(reach, fabs(((const double *)offsets->data)[i]));
    return side + 2 * ((int64_t)ceil(reach) + 1);
}

/* Σ weights on every group's canvas, shifted as patches are. */
static clpt_status make_cover(clpti_parity_problem *problem, clpt_context *reference, const char *name, bool by_probe,
                              clpt_message *message)
{
    clpt_status status = CLPT_OK;
    clpti_tensor weights = {0}, *cover, offsets = *input(problem, "offsets"), probe = *input(problem, "probe");
    int64_t groups = offsets.shape[0], each = offsets.shape[1], n = probe.shape[1], side = canvas_side(&offsets, n);
    if (have(problem, name)) return CLPT_OK;
    CLPTI_TRY(clpti_tensor_create(CLPT_TYPE_F64, 4, CLPT_SHAPE(groups, each, n, n), &weights, message));
    double *first = weights.data;
    if (by_probe)
        fill_power(&probe, first);
    else
        fill_centre(n, first);
    for (int64_t k = 1; k < groups * each; k++) memcpy(first + k * n * n, first, (size_t)(n * n) * sizeof *first);
    CLPTI_TRY(
        clpti_parity_add(&problem->inputs, name, CLPT_TYPE_F64, 3, CLPT_SHAPE(groups, side, side), &cover, message));
    clpt_array in = view(&weights), at = view(&offsets), out = view(cover);
    CLPTI_TRY(counted(reference,
                      clpt_reassemble_group(reference, &in, &at, NULL, CLPT_WEIGHT_NONE, CLPT_CENTRING_NONE, &out),
                      message));
cleanup:
    clpti_tensor_destroy(&weights);
    return status;
}

/* Light on every pixel of the object, from positions rounded to pixels. */
clpt_status clpti_parity_light(clpti_parity_problem *problem, const double *positions, int64_t count,
                               clpt_message *message)
{
    clpt_status status = CLPT_OK;
    clpti_tensor *light, object = *input(problem, "object"), probe = *input(problem, "probe");
    int64_t n = probe.shape[1], height = object.shape[0], width = object.shape[1];
    if (have(problem, "light")) return CLPT_OK;
    double *power = clpti_malloc(n * n, sizeof *power);
    if (!power) return clpti_fail(message, CLPT_ERROR_MEMORY, "no memory for the probe's power");
    fill_power(&probe, power);
    CLPTI_TRY(clpti_parity_add(&problem->inputs, "light", CLPT_TYPE_F64, 2, object.shape, &light, message));
    for (int64_t s = 0; s < count; s++) {
        const double *at = positions + 2 * s;
        int64_t left = (int64_t)rint(at[0]) - n / 2, top = (int64_t)rint(at[1]) - n / 2;
        for (int64_t i = 0; i < n * n; i++) {
            int64_t y = top + i / n, x = left + i % n;
            if (y >= 0 && y < height && x >= 0 && x < width) ((double *)light->data)[y * width + x] += power[i];
        }
    }
cleanup:
    free(power);
    return status;
}

/* Pixels whose gradient float32 can resolve: `good` of one loss, from intensity and measurement. */
static bool determines(clpt_loss loss, double intensity, double mean, double amplitude)
{
    if (loss == CLPT_LOSS_POISSON) return intensity >= dark_part * mean;
    return loss != CLPT_LOSS_AMPLITUDE_L1 || fabs(sqrt(intensity) - amplitude) >= too_near;
}

static clpt_status make_good(clpti_parity_problem *problem, const char *name, clpt_loss loss, const double *intensity,
                             clpt_message *message)
{
    clpti_tensor *good, amplitude = *input(problem, "amplitude"), mask = *input(problem, "mask");
    if (have(problem, name)) return CLPT_OK;
    clpt_status status = clpti_parity_add(&problem->inputs, name, CLPT_TYPE_F32, 3, amplitude.shape, &good, message);
    if (status != CLPT_OK) return status;
    int64_t count = clpti_tensor_count(&amplitude);
    const float *measured = amplitude.data, *given = mask.data;
    double mean = 0;
    for (int64_t i = 0; i < count; i++) mean += intensity[i] / (double)count;
    for (int64_t i = 0; i < count; i++)
        ((float *)good->data)[i] = given[i] != 0 && determines(loss, intensity[i], mean, (double)measured[i]);
    return CLPT_OK;
}

static clpt_status make_masks(clpti_parity_problem *problem, clpt_context *reference, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    clpt_scan *scan = NULL;
    clpti_tensor *made, intensity, object = *input(problem, "object"), probe = *input(problem, "probe"),
                                   positions = *input(problem, "positions"), amplitude = *input(problem, "amplitude");
    clpt_forward_options options = clpt_forward_options_default();
    options.propagation = clpti_parity_propagation(&problem->config);
    if (have(problem, "good_mae")) return CLPT_OK;
    CLPTI_TRY(clpti_parity_add(&problem->inputs, "intensity", CLPT_TYPE_F64, 3, amplitude.shape, &made, message));
    intensity = *made;
    clpt_array o = view(&object), p = view(&probe), i = view(&intensity);
    CLPTI_TRY(counted(reference, clpt_scan_create(reference, positions.data, positions.shape[0], &scan), message));
    CLPTI_TRY(counted(reference, clpt_forward(reference, &o, scan, &p, &options, &i), message));
    CLPTI_TRY(make_good(problem, "good_poisson", CLPT_LOSS_POISSON, intensity.data, message));
    CLPTI_TRY(make_good(problem, "good_amplitude", CLPT_LOSS_AMPLITUDE, intensity.data, message));
    CLPTI_TRY(make_good(problem, "good_mae", CLPT_LOSS_AMPLITUDE_L1, intensity.data, message));
cleanup:
    clpt_scan_destroy(&scan);
    return status;
}

/* ---- shapes ---- */

/* Axes by letter, equal in all arrays: patterns S, side N, modes P, height H and width W, groups G, patches per group
 * C, side of a canvas M. */
static const struct {
    const char *name, *shape;
    clpt_type type;
} shapes[] = {{"object", "HW", CLPT_TYPE_C64},        {"probe", "PNN", CLPT_TYPE_C64},
              {"positions", "S2", CLPT_TYPE_F64},     {"amplitude", "SNN", CLPT_TYPE_F32},
              {"mask", "SNN", CLPT_TYPE_F32},         {"counts", "SNN", CLPT_TYPE_F32},
              {"indices", "GC", CLPT_TYPE_F64},       {"offsets", "GC2", CLPT_TYPE_F64},
              {"transforms", "133", CLPT_TYPE_F64},   {"shifts", "S2", CLPT_TYPE_F64},
              {"cover_center", "GMM", CLPT_TYPE_F64}, {"cover_probe", "GMM", CLPT_TYPE_F64},
              {"good_poisson", "SNN", CLPT_TYPE_F32}, {"good_amplitude", "SNN", CLPT_TYPE_F32},
              {"good_mae", "SNN", CLPT_TYPE_F32},     {"intensity", "SNN", CLPT_TYPE_F64},
              {"light", "HW", CLPT_TYPE_F64}};

static clpt_status check_shape(const char *name, const char *shape, clpt_type type, const clpti_tensor *tensor,
                               int64_t sizes[128], clpt_message *message)
{
    bool good = tensor->type == type && tensor->rank == (int)strlen(shape);
    for (int axis = 0; good && axis < tensor->rank; axis++) {
        int letter = shape[axis];
        if (letter >= '0' && letter <= '9') sizes[letter] = letter - '0';
        if (!sizes[letter]) sizes[letter] = tensor->shape[axis];
        good = tensor->shape[axis] > 0 && tensor->shape[axis] == sizes[letter];
    }
    if (good) return CLPT_OK;
    return clpti_fail(message, CLPT_ERROR_FILE, "input array '%s' is not %s [%s] with the sizes of the other arrays",
                      name, clpti_type_name(type), shape);
}

/* Checks inputs from a file: types and shapes agree, and indices are those of patterns. */
static clpt_status check_inputs(const clpti_parity_problem *problem, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    int64_t sizes[128] = {0};
    for (size_t k = 0; k < sizeof shapes / sizeof *shapes; k++) {
        const clpti_tensor *tensor = input(problem, shapes[k].name);
        if (tensor) CLPTI_TRY(check_shape(shapes[k].name, shapes[k].shape, shapes[k].type, tensor, sizes, message));
    }
    const clpti_tensor *indices = input(problem, "indices");
    for (int64_t i = 0; indices && i < clpti_tensor_count(indices); i++) {
        double index = ((const double *)indices->data)[i];
        if (!(index >= 0 && index < (double)sizes['S']))
            CLPTI_TRY(clpti_fail(message, CLPT_ERROR_FILE,
                                 "input array 'indices' contains %g, but there are %lld patterns", index,
                                 (long long)sizes['S']));
    }
cleanup:
    return status;
}

clpt_status clpti_parity_derive(clpti_parity_problem *problem, clpt_context *reference, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    static const char *const given[] = {"object", "probe", "positions", "amplitude", "mask"};
    for (size_t k = 0; k < sizeof given / sizeof *given; k++)
        if (!have(problem, given[k]))
            return clpti_fail(message, CLPT_ERROR_FILE, "the required input array '%s' is missing", given[k]);
    CLPTI_TRY(check_inputs(problem, message));
    CLPTI_TRY(make_counts(problem, message));
    CLPTI_TRY(make_groups(problem, message));
    CLPTI_TRY(make_transforms(problem, message));
    CLPTI_TRY(make_shifts(problem, message));
    CLPTI_TRY(make_cover(problem, reference, "cover_center", false, message));
    CLPTI_TRY(make_cover(problem, reference, "cover_probe", true, message));
    const clpti_tensor *positions = input(problem, "positions"); /* looked up here: adding inputs moves it */
    CLPTI_TRY(clpti_parity_light(problem, positions->data, positions->shape[0], message));
    CLPTI_TRY(make_masks(problem, reference, message));
    CLPTI_TRY(check_inputs(problem, message));
cleanup:
    return status;
}
