/* SPDX-License-Identifier: Apache-2.0 */
/* The JSON report, in the format of docs/parity.md. An unknown number is null. */
#include <math.h>
#include <string.h>

#include "parity/report.h"
#include "report/json.h"

static const char *const verdicts[CLPTI_PARITY_VERDICTS] = {"pass", "fail", "absent"};

static bool add_facts(cJSON *list, const clpti_parity_run *run)
{
    cJSON *object = cJSON_CreateObject(), *sections[CLPTI_PARITY_SECTIONS];
    if (!object || !cJSON_AddItemToArray(list, object)) return false;
    bool good = clpti_json_add_text(object, "label", run->label);
    for (int s = 0; good && s < CLPTI_PARITY_SECTIONS; s++)
        good = (sections[s] = cJSON_AddObjectToObject(object, clpti_parity_sections[s])) != NULL;
    for (int k = 0; good && k < run->manifest_count; k++)
        good = clpti_json_add_text(sections[run->manifest[k].section], run->manifest[k].name, run->manifest[k].text);
    return good;
}

static bool add_shape(cJSON *object, const clpti_tensor *tensor)
{
    cJSON *shape = cJSON_AddArrayToObject(object, "shape");
    bool good = shape != NULL;
    for (int axis = 0; good && axis < tensor->rank; axis++)
        good = cJSON_AddItemToArray(shape, cJSON_CreateNumber((double)tensor->shape[axis]));
    return good;
}

static bool add_values(cJSON *object, const char *name, const clpti_parity_statistics *s, const clpti_tensor *tensor)
{
    cJSON *values = cJSON_AddObjectToObject(object, name);
    return values && clpti_json_add_text(values, "type", clpti_type_name(tensor->type)) && add_shape(values, tensor) &&
           clpti_json_add_number(values, "min", s->minimum) && clpti_json_add_number(values, "max", s->maximum) &&
           clpti_json_add_number(values, "mean", s->mean) && clpti_json_add_number(values, "std", s->deviation) &&
           clpti_json_add_number(values, "not_finite", (double)s->not_finite);
}

/* Adds [from, to, count] of each bin that is not empty. */
static bool add_ulps(cJSON *object, const clpti_parity_difference *d)
{
    cJSON *bins = cJSON_AddArrayToObject(object, "ulp_histogram");
    bool good = bins && clpti_json_add_number(object, "ulp_most", (double)d->ulp_most);
    for (int k = 0; good && k < CLPTI_PARITY_ULP_BINS; k++) {
        const double row[3] = {k ? (double)(1LL << (k - 1)) : 0, (double)(k ? (1LL << k) - 1 : 0), (double)d->ulps[k]};
        if (d->ulps[k]) good = cJSON_AddItemToArray(bins, cJSON_CreateDoubleArray(row, 3));
    }
    return good;
}

static bool add_number_pair(cJSON *object, const char *name, const clpti_tensor *tensor, int64_t index)
{
    double parts[2];
    clpti_parity_element(tensor, index, &parts[0], &parts[1]);
    if (!clpti_parity_is_complex(tensor->type)) return clpti_json_add_number(object, name, parts[0]);
    cJSON *pair = cJSON_AddObjectToObject(object, name);
    return pair && clpti_json_add_number(pair, "re", parts[0]) && clpti_json_add_number(pair, "im", parts[1]);
}

bool clpti_parity_json_coordinates(cJSON *object, const char *name, const clpti_tensor *tensor, int64_t index)
{
    cJSON *coordinates = cJSON_AddArrayToObject(object, name);
    bool good = coordinates != NULL;
    for (int axis = tensor->rank - 1; good && axis >= 0; axis--) {
        good = cJSON_InsertItemInArray(coordinates, 0, cJSON_CreateNumber((double)(index % tensor->shape[axis])));
        index /= tensor->shape[axis];
    }
    return good;
}

/* Adds an element as numbers, and as text with all digits of the array's type, "nan" and "inf". */
static bool add_element(cJSON *object, const char *name, const clpti_parity_finding *f, int64_t index)
{
    char got[80], expected[80];
    if (index < 0) return cJSON_AddNullToObject(object, name) != NULL;
    cJSON *element = cJSON_AddObjectToObject(object, name);
    return element && clpti_parity_json_coordinates(element, "at", f->expected, index) &&
           add_number_pair(element, "got", f->got, index) &&
           add_number_pair(element, "reference", f->expected, index) &&
           clpti_json_add_text(element, "got_text", clpti_parity_value(f->got, index, got)) &&
           clpti_json_add_text(element, "reference_text", clpti_parity_value(f->expected, index, expected));
}

static bool add_difference(cJSON *object, const clpti_parity_finding *f)
{
    const clpti_parity_difference *d = &f->difference;
    return clpti_json_add_number(object, "largest", d->largest) && clpti_json_add_number(object, "rms", d->rms) &&
           clpti_json_add_number(object, "scale", d->scale) &&
           clpti_json_add_number(object, "compared", (double)d->compared) &&
           clpti_json_add_number(object, "left_out", (double)d->left_out) &&
           clpti_json_add_number(object, "not_finite", (double)d->not_finite) &&
           clpti_json_add_number(object, "different", (double)d->different) &&
           clpti_json_add_number(object, "beyond", (double)d->beyond) && add_ulps(object, d) &&
           add_element(object, "first_beyond", f, d->first_beyond) &&
           add_element(object, "first_different", f, d->first_different) &&
           add_element(object, "most_different", f, d->largest > 0 ? d->largest_at : -1);
}

static bool add_finding(cJSON *list, const clpti_parity_finding *f)
{
    cJSON *object = cJSON_CreateObject();
    if (!object || !cJSON_AddItemToArray(list, object)) return false;
    bool good = clpti_json_add_text(object, "stage", f->item->name) && clpti_json_add_text(object, "array", f->array) &&
                clpti_json_add_text(object, "rule", clpti_parity_rule_text(f->check->rule)) &&
                clpti_json_add_number(object, "tolerance", f->tolerance) &&
                clpti_json_add_number(object, "part_allowed", f->check->part) &&
                clpti_json_add_number(object, "moved", f->perturbed > 0 ? f->perturbed : (double)NAN) &&
                clpti_json_add_text(object, "verdict", verdicts[f->verdict]) &&
                clpti_json_add_text(object, "reason", f->reason);
    if (good && f->got) good = add_values(object, "got", &f->got_values, f->got);
    if (good && f->expected) good = add_values(object, "reference", &f->expected_values, f->expected);
    return good && (!clpti_parity_was_compared(f) || add_difference(object, f));
}

static bool add_comparison(cJSON *list, const clpti_parity_comparison *c)
{
    cJSON *object = cJSON_CreateObject(), *lines, *findings;
    if (!object || !cJSON_AddItemToArray(list, object)) return false;
    bool good = clpti_json_add_text(object, "got", c->got->label) &&
                clpti_json_add_text(object, "reference", c->expected->label) &&
                (lines = cJSON_AddArrayToObject(object, "differs")) &&
                (findings = cJSON_AddArrayToObject(object, "arrays"));
    for (const char *line = c->differences; good && *line;) {
        char text[700];
        size_t length = strcspn(line, "\n");
        snprintf(text, sizeof text, "%.*s", (int)length, line);
        good = cJSON_AddItemToArray(lines, cJSON_CreateString(text));
        line += length + (line[length] == '\n');
    }
    for (int v = 0; good && v < CLPTI_PARITY_VERDICTS; v++)
        good = clpti_json_add_number(object, verdicts[v], (double)clpti_parity_count(c, (clpti_parity_verdict)v));
    for (int k = 0; good && k < c->count; k++) good = add_finding(findings, &c->findings[k]);
    return good;
}

static bool add_all(cJSON *root, const clpti_parity_report *report)
{
    cJSON *runs = NULL, *comparisons = NULL;
    bool good = clpti_json_add_number(root, "clptycho_parity_report", CLPTI_PARITY_FORMAT) &&
                clpti_json_add_text(root, "clptycho", clpt_version()) &&
                (runs = cJSON_AddArrayToObject(root, "runs")) != NULL &&
                (comparisons = cJSON_AddArrayToObject(root, "comparisons")) != NULL;
    for (int k = 0; good && k < report->run_count; k++) good = add_facts(runs, report->runs[k]);
    for (int k = 0; good && k < report->comparison_count; k++)
        good = add_comparison(comparisons, &report->comparisons[k]);
    return good;
}

cJSON *clpti_parity_json(const clpti_parity_report *report)
{
    cJSON *root = cJSON_CreateObject();
    if (root && add_all(root, report)) return root;
    cJSON_Delete(root);
    return NULL;
}
