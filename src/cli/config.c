/* SPDX-License-Identifier: Apache-2.0 */
/* Options from configurations, presets and results. */
#include "cli/config.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "core/memory.h"
#include "io/h5.h"
#include "io/io.h"
#include "io/store.h"
#include "report/json.h"

/* One file that is being applied. */
typedef struct source {
    clpti_arguments *arguments;
    const char *path;
    clpt_message *message;
} source;

/* A copy of a text that lives as long as the arguments; NULL if out of memory. */
static const char *keep(clpti_arguments *arguments, const char *text)
{
    char **longer = realloc(arguments->texts, ((size_t)arguments->text_count + 1) * sizeof *longer);
    if (longer) arguments->texts = longer;
    char *copy = longer ? clpti_strdup(text) : NULL;
    if (copy) arguments->texts[arguments->text_count++] = copy;
    return copy;
}

/* ---- one option ---- */

/* Options of all commands have no record of how they were set: those that are set keep their value. */
static bool is_common_set(const clpt_option *option, const clpti_arguments *arguments)
{
    char text[1024];
    clpti_option_text(option, arguments, text, sizeof text);
    return strcmp(text, option->kind == CLPT_OPTION_FLAG ? "no" : "default") != 0;
}

/* Sets each option of that name that the command line lacks; *found is false if there is none. */
static clpt_status set_option(const source *s, const char *name, const char *text, bool *found)
{
    clpti_arguments *a = s->arguments;
    const clpt_option *option;
    size_t base;
    clpt_status status = CLPT_OK;
    *found = false;
    for (int k = 0; (option = clpti_command_option(a->command, k, &base)); ++k) {
        if (!clpti_option_is_named(option, name, strlen(name))) continue;
        *found = true;
        if (a->given[k] & CLPTI_GIVEN_BEFORE) continue;
        CLPTI_TRY(clpti_arguments_set(a, k, text, s->message));
    }
    for (int k = 0; !*found && (option = clpti_common_option(a->command, k)); ++k) {
        if (!clpti_option_is_named(option, name, strlen(name))) continue;
        *found = true;
        if (!is_common_set(option, a)) CLPTI_TRY(clpti_option_parse(option, text, a, CLPTI_NAMING_COMMAND, s->message));
    }
cleanup:
    return status;
}

static clpt_status set_text(const source *s, const char *name, const char *text)
{
    bool found = false;
    const char *kept = keep(s->arguments, text);
    if (!kept) return clpti_fail(s->message, CLPT_ERROR_MEMORY, "no memory for the configuration");
    clpt_status status = set_option(s, name, kept, &found);
    return status != CLPT_OK || found ? status
                                      : clpti_arguments_unknown(s->arguments->command, name, strlen(name), s->message);
}

static clpt_status set_operand(const source *s, const char *path)
{
    if (!s->arguments->operand && !(s->arguments->operand = keep(s->arguments, path)))
        return clpti_fail(s->message, CLPT_ERROR_MEMORY, "no memory for the configuration");
    return CLPT_OK;
}

/* ---- JSON ---- */

/* The value as text; "" if it is not a text, a number, true or false. */
static const char *text_of(const cJSON *value, char *text, size_t size)
{
    *text = '\0';
    if (cJSON_IsString(value)) return value->valuestring;
    if (cJSON_IsBool(value)) return cJSON_IsTrue(value) ? "yes" : "no";
    if (!cJSON_IsNumber(value)) return text;
    snprintf(text, size, "%.15g", value->valuedouble);
    if (strtod(text, NULL) != value->valuedouble) snprintf(text, size, "%.17g", value->valuedouble);
    return text;
}

static clpt_status set_value(const source *s, const char *name, const cJSON *value)
{
    char number[64];
    const char *text = text_of(value, number, sizeof number);
    if (!*text)
        return clpti_fail(s->message, CLPT_ERROR_ARGUMENT,
                          "'%s' requires a text, a number, true or false; an option without a value is left out", name);
    return !strcmp(name, "file") && s->arguments->command->operand ? set_operand(s, text) : set_text(s, name, text);
}

static clpt_status apply_json(const source *s)
{
    cJSON *root = NULL;
    const cJSON *member, *item;
    clpt_status status = clpti_json_read_commented(s->path, &root, s->message);
    CLPTI_TRY(status);
    if (!cJSON_IsObject(root))
        CLPTI_TRY(clpti_fail(s->message, CLPT_ERROR_FILE, "is not an object of options, {\"iterations\": 100}"));
    cJSON_ArrayForEach(member, root)
    {
        if (cJSON_GetObjectItemCaseSensitive(root, member->string) != member)
            CLPTI_TRY(clpti_fail(s->message, CLPT_ERROR_ARGUMENT, "'%s' is there twice", member->string));
        const cJSON *first = cJSON_IsArray(member) ? member->child : member;
        for (item = first; item; item = cJSON_IsArray(member) ? item->next : NULL)
            CLPTI_TRY(set_value(s, member->string, item));
    }
cleanup:
    cJSON_Delete(root);
    return status;
}

/* ---- results ---- */

/* One entry of a result's record. Outputs are those of the new run; values equal to the default were not given. */
static clpt_status set_recorded(const source *s, const char *name, const char *text)
{
    static const char prefix[] = "option_";
    const clpt_option *option;
    char now[1024];
    if (!strcmp(name, "clptycho_scan")) return set_operand(s, text);
    if (strncmp(name, prefix, sizeof prefix - 1) != 0 || !strcmp(text, "default")) return CLPT_OK;
    name += sizeof prefix - 1;
    for (int k = 0; (option = clpti_command_option(s->arguments->command, k, NULL)); ++k)
        if (clpti_option_is_named(option, name, strlen(name)) &&
            (option->flags & CLPTI_OPTION_OUTPUT ||
             !strcmp(clpti_arguments_text(s->arguments, k, now, sizeof now), text)))
            return CLPT_OK;
    return set_text(s, name, text);
}

static clpt_status apply_result(const source *s)
{
    clpti_store *store = NULL;
    char name[256], value[256];
    bool found = false;
    clpt_status status = clpti_store_open(s->path, &store, s->message);
    CLPTI_TRY(status);
    for (int64_t k = 0; clpti_store_note(store, k, name, value); ++k) {
        if (strlen(value) == sizeof value - 1)
            CLPTI_TRY(clpti_fail(s->message, CLPT_ERROR_FILE, "the value of '%s' is too long to be read", name));
        found |= !strcmp(name, "option_iterations");
        CLPTI_TRY(set_recorded(s, name, value));
    }
    if (!found)
        CLPTI_TRY(clpti_fail(s->message, CLPT_ERROR_FILE, "is not a result of 'reconstruct': it has no options"));
cleanup:
    clpti_store_close(&store);
    return status;
}

/* ---- files ---- */

static bool ends_with(const char *path, const char *ending)
{
    size_t length = strlen(path), of = strlen(ending);
    return length > of && !strcasecmp(path + length - of, ending);
}

static clpt_status apply_file(clpti_arguments *arguments, const char *path, clpt_message *message)
{
    const source s = {arguments, path, message};
    const clpt_option *option;
    const bool result = clpti_h5_is_name(path) || ends_with(path, ".npz");
    clpt_status status = result ? apply_result(&s) : apply_json(&s);
    if (status != CLPT_OK) clpti_message_prefix(message, "%s", path);
    /* Options that it has set have priority over those of the next file. */
    for (int k = 0; (option = clpti_command_option(arguments->command, k, NULL)); ++k)
        if (arguments->given[k]) arguments->given[k] |= CLPTI_GIVEN_BEFORE;
    return status;
}

/* A path, or a name in the user's folder of presets. */
static clpt_status find_preset(const char *name, char *path, size_t size, clpt_message *message)
{
    const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
    char folder[2048];
    snprintf(path, size, "%s", name);
    if (strchr(name, '/') || ends_with(name, ".json")) return CLPT_OK;
    if (config && *config == '/')
        snprintf(folder, sizeof folder, "%s/clptycho/presets", config);
    else
        snprintf(folder, sizeof folder, "%s/.config/clptycho/presets", home ? home : "");
    snprintf(path, size, "%s/%s.json", folder, name);
    if (access(path, R_OK) == 0) return CLPT_OK;
    return clpti_fail(message, CLPT_ERROR_ARGUMENT,
                      "--preset %s: there is no %s.json in %s; a path has a slash or ends in .json", name, name,
                      folder);
}

clpt_status clpti_config_apply(clpti_arguments *a, clpt_message *message)
{
    char path[4096];
    const clpt_option *option;
    clpt_status status = CLPT_OK;
    for (int k = 0; (option = clpti_command_option(a->command, k, NULL)); ++k)
        if (a->given[k]) a->given[k] |= CLPTI_GIVEN_BEFORE;
    if (a->config) CLPTI_TRY(apply_file(a, a->config, message));
    if (a->preset) {
        CLPTI_TRY(find_preset(a->preset, path, sizeof path, message));
        CLPTI_TRY(apply_file(a, path, message));
    }
cleanup:
    return status;
}

/* ---- --dump-config ---- */

/* A number or true and false where the text is one; else a text. */
static cJSON *value_of(const clpt_option *option, const char *text)
{
    char *end;
    double number = strtod(text, &end);
    if (option->kind == CLPT_OPTION_FLAG) return cJSON_CreateBool(!strcmp(text, "yes"));
    const bool numeric = option->kind == CLPT_OPTION_INTEGER || option->kind == CLPT_OPTION_REAL;
    return numeric && !*end && isfinite(number) ? cJSON_CreateNumber(number) : cJSON_CreateString(text);
}

static cJSON *repeated_value(const clpti_texts *texts)
{
    return cJSON_CreateStringArray(texts->items, texts->count);
}

clpt_status clpti_config_print(const clpti_arguments *a, clpt_message *message)
{
    static const char *const of_files[] = {"config", "preset", "dump-config", "help"};
    char text[4096];
    const clpt_option *option;
    size_t base;
    cJSON *root = cJSON_CreateObject();
    if (root && a->operand) cJSON_AddStringToObject(root, "file", a->operand);
    for (int k = 0; root && (option = clpti_command_option(a->command, k, &base)); ++k) {
        if (!a->given[k]) continue;
        const void *texts = (const char *)a->values + base + option->offset;
        cJSON_AddItemToObject(root, option->name,
                              option->flags & CLPTI_OPTION_REPEATED
                                  ? repeated_value(texts)
                                  : value_of(option, clpti_arguments_text(a, k, text, sizeof text)));
    }
    for (int k = 0; root && (option = clpti_common_option(a->command, k)); ++k) {
        bool of_file = false;
        for (size_t i = 0; i < sizeof of_files / sizeof *of_files; ++i) of_file |= !strcmp(option->name, of_files[i]);
        if (!of_file && is_common_set(option, a))
            cJSON_AddItemToObject(root, option->name,
                                  value_of(option, clpti_option_text(option, a, text, sizeof text)));
    }
    return clpti_json_write(stdout, root, message);
}
