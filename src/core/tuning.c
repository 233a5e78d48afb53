/* SPDX-License-Identifier: Apache-2.0 */
/* Tuning: built-in entries, the user's file and the options; the value or variant that applies to a device. */
#include "core/tuning.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"

/* ---- the tables ---- */

const clpti_tuning_parameter clpti_tuning_parameters[CLPTI_TUNING_COUNT] = {
    [CLPTI_TUNING_FFT_BYTES] = {"fft_bytes", 1 << 12, INT64_C(1) << 36, 0, false}, /* otherwise from the device's
                                                                                    * caches */
    [CLPTI_TUNING_FIELD_BYTES] = {"field_bytes", 1 << 12, INT64_C(1) << 36, 24 << 20, false},
    [CLPTI_TUNING_PROBE_SLOTS] = {"probe_slots", 1, 256, 16, false},
    [CLPTI_TUNING_GROUP] = {"group", 1, 1024, 64, true},
    [CLPTI_TUNING_TILE_GROUP] = {"tile_group", 0, 1, 0, false},
    [CLPTI_TUNING_DENSE_WORK] = {"dense_work", 1, INT64_C(1) << 62, INT64_C(1) << 62, false}, /* otherwise never */
    [CLPTI_TUNING_GROUP_SIDE] = {"group_side", 16, 1024, 16, false},
    [CLPTI_TUNING_LANES] = {"lanes", 0, 16, 0, true}, /* else as the processor has */
};

/* One setting per entry: `name` is a parameter with its `value`, or an operation with the variant to prefer. */
typedef struct built_in_entry {
    const char *key, *name, *value, *why;
} built_in_entry;

static const built_in_entry built_in[] = {
    {"type reference", "fft_bytes", "16777216", "plain C: caches do not matter beside its own work"},
    {"type reference", "probe_slots", "1", "patterns are summed one after another in any case"},
    {"vendor pocl cpu", "probe_slots", "1",
     "the kernel in lanes keeps its sums in registers and supports one slot only; with it and the other kernels in "
     "lanes an rPIE iteration takes half the time (PoCL 3.1, measured)"},
    {"vendor intel-cpu cpu", "probe_slots", "1", "the same kernels as on PoCL"},
    {"type gpu", "probe_slots", "16",
     "one slot left a GPU idle: loss and gradient of 4096 patterns of 64x64 took 6.0 ms "
     "instead of 2.4 ms, tile lists included (H100, measured)"},
    {"type gpu", "tile_group", "1", "the same change: reassembly took 1.2 ms instead of 0.25 ms (H100, measured)"},
    {"vendor nvidia gpu", "group", "256",
     "the H200 starts 1.7 work-groups per ns: 16.8 million pixels in groups of 64 take 155 us in every kernel, however "
     "little each does (driver 580.159, measured)"},
    {"type gpu", "dense_work", "50000000",
     "gram of 5 modes of 256x256 takes 11 us here and 59 with CLBlast, rotate 6 and 14; 16 modes of 1024x1024 570 and "
     "186, "
     "592 and 134; even at 64 modes of 128x128 (H200, driver 580.159, measured)"},
    {"type gpu", "group_side", "48",
     "16.8 million pixels of side 64 take group 170 us and clFFT 284, of 128 147 and 345, of 512 200 and 549, of 1024 "
     "246 "
     "and 1182; below 48 clFFT is faster: 16 363 and 162, 32 245 and 222 (H200, driver 580.159, measured)"},
    {"architecture nvidia H100", "field_bytes", "16777216",
     "two fields in its 50 MB of last-level cache: the field stays there between steps (8 to 48 MB measured)"},
};

/* ---- entries for one device ---- */

enum { from_options, from_user, from_built_in };

typedef struct entry {
    char name[40], value[40];
    int64_t number; /* of a parameter */
    int rank;       /* the lowest applies; among equals the last */
    bool rejected, shown;
    char source[160];
} entry;

typedef struct tuning {
    entry *entries;
    int count, capacity;
    int64_t fft_bytes;
    entry *of[CLPTI_TUNING_COUNT];  /* the entry that applies to each parameter, NULL: its default */
    bool shown[CLPTI_TUNING_COUNT]; /* of parameters without an entry */
    bool (*is_operation)(const char *name);
} tuning;

static void release_entries(void *state)
{
    tuning *t = state;
    free(t->entries);
    *t = (tuning){0};
}

static const clpti_part part = {"tuning entries", sizeof(tuning), release_entries};

/* NULL: every parameter has its default. */
static tuning *tuning_of(const clpt_context *context)
{
    return clpti_context_find(context, &part);
}

static entry *find(const tuning *t, const char *name)
{
    entry *best = NULL;
    for (int i = 0; t && i < t->count; i++) {
        entry *r = &t->entries[i];
        if (!r->rejected && (!best || r->rank <= best->rank) && !strcmp(r->name, name)) best = r;
    }
    return best;
}

static int parameter_index(const char *name)
{
    int i = 0;
    while (i < CLPTI_TUNING_COUNT && strcmp(clpti_tuning_parameters[i].name, name)) i++;
    return i;
}

/* NULL if the value is valid, otherwise the valid values; the text is stored in `needs`. */
static const char *check_number(const clpti_tuning_parameter *p, const char *value, int64_t *number, char needs[96])
{
    char *end;
    errno = 0;
    *number = strtoll(value, &end, 10);
    bool good = end != value && !*end && errno == 0 && *number >= p->minimum && *number <= p->maximum;
    if (good && !(p->power_of_two && (*number & (*number - 1)))) return NULL;
    snprintf(needs, 96, "%s from %" PRId64 " to %" PRId64, p->power_of_two ? "a power of two" : "an integer",
             p->minimum, p->maximum);
    return needs;
}

static entry *add(tuning *t)
{
    if (t->count == t->capacity) {
        int capacity = 2 * t->capacity + 16;
        entry *grown = realloc(t->entries, (size_t)capacity * sizeof *grown);
        if (!grown) return NULL;
        t->entries = grown;
        t->capacity = capacity;
    }
    t->entries[t->count] = (entry){0};
    return &t->entries[t->count++];
}

/* Stores one setting; false if it is invalid: `problem` then contains the reason. */
static bool keep(tuning *t, int source, int level, const char *name, const char *value, const char *where,
                 clpt_message *problem)
{
    char needs[96];
    int64_t number = 0;
    int which = parameter_index(name);
    if (which == CLPTI_TUNING_COUNT && !t->is_operation(name)) {
        clpti_fail(problem, CLPT_ERROR_ARGUMENT, "'%s' is neither a tuning parameter nor an operation", name);
        return false;
    }
    if (which < CLPTI_TUNING_COUNT && check_number(&clpti_tuning_parameters[which], value, &number, needs)) {
        clpti_fail(problem, CLPT_ERROR_ARGUMENT, "'%s' is not a value of %s: it requires %s", value, name, needs);
        return false;
    }
    entry *r = add(t);
    if (!r || strlen(value) >= sizeof r->value) {
        if (r) t->count--;
        clpti_fail(problem, CLPT_ERROR_MEMORY, "no host memory for '%s = %s'", name, value);
        return false;
    }
    snprintf(r->name, sizeof r->name, "%s", name);
    snprintf(r->value, sizeof r->value, "%s", value);
    snprintf(r->source, sizeof r->source, "%s", where);
    r->number = number;
    r->rank = source * CLPTI_TUNING_LEVELS + level;
    return true;
}

/* ---- the three sources ---- */

static clpt_status read_built_in(clpt_context *context)
{
    for (size_t i = 0; i < sizeof built_in / sizeof *built_in; i++) {
        const built_in_entry *b = &built_in[i];
        clpti_tuning_level level;
        bool fits;
        char where[160];
        clpt_message problem = {0};
        if (!clpti_tuning_key_parse(b->key, &context->device, &level, &fits))
            return clpti_fail(&context->message, CLPT_ERROR_INTERNAL,
                              "the key '%s' of a built-in tuning entry is invalid", b->key);
        snprintf(where, sizeof where, "built-in entry '%s'", b->key);
        if (fits && !keep(tuning_of(context), from_built_in, (int)level, b->name, b->value, where, &problem))
            return clpti_fail(&context->message, CLPT_ERROR_INTERNAL, "%s: %s", where, problem.text);
    }
    return CLPT_OK;
}

/* "name=value,…" */
static clpt_status read_given(clpt_context *context, const char *text)
{
    clpt_status status = CLPT_OK;
    clpt_message problem = {0};
    char *copy = clpti_strdup(text), *rest = copy, *name, *value;
    if (!copy) return clpti_fail(&context->message, CLPT_ERROR_MEMORY, "no host memory for tuning entries");
    for (char *item; status == CLPT_OK && (item = strsep(&rest, ","));) {
        if (clpti_tuning_line_parse(item, &name, &value) != CLPTI_LINE_SETTING)
            status = clpti_fail(&context->message, CLPT_ERROR_ARGUMENT,
                                "tuning (CLPTYCHO_TUNING): '%s' is not of the form name=value", name);
        else if (!keep(tuning_of(context), from_options, 0, name, value, "given", &problem))
            status = clpti_fail(&context->message, CLPT_ERROR_ARGUMENT, "tuning (CLPTYCHO_TUNING): %s", problem.text);
    }
    free(copy);
    return status;
}

/* Maximum number of faults of a file that are reported one by one; the others are counted. */
enum { faults_named = 4 };

typedef struct reading {
    clpt_context *context;
    const char *path;
    int line, faults;
} reading;

__attribute__((format(printf, 2, 3))) static void fault(reading *r, const char *format, ...)
{
    char text[400];
    va_list arguments;
    if (r->faults++ >= faults_named) return;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    clpti_log(r->context, CLPT_LOG_WARNING, "%s, line %d: %s; the line is ignored", r->path, r->line, text);
}

static void read_lines(reading *r, char *text)
{
    clpti_tuning_level level = CLPTI_TUNING_DEVICE;
    enum { no_key, bad_key, good_key } key = no_key;
    bool fits = false;
    char *name, *value, where[160] = "";
    clpt_message problem = {0};
    for (char *line; (line = strsep(&text, "\n"));) {
        r->line++;
        switch (clpti_tuning_line_parse(line, &name, &value)) {
        case CLPTI_LINE_EMPTY:
            break;
        case CLPTI_LINE_KEY:
            key = clpti_tuning_key_parse(name, &r->context->device, &level, &fits) ? good_key : bad_key;
            if (key == bad_key) fault(r, "'%.60s' names no devices; its settings are ignored", name);
            snprintf(where, sizeof where, "user's entry '%s'", name);
            break;
        case CLPTI_LINE_SETTING:
            if (key == no_key) fault(r, "a setting before any [device …]");
            if (key != good_key || !fits) break;
            if (!keep(tuning_of(r->context), from_user, (int)level, name, value, where, &problem))
                fault(r, "%.300s", problem.text);
            break;
        case CLPTI_LINE_BAD:
            fault(r, "'%.60s' is neither [a key] nor name = value", name);
            break;
        }
    }
}

static void read_file(clpt_context *context, const char *path, bool named)
{
    reading r = {.context = context, .path = path};
    const char *reason;
    errno = 0;
    char *text = clpti_tuning_file_read(path, &reason);
    if (!text) {
        if (named || errno != ENOENT)
            clpti_log(context, CLPT_LOG_WARNING, "the tuning file '%s' is not used: %s", path, reason);
        return;
    }
    read_lines(&r, text);
    if (r.faults > faults_named)
        clpti_log(context, CLPT_LOG_WARNING, "%s: %d more lines are ignored", path, r.faults - faults_named);
    free(text);
}

clpt_status clpti_tuning_open(clpt_context *context, const char *source, bool named, int64_t fft_bytes,
                              bool (*is_operation)(const char *name))
{
    tuning *t = clpti_context_part(context, &part);
    if (!t) return CLPT_ERROR_MEMORY;
    release_entries(t);
    t->fft_bytes = fft_bytes;
    t->is_operation = is_operation;
    clpt_status status = read_built_in(context);
    if (status != CLPT_OK) return status;
    if (source && strchr(source, '=') && !strchr(source, '/'))
        status = read_given(context, source);
    else if (source && strcmp(source, "off") != 0)
        read_file(context, source, named);
    for (int i = 0; i < CLPTI_TUNING_COUNT; i++) t->of[i] = find(t, clpti_tuning_parameters[i].name);
    return status;
}

/* ---- queries of operations ---- */

static void show(clpt_context *context, const char *name, const char *value, const char *source)
{
    char what[48];
    snprintf(what, sizeof what, "tuning %s", name);
    clpti_choice_record(context, CLPT_CHOICE_TUNING, what, value, source, NULL);
}

int64_t clpti_tuned_number(const clpt_context *context, clpti_tuning what)
{
    const tuning *t = tuning_of(context);
    if (t && t->of[what]) return t->of[what]->number;
    if (t && what == CLPTI_TUNING_FFT_BYTES) return t->fft_bytes;
    return clpti_tuning_parameters[what].default_value;
}

int64_t clpti_tuned(clpt_context *context, clpti_tuning what)
{
    const clpti_tuning_parameter *p = &clpti_tuning_parameters[what];
    tuning *t = tuning_of(context);
    entry *r = t ? t->of[what] : NULL;
    int64_t value = clpti_tuned_number(context, what);
    if (r) {
        if (!r->shown) show(context, p->name, r->value, r->source);
        r->shown = true;
    } else if (t && !t->shown[what]) {
        char number[24];
        snprintf(number, sizeof number, "%" PRId64, value);
        show(context, p->name, number, "default");
        t->shown[what] = true;
    }
    return value;
}

const char *clpti_tuned_variant(clpt_context *context, const char *operation)
{
    entry *r = find(tuning_of(context), operation);
    if (!r) return NULL;
    if (!r->shown) show(context, operation, r->value, r->source);
    r->shown = true;
    return r->value;
}

const char *clpti_tuned_source(const clpt_context *context, const char *operation)
{
    const entry *r = find(tuning_of(context), operation);
    return r ? r->source : "";
}

void clpti_tuned_variant_unknown(clpt_context *context, const char *operation, const char *list)
{
    entry *r = find(tuning_of(context), operation);
    if (!r) return;
    clpti_log(context, CLPT_LOG_WARNING, "%s: %s has no variant '%s' (there are %s); it is ignored", r->source,
              operation, r->value, list);
    r->rejected = true;
}
