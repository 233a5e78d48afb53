/* SPDX-License-Identifier: Apache-2.0 */
/* Options of `reconstruct` beside those of a solver (src/solve/option_table.c) of the beam and of reading a scan. */
#include "cli/grid.h"
#include "cli/reconstruct.h"

typedef clpti_reconstruct_values values;

const clpt_option clpti_reconstruct_options[] = {
    {.name = "probe",
     .group = "start",
     .kind = CLPT_OPTION_TEXT,
     .value = "KIND",
     .offset = offsetof(values, probe),
     .flags = CLPTI_OPTION_SOURCE,
     .help =
         "starting probe: file (the scan's), mean (root of the mean pattern, flat phase, propagated to the sample), "
         "disc:R, gaussian:S (radius, standard deviation in pixels), defocus:R[,A] (defocused lens: spot of radius "
         "R, pupil of A detector pixels), or the path of a result or scan (default: the scan's, else mean)"},
    {.name = "probe-scale",
     .group = "start",
     .kind = CLPT_OPTION_CHOICE,
     .value = "auto|data|file",
     .offset = offsetof(values, probe_scale),
     .default_text = "auto",
     .help =
         "scale of the starting probe: data (its power becomes the mean count of a pattern), file (unchanged), auto "
         "(unchanged where its power is half to four times that count, else data)"},
    {.name = "modes",
     .group = "start",
     .kind = CLPT_OPTION_INTEGER,
     .value = "P",
     .offset = offsetof(values, modes),
     .minimum = 1,
     .maximum = 1000,
     .help = "number of incoherent probe modes (default: those of the starting probe)"},
    {.name = "object",
     .group = "start",
     .kind = CLPT_OPTION_TEXT,
     .value = "KIND",
     .offset = offsetof(values, object),
     .default_text = "flat",
     .flags = CLPTI_OPTION_SOURCE,
     .help = "starting object: flat (ones), random (phases from the seed), file (the scan's objectGuess, positions "
             "unchanged), or the path of a result or scan, with its positions"},
    {.name = "object-from-file",
     .group = "start",
     .kind = CLPT_OPTION_FLAG,
     .offset = offsetof(values, object_from_file),
     .flags = CLPTI_OPTION_SOURCE,
     .help = "same as --object file"},
    {.name = "background",
     .group = "data",
     .kind = CLPT_OPTION_TEXT,
     .value = "FILE",
     .offset = offsetof(values, background),
     .flags = CLPTI_OPTION_SOURCE,
     .help =
         "additive background, in counts: array 'background' of this file, a scan or a result; none: ignore that of "
         "the scan"},
    {.name = "pad-detector",
     .group = "data",
     .kind = CLPT_OPTION_REAL,
     .value = "F",
     .offset = offsetof(values, pad_detector),
     .minimum = 1,
     .maximum = CLPTI_PAD_DETECTOR_MAX,
     .help = "frame patterns by free pixels to F times their side: object and waves on a grid F times as fine, where "
             "waves that leave the detector do not wrap around; the far field only (default: 2 where there is light "
             "at the detector's edge that a trial on the middle of the scan explains better so, else 1)"},
    {.name = "orientation",
     .group = "data",
     .kind = CLPT_OPTION_TEXT,
     .value = "auto|LIST",
     .offset = offsetof(values, orientation),
     .default_text = "none",
     .help = "flip or transpose between scan axes and detector axes: auto (tried on the middle of the scan), or a "
             "comma-separated list of transpose, flip-x, flip-y (positions), pattern-transpose, pattern-flip-x, "
             "pattern-flip-y"},
    {.name = "iterations",
     .group = "running",
     .kind = CLPT_OPTION_INTEGER,
     .value = "N",
     .offset = offsetof(values, iterations),
     .minimum = 1,
     .maximum = 1e6,
     .default_text = "64",
     .flags = CLPTI_OPTION_LENGTH,
     .help = "number of iterations; each uses every pattern once"},
    {.name = "out",
     .group = "running",
     .kind = CLPT_OPTION_TEXT,
     .value = "FILE",
     .offset = offsetof(values, out),
     .flags = CLPTI_OPTION_OUTPUT,
     .alias = "output",
     .help = "result, an NPZ file, or HDF5 if its name ends in .h5, with pictures beside it (default: the scan's name "
             "with _reconstruction.npz)"},
    {.name = "checkpoint",
     .group = "running",
     .kind = CLPT_OPTION_INTEGER,
     .value = "K",
     .unit = "iterations",
     .offset = offsetof(values, checkpoint),
     .minimum = 1,
     .maximum = 1e6,
     .flags = CLPTI_OPTION_OUTPUT,
     .help = "write a checkpoint beside the result every K iterations"},
    {.name = "resume",
     .group = "running",
     .kind = CLPT_OPTION_TEXT,
     .value = "FILE",
     .offset = offsetof(values, resume),
     .flags = CLPTI_OPTION_OUTPUT,
     .help = "resume from this checkpoint of the same scan and options, with the bits of an uninterrupted run"},
    {.name = "dump",
     .group = "running",
     .kind = CLPT_OPTION_TEXT,
     .value = "DIR",
     .offset = offsetof(values, dump),
     .flags = CLPTI_OPTION_OUTPUT,
     .help = "write the start, its first patterns' stages, and object, probe and errors into a folder for 'parity'"},
    {.name = NULL}};

const clpti_option_table clpti_reconstruct_shared[] = {
    {clpti_solver_option_table, offsetof(values, solver), NULL},
    {clpti_propagation_option_table, offsetof(values, beam.propagation), NULL},
    {clpti_beam_options, offsetof(values, beam), NULL},
    {clpti_scan_value_options, offsetof(values, reading), NULL},
    {NULL, 0, NULL}};
