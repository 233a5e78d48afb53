/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of devices and their self-checks. */
#include <stdlib.h>

#include "api/settings.h"
#include "cl/runtime.h"
#include "core/struct_size.h"

static const clpti_struct info_struct = {"clpt_device_info", sizeof(clpt_device_info), NULL};

clpt_status clpt_devices_list(clpt_device_info ***devices, size_t *count, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    clpti_settings settings = {0};
    if (message) message->text[0] = '\0';
    if (!devices || !count)
        return clpti_fail(message, CLPT_ERROR_ARGUMENT, "clpt_devices_list: devices and count must not be NULL");
    CLPTI_TRY(clpti_settings_resolve(NULL, NULL, &settings, message));
    CLPTI_TRY(clpti_devices_describe(settings.cache_dir, devices, count, message));
cleanup:
    clpti_settings_release(&settings);
    return status;
}

void clpt_devices_free(clpt_device_info ***devices)
{
    if (!devices) return;
    free(*devices);
    *devices = NULL;
}

clpt_status clpti_device_run_check(const clpt_context_options *options, clpt_device_info *info, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    clpti_settings settings = {0};
    CLPTI_TRY(clpti_settings_resolve(options, "clpt_device_run_check", &settings, message));
    CLPTI_TRY(clpti_device_check(settings.cache_dir, &settings.build, info, message));
cleanup:
    clpti_settings_release(&settings);
    return status;
}

clpt_status clpt_device_run_check(clpt_device_info *info, clpt_message *message)
{
    if (message) message->text[0] = '\0';
    clpt_device_info copy;
    clpt_status status = CLPT_OK;
    if (!info) return clpti_fail(message, CLPT_ERROR_ARGUMENT, "clpt_device_run_check: info must not be NULL");
    CLPTI_TRY(clpti_struct_read(&info_struct, "clpt_device_run_check", info, &copy, message));
    if (info->type != CLPT_DEVICE_REFERENCE) CLPTI_TRY(clpti_device_run_check(NULL, &copy, message));
    clpti_struct_write(&info_struct, &copy, info);
cleanup:
    return status;
}
