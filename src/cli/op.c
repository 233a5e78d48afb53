/* SPDX-License-Identifier: Apache-2.0 */
/* clptycho op: runs one operation of the catalogue on the arrays of an NPZ, so that any language can use the library
 * and check its results. */
#include <string.h>

#include "catalogue/catalogue.h"
#include "cli/beam.h"
#include "cli/commands.h"
#include "cli/document.h"
#include "cli/file_contents.h"
#include "cli/session.h"
#include "core/words.h"
#include "io/io.h"

typedef struct values {
    const char *in, *out;
    bool list;
    clpti_sizes sizes;
    clpti_call_options options;
    clpti_beam_values beam;
} values;

static const clpt_option options[] = {{.name = "list",
                                       .kind = CLPT_OPTION_FLAG,
                                       .offset = offsetof(values, list),
                                       .help = "list the operations, their arrays and options"},
                                      {.name = "in",
                                       .kind = CLPT_OPTION_TEXT,
                                       .value = "A.npz",
                                       .offset = offsetof(values, in),
                                       .help = "file with the input arrays"},
                                      {.name = "out",
                                       .kind = CLPT_OPTION_TEXT,
                                       .value = "B.npz",
                                       .offset = offsetof(values, out),
                                       .help = "file for the results"},
                                      {.name = NULL}};
static const clpti_option_table shared[] = {{clpti_options_of_sizes, offsetof(values, sizes), NULL},
                                            {clpti_options_of_calls, offsetof(values, options), NULL},
                                            {clpti_propagation_option_table, offsetof(values, beam.propagation), NULL},
                                            {clpti_beam_options, offsetof(values, beam), NULL},
                                            {NULL, 0, NULL}};

/* One call: arrays in the entry's order. Unused ones have no data. */
typedef struct work {
    const clpti_entry *entry;
    clpti_tensor tensors[CLPTI_ENTRY_ARRAYS];
    clpt_array views[CLPTI_ENTRY_ARRAYS];
    clpti_call call;
} work;

static bool is_result(const clpti_entry *entry, int array)
{
    return entry->arrays[array]->content == CLPTI_CONTENT_RESULT;
}

/* ---- --list ---- */

static void list_array(const clpti_entry *entry, int k, bool with_cotangent)
{
    static const char *const needs[] = {[CLPTI_NEEDED] = "",
                                        [CLPTI_NEEDED_BY_PROBE_WEIGHT] = " with --weight probe",
                                        [CLPTI_NEEDED_NEVER] = " (optional)"};
    const clpti_entry_array *a = entry->arrays[k];
    char form[64];
    if (is_result(entry, k))
        printf("    out  %s%s\n", a->name,
               with_cotangent                            ? " with cotangent"
               : a->need == CLPTI_NEEDED_BY_PROBE_WEIGHT ? needs[a->need]
                                                         : "");
    else
        printf("    in   %-11s %s%s\n", a->name, clpti_array_form(a, form),
               needs[with_cotangent ? CLPTI_NEEDED_NEVER : a->need]);
}

static void list_arrays(const clpti_entry *entry, bool results)
{
    const clpti_entry *adjoint = entry->with_gradients ? clpti_entry_adjoint(entry) : NULL;
    for (int k = 0; entry->arrays[k]; k++)
        if (is_result(entry, k) == results) list_array(entry, k, false);
    for (int k = 0; adjoint && adjoint->arrays[k]; k++)
        if (is_result(adjoint, k) == results && clpti_entry_array_index(entry, adjoint->arrays[k]->name) < 0)
            list_array(adjoint, k, true);
}

static void list_operations(void)
{
    const clpti_entry *entry;
    const clpt_option *o;
    for (size_t i = 0; (entry = clpti_entry_at(i)); i++) {
        printf("%-24s %s\n", entry->name, entry->summary);
        list_arrays(entry, false);
        list_arrays(entry, true);
        for (int k = 0; (o = clpti_command_option(&clpti_command_op, k, NULL)); ++k)
            if (clpti_word_index(entry->options, o->name) >= 0)
                printf("    --%s%s%s%s\n", o->name, o->value ? " " : "", o->value ? o->value : "",
                       entry->needed && !strcmp(entry->needed, o->name) ? " (needed)" : "");
    }
}

/* ---- the command line ---- */

static clpt_status find_operation(clpti_session *session, const clpti_entry **found)
{
    const char *names[64], *name = session->arguments->operand;
    size_t count = 0;
    if (!name) return clpti_session_usage(session, "NAME is missing; 'clptycho op --list' shows the operations");
    if ((*found = clpti_entry_find(name))) return CLPT_OK;
    for (const clpti_entry *entry; count < 64 && (entry = clpti_entry_at(count)); count++) names[count] = entry->name;
    const char *near = clpti_nearest_word(name, names, count);
    return clpti_session_usage(session, "unknown operation '%s'%s%s%s; 'clptycho op --list' shows them", name,
                               near ? " (did you mean " : "", near ? near : "", near ? "?)" : "");
}

/* Options of other operations are rejected, not ignored. */
static clpt_status check_options(clpti_session *session, const clpti_entry *entry, const values *v)
{
    const clpt_option *o;
    for (int k = 0; (o = clpti_command_option(&clpti_command_op, k, NULL)); ++k)
        if (clpti_arguments_have(session->arguments, o->name) && strcmp(o->name, "in") != 0 &&
            strcmp(o->name, "out") != 0 && clpti_word_index(entry->options, o->name) < 0)
            return clpti_session_usage(session, "%s does not support --%s; 'clptycho op --list' shows its options",
                                       entry->name, o->name);
    if (entry->needed && !clpti_arguments_have(session->arguments, entry->needed))
        return clpti_session_usage(session, "%s requires --%s", entry->name, entry->needed);
    if (!v->in || !v->out)
        return clpti_session_usage(session, "%s requires --%s", entry->name, v->in ? "out B.npz" : "in A.npz");
    return CLPT_OK;
}

/* ---- inputs ---- */

static clpt_status no_array(const char *path, clpti_npz *npz, const clpti_entry_array *array, clpt_message *message)
{
    clpti_npy_info info;
    char names[1024] = "", form[64];
    for (int64_t k = 0; k < clpti_npz_count(npz); ++k)
        if (clpti_npz_info(npz, k, &info, NULL) == CLPT_OK && strlen(names) + strlen(info.name) + 3 < sizeof names) {
            if (*names) strcat(names, ", ");
            strcat(names, info.name);
        }
    return clpti_fail(message, CLPT_ERROR_FILE, "%s: contains no array '%s' %s; it contains: %s", path, array->name,
                      clpti_array_form(array, form), names);
}

/* The number of axes, and the length of axes of pairs; the library checks the rest. */
static clpt_status check_shape(const char *path, const clpti_entry_array *array, const clpti_tensor *tensor,
                               clpt_message *message)
{
    const char *other = clpti_array_alternative(array);
    int rank = (int)strlen(array->shape);
    char form[64];
    if (tensor->rank != rank && !(other && tensor->rank == (int)strlen(other)))
        return clpti_fail(message, CLPT_ERROR_FILE, "%s: array '%s' has rank %d; it must be %s", path, array->name,
                          tensor->rank, clpti_array_form(array, form));
    if (array->kind == CLPTI_ARRAY_NUMBERS && array->shape[rank - 1] == '2' && tensor->shape[rank - 1] != 2)
        return clpti_fail(message, CLPT_ERROR_FILE, "%s: array '%s' has a last axis of %lld; it must be %s", path,
                          array->name, (long long)tensor->shape[rank - 1], clpti_array_form(array, form));
    return CLPT_OK;
}

static clpt_status read_array(const char *path, clpti_npz *npz, const clpti_entry_array *array, clpti_tensor *tensor,
                              clpt_message *message)
{
    clpt_status status = CLPT_OK;
    if (!clpti_npz_has(npz, array->name))
        return array->need == CLPTI_NEEDED_NEVER ? CLPT_OK : no_array(path, npz, array, message);
    CLPTI_TRY(array->kind == CLPTI_ARRAY_NUMBERS ? clpti_npz_read(npz, array->name, CLPT_TYPE_F64, tensor, message)
                                                 : clpti_npz_read_any(npz, array->name, tensor, message));
    if (array->kind == CLPTI_ARRAY_COMPLEX && (tensor->type == CLPT_TYPE_F32 || tensor->type == CLPT_TYPE_F64)) {
        clpt_type wide = tensor->type == CLPT_TYPE_F32 ? CLPT_TYPE_C64 : CLPT_TYPE_C128;
        clpti_tensor_destroy(tensor);
        CLPTI_TRY(clpti_npz_read(npz, array->name, wide, tensor, message));
    }
    status = check_shape(path, array, tensor, message);
cleanup:
    return status;
}

static clpt_status read_inputs(work *w, const char *path, clpti_npz *npz, clpt_message *message)
{
    for (int k = 0; w->entry->arrays[k]; k++) {
        if (is_result(w->entry, k) || !clpti_entry_uses(w->entry, k, &w->call.options)) continue;
        clpt_status status = read_array(path, npz, w->entry->arrays[k], &w->tensors[k], message);
        if (status != CLPT_OK) return status;
        if (!w->tensors[k].data) continue;
        w->views[k] = clpti_tensor_view(&w->tensors[k]);
        w->call.a[k] = &w->views[k];
        clpti_array_bind(w->entry->arrays[k], &w->views[k], &w->call.sizes);
    }
    return CLPT_OK;
}

/* ---- results ---- */

static clpt_status make_result(work *w, int k, bool wide, clpt_message *message)
{
    int64_t shape[CLPT_MAX_RANK] = {0};
    clpt_type type;
    int rank = clpti_call_result(w->entry, &w->call, k, wide, &type, shape);
    clpt_status status = clpti_tensor_create(type, rank, shape, &w->tensors[k], message);
    if (status != CLPT_OK) return status;
    w->views[k] = clpti_tensor_view(&w->tensors[k]);
    w->call.a[k] = &w->views[k];
    return CLPT_OK;
}

static clpt_status call(clpti_session *session, work *w)
{
    clpt_status status = CLPT_OK;
    bool wide = session->context && clpt_context_get_device(session->context)->type == CLPT_DEVICE_REFERENCE;
    w->call.context = session->context;
    w->call.message = &session->message;
    CLPTI_TRY(clpti_session_check(session, clpti_call_complete(w->entry, &w->call)));
    for (int k = 0; w->entry->arrays[k]; k++)
        if (is_result(w->entry, k) && clpti_entry_uses(w->entry, k, &w->call.options))
            CLPTI_TRY(make_result(w, k, wide, &session->message));
    status = clpti_call_run(w->entry, &w->call);
    if (!w->entry->host) status = clpti_session_check(session, status);
cleanup:
    return status;
}

static clpt_status write_results(clpti_npz_writer *writer, const work *w, clpt_message *message)
{
    for (int k = 0; w->entry->arrays[k]; k++) {
        const clpti_tensor *t = &w->tensors[k];
        const clpti_entry_array *a = w->entry->arrays[k];
        if (!t->data || !is_result(w->entry, k)) continue;
        clpt_status status = a->kind == CLPTI_ARRAY_INTEGERS
                                 ? clpti_npz_add_integers(writer, a->name, t->rank, t->shape, t->data, message)
                                 : clpti_npz_add(writer, a->name, t->type, t->rank, t->shape, t->data, message);
        if (status != CLPT_OK) return status;
    }
    return CLPT_OK;
}

/* ---- the command ---- */

/* The operation, and its adjoint if the file contains a cotangent and the operation supports it. */
static clpt_status read_file(const values *v, work works[2], clpt_message *message)
{
    clpt_status status = CLPT_OK;
    clpti_npz *npz = NULL;
    CLPTI_TRY(clpti_npz_open(v->in, &npz, message));
    if (works[0].entry->with_gradients && clpti_npz_has(npz, "cotangent"))
        works[1].entry = clpti_entry_adjoint(works[0].entry);
    for (int i = 0; i < 2 && works[i].entry; i++) {
        works[i].call.sizes = v->sizes;
        works[i].call.options = v->options;
        works[i].call.options.model.propagation = clpti_beam_given(&v->beam);
        CLPTI_TRY(read_inputs(&works[i], v->in, npz, message));
    }
cleanup:
    clpti_npz_close(&npz);
    return status;
}

static clpt_status write_file(const values *v, const work works[2], clpt_message *message)
{
    clpt_status status = CLPT_OK;
    clpti_npz_writer *writer = NULL;
    CLPTI_TRY(clpti_npz_create(v->out, &writer, message));
    for (int i = 0; i < 2 && works[i].entry; i++) CLPTI_TRY(write_results(writer, &works[i], message));
    status = clpti_npz_commit(&writer, message);
cleanup:
    clpti_npz_discard(&writer);
    return status;
}

static clpt_status run(clpti_session *session, const void *given)
{
    const values *v = given;
    work works[2] = {{.entry = NULL}, {.entry = NULL}};
    clpt_status status = CLPT_OK;
    if (v->list) {
        list_operations();
        return CLPT_OK;
    }
    CLPTI_TRY(find_operation(session, &works[0].entry));
    CLPTI_TRY(check_options(session, works[0].entry, v));
    CLPTI_TRY(clpti_output_check_npz(v->out, &session->message));
    CLPTI_TRY(clpti_output_refuse_overwrite(v->out, "--out", v->in, &session->message));
    CLPTI_TRY(read_file(v, works, &session->message));
    if (!works[0].entry->host) CLPTI_TRY(clpti_session_open(session));
    for (int i = 0; i < 2 && works[i].entry; i++)
        if ((status = call(session, &works[i])) != CLPT_OK) {
            clpti_message_prefix(&session->message, "%s: %s", v->in, works[0].entry->name);
            goto cleanup;
        }
    CLPTI_TRY(write_file(v, works, &session->message));
    clpti_document_output(session, v->out);
cleanup:
    for (int k = 0; k < 2 * CLPTI_ENTRY_ARRAYS; ++k)
        clpti_tensor_destroy(&works[k / CLPTI_ENTRY_ARRAYS].tensors[k % CLPTI_ENTRY_ARRAYS]);
    return status;
}

const clpti_command clpti_command_op = {
    .name = "op",
    .summary = "runs one operation on the arrays of an NPZ ('op --list' shows them)",
    .details = "Fields are written as float32 or complex64, with --device reference as float64 or complex128; losses "
               "and coordinates as float64.",
    .operand = "NAME",
    .example = "clptycho op translate --in images.npz --out moved.npz --interp nearest",
    .options = options,
    .shared = shared,
    .values_size = sizeof(values),
    .run = run};
