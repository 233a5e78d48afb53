/* SPDX-License-Identifier: Apache-2.0 */
/* HDF5 as a store: every numeric dataset, by its path. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "io/h5_list.h"
#include "io/h5_virtual.h"
#include "io/store.h"

typedef struct h5_file {
    char *path;
    hid_t file;
    clpti_h5_list list;
} h5_file;

static void h5_close(void *file)
{
    h5_file *f = file;
    if (!f) return;
    clpti_h5_list_free(&f->list);
    if (f->file >= 0) H5Fclose(f->file);
    free(f->path);
    free(f);
}

/* A file may still be written by another program, which then must do so for readers (SWMR). */
static hid_t open_file(const char *path)
{
    hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    return file >= 0 ? file : H5Fopen(path, H5F_ACC_RDONLY | H5F_ACC_SWMR_READ, H5P_DEFAULT);
}

static clpt_status fail_open(const char *path, clpt_message *message)
{
    char cause[256];
    clpti_h5_cause(cause);
    bool written = strstr(cause, "lock file") || strstr(cause, "open for write") || strstr(cause, "SWMR");
    return written ? clpti_fail(message, CLPT_ERROR_FILE,
                                "%s: another program is writing this file (%s): wait until it has closed it, or copy "
                                "the file; if its writer crashed, run 'h5clear -s' on it",
                                path, cause)
                   : clpti_h5_fail(path, "is damaged or unreadable", message);
}

static clpt_status h5_open(const char *path, void **file, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    *file = NULL;
    clpti_h5_be_quiet();
    h5_file *f = clpti_calloc(1, sizeof *f);
    if (!f) return clpti_fail(message, CLPT_ERROR_MEMORY, "%s: out of memory", path);
    f->file = -1;
    if (!(f->path = clpti_strdup(path))) CLPTI_TRY(clpti_fail(message, CLPT_ERROR_MEMORY, "%s: out of memory", path));
    clpti_h5_register_filters();
    f->file = open_file(path);
    if (f->file < 0) CLPTI_TRY(fail_open(path, message));
    CLPTI_TRY(clpti_h5_list_make(f->file, path, &f->list, message));
    *file = f;
    f = NULL;
cleanup:
    h5_close(f);
    return status;
}

static int64_t h5_count(const void *file)
{
    return ((const h5_file *)file)->list.count;
}

static int64_t h5_find(const void *file, const char *name)
{
    const h5_file *f = file;
    for (int64_t i = 0; i < f->list.count; i++)
        if (!strcmp(f->list.names[i], name)) return i;
    return -1;
}

/* ---- one dataset ---- */

typedef struct dataset {
    hid_t set, type, space;
    clpti_npy_info info;
    size_t bytes; /* of a real number in the file */
} dataset;

static void close_dataset(dataset *d)
{
    if (d->space >= 0) H5Sclose(d->space);
    if (d->type >= 0) H5Tclose(d->type);
    if (d->set >= 0) H5Dclose(d->set);
}

/* "<f8", in NumPy's notation. */
static void describe_number(hid_t type, char kind, clpti_npy_info *info, size_t *bytes)
{
    char order = H5Tget_order(type) == H5T_ORDER_BE ? '>' : '<';
    *bytes = H5Tget_size(type);
    size_t real = kind == 'c' ? *bytes / 2 : *bytes;
    snprintf(info->descr, sizeof info->descr, "%c%c%zu", *bytes == 1 ? '|' : order, kind, *bytes);
    info->readable = real == 1 || real == 2 || real == 4 || real == 8 || real == 16; /* libhdf5 converts any size */
}

/* A compound of two floating-point numbers, r and i or real and imag. */
static bool is_complex(hid_t type)
{
    if (H5Tget_nmembers(type) != 2) return false;
    bool good = true;
    for (unsigned k = 0; k < 2; k++) {
        char *name = H5Tget_member_name(type, k);
        good = good && name && name[0] == "ri"[k] && H5Tget_member_class(type, k) == H5T_FLOAT;
        H5free_memory(name);
    }
    return good;
}

static void describe_type(hid_t type, clpti_npy_info *info, size_t *bytes)
{
    H5T_class_t class = H5Tget_class(type);
    if (class == H5T_FLOAT) {
        describe_number(type, 'f', info, bytes);
    } else if (class == H5T_INTEGER) {
        describe_number(type, H5Tget_sign(type) == H5T_SGN_NONE ? 'u' : 'i', info, bytes);
        info->is_integer = true;
    } else if (class == H5T_ENUM) { /* h5py's bool */
        describe_number(type, 'b', info, bytes);
        info->is_integer = true;
    } else if (class == H5T_COMPOUND && is_complex(type)) {
        describe_number(type, 'c', info, bytes);
        info->is_complex = true;
        *bytes /= 2;
    } else {
        snprintf(info->descr, sizeof info->descr, "%s", class == H5T_STRING ? "text" : "other");
    }
}

static clpt_status open_dataset(const h5_file *f, const char *name, dataset *d, clpt_message *message)
{
    char what[300];
    hsize_t lengths[H5S_MAX_RANK];
    snprintf(what, sizeof what, "array '%.200s' cannot be read", name);
    *d = (dataset){.set = H5Dopen2(f->file, name, H5P_DEFAULT), .type = -1, .space = -1};
    if (d->set >= 0) d->type = H5Dget_type(d->set);
    if (d->set >= 0) d->space = H5Dget_space(d->set);
    int rank = d->space >= 0 ? H5Sget_simple_extent_ndims(d->space) : -1;
    if (d->type < 0 || rank < 0 || H5Sget_simple_extent_dims(d->space, lengths, NULL) < 0)
        return clpti_h5_fail(f->path, what, message);
    snprintf(d->info.name, sizeof d->info.name, "%s", name);
    clpti_text_clean(d->info.name, false);
    describe_type(d->type, &d->info, &d->bytes);
    d->info.rank = rank <= CLPTI_TENSOR_RANK ? rank : CLPTI_TENSOR_RANK;
    d->info.readable = d->info.readable && rank <= CLPTI_TENSOR_RANK && H5Sget_simple_extent_type(d->space) != H5S_NULL;
    for (int axis = 0; axis < d->info.rank; axis++) d->info.shape[axis] = (int64_t)lengths[axis];
    return CLPT_OK;
}

static clpt_status h5_info(void *file, int64_t index, clpti_npy_info *info, clpt_message *message)
{
    const h5_file *f = file;
    dataset d;
    *info = (clpti_npy_info){0};
    if (index < 0 || index >= f->list.count)
        return clpti_fail(message, CLPT_ERROR_ARGUMENT, "%s: there is no array with index %lld", f->path,
                          (long long)index);
    clpt_status status = open_dataset(f, f->list.names[index], &d, message);
    if (status == CLPT_OK) *info = d.info;
    close_dataset(&d);
    return status;
}

/* ---- data ---- */

static clpt_status fail_missing(const h5_file *f, const char *name, clpt_message *message)
{
    char list[1024] = "", broken[2048] = "";
    size_t used = 0, length = strlen(name);
    for (int64_t i = 0; i < f->list.broken_count; i++)
        if (!strncmp(f->list.broken[i] + 1, name, length) && f->list.broken[i][1 + length] == '\'')
            return clpti_fail(message, CLPT_ERROR_FILE, "%s: array %s", f->path, f->list.broken[i]);
    for (int64_t i = 0; i < f->list.count && used + 300 < sizeof list; i++)
        used += (size_t)snprintf(list + used, sizeof list - used, "%s%.250s", i ? ", " : "", f->list.names[i]);
    for (int64_t i = 0; i < f->list.broken_count && i < 3; i++)
        snprintf(broken + strlen(broken), sizeof broken - strlen(broken), "; %.600s", f->list.broken[i]);
    return clpti_fail(message, CLPT_ERROR_FILE, "%s: array '%s' is missing%s; the file contains: %s", f->path, name,
                      broken, *list ? list : "nothing");
}

static clpt_type nearest_type(const dataset *d)
{
    bool single = d->bytes < 8 && !d->info.is_integer;
    if (d->info.is_complex) return single ? CLPT_TYPE_C64 : CLPT_TYPE_C128;
    return single ? CLPT_TYPE_F32 : CLPT_TYPE_F64;
}

/* Expands real numbers at the start of complex memory in place, starting from the last. */
static void widen(clpti_tensor *tensor)
{
    int64_t count = clpti_tensor_count(tensor);
    for (int64_t i = count - 1; i >= 0; i--)
        if (tensor->type == CLPT_TYPE_C64) {
            ((float *)tensor->data)[2 * i] = ((float *)tensor->data)[i];
            ((float *)tensor->data)[2 * i + 1] = 0;
        } else {
            ((double *)tensor->data)[2 * i] = ((double *)tensor->data)[i];
            ((double *)tensor->data)[2 * i + 1] = 0;
        }
}

/* Memory for an array that was never written is a risk: a file of a few hundred bytes may claim any size. */
static clpt_status check_written(const h5_file *f, const dataset *d, clpt_message *message)
{
    static const int64_t harmless = INT64_C(256) << 20;
    int64_t bytes = (int64_t)d->bytes;
    bool large = false;
    for (int axis = 0; axis < d->info.rank && !large; axis++)
        large = !clpti_multiply(bytes, d->info.shape[axis], &bytes) || bytes > harmless;
    for (int axis = 0; axis < d->info.rank; axis++) large = large && d->info.shape[axis] > 0;
    hid_t how = large ? H5Dget_create_plist(d->set) : -1;
    bool stored = how < 0 || H5Pget_layout(how) == H5D_VIRTUAL || H5Pget_external_count(how) > 0 ||
                  H5Dget_storage_size(d->set) > 0;
    if (how >= 0) H5Pclose(how);
    if (stored) return CLPT_OK;
    return clpti_fail(message, CLPT_ERROR_FILE,
                      "%s: nothing was ever written to array '%.200s': was its acquisition interrupted? --crop N reads "
                      "the centre of frames only",
                      f->path, d->info.name);
}

/* A dataset may be compressed with a plugin that is not installed. */
static clpt_status fail_read(const h5_file *f, const dataset *d, clpt_message *message)
{
    char what[300], name[64];
    unsigned flags, config;
    hid_t how = H5Dget_create_plist(d->set);
    clpt_status status = CLPT_OK;
    for (int k = 0; status == CLPT_OK && how >= 0 && k < H5Pget_nfilters(how); k++) {
        size_t none = 0;
        *name = '\0';
        H5Z_filter_t filter = H5Pget_filter2(how, (unsigned)k, &flags, &none, NULL, sizeof name, name, &config);
        if (filter >= 0 && H5Zfilter_avail(filter) <= 0)
            status = clpti_fail(
                message, CLPT_ERROR_FILE,
                "%s: array '%.200s' is compressed with HDF5 filter %d (%s), which is not installed: set "
                "HDF5_PLUGIN_PATH to the folder of its plugin%s, or rewrite the file with gzip or no compression",
                f->path, d->info.name, (int)filter, *name ? name : "unnamed",
                filter == 32000 ? " (Debian: hdf5-plugin-lzf), rebuild clptycho with liblzf-dev" : "");
    }
    if (how >= 0) H5Pclose(how);
    if (status != CLPT_OK) return status;
    snprintf(what, sizeof what, "array '%.200s' cannot be read", d->info.name);
    return clpti_h5_fail(f->path, what, message);
}

static clpt_status read_data(const h5_file *f, const dataset *d, clpt_type type, clpti_tensor *tensor,
                             clpt_message *message)
{
    clpt_status status = CLPT_OK;
    char what[300];
    bool complex = type == CLPT_TYPE_C64 || type == CLPT_TYPE_C128;
    clpt_type read_as = complex && !d->info.is_complex ? (type == CLPT_TYPE_C64 ? CLPT_TYPE_F32 : CLPT_TYPE_F64) : type;
    hid_t memory = -1;
    snprintf(what, sizeof what, "array '%.200s'", d->info.name);
    if (!d->info.readable)
        CLPTI_TRY(clpti_fail(message, CLPT_ERROR_FILE, "%s: %s has a type that cannot be read as numbers (%s)", f->path,
                             what, d->info.descr));
    if (d->info.is_complex && !complex)
        CLPTI_TRY(clpti_fail(message, CLPT_ERROR_FILE, "%s: %s has complex numbers (%s) where real ones are required",
                             f->path, what, d->info.descr));
    CLPTI_TRY(check_written(f, d, message));
    status = clpti_tensor_create(type, d->info.rank, d->info.shape, tensor, message);
    if (status != CLPT_OK) clpti_message_prefix(message, "%s: %s", f->path, what);
    CLPTI_TRY(status);
    memory = clpti_h5_type(read_as);
    CLPTI_TRY(clpti_h5_check_sources(d->set, f->path, d->info.name, message));
    if (memory < 0 ||
        (clpti_tensor_count(tensor) > 0 && H5Dread(d->set, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, tensor->data) < 0))
        CLPTI_TRY(fail_read(f, d, message));
    if (read_as != type) widen(tensor);
cleanup:
    if (memory >= 0) H5Tclose(memory);
    if (status != CLPT_OK) clpti_tensor_destroy(tensor);
    return status;
}

static clpt_status h5_read(void *file, const char *name, const clpt_type *type, clpti_tensor *tensor,
                           clpt_message *message)
{
    const h5_file *f = file;
    dataset d;
    *tensor = (clpti_tensor){0};
    if (h5_find(f, name) < 0) return fail_missing(f, name, message);
    clpt_status status = open_dataset(f, name, &d, message);
    if (status == CLPT_OK) status = read_data(f, &d, type ? *type : nearest_type(&d), tensor, message);
    close_dataset(&d);
    return status;
}

/* ---- attributes of the root ---- */

static void note_text(hid_t attribute, hid_t type, char value[256])
{
    if (H5Tis_variable_str(type) > 0) {
        char *text = NULL;
        hid_t memory = H5Tcopy(type);
        if (H5Aread(attribute, memory, &text) >= 0 && text) snprintf(value, 256, "%s", text);
        H5free_memory(text);
        H5Tclose(memory);
    } else if (H5Tget_size(type) < 256 && H5Aread(attribute, type, value) >= 0) {
        value[H5Tget_size(type)] = '\0';
    }
}

static void note_value(hid_t attribute, char value[256])
{
    hid_t type = H5Aget_type(attribute), space = H5Aget_space(attribute);
    H5T_class_t class = H5Tget_class(type);
    double number = 0;
    memset(value, 0, 256);
    bool scalar = H5Sget_simple_extent_npoints(space) == 1;
    if (scalar && class == H5T_STRING)
        note_text(attribute, type, value);
    else if (scalar && (class == H5T_FLOAT || class == H5T_INTEGER || class == H5T_ENUM) &&
             H5Aread(attribute, H5T_NATIVE_DOUBLE, &number) >= 0)
        snprintf(value, 256, "%.10g", number);
    H5Sclose(space);
    H5Tclose(type);
}

static bool h5_note(void *file, int64_t index, char name[256], char value[256])
{
    const h5_file *f = file;
    hid_t attribute =
        index >= 0 ? H5Aopen_by_idx(f->file, ".", H5_INDEX_NAME, H5_ITER_INC, (hsize_t)index, H5P_DEFAULT, H5P_DEFAULT)
                   : -1;
    if (attribute < 0) return false;
    if (H5Aget_name(attribute, 256, name) < 0) name[0] = '\0';
    note_value(attribute, value);
    clpti_text_clean(name, false);
    clpti_text_clean(value, false);
    H5Aclose(attribute);
    return true;
}

static void h5_name(const void *file, int64_t index, char name[1024])
{
    snprintf(name, 1024, "%s", ((const h5_file *)file)->list.names[index]);
    for (; *name; name++)
        if ((unsigned char)*name < 32 || *name == 127) *name = '?';
}

static bool h5_attribute(const void *file, const char *array, const char *name, char value[256])
{
    const h5_file *f = file;
    const char *object = *array ? array : "/";
    if (H5Aexists_by_name(f->file, object, name, H5P_DEFAULT) <= 0) return false;
    hid_t attribute = H5Aopen_by_name(f->file, object, name, H5P_DEFAULT, H5P_DEFAULT);
    if (attribute < 0) return false;
    note_value(attribute, value);
    H5Aclose(attribute);
    return *value;
}

static const char *h5_broken(const void *file, int64_t index)
{
    const h5_file *f = file;
    return index < f->list.broken_count ? f->list.broken[index] : NULL;
}

/* One frame of an open dataset. */
static herr_t read_window(const dataset *d, int64_t frame, const int64_t rows[2], const int64_t columns[2], float *to)
{
    int rank = d->info.rank;
    hsize_t start[CLPTI_TENSOR_RANK], count[CLPTI_TENSOR_RANK];
    for (int axis = rank - 3; axis >= 0; axis--) {
        start[axis] = (hsize_t)(frame % d->info.shape[axis]);
        frame /= d->info.shape[axis];
        count[axis] = 1;
    }
    start[rank - 2] = (hsize_t)rows[0];
    count[rank - 2] = (hsize_t)rows[1];
    start[rank - 1] = (hsize_t)columns[0];
    count[rank - 1] = (hsize_t)columns[1];
    hid_t memory = H5Screate_simple(2, count + rank - 2, NULL);
    herr_t result = -1;
    if (memory >= 0 && H5Sselect_hyperslab(d->space, H5S_SELECT_SET, start, NULL, count, NULL) >= 0)
        result = H5Dread(d->set, H5T_NATIVE_FLOAT, memory, d->space, H5P_DEFAULT, to);
    if (memory >= 0) H5Sclose(memory);
    return result;
}

static clpt_status h5_read_frame(void *file, const char *name, int64_t frame, const int64_t rows[2],
                                 const int64_t columns[2], float *to, clpt_message *message)
{
    const h5_file *f = file;
    dataset d;
    clpt_status status = open_dataset(f, name, &d, message);
    if (status == CLPT_OK && (!d.info.readable || d.info.is_complex || d.info.rank < 2))
        status = clpti_fail(message, CLPT_ERROR_FILE, "%s: array '%.200s' (%s) has no frames of real numbers", f->path,
                            name, d.info.descr);
    if (status == CLPT_OK && frame == 0) status = clpti_h5_check_sources(d.set, f->path, name, message);
    if (status == CLPT_OK && read_window(&d, frame, rows, columns, to) < 0) status = fail_read(f, &d, message);
    close_dataset(&d);
    return status;
}

const clpti_store_format clpti_store_hdf5 = {.name = "HDF5",
                                             .open = h5_open,
                                             .close = h5_close,
                                             .count = h5_count,
                                             .info = h5_info,
                                             .find = h5_find,
                                             .read = h5_read,
                                             .note = h5_note,
                                             .name_of = h5_name,
                                             .attribute = h5_attribute,
                                             .broken = h5_broken,
                                             .read_frame = h5_read_frame};
