/* SPDX-License-Identifier: Apache-2.0 */
/* The JSON document of a run. */
#include "cli/document.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "report/file.h"
#include "report/json.h"

/* ---- members ---- */

cJSON *clpti_document(clpti_session *session)
{
    return session->document;
}

/* The array or object of that name in the document, made by `create` on first use. */
static cJSON *member(clpti_session *session, const char *name, cJSON *(*create)(cJSON *, const char *))
{
    cJSON *found = session->document ? cJSON_GetObjectItemCaseSensitive(session->document, name) : NULL;
    return found || !session->document ? found : create(session->document, name);
}

cJSON *clpti_document_section(clpti_session *session, const char *name)
{
    return member(session, name, cJSON_AddObjectToObject);
}

void clpti_document_text(cJSON *object, const char *name, const char *text)
{
    if (object && text) clpti_json_add_text(object, name, text);
}

void clpti_document_number(cJSON *object, const char *name, double number)
{
    if (object) clpti_json_add_number(object, name, number);
}

void clpti_document_numbers(cJSON *object, const char *name, const double *numbers, int64_t count)
{
    cJSON *array = object ? cJSON_AddArrayToObject(object, name) : NULL;
    for (int64_t k = 0; array && k < count; ++k)
        cJSON_AddItemToArray(array, isfinite(numbers[k]) ? cJSON_CreateNumber(numbers[k]) : cJSON_CreateNull());
}

void clpti_document_output(clpti_session *session, const char *path)
{
    cJSON *array = member(session, "outputs", cJSON_AddArrayToObject);
    if (array) cJSON_AddItemToArray(array, cJSON_CreateString(path));
}

void clpti_document_warning(clpti_session *session, const char *code, const char *sentence)
{
    cJSON *array = member(session, "warnings", cJSON_AddArrayToObject);
    cJSON *entry = array ? cJSON_CreateObject() : NULL;
    clpti_document_text(entry, "code", code);
    clpti_document_text(entry, "text", sentence);
    if (entry) cJSON_AddItemToArray(array, entry);
}

/* ---- begin ---- */

clpt_status clpti_document_begin(clpti_session *session)
{
    const char *path = session->arguments->json;
    clpt_status status = CLPT_OK;
    if (!path) return CLPT_OK;
    if (!strcmp(path, "-")) {
        fflush(stdout);
        session->document_stream = dup(STDOUT_FILENO);
        if (session->document_stream < 0 || !freopen("/dev/null", "w", stdout))
            return clpti_fail(&session->message, CLPT_ERROR_FILE, "--json -: cannot write to stdout: %s",
                              strerror(errno));
    } else
        status = clpti_output_check(path, &session->message);
    session->document = status == CLPT_OK ? cJSON_CreateObject() : NULL;
    member(session, "outputs", cJSON_AddArrayToObject);
    member(session, "warnings", cJSON_AddArrayToObject);
    return status;
}

/* ---- end ---- */

static void add_device(clpti_session *session)
{
    const clpt_device_info *device = session->context ? clpt_context_get_device(session->context) : NULL;
    cJSON *section = device ? clpti_document_section(session, "device") : NULL;
    if (!section) return;
    clpti_document_text(section, "name", device->name);
    clpti_document_text(section, "short_name", device->short_name);
    clpti_document_text(section, "platform", device->platform_name);
    clpti_document_text(section, "driver", device->driver);
}

static void add_choices(clpti_session *session)
{
    const clpt_choice *choice;
    cJSON *array = session->context ? member(session, "choices", cJSON_AddArrayToObject) : NULL;
    for (int64_t k = 0; array && (choice = clpt_context_get_choice(session->context, k)); ++k) {
        cJSON *entry = cJSON_CreateObject();
        clpti_document_text(entry, "what", choice->what);
        clpti_document_text(entry, "chosen", choice->chosen);
        clpti_document_text(entry, "reason", choice->reason);
        clpti_document_number(entry, "runs", (double)choice->runs);
        if (entry) cJSON_AddItemToArray(array, entry);
    }
}

static clpt_status write_document(FILE *stream, const void *root, clpt_message *message)
{
    return clpti_json_write(stream, cJSON_Duplicate(root, true), message);
}

static clpt_status write_to_stdout(clpti_session *session, clpt_message *message)
{
    FILE *stream = fdopen(session->document_stream, "w");
    clpt_status status = stream ? write_document(stream, session->document, message) : CLPT_OK;
    bool good = stream && !ferror(stream);
    if (stream && fclose(stream) != 0) good = false;
    if (status == CLPT_OK && !good)
        status = clpti_fail(message, CLPT_ERROR_FILE, "--json -: cannot write to stdout: %s", strerror(errno));
    return status;
}

clpt_status clpti_document_end(clpti_session *session, int exit_status, clpt_message *message)
{
    cJSON *root = session->document;
    if (!root) return CLPT_OK;
    const clpti_building *building = &session->building;
    clpti_document_text(root, "command", session->arguments->command->name);
    clpti_document_text(root, "version", clpt_version());
    clpti_document_text(root, "file", session->arguments->operand);
    clpti_document_number(root, "exit_status", exit_status);
    if (exit_status != 0 && *session->message.text) clpti_document_text(root, "message", session->message.text);
    clpti_document_number(root, "seconds", clpti_seconds() - session->started);
    clpti_document_number(root, "seconds_building", building->seconds);
    clpti_document_number(root, "kernels_built", (double)building->count);
    add_device(session);
    add_choices(session);
    clpt_status status = session->document_stream > 0
                             ? write_to_stdout(session, message)
                             : clpti_report_write(session->arguments->json, write_document, root, message);
    cJSON_Delete(root);
    session->document = NULL;
    return status;
}
