/* SPDX-License-Identifier: Apache-2.0 */
/* Device memory of a context (doubles in host memory for a reference context), and the pool of scratch memory. */
#ifndef CLPTI_BUFFER_BUFFER_H
#define CLPTI_BUFFER_BUFFER_H

#include "core/context.h"

/* Host memory of a view in a reference context: doubles, two per complex element; NULL for an absent view. */
double *clpti_host(clpti_view view);

/* Bytes of one element as the context stores it. */
size_t clpti_element_size(const clpt_context *context, clpti_element element);

clpt_status clpti_buffer_create(clpt_context *context, clpti_element element, int64_t count, clpt_buffer **buffer);
/* Scratch: taken from the context's pool and given back to it. Giving back may follow right after enqueueing: the queue
 * is in order, so the work of the next user runs later. */
clpt_status clpti_scratch_take(clpt_context *context, clpti_element element, int64_t count, clpt_buffer **buffer);
void clpti_scratch_give(clpt_buffer **buffer);
/* Raw bytes in the element's own representation. `upload` copies the source before it returns and does not wait;
 * `download` waits. */
clpt_status clpti_upload(clpti_view to, const void *from, int64_t count);
clpt_status clpti_download(clpti_view from, void *to, int64_t count);
clpt_status clpti_copy(clpti_view from, clpti_view to, int64_t count);
clpt_status clpti_zero(clpti_view view, int64_t count);
/* Fields between host memory of any public type and a view, converting precision. */
clpt_status clpti_field_upload(clpti_view to, const void *from, clpt_type type, int64_t count);
clpt_status clpti_field_download(clpti_view from, void *to, clpt_type type, int64_t count);

#endif
