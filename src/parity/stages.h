/* SPDX-License-Identifier: Apache-2.0 */
/* Stages with code of their own, beyond calls of operations. */
#ifndef CLPTI_PARITY_STAGES_H
#define CLPTI_PARITY_STAGES_H

#include "parity/parity.h"

clpt_status clpti_parity_illumination(clpti_parity_task *task); /* stages_illumination.c */
clpt_status clpti_parity_engine(clpti_parity_task *task);       /* stages_engine.c */

#endif
