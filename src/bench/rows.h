/* SPDX-License-Identifier: Apache-2.0 */
/* What the table's rows are made of: how each operation's arrays are set up, how it is called, and how its work is
 * counted (docs/benchmarks.md has the formulas). */
#ifndef CLPTI_BENCH_ROWS_H
#define CLPTI_BENCH_ROWS_H

#include "bench/problem.h"

enum {
    CLPTI_BENCH_MARGIN = 512, /* an object is this much larger than a pattern: its side is N + 512 */
    CLPTI_BENCH_BATCH = 103   /* most patterns of an engine's update */
};

/* A near field to time, of a parallel beam of 12.4 keV. */
extern const clpt_propagation clpti_bench_near_field;
/* Seconds of one call from its beginning until the device is done. */
clpt_status clpti_bench_time_one(clpti_bench_problem *problem, double *seconds, clpt_message *message);

/* ---- rows_count.c: floating-point operations and bytes ---- */
double clpti_bench_fft_flop(const clpti_bench_problem *problem);
double clpti_bench_flop_forward(const clpti_bench_problem *problem);
double clpti_bench_flop_forward_near(const clpti_bench_problem *problem);
double clpti_bench_flop_gradient(const clpti_bench_problem *problem);
double clpti_bench_flop_sample(const clpti_bench_problem *problem);
double clpti_bench_flop_sample_back(const clpti_bench_problem *problem);
double clpti_bench_flop_warp(const clpti_bench_problem *problem);
double clpti_bench_flop_warp_back(const clpti_bench_problem *problem);
double clpti_bench_flop_diffract(const clpti_bench_problem *problem);
double clpti_bench_flop_diffract_back(const clpti_bench_problem *problem);
double clpti_bench_flop_propagate(const clpti_bench_problem *problem);
double clpti_bench_flop_physics(const clpti_bench_problem *problem);
double clpti_bench_flop_physics_back(const clpti_bench_problem *problem);
double clpti_bench_flop_pixel(const clpti_bench_problem *problem); /* ten a pixel: losses and variations */
double clpti_bench_flop_gram(const clpti_bench_problem *problem);
double clpti_bench_flop_engine(const clpti_bench_problem *problem);
double clpti_bench_bytes_arrays(const clpti_bench_problem *problem); /* each buffer once */
double clpti_bench_bytes_engine(const clpti_bench_problem *problem);
double clpti_bench_nothing(const clpti_bench_problem *problem);

/* ---- rows_scan.c: operations on a scan over an object ---- */
clpt_status clpti_bench_set_up_forward(clpti_bench_problem *problem, clpt_message *message);
clpt_status clpti_bench_run_forward(clpti_bench_problem *problem);
clpt_status clpti_bench_run_forward_near(clpti_bench_problem *problem);
clpt_status clpti_bench_set_up_forward_adjoint(clpti_bench_problem *problem, clpt_message *message);
clpt_status clpti_bench_run_forward_adjoint(clpti_bench_problem *problem);
clpt_status clpti_bench_set_up_gradient(clpti_bench_problem *problem, clpt_message *message);
clpt_status clpti_bench_run_gradient(clpti_bench_problem *problem);
clpt_status clpti_bench_set_up_gradient_loss(clpti_bench_problem *problem, clpt_message *message);
clpt_status clpti_bench_run_gradient_loss(clpti_bench_problem *problem);
clpt_status clpti_bench_set_up_photon_scale(clpti_bench_problem *problem, clpt_message *message);
clpt_status clpti_bench_run_photon_scale(clpti_bench_problem *problem);
clpt_status clpti_bench_set_up_extract_scan(clpti_bench_problem *problem, clpt_message *message);
clpt_status clpti_bench_run_extract_scan(clpti_bench_problem *problem);
clpt_status clpti_bench_set_up_extract_scan_adjoint(clpti_bench_problem *problem, clpt_message *message);
clpt_status clpti_bench_run_extract_scan_adjoint(clpti_bench_problem *problem);
clpt_status clpti_bench_set_up_reassemble_scan(clpti_bench_problem *problem, clpt_message *message);
clpt_status clpti_bench_run_reassemble_scan(clpti_bench_problem *problem);
clpt_status clpti_bench_run_reassemble_scan_new(clpti_bench_problem *problem);
clpt_status clpti_bench_set_up_reassemble_scan_adjoint(clpti_bench_problem *problem, clpt_message *message);
clpt_status clpti_bench_run_reassemble_scan_adjoint(clpti_bench_problem *problem);
clpt_status clpti_bench_set_up_scan(clpti_bench_problem *problem, clpt_message *message);
clpt_status clpti_bench_run_scan(clpti_bench_problem *problem);
clpt_status clpti_bench_run_scan_move(clpti_bench_problem *problem);
/* One sample: what the second use of a new scan takes beyond the third. */
clpt_status clpti_bench_sample_lists(clpti_bench_problem *problem, double *seconds, clpt_message *message);

/* ---- rows_group.c: operations on groups of patches ---- */
clpt_status clpti_bench_set_up_extract_group(clpti_bench_problem *problem, clpt_message *message);
clpt_status clpti_bench_run_extract_group(clpti_bench_problem *problem);
clpt_status clpti_bench_set_up_extract_group_adjoint(clpti_bench_problem *problem, clpt_message *message);
clpt_status clpti_bench_run_extract_group_adjoint(clpti_bench_problem *problem);
clpt_status clpti_bench_set_up_reassemble_group(clpti_bench_problem *problem, clpt_message *message);
clpt_status clpti_bench_run_reassemble_group(clpti_bench_problem *problem);
clpt_status clpti_bench_set_up_reassemble_group_adjoint(clpti_bench_problem *problem, clpt_message *message);
clpt_status clpti_bench_run_reassemble_group_adjoint(clpti_bench_problem *problem);
clpt_status clpti_bench_set_up_physics(clpti_bench_problem *problem, clpt_message *message);
clpt_status clpti_bench_run_physics(clpti_bench_problem *problem);
clpt_status clpti_bench_set_up_physics_adjoint(clpti_bench_problem *problem, clpt_message *message);
clpt_status clpti_bench_run_physics_adjoint(clpti_bench_problem *problem);
clpt_status clpti_bench_set_up_groups(clpti_bench_problem *problem, clpt_message *message);
clpt_status clpti_bench_run_groups(clpti_bench_problem *problem);

/* ---- rows_image.c: operations on stacks of images ---- */
clpt_status clpti_bench_set_up_warp(clpti_bench_problem *problem, clpt_message *message);
clpt_status clpti_bench_run_warp(clpti_bench_problem *problem);
clpt_status clpti_bench_set_up_warp_adjoint(clpti_bench_problem *problem, clpt_message *message);
clpt_status clpti_bench_run_warp_adjoint(clpti_bench_problem *problem);
clpt_status clpti_bench_set_up_translate(clpti_bench_problem *problem, clpt_message *message);
clpt_status clpti_bench_run_translate(clpti_bench_problem *problem);
clpt_status clpti_bench_set_up_translate_adjoint(clpti_bench_problem *problem, clpt_message *message);
clpt_status clpti_bench_run_translate_adjoint(clpti_bench_problem *problem);
clpt_status clpti_bench_set_up_diffract(clpti_bench_problem *problem, clpt_message *message);
clpt_status clpti_bench_run_diffract(clpti_bench_problem *problem);
clpt_status clpti_bench_set_up_diffract_adjoint(clpti_bench_problem *problem, clpt_message *message);
clpt_status clpti_bench_run_diffract_adjoint(clpti_bench_problem *problem);
clpt_status clpti_bench_set_up_propagate(clpti_bench_problem *problem, clpt_message *message);
clpt_status clpti_bench_run_propagate(clpti_bench_problem *problem);
clpt_status clpti_bench_set_up_loss(clpti_bench_problem *problem, clpt_message *message);
clpt_status clpti_bench_run_loss(clpti_bench_problem *problem);
clpt_status clpti_bench_set_up_variation(clpti_bench_problem *problem, clpt_message *message);
clpt_status clpti_bench_run_variation(clpti_bench_problem *problem);
clpt_status clpti_bench_set_up_gram(clpti_bench_problem *problem, clpt_message *message);
clpt_status clpti_bench_run_gram(clpti_bench_problem *problem);
clpt_status clpti_bench_set_up_orthogonalise(clpti_bench_problem *problem, clpt_message *message);
clpt_status clpti_bench_run_orthogonalise(clpti_bench_problem *problem);
/* One sample: what the first transform of a side takes in a fresh context beyond the second. */
clpt_status clpti_bench_sample_plan(clpti_bench_problem *problem, double *seconds, clpt_message *message);

/* ---- rows_engine.c: one iteration of an engine ---- */
clpt_status clpti_bench_set_up_engine(clpti_bench_problem *problem, clpt_message *message);
clpt_status clpti_bench_run_engine(clpti_bench_problem *problem);
/* One iteration of a small scan of the same side, on the device and on the reference. */
clpt_status clpti_bench_check_engine(clpti_bench_problem *problem, clpt_context *reference, double *error,
                                     clpt_message *message);

#endif
