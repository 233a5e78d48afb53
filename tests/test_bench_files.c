/* SPDX-License-Identifier: Apache-2.0 */
/* What the sweep writes, from made-up results: JSON that comes back the same, damage that is named, CSV that parses,
 * and a page whose tags match and that asks for nothing from elsewhere. */
#include "bench_case.h"
#include "page_case.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

static void write_json(FILE *stream, const void *report)
{
    clpt_message message;
    assert_int_equal(clpti_bench_write_json(stream, report, &message), CLPT_OK);
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
    same_number(a->times.least, b->times.least);
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
        refuses("is not whole JSON: line ");
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
    refuses_tree(root, "devices[0].figures[1]: 'state' is none that this command knows");
    root = cJSON_Parse(text);
    cJSON_ReplaceItemInObject(root, "clptycho_bench", cJSON_CreateNumber(2));
    refuses_tree(root, "newer than 1");
    root = cJSON_Parse(text);
    cJSON_DeleteItemFromObject(root, "clptycho_bench");
    refuses_tree(root, "not what 'clptycho bench --json' writes");
    bench_case_write("[1, 2]");
    refuses("not what 'clptycho bench --json' writes");
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
    assert_non_null(strstr(text, ",error,\"memory: no room,;though \"\"asked\"\" nicely\","));
    assert_non_null(strstr(text, ",error,failed its self-check: 2 + 2 gave 5,"));
    clpti_bench_report_free(&report);
    free(text);
}

/* ---- HTML ---- */

typedef struct page {
    const clpti_bench_report *report;
    const clpti_bench_comparison *comparison;
} page;

static void write_html(FILE *stream, const void *what)
{
    const page *p = what;
    clpti_bench_write_html(stream, p->report, p->comparison, p->comparison ? 1 : 0);
}

static void html_is_whole_and_asks_for_nothing(void **state)
{
    (void)state;
    clpt_message message;
    clpti_bench_report report = bench_case_report(), before = bench_case_report();
    clpti_bench_comparison comparison;
    before.devices[0].figures[0].times.median /= 2;
    bench_case_figure(&report.devices[1], "tile-lists", 64, 16, 1, 0, 0); /* too short to see */
    assert_int_equal(clpti_bench_compare(&before, &report, &comparison, &message), CLPT_OK);
    char *text = bench_case_written(write_html, &(page){&report, &comparison});
    page_check_tags(text);
    assert_int_equal(page_count(text, "<svg"), 3); /* the bars, and a roofline for each device that was measured */
    assert_int_equal(page_count(text, "class=\"past\""), 4);
    assert_int_equal(page_count(text, ">SLOWER<"), 1);
    assert_int_equal(page_count(text, "beta <"), 0);
    assert_true(page_count(text, "beta &lt;&amp;&quot;&gt; (two)") > 3);
    page_asks_for_nothing(text);
    assert_int_equal(page_count(text, "=\"nan"), 0);
    assert_int_equal(page_count(text, "=\"-nan"), 0);
    assert_int_equal(page_count(text, "=\"inf"), 0);
    assert_int_equal(page_count(text, "NaN"), 0);
    free(text);
    clpti_bench_comparison_free(&comparison);
    clpti_bench_report_free(&before);
    for (int64_t d = 0; d < report.device_count; d++) { /* nothing measured: no plots, and still a page */
        for (int64_t k = 0; k < report.devices[d].figure_count; k++)
            report.devices[d].figures[k].state = CLPTI_BENCH_ERROR;
    }
    text = bench_case_written(write_html, &(page){&report, NULL});
    page_check_tags(text);
    assert_int_equal(page_count(text, "<circle"), 0);
    assert_int_equal(page_count(text, "could not be measured</span>"), 1);
    free(text);
    clpti_bench_report_free(&report);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_comes_back_the_same),           cmocka_unit_test(json_cut_short_is_refused),
        cmocka_unit_test(json_without_a_member_names_it),     cmocka_unit_test(csv_has_a_line_for_each_figure),
        cmocka_unit_test(html_is_whole_and_asks_for_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
