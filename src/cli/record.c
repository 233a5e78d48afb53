/* SPDX-License-Identifier: Apache-2.0 */
/* Provenance of a result: the program, the device, every option as given, and the values used. */
#include "cli/record.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/digest.h"
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

/* A word as a POSIX shell reads it. */
static void print_word(FILE *to, const char *word)
{
    static const char plain[] = "%+,-./0123456789:=@ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";
    if (*word && strspn(word, plain) == strlen(word)) {
        fputs(word, to);
        return;
    }
    putc('\'', to);
    for (; *word; ++word) {
        if (*word == '\'')
            fputs("'\\''", to);
        else
            putc(*word, to);
    }
    putc('\'', to);
}

/* The command line, freed by the caller; NULL if out of memory. */
static char *command_line(const clpti_arguments *arguments)
{
    char *text = NULL;
    size_t length = 0;
    FILE *to = open_memstream(&text, &length);
    if (!to) return NULL;
    fprintf(to, "clptycho %s", arguments->command->name);
    for (int k = 0; k < arguments->count; ++k) {
        putc(' ', to);
        print_word(to, arguments->words[k]);
    }
    if (fclose(to) == 0) return text;
    free(text);
    return NULL;
}

static clpt_status add_run(const clpti_origin *o, clpti_record_text add, void *user, clpt_message *m)
{
    clpt_status status = CLPT_OK;
    char date[32];
    time_t now = time(NULL);
    struct tm parts;
    char *line = command_line(o->arguments);
    if (!line) CLPTI_TRY(clpti_fail(m, CLPT_ERROR_MEMORY, "no memory for the command line"));
    CLPTI_TRY(add(user, "clptycho_command", line, m));
    strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &parts));
    CLPTI_TRY(add(user, "clptycho_date", date, m));
cleanup:
    free(line);
    return status;
}

/* Digests of the data as used: cropped, masked, padded. */
static clpt_status add_digests(const clpti_scan_file *scan, clpti_record_text add, void *user, clpt_message *m)
{
    const size_t pattern = (size_t)(scan->side * scan->side) * sizeof(float), all = (size_t)scan->count * pattern;
    const struct {
        const char *name;
        const float *data;
        size_t bytes;
    } arrays[] = {{"clptycho_digest_amplitudes", scan->amplitude, all},
                  {"clptycho_digest_mask", scan->mask, scan->mask_per_pattern ? all : pattern}};
    clpt_status status = CLPT_OK;
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; ++i)
        CLPTI_TRY(add(user, arrays[i].name,
                      arrays[i].data ? clpti_digest_of(arrays[i].data, arrays[i].bytes).text : "none", m));
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
    CLPTI_TRY(add_run(o, add, user, m));
    CLPTI_TRY(add_digests(o->data, add, user, m));
    CLPTI_TRY(add_options(o->arguments, add, user, m));
cleanup:
    return status;
}

/* Those that are known. */
static clpt_status add_beam(const clpti_scan_file *scan, clpti_record_number add, void *user, clpt_message *m)
{
    const clpti_beam *b = &scan->beam;
    const struct {
        const char *name;
        double value;
    } numbers[] = {{"beam_wavelength_m", b->wavelength},    {"beam_voltage_V", b->voltage},
                   {"beam_distance_m", b->distance},        {"beam_source_distance_m", b->source_distance},
                   {"beam_detector_pixel_x_m", b->pixel_x}, {"beam_detector_pixel_y_m", b->pixel_y}};
    clpt_status status = CLPT_OK;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; ++i)
        if (numbers[i].value != 0) CLPTI_TRY(add(user, numbers[i].name, numbers[i].value, m));
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
    CLPTI_TRY(add_beam(r->origin.data, add, user, m));
cleanup:
    return status;
}

/* ---- as lines ---- */

static clpt_status print_text(void *user, const char *name, const char *text, clpt_message *message)
{
    (void)message;
    fprintf(user, "%s = ", name);
    for (; *text; ++text) putc((unsigned char)*text < ' ' ? '?' : *text, user); /* an entry is one line */
    putc('\n', user);
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
