/* SPDX-License-Identifier: Apache-2.0 */
/* Files of networks. */
#include "cli/network_file.h"

#include <stdio.h>
#include <string.h>

#include "cli/file_contents.h"

/* Options in the file, each a number. */
typedef struct stored_option {
    const char *name;
    enum { INTEGER, REAL, CHOICE, FLAG } kind;
    size_t offset;
} stored_option;

#define AT(member) offsetof(clpt_network_options, member)
static const stored_option stored[] = {{"option.side", INTEGER, AT(side)},
                                       {"option.grid", INTEGER, AT(grid)},
                                       {"option.filters", REAL, AT(filters)},
                                       {"option.activation", CHOICE, AT(activation)},
                                       {"option.no_border", FLAG, AT(no_border)},
                                       {"option.weight", CHOICE, AT(weight)},
                                       {"option.canvas", INTEGER, AT(canvas)},
                                       {"option.scale", REAL, AT(scale)},
                                       {"option.train_scale", FLAG, AT(train_scale)},
                                       {"option.poisson_weight", REAL, AT(poisson_weight)},
                                       {"option.amplitude_weight", REAL, AT(amplitude_weight)},
                                       {"option.rate", REAL, AT(rate)},
                                       {"option.rate_min", REAL, AT(rate_min)},
                                       {"option.rate_factor", REAL, AT(rate_factor)},
                                       {"option.rate_change", REAL, AT(rate_change)},
                                       {"option.rate_patience", INTEGER, AT(rate_patience)},
                                       {"option.stop_patience", INTEGER, AT(stop_patience)},
                                       {"option.clip", REAL, AT(clip)}};
enum { STORED = sizeof stored / sizeof *stored };
_Static_assert(sizeof(clpt_activation) == sizeof(int) && sizeof(clpt_weight) == sizeof(int), "choices are ints");

static double get_option(const clpt_network_options *o, const stored_option *s)
{
    const void *at = (const char *)o + s->offset;
    switch (s->kind) {
    case INTEGER:
        return (double)*(const int64_t *)at;
    case REAL:
        return *(const double *)at;
    case CHOICE:
        return *(const int *)at;
    default:
        return *(const bool *)at;
    }
}

static void set_option(clpt_network_options *o, const stored_option *s, double value)
{
    void *at = (char *)o + s->offset;
    if (s->kind == INTEGER)
        *(int64_t *)at = (int64_t)value;
    else if (s->kind == REAL)
        *(double *)at = value;
    else if (s->kind == CHOICE)
        *(int *)at = (int)value;
    else
        *(bool *)at = value != 0;
}

/* ---- arrays of a network ---- */

enum { STATE_MEAN = 1, STATE_END = 4, ARRAYS = 128 };

/* Array `index`: the weights by name, then the rest of the state. False beyond the last. */
static bool describe(clpt_network *network, size_t index, bool state, clpt_network_array *array, char name[64],
                     size_t *state_index)
{
    size_t weights = clpt_network_get_weight_count(network);
    *state_index = 0;
    if (index < weights) {
        if (clpt_network_describe_weight(network, index, array) != CLPT_OK) return false;
        snprintf(name, 64, "%s", array->name);
        return true;
    }
    *state_index = STATE_MEAN + index - weights;
    if (!state || *state_index >= STATE_END) return false;
    if (clpt_network_describe_state(network, *state_index, array) != CLPT_OK) return false;
    snprintf(name, 64, "state.%s", array->name);
    return true;
}

static clpt_status add_arrays(clpti_npz_writer *writer, clpt_network *network, clpti_tensor *tensors,
                              clpt_message *message)
{
    clpt_status status = CLPT_OK;
    clpt_network_array a;
    char name[64];
    size_t state_index;
    for (size_t i = 0; i < ARRAYS && describe(network, i, true, &a, name, &state_index); i++) {
        CLPTI_TRY(clpti_tensor_create(a.type, a.rank, a.shape, &tensors[i], message));
        clpt_array view = clpti_tensor_view(&tensors[i]);
        status = state_index ? clpt_network_get_state(network, state_index, &view)
                             : clpt_network_get_weight(network, a.name, &view);
        if (status != CLPT_OK) return clpti_fail(message, status, "the array %s cannot be read", name);
        CLPTI_TRY(clpti_npz_add(writer, name, a.type, a.rank, a.shape, tensors[i].data, message));
    }
cleanup:
    return status;
}

clpt_status clpti_network_file_write(const char *path, const clpti_network_file *f, clpt_network *network,
                                     clpt_message *message)
{
    clpt_status status = CLPT_OK;
    clpti_npz_writer *writer = NULL;
    clpti_tensor tensors[ARRAYS] = {{0}};
    double numbers[STORED];
    const int64_t seed = (int64_t)f->seed;
    CLPTI_TRY(clpti_npz_create(path, &writer, message));
    CLPTI_TRY(add_arrays(writer, network, tensors, message));
    for (int i = 0; i < STORED; i++) {
        numbers[i] = get_option(&f->options, &stored[i]);
        CLPTI_TRY(clpti_npz_add(writer, stored[i].name, CLPT_TYPE_F64, 0, NULL, &numbers[i], message));
    }
    CLPTI_TRY(clpti_npz_add(writer, "probe", f->probe.type, f->probe.rank, f->probe.shape, f->probe.data, message));
    if (f->history.data)
        CLPTI_TRY(clpti_npz_add(writer, "history", CLPT_TYPE_F64, 2, f->history.shape, f->history.data, message));
    CLPTI_TRY(clpti_npz_add(writer, "state.progress", CLPT_TYPE_F64, 1, CLPT_SHAPE(2), f->progress, message));
    CLPTI_TRY(clpti_npz_add_integers(writer, "seed", 0, NULL, &seed, message));
    CLPTI_TRY(clpti_npz_add(writer, "groups", CLPT_TYPE_F64, 0, NULL, &f->groups, message));
    status = clpti_npz_commit(&writer, message);
cleanup:
    clpti_npz_discard(&writer);
    for (int i = 0; i < ARRAYS; i++) clpti_tensor_destroy(&tensors[i]);
    return status;
}

/* ---- reading ---- */

static clpt_status read_numbers(const char *path, clpti_npz *npz, const char *name, int64_t count, double *numbers,
                                clpt_message *message)
{
    clpti_tensor tensor = {0};
    clpt_status status = clpti_npz_read(npz, name, CLPT_TYPE_F64, &tensor, message);
    if (status == CLPT_OK && clpti_tensor_count(&tensor) != count)
        status = clpti_fail(message, CLPT_ERROR_FILE, "%s: '%s' has %lld numbers; it should have %lld", path, name,
                            (long long)clpti_tensor_count(&tensor), (long long)count);
    if (status == CLPT_OK) memcpy(numbers, tensor.data, (size_t)count * sizeof *numbers);
    clpti_tensor_destroy(&tensor);
    return status;
}

clpt_status clpti_network_file_read(const char *path, clpti_network_file *f, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    clpti_npz *npz = NULL;
    double seed = 0;
    *f = (clpti_network_file){.options = clpt_network_options_default()};
    CLPTI_TRY(clpti_npz_open(path, &npz, message));
    if (!clpti_npz_has(npz, "option.side"))
        CLPTI_TRY(clpti_fail(message, CLPT_ERROR_FILE, "%s: not a network: it contains no 'option.side'", path));
    for (int i = 0; i < STORED; i++) {
        double value = 0;
        CLPTI_TRY(read_numbers(path, npz, stored[i].name, 1, &value, message));
        if (!(value >= -1e15 && value <= 1e15))
            CLPTI_TRY(clpti_fail(message, CLPT_ERROR_FILE, "%s: '%s' is %g", path, stored[i].name, value));
        set_option(&f->options, &stored[i], value);
    }
    CLPTI_TRY(clpti_npz_read(npz, "probe", CLPT_TYPE_C64, &f->probe, message));
    if (f->probe.rank != 3)
        CLPTI_TRY(clpti_fail(message, CLPT_ERROR_FILE, "%s: 'probe' must be [modes, N, N]; its rank is %d", path,
                             f->probe.rank));
    CLPTI_TRY(read_numbers(path, npz, "state.progress", 2, f->progress, message));
    CLPTI_TRY(read_numbers(path, npz, "seed", 1, &seed, message));
    CLPTI_TRY(read_numbers(path, npz, "groups", 1, &f->groups, message));
    f->seed = (uint64_t)seed;
    if (clpti_npz_has(npz, "history")) CLPTI_TRY(clpti_npz_read(npz, "history", CLPT_TYPE_F64, &f->history, message));
    if (f->history.data && (f->history.rank != 2 || f->history.shape[1] != CLPTI_HISTORY_COLUMNS))
        CLPTI_TRY(clpti_fail(message, CLPT_ERROR_FILE, "%s: 'history' must be [epochs, %d]", path,
                             (int)CLPTI_HISTORY_COLUMNS));
cleanup:
    clpti_npz_close(&npz);
    if (status != CLPT_OK) clpti_network_file_free(f);
    return status;
}

clpt_status clpti_network_file_restore(const char *path, bool state, clpt_network *network, clpti_session *session)
{
    clpt_status status = CLPT_OK;
    clpti_npz *npz = NULL;
    clpti_tensor tensor = {0};
    clpt_network_array a;
    char name[64];
    size_t state_index;
    CLPTI_TRY(clpti_npz_open(path, &npz, &session->message));
    for (size_t i = 0; describe(network, i, state, &a, name, &state_index); i++) {
        CLPTI_TRY(clpti_npz_read(npz, name, a.type, &tensor, &session->message));
        if (tensor.rank > CLPT_MAX_RANK)
            CLPTI_TRY(clpti_fail(&session->message, CLPT_ERROR_FILE, "%s: '%s' has rank %d", path, name, tensor.rank));
        clpt_array view = clpti_tensor_view(&tensor);
        status = state_index ? clpt_network_set_state(network, state_index, &view)
                             : clpt_network_set_weight(network, a.name, &view);
        CLPTI_TRY(clpti_session_check(session, status));
        clpti_tensor_destroy(&tensor);
    }
cleanup:
    clpti_tensor_destroy(&tensor);
    clpti_npz_close(&npz);
    return status;
}

void clpti_network_file_free(clpti_network_file *f)
{
    clpti_tensor_destroy(&f->probe);
    clpti_tensor_destroy(&f->history);
}
