/* SPDX-License-Identifier: Apache-2.0 */
/* Operations on host arrays, in pieces that fit on the device. Arrays that are split along their leading axis are
 * transferred piece by piece, the others once. Device buffers are used in place. Without split host arrays there is one
 * piece, and the call does not block. */
#ifndef CLPTI_API_PIECES_H
#define CLPTI_API_PIECES_H

#include "core/context.h"

typedef struct clpti_operand {
    const clpt_array *array; /* NULL: absent */
    bool output;
    int64_t per_item; /* elements per item if it is split; 0: not split */
    clpti_view view;  /* in the body: the piece, or the whole array */
    clpt_buffer *staged;
} clpti_operand;

/* Works on items first … first + count − 1 of the batch. */
typedef clpt_status (*clpti_piece)(clpt_context *context, void *user, int64_t first, int64_t count);

/* operands: `operand_count` entries that the body reads `view` from. extra: bytes of scratch per item that the body
 * needs. */
clpt_status clpti_run_pieces(clpt_context *context, clpti_operand *operands, int operand_count, int64_t items,
                             int64_t extra, clpti_piece body, void *user);

#endif
