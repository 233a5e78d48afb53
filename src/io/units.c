/* SPDX-License-Identifier: Apache-2.0 */
/* Units of numbers in files, layouts and options: names and sizes. */
#include "io/units.h"

#include <string.h>
#include <strings.h>

/* An exact match comes before one that ignores case. */
static const struct {
    clpti_quantity quantity;
    double size;
    const char *names;
} units[] = {
    {CLPTI_LENGTH, 1, "m|metre|metres|meter|meters"},
    {CLPTI_LENGTH, 1e-2, "cm"},
    {CLPTI_LENGTH, 1e-3, "mm|millimetre|millimetres|millimeter|millimeters"},
    {CLPTI_LENGTH, 1e-6, "um|µm|μm|micron|microns|micrometre|micrometres|micrometer|micrometers"},
    {CLPTI_LENGTH, 1e-9, "nm|nanometre|nanometres|nanometer|nanometers"},
    {CLPTI_LENGTH, 1e-10, "angstrom|angstroms|Å|A"},
    {CLPTI_LENGTH, 1e-12, "pm"},
    {CLPTI_ENERGY, 1, "J|joule|joules"},
    {CLPTI_ENERGY, CLPTI_ELECTRONVOLT, "eV|electronvolt|electronvolts"},
    {CLPTI_ENERGY, 1e3 * CLPTI_ELECTRONVOLT, "keV"},
    {CLPTI_ENERGY, 1e6 * CLPTI_ELECTRONVOLT, "MeV"},
    {CLPTI_ENERGY, 1e9 * CLPTI_ELECTRONVOLT, "GeV"},
    {CLPTI_PER_LENGTH, 1e10, "A^-1|1/A|Å^-1|1/Å"},
    {CLPTI_PER_LENGTH, 1e9, "nm^-1|1/nm"},
    {CLPTI_PIXELS, 1, "px|pixel|pixels"},
};
enum { unit_count = sizeof units / sizeof *units };

static bool is_among(const char *names, const char *text, int (*compare)(const char *, const char *, size_t))
{
    size_t length = strlen(text);
    for (const char *at = names; *at; at += strcspn(at, "|"), at += *at == '|')
        if (strcspn(at, "|") == length && !compare(at, text, length)) return true;
    return false;
}

bool clpti_unit_find(const char *text, clpti_quantity *quantity, double *size)
{
    int (*const ways[])(const char *, const char *, size_t) = {strncmp, strncasecmp};
    for (int way = 0; way < 2 && *text; way++)
        for (int k = 0; k < unit_count; k++)
            if (is_among(units[k].names, text, ways[way])) {
                *quantity = units[k].quantity;
                *size = units[k].size;
                return true;
            }
    return false;
}

clpt_status clpti_unit_of(const clpti_store *store, const char *path, const char *name, const char *unit,
                          clpti_quantity *quantity, double *size, clpt_message *message)
{
    static const char *const kinds[] = {"px", "length (m, mm, um, nm, …)", "energy (J, eV, keV, …)",
                                        "inverse length (1/A, 1/nm)"};
    char text[256];
    clpti_quantity found;
    *quantity = CLPTI_PIXELS;
    *size = 1;
    clpti_unit_find(unit, quantity, size);
    if (!store || !clpti_store_attribute(store, name, "units", text)) return CLPT_OK;
    bool known = clpti_unit_find(text, &found, size);
    bool same = known && (found == *quantity || (*quantity == CLPTI_LENGTH && found == CLPTI_PIXELS) || !*unit ||
                          (*quantity == CLPTI_PIXELS && found == CLPTI_LENGTH));
    if (!same)
        return clpti_fail(message, CLPT_ERROR_FILE,
                          "%s: '%s' has the unit '%.40s', which is not one of %s; give the value by an option", path,
                          name, text, kinds[*quantity]);
    *quantity = found;
    return CLPT_OK;
}
