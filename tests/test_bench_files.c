/* SPDX-License-Identifier: Apache-2.0 */
/* Output files of the benchmark sweep, from invented results: JSON that comes back the same, damage that is named, CSV
 * that parses, and pages that inline the same JSON, whatever names it contains. `test_bench_files pages FOLDER` writes
 * these pages.
 */
#include "bench_case.h"
#include "page_case.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/json.h"

static void write_json(FILE *stream, const void *report)
{
    clpt_message message;
    assert_int_equal(clpti_json_write(stream, clpti_bench_json(&(clpti_bench_results){.report = report}), &message),
                     CLPT_OK);
}

static void write_csv(FILE *stream, const void *report)
{
    clpti_bench_write_csv(stream, report);
}

static void same_number(double a, double b)
{
    assert_true(fabs(a - b) <= 1e-15 * fabs(a) || (isnan(a) && isnan(b))); /* cJSON may lose the last bit */
}

static void same_figure(const clpti_bench_figure *a, const clpti_bench_figure *b)
{
    assert_string_equal(a->operation, b->operation);
    assert_string_equal(a->item, b->item);
    assert_string_equal(a->each, b->each);
    assert_string_equal(a->reason, b->reason);
    assert_string_equal(a->choices, b->choices);
    assert_memory_equal(&a->size, &b->size, sizeof a->size);
    assert_int_equal(a->state, b->state);
    const double one[] = {a->error, a->tolerance, a->flop, a->bytes, a->joules};
    const double two[] = {b->error, b->tolerance, b->flop, b->bytes, b->joules};
    for (int k = 0; k < 5; k++) same_number(one[k], two[k]);
    if (!clpti_bench_timed(a)) return;
    same_number(a->times.median, b->times.median);
    same_number(a->times.spread, b->times.spread);
    same_number(a->times.minimum, b->times.minimum);
    assert_int_equal(a->times.samples, b->times.samples);
    assert_int_equal(a->times.calls, b->times.calls);
}

static void json_comes_back_the_same(void **state)
{
    (void)state;
    clpt_message message = {0};
    clpti_bench_report report = bench_case_report(), back = {0};
    char *text = bench_case_written(write_json, &report);
    bench_case_write(text);
    if (clpti_bench_read_json(bench_case_path(), &back, &message) != CLPT_OK) fail_msg("%s", message.text);
    assert_int_equal(back.device_count, 3);
    for (int d = 0; d < 3; d++) {
        const clpti_bench_device *a = &report.devices[d], *b = &back.devices[d];
        assert_string_equal(a->name, b->name);
        assert_string_equal(a->short_name, b->short_name);
        assert_string_equal(a->driver, b->driver);
        assert_string_equal(a->reason, b->reason);
        assert_string_equal(a->origin.date, b->origin.date);
        assert_string_equal(a->origin.processor, b->origin.processor);
        assert_string_equal(b->origin.source, bench_case_path());
        same_number(a->copy, b->copy);
        same_number(a->fma, b->fma);
        assert_int_equal(a->figure_count, b->figure_count);
        for (int64_t k = 0; k < a->figure_count; k++) same_figure(&a->figures[k], &b->figures[k]);
    }
    assert_int_equal(clpti_bench_count(&back, CLPTI_BENCH_GOOD), 3);
    assert_int_equal(clpti_bench_count(&back, CLPTI_BENCH_WRONG), 1);
    assert_int_equal(clpti_bench_count(&back, CLPTI_BENCH_ERROR), 2); /* one of them a whole device */
    clpti_bench_report_free(&back);
    clpti_bench_report_free(&report);
    bench_case_remove();
    free(text);
}

/* Reads what is in the file, which must fail in one line that begins with the file's name and has `words` in it. */
static void refuses(const char *words)
{
    clpti_bench_report back = {0};
    clpt_message message = {0};
    clpt_status status = clpti_bench_read_json(bench_case_path(), &back, &message);
    clpti_bench_report_free(&back);
    if (status != CLPT_ERROR_FILE || !strstr(message.text, words) || strchr(message.text, '\n') ||
        strncmp(message.text, bench_case_path(), strlen(bench_case_path())) != 0)
        fail_msg("status %d, expected a message with '%s', got '%s'", (int)status, words, message.text);
}

static void json_cut_short_is_refused(void **state)
{
    (void)state;
    clpti_bench_report report = bench_case_report();
    char *text = bench_case_written(write_json, &report);
    size_t length = strlen(text) - 2; /* without the last brace */
    for (size_t cut = 0; cut <= length; cut += cut + 97 < length ? 97 : 1) {
        text[cut] = '\0';
        bench_case_write(text);
        refuses("is not complete JSON: line ");
        free(text);
        text = bench_case_written(write_json, &report);
    }
    clpti_bench_report_free(&report);
    bench_case_remove();
    free(text);
}

/* The first device, its second figure, or the times of that. */
typedef enum part { DEVICE, FIGURE, TIMES } part;
static const char *const paths[] = {"devices[0]", "devices[0].figures[1]", "devices[0].figures[1]"};

static cJSON *part_of(const cJSON *root, part which)
{
    cJSON *device = cJSON_GetArrayItem(cJSON_GetObjectItem(root, "devices"), 0);
    cJSON *figure = cJSON_GetArrayItem(cJSON_GetObjectItem(device, "figures"), 1);
    return which == DEVICE ? device : which == FIGURE ? figure : cJSON_GetObjectItem(figure, "seconds");
}

static void refuses_tree(cJSON *root, const char *words)
{
    char *text = cJSON_Print(root);
    assert_non_null(text);
    bench_case_write(text);
    cJSON_free(text);
    cJSON_Delete(root);
    refuses(words);
}

/* Every member is taken out in turn, and given a wrong type. */
static void damage_members(const char *text, part which, const char *not_read)
{
    cJSON *whole = cJSON_Parse(text);
    const cJSON *member;
    int members = 0;
    cJSON_ArrayForEach(member, part_of(whole, which))
    {
        char name[64], words[192];
        snprintf(name, sizeof name, " %s ", member->string);
        if (strstr(not_read, name)) continue;
        snprintf(words, sizeof words, "%s: '%s' is ", paths[which], member->string);
        for (int wrong = 0; wrong < 2; wrong++) {
            cJSON *root = cJSON_Parse(text);
            if (wrong)
                cJSON_ReplaceItemInObject(part_of(root, which), member->string, cJSON_CreateTrue());
            else
                cJSON_DeleteItemFromObject(part_of(root, which), member->string);
            refuses_tree(root, words);
        }
        members++;
    }
    assert_true(members > 4);
    cJSON_Delete(whole);
}

static void json_without_a_member_names_it(void **state)
{
    (void)state;
    clpti_bench_report report = bench_case_report();
    char *text = bench_case_written(write_json, &report);
    damage_members(text, DEVICE, " left_out ");
    damage_members(text, FIGURE,
                   " items_per_second flop_per_second bytes_per_second share_of_copy share_of_fma bound ");
    damage_members(text, TIMES, "");
    cJSON *root = cJSON_Parse(text);
    cJSON_ReplaceItemInObject(part_of(root, FIGURE), "state", cJSON_CreateString("fine"));
    refuses_tree(root, "devices[0].figures[1]: 'state' is not supported by this command");
    root = cJSON_Parse(text);
    cJSON_ReplaceItemInObject(root, "clptycho_bench", cJSON_CreateNumber(2));
    refuses_tree(root, "newer than 1");
    root = cJSON_Parse(text);
    cJSON_DeleteItemFromObject(root, "clptycho_bench");
    refuses_tree(root, "not a report of 'clptycho bench --json'");
    bench_case_write("[1, 2]");
    refuses("not a report of 'clptycho bench --json'");
    bench_case_remove();
    refuses("cannot be read: No such file");
    clpti_bench_report_free(&report);
    free(text);
}

/* Moves past one line of CSV and returns its number of fields; quotes must match. */
static int fields_of(const char **at)
{
    int fields = 1;
    bool quoted = false;
    for (; **at; ++*at) {
        if (**at == '"') quoted = !quoted;
        if (**at == ',' && !quoted) fields++;
        if (**at == '\n' && !quoted) break;
    }
    assert_false(quoted);
    if (**at) ++*at;
    return fields;
}

static void csv_has_a_line_for_each_figure(void **state)
{
    (void)state;
    clpti_bench_report report = bench_case_report();
    char *text = bench_case_written(write_csv, &report);
    const char *at = text;
    int fields = fields_of(&at), lines = 0;
    assert_true(fields > 30);
    for (; *at; lines++) assert_int_equal(fields_of(&at), fields);
    assert_int_equal(lines, 7); /* six figures, and the device that has none */
    assert_non_null(strstr(text, ",\"1.2.3, \"\"beta\"\"\","));
    assert_non_null(strstr(text, "\"beta <&\"\">\","));
    assert_non_null(strstr(text, ",error,\"memory: none left,;though \"\"quoted\"\" nicely\","));
    assert_non_null(strstr(text, ",error,failed its self-check: 2 + 2 gave 5,"));
    clpti_bench_report_free(&report);
    free(text);
}

/* ---- the page ---- */

static void write_page(FILE *stream, const void *results)
{
    clpt_message message;
    assert_int_equal(clpti_bench_write_page(stream, results, &message), CLPT_OK);
}

static void print(FILE *stream, const void *results)
{
    clpti_bench_print(stream, results);
}

/* Made-up results and how they compare with earlier ones. */
typedef struct made_up {
    clpti_bench_report report, before;
    clpti_bench_comparison comparison;
    clpti_bench_results results;
} made_up;

static void make_up(made_up *m, void (*change)(clpti_bench_report *report))
{
    clpt_message message;
    *m = (made_up){.report = bench_case_report(), .before = bench_case_report()};
    m->before.devices[0].figures[0].times.median /= 2;
    m->before.devices[1].copy *= 2;
    m->before.devices[1].figure_count--;
    free(m->before.devices[1].figures[m->before.devices[1].figure_count].choices);
    snprintf(m->before.devices[0].origin.source, sizeof m->before.devices[0].origin.source, "earlier.json");
    bench_case_figure(&m->report.devices[1], "tile-lists", 64, 16, 1, 0, 0); /* too short for a clock */
    bench_case_figure(&m->report.devices[0], "slow", 8192, 1, 1, 37, 1);     /* less than one item per second */
    if (change) change(&m->report);
    if (change) change(&m->before);
    assert_int_equal(clpti_bench_compare(&m->before, &m->report, &m->comparison, &message), CLPT_OK);
    m->results = (clpti_bench_results){&m->report, &m->comparison, 1};
}

static void make_none(made_up *m)
{
    clpti_bench_comparison_free(&m->comparison);
    clpti_bench_report_free(&m->before);
    clpti_bench_report_free(&m->report);
}

#define HOSTILE(field) snprintf((field), sizeof(field), "%s", page_hostile)

/* Every text is hostile, those of the second figure of each device apart from what makes it the same work. */
static void make_hostile(clpti_bench_report *report)
{
    for (int64_t d = 0; d < report->device_count; d++) {
        clpti_bench_device *device = &report->devices[d];
        HOSTILE(device->name);
        snprintf(device->short_name, sizeof device->short_name, "%d</script><!--", (int)d);
        HOSTILE(device->type);
        HOSTILE(device->version);
        HOSTILE(device->driver);
        HOSTILE(device->energy);
        HOSTILE(device->origin.source);
        HOSTILE(device->origin.library);
        HOSTILE(device->origin.date);
        HOSTILE(device->origin.system);
        HOSTILE(device->origin.processor);
        HOSTILE(device->origin.mode);
        if (*device->reason) HOSTILE(device->reason);
        for (int64_t k = 0; k < device->figure_count; k++) {
            clpti_bench_figure *figure = &device->figures[k];
            if (k != 1) snprintf(figure->operation, sizeof figure->operation, "%d%s", (int)k, page_hostile);
            HOSTILE(figure->item);
            HOSTILE(figure->each);
            if (*figure->reason) HOSTILE(figure->reason);
            free(figure->choices);
            figure->choices = strdup(page_hostile);
        }
    }
}

static void fail_all(clpti_bench_report *report)
{
    for (int64_t d = 0; d < report->device_count; d++)
        for (int64_t k = 0; k < report->devices[d].figure_count; k++)
            report->devices[d].figures[k].state = CLPTI_BENCH_ERROR;
}

static const struct {
    const char *name;
    void (*change)(clpti_bench_report *report);
} pages[] = {{"bench.html", NULL}, {"bench_hostile.html", make_hostile}, {"bench_failed.html", fail_all}};
enum { PAGES = sizeof pages / sizeof *pages };

static void pages_hold_the_json_and_nothing_else(void **state)
{
    (void)state;
    for (int k = 0; k < PAGES; k++) {
        made_up m;
        make_up(&m, pages[k].change);
        char *page = bench_case_written(write_page, &m.results), *text = bench_case_written(print, &m.results);
        page_check(page, clpti_bench_json(&m.results), cJSON_CreateArray(), text);
        free(text);
        free(page);
        make_none(&m);
    }
}

static void json_has_comparisons(void **state)
{
    (void)state;
    made_up m;
    make_up(&m, NULL);
    cJSON *root = clpti_bench_json(&m.results);
    const cJSON *c = cJSON_GetArrayItem(cJSON_GetObjectItem(root, "comparisons"), 0), *first, *roofs, *one;
    assert_string_equal(cJSON_GetObjectItem(c, "source")->valuestring, "earlier.json");
    assert_int_equal(cJSON_GetObjectItem(cJSON_GetObjectItem(c, "counts"), "SLOWER")->valueint, 1);
    assert_int_equal(cJSON_GetObjectItem(cJSON_GetObjectItem(c, "counts"), "new")->valueint, 3);
    first = cJSON_GetArrayItem(cJSON_GetObjectItem(c, "changes"), 0);
    assert_string_equal(cJSON_GetObjectItem(first, "verdict")->valuestring, "SLOWER");
    assert_string_equal(cJSON_GetObjectItem(first, "operation")->valuestring, "forward");
    assert_int_equal(cJSON_GetObjectItem(first, "device")->valueint, 0);
    same_number(cJSON_GetObjectItem(cJSON_GetObjectItem(first, "before"), "median")->valuedouble, 0.8e-4);
    same_number(cJSON_GetObjectItem(cJSON_GetObjectItem(first, "now"), "median")->valuedouble, 1.6e-4);
    same_number(cJSON_GetObjectItem(first, "ratio")->valuedouble, 2);
    roofs = cJSON_GetObjectItem(c, "roofs_changed");
    assert_int_equal(cJSON_GetArraySize(roofs), 1);
    one = cJSON_GetArrayItem(roofs, 0);
    assert_int_equal(cJSON_GetObjectItem(one, "device")->valueint, 1);
    same_number(cJSON_GetObjectItem(cJSON_GetObjectItem(one, "before"), "copy_bytes_per_second")->valuedouble, 3e11);
    cJSON_Delete(root);
    make_none(&m);
}

/* Pages for test_page.sh. */
static int write_pages(const char *folder)
{
    for (int k = 0; k < PAGES; k++) {
        made_up m;
        make_up(&m, pages[k].change);
        char *page = bench_case_written(write_page, &m.results);
        page_write(folder, pages[k].name, page);
        free(page);
        make_none(&m);
    }
    return 0;
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_comes_back_the_same),       cmocka_unit_test(json_cut_short_is_refused),
        cmocka_unit_test(json_without_a_member_names_it), cmocka_unit_test(json_has_comparisons),
        cmocka_unit_test(csv_has_a_line_for_each_figure), cmocka_unit_test(pages_hold_the_json_and_nothing_else),
    };
    if (count == 3 && !strcmp(arguments[1], "pages")) return write_pages(arguments[2]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
