/* SPDX-License-Identifier: Apache-2.0 */
/* Sizes and shapes of an entry's arrays. */
#include <stdio.h>
#include <string.h>

#include "catalogue/families.h"

const clpti_entry_array clpti_array_positions = {
    .name = "positions", .shape = "S2", .kind = CLPTI_ARRAY_NUMBERS, .content = CLPTI_CONTENT_POSITIONS};
const clpti_entry_array clpti_array_d_positions = {.name = "d_positions", .shape = "S2", .kind = CLPTI_ARRAY_NUMBERS};
const clpti_entry_array clpti_array_probe = {
    .name = "probe", .shape = "PNN", .kind = CLPTI_ARRAY_COMPLEX, .content = CLPTI_CONTENT_PROBE};
const clpti_entry_array clpti_array_loss = {.name = "loss", .shape = "", .kind = CLPTI_ARRAY_NUMBERS};

/* ---- sizes ---- */

static int64_t *size_of(clpti_sizes *z, char letter)
{
    const struct {
        char letter;
        int64_t *size;
    } sizes[] = {{'B', &z->B}, {'S', &z->S}, {'G', &z->G}, {'C', &z->C}, {'P', &z->P}, {'N', &z->N},
                 {'M', &z->M}, {'H', &z->H}, {'W', &z->W}, {'T', &z->T}, {'L', &z->L}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        if (sizes[i].letter == letter) return sizes[i].size;
    return NULL;
}

int64_t clpti_size_get(const clpti_sizes *sizes, char letter)
{
    clpti_sizes z = *sizes;
    int64_t *size = size_of(&z, letter);
    if (letter == 'T' && !z.T) return z.S;
    return size ? *size : letter - '0';
}

void clpti_size_set(clpti_sizes *sizes, char letter, int64_t value)
{
    int64_t *size = size_of(sizes, letter);
    if (size) *size = value;
}

clpt_status clpti_sizes_scan(clpti_sizes *sizes, clpt_context *context, const clpt_array *positions)
{
    clpt_scan *scan = NULL;
    clpt_status status = clpt_scan_create(context, positions->data, positions->shape[0], &scan);
    if (status == CLPT_OK) status = clpt_scan_get_canvas(scan, sizes->crop, &sizes->L, NULL);
    clpt_scan_destroy(&scan);
    return status;
}

/* ---- shapes ---- */

/* Arguments with more than one shape, or whose axes need a description. */
static const struct form {
    const char *name, *alternative, *text;
} forms[] = {{"positions", NULL, "[S, 2] patch centres (x, y)"},
             {"offsets", NULL, "[G, C, 2] (x, y)"},
             {"shifts", "12", "[K, 2] (x, y), K = B, 1 or B/k"},
             {"transforms", "133", "[K, 3, 3] or [K, 8], K = B, 1 or B/k"},
             {"probe", "NN", "[P, N, N] or [N, N]"},
             {"mask", "NN", "[S, N, N] or [N, N], 1 = good"},
             {"measured", NULL, "[S, N, N] counts"}};

static const struct form *form_of(const char *name)
{
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        if (!strcmp(forms[i].name, name)) return &forms[i];
    return NULL;
}

const char *clpti_array_alternative(const clpti_entry_array *array)
{
    const struct form *form = form_of(strncmp(array->name, "d_", 2) ? array->name : array->name + 2);
    return form ? form->alternative : NULL;
}

const char *clpti_array_form(const clpti_entry_array *array, char text[64])
{
    const struct form *form = form_of(array->name);
    int rank = (int)strlen(array->shape), used = snprintf(text, 64, "[");
    if (form) {
        snprintf(text, 64, "%s", form->text);
        return text;
    }
    for (int k = 0; k < rank; k++)
        used += snprintf(text + used, 64 - (size_t)used, "%s%c", k ? ", " : "", array->shape[k]);
    snprintf(text + used, 64 - (size_t)used, "]");
    return text;
}

bool clpti_array_is_field(const clpti_entry_array *array)
{
    return array->kind == CLPTI_ARRAY_FIELD || array->kind == CLPTI_ARRAY_REAL || array->kind == CLPTI_ARRAY_COMPLEX;
}

clpt_type clpti_array_type(const clpti_entry_array *array, bool real)
{
    switch (array->kind) {
    case CLPTI_ARRAY_FIELD:
        return real ? CLPT_TYPE_F32 : CLPT_TYPE_C64;
    case CLPTI_ARRAY_REAL:
        return CLPT_TYPE_F32;
    case CLPTI_ARRAY_COMPLEX:
        return CLPT_TYPE_C64;
    case CLPTI_ARRAY_PAIRS:
        return CLPT_TYPE_C128;
    case CLPTI_ARRAY_NUMBERS:
    case CLPTI_ARRAY_INTEGERS:
        break;
    }
    return CLPT_TYPE_F64;
}

int clpti_array_shape(const clpti_entry_array *array, bool alternative, const clpti_sizes *sizes,
                      int64_t shape[CLPT_MAX_RANK])
{
    const char *letters = alternative ? clpti_array_alternative(array) : array->shape;
    int rank = (int)strlen(letters);
    for (int k = 0; k < rank; k++) shape[k] = clpti_size_get(sizes, letters[k]);
    return rank;
}

void clpti_array_bind(const clpti_entry_array *array, const clpt_array *actual, clpti_sizes *sizes)
{
    const char *letters = array->shape, *other = clpti_array_alternative(array);
    if (other && (int)strlen(letters) != actual->rank) letters = other;
    for (int k = 0; k < actual->rank && letters[k]; k++)
        if (!clpti_size_get(sizes, letters[k])) clpti_size_set(sizes, letters[k], actual->shape[k]);
}
