/* SPDX-License-Identifier: Apache-2.0 */
/* Probe, positions and object of `simulate`: the file's, or built-in ones. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/extra_modes.h"
#include "cli/sample.h"
#include "cli/simulate.h"
#include "cli/start.h"
#include "core/memory.h"
#include "core/poisson.h"

static const int64_t default_side = 64;
static const double added_mode_factor = 0.3;

/* ---- memory ---- */

/* Fails, before any allocation, if the simulation requires more memory than the machine has. */
static clpt_status check_memory(const clpti_simulation *j, double side, double count, double height, double width)
{
    const double modes = fmax(1, (double)j->v->modes), pixels = side * side, field = 2 * sizeof(double);
    const double parts[3] = {count * pixels * sizeof(float), modes * pixels * field, height * width * field};
    const double had = (double)sysconf(_SC_PHYS_PAGES) * (double)sysconf(_SC_PAGESIZE);
    const double bytes[5] = {parts[0] + parts[1] + parts[2], parts[0], parts[1], parts[2], had};
    char text[5][32];
    if (!(had > 0) || bytes[0] <= had) return CLPT_OK;
    for (int k = 0; k < 5; ++k) clpti_bytes_text((uint64_t)fmin(bytes[k], 1e19), text[k]);
    return clpti_fail(&j->session->message, CLPT_ERROR_MEMORY,
                      "the simulation requires %s (patterns %s, probe %s, object %s), and this machine has %s; use a "
                      "smaller --size, --count, --modes or --object-size, or a larger --step",
                      text[0], text[1], text[2], text[3], text[4]);
}

/* ---- the probe ---- */

/* From optics; with --pad the object's pixel is that of the padded patterns. */
static clpt_status make_optics(const clpti_simulation *j, int64_t side, clpti_tensor *probe)
{
    const clpti_simulate_values *v = j->v;
    const int64_t whole = v->pad ? (v->size ? v->size : 2 * side) : side;
    clpt_message *message = &j->session->message;
    clpti_scan_options how = {0};
    clpti_optics optics;
    double pixel[2];
    clpt_status status = CLPT_OK;
    clpti_beam_set(&v->beam, &how);
    clpti_beam_object_pixel(&how.beam, how.near_field, whole, whole, &pixel[0], &pixel[1]);
    for (int k = 0; k < 2; ++k)
        if (!(pixel[k] > 0)) pixel[k] = v->reading.object_pixel;
    if (!(how.beam.wavelength > 0 && pixel[0] > 0))
        CLPTI_TRY(clpti_fail(message, CLPT_ERROR_ARGUMENT, "a probe of optics requires %s",
                             how.beam.wavelength > 0 ? "--distance and --detector-pixel, or --object-pixel"
                                                     : "--energy or --voltage"));
    CLPTI_TRY(clpti_optics_parse(&v->optics, how.beam.wavelength, &optics, message));
    CLPTI_TRY(clpti_tensor_create(CLPT_TYPE_C128, 3, CLPT_SHAPE(1, side, side), probe, message));
    CLPTI_TRY(clpti_optics_probe(&optics, how.beam.wavelength, pixel, side, probe->data, message));
    clpti_sample_probe_scale(side, probe->data);
cleanup:
    return status;
}

static clpt_status make_probe(clpti_simulation *j)
{
    const clpti_simulate_values *v = j->v;
    const double length = (double)v->object_size;
    clpti_sample_probe kind =
        clpti_arguments_have(j->session->arguments, "probe") ? (clpti_sample_probe)v->probe : CLPTI_SAMPLE_FOCUS;
    int64_t side = v->size ? v->size : default_side;
    if (v->pad && v->size) side /= 2;
    clpt_status status = check_memory(j, (double)side, (double)v->count, length, length);
    if (status != CLPT_OK) return status;
    if (clpti_optics_given(&v->optics)) return make_optics(j, side, &j->parts.probe);
    return clpti_sample_probe_make(kind, v->pupil, v->modes ? v->modes : 1, side, &j->parts.probe,
                                   &j->session->message);
}

/* Adds modes to those of the file. */
static clpt_status add_modes(clpti_simulation *j)
{
    clpti_tensor *probe = &j->parts.probe, whole = {0};
    const int64_t modes = j->v->modes, side = probe->shape[1];
    if (!modes || modes == probe->shape[0]) return CLPT_OK;
    int64_t have = probe->shape[0] < modes ? probe->shape[0] : modes;
    clpt_status status =
        clpti_tensor_create(CLPT_TYPE_C128, 3, CLPT_SHAPE(modes, side, side), &whole, &j->session->message);
    if (status != CLPT_OK) return status;
    memcpy(whole.data, probe->data, (size_t)(have * side * side) * 2 * sizeof(double));
    clpti_modes_add(whole.data, have, modes, side, added_mode_factor);
    clpti_tensor_destroy(probe);
    *probe = whole;
    return CLPT_OK;
}

/* Zeros around the probe: its pixel [n/2, n/2] moves to [side/2, side/2]. */
static clpt_status pad_probe(clpti_simulation *j, int64_t side)
{
    clpti_tensor *probe = &j->parts.probe, whole = {0};
    const int64_t modes = probe->shape[0], inner = probe->shape[1], start = side / 2 - inner / 2;
    clpt_status status =
        clpti_tensor_create(CLPT_TYPE_C128, 3, CLPT_SHAPE(modes, side, side), &whole, &j->session->message);
    if (status != CLPT_OK) return status;
    const double *from = probe->data;
    double *to = whole.data;
    memset(to, 0, (size_t)(modes * side * side) * 2 * sizeof *to);
    for (int64_t p = 0; p < modes; ++p)
        for (int64_t y = 0; y < inner; ++y)
            memcpy(to + 2 * ((p * side + start + y) * side + start), from + 2 * (p * inner + y) * inner,
                   (size_t)inner * 2 * sizeof *to);
    clpti_tensor_destroy(probe);
    *probe = whole;
    return CLPT_OK;
}

clpt_status clpti_simulate_probe(clpti_simulation *j)
{
    const clpti_simulate_values *v = j->v;
    clpt_message *message = &j->session->message;
    clpt_status status = CLPT_OK;
    const bool given = j->parts.probe.data != NULL;
    if (!given) CLPTI_TRY(make_probe(j));
    j->illuminated = j->parts.probe.shape[1];
    const int64_t side = v->size ? v->size : v->pad ? 2 * j->illuminated : j->illuminated;
    CLPTI_TRY(check_memory(j, (double)side, (double)v->count, 0, 0));
    if (v->pad ? side < j->illuminated : side != j->illuminated)
        CLPTI_TRY(clpti_fail(message, CLPT_ERROR_ARGUMENT,
                             "--size %lld, but the probe of %s has a side of %lld pixels%s", (long long)v->size,
                             v->from, (long long)j->illuminated,
                             side > j->illuminated ? "; --pad surrounds it with zeros" : ""));
    CLPTI_TRY(add_modes(j));
    if (side > j->illuminated) CLPTI_TRY(pad_probe(j, side));
cleanup:
    return status;
}

/* ---- positions and object ---- */

static void move_positions(double *positions, int64_t count, double x, double y)
{
    for (int64_t k = 0; k < count; ++k) {
        positions[2 * k] += x;
        positions[2 * k + 1] += y;
    }
}

/* Built-in positions, around (0, 0). */
static clpt_status make_positions(clpti_simulation *j)
{
    const clpti_simulate_values *v = j->v;
    const clpti_arguments *arguments = j->session->arguments;
    const int64_t *shape = j->object_given ? j->parts.object.shape : (const int64_t[]){v->object_size, v->object_size};
    int64_t side = j->parts.probe.shape[1], height = shape[0], width = shape[1];
    if (j->object_given) side = j->illuminated;
    clpti_sample_scan_options how = {
        .kind = clpti_arguments_have(arguments, "positions") ? (clpti_sample_scan)v->positions : CLPTI_SAMPLE_GRID,
        .count = v->count,
        .step = clpti_arguments_have(arguments, "step") ? v->step : (double)j->illuminated / 8,
        .jitter = v->jitter,
        .seed = v->seed};
    if (height) { /* margin for the patch, its bilinear neighbour, and nearly all of the jitter */
        double edge = (double)side + 2 * CLPTI_START_MARGIN + 6 * v->jitter;
        how.span_x = fmax((double)width - edge, 1e-6);
        how.span_y = fmax((double)height - edge, 1e-6);
    }
    return clpti_sample_scan_make(&how, &j->parts.positions, &j->nominal, &j->parts.count, &j->session->message);
}

/* Positions of a file, moved by --jitter. */
static clpt_status jitter_positions(clpti_simulation *j)
{
    int64_t numbers = 2 * j->parts.count;
    if (!(j->v->jitter > 0)) return CLPT_OK;
    j->nominal = clpti_malloc(numbers, sizeof(double));
    if (!j->nominal) return clpti_fail(&j->session->message, CLPT_ERROR_MEMORY, "no memory for positions");
    memcpy(j->nominal, j->parts.positions, (size_t)numbers * sizeof(double));
    for (int64_t i = 0; i < numbers; ++i)
        j->parts.positions[i] += j->v->jitter * clpti_normal(j->v->seed, CLPTI_STREAM_JITTER, (uint64_t)i);
    return CLPT_OK;
}

/* Multiplies the product of the slices so far by one more. */
static void multiply(const double *by, int64_t count, double *product)
{
    for (int64_t i = 0; i < 2 * count; i += 2) {
        double re = product[i] * by[i] - product[i + 1] * by[i + 1];
        product[i + 1] = product[i] * by[i + 1] + product[i + 1] * by[i];
        product[i] = re;
    }
}

/* Slices of successive seeds, and the object that is their product. */
static clpt_status make_slices(clpti_simulation *j, clpti_sample_object kind, int64_t height, int64_t width)
{
    const int64_t slices = j->v->slices, pixels = height * width;
    clpt_message *message = &j->session->message;
    clpti_tensor slice = {0};
    clpt_status status = CLPT_OK;
    CLPTI_TRY(check_memory(j, 0, 0, (double)(slices + 2) * (double)height, (double)width));
    CLPTI_TRY(clpti_tensor_create(CLPT_TYPE_C128, 3, CLPT_SHAPE(slices, height, width), &j->slices, message));
    for (int64_t s = 0; s < slices; ++s) {
        CLPTI_TRY(clpti_sample_object_make(kind, j->v->seed + (uint64_t)s, 1 / (double)slices, height, width, &slice,
                                           message));
        memcpy((double *)j->slices.data + 2 * s * pixels, slice.data, (size_t)pixels * 2 * sizeof(double));
        if (s > 0) multiply(slice.data, pixels, j->parts.object.data);
        if (s == 0) j->parts.object = slice; /* ownership is taken */
        if (s == 0) slice = (clpti_tensor){0};
        clpti_tensor_destroy(&slice);
    }
cleanup:
    clpti_tensor_destroy(&slice);
    return status;
}

clpt_status clpti_simulate_scan(clpti_simulation *j)
{
    const clpti_simulate_values *v = j->v;
    clpti_file_contents *parts = &j->parts;
    bool positions_given = parts->positions != NULL;
    clpt_status status = positions_given ? jitter_positions(j) : make_positions(j);
    if (status != CLPT_OK) return status;
    if (positions_given && j->object_given)
        return check_memory(j, (double)parts->probe.shape[1], (double)parts->count, (double)parts->object.shape[0],
                            (double)parts->object.shape[1]);
    clpti_layout layout = clpti_layout_of(parts->positions, parts->count, parts->probe.shape[1]);
    int64_t height = j->object_given ? parts->object.shape[0] : v->object_size ? v->object_size : layout.height;
    int64_t width = j->object_given ? parts->object.shape[1] : v->object_size ? v->object_size : layout.width;
    double x = floor(0.5 * (double)(width - layout.width)) + layout.shift_x;
    double y = floor(0.5 * (double)(height - layout.height)) + layout.shift_y;
    move_positions(parts->positions, parts->count, x, y);
    if (j->nominal) move_positions(j->nominal, parts->count, x, y);
    status = check_memory(j, (double)parts->probe.shape[1], (double)parts->count, (double)height, (double)width);
    if (j->object_given || status != CLPT_OK) return status;
    clpti_sample_object kind =
        clpti_arguments_have(j->session->arguments, "object") ? (clpti_sample_object)v->object : CLPTI_SAMPLE_STAR;
    return v->slices > 1
               ? make_slices(j, kind, height, width)
               : clpti_sample_object_make(kind, v->seed, 1, height, width, &parts->object, &j->session->message);
}
