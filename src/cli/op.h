/* SPDX-License-Identifier: Apache-2.0 */
/* The operations that `clptycho op` runs: one table row each. */
#ifndef CLPTI_CLI_OP_H
#define CLPTI_CLI_OP_H

#include "cli/beam.h"
#include "cli/session.h"
#include "io/io.h"

enum { CLPTI_OP_INPUTS = 5, CLPTI_OP_OUTPUTS = 5 };

typedef struct clpti_op_values {
    const char *in, *out;
    bool list, recenter, probe_mask, pad, all_choices, back;
    int interpolation, fill, weight, loss, variation; /* clpt_interpolation, clpt_fill, … */
    int64_t size, canvas, crop, groups, grid, neighbours;
    uint64_t seed;
    double smooth, scale, epsilon;
    clpti_beam_values beam;
} clpti_op_values;

typedef enum clpti_op_kind {
    CLPTI_OP_FIELD,   /* real or complex, as the file has it */
    CLPTI_OP_COMPLEX, /* real input is widened */
    CLPTI_OP_NUMBERS  /* coordinates: float64 */
} clpti_op_kind;

typedef enum clpti_op_need {
    CLPTI_OP_NEEDED,
    CLPTI_OP_FOR_PROBE_WEIGHT, /* needed with --weight probe, else not read */
    CLPTI_OP_WHERE_THERE       /* read where the file holds it */
} clpti_op_need;

typedef struct clpti_op_input {
    const char *name;
    const char *shape; /* as messages and --list show it */
    clpti_op_kind kind;
    int least_rank, most_rank;
    clpti_op_need need;
} clpti_op_input;

/* One run: arrays in the order of the table row. Not used: `data` NULL, and such an output is not written. */
typedef struct clpti_op_call {
    clpti_session *session;
    const clpti_op_values *values;
    clpti_tensor in[CLPTI_OP_INPUTS];
    clpti_tensor out[CLPTI_OP_OUTPUTS];
} clpti_op_call;

typedef struct clpti_op_result {
    const char *name;
    const char *when; /* what --list says behind the name; NULL: always there */
    bool integers;    /* int64 numbers, in memory as large as float64 */
} clpti_op_result;

typedef struct clpti_op {
    const char *name, *summary;
    clpti_op_input inputs[CLPTI_OP_INPUTS]; /* up to a NULL name */
    clpti_op_result outputs[CLPTI_OP_OUTPUTS];
    const char *options; /* "interp|fill": what it takes */
    const char *needed;  /* the option that it cannot do without; NULL: none */
    bool host;           /* needs no device */
    clpt_status (*run)(clpti_op_call *call);
} clpti_op;

extern const clpti_op clpti_ops[]; /* ends with a NULL name */

#endif
