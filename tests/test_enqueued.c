/* SPDX-License-Identifier: Apache-2.0 */
/* Enqueued kernels are those of the recorded choices: an OpenCL layer counts the kernels of every public operation and
 * every engine, those of clFFT and CLBlast too, and the context's own records must agree. What is switched off
 * stays off, and what is forced runs. Needs a loader that supports OPENCL_LAYERS. */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cl_layer.h"
#include "enqueued_case.h"
#include "paths.h"

#include "ops/dense.h"
#include "cl/runtime.h"
#include "fft/fft.h"
#include "ops/operation.h"

static cl_layer_kernel_function *layer_kernel;
static cl_layer_kernels_clear_function *layer_clear;

static bool find_layer(void)
{
    void *layer = dlopen(CLPT_LAYER_PATH, RTLD_NOW | RTLD_NOLOAD);
    if (!layer) return false;
    *(void **)&layer_kernel = dlsym(layer, "cl_layer_kernel");
    *(void **)&layer_clear = dlsym(layer, "cl_layer_kernels_clear");
    return layer_kernel && layer_clear;
}

/* ---- contexts ---- */

static clpt_context *opened(const char *variants, const char *fft, const char *without)
{
    clpt_context_options options = {
        .size = sizeof options, .device = test_device(), .variants = variants, .fft = fft, .without = without};
    clpt_message message = {0};
    clpt_context *context = NULL;
    if (clpt_context_create(&options, &context, &message) != CLPT_OK)
        fail_msg("with '%s', fft '%s', without '%s': %s", variants, fft, without, message.text);
    layer_clear(); /* opening may have checked devices */
    return context;
}

enum { WORKS = 128, OPERATIONS = 256 };

/* clFFT writes kernels for some sides that Intel's compiler for processors refuses, and no other provider may be used
 * there.
 */
static bool refused_by_compiler(const char *text)
{
    return !strcmp(test_device(), "intel") && strstr(text, "clFFT error -44 while running");
}

static bool fine(clpt_status status, const char *text, const char *allowed)
{
    return status == CLPT_OK || (allowed && (strstr(text, allowed) || refused_by_compiler(text)));
}

/* Runs all work, or that marked in `chosen`; failures must have `allowed` in their message. How many pieces succeeded.
 */
static int run_all(clpt_context *context, const bool *chosen, const char *allowed)
{
    const char *name;
    int good = 0;
    for (size_t k = 0; enqueued_work(k, &name); k++) {
        clpt_message message = {0};
        if (chosen && !chosen[k]) continue;
        clpt_status status = enqueued_run(context, k, &message);
        if (!fine(status, message.text, allowed)) fail_msg("%s: %s", name, message.text);
        good += status == CLPT_OK;
    }
    test_ok(context, clpt_context_finish(context));
    return good;
}

/* ---- counts of the layer, and records of the context ---- */

/* Kernels whose name is `stem`, or begins with it and '_'. */
static long counted(const char *stem)
{
    char name[128];
    long count, all = 0;
    size_t length = strlen(stem);
    for (size_t i = 0; (count = layer_kernel(i, name, sizeof name)); i++)
        if (!strncmp(name, stem, length) && (!name[length] || name[length] == '_')) all += count;
    return all;
}

static long recorded(const clpt_context *context, const char *kernel)
{
    const clpt_kernel_use *use;
    long all = 0;
    for (int64_t i = 0; (use = clpt_context_get_kernel(context, i)); i++)
        if (!strcmp(use->name, kernel)) all += (long)use->count;
    return all;
}

/* Kernels that are none of ours. */
static long foreign(const clpt_context *context)
{
    char name[128];
    long count, all = 0;
    for (size_t i = 0; (count = layer_kernel(i, name, sizeof name)); i++)
        if (recorded(context, name) == 0) all += count;
    return all;
}

static bool library_recorded(const clpt_context *context)
{
    const clpt_choice *choice;
    for (int64_t i = 0; (choice = clpt_context_get_choice(context, i)); i++)
        if (*choice->library) return true;
    return false;
}

static int64_t runs(const clpt_context *context, const char *what, const char *chosen)
{
    const clpt_choice *choice;
    int64_t all = 0;
    for (int64_t i = 0; (choice = clpt_context_get_choice(context, i)); i++) {
        bool transform = !strcmp(what, "fft") && choice->kind == CLPT_CHOICE_FFT;
        bool operation = choice->kind == CLPT_CHOICE_OPERATION && !strcmp(choice->what, what);
        if ((transform || operation) && (!chosen || !strcmp(choice->chosen, chosen))) all += choice->runs;
    }
    return all;
}

static void expect_agreement(const clpt_context *context)
{
    char name[128];
    long count, all = 0;
    const clpt_kernel_use *use;
    const clpt_choice *choice;
    int64_t of_choices = 0, of_uses = 0;
    for (size_t i = 0; (count = layer_kernel(i, name, sizeof name)); i++) {
        long known = recorded(context, name);
        if (known && known != count) fail_msg("%s: %ld enqueued, %ld recorded", name, count, known);
        if (!known && !library_recorded(context)) fail_msg("%s: enqueued by nothing that the records know", name);
        all += known;
    }
    for (int64_t i = 0; (use = clpt_context_get_kernel(context, i)); i++) {
        assert_non_null(choice = clpt_context_get_choice(context, use->choice));
        of_uses += use->count;
    }
    for (int64_t i = 0; (choice = clpt_context_get_choice(context, i)); i++) of_choices += choice->kernels;
    assert_int_equal(of_uses, all);
    assert_int_equal(of_choices, all);
    assert_true((foreign(context) > 0) == library_recorded(context));
}

/* ---- the tables ---- */

/* The stem that the kernels of a variant's own have; NULL: none (a composition, or a library's). */
static const char *stem_of(const char *operation, const char *variant)
{
    if (!strcmp(variant, "composed") || !strcmp(variant, "clblast") || !strcmp(variant, "clfft") ||
        !strcmp(variant, "searched"))
        return NULL;
    if (!strcmp(operation, "tile_lists")) return operation;
    return test_text("%s_%s", operation, variant);
}

static bool can_run(const char *variant)
{
    bool cpu = clpti_capabilities_of(test_context)->cpu_shaped;
    if (!strcmp(variant, "clblast")) return clpti_dense_available() && (!cpu || getenv("CLPTYCHO_TEST_SLOW"));
    return strcmp(variant, "lanes") != 0 || cpu;
}

/* Operations used only by variants of others, which are forced for them. */
static const struct {
    const char *operation, *requested_by;
} within[] = {{"tile_lists", "gather=tile,object_gradient=tile"}, {"slot_sums", "shift_fields=lines"}};
enum { within_count = sizeof within / sizeof *within, LIST = 4000 };

static const char *requested_by(const clpti_operation *operation)
{
    for (int i = 0; i < within_count; i++)
        if (!strcmp(within[i].operation, operation->name)) return within[i].requested_by;
    return "";
}

/* True if "operation=variant,…" names an operation. */
static bool names(const char *list, const char *operation)
{
    for (const char *item = list; item && *item; item = strchr(item, ',') ? strchr(item, ',') + 1 : NULL)
        if (strcspn(item, "=") == strlen(operation) && !strncmp(item, operation, strlen(operation))) return true;
    return false;
}

/* Every row but the last of every operation other than `spared` and its users: operations are composed if possible,
 * so that all operations run. NULL spares none. */
static const char *others_off(const clpti_operation *spared, char list[LIST])
{
    const char *asking = spared ? requested_by(spared) : "";
    *list = '\0';
    for (const clpti_operation *const *o = clpti_operations; *o; o++)
        for (const clpti_variant *v = (*o)->variants; *o != spared && v[1].name; v++)
            if (!names(asking, (*o)->name)) clpti_append(list, LIST, "%s%s=%s", *list ? "," : "", (*o)->name, v->name);
    return list;
}

/* The work that the operation takes part in where all that can be composed is. */
static bool takes_part[OPERATIONS][WORKS];

static size_t index_of(const clpti_operation *operation)
{
    size_t i = 0;
    while (clpti_operations[i] != operation) i++;
    assert_true(i < OPERATIONS);
    return i;
}

/* The work that a forced variant is tried with. PoCL's compiler does not come to an end with the kernels in lines of
 * some sides and several modes (tests/test_exit_step.c): there one side has to do. */
static void tried_with(const clpti_operation *operation, const char *variant, bool chosen[WORKS])
{
    const char *name;
    bool one_side = !strcmp(variant, "split") && clpti_capabilities_of(test_context)->cpu_shaped;
    memcpy(chosen, takes_part[index_of(operation)], WORKS * sizeof *chosen);
    for (size_t k = 0; one_side && enqueued_work(k, &name); k++) chosen[k] = chosen[k] && strstr(name, "side 128");
}

/* ---- cases ---- */

/* Also that there is work for every operation: one that is new needs some. */
static void everything_enqueued_is_recorded(void **state)
{
    (void)state;
    const char *name;
    char list[LIST];
    for (int way = -1; way < within_count; way++)
        for (size_t k = 0; enqueued_work(k, &name); k++) {
            clpt_message message = {0};
            assert_true(k < WORKS);
            clpt_context *context =
                way < 0 ? opened("", "auto", others_off(NULL, list)) : opened(within[way].requested_by, "auto", "");
            clpt_status status = enqueued_run(context, k, &message);
            bool skipped = status != CLPT_OK && way >= 0 && strstr(message.text, "does not apply here");
            if (status != CLPT_OK && !skipped) fail_msg("%s: %s", name, message.text);
            expect_agreement(context);
            for (size_t i = 0; clpti_operations[i] && !skipped; i++)
                takes_part[i][k] |= runs(context, clpti_operations[i]->name, NULL) > 0;
            clpt_context_destroy(&context);
        }
    for (size_t i = 0; clpti_operations[i]; i++) {
        assert_true(index_of(clpti_operations[i]) == i);
        size_t k = 0;
        while (k < WORKS && !takes_part[i][k]) k++;
        if (k == WORKS) fail_msg("no work runs '%s': give it some in enqueued_case.c", clpti_operations[i]->name);
    }
    clpt_context *context = opened("", "auto", "");
    run_all(context, NULL, NULL);
    expect_agreement(context);
    clpt_context_destroy(&context);
}

static void variants_switched_off_enqueue_nothing(void **state)
{
    (void)state;
    char list[LIST];
    for (size_t i = 0; clpti_operations[i]; i++)
        for (const clpti_variant *v = clpti_operations[i]->variants; clpti_operations[i]->variants[1].name && v->name;
             v++) {
            const char *operation = clpti_operations[i]->name, *stem = stem_of(operation, v->name);
            others_off(clpti_operations[i], list);
            clpti_append(list, LIST, ",%s=%s", operation, v->name);
            clpt_context *context = opened(requested_by(clpti_operations[i]), "auto", list);
            run_all(context, takes_part[i], "are disabled or unsupported here");
            if (runs(context, operation, v->name)) fail_msg("%s=%s ran though it was off", operation, v->name);
            if (stem && counted(stem)) fail_msg("%s=%s was off, %ld kernels ran", operation, v->name, counted(stem));
            expect_agreement(context);
            clpt_context_destroy(&context);
        }
}

static void variants_forced_run_and_no_others(void **state)
{
    (void)state;
    char list[LIST];
    for (size_t i = 0; clpti_operations[i]; i++)
        for (const clpti_variant *v = clpti_operations[i]->variants; clpti_operations[i]->variants[1].name && v->name;
             v++) {
            const char *operation = clpti_operations[i]->name, *stem = stem_of(operation, v->name);
            if (!can_run(v->name)) continue;
            bool chosen[WORKS];
            tried_with(clpti_operations[i], v->name, chosen);
            const char *asking = requested_by(clpti_operations[i]);
            char requested[256];
            snprintf(requested, sizeof requested, "%s=%s%s%s", operation, v->name, *asking ? "," : "", asking);
            clpt_context *context = opened(requested, "auto", others_off(clpti_operations[i], list));
            if (run_all(context, chosen, "does not apply here") == 0)
                fail_msg("%s=%s applies to nothing", operation, v->name);
            int64_t of_it = runs(context, operation, v->name);
            if (of_it == 0 || of_it != runs(context, operation, NULL))
                fail_msg("%s=%s was requested: %lld runs of %lld", operation, v->name, (long long)of_it,
                         (long long)runs(context, operation, NULL));
            if (stem && counted(stem) == 0) fail_msg("%s=%s was requested, no kernel of its ran", operation, v->name);
            for (const clpti_variant *other = clpti_operations[i]->variants; other->name; other++)
                if (other != v && (stem = stem_of(operation, other->name)) && counted(stem))
                    fail_msg("%s=%s was requested, %ld kernels of '%s' ran", operation, v->name, counted(stem),
                             other->name);
            expect_agreement(context);
            clpt_context_destroy(&context);
        }
}

/* Work in which transforms matter: all that the propagation takes part in. */
static const bool *transforms(void)
{
    return takes_part[index_of(&clpti_operation_propagate)];
}

static void providers_obey(void **state)
{
    (void)state;
    const char *name;
    char list[LIST];
    for (size_t i = 0; (name = clpti_fft_provider_name(i)); i++) {
        const char *stem = strcmp(name, "clfft") ? test_text("fft_%s", name) : NULL;
        others_off(NULL, list);
        clpti_append(list, LIST, ",fft=%s,clblast", name);
        clpt_context *off = opened("", "auto", list);
        run_all(off, transforms(), NULL);
        if (runs(off, "fft", name)) fail_msg("FFT provider %s ran though it was off", name);
        if (stem && counted(stem)) fail_msg("FFT provider %s was off, %ld kernels ran", name, counted(stem));
        if (!stem && foreign(off)) fail_msg("clFFT was off, %ld kernels that are not ours ran", foreign(off));
        assert_true(runs(off, "fft", NULL) > 0);
        expect_agreement(off);
        clpt_context_destroy(&off);
    }
}

static void providers_forced_run_and_no_others(void **state)
{
    (void)state;
    const char *name, *other;
    for (size_t i = 0; (name = clpti_fft_provider_name(i)); i++) {
        clpt_context *context = opened("", name, "clblast");
        run_all(context, transforms(), "does not support side");
        assert_true(runs(context, "fft", name) > 0);
        assert_int_equal(runs(context, "fft", name), runs(context, "fft", NULL));
        for (size_t k = 0; (other = clpti_fft_provider_name(k)); k++)
            if (k != i && counted(test_text("fft_%s", other)))
                fail_msg("FFT provider %s was requested, kernels of %s ran", name, other);
        assert_true((foreign(context) > 0) == !strcmp(name, "clfft"));
        expect_agreement(context);
        clpt_context_destroy(&context);
    }
}

/* A bare name is off everywhere. */
static void a_name_alone_is_off_everywhere(void **state)
{
    (void)state;
    static const char *const names[] = {"lanes", "clfft,clblast", "n64,split", "tile,columns,blocks,kept,group"};
    for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
        char words[64], *rest = words, *word;
        clpt_context *context = opened("", "auto", names[n]);
        run_all(context, NULL, NULL);
        snprintf(words, sizeof words, "%s", names[n]);
        while ((word = strsep(&rest, ","))) {
            for (const clpti_operation *const *o = clpti_operations; *o; o++) {
                const char *stem = stem_of((*o)->name, word);
                assert_int_equal(runs(context, (*o)->name, word), 0);
                if (stem && strcmp((*o)->name, "tile_lists")) assert_int_equal(counted(stem), 0);
            }
            assert_int_equal(runs(context, "fft", word), 0);
            assert_int_equal(counted(test_text("fft_%s", word)), 0);
        }
        if (strstr(names[n], "clfft")) assert_int_equal(foreign(context), 0);
        expect_agreement(context);
        clpt_context_destroy(&context);
    }
}

int main(void)
{
    setenv("OPENCL_LAYERS", CLPT_LAYER_PATH, 1);
    test_start();
    if (!find_layer()) {
        printf("skipped: the OpenCL loader takes no layers\n");
        return 77;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_enqueued_is_recorded), /* first: the others use its records */
        cmocka_unit_test(variants_switched_off_enqueue_nothing),
        cmocka_unit_test(variants_forced_run_and_no_others),
        cmocka_unit_test(providers_obey),
        cmocka_unit_test(providers_forced_run_and_no_others),
        cmocka_unit_test(a_name_alone_is_off_everywhere),
    };
    return cmocka_run_group_tests_name("enqueued", tests, test_open_both, test_close_both);
}
