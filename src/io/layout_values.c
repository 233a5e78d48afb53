/* SPDX-License-Identifier: Apache-2.0 */
/* Values at the paths of a layout: arrays, attributes, numbers with units. */
#include "io/layout_values.h"

#include <fnmatch.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"

bool clpti_layout_array(const clpti_store *store, const char *path, char name[1024])
{
    if (clpti_store_has(store, path)) return snprintf(name, 1024, "%s", path) < 1024;
    if (!strchr(path, '*')) return false;
    for (int64_t i = 0; i < clpti_store_count(store); i++) {
        clpti_store_name(store, i, name);
        if (fnmatch(path, name, FNM_PATHNAME) == 0) return true;
    }
    return false;
}

static bool attribute_of(const clpti_store *store, const char *path, char value[256])
{
    const char *at = strchr(path, '@');
    char array[1024], name[1024];
    if (!at) return false;
    snprintf(array, sizeof array, "%.*s", (int)(at - path), path);
    if (*array && !clpti_layout_array(store, array, name)) return false;
    return clpti_store_attribute(store, *array ? name : "", at + 1, value);
}

bool clpti_layout_has(const clpti_store *store, const char *path)
{
    char text[1024];
    return strchr(path, '@') ? attribute_of(store, path, text) : clpti_layout_array(store, path, text);
}

static int in_natural_order(const void *a, const void *b)
{
    return strverscmp(*(char *const *)a, *(char *const *)b);
}

void clpti_layout_names_free(char **names, int64_t count)
{
    for (int64_t i = 0; names && i < count; i++) free(names[i]);
    free(names);
}

clpt_status clpti_layout_arrays(const clpti_store *store, const char *path, char ***names, int64_t *count,
                                clpt_message *message)
{
    char name[1024];
    int64_t all = clpti_store_count(store);
    *count = 0;
    *names = clpti_calloc(all + 1, sizeof **names);
    for (int64_t i = 0; *names && i < all; i++) {
        clpti_store_name(store, i, name);
        if (strcmp(path, name) && fnmatch(path, name, FNM_PATHNAME)) continue;
        if (!((*names)[*count] = clpti_strdup(name))) {
            clpti_layout_names_free(*names, *count);
            *names = NULL;
        } else
            ++*count;
    }
    if (!*names) return clpti_fail(message, CLPT_ERROR_MEMORY, "out of memory for the names of arrays");
    qsort(*names, (size_t)*count, sizeof **names, in_natural_order);
    return CLPT_OK;
}

static clpt_status fail_number(const char *store_path, const char *path, double value, clpt_message *message)
{
    return clpti_fail(message, CLPT_ERROR_FILE,
                      "%s: '%s' is %g; it must be positive: override it with --energy EV, --distance M or "
                      "--detector-pixel M",
                      store_path, path, value);
}

static clpt_status from_array(clpti_store *store, const char *store_path, const char *name, const char *unit, bool step,
                              double *value, clpt_message *message)
{
    clpti_tensor numbers;
    clpti_quantity quantity;
    double size;
    clpti_npy_info info;
    clpt_status status = clpti_store_info(store, clpti_store_find(store, name), &info, message);
    if (status == CLPT_OK && !info.readable)
        status = clpti_fail(message, CLPT_ERROR_FILE,
                            "%s: '%s' is not a number (%s): override it with --energy EV, --distance M or "
                            "--detector-pixel M",
                            store_path, name, info.descr);
    if (status == CLPT_OK) status = clpti_unit_of(store, store_path, name, unit, &quantity, &size, message);
    if (status == CLPT_OK) status = clpti_store_read(store, name, CLPT_TYPE_F64, &numbers, message);
    if (status != CLPT_OK) return status;
    int64_t count = clpti_tensor_count(&numbers);
    const double *values = numbers.data;
    *value = count > 0 ? values[0] : NAN;
    if (step && count > 1) *value = values[1] - values[0];
    *value *= quantity == CLPTI_PIXELS && *unit ? 0 : size; /* not calibrated: unknown */
    clpti_tensor_destroy(&numbers);
    return CLPT_OK;
}

clpt_status clpti_layout_number(clpti_store *store, const char *store_path, const char *path, const char *unit,
                                bool step, double *value, clpt_message *message)
{
    char text[256], name[1024] = "";
    double factor = 1;
    clpti_quantity quantity;
    *value = 0;
    if (strchr(path, '@')) {
        if (!attribute_of(store, path, text)) return CLPT_OK;
        clpti_unit_find(unit, &quantity, &factor);
        *value = strtod(text, NULL) * factor;
    } else {
        if (!clpti_layout_array(store, path, name)) return CLPT_OK;
        clpt_status status = from_array(store, store_path, name, unit, step, value, message);
        if (status != CLPT_OK) return status;
    }
    if (!(*value >= 0 && isfinite(*value))) return fail_number(store_path, *name ? name : path, *value, message);
    return CLPT_OK;
}
