/* SPDX-License-Identifier: Apache-2.0 */
/* Diffraction patterns by a finer model than the reconstruction's: object and exit wave on a finer grid, positions at
 * any fraction of a pixel by Fourier shifts, a far field larger than the detector, in double precision on the host. */
#ifndef CLPTI_CLI_FINE_MODEL_H
#define CLPTI_CLI_FINE_MODEL_H

#include "core/status.h"

enum { CLPTI_FINE_FACTOR = 4 }; /* pixels of the fine grid per pixel of the reconstruction's, along each axis */

/* Object and probe on the grid of the reconstruction; both represent band-limited functions through their pixels (the
 * object continued by reflection at its edges). */
typedef struct clpti_fine_scene {
    const double *slices; /* [slice_count, height, width] complex: slice 0 comes first */
    int64_t slice_count, height, width;
    const double *probe; /* [modes, side, side] complex, at slice 0 */
    int64_t modes, side;
    double slice_distance;               /* metres between slices */
    double wavelength, pixel_x, pixel_y; /* of the object, metres; used with several slices only */
    double point_spread; /* standard deviation of the detector's Gaussian response, detector pixels; 0: none */
} clpti_fine_scene;

typedef struct clpti_fine_model clpti_fine_model;

/* Memory of a model in bytes. */
double clpti_fine_bytes(const clpti_fine_scene *scene);
clpt_status clpti_fine_create(const clpti_fine_scene *scene, clpti_fine_model **model, clpt_message *message);
void clpti_fine_destroy(clpti_fine_model **model);

/* Intensity [side, side] of one exposure, centred like |FFT ψ|²/side². The sample moves along `path` (pixels of the
 * object, x and y) during the exposure, with `position` in the middle: the mean over equal steps of at most a quarter
 * of a pixel. */
clpt_status clpti_fine_pattern(clpti_fine_model *model, const double position[2], const double path[2],
                               float *intensity);

#endif
