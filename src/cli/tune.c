/* SPDX-License-Identifier: Apache-2.0 */
/* clptycho tune: measures which tuning is faster on a device, and writes the user's tuning entries. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "api/settings.h"
#include "cli/commands.h"
#include "cli/progress.h"
#include "cli/session.h"
#include "cli/tune.h"
#include "fft/fft.h"
#include "ops/operation.h"

typedef struct values {
    bool dry_run;
    const char *operations, *file;
    double limit;
} values;

static const clpt_option options[] = {
    {.name = "dry-run",
     .kind = CLPT_OPTION_FLAG,
     .offset = offsetof(values, dry_run),
     .help = "measure and print without writing"},
    {.name = "operations",
     .kind = CLPT_OPTION_TEXT,
     .value = "LIST",
     .offset = offsetof(values, operations),
     .help = "only these operations and parameters (default: all)"},
    {.name = "file",
     .kind = CLPT_OPTION_TEXT,
     .value = "FILE",
     .offset = offsetof(values, file),
     .help = "file to write (default: CLPTYCHO_TUNING, else $XDG_CONFIG_HOME/clptycho/tuning.conf)"},
    {.name = "limit",
     .kind = CLPT_OPTION_REAL,
     .value = "SECONDS",
     .offset = offsetof(values, limit),
     .maximum = 86400,
     .default_text = "40",
     .help = "start no trial after this time"},
    {.name = NULL}};

/* Sizes that keep a device of each kind busy, with short times on the reference. */
static const clpti_tune_work cpu_works[CLPTI_TUNE_WORKS] = {{"forward 64", "forward", 64, 512},
                                                            {"forward 128", "forward", 128, 128},
                                                            {"forward 256", "forward", 256, 32},
                                                            {"gradient 64", "gradient-and-loss", 64, 256},
                                                            {"reassemble 64", "reassemble-scan", 64, 256},
                                                            {"rpie 128", "rpie", 128, 52}};
static const clpti_tune_work gpu_works[CLPTI_TUNE_WORKS] = {{"forward 64", "forward", 64, 4096},
                                                            {"forward 128", "forward", 128, 1024},
                                                            {"forward 256", "forward", 256, 256},
                                                            {"gradient 64", "gradient-and-loss", 64, 1024},
                                                            {"reassemble 64", "reassemble-scan", 64, 4096},
                                                            {"rpie 128", "rpie", 128, 103}};
static const clpti_tune_work other_works[CLPTI_TUNE_WORKS] = {{"forward 64", "forward", 64, 4},
                                                              {"forward 128", "forward", 128, 2},
                                                              {"forward 256", "forward", 256, 1},
                                                              {"gradient 64", "gradient-and-loss", 64, 4},
                                                              {"reassemble 64", "reassemble-scan", 64, 8},
                                                              {"rpie 128", "rpie", 128, 4}};

enum { names_max = 64, values_max = 8 };

/* A name on which some work depends, and the values that may be better than its own. */
typedef struct subject {
    char name[40], values[values_max][40];
    int count;
} subject;

typedef struct tuner {
    clpti_session *session;
    const values *v;
    clpt_device_info info;
    char device[32];
    clpti_tune_setup bench;
    double started;
    subject subjects[names_max];
    int subject_count, left_out;
    const char *measured[names_max];
    clpti_tune_entry entries[names_max];
    size_t measured_count, entry_count;
} tuner;

/* ---- subjects ---- */

static subject *subject_of(tuner *t, const char *name)
{
    for (int i = 0; i < t->subject_count; i++)
        if (!strcmp(t->subjects[i].name, name)) return &t->subjects[i];
    if (t->subject_count == names_max) return NULL;
    subject *made = &t->subjects[t->subject_count++];
    *made = (subject){0};
    snprintf(made->name, sizeof made->name, "%s", name);
    return made;
}

static void offer(tuner *t, const char *name, const char *value)
{
    subject *s = subject_of(t, name);
    if (!s || s->count == values_max) return;
    for (int i = 0; i < s->count; i++)
        if (!strcmp(s->values[i], value)) return;
    snprintf(s->values[s->count++], sizeof s->values[0], "%s", value);
}

static void offer_variants(tuner *t, const clpt_context *c, const clpti_choice *choice)
{
    const clpti_variant *first = choice->operation->variants;
    if (!first->name || !first[1].name) return;
    for (const clpti_variant *v = first; v->name; v++)
        if (strcmp(v->name, choice->record.chosen) != 0 && !clpti_is_disabled(c->without, choice->record.what, v->name))
            offer(t, choice->record.what, v->name);
}

static void offer_numbers(tuner *t, const clpti_choice *choice)
{
    static const int64_t multiplied[] = {2, 4}, divided[] = {2, 4};
    const char *name = choice->record.what + strlen("tuning ");
    for (int i = 0; i < CLPTI_TUNING_COUNT; i++) {
        const clpti_tuning_parameter *p = &clpti_tuning_parameters[i];
        char text[40];
        if (strcmp(p->name, name) != 0) continue;
        int64_t now = strtoll(choice->record.chosen, NULL, 10), tries[5] = {p->maximum == 1 ? !now : -1};
        for (int k = 0; k < 2 && p->maximum > 1; k++) {
            tries[1 + k] = now % divided[k] ? -1 : now / divided[k];
            tries[3 + k] = now * multiplied[k];
        }
        for (int k = 0; k < (p->maximum > 1 ? 5 : 1); k++) {
            if (tries[k] < p->minimum || tries[k] > p->maximum || tries[k] == now) continue;
            snprintf(text, sizeof text, "%lld", (long long)tries[k]);
            offer(t, name, text);
        }
    }
}

static void offer_transforms(tuner *t, const clpt_context *c, const clpti_choice *choice)
{
    const char *name;
    for (size_t i = 0; (name = clpti_fft_provider_name(i)); i++)
        if (strcmp(name, choice->record.chosen) != 0 && !clpti_is_disabled(c->without, "fft", name))
            offer(t, "fft", name);
}

/* Variants first, since parameters belong to some; the FFT last: other providers may take long to plan. */
static void find_subjects(tuner *t)
{
    for (int pass = 0; pass < 3; pass++)
        for (int w = 0; w < CLPTI_TUNE_WORKS; w++) {
            const clpt_context *c = t->bench.base[w].context;
            const clpti_choices *all = clpti_choices_of(c);
            for (int i = 0; i < all->choice_count; i++) {
                const clpti_choice *choice = all->choices[i];
                if (pass == 0 && choice->operation) offer_variants(t, c, choice);
                if (pass == 1 && choice->record.kind == CLPT_CHOICE_TUNING) offer_numbers(t, choice);
                if (pass == 2 && choice->record.kind == CLPT_CHOICE_FFT) offer_transforms(t, c, choice);
            }
        }
}

static bool listed(const char *list, const char *name)
{
    size_t length = strlen(name);
    for (const char *at = list; at && *at; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL)
        if (strcspn(at, ",") == length && !strncmp(at, name, length)) return true;
    return false;
}

/* Removes subjects that were not requested. A name on which no work depends is an error. */
static clpt_status keep_requested(tuner *t)
{
    const char *requested = t->v->operations;
    char all[1024] = "";
    int kept = 0;
    if (!requested) return CLPT_OK;
    for (int i = 0; i < t->subject_count; i++)
        snprintf(all + strlen(all), sizeof all - strlen(all), "%s%s", i ? "," : "", t->subjects[i].name);
    for (const char *at = requested; at;) {
        char name[64];
        snprintf(name, sizeof name, "%.*s", (int)strcspn(at, ","), at);
        if (!*name || !listed(all, name))
            return clpti_session_usage(t->session,
                                       "--operations: nothing on %s can be tuned by the name '%s'; there are %s",
                                       t->info.name, name, all);
        at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL;
    }
    for (int i = 0; i < t->subject_count; i++)
        if (listed(requested, t->subjects[i].name)) t->subjects[kept++] = t->subjects[i];
    t->subject_count = kept;
    return CLPT_OK;
}

/* ---- the printed table ---- */

static void print_head(const tuner *t)
{
    printf("%s '%s', %s, driver %s\n", t->info.short_name, t->info.name, t->info.version, t->info.driver);
    printf("milliseconds per call, and the ratio to the current setting (less is faster)\n%-28s", "");
    for (int w = 0; w < CLPTI_TUNE_WORKS; w++) printf(" %14s", t->bench.works[w].name);
    printf("\n%-28s", "patterns");
    for (int w = 0; w < CLPTI_TUNE_WORKS; w++) printf(" %14lld", (long long)t->bench.works[w].count);
    putchar('\n');
}

static clpt_status print_now(tuner *t)
{
    printf("%-28s", "now");
    for (int w = 0; w < CLPTI_TUNE_WORKS; w++) {
        double seconds, minimum = 0;
        for (int r = 0; r < CLPTI_TUNE_SCREENED; r++) {
            clpt_status status = clpti_tune_run_time(&t->bench.base[w], &seconds);
            if (status != CLPT_OK)
                return clpti_fail(&t->session->message, status, "%s",
                                  clpti_message_sentence(clpt_context_get_message(t->bench.base[w].context)));
            if (r == 0 || seconds < minimum) minimum = seconds;
        }
        printf(" %14.3f", 1e3 * minimum);
    }
    putchar('\n');
    return CLPT_OK;
}

static void print_trial(const char *name, const char *value, const char *note, const clpti_tune_trial *trial,
                        const clpt_message *message)
{
    static const char *const verdicts[] = {
        [CLPTI_TUNE_NO_EFFECT] = "no effect", [CLPTI_TUNE_WRONG] = "WRONG RESULT", [CLPTI_TUNE_FAILED] = "failed",
        [CLPTI_TUNE_SLOWER] = "slower",       [CLPTI_TUNE_SAME] = "no faster",     [CLPTI_TUNE_FASTER] = "faster"};
    char setting[96];
    snprintf(setting, sizeof setting, "%s%s%s%s", name, value ? " = " : "", value ? value : "", note);
    printf("%-28s", setting);
    for (int w = 0; w < CLPTI_TUNE_WORKS; w++) {
        const clpti_tune_ratio *r = &trial->works[w];
        if (r->measured)
            printf(" %8.3f x%.2f", 1e3 * r->seconds, r->ratio);
        else
            printf(" %14s", "-");
    }
    printf("  %s", verdicts[trial->verdict]);
    if (trial->verdict == CLPTI_TUNE_WRONG) printf(": error %.3g times the tolerance", trial->error);
    if (trial->verdict == CLPTI_TUNE_FAILED) printf(": %s", message->text);
    putchar('\n');
    fflush(stdout);
}

/* ---- trials ---- */

static bool time_over(const tuner *t)
{
    return clpti_seconds() - t->started > t->v->limit;
}

/* Screens every value and confirms the best one; only confirmed entries are written. */
static clpt_status tune_subject(tuner *t, const subject *s)
{
    int best = -1;
    double minimum = 1;
    clpt_message message;
    clpti_tune_trial trial;
    int before = t->left_out;
    for (int k = 0; k < s->count; k++) {
        if (time_over(t)) {
            t->left_out++;
            continue;
        }
        trial = clpti_tune_try(&t->bench, s->name, s->values[k], CLPTI_TUNE_SCREENED, &message);
        print_trial(s->name, s->values[k], "", &trial, &message);
        if (trial.verdict == CLPTI_TUNE_FASTER && trial.mean < minimum) {
            minimum = trial.mean;
            best = k;
        }
    }
    if (t->left_out == before || best >= 0) t->measured[t->measured_count++] = s->name; /* replaces old entries */
    if (best < 0) return CLPT_OK;
    trial = clpti_tune_try(&t->bench, s->name, s->values[best], CLPTI_TUNE_CONFIRMED, &message);
    print_trial(s->name, s->values[best], ", again", &trial, &message);
    if (trial.verdict != CLPTI_TUNE_FASTER) return CLPT_OK;
    clpti_tune_entry *entry = &t->entries[t->entry_count++];
    snprintf(entry->name, sizeof entry->name, "%s", s->name);
    snprintf(entry->value, sizeof entry->value, "%s", s->values[best]);
    char day[16] = "";
    time_t now = time(NULL);
    struct tm parts;
    if (gmtime_r(&now, &parts)) strftime(day, sizeof day, "%Y-%m-%d", &parts);
    snprintf(entry->comment, sizeof entry->comment, "%.2f times the time, clptycho %s, driver %.60s, %s", trial.mean,
             clpt_version(), t->info.driver, day);
    return clpti_tune_setup_take(&t->bench, s->name, s->values[best], &t->session->message);
}

static clpt_status tune_all(tuner *t)
{
    clpt_status status = CLPT_OK;
    for (int i = 0; i < t->subject_count; i++) CLPTI_TRY(tune_subject(t, &t->subjects[i]));
    if (t->left_out) printf("%d trials were skipped after %.0f s (--limit)\n", t->left_out, t->v->limit);
cleanup:
    return status;
}

/* ---- the file ---- */

static clpt_status find_path(tuner *t, char **path)
{
    clpti_settings settings = {0};
    clpt_status status = CLPT_OK;
    const char *found = t->v->file;
    *path = NULL;
    if (!found) {
        CLPTI_TRY(clpti_settings_resolve(NULL, NULL, &settings, &t->session->message));
        found = settings.tuning;
        if (!found || !strcmp(found, "off") || (strchr(found, '=') && !strchr(found, '/')))
            CLPTI_TRY(
                clpti_session_usage(t->session, "CLPTYCHO_TUNING is not the name of a file: use --file, or --dry-run"));
    }
    if (asprintf(path, "%s", found) < 0) {
        *path = NULL;
        status = clpti_fail(&t->session->message, CLPT_ERROR_MEMORY, "no memory for a path");
    }
cleanup:
    clpti_settings_release(&settings);
    return status;
}

static clpt_status write_entries(tuner *t, const char *path)
{
    clpt_status status = CLPT_OK;
    const char *reason;
    char *old = clpti_tuning_file_read(path, &reason), *text = NULL;
    if (!old && clpti_tune_file_exists(path))
        CLPTI_TRY(clpti_fail(&t->session->message, CLPT_ERROR_FILE, "%s: is not changed, since it cannot be read: %s",
                             path, reason));
    text = clpti_tune_entries_text(old, &t->info, t->measured, t->measured_count, t->entries, t->entry_count);
    if (!text) CLPTI_TRY(clpti_fail(&t->session->message, CLPT_ERROR_MEMORY, "no host memory for the entries"));
    if (old ? !strcmp(old, text) : !t->entry_count) {
        printf(old ? "%s needs no change\n" : "nothing to write to %s\n", path);
        goto cleanup;
    }
    CLPTI_TRY(clpti_tune_entries_write(path, text, &t->session->message));
    printf("wrote %s\n", path);
cleanup:
    free(text);
    free(old);
    return status;
}

static void print_entries(const tuner *t)
{
    char key[256];
    if (!t->entry_count) {
        printf("nothing was faster outside the noise: no entries\n");
        return;
    }
    clpti_tuning_device_key(&t->info, key, sizeof key);
    printf("[%s]\n", key);
    for (size_t i = 0; i < t->entry_count; i++) printf("%s = %s\n", t->entries[i].name, t->entries[i].value);
}

static clpt_status open_device(tuner *t)
{
    clpti_session *session = t->session;
    clpt_status status = clpti_session_open(session);
    if (status != CLPT_OK) return status;
    t->info = *clpt_context_get_device(session->context);
    clpt_context_destroy(&session->context);
    if (t->info.type == CLPT_DEVICE_REFERENCE)
        return clpti_session_usage(session, "the reference has nothing to tune; choose an OpenCL device by --device");
    snprintf(t->device, sizeof t->device, "%d:%d", t->info.platform, t->info.device);
    return CLPT_OK;
}

static void explain(const tuner *t)
{
    for (int w = 0; w < CLPTI_TUNE_WORKS; w++)
        if (t->bench.base[w].context)
            clpti_session_explain(t->session, t->bench.works[w].name, clpt_context_explain(t->bench.base[w].context));
}

static clpt_status run(clpti_session *session, const void *given)
{
    clpt_status status = CLPT_OK;
    char *path = NULL;
    tuner *t = calloc(1, sizeof *t);
    if (!t) return clpti_fail(&session->message, CLPT_ERROR_MEMORY, "no host memory");
    *t = (tuner){.session = session, .v = given, .started = clpti_seconds()};
    if (!t->v->dry_run) CLPTI_TRY(find_path(t, &path));
    CLPTI_TRY(open_device(t));
    const clpti_tune_work *works = t->info.type == CLPT_DEVICE_GPU   ? gpu_works
                                   : t->info.type == CLPT_DEVICE_CPU ? cpu_works
                                                                     : other_works;
    const clpt_context_options how = clpti_session_options(session, t->device);
    CLPTI_TRY(clpti_tune_setup_open(&t->bench, &how, works, &session->message));
    find_subjects(t);
    CLPTI_TRY(keep_requested(t));
    print_head(t);
    CLPTI_TRY(print_now(t));
    CLPTI_TRY(tune_all(t));
    if (t->entry_count) CLPTI_TRY(print_now(t));
    print_entries(t);
    if (path) CLPTI_TRY(write_entries(t, path));
cleanup:
    explain(t);
    clpti_tune_setup_close(&t->bench);
    free(t);
    free(path);
    return status;
}

const clpti_command clpti_command_tune = {
    .name = "tune",
    .summary = "measures which tuning is faster on a device, and writes it to the user's tuning file",
    .details = "Every variant, FFT provider and parameter that affects some work is tried against the current setting, "
               "and its results are compared with the double-precision reference. An entry is written only for a "
               "setting that is faster outside the noise: in nine rounds of some work by a twentieth in the median and "
               "in at least eight of them, and for no work slower by as much. Entries for other devices do not change.",
    .example = "clptycho tune --device gpu --dry-run",
    .options = options,
    .values_size = sizeof(values),
    .run = run};
