/* SPDX-License-Identifier: Apache-2.0 */
/* What each row of the table of operations runs, and the steps these share. */
#ifndef CLPTI_CLI_OP_RUN_H
#define CLPTI_CLI_OP_RUN_H

#include "cli/op.h"

/* A view of input k, and whether it is complex. */
clpt_array clpti_op_in(const clpti_op_call *call, int k);
bool clpti_op_complex(const clpti_op_call *call, int k);

/* Reserve output k and view it: a field in the context's own precision, or numbers in float64; of the shape given, or
 * of shape (and kind) of an input. */
clpt_status clpti_op_field(clpti_op_call *call, int k, bool complex, int rank, const int64_t *shape, clpt_array *view);
clpt_status clpti_op_field_like(clpti_op_call *call, int k, int input, clpt_array *view);
clpt_status clpti_op_numbers(clpti_op_call *call, int k, int rank, const int64_t *shape, clpt_array *view);
clpt_status clpti_op_numbers_like(clpti_op_call *call, int k, int input, clpt_array *view);

/* The scan of an input [S, 2]. */
clpt_status clpti_op_scan(clpti_op_call *call, int input, clpt_scan **scan);
clpt_forward_options clpti_op_forward_options(const clpti_op_call *call);

/* ---- op_run.c ---- */
clpt_status clpti_op_run_warp(clpti_op_call *call);
clpt_status clpti_op_run_translate(clpti_op_call *call);
clpt_status clpti_op_run_extract_scan(clpti_op_call *call);
clpt_status clpti_op_run_extract_group(clpti_op_call *call);
clpt_status clpti_op_run_reassemble_group(clpti_op_call *call);
clpt_status clpti_op_run_reassemble_scan(clpti_op_call *call);
clpt_status clpti_op_run_diffract(clpti_op_call *call);
clpt_status clpti_op_run_propagate(clpti_op_call *call);
clpt_status clpti_op_run_forward(clpti_op_call *call);

/* ---- op_adjoint.c ---- */
clpt_status clpti_op_run_warp_adjoint(clpti_op_call *call);
clpt_status clpti_op_run_translate_adjoint(clpti_op_call *call);
clpt_status clpti_op_run_extract_scan_adjoint(clpti_op_call *call);
clpt_status clpti_op_run_extract_group_adjoint(clpti_op_call *call);
clpt_status clpti_op_run_reassemble_group_adjoint(clpti_op_call *call);
clpt_status clpti_op_run_reassemble_scan_adjoint(clpti_op_call *call);
clpt_status clpti_op_run_diffract_adjoint(clpti_op_call *call);
clpt_status clpti_op_run_forward_adjoint(clpti_op_call *call);

/* ---- op_gradient.c ---- */
clpt_status clpti_op_run_loss(clpti_op_call *call);
clpt_status clpti_op_run_total_variation(clpti_op_call *call);
clpt_status clpti_op_run_gradient(clpti_op_call *call);
clpt_status clpti_op_run_physics_layer(clpti_op_call *call);
clpt_status clpti_op_run_groups(clpti_op_call *call);

#endif
