/* SPDX-License-Identifier: Apache-2.0 */
/* The functions behind the rows of stages.c. */
#ifndef CLPTI_PARITY_PARTS_H
#define CLPTI_PARITY_PARTS_H

#include "parity/parity.h"

/* ---- stages_patches.c ---- */
clpt_status clpti_parity_groups(clpti_parity_task *task);
clpt_status clpti_parity_warp(clpti_parity_task *task);
clpt_status clpti_parity_translate(clpti_parity_task *task);
clpt_status clpti_parity_patches(clpti_parity_task *task);
clpt_status clpti_parity_reassemble_group(clpti_parity_task *task);
clpt_status clpti_parity_reassemble_scan(clpti_parity_task *task);
clpt_status clpti_parity_extract_group(clpti_parity_task *task);
clpt_status clpti_parity_physics_layer(clpti_parity_task *task);
/* ---- stages_detector.c ---- */
clpt_status clpti_parity_illumination(clpti_parity_task *task);
clpt_status clpti_parity_detector(clpti_parity_task *task);
clpt_status clpti_parity_forward(clpti_parity_task *task);
/* ---- stages_losses.c ---- */
clpt_status clpti_parity_losses(clpti_parity_task *task);
clpt_status clpti_parity_slopes(clpti_parity_task *task);
clpt_status clpti_parity_gradients(clpti_parity_task *task);
clpt_status clpti_parity_variation(clpti_parity_task *task);
/* ---- stages_engine.c ---- */
clpt_status clpti_parity_engine(clpti_parity_task *task);

#endif
