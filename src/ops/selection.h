/* SPDX-License-Identifier: Apache-2.0 */
/* A selection as kernel arguments: SELECTION_ARGS of cl/common/position.clh. */
#ifndef CLPTI_OPS_SELECTION_H
#define CLPTI_OPS_SELECTION_H

#include "cl/runtime.h"
#include "ops/ops.h"

#define CLPTI_ORDER(order) CLPTI_BUFFER((order) ? (order)->device : NULL)
#define CLPTI_SELECTION(s)                                                                                             \
    CLPTI_BUFFER((s).positions->pairs), CLPTI_ORDER((s).order), CLPTI_LONG((s).first), CLPTI_LONG((s).shift_x),        \
        CLPTI_LONG((s).shift_y)

/* A clpti_detector_response as kernel arguments: RESPONSE_ARGS of cl/common/detector_response.clh. */
#define CLPTI_RESPONSE(s)                                                                                              \
    CLPTI_VIEW((s).scales), CLPTI_ORDER((s).order), CLPTI_LONG((s).first), CLPTI_VIEW((s).background)

/* The loss as an argument of cl/common/loss.clh. */
static inline int clpti_loss_kind(clpt_loss loss, bool roots)
{
    return (int)loss + (roots ? 8 : 0);
}

/* Build option for cl/common/likelihood.clh. */
static inline const char *clpti_likelihood_option(clpt_likelihood likelihood)
{
    return likelihood == CLPT_LIKELIHOOD_POISSON ? "-DCLPT_POISSON" : "";
}

/* Build options for real or complex elements. */
static inline const char *clpti_element_option(bool complex)
{
    return complex ? "-DCLPT_COMPLEX" : "";
}

/* Shape of work-groups that each reduce one item of a batch, as `.global` and `.local` of a launch: one work-item on
 * CPUs, where barriers are expensive, otherwise 32×8. Results depend on this shape bit by bit; it is the same for every
 * call on a device. */
static inline int32_t clpti_group_columns(const clpt_context *context)
{
    return clpti_capabilities_of(context)->cpu_shaped ? 1 : 32;
}

static inline int32_t clpti_group_rows(const clpt_context *context)
{
    return clpti_capabilities_of(context)->cpu_shaped ? 1 : 8;
}

static inline int32_t clpti_group_items(const clpt_context *context)
{
    return clpti_group_columns(context) * clpti_group_rows(context);
}

#endif
