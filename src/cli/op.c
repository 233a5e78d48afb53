/* SPDX-License-Identifier: Apache-2.0 */
/* clptycho op: one operation on the arrays of an NPZ, so that any language can drive the library and check its results.
 */
#include "cli/op.h"

#include <string.h>

#include "cli/commands.h"
#include "core/words.h"

static const clpt_option options[] = {
    {.name = "list",
     .kind = CLPT_OPTION_FLAG,
     .offset = offsetof(clpti_op_values, list),
     .help = "the operations, their arrays and options"},
    {.name = "in",
     .kind = CLPT_OPTION_TEXT,
     .value = "A.npz",
     .offset = offsetof(clpti_op_values, in),
     .help = "file with the input arrays"},
    {.name = "out",
     .kind = CLPT_OPTION_TEXT,
     .value = "B.npz",
     .offset = offsetof(clpti_op_values, out),
     .help = "file for the results"},
    {.name = "interp",
     .kind = CLPT_OPTION_CHOICE,
     .value = "bilinear|nearest",
     .offset = offsetof(clpti_op_values, interpolation),
     .default_text = "bilinear",
     .help = "interpolation"},
    {.name = "fill",
     .kind = CLPT_OPTION_CHOICE,
     .value = "zeros|edge",
     .offset = offsetof(clpti_op_values, fill),
     .default_text = "zeros",
     .help = "what lies outside an image"},
    {.name = "size",
     .kind = CLPT_OPTION_INTEGER,
     .value = "N",
     .offset = offsetof(clpti_op_values, size),
     .minimum = 1,
     .maximum = 1e6,
     .help = "side of a patch"},
    {.name = "canvas",
     .kind = CLPT_OPTION_INTEGER,
     .value = "M",
     .offset = offsetof(clpti_op_values, canvas),
     .minimum = 1,
     .maximum = 1e6,
     .help = "side of a canvas"},
    {.name = "weight",
     .kind = CLPT_OPTION_CHOICE,
     .value = "none|center|center_masked|probe",
     .offset = offsetof(clpti_op_values, weight),
     .default_text = "none",
     .help = "how patches that overlap are merged"},
    {.name = "recenter",
     .kind = CLPT_OPTION_FLAG,
     .offset = offsetof(clpti_op_values, recenter),
     .help = "subtract the mean of all offsets first"},
    {.name = "crop",
     .kind = CLPT_OPTION_INTEGER,
     .value = "N",
     .offset = offsetof(clpti_op_values, crop),
     .minimum = 1,
     .maximum = 1e6,
     .help = "side of the central block that is kept of a patch"},
    {.name = "smooth",
     .kind = CLPT_OPTION_REAL,
     .value = "SIGMA",
     .offset = offsetof(clpti_op_values, smooth),
     .maximum = 1e6,
     .default_text = "0",
     .help = "3x3 Gaussian on the exit wave, pixels; 0 is off"},
    {.name = "probe-mask",
     .kind = CLPT_OPTION_FLAG,
     .offset = offsetof(clpti_op_values, probe_mask),
     .help = "keep the exit wave only within a circle of N/4 pixels"},
    {.name = "scale",
     .kind = CLPT_OPTION_REAL,
     .value = "S",
     .offset = offsetof(clpti_op_values, scale),
     .minimum = 1e-30,
     .maximum = 1e30,
     .default_text = "1",
     .help = "the detector sees S^2 |psi|^2"},
    {.name = "pad",
     .kind = CLPT_OPTION_FLAG,
     .offset = offsetof(clpti_op_values, pad),
     .help = "patches are N/2 a side, in the middle of N x N zeros"},
    {.name = "loss",
     .kind = CLPT_OPTION_CHOICE,
     .value = "poisson|amplitude|mae",
     .offset = offsetof(clpti_op_values, loss),
     .default_text = "poisson",
     .help = "what patterns and measured counts are compared by"},
    {.name = "variation",
     .kind = CLPT_OPTION_CHOICE,
     .value = "squares|edge",
     .offset = offsetof(clpti_op_values, variation),
     .default_text = "squares",
     .help = "squared differences, or edge-preserving"},
    {.name = "epsilon",
     .kind = CLPT_OPTION_REAL,
     .value = "E",
     .offset = offsetof(clpti_op_values, epsilon),
     .minimum = 1e-30,
     .maximum = 1e30,
     .default_text = "0.001",
     .help = "differences below this count as noise, with --variation edge"},
    {.name = "groups",
     .kind = CLPT_OPTION_INTEGER,
     .value = "G",
     .offset = offsetof(clpti_op_values, groups),
     .maximum = 1e12,
     .default_text = "0",
     .help = "how many groups to draw; 0: as many as positions"},
    {.name = "grid",
     .kind = CLPT_OPTION_INTEGER,
     .value = "N",
     .offset = offsetof(clpti_op_values, grid),
     .minimum = 1,
     .maximum = 1e4,
     .default_text = "2",
     .help = "a group holds N x N positions"},
    {.name = "neighbours",
     .kind = CLPT_OPTION_INTEGER,
     .value = "K",
     .offset = offsetof(clpti_op_values, neighbours),
     .maximum = 1e12,
     .default_text = "0",
     .help = "draw each group from the K nearest neighbours of a position; 0: as few as will do"},
    {.name = "all-choices",
     .kind = CLPT_OPTION_FLAG,
     .offset = offsetof(clpti_op_values, all_choices),
     .help = "a position may serve again with another choice of its neighbours"},
    {.name = "seed",
     .kind = CLPT_OPTION_SEED,
     .value = "N",
     .offset = offsetof(clpti_op_values, seed),
     .default_text = "0",
     .help = "of the draws"},
    {.name = "back",
     .kind = CLPT_OPTION_FLAG,
     .offset = offsetof(clpti_op_values, back),
     .help = "from the detector to the sample"},
    {.name = NULL}};
static const clpti_option_table shared[] = {{clpti_beam_options, offsetof(clpti_op_values, beam)}, {NULL, 0}};

static void list_operations(void)
{
    static const char *const needs[] = {[CLPTI_OP_NEEDED] = "",
                                        [CLPTI_OP_FOR_PROBE_WEIGHT] = " with --weight probe",
                                        [CLPTI_OP_WHERE_THERE] = " (may be left out)"};
    const clpt_option *o;
    for (const clpti_op *op = clpti_ops; op->name; ++op) {
        printf("%-24s %s\n", op->name, op->summary);
        for (int k = 0; k < CLPTI_OP_INPUTS && op->inputs[k].name; ++k)
            printf("    in   %-11s %s%s\n", op->inputs[k].name, op->inputs[k].shape, needs[op->inputs[k].need]);
        for (int k = 0; k < CLPTI_OP_OUTPUTS && op->outputs[k].name; ++k)
            printf("    out  %s%s\n", op->outputs[k].name, op->outputs[k].when ? op->outputs[k].when : "");
        for (int k = 0; (o = clpti_command_option(&clpti_command_op, k, NULL)); ++k)
            if (clpti_word_index(op->options, o->name) >= 0)
                printf("    --%s%s%s%s\n", o->name, o->value ? " " : "", o->value ? o->value : "",
                       op->needed && !strcmp(op->needed, o->name) ? " (needed)" : "");
    }
}

static clpt_status find_op(clpti_session *session, const clpti_op **found)
{
    const char *names[32];
    size_t count = 0;
    const char *name = session->arguments->operand;
    if (!name) return clpti_session_usage(session, "NAME is missing; 'clptycho op --list' shows the operations");
    for (const clpti_op *op = clpti_ops; op->name; ++op) {
        names[count++] = op->name;
        *found = op;
        if (!strcmp(op->name, name)) return CLPT_OK;
    }
    const char *near = clpti_nearest(name, names, count);
    return clpti_session_usage(session, "unknown operation '%s'%s%s%s; 'clptycho op --list' shows them", name,
                               near ? " (did you mean " : "", near ? near : "", near ? "?)" : "");
}

/* Options of other operations are refused rather than ignored. */
static clpt_status check_options(clpti_session *session, const clpti_op *op, const clpti_op_values *v)
{
    const clpt_option *o;
    for (int k = 0; (o = clpti_command_option(&clpti_command_op, k, NULL)); ++k)
        if (clpti_arguments_have(session->arguments, o->name) && strcmp(o->name, "in") != 0 &&
            strcmp(o->name, "out") != 0 && clpti_word_index(op->options, o->name) < 0)
            return clpti_session_usage(session, "%s takes no --%s; 'clptycho op --list' shows what it takes", op->name,
                                       o->name);
    if (op->needed && !clpti_arguments_have(session->arguments, op->needed))
        return clpti_session_usage(session, "%s needs --%s", op->name, op->needed);
    if (!v->in || !v->out)
        return clpti_session_usage(session, "%s needs --%s", op->name, v->in ? "out B.npz" : "in A.npz");
    return CLPT_OK;
}

static clpt_status read_input(const char *path, clpti_npz *npz, const clpti_op_input *input, clpti_tensor *tensor,
                              clpt_message *message)
{
    clpt_status status;
    if (!clpti_npz_has(npz, input->name)) {
        if (input->need == CLPTI_OP_WHERE_THERE) return CLPT_OK;
        clpti_npy_info info;
        char names[1024] = "";
        for (int64_t k = 0; k < clpti_npz_count(npz); ++k)
            if (clpti_npz_info(npz, k, &info, NULL) == CLPT_OK &&
                strlen(names) + strlen(info.name) + 3 < sizeof names) {
                if (*names) strcat(names, ", ");
                strcat(names, info.name);
            }
        return clpti_fail(message, CLPT_ERROR_FILE, "%s: holds no array '%s' %s; it holds: %s", path, input->name,
                          input->shape, names);
    }
    status = input->kind == CLPTI_OP_NUMBERS ? clpti_npz_read(npz, input->name, CLPT_TYPE_F64, tensor, message)
                                             : clpti_npz_read_any(npz, input->name, tensor, message);
    if (status == CLPT_OK && input->kind == CLPTI_OP_COMPLEX &&
        (tensor->type == CLPT_TYPE_F32 || tensor->type == CLPT_TYPE_F64)) {
        clpt_type wide = tensor->type == CLPT_TYPE_F32 ? CLPT_TYPE_C64 : CLPT_TYPE_C128;
        clpti_tensor_destroy(tensor);
        status = clpti_npz_read(npz, input->name, wide, tensor, message);
    }
    if (status == CLPT_OK && (tensor->rank < input->least_rank || tensor->rank > input->most_rank))
        status = clpti_fail(message, CLPT_ERROR_FILE, "%s: array '%s' has rank %d; it must be %s", path, input->name,
                            tensor->rank, input->shape);
    return status;
}

static clpt_status read_inputs(clpti_op_call *call, const clpti_op *op)
{
    const char *path = call->values->in;
    clpt_message *message = &call->session->message;
    clpti_npz *npz = NULL;
    clpt_status status = clpti_npz_open(path, &npz, message);
    for (int k = 0; status == CLPT_OK && k < CLPTI_OP_INPUTS && op->inputs[k].name; ++k)
        if (op->inputs[k].need != CLPTI_OP_FOR_PROBE_WEIGHT || call->values->weight == CLPT_WEIGHT_PROBE)
            status = read_input(path, npz, &op->inputs[k], &call->in[k], message);
    clpti_npz_close(&npz);
    return status;
}

static clpt_status write_outputs(const clpti_op_call *call, const clpti_op *op)
{
    clpt_message *message = &call->session->message;
    clpti_npz_writer *writer = NULL;
    clpt_status status = clpti_npz_create(call->values->out, &writer, message);
    CLPTI_TRY(status);
    for (int k = 0; k < CLPTI_OP_OUTPUTS && op->outputs[k].name; ++k) {
        const clpti_tensor *t = &call->out[k];
        const char *name = op->outputs[k].name;
        if (!t->data) continue;
        CLPTI_TRY(op->outputs[k].integers ? clpti_npz_add_integers(writer, name, t->rank, t->shape, t->data, message)
                                          : clpti_npz_add(writer, name, t->type, t->rank, t->shape, t->data, message));
    }
    status = clpti_npz_commit(&writer, message);
cleanup:
    clpti_npz_discard(&writer);
    return status;
}

static clpt_status run(clpti_session *session, const void *given)
{
    clpti_op_call call = {.session = session, .values = given};
    const clpti_op *op = NULL;
    clpt_status status = CLPT_OK;
    if (call.values->list) {
        list_operations();
        return CLPT_OK;
    }
    CLPTI_TRY(find_op(session, &op));
    CLPTI_TRY(check_options(session, op, call.values));
    CLPTI_TRY(clpti_output_check_npz(call.values->out, &session->message));
    CLPTI_TRY(clpti_output_spares(call.values->out, "--out", call.values->in, &session->message));
    CLPTI_TRY(read_inputs(&call, op));
    if (!op->host) CLPTI_TRY(clpti_session_open(session));
    status = op->run(&call);
    if (status != CLPT_OK) {
        clpti_message_prefix(&session->message, "%s: %s", call.values->in, op->name);
        goto cleanup;
    }
    status = write_outputs(&call, op);
cleanup:
    for (int k = 0; k < CLPTI_OP_INPUTS; ++k) clpti_tensor_destroy(&call.in[k]);
    for (int k = 0; k < CLPTI_OP_OUTPUTS; ++k) clpti_tensor_destroy(&call.out[k]);
    return status;
}

const clpti_command clpti_command_op = {
    .name = "op",
    .summary = "runs one operation on the arrays of an NPZ ('op --list' shows them)",
    .details =
        "Fields come out as float32 or complex64, and as float64 or complex128 with --device reference; losses and "
        "coordinates as float64.",
    .operand = "NAME",
    .example = "clptycho op translate --in images.npz --out moved.npz --interp nearest",
    .options = options,
    .shared = shared,
    .values_size = sizeof(clpti_op_values),
    .run = run};
