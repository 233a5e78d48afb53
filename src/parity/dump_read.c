/* SPDX-License-Identifier: Apache-2.0 */
/* Reader of dumps: a folder with a manifest and the arrays of all stages. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/memory.h"
#include "io/store.h"
#include "parity/dump.h"
#include "report/json.h"

bool clpti_parity_is_folder(const char *path)
{
    struct stat entry;
    return stat(path, &entry) == 0 && S_ISDIR(entry.st_mode);
}

static char *join(const char *folder, const char *name, const char *ending)
{
    char *path = NULL;
    return asprintf(&path, "%s/%s%s", folder, name, ending) < 0 ? NULL : path;
}

/* Reads all arrays of a file. */
static clpt_status read_bundle(const char *path, clpti_parity_bundle *bundle, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    clpti_store *store = NULL;
    clpti_npy_info info;
    clpti_tensor tensor;
    CLPTI_TRY(clpti_store_open(path, &store, message));
    for (int64_t k = 0; k < clpti_store_count(store); k++) {
        CLPTI_TRY(clpti_store_info(store, k, &info, message));
        CLPTI_TRY(clpti_store_read_any(store, info.name, &tensor, message));
        CLPTI_TRY(clpti_parity_take(bundle, info.name, &tensor, message));
    }
cleanup:
    clpti_store_close(&store);
    return status;
}

/* ---- manifest ---- */

static clpt_status read_section(const cJSON *root, clpti_parity_section section, clpti_parity_run *run,
                                clpt_message *message)
{
    clpt_status status = CLPT_OK;
    const cJSON *object = cJSON_GetObjectItemCaseSensitive(root, clpti_parity_sections[section]), *one;
    if (!object) return CLPT_OK; /* unspecified */
    if (!cJSON_IsObject(object))
        return clpti_fail(message, CLPT_ERROR_FILE, "'%s' is not an object", clpti_parity_sections[section]);
    cJSON_ArrayForEach(one, object)
    {
        char number[40];
        snprintf(number, sizeof number, "%.17g", one->valuedouble);
        if (!cJSON_IsString(one) && !cJSON_IsNumber(one))
            return clpti_fail(message, CLPT_ERROR_FILE, "'%s': '%s' is neither text nor number",
                              clpti_parity_sections[section], one->string);
        CLPTI_TRY(clpti_parity_manifest_add(run, section, one->string, cJSON_IsString(one) ? one->valuestring : number,
                                            message));
    }
cleanup:
    return status;
}

static clpt_status read_root(const char *folder, cJSON **root, clpt_message *message)
{
    char *path = join(folder, "manifest", ".json");
    if (!path) return clpti_fail(message, CLPT_ERROR_MEMORY, "no memory for a path");
    clpt_status status = clpti_json_read(path, root, message);
    if (status != CLPT_OK) clpti_message_prefix(message, "%s", path);
    free(path);
    return status;
}

static clpt_status read_manifest(const char *path, clpti_parity_run *run, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    cJSON *root = NULL;
    CLPTI_TRY(clpti_json_read(path, &root, message));
    const cJSON *mark = cJSON_GetObjectItemCaseSensitive(root, CLPTI_PARITY_MARK);
    if (!cJSON_IsNumber(mark))
        CLPTI_TRY(clpti_fail(message, CLPT_ERROR_FILE, "is JSON, but not a manifest: it has no number '%s'",
                             CLPTI_PARITY_MARK));
    if (mark->valuedouble > CLPTI_PARITY_FORMAT)
        CLPTI_TRY(clpti_fail(message, CLPT_ERROR_FILE, "has format %g, above %d, the newest that clptycho %s reads",
                             mark->valuedouble, CLPTI_PARITY_FORMAT, clpt_version()));
    for (int s = 0; s < CLPTI_PARITY_SECTIONS; s++)
        CLPTI_TRY(read_section(root, (clpti_parity_section)s, run, message));
cleanup:
    cJSON_Delete(root);
    return status;
}

clpt_status clpti_parity_dump_facts(const char *folder, clpti_parity_run *run, clpt_message *message)
{
    char *path = join(folder, "manifest", ".json");
    if (!path) return clpti_fail(message, CLPT_ERROR_MEMORY, "no memory for a path");
    snprintf(run->label, sizeof run->label, "%s", folder);
    clpt_status status =
        clpti_parity_is_folder(folder)
            ? read_manifest(path, run, message)
            : clpti_fail(message, CLPT_ERROR_FILE, "does not exist: a folder written by --dump is required");
    if (status != CLPT_OK) clpti_message_prefix(message, "%s", path);
    free(path);
    return status;
}

/* ---- arrays ---- */

static clpt_status set_config(const clpti_parity_run *run, clpti_parity_config *config, clpt_message *message)
{
    const char *name;
    char unused[160];
    for (int k = 0; clpti_parity_config_text(config, k, &name, unused); k++) {
        const char *text = clpti_parity_manifest_text(run, CLPTI_PARITY_CONFIGURATION, name);
        if (!text || !clpti_parity_config_set(config, name, text))
            return clpti_fail(message, CLPT_ERROR_FILE, "%s: its manifest's configuration has %s '%s'", run->label,
                              text ? "an unusable" : "no", name);
    }
    return CLPT_OK;
}

static bool is_given(const char *name)
{
    static const char *const given[] = {"object", "probe", "positions", "amplitude", "mask"};
    for (size_t k = 0; k < sizeof given / sizeof *given; k++)
        if (!strcmp(name, given[k])) return true;
    return false;
}

/* The manifest's text of an input array; NULL: none. */
static const char *listed_type(const cJSON *root, const char *array)
{
    static const char *const sections[] = {"inputs", "data"};
    for (size_t s = 0; s < sizeof sections / sizeof *sections; s++) {
        const cJSON *section = cJSON_GetObjectItemCaseSensitive(root, sections[s]);
        const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(section, array));
        if (text) return text;
    }
    return NULL;
}

/* Inputs must match the manifest: others do not belong to the results of the folder. */
static clpt_status check_inputs(const char *path, const cJSON *root, const clpti_parity_bundle *bundle,
                                clpt_message *message)
{
    char is[256], differs[1500] = "";
    for (int k = 0; k < bundle->count; k++) {
        const char *name = bundle->arrays[k].name, *listed = listed_type(root, name);
        clpti_parity_array_text(&bundle->arrays[k].tensor, is);
        if (!listed || !strcmp(listed, is)) continue;
        size_t used = strlen(differs);
        snprintf(differs + used, sizeof differs - used, "%s%s: %s, not %.200s", used ? "; " : "", name, is, listed);
    }
    if (!*differs) return CLPT_OK;
    return clpti_fail(message, CLPT_ERROR_FILE, "%s: does not match its manifest: %s", path, differs);
}

clpt_status clpti_parity_dump_problem(const char *folder, const clpti_parity_run *run, clpti_parity_problem *problem,
                                      clpt_message *message)
{
    clpt_status status = CLPT_OK;
    clpti_parity_bundle bundle = {0};
    bool own = problem->inputs.count > 0;
    cJSON *root = NULL;
    char *path = join(folder, "inputs", ".npz");
    if (!path) return clpti_fail(message, CLPT_ERROR_MEMORY, "no memory for a path");
    if (own && access(path, F_OK) != 0) goto cleanup; /* derived arrays are computed again */
    CLPTI_TRY(read_bundle(path, &bundle, message));
    CLPTI_TRY(read_root(folder, &root, message));
    CLPTI_TRY(check_inputs(path, root, &bundle, message));
    if (!own) CLPTI_TRY(set_config(run, &problem->config, message));
    for (int k = 0; k < bundle.count; k++) {
        const char *name = bundle.arrays[k].name;
        if ((own && is_given(name)) || clpti_parity_find(&problem->inputs, name)) continue;
        CLPTI_TRY(clpti_parity_take(&problem->inputs, name, &bundle.arrays[k].tensor, message));
    }
cleanup:
    cJSON_Delete(root);
    clpti_parity_bundle_free(&bundle);
    free(path);
    return status;
}

clpt_status clpti_parity_dump_names(const char *folder, const clpti_parity_plan *plan, char **names,
                                    clpt_message *message)
{
    size_t used = 0;
    cJSON *root = NULL;
    *names = NULL;
    clpt_status status = read_root(folder, &root, message);
    if (status != CLPT_OK) return status;
    const cJSON *stages = cJSON_GetObjectItemCaseSensitive(root, "stages");
    *names = clpti_calloc(plan->count + 1, sizeof plan->items->name + 1);
    for (int k = 0; *names && k < plan->count; k++) {
        char *path = join(folder, plan->items[k].name, ".npz");
        bool listed = cJSON_GetObjectItemCaseSensitive(stages, plan->items[k].name) != NULL;
        if (path && (listed || access(path, F_OK) == 0))
            used += (size_t)sprintf(*names + used, "%s%s", used ? "," : "", plan->items[k].name);
        free(path);
    }
    cJSON_Delete(root);
    if (!*names) return clpti_fail(message, CLPT_ERROR_MEMORY, "no memory for the stages of %s", folder);
    if (used) return CLPT_OK;
    free(*names);
    *names = NULL;
    return clpti_fail(message, CLPT_ERROR_FILE, "%s: contains no stage of this chain", folder);
}

/* Records why a stage of the manifest was not computed, or which of its arrays are missing. */
static void note_loss(const cJSON *listed, const char *path, bool there, clpti_parity_captured *result)
{
    const cJSON *array;
    if (cJSON_IsString(listed))
        snprintf(result->failure, sizeof result->failure, "%s", listed->valuestring);
    else if (!there)
        snprintf(result->failure, sizeof result->failure, "listed in the manifest but missing: %s", path);
    else
        cJSON_ArrayForEach(array, listed) if (!clpti_parity_find(&result->arrays, array->string))
            snprintf(result->failure, sizeof result->failure, "listed in the manifest but missing: '%s' in %s",
                     array->string, path);
}

static clpt_status read_stage(const char *folder, const char *stage, const cJSON *listed, clpti_parity_run *run,
                              clpt_message *message)
{
    clpt_status status = CLPT_OK;
    clpti_parity_captured *result;
    char *path = join(folder, stage, ".npz");
    if (!path) return clpti_fail(message, CLPT_ERROR_MEMORY, "no memory for a path");
    bool there = access(path, F_OK) == 0;
    if (listed && !cJSON_IsString(listed) && !cJSON_IsObject(listed))
        CLPTI_TRY(clpti_fail(message, CLPT_ERROR_FILE,
                             "%s/manifest.json: 'stages': '%s' is neither an object of arrays nor text", folder,
                             stage));
    if (!there && !listed) goto cleanup;
    CLPTI_TRY(clpti_parity_result_add(run, stage, &result, message));
    if (there) CLPTI_TRY(read_bundle(path, &result->arrays, message));
    if (listed) note_loss(listed, path, there, result);
cleanup:
    free(path);
    return status;
}

clpt_status clpti_parity_dump_stages(const char *folder, const clpti_parity_plan *plan, clpti_parity_run *run,
                                     clpt_message *message)
{
    clpt_status status = CLPT_OK;
    cJSON *root = NULL;
    CLPTI_TRY(read_root(folder, &root, message));
    const cJSON *stages = cJSON_GetObjectItemCaseSensitive(root, "stages");
    for (int k = 0; k < plan->count; k++) {
        const char *name = plan->items[k].name;
        CLPTI_TRY(read_stage(folder, name, cJSON_GetObjectItemCaseSensitive(stages, name), run, message));
    }
cleanup:
    cJSON_Delete(root);
    return status;
}
