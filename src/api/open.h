/* SPDX-License-Identifier: Apache-2.0 */
/* Steps common to all constructors of contexts. */
#ifndef CLPTI_API_OPEN_H
#define CLPTI_API_OPEN_H

#include "api/settings.h"
#include "core/context.h"

/* A context with its options but no device yet; clpt_context_destroy frees it in any state. */
clpt_status clpti_context_new(const clpti_settings *settings, clpt_message *message, clpt_context **context);
/* Completes a context once its device is known, and logs it. */
clpt_status clpti_context_ready(clpt_context *context, const clpti_settings *settings);

#endif
