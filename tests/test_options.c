/* SPDX-License-Identifier: Apache-2.0 */
/* The table of a solver's options, entry by entry: defaults, ranges, messages in the words of either reader, the setter
 * and the getter by name. No device is needed. */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"
#include "paths.h"

#include "core/words.h"
#include "solve/options.h"
#include "solve/solver.h"

static clpt_message message;

static bool is_number(const clpt_option *option)
{
    return option->kind == CLPT_OPTION_INTEGER || option->kind == CLPT_OPTION_REAL;
}

static bool is_main(const clpt_option *option)
{
    return clpti_option_find(clpti_solver_option_table, option->name) == option;
}

/* The struct that a row's offset counts from. */
static void *base_of(const clpt_option *option, clpt_solver_options *options)
{
    return is_main(option) ? (void *)options : (void *)&options->propagation;
}

static size_t size_of(const clpt_option *option)
{
    return option->kind == CLPT_OPTION_FLAG ? sizeof(bool) : option->kind == CLPT_OPTION_CHOICE ? sizeof(int) : 8;
}

static void names_are_unique_and_rows_complete(void **state)
{
    (void)state;
    const clpt_option *option, *other;
    for (size_t k = 0; (option = clpt_solver_describe_option(k)); k++) {
        assert_non_null(option->group);
        assert_true(option->help && strlen(option->help) > 10 && option->help[strlen(option->help) - 1] != '.');
        assert_true(option->kind == CLPT_OPTION_FLAG ? !option->value : option->value != NULL);
        if (option->needs) assert_non_null(clpti_option_find(clpti_solver_option_table, option->needs));
        for (int e = 0; option->engines && e < clpti_word_count(option->engines); e++) {
            char engine[32];
            clpti_word_at(option->engines, e, engine, sizeof engine);
            if (clpti_word_index(clpti_option_find(clpti_solver_option_table, "engine")->value, engine) < 0)
                fail_msg("%s: there is no engine '%s'", option->name, engine);
        }
        for (size_t j = k + 1; (other = clpt_solver_describe_option(j)); j++)
            if (!strcmp(option->name, other->name)) fail_msg("two rows are called %s", option->name);
    }
    assert_null(clpt_solver_describe_option(1000));
}

/* Every member of the struct except those of other types has an entry, and entries do not overlap. */
static void rows_cover_the_struct(void **state)
{
    (void)state;
    const clpt_option *option;
    unsigned char covered[sizeof(clpt_solver_options)] = {0};
    for (size_t k = 0; (option = clpt_solver_describe_option(k)); k++) {
        size_t at = option->offset + (is_main(option) ? 0 : offsetof(clpt_solver_options, propagation));
        for (size_t i = at; i < at + size_of(option); i++) {
            assert_true(i < sizeof covered);
            if (covered[i]++) fail_msg("%s overlaps another option", option->name);
        }
    }
    char line[512];
    bool within = false;
    int members = 0;
    FILE *header = fopen(CLPTYCHO_SOURCE_DIR "/include/clptycho/solver.h", "r");
    assert_non_null(header);
    while (fgets(line, sizeof line, header) && !strstr(line, "} clpt_solver_options;")) {
        char type[64] = "", name[64] = "";
        within = within || strstr(line, "typedef struct clpt_solver_options {");
        if (!within || sscanf(line, "    %63[a-z_0-9] %63[a-z_];", type, name) != 2) continue;
        if (!strchr(line, ';') || !strcmp(type, "const") || !strncmp(name, "observer", 8) ||
            !strcmp(name, "propagation") || !strcmp(name, "size") || !strcmp(name, "cancellable"))
            continue;
        if (!clpti_option_find(clpti_solver_option_table, name)) fail_msg("no row has the member '%s'", name);
        members++;
    }
    fclose(header);
    assert_true(members > 25);
}

static void defaults_parse_and_return_as_text(void **state)
{
    (void)state;
    const clpt_option *option;
    clpt_solver_options defaults = clpt_solver_options_default();
    for (size_t k = 0; (option = clpt_solver_describe_option(k)); k++) {
        clpt_solver_options options = {.size = sizeof options};
        char text[128];
        if (!option->default_text) continue;
        if (clpt_solver_options_set(&options, option->name, option->default_text, &message) != CLPT_OK)
            fail_msg("%s: %s", option->name, message.text);
        assert_true(clpti_option_equal(option, base_of(option, &options), base_of(option, &defaults)));
        assert_int_equal(clpt_solver_options_get(&defaults, option->name, text, sizeof text, &message), CLPT_OK);
        assert_string_equal(text, option->default_text);
        assert_int_equal(clpt_solver_options_set(&options, option->name, "default", &message), CLPT_OK);
        assert_true(clpti_option_equal(option, base_of(option, &options), base_of(option, &defaults)));
    }
    assert_int_equal(clpti_solver_options_resolve(&defaults, 100, CLPTI_NAMING_FIELD, NULL, &message), CLPT_OK);
}

/* A value other than the default. */
static const char *another_value(const clpt_option *option)
{
    switch (option->kind) {
    case CLPT_OPTION_FLAG:
        return "yes";
    case CLPT_OPTION_TEXT:
        return "lsqml";
    case CLPT_OPTION_CHOICE:
        return strchr(option->value, '|') + 1;
    case CLPT_OPTION_SEED:
        return "18446744073709551615";
    default:
        return option->kind == CLPT_OPTION_INTEGER ? "7" : option->maximum <= 1 && option->maximum > 0 ? "0.3" : "0.7";
    }
}

/* Every byte that differs lies in the row's own value. */
static void setter_changes_its_own_member_alone(void **state)
{
    (void)state;
    const clpt_option *option;
    for (size_t k = 0; (option = clpt_solver_describe_option(k)); k++) {
        clpt_solver_options before = clpt_solver_options_default(), after = before;
        char word[64], field[64], text[64];
        snprintf(word, sizeof word, "%.*s", (int)strcspn(another_value(option), "|"), another_value(option));
        snprintf(field, sizeof field, "%s", option->name);
        for (char *c = field; *c; c++)
            if (*c == '-') *c = '_';
        if (clpt_solver_options_set(&after, field, word, &message) != CLPT_OK) fail_msg("%s", message.text);
        size_t at = option->offset + (is_main(option) ? 0 : offsetof(clpt_solver_options, propagation));
        assert_memory_not_equal((char *)&after + at, (char *)&before + at, size_of(option));
        memcpy((char *)&before + at, (char *)&after + at, size_of(option));
        assert_memory_equal(&before, &after, sizeof after);
        assert_int_equal(clpt_solver_options_get(&after, option->name, text, sizeof text, &message), CLPT_OK);
        assert_string_equal(text, word);
    }
}

static void expect_words(const char *text, const char *words)
{
    char word[128];
    for (int k = 0; k < clpti_word_count(words); k++)
        if (!strstr(text, clpti_word_at(words, k, word, sizeof word))) fail_msg("no '%s' in: %s", word, text);
}

/* A number beyond the range, by struct and by text: the library names the member, the command the option. */
static void refuse(const clpt_option *option, double number)
{
    char field[64], text[64];
    clpt_solver_options options = clpt_solver_options_default();
    snprintf(field, sizeof field, "%s", option->name);
    for (char *c = field; *c; c++)
        if (*c == '-') *c = '_';
    snprintf(text, sizeof text, "%.17g", number);
    if (clpt_solver_options_set(&options, option->name, text, &message) != CLPT_ERROR_ARGUMENT)
        fail_msg("%s takes %s", option->name, text);
    expect_words(message.text, test_text("clpt_solver_options_set: %s = |out of range", field));
    if (!is_main(option)) return;
    for (int naming = 0; naming < 2; naming++) {
        options = clpt_solver_options_default();
        clpti_option_set_number(option, &options, number);
        if (clpti_solver_options_resolve(&options, 100, (clpti_naming)naming, NULL, &message) != CLPT_ERROR_ARGUMENT)
            fail_msg("a solver takes %s = %s", option->name, text);
        expect_words(message.text, naming == CLPTI_NAMING_COMMAND ? test_text("--%s |out of range", option->name)
                                                                  : test_text("%s = |out of range", field));
        if (strchr(option->name, '-'))
            assert_null(strstr(message.text, naming == CLPTI_NAMING_COMMAND ? field : option->name));
    }
}

static void accept(const clpt_option *option, double number)
{
    char text[64];
    clpt_solver_options options = clpt_solver_options_default();
    snprintf(text, sizeof text, "%.17g", number);
    if (clpt_solver_options_set(&options, option->name, text, &message) != CLPT_OK) fail_msg("%s", message.text);
    if (clpti_option_check(option, base_of(option, &options), CLPTI_NAMING_FIELD, &message) != CLPT_OK)
        fail_msg("%s", message.text);
}

static double beside(const clpt_option *option, double number, double towards)
{
    if (option->kind == CLPT_OPTION_REAL) return nextafter(number, towards);
    return number + (towards > number ? 1 : -1);
}

static void limits_of_ranges_are_kept(void **state)
{
    (void)state;
    const clpt_option *option;
    for (size_t k = 0; (option = clpt_solver_describe_option(k)); k++) {
        if (!is_number(option)) continue;
        const bool above = option->flags & CLPT_OPTION_ABOVE_MINIMUM, below = option->flags & CLPT_OPTION_BELOW_MAXIMUM;
        const bool never = option->flags & CLPT_OPTION_MAY_BE_NEVER;
        double under = beside(option, option->minimum, -DBL_MAX);
        if (!(above && !option->default_text)) (above ? refuse : accept)(option, option->minimum);
        accept(option, beside(option, option->minimum, DBL_MAX));
        if (!(never && under == (double)CLPT_NEVER)) refuse(option, under);
        if (never) accept(option, (double)CLPT_NEVER);
        if (never) refuse(option, -2);
        if (!(option->maximum > option->minimum)) continue;
        (below ? refuse : accept)(option, option->maximum);
        accept(option, beside(option, option->maximum, -DBL_MAX));
        refuse(option, beside(option, option->maximum, DBL_MAX));
    }
}

static void engines_refuse_what_they_do_not_support(void **state)
{
    (void)state;
    for (const clpt_option *option = clpti_solver_option_table; option->name; option++)
        for (size_t k = 0; clpt_engine_name(k); k++) {
            char word[64];
            const char *engine = clpt_engine_name(k);
            if (!strcmp(option->name, "engine")) continue;
            snprintf(word, sizeof word, "%.*s", (int)strcspn(another_value(option), "|"), another_value(option));
            clpt_solver_options options = test_options("engine=%s %s=%s", engine, option->name, word);
            clpt_status status = clpti_solver_options_resolve(&options, 100, CLPTI_NAMING_COMMAND, NULL, &message);
            if (clpti_option_supports(option, engine) != (status == CLPT_OK))
                fail_msg("%s, %s: %s", engine, option->name, message.text);
            if (status != CLPT_OK)
                expect_words(message.text,
                             test_text("--%s %s is not supported by engine '%s'", option->name, word, engine));
        }
}

/* The defaults of engines, exactly for the options without a common default. */
static void engines_have_their_defaults(void **state)
{
    (void)state;
    const clpti_engine *engine;
    char names[128] = "";
    for (size_t k = 0; (engine = clpti_engine_at(k)); k++) {
        snprintf(names + strlen(names), sizeof names - strlen(names), "%s%s", k ? "|" : "", engine->name);
        for (const clpti_engine_default *d = engine->defaults; d->option; d++) {
            const clpt_option *option = clpti_option_find(clpti_solver_option_table, d->option);
            if (!option || strcmp(option->default_text, "default") != 0)
                fail_msg("%s has a default of %s", engine->name, d->option);
        }
        clpt_solver_options options = test_options("engine=%s", engine->name);
        assert_int_equal(clpti_solver_options_resolve(&options, 100, CLPTI_NAMING_FIELD, NULL, &message), CLPT_OK);
        for (const clpt_option *option = clpti_solver_option_table; option->name; option++)
            if (is_number(option) && clpti_option_supports(option, engine->name) &&
                clpti_option_number(option, &options) == (double)CLPT_DEFAULT)
                fail_msg("%s has no default of %s", engine->name, option->name);
    }
    assert_string_equal(names, clpti_option_find(clpti_solver_option_table, "engine")->value);
}

static void aliases_set_every_option_of_that_name(void **state)
{
    (void)state;
    clpt_solver_options options = test_options("alpha=0.3 object-least=0.1 object_most=2");
    assert_true(options.object_alpha == 0.3 && options.probe_alpha == 0.3);
    assert_true(options.object_amplitude_min == 0.1 && options.object_amplitude_max == 2);
}

/* The literature's names, in any case; every engine has one. */
static void spellings_are_accepted(void **state)
{
    (void)state;
    const char *engine;
    for (size_t k = 0; (engine = clpt_engine_name(k)); k++)
        assert_string_equal(clpti_word_spelt(clpti_engine_spellings, engine), engine);
    clpt_solver_options options = test_options("engine=Difference-Map likelihood=POISSON propagation=Angular-Spectrum");
    assert_string_equal(options.engine, "dm");
    assert_int_equal(options.likelihood, CLPT_LIKELIHOOD_POISSON);
    assert_int_equal(options.propagation.kind, CLPT_PROPAGATION_ANGULAR_SPECTRUM);
    options = clpt_solver_options_default();
    options.engine = "ePIE";
    assert_int_equal(clpti_solver_options_resolve(&options, 100, CLPTI_NAMING_FIELD, NULL, &message), CLPT_OK);
    assert_string_equal(options.engine, "epie");
}

static void mistakes_are_named(void **state)
{
    (void)state;
    clpt_solver_options options = clpt_solver_options_default(), before = options;
    static const struct {
        const char *name, *value, *words;
    } cases[] = {{"position-stop", "3", "unknown option 'position-stop'|position-step"},
                 {"step", "half", "step requires a finite number|'half'"},
                 {"step", "nan", "step requires a finite number"},
                 {"step", "", "step requires a finite number"},
                 {"batch", "1.5", "batch requires an integer"},
                 {"batch", "99999999999999999999", "batch = 99999999999999999999|out of range"},
                 {"seed", "-1", "seed requires an integer from 0 to 2^64 - 1"},
                 {"batches", "big", "batches requires one of random"},
                 {"engine", "pie", "engine = pie|unknown engine"},
                 {"position-dilation", "maybe", "position_dilation requires yes or no"},
                 {"position-step", "never", "position_step requires a finite number"}};
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        assert_int_equal(clpt_solver_options_set(&options, cases[k].name, cases[k].value, &message),
                         CLPT_ERROR_ARGUMENT);
        expect_words(message.text, cases[k].words);
        expect_words(message.text, "clpt_solver_options_set: ");
    }
    assert_memory_equal(&options, &before, sizeof options);
    char small[4];
    assert_int_equal(clpt_solver_options_get(&options, "likelihood", small, sizeof small, &message),
                     CLPT_ERROR_ARGUMENT);
    expect_words(message.text, "'likelihood' requires 10 bytes");
    assert_int_equal(clpt_solver_options_get(&options, "nothing", small, sizeof small, NULL), CLPT_ERROR_ARGUMENT);
    assert_int_equal(clpt_solver_options_set(NULL, "step", "1", NULL), CLPT_ERROR_ARGUMENT);
    assert_int_equal(clpt_solver_options_set(&options, "step", NULL, &message), CLPT_ERROR_ARGUMENT);
}

/* The engine's name stays when the text goes. */
static void text_may_go_after_set(void **state)
{
    (void)state;
    char engine[] = "lsqml";
    clpt_solver_options options = clpt_solver_options_default();
    assert_int_equal(clpt_solver_options_set(&options, "engine", engine, &message), CLPT_OK);
    memset(engine, 'x', sizeof engine - 1);
    assert_string_equal(options.engine, "lsqml");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_unique_and_rows_complete),
        cmocka_unit_test(rows_cover_the_struct),
        cmocka_unit_test(defaults_parse_and_return_as_text),
        cmocka_unit_test(setter_changes_its_own_member_alone),
        cmocka_unit_test(limits_of_ranges_are_kept),
        cmocka_unit_test(engines_refuse_what_they_do_not_support),
        cmocka_unit_test(engines_have_their_defaults),
        cmocka_unit_test(aliases_set_every_option_of_that_name),
        cmocka_unit_test(spellings_are_accepted),
        cmocka_unit_test(mistakes_are_named),
        cmocka_unit_test(text_may_go_after_set),
    };
    return cmocka_run_group_tests_name("options", tests, NULL, NULL);
}
