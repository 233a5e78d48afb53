/* SPDX-License-Identifier: Apache-2.0 */
/* Files of images for other programs: float32 TIFF, NPY or HDF5. */
#ifndef CLPTI_IO_STACK_WRITE_H
#define CLPTI_IO_STACK_WRITE_H

#include "io/io.h"

typedef struct clpti_stack {
    int64_t count, height, width;
    const float *values;  /* [count, height, width] */
    double pixel;         /* size in metres; 0: unknown */
    const char *quantity; /* "phase" */
    const char *unit;     /* of values, "rad"; "" : none */
} clpti_stack;

/* True if the name ends in .tif, .tiff, .npy, .h5, .hdf5 or .hdf. */
bool clpti_stack_is_name(const char *path);

/* By the name's ending; [H, W] if there is one image. TIFF: a page per image, with the pixel size as ImageJ reads it.
 * NPY: values alone. HDF5: array `quantity` as the default plot of an NXentry, attribute pixel_size_m. By rename. */
clpt_status clpti_stack_write(const char *path, const clpti_stack *stack, clpt_message *message);

#endif
