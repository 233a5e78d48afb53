/* SPDX-License-Identifier: Apache-2.0 */
/* Probes computed from optics: a round lens or zone plate, or a pair of mirrors, with defocus and aberrations. */
#ifndef CLPTI_CLI_OPTICS_H
#define CLPTI_CLI_OPTICS_H

#include "cli/options.h"
#include "io/io.h"

/* Options as given; 0 or NULL: absent. */
typedef struct clpti_optics_values {
    double convergence;     /* semi-angle of a round pupil, mrad */
    const char *zone_plate; /* "DIAMETER,OUTERMOST-ZONE[,STOP]", metres */
    const char *mirrors;    /* "WIDTH,HEIGHT,FX[,FY]", metres */
    double defocus;         /* metres by which the sample is downstream of the focus */
    const char *aberrations;
} clpti_optics_values;

/* Of clpti_optics_values; ends with a NULL name. */
extern const clpt_option clpti_optics_options[];

enum { CLPTI_ABERRATIONS_MAX = 32 };

/* One term of the aberration function, factor·|coefficient|·α^order·cos(m·(φ − azimuth)), see docs/model.md. */
typedef struct clpti_aberration {
    int order, symmetry; /* power of α; m */
    double factor;
    double size, azimuth; /* metres, radians from columns towards rows */
} clpti_aberration;

typedef struct clpti_optics {
    bool rectangular;
    double semi_x, semi_y; /* semi-angles of the pupil, radians; equal for a round one */
    double stop;           /* radius of a central stop, as a fraction of the pupil's */
    double defocus;
    clpti_aberration aberrations[CLPTI_ABERRATIONS_MAX];
    int count;
} clpti_optics;

/* True if the options describe a pupil. */
bool clpti_optics_given(const clpti_optics_values *values);

/* Checks texts and combinations; without a pupil, defocus or aberrations are an error. */
clpt_status clpti_optics_check(const clpti_optics_values *values, clpt_message *message);

/* Needs the wavelength in metres, where a zone plate is given. */
clpt_status clpti_optics_parse(const clpti_optics_values *values, double wavelength, clpti_optics *optics,
                               clpt_message *message);

/* The aberration function χ in radians at angles (x, y), with the defocus. */
double clpti_optics_phase(const clpti_optics *optics, double wavelength, double x, double y);

/* Fills [side, side] complex (re, im) with the probe at the sample, its axis at [side/2, side/2]. pixel: object's, x
 * and y, in metres. A pupil beyond the detector and a spot beyond the probe's array are errors. */
clpt_status clpti_optics_probe(const clpti_optics *optics, double wavelength, const double pixel[2], int64_t side,
                               double *probe, clpt_message *message);

#endif
