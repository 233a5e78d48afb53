/* SPDX-License-Identifier: Apache-2.0 */
/* A result of `reconstruct`: an NPZ or HDF5 file, by its name, and pictures. */
#ifndef CLPTI_CLI_RESULT_H
#define CLPTI_CLI_RESULT_H

#include "cli/options.h"
#include "io/io.h"

/* Origin of a result, recorded in the file. */
typedef struct clpti_origin {
    const char *scan;                 /* the file */
    const clpti_arguments *arguments; /* every option is recorded */
    const clpt_device_info *device;
    const clpti_scan_file *data; /* beam, pixels, scan_index */
    const char *orientation;     /* changes of the scan, "none" */
    double photons;              /* mean counts per pattern */
    clpt_solver_options used;    /* values of options that were not given */
} clpti_origin;

typedef struct clpti_result {
    clpti_tensor object;                      /* C64 [H, W] */
    clpti_tensor probe;                       /* C64 [P, N, N] */
    clpti_tensor amplitude_factors;           /* F64 [count]; data NULL: not refined */
    clpti_tensor background;                  /* F64 [N, N]; data NULL: none */
    clpti_tensor opr_modes, opr_coefficients; /* C64 [J, N, N], [count, J]; data NULL: one probe for all */
    clpti_tensor used;                        /* F64 [count] 1 = the frame was used, 0 = left out */
    const double *positions;                  /* [count, 2] (x, y) patch centres in the pixels of that object */
    int64_t count;                            /* of frames in the scan, used or not */
    const double *errors;                     /* [iterations] */
    int64_t iterations;
    clpt_subpixel subpixel; /* model of fractions of a pixel */
    double pad_detector;    /* ratio of that grid to the patterns' own; 1: the same */
    double r_factor;
    double poisson; /* Σ (I − m·ln(I + 1e-8)), as clpt_loss_evaluate */
    clpti_origin origin;
} clpti_result;

/* `file` without a final ".npz", ".h5", ".hdf5", ".hdf", ".ptyr" or ".cxi", then `ending`; freed by the caller; NULL if
 * out of memory. */
char *clpti_result_path(const char *file, const char *ending);

/* Fails early if a result of that name cannot be written: see clpti_output_check and _ending; HDF5 requires a build
 * with it. */
clpt_status clpti_result_check(const char *path, clpt_message *message);

clpt_status clpti_result_write(const char *path, const clpti_result *result, clpt_message *message);
clpt_status clpti_result_write_h5(const char *path, const clpti_result *result,
                                  clpt_message *message); /* result_h5.c */
struct clpti_h5_writer;
/* Groups for viewers, with their default plot: result_nexus.c. The arrays of the result have been added. */
clpt_status clpti_result_write_plots(struct clpti_h5_writer *writer, const clpti_result *result, clpt_message *message);
/* True if the name ends in .ptyr; the groups that such a file has in addition: result_ptypy.c. */
bool clpti_result_is_ptypy(const char *path);
clpt_status clpti_result_write_ptypy(struct clpti_h5_writer *writer, const clpti_result *result, clpt_message *message);
/* Optional arrays of a result: the index-th; NULL beyond the last. Those without data are omitted. */
const clpti_tensor *clpti_result_extra(const clpti_result *result, int index, const char **name);
/* Writes the result and its pictures. If `path` cannot be written any more, for instance because the disk is full, the
 * result is written to the current directory or the one for temporary files, and the message names it.
 * result_fallback.c */
clpt_status clpti_result_save(const char *path, const clpti_result *result, clpt_message *message);

/* <stem>_object_amplitude.png, _object_phase, _object (hue and brightness), _probe_amplitude, _probe_phase, _errors;
 * probe modes side by side. */
const char *clpti_result_picture(int index); /* these endings; NULL beyond the last */
clpt_status clpti_result_pictures(const char *path, const clpti_result *result, clpt_message *message);

#endif
