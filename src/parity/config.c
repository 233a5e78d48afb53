/* SPDX-License-Identifier: Apache-2.0 */
/* Configuration of a parity chain as text, and back. */
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parity/parity.h"

typedef enum kind { WHOLE, SEED, REAL, TEXT } kind;
typedef struct field {
    const char *name;
    kind kind;
    size_t offset;
} field;

#define FIELD(kind, name)                                                                                              \
    {                                                                                                                  \
#name, kind, offsetof(clpti_parity_config, name)                                                               \
    }
static const field fields[] = {
    FIELD(WHOLE, count),     FIELD(WHOLE, groups),      FIELD(WHOLE, grid),       FIELD(WHOLE, neighbours),
    FIELD(SEED, seed),       FIELD(TEXT, engines),      FIELD(WHOLE, iterations), FIELD(WHOLE, each_iteration),
    FIELD(WHOLE, batch),     FIELD(WHOLE, probe_start), FIELD(REAL, alpha),       FIELD(WHOLE, propagation),
    FIELD(REAL, wavelength), FIELD(REAL, distance),     FIELD(REAL, pixel),       FIELD(REAL, source_distance)};
enum { FIELDS = sizeof fields / sizeof *fields };

bool clpti_parity_config_text(const clpti_parity_config *config, int k, const char **name, char text[160])
{
    if (k >= FIELDS) return false;
    const void *value = (const char *)config + fields[k].offset;
    *name = fields[k].name;
    switch (fields[k].kind) {
    case WHOLE:
        snprintf(text, 160, "%lld", (long long)*(const int64_t *)value);
        break;
    case SEED:
        snprintf(text, 160, "%llu", (unsigned long long)*(const uint64_t *)value);
        break;
    case REAL:
        snprintf(text, 160, "%.17g", *(const double *)value);
        break;
    case TEXT:
        snprintf(text, 160, "%s", (const char *)value);
        break;
    }
    return true;
}

bool clpti_parity_config_set(clpti_parity_config *config, const char *name, const char *text)
{
    char *end = NULL;
    for (int k = 0; k < FIELDS; k++) {
        void *value = (char *)config + fields[k].offset;
        if (strcmp(fields[k].name, name)) continue;
        if (fields[k].kind == TEXT)
            return snprintf(value, sizeof config->engines, "%s", text) < (int)sizeof config->engines;
        if (fields[k].kind == WHOLE) *(int64_t *)value = strtoll(text, &end, 10);
        if (fields[k].kind == SEED) *(uint64_t *)value = strtoull(text, &end, 10);
        if (fields[k].kind == REAL) *(double *)value = strtod(text, &end);
        return end != text && !*end;
    }
    return false;
}

clpt_propagation clpti_parity_propagation(const clpti_parity_config *config)
{
    return (clpt_propagation){.kind = (clpt_propagation_kind)config->propagation,
                              .wavelength = config->wavelength,
                              .distance = config->distance,
                              .pixel = config->pixel,
                              .source_distance = config->source_distance};
}
