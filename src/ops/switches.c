/* SPDX-License-Identifier: Apache-2.0 */
/* Checks of the names in the lists of forced and disabled variants and providers. */
#include "ops/switches.h"

#include <stdio.h>
#include <string.h>

#include "core/choices.h"
#include "fft/fft.h"
#include "ops/operation.h"

enum { LIST = 1400 }; /* a message is longer */

/* An item of a list, "table=name" or "name". */
typedef struct item {
    const char *text;
    int length, table; /* characters: total, and before the '=' (0 without one) */
    const char *name;
    int name_length;
} item;

static bool next_item(const char **list, item *found)
{
    if (!**list) return false;
    size_t length = strcspn(*list, ","), before = strcspn(*list, "=,");
    bool named = before < length;
    *found = (item){.text = *list,
                    .length = (int)length,
                    .table = named ? (int)before : 0,
                    .name = named ? *list + before + 1 : *list};
    found->name_length = (int)(found->text + length - found->name);
    *list += length + ((*list)[length] == ',');
    return true;
}

static bool is(const char *name, const char *text, int length)
{
    return (int)strlen(name) == length && !strncmp(name, text, (size_t)length);
}

/* ---- forced ---- */

static clpt_status check_variants(const char *variants, clpt_message *message)
{
    item i;
    while (next_item(&variants, &i)) {
        if (i.name == i.text || i.name_length == 0)
            return clpti_fail(message, CLPT_ERROR_ARGUMENT,
                              "'%.*s' (CLPTYCHO_VARIANTS) is not of the form operation=variant", i.length, i.text);
        if (clpti_operation_find(i.text, (size_t)i.table)) continue;
        char list[LIST] = "";
        for (const clpti_operation *const *o = clpti_operations; *o; o++)
            clpti_append(list, sizeof list, "%s%s", *list ? ", " : "", (*o)->name);
        return clpti_fail(message, CLPT_ERROR_ARGUMENT,
                          "unknown operation '%.*s' (CLPTYCHO_VARIANTS); operations are %s", i.table, i.text, list);
    }
    return CLPT_OK;
}

/* ---- disabled ---- */

static bool has_variant(const clpti_operation *operation, const char *name, int length)
{
    for (const clpti_variant *v = operation->variants; v->name; v++)
        if (is(v->name, name, length)) return true;
    return false;
}

static bool has_provider(const char *name, int length)
{
    const char *there;
    for (size_t i = 0; (there = clpti_fft_table_name(i)); i++)
        if (is(there, name, length)) return true;
    return false;
}

static bool is_anywhere(const char *name, int length)
{
    for (const clpti_operation *const *o = clpti_operations; *o; o++)
        if (has_variant(*o, name, length)) return true;
    return has_provider(name, length);
}

static void list_variants(const clpti_operation *operation, char *list, size_t size)
{
    clpti_append(list, size, "%s%s=", *list ? ", " : "", operation->name);
    for (const clpti_variant *v = operation->variants; v->name; v++)
        clpti_append(list, size, "%s%s", v == operation->variants ? "" : "|", v->name);
}

/* All tables with more than one entry. */
static void list_tables(char *list, size_t size)
{
    const char *name;
    clpti_append(list, size, "fft=");
    for (size_t i = 0; (name = clpti_fft_table_name(i)); i++) clpti_append(list, size, "%s%s", i ? "|" : "", name);
    for (const clpti_operation *const *o = clpti_operations; *o; o++)
        if ((*o)->variants[0].name && (*o)->variants[1].name) list_variants(*o, list, size);
}

static clpt_status check_off(const item *i, clpt_message *message)
{
    char list[LIST] = "";
    bool named = i->name != i->text;
    const clpti_operation *operation = clpti_operation_find(i->text, (size_t)(named ? i->table : i->length));
    if (!named && is_anywhere(i->name, i->name_length)) return CLPT_OK;
    if (named && is("fft", i->text, i->table) && has_provider(i->name, i->name_length)) return CLPT_OK;
    if (named && operation && has_variant(operation, i->name, i->name_length)) return CLPT_OK;
    list_tables(list, sizeof list);
    if (operation) {
        list[0] = '\0';
        list_variants(operation, list, sizeof list);
    }
    return clpti_fail(message, CLPT_ERROR_ARGUMENT,
                      "unknown variant or FFT provider '%.*s' (--without, CLPTYCHO_WITHOUT); %s %s (a name alone is "
                      "disabled in every table)",
                      i->length, i->text, operation ? "its variants:" : "available:", list);
}

/* ---- both at once ---- */

static clpt_status check_conflicts(const char *variants, const char *fft, const char *without, clpt_message *message)
{
    char table[64], name[64];
    item i;
    while (next_item(&variants, &i)) {
        snprintf(table, sizeof table, "%.*s", i.table, i.text);
        snprintf(name, sizeof name, "%.*s", i.name_length, i.name);
        if (clpti_is_disabled(without, table, name))
            return clpti_fail(
                message, CLPT_ERROR_ARGUMENT,
                "%s=%s is both requested (CLPTYCHO_VARIANTS) and disabled (--without, CLPTYCHO_WITHOUT '%s'): "
                "remove one of the two",
                table, name, without);
    }
    if (!clpti_is_disabled(without, "fft", fft)) return CLPT_OK;
    return clpti_fail(
        message, CLPT_ERROR_ARGUMENT,
        "FFT provider '%s' is both requested (CLPTYCHO_FFT) and disabled (--without, CLPTYCHO_WITHOUT '%s'): remove "
        "one of the two",
        fft, without);
}

clpt_status clpti_switches_check(const char *variants, const char *fft, const char *without, clpt_message *message)
{
    clpt_status status = check_variants(variants, message);
    const char *rest = without;
    item i;
    while (status == CLPT_OK && next_item(&rest, &i)) status = check_off(&i, message);
    return status == CLPT_OK ? check_conflicts(variants, fft, without, message) : status;
}
