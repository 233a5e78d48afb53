/* SPDX-License-Identifier: Apache-2.0 */
/* Options of beam and detector, and the propagation that follows from them and a scan. */
#include "cli/beam.h"

#include <math.h>
#include <string.h>

const clpt_option clpti_beam_options[] = {{.name = "energy",
                                           .group = "near field",
                                           .kind = CLPT_OPTION_REAL,
                                           .value = "EV",
                                           .unit = "electronvolts",
                                           .offset = offsetof(clpti_beam_values, energy),
                                           .minimum = 1e-3,
                                           .maximum = 1e9,
                                           .help = "photon energy; required in a near field unless the file has it"},
                                          {.name = "voltage",
                                           .group = "data",
                                           .kind = CLPT_OPTION_REAL,
                                           .value = "KV",
                                           .unit = "kilovolts",
                                           .offset = offsetof(clpti_beam_values, voltage),
                                           .minimum = 1e-3,
                                           .maximum = 1e5,
                                           .help = "accelerating voltage of electrons, in place of --energy"},
                                          {.name = NULL}};

void clpti_beam_set(const clpti_beam_values *values, clpti_scan_options *how)
{
    const clpt_propagation *p = &values->propagation;
    how->near_field = p->kind != CLPT_PROPAGATION_FAR_FIELD;
    how->beam =
        (clpti_beam){.wavelength = values->energy > 0 ? clpti_wavelength_of(values->energy * CLPTI_ELECTRONVOLT) : 0,
                     .distance = p->distance,
                     .source_distance = p->source_distance,
                     .pixel_x = p->pixel,
                     .pixel_y = p->pixel};
    if (values->voltage > 0) {
        how->beam.wavelength = clpti_electron_wavelength(1e3 * values->voltage);
        how->beam.voltage = 1e3 * values->voltage;
    }
}

clpt_propagation clpti_beam_given(const clpti_beam_values *values)
{
    clpti_scan_options how = {0};
    clpti_beam_set(values, &how);
    if (!how.near_field) return (clpt_propagation){0};
    clpt_propagation propagation = values->propagation;
    propagation.wavelength = how.beam.wavelength;
    return propagation;
}

clpt_status clpti_beam_propagation(const clpti_beam_values *values, const clpti_scan_file *scan, const char *path,
                                   clpt_propagation *propagation, clpt_message *message)
{
    const clpti_beam *b = &scan->beam;
    *propagation = (clpt_propagation){.kind = values->propagation.kind};
    if (propagation->kind == CLPT_PROPAGATION_FAR_FIELD) return CLPT_OK;
    const struct {
        double known;
        const char *option;
    } needs[] = {{b->wavelength, "--energy"}, {b->distance, "--distance"}, {b->pixel_x, "--detector-pixel"}};
    char missing[64] = "";
    for (size_t i = 0; i < sizeof needs / sizeof *needs; i++) {
        size_t used = strlen(missing);
        if (!(needs[i].known > 0))
            snprintf(missing + used, sizeof missing - used, "%s%s", used ? ", " : "", needs[i].option);
    }
    if (*missing)
        return clpti_fail(message, CLPT_ERROR_ARGUMENT,
                          "%s%snear-field propagation requires %s; set it with the option, or in the file",
                          path ? path : "", path ? ": " : "", missing);
    if (fabs(b->pixel_x - b->pixel_y) > 1e-6 * b->pixel_x)
        return clpti_fail(message, CLPT_ERROR_ARGUMENT,
                          "%s: the detector's pixels are %g by %g m; a near field requires square ones", path,
                          b->pixel_x, b->pixel_y);
    propagation->wavelength = b->wavelength;
    propagation->distance = b->distance;
    propagation->pixel = b->pixel_x;
    propagation->source_distance = b->source_distance;
    return CLPT_OK;
}

/* A length with a suitable unit. */
static const char *length_text(double metres, char text[32])
{
    static const struct {
        double size;
        const char *name;
    } units[] = {{1, "m"}, {1e-3, "mm"}, {1e-6, "um"}, {1e-9, "nm"}, {1e-12, "pm"}};
    size_t unit = 0;
    while (unit + 1 < sizeof units / sizeof *units && fabs(metres) < units[unit].size) unit++;
    snprintf(text, 32, "%.5g %s", metres / units[unit].size, units[unit].name);
    return text;
}

static void print_length(const char *label, double metres)
{
    char text[32];
    if (metres != 0) printf("%-20s %s\n", label, length_text(metres, text));
}

static void print_pair(const char *label, double x, double y)
{
    char first[32], second[32];
    if (x == y)
        print_length(label, x);
    else
        printf("%-20s %s (columns), %s (rows)\n", label, length_text(x, first), length_text(y, second));
}

void clpti_beam_print(const clpti_scan_file *scan)
{
    const clpti_beam *b = &scan->beam;
    char text[32];
    if (b->wavelength > 0 && b->voltage > 0)
        printf("%-20s %.6g kV, wavelength %s\n", "electrons", b->voltage / 1e3, length_text(b->wavelength, text));
    else if (b->wavelength > 0)
        printf("%-20s %.6g eV, wavelength %s\n", "photon energy",
               clpti_wavelength_of(b->wavelength) / CLPTI_ELECTRONVOLT, length_text(b->wavelength, text));
    print_length("detector distance", b->distance);
    print_pair("detector pixel", b->pixel_x, b->pixel_y);
    if (scan->near_field && b->source_distance != 0) {
        print_length("focus to sample", b->source_distance);
        printf("%-20s %.5g\n", "magnification", (b->source_distance + b->distance) / b->source_distance);
    }
    print_pair("object pixel", scan->object_pixel_x, scan->object_pixel_y);
    if (scan->object_pixel_x > 0) printf("%-20s %s\n", "", scan->near_field ? "(near field)" : "(far field)");
}
