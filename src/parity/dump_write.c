/* SPDX-License-Identifier: Apache-2.0 */
/* Writer of dumps: a folder with a manifest and the arrays of all stages. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "parity/dump.h"
#include "report/file.h"
#include "report/json.h"

static char *join(const char *folder, const char *name, const char *ending)
{
    char *path = NULL;
    return asprintf(&path, "%s/%s%s", folder, name, ending) < 0 ? NULL : path;
}

clpt_status clpti_parity_make_folder(const char *folder, clpt_message *message)
{
    if (mkdir(folder, 0777) == 0 || (errno == EEXIST && clpti_parity_is_folder(folder))) return CLPT_OK;
    return clpti_fail(message, CLPT_ERROR_FILE, "%s: cannot create this folder: %s", folder,
                      errno == EEXIST ? "it exists and is not a folder" : strerror(errno));
}

static clpt_status write_bundle(const char *folder, const char *name, const clpti_parity_bundle *bundle,
                                clpt_message *message)
{
    clpt_status status = CLPT_OK;
    clpti_npz_writer *writer = NULL;
    char *path = join(folder, name, ".npz");
    if (!path) return clpti_fail(message, CLPT_ERROR_MEMORY, "no memory for a path");
    CLPTI_TRY(clpti_npz_create(path, &writer, message));
    for (int k = 0; k < bundle->count; k++) {
        const clpti_tensor *t = &bundle->arrays[k].tensor;
        CLPTI_TRY(clpti_npz_add(writer, bundle->arrays[k].name, t->type, t->rank, t->shape, t->data, message));
    }
    status = clpti_npz_commit(&writer, message);
cleanup:
    clpti_npz_discard(&writer);
    free(path);
    return status;
}

/* ---- manifest ---- */

static bool add_facts(cJSON *root, const clpti_parity_run *run)
{
    bool good = true;
    for (int s = 0; good && s < CLPTI_PARITY_SECTIONS; s++) {
        cJSON *object = cJSON_AddObjectToObject(root, clpti_parity_sections[s]);
        good = object != NULL;
        for (int k = 0; good && k < run->manifest_count; k++)
            if ((int)run->manifest[k].section == s)
                good = clpti_json_add_text(object, run->manifest[k].name, run->manifest[k].text);
    }
    return good;
}

/* Contents of a file: a digest of every array. */
static bool add_arrays(cJSON *root, const char *name, const clpti_parity_bundle *bundle)
{
    char text[256];
    cJSON *arrays = cJSON_AddObjectToObject(root, name);
    bool good = arrays != NULL;
    for (int a = 0; good && a < bundle->count; a++)
        good = clpti_json_add_text(arrays, bundle->arrays[a].name,
                                   clpti_parity_array_text(&bundle->arrays[a].tensor, text));
    return good;
}

static bool add_stages(cJSON *root, const clpti_parity_run *run)
{
    cJSON *stages = cJSON_AddObjectToObject(root, "stages");
    bool good = stages != NULL;
    for (int k = 0; good && k < run->result_count; k++) {
        const clpti_parity_captured *r = &run->results[k];
        good =
            *r->failure ? clpti_json_add_text(stages, r->stage, r->failure) : add_arrays(stages, r->stage, &r->arrays);
    }
    return good;
}

static clpt_status write_text(FILE *stream, const void *text, clpt_message *message)
{
    (void)message;
    fprintf(stream, "%s\n", (const char *)text);
    return CLPT_OK;
}

static clpt_status write_manifest(const char *folder, const clpti_parity_problem *problem, const clpti_parity_run *run,
                                  clpt_message *message)
{
    clpt_status status = CLPT_OK;
    char *text = NULL, *path = join(folder, "manifest", ".json");
    cJSON *root = cJSON_CreateObject();
    bool good = path && root && clpti_json_add_number(root, CLPTI_PARITY_MARK, CLPTI_PARITY_FORMAT) &&
                clpti_json_add_text(root, "label", run->label) && add_facts(root, run) &&
                add_arrays(root, "inputs", &problem->inputs) && add_stages(root, run);
    if (good) text = cJSON_Print(root);
    status = text ? clpti_report_write(path, write_text, text, message)
                  : clpti_fail(message, CLPT_ERROR_MEMORY, "no memory for the manifest of %s", folder);
    cJSON_free(text);
    cJSON_Delete(root);
    free(path);
    return status;
}

static void remove_stage(const char *folder, const clpti_parity_run *run, const char *stage, const char *engine)
{
    char name[96];
    snprintf(name, sizeof name, "%s%s%s", stage, engine ? "_" : "", engine ? engine : "");
    char *path = clpti_parity_results(run, name) ? NULL : join(folder, name, ".npz");
    if (path) unlink(path);
    free(path);
}

/* Removes files of an earlier run that this run does not overwrite: they would be read as results of this run. */
static void remove_others(const char *folder, const clpti_parity_run *run)
{
    for (const clpti_parity_stage *s = clpti_parity_stages; s->name; s++) {
        if (!s->each_engine) remove_stage(folder, run, s->name, NULL);
        for (size_t k = 0; s->each_engine && clpt_engine_name(k); k++)
            remove_stage(folder, run, s->name, clpt_engine_name(k));
    }
}

clpt_status clpti_parity_dump_write(const char *folder, const clpti_parity_problem *problem,
                                    const clpti_parity_run *run, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    CLPTI_TRY(clpti_parity_make_folder(folder, message));
    remove_others(folder, run);
    CLPTI_TRY(write_bundle(folder, "inputs", &problem->inputs, message));
    for (int k = 0; k < run->result_count; k++)
        if (run->results[k].arrays.count)
            CLPTI_TRY(write_bundle(folder, run->results[k].stage, &run->results[k].arrays, message));
    CLPTI_TRY(write_manifest(folder, problem, run, message)); /* last: a folder with a manifest is complete */
cleanup:
    return status;
}
