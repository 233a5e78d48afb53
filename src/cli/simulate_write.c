/* SPDX-License-Identifier: Apache-2.0 */
/* The scan file written by `simulate`. */
#include <stdlib.h>

#include "cli/fraction_model.h"
#include "cli/simulate.h"
#include "core/memory.h"

static clpt_status add_tensor(clpti_npz_writer *writer, const char *name, const clpti_tensor *t, clpt_message *message)
{
    int skip = t->rank == 3 && t->shape[0] == 1; /* one mode is [N, N], by the contract */
    return clpti_npz_add(writer, name, t->type, t->rank - skip, t->shape + skip, t->data, message);
}

/* x or y of pairs as a column. */
static void split(const double *pairs, int64_t count, int axis, double *column)
{
    for (int64_t k = 0; k < count; ++k) column[k] = pairs[2 * k + axis];
}

typedef struct columns {
    const char *x, *y;
    const double *pairs; /* NULL: not written */
} columns;

static clpt_status add_columns(clpti_npz_writer *writer, const columns *c, int64_t count, double *capacity,
                               clpt_message *message)
{
    split(c->pairs, count, 0, capacity);
    split(c->pairs, count, 1, capacity + count);
    clpt_status status = clpti_npz_add(writer, c->x, CLPT_TYPE_F64, 1, &count, capacity, message);
    return status == CLPT_OK ? clpti_npz_add(writer, c->y, CLPT_TYPE_F64, 1, &count, capacity + count, message)
                             : status;
}

/* True values of everything that the options made erroneous. */
static clpt_status add_truth(clpti_npz_writer *writer, const clpti_simulation *j, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    if (j->v->background > 0)
        CLPTI_TRY(clpti_npz_add(writer, "background_true", CLPT_TYPE_F64, 0, NULL, &j->v->background, message));
    if (j->intensity)
        CLPTI_TRY(clpti_npz_add(writer, "intensity_true", CLPT_TYPE_F64, 1, &j->parts.count, j->intensity, message));
    if (j->motion)
        CLPTI_TRY(
            clpti_npz_add(writer, "motion_true", CLPT_TYPE_F64, 2, CLPT_SHAPE(j->parts.count, 2), j->motion, message));
    if (j->slices.data) CLPTI_TRY(add_tensor(writer, "slices_true", &j->slices, message));
cleanup:
    return status;
}

clpt_status clpti_simulate_write(const clpti_simulation *j)
{
    clpt_message *message = &j->session->message;
    const clpti_file_contents *parts = &j->parts;
    int64_t shape[3] = {parts->count, parts->probe.shape[1], parts->probe.shape[2]};
    const columns lists[] = {{"xcoords", "ycoords", j->reported ? j->reported : parts->positions},
                             {"xcoords_start", "ycoords_start", j->nominal ? j->nominal : parts->positions},
                             {"xcoords_true", "ycoords_true", j->reported ? parts->positions : NULL}};
    enum { list_count = sizeof lists / sizeof *lists };
    clpti_npz_writer *writer = NULL;
    clpt_status status = CLPT_OK;
    double *capacity = clpti_malloc(parts->count, 2 * list_count * sizeof *capacity); /* until commit */
    int64_t *scan_index = clpti_calloc(parts->count, sizeof *scan_index);             /* all zeros: one scan */
    if (!capacity || !scan_index)
        CLPTI_TRY(clpti_fail(message, CLPT_ERROR_MEMORY, "no memory for %lld positions", (long long)parts->count));
    CLPTI_TRY(clpti_npz_create(j->v->out, &writer, message));
    CLPTI_TRY(clpti_npz_add(writer, "diff3d", CLPT_TYPE_F32, 3, shape, j->amplitude, message));
    for (int k = 0; k < list_count; ++k)
        if (lists[k].pairs)
            CLPTI_TRY(add_columns(writer, &lists[k], parts->count, capacity + 2 * k * parts->count, message));
    CLPTI_TRY(clpti_npz_add_integers(writer, "scan_index", 1, shape, scan_index, message));
    CLPTI_TRY(add_tensor(writer, "probeGuess", &parts->probe, message));
    CLPTI_TRY(add_tensor(writer, "objectGuess", &parts->object, message));
    if (parts->mask.data)
        CLPTI_TRY(clpti_npz_add(writer, "mask", CLPT_TYPE_F32, parts->mask.rank, parts->mask.shape, parts->mask.data,
                                message));
    const double subpixel = clpti_fraction_number(j->v->solver.subpixel);
    if (!clpti_simulate_is_fine(j))
        CLPTI_TRY(clpti_npz_add(writer, "subpixel", CLPT_TYPE_F64, 0, NULL, &subpixel, message));
    CLPTI_TRY(add_truth(writer, j, message));
    status = clpti_npz_commit(&writer, message);
cleanup:
    clpti_npz_discard(&writer);
    free(capacity);
    free(scan_index);
    return status;
}
