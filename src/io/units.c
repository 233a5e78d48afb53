/* SPDX-License-Identifier: Apache-2.0 */
/* Units of numbers in files, by the attribute "units" of NeXus. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "io/scan_internal.h"

typedef struct unit {
    clpti_quantity quantity;
    double size; /* in metres, or in joules */
    const char *names;
} unit;

/* An exact match comes before one that ignores case. */
static const unit units[] = {
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
    {CLPTI_ENERGY, 1e9 * CLPTI_ELECTRONVOLT, "GeV"}};
enum { unit_count = sizeof units / sizeof *units };

static bool is_among(const char *names, const char *text, int (*compare)(const char *, const char *, size_t))
{
    size_t length = strlen(text);
    for (const char *at = names; *at; at += strcspn(at, "|"), at += *at == '|')
        if (strcspn(at, "|") == length && !compare(at, text, length)) return true;
    return false;
}

static double size_of(clpti_quantity quantity, const char *text)
{
    int (*const ways[])(const char *, const char *, size_t) = {strncmp, strncasecmp};
    for (int way = 0; way < 2; way++)
        for (int k = 0; k < unit_count; k++)
            if (units[k].quantity == quantity && is_among(units[k].names, text, ways[way])) return units[k].size;
    return 0;
}

clpt_status clpti_unit_of(clpti_store *store, const char *path, const char *name, clpti_quantity quantity, double *size,
                          clpt_message *message)
{
    char text[256];
    *size = 1;
    if (!clpti_store_unit(store, name, text) || !*text) return CLPT_OK;
    *size = size_of(quantity, text);
    if (*size > 0) return CLPT_OK;
    return clpti_fail(message, CLPT_ERROR_FILE,
                      "%s: '%s' has the unit '%.40s', which is not one of %s; give the value by an option", path, name,
                      text, quantity == CLPTI_LENGTH ? "length (m, mm, um, nm, …)" : "energy (J, eV, keV, …)");
}
