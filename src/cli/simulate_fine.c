/* SPDX-License-Identifier: Apache-2.0 */
/* `simulate --physics fine`: exposures by the fine model, independent of the model that reconstructs them. Host work in
 * double precision: the same bits with every device. */
#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/fine_model.h"
#include "cli/progress.h"
#include "cli/simulate.h"
#include "core/memory.h"

enum { PHYSICS_MODEL, PHYSICS_FINE };

const clpt_option clpti_simulate_fine_options[] = {
    {.name = "physics",
     .kind = CLPT_OPTION_CHOICE,
     .value = "model|fine",
     .offset = offsetof(clpti_simulate_values, physics),
     .help = "patterns by the reconstruction's forward model, or by a model on a grid 4 times as fine: exact fractions "
             "of a pixel, a far field larger than the detector, the same bits with every device (default: model)"},
    {.name = "motion",
     .kind = CLPT_OPTION_REAL,
     .value = "PIXELS",
     .offset = offsetof(clpti_simulate_values, motion),
     .maximum = 1e3,
     .default_text = "0",
     .help = "--physics fine: path of the sample during an exposure, towards the next position; in motion_true"},
    {.name = "point-spread",
     .kind = CLPT_OPTION_REAL,
     .value = "PIXELS",
     .offset = offsetof(clpti_simulate_values, point_spread),
     .maximum = 1e3,
     .default_text = "0",
     .help = "--physics fine: standard deviation of the detector's Gaussian response, in its pixels"},
    {.name = "slices",
     .kind = CLPT_OPTION_INTEGER,
     .value = "K",
     .offset = offsetof(clpti_simulate_values, slices),
     .minimum = 1,
     .maximum = 1000,
     .help = "--physics fine: a thick sample of K built-in objects of successive seeds, each of 1/K of the thickness; "
             "the object is their product, slices_true has each (default: 1)"},
    {.name = "slice-distance",
     .kind = CLPT_OPTION_REAL,
     .value = "METRES",
     .offset = offsetof(clpti_simulate_values, slice_distance),
     .maximum = 1e3,
     .help = "distance between slices; requires --energy, --distance and --detector-pixel"},
    {.name = NULL}};

bool clpti_simulate_is_fine(const clpti_simulation *j)
{
    return j->v->physics == PHYSICS_FINE;
}

clpt_status clpti_simulate_check_fine(const clpti_simulation *j)
{
    static const char *const names[] = {"motion", "point-spread", "slices", "slice-distance"};
    const clpti_beam_values *b = &j->v->beam;
    for (size_t k = 0; k < sizeof names / sizeof *names; ++k)
        if (!clpti_simulate_is_fine(j) && clpti_arguments_have(j->session->arguments, names[k]))
            return clpti_session_usage(j->session, "--%s requires --physics fine", names[k]);
    if (!clpti_simulate_is_fine(j)) return CLPT_OK;
    if (b->propagation.kind != CLPT_PROPAGATION_FAR_FIELD)
        return clpti_session_usage(j->session, "--physics fine simulates the far field only");
    if (j->v->slices > 1 &&
        !(j->v->slice_distance > 0 && b->energy > 0 && b->propagation.distance > 0 && b->propagation.pixel > 0))
        return clpti_session_usage(j->session,
                                   "--slices requires --slice-distance, --energy, --distance and --detector-pixel");
    if (j->v->slices > 1 && j->object_given)
        return clpti_session_usage(j->session, "--slices is for built-in objects; this one comes from %s", j->v->from);
    return CLPT_OK;
}

/* Towards the next position; if that is much farther than the previous one, as at the end of a line, in the previous
 * direction. */
static void find_path(const double *positions, int64_t count, int64_t k, double length, double path[2])
{
    double step[2][2] = {{0, 0}, {0, 0}}, size[2];
    for (int axis = 0; axis < 2; ++axis) {
        if (k > 0) step[0][axis] = positions[2 * k + axis] - positions[2 * (k - 1) + axis];
        if (k + 1 < count) step[1][axis] = positions[2 * (k + 1) + axis] - positions[2 * k + axis];
    }
    for (int i = 0; i < 2; ++i) size[i] = hypot(step[i][0], step[i][1]);
    int which = size[1] > 0 && !(size[0] > 0 && size[1] > 2 * size[0]);
    for (int axis = 0; axis < 2; ++axis) path[axis] = size[which] > 0 ? length * step[which][axis] / size[which] : 0;
}

static clpt_status find_motion(clpti_simulation *j)
{
    if (!(j->v->motion > 0)) return CLPT_OK;
    if (!(j->motion = clpti_malloc(j->parts.count, 2 * sizeof *j->motion)))
        return clpti_fail(&j->session->message, CLPT_ERROR_MEMORY, "no memory for %lld paths",
                          (long long)j->parts.count);
    for (int64_t k = 0; k < j->parts.count; ++k)
        find_path(j->parts.positions, j->parts.count, k, j->v->motion, j->motion + 2 * k);
    return CLPT_OK;
}

static clpti_fine_scene scene_of(const clpti_simulation *j)
{
    const clpti_tensor *slices = j->slices.data ? &j->slices : &j->parts.object;
    clpti_fine_scene scene = {.slices = slices->data,
                              .slice_count = slices->rank == 3 ? slices->shape[0] : 1,
                              .height = slices->shape[slices->rank - 2],
                              .width = slices->shape[slices->rank - 1],
                              .probe = j->parts.probe.data,
                              .modes = j->parts.probe.shape[0],
                              .side = j->parts.probe.shape[1],
                              .slice_distance = j->v->slice_distance,
                              .point_spread = j->v->point_spread};
    clpti_scan_options how = {0};
    clpti_beam_set(&j->v->beam, &how);
    scene.wavelength = how.beam.wavelength;
    clpti_beam_object_pixel(&how.beam, false, scene.side, scene.side, &scene.pixel_x, &scene.pixel_y);
    return scene;
}

static clpt_status check_memory(const clpti_simulation *j, const clpti_fine_scene *scene)
{
    const double bytes = clpti_fine_bytes(scene), had = (double)sysconf(_SC_PHYS_PAGES) * (double)sysconf(_SC_PAGESIZE);
    char text[2][32];
    if (!(had > 0) || bytes <= had) return CLPT_OK;
    return clpti_fail(
        &j->session->message, CLPT_ERROR_MEMORY,
        "--physics fine requires %s for this object, and this machine has %s; use a smaller object or fewer --slices",
        clpti_bytes_text((uint64_t)fmin(bytes, 1e19), text[0]), clpti_bytes_text((uint64_t)had, text[1]));
}

/* Scales intensities to --photons counts on average, and the probe with them, so that it predicts the data. */
static void scale(clpti_simulation *j)
{
    const int64_t side = j->parts.probe.shape[1], total = j->parts.count * side * side;
    double sum = 0, *probe = j->parts.probe.data;
    for (int64_t i = 0; i < total; ++i) sum += (double)j->amplitude[i];
    if (!(j->v->photons > 0) || !(sum > 0)) return;
    const double factor = j->v->photons * (double)j->parts.count / sum;
    for (int64_t i = 0; i < total; ++i) j->amplitude[i] = (float)(factor * (double)j->amplitude[i]);
    for (int64_t i = 0; i < 2 * clpti_tensor_count(&j->parts.probe); ++i) probe[i] *= sqrt(factor);
}

clpt_status clpti_simulate_expose_fine(clpti_simulation *j)
{
    static const double at_rest[2] = {0, 0};
    const int64_t side = j->parts.probe.shape[1];
    const clpti_fine_scene scene = scene_of(j);
    clpti_fine_model *model = NULL;
    clpti_progress progress = clpti_progress_start(&j->session->building, "simulate", j->parts.count);
    clpt_status status = CLPT_OK;
    CLPTI_TRY(find_motion(j));
    CLPTI_TRY(check_memory(j, &scene));
    CLPTI_TRY(clpti_fine_create(&scene, &model, &j->session->message));
    for (int64_t k = 0; k < j->parts.count; ++k) {
        clpti_progress_show(&progress, k, NULL);
        status = clpti_fine_pattern(model, j->parts.positions + 2 * k, j->motion ? j->motion + 2 * k : at_rest,
                                    j->amplitude + k * side * side);
        if (status != CLPT_OK)
            CLPTI_TRY(clpti_fail(&j->session->message, status, "no memory for exposure %lld", (long long)k));
    }
    scale(j);
    clpti_simulate_measure(j, 0, j->parts.count, j->amplitude);
cleanup:
    clpti_progress_end(&progress);
    clpti_fine_destroy(&model);
    return status;
}
