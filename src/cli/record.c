/* SPDX-License-Identifier: Apache-2.0 */
/* Provenance of a result: the program, the device, every option as given, and the values used. */
#include "cli/record.h"

#include <stdlib.h>
#include <string.h>

#include "solve/options.h"

static const char *or_default(const char *text)
{
    return text ? text : "default";
}

static clpt_status add_options(const clpti_arguments *arguments, clpti_record_text add, void *user, clpt_message *m)
{
    clpt_status status = CLPT_OK;
    const clpt_option *option;
    CLPTI_TRY(add(user, "option_device", or_default(arguments->device), m));
    CLPTI_TRY(add(user, "option_without", or_default(arguments->without), m));
    for (int k = 0; (option = clpti_command_option(arguments->command, k, NULL)); ++k) {
        char name[128], text[1024];
        snprintf(name, sizeof name, "option_%s", option->name);
        CLPTI_TRY(add(user, name, clpti_arguments_text(arguments, k, text, sizeof text), m));
    }
cleanup:
    return status;
}

clpt_status clpti_record_texts(const clpti_result *r, clpti_record_text add, void *user, clpt_message *m)
{
    const clpti_origin *o = &r->origin;
    const struct {
        const char *name, *text;
    } manifest[] = {{"clptycho_version", clpt_version()},     {"clptycho_scan", o->scan},
                    {"clptycho_orientation", o->orientation}, {"clptycho_device", o->device->name},
                    {"clptycho_driver", o->device->driver},   {"clptycho_platform", o->device->platform_name}};
    clpt_status status = CLPT_OK;
    for (size_t i = 0; i < sizeof manifest / sizeof *manifest; ++i)
        CLPTI_TRY(add(user, manifest[i].name, manifest[i].text, m));
    CLPTI_TRY(add_options(o->arguments, add, user, m));
cleanup:
    return status;
}

clpt_status clpti_record_numbers(const clpti_result *r, clpti_record_number add, void *user, clpt_message *m)
{
    clpt_status status = CLPT_OK;
    for (const clpt_option *option = clpti_solver_option_table; option->name; ++option) {
        char name[128];
        if (!option->default_text || strcmp(option->default_text, "default") != 0) continue;
        double number = clpti_option_number(option, &r->origin.used);
        snprintf(name, sizeof name, "used_%s", option->name);
        if (number != (double)CLPT_DEFAULT) CLPTI_TRY(add(user, name, number, m));
    }
    CLPTI_TRY(add(user, "used_modes", (double)r->probe.shape[0], m));
cleanup:
    return status;
}

/* ---- as lines ---- */

static clpt_status print_text(void *user, const char *name, const char *text, clpt_message *message)
{
    (void)message;
    fprintf(user, "%s = %s\n", name, text);
    return CLPT_OK;
}

static clpt_status print_number(void *user, const char *name, double number, clpt_message *message)
{
    (void)message;
    fprintf(user, "%s = %.15g\n", name, number);
    return CLPT_OK;
}

clpt_status clpti_record_print(const clpti_result *r, char **text, clpt_message *message)
{
    size_t length = 0;
    *text = NULL;
    FILE *to = open_memstream(text, &length);
    if (!to) return clpti_fail(message, CLPT_ERROR_MEMORY, "no memory for a record of options");
    clpti_record_texts(r, print_text, to, message);
    clpti_record_numbers(r, print_number, to, message);
    if (fclose(to) == 0) return CLPT_OK;
    free(*text);
    *text = NULL;
    return clpti_fail(message, CLPT_ERROR_MEMORY, "no memory for a record of options");
}
