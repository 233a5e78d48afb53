/* SPDX-License-Identifier: Apache-2.0 */
/* Writer of HDF5 files of named arrays. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "io/h5_internal.h"
#include "io/output.h"

struct clpti_h5_writer {
    clpti_output output;
    hid_t file;
};

clpt_status clpti_h5_create(const char *path, clpti_h5_writer **writer, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    *writer = NULL;
    clpti_h5_be_quiet();
    clpti_h5_writer *made = clpti_calloc(1, sizeof *made);
    if (!made) return clpti_fail(message, CLPT_ERROR_MEMORY, "%s: out of memory", path);
    made->file = -1;
    CLPTI_TRY(clpti_output_begin(path, &made->output, message));
    made->file = H5Fcreate(made->output.temporary, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    if (made->file < 0) CLPTI_TRY(clpti_h5_fail(path, "cannot be written", message));
cleanup:
    if (status != CLPT_OK) clpti_h5_discard(&made);
    *writer = made;
    return status;
}

/* ---- arrays ---- */

static clpt_status fail_array(const clpti_h5_writer *writer, const char *name, clpt_message *message)
{
    char what[300];
    snprintf(what, sizeof what, "array '%.200s' cannot be written", name);
    return clpti_h5_fail(writer->output.name, what, message);
}

/* Takes ownership of `type`. `name` may be a path, whose groups are created. */
static clpt_status add(clpti_h5_writer *writer, const char *name, hid_t type, int rank, const int64_t *shape,
                       const void *data, clpt_message *message)
{
    hsize_t lengths[CLPTI_TENSOR_RANK];
    bool empty = false, good = type >= 0 && rank >= 0 && rank <= CLPTI_TENSOR_RANK;
    for (int axis = 0; good && axis < rank; axis++) {
        lengths[axis] = (hsize_t)shape[axis];
        empty = empty || shape[axis] == 0;
        good = shape[axis] >= 0;
    }
    hid_t links = H5Pcreate(H5P_LINK_CREATE), space = -1, set = -1;
    good = good && links >= 0 && H5Pset_create_intermediate_group(links, 1) >= 0;
    if (good) space = rank ? H5Screate_simple(rank, lengths, NULL) : H5Screate(H5S_SCALAR);
    if (space >= 0) set = H5Dcreate2(writer->file, name, type, space, links, H5P_DEFAULT, H5P_DEFAULT);
    good = set >= 0 && (empty || H5Dwrite(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data) >= 0);
    clpt_status status = good ? CLPT_OK : fail_array(writer, name, message);
    if (set >= 0) H5Dclose(set);
    if (space >= 0) H5Sclose(space);
    if (links >= 0) H5Pclose(links);
    if (type >= 0) H5Tclose(type);
    return status;
}

clpt_status clpti_h5_add(clpti_h5_writer *writer, const char *name, clpt_type type, int rank, const int64_t *shape,
                         const void *data, clpt_message *message)
{
    return add(writer, name, clpti_h5_type(type), rank, shape, data, message);
}

clpt_status clpti_h5_add_integers(clpti_h5_writer *writer, const char *name, int64_t count, const int64_t *data,
                                  clpt_message *message)
{
    return add(writer, name, H5Tcopy(H5T_NATIVE_INT64), 1, &count, data, message);
}

clpt_status clpti_h5_add_link(clpti_h5_writer *writer, const char *name, const char *target, clpt_message *message)
{
    hid_t links = H5Pcreate(H5P_LINK_CREATE);
    bool good = links >= 0 && H5Pset_create_intermediate_group(links, 1) >= 0 &&
                H5Lcreate_hard(writer->file, target, writer->file, name, links, H5P_DEFAULT) >= 0;
    if (links >= 0) H5Pclose(links);
    return good ? CLPT_OK : fail_array(writer, name, message);
}

/* ---- attributes ---- */

/* Takes ownership of `type`. count: of a list; 0: one value. */
static clpt_status note_list(clpti_h5_writer *writer, const char *array, const char *name, hid_t type, hsize_t count,
                             const void *value, clpt_message *message)
{
    hid_t owner = array ? H5Oopen(writer->file, array, H5P_DEFAULT) : writer->file;
    hid_t space = count ? H5Screate_simple(1, &count, NULL) : H5Screate(H5S_SCALAR), attribute = -1;
    if (owner >= 0 && space >= 0 && type >= 0)
        attribute = H5Acreate2(owner, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    bool good = attribute >= 0 && H5Awrite(attribute, type, value) >= 0;
    clpt_status status = good ? CLPT_OK : fail_array(writer, name, message);
    if (attribute >= 0) H5Aclose(attribute);
    if (space >= 0) H5Sclose(space);
    if (type >= 0) H5Tclose(type);
    if (array && owner >= 0) H5Oclose(owner);
    return status;
}

static clpt_status note(clpti_h5_writer *writer, const char *array, const char *name, hid_t type, const void *value,
                        clpt_message *message)
{
    return note_list(writer, array, name, type, 0, value, message);
}

/* Variable-length UTF-8; negative: failed. */
static hid_t text_type(void)
{
    hid_t type = H5Tcopy(H5T_C_S1);
    if (type < 0 || (H5Tset_size(type, H5T_VARIABLE) >= 0 && H5Tset_cset(type, H5T_CSET_UTF8) >= 0)) return type;
    H5Tclose(type);
    return -1;
}

clpt_status clpti_h5_note_text(clpti_h5_writer *writer, const char *array, const char *name, const char *text,
                               clpt_message *message)
{
    return note(writer, array, name, text_type(), &text, message);
}

clpt_status clpti_h5_note_texts(clpti_h5_writer *writer, const char *array, const char *name, int64_t count,
                                const char *const *texts, clpt_message *message)
{
    return note_list(writer, array, name, text_type(), (hsize_t)count, texts, message);
}

clpt_status clpti_h5_note_real(clpti_h5_writer *writer, const char *array, const char *name, double value,
                               clpt_message *message)
{
    return note(writer, array, name, H5Tcopy(H5T_NATIVE_DOUBLE), &value, message);
}

clpt_status clpti_h5_note_integer(clpti_h5_writer *writer, const char *array, const char *name, int64_t value,
                                  clpt_message *message)
{
    return note(writer, array, name, H5Tcopy(H5T_NATIVE_INT64), &value, message);
}

clpt_status clpti_h5_note_flag(clpti_h5_writer *writer, const char *array, const char *name, bool value,
                               clpt_message *message)
{
    const signed char words[2] = {0, 1}, word = words[value];
    hid_t type = H5Tenum_create(H5T_NATIVE_INT8);
    if (type < 0 || H5Tenum_insert(type, "FALSE", words) < 0 || H5Tenum_insert(type, "TRUE", words + 1) < 0)
        return fail_array(writer, name, message);
    return note(writer, array, name, type, &word, message);
}

/* ---- commit ---- */

clpt_status clpti_h5_commit(clpti_h5_writer **writer, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    clpti_h5_writer *w = *writer;
    herr_t closed = H5Fclose(w->file);
    w->file = -1;
    if (closed < 0) CLPTI_TRY(clpti_h5_fail(w->output.name, "cannot be written", message));
    status = clpti_output_commit(&w->output, message);
cleanup:
    clpti_h5_discard(writer);
    return status;
}

void clpti_h5_discard(clpti_h5_writer **writer)
{
    clpti_h5_writer *w = writer ? *writer : NULL;
    if (!w) return;
    if (w->file >= 0) H5Fclose(w->file);
    clpti_output_discard(&w->output);
    free(w);
    *writer = NULL;
}
