/* SPDX-License-Identifier: Apache-2.0 */
/* clptycho devices: list of the available devices, and the one that `auto` selects. */
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "api/settings.h"
#include "cli/commands.h"
#include "cli/session.h"
#include "cl/runtime.h"

typedef struct values {
    bool json, check;
} values;

static const clpt_option options[] = {{.name = "json",
                                       .kind = CLPT_OPTION_FLAG,
                                       .offset = offsetof(values, json),
                                       .help = "print one JSON document instead of the table"},
                                      {.name = "check",
                                       .kind = CLPT_OPTION_FLAG,
                                       .offset = offsetof(values, check),
                                       .help = "run every device's self-check again"},
                                      {.name = NULL}};

static const char *const type_names[] = {[CLPT_DEVICE_REFERENCE] = "reference",
                                         [CLPT_DEVICE_CPU] = "cpu",
                                         [CLPT_DEVICE_GPU] = "gpu",
                                         [CLPT_DEVICE_OTHER] = "other"};
static const char *const check_names[] = {
    [CLPT_CHECK_UNKNOWN] = "not run", [CLPT_CHECK_PASSED] = "passed", [CLPT_CHECK_FAILED] = "FAILED"};

static const char *yes_no(bool flag)
{
    return flag ? "yes" : "no";
}

static void print_device(const clpt_device_info *d, bool marked)
{
    char number[32], memory[32], largest[32], local[32];
    snprintf(number, sizeof number, "%d:%d", d->platform, d->device);
    printf("%c %-6s %-10s %-6s %5u  %9s %9s %8s  %-4s  %-9s %9.3g  %-8s %s\n", marked ? '*' : ' ', number,
           d->short_name, type_names[d->type], d->compute_units, clpti_bytes_text(d->memory, memory),
           clpti_bytes_text(d->largest_allocation, largest), clpti_bytes_text(d->local_memory, local), yes_no(d->fp64),
           yes_no(d->subgroups), d->score, check_names[d->check], d->name);
    printf("         %s; %s; driver %s\n", d->platform_name, d->version, d->driver);
    if (d->check == CLPT_CHECK_FAILED) printf("         failed its self-check: %s\n", d->check_reason);
}

static void print_table(clpt_device_info *const *devices, size_t count, const clpt_device_info *marked,
                        const char *selection)
{
    printf("  %-6s %-10s %-6s %5s  %9s %9s %8s  %-4s  %-9s %9s  %-8s %s\n", "number", "short name", "type", "units",
           "memory", "largest", "local", "fp64", "subgroups", "score", "check", "name");
    for (size_t k = 0; k < count; ++k) print_device(devices[k], devices[k] == marked);
    char empty[1024];
    const int without = clpti_empty_platforms(empty, sizeof empty);
    if (without) printf("  (%s)\n", empty);
    if (count == 0 && !without) printf("  (no OpenCL device: install a driver, such as pocl-opencl-icd)\n");
    if (marked)
        printf("* marks the device selected by '%s'. ", selection);
    else
        printf("'%s' finds no device that passes its self-check. ", selection);
    printf("'reference' is always available: plain C in double precision.\n");
}

static bool add_numbers(cJSON *object, const clpt_device_info *d)
{
    return cJSON_AddNumberToObject(object, "platform", d->platform) &&
           cJSON_AddNumberToObject(object, "device", d->device) &&
           cJSON_AddNumberToObject(object, "compute_units", d->compute_units) &&
           cJSON_AddNumberToObject(object, "memory", (double)d->memory) &&
           cJSON_AddNumberToObject(object, "largest_allocation", (double)d->largest_allocation) &&
           cJSON_AddNumberToObject(object, "local_memory", (double)d->local_memory) &&
           cJSON_AddNumberToObject(object, "max_work_group", (double)d->max_work_group) &&
           cJSON_AddBoolToObject(object, "fp64", d->fp64) && cJSON_AddBoolToObject(object, "subgroups", d->subgroups) &&
           cJSON_AddBoolToObject(object, "unified_memory", d->unified_memory) &&
           cJSON_AddNumberToObject(object, "score", d->score);
}

static bool add_texts(cJSON *object, const clpt_device_info *d)
{
    return cJSON_AddStringToObject(object, "short_name", d->short_name) &&
           cJSON_AddStringToObject(object, "name", d->name) && cJSON_AddStringToObject(object, "vendor", d->vendor) &&
           cJSON_AddStringToObject(object, "platform_name", d->platform_name) &&
           cJSON_AddStringToObject(object, "type", type_names[d->type]) &&
           cJSON_AddStringToObject(object, "version", d->version) &&
           cJSON_AddStringToObject(object, "driver", d->driver) &&
           cJSON_AddStringToObject(object, "check", check_names[d->check]) &&
           cJSON_AddStringToObject(object, "check_reason", d->check_reason);
}

static clpt_status print_json(clpt_device_info *const *devices, size_t count, const clpt_device_info *marked,
                              clpt_message *message)
{
    char *text = NULL;
    cJSON *root = cJSON_CreateObject();
    cJSON *list = root ? cJSON_AddArrayToObject(root, "devices") : NULL;
    bool good = list && cJSON_AddStringToObject(root, "version", clpt_version());
    for (size_t k = 0; good && k < count; ++k) {
        cJSON *entry = cJSON_CreateObject();
        good = entry && cJSON_AddItemToArray(list, entry);
        good = good && add_texts(entry, devices[k]) && add_numbers(entry, devices[k]) &&
               cJSON_AddBoolToObject(entry, "selected", devices[k] == marked);
    }
    if (good) text = cJSON_Print(root);
    if (text) puts(text);
    cJSON_free(text);
    cJSON_Delete(root);
    return text ? CLPT_OK : clpti_fail(message, CLPT_ERROR_MEMORY, "no memory for the JSON text");
}

/* The entry selected by `selection`. A wrong name is an error; NULL if `auto` finds none. */
static clpt_status find_selected(clpti_session *session, const char *selection, clpt_device_info *const *devices,
                                 size_t count, const clpt_device_info **found)
{
    clpti_settings settings = {0};
    clpt_device_info chosen;
    *found = NULL;
    if (!strcmp(selection, "reference")) return CLPT_OK;
    const clpt_context_options how = clpti_session_options(session, selection);
    clpt_status status = clpti_settings_resolve(&how, "devices", &settings, &session->message);
    if (status == CLPT_OK)
        status = clpti_device_select(selection, settings.cache_dir, &settings.build, &chosen, &session->message);
    clpti_settings_release(&settings);
    if (status != CLPT_OK) return strcmp(selection, "auto") != 0 ? status : CLPT_OK;
    for (size_t k = 0; k < count; ++k)
        if (devices[k]->platform == chosen.platform && devices[k]->device == chosen.device) {
            devices[k]->check = chosen.check; /* the selection may have run the check */
            memcpy(devices[k]->check_reason, chosen.check_reason, sizeof chosen.check_reason);
            *found = devices[k];
        }
    return CLPT_OK;
}

static clpt_status fail_none(clpti_session *session, size_t count)
{
    char empty[1024];
    if (count) return clpti_fail(&session->message, CLPT_ERROR_DEVICE, "no device passes its self-check");
    if (!clpti_empty_platforms(empty, sizeof empty)) snprintf(empty, sizeof empty, "no OpenCL device was found");
    return clpti_fail(&session->message, CLPT_ERROR_DEVICE, "%s", empty);
}

static clpt_status run(clpti_session *session, const void *given)
{
    const values *v = given;
    const char *variable = getenv("CLPTYCHO_DEVICE");
    const char *selection = session->arguments->device ? session->arguments->device
                            : variable && *variable    ? variable
                                                       : "auto";
    clpt_device_info **devices = NULL;
    const clpt_device_info *selected = NULL;
    size_t count = 0;
    const clpt_context_options how = clpti_session_options(session, NULL);
    clpt_status status = clpt_devices_list(&devices, &count, &session->message);
    CLPTI_TRY(status);
    for (size_t k = 0; v->check && k < count; ++k)
        CLPTI_TRY(clpti_device_run_check(&how, devices[k], &session->message));
    CLPTI_TRY(find_selected(session, selection, devices, count, &selected));
    if (v->json)
        CLPTI_TRY(print_json(devices, count, selected, &session->message));
    else
        print_table(devices, count, selected, selection);
    if (!selected && strcmp(selection, "reference") != 0) status = fail_none(session, count);
cleanup:
    clpt_devices_free(&devices);
    return status;
}

const clpti_command clpti_command_devices = {
    .name = "devices",
    .summary = "lists the OpenCL devices, and the one that 'auto' selects",
    .details = "With --device NAME, or CLPTYCHO_DEVICE, the mark * shows the device selected by "
               "NAME. The exit status is 0 if the marked device exists.",
    .example = "clptycho devices --check",
    .options = options,
    .values_size = sizeof(values),
    .run = run};
