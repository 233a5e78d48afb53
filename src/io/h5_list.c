/* SPDX-License-Identifier: Apache-2.0 */
/* The datasets of an HDF5 file by path, through hard, soft and external links. */
#include "io/h5_list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"

enum { max_depth = 24, max_links = 200000 };

/* One visit of a file; `above` are the open groups from the root down, so that a link to one of them ends there. */
typedef struct visit {
    clpti_h5_list *list;
    hid_t above[max_depth];
    int depth;
    int64_t links;
    char prefix[1024]; /* path of the current group, with a slash at its end, or "" */
    bool short_of_memory, too_many;
} visit;

/* Appends to an array that grows at powers of two. */
static bool add_text(char ***texts, int64_t *count, const char *text)
{
    if ((*count & (*count - 1)) == 0) {
        char **grown = realloc(*texts, (size_t)(*count ? 2 * *count : 1) * sizeof *grown);
        if (!grown) return false;
        *texts = grown;
    }
    if (!((*texts)[*count] = clpti_strdup(text))) return false;
    ++*count;
    return true;
}

/* The reason reported by the innermost function of libhdf5. */
static void describe_broken(hid_t group, const char *name, const H5L_info_t *link, const char *path, char *text,
                            size_t size)
{
    char value[1024] = "", cause[256] = "";
    const char *file = NULL, *target = NULL;
    unsigned flags;
    clpti_h5_cause(cause);
    if (link->type != H5L_TYPE_HARD) {
        if (link->u.val_size < sizeof value) H5Lget_val(group, name, value, sizeof value - 1, H5P_DEFAULT);
        if (link->type == H5L_TYPE_EXTERNAL) H5Lunpack_elink_val(value, link->u.val_size, &flags, &file, &target);
    }
    if (file)
        snprintf(text, size, "'%.300s' is a link to '%.300s' in the file '%.300s', which is absent or unreadable", path,
                 target ? target : "", file);
    else if (link->type == H5L_TYPE_SOFT)
        snprintf(text, size, "'%.300s' is a link to '%.300s', which is absent or unreadable", path, value);
    else
        snprintf(text, size,
                 "'%.300s' exists, but libhdf5 %d.%d.%d cannot open it (%s): a newer version of HDF5 may have written "
                 "it; rewrite it with h5py.File(..., libver='v110') or h5repack --high=2",
                 path, H5_VERS_MAJOR, H5_VERS_MINOR, H5_VERS_RELEASE, cause);
}

static bool is_above(const visit *v, hid_t group)
{
    H5O_info_t own, other;
    if (H5Oget_info2(group, &own, H5O_INFO_BASIC) < 0) return true;
    for (int k = 0; k < v->depth; k++)
        if (H5Oget_info2(v->above[k], &other, H5O_INFO_BASIC) >= 0 && own.fileno == other.fileno &&
            own.addr == other.addr)
            return true;
    return false;
}

static herr_t take_link(hid_t group, const char *name, const H5L_info_t *link, void *user);

static herr_t take_group(visit *v, hid_t group, const char *path)
{
    size_t length = strlen(v->prefix);
    if (v->depth == max_depth || is_above(v, group)) return 0;
    snprintf(v->prefix, sizeof v->prefix, "%.*s/", (int)sizeof v->prefix - 2, path);
    v->above[v->depth++] = group;
    herr_t result = H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, NULL, take_link, v);
    v->depth--;
    v->prefix[length] = '\0';
    return result;
}

static herr_t take_link(hid_t group, const char *name, const H5L_info_t *link, void *user)
{
    visit *v = user;
    char path[1024], text[2048];
    herr_t result = 0;
    if (++v->links > max_links) {
        v->too_many = true;
        return -1;
    }
    if ((size_t)snprintf(path, sizeof path, "%s%s", v->prefix, name) + 2 > sizeof path) return 0;
    hid_t object = H5Oopen(group, name, H5P_DEFAULT);
    if (object < 0) {
        describe_broken(group, name, link, path, text, sizeof text);
        if (add_text(&v->list->broken, &v->list->broken_count, text)) return 0;
    } else if (H5Iget_type(object) == H5I_GROUP)
        result = take_group(v, object, path);
    else if (H5Iget_type(object) != H5I_DATASET || add_text(&v->list->names, &v->list->count, path))
        result = 0;
    else
        object = (H5Oclose(object), -1);
    if (object < 0) {
        v->short_of_memory = true;
        return -1;
    }
    H5Oclose(object);
    return result;
}

clpt_status clpti_h5_list_make(hid_t file, const char *path, clpti_h5_list *list, clpt_message *message)
{
    visit v = {.list = list};
    *list = (clpti_h5_list){0};
    hid_t root = H5Oopen(file, "/", H5P_DEFAULT);
    v.above[v.depth++] = root;
    herr_t result = root < 0 ? -1 : H5Literate(root, H5_INDEX_NAME, H5_ITER_INC, NULL, take_link, &v);
    clpt_status status = CLPT_OK;
    if (v.short_of_memory)
        status = clpti_fail(message, CLPT_ERROR_MEMORY, "%s: out of memory for its array names", path);
    else if (v.too_many)
        status = clpti_fail(message, CLPT_ERROR_FILE,
                            "%s: contains more than %d links, too many to search; copy the scan's groups to a file of "
                            "their own",
                            path, max_links);
    else if (result < 0)
        status = clpti_h5_fail(path, "is damaged", message);
    if (root >= 0) H5Oclose(root);
    if (status != CLPT_OK) clpti_h5_list_free(list);
    return status;
}

void clpti_h5_list_free(clpti_h5_list *list)
{
    for (int64_t i = 0; i < list->count; i++) free(list->names[i]);
    for (int64_t i = 0; i < list->broken_count; i++) free(list->broken[i]);
    free(list->names);
    free(list->broken);
    *list = (clpti_h5_list){0};
}
