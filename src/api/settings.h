/* SPDX-License-Identifier: Apache-2.0 */
/* Settings of a context: its options, otherwise environment variables, otherwise defaults. */
#ifndef CLPTI_API_SETTINGS_H
#define CLPTI_API_SETTINGS_H

#include "core/build.h"
#include "core/status.h"

typedef struct clpti_settings {
    const char *device, *fft, *variants, *without; /* owned by the options or the environment, or static; `device` NULL:
                                                    * the caller's context */
    char *tuning;                                  /* clpti_tuning_open; freed by clpti_settings_release */
    bool tuning_named;                             /* by an option or variable */
    const char *kernel_dir;                        /* NULL: none */
    char *cache_dir;                               /* NULL: no disk cache; freed by clpti_settings_release */
    uint64_t memory_limit;                         /* 0: half of the device's memory */
    clpt_log_function log;
    void *log_user;
    clpti_build_listener build;
} clpti_settings;

/* @param options   NULL: the defaults
 * @param function  the public function, for messages */
clpt_status clpti_settings_resolve(const clpt_context_options *options, const char *function, clpti_settings *settings,
                                   clpt_message *message);
void clpti_settings_release(clpti_settings *settings);

/* clpt_device_run_check of an OpenCL device, with the cache and the listener of these options (NULL: defaults). */
clpt_status clpti_device_run_check(const clpt_context_options *options, clpt_device_info *info, clpt_message *message);

#endif
