/* SPDX-License-Identifier: Apache-2.0 */
/* repeat_digests [PART PARTS]: prints a digest of every result of every operation and engine, so that runs in other
 * circumstances (threads, caches) can be compared line by line (test_repeat_threads.sh); of PARTS parts one alone,
 * unless all is requested (test_all). Each part has every engine and every set of options, not every pair of them. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "every.h"
#include "every_engine.h"

static const clpti_sizes sizes[] = {
    {.B = 5, .S = 19, .G = 3, .C = 4, .P = 3, .N = 16, .M = 25, .H = 41, .W = 50, .crop = 11},
    {.B = 7, .S = 29, .G = 3, .C = 4, .P = 2, .N = 21, .M = 32, .H = 55, .W = 47, .crop = 10},
    {.B = 5, .S = 23, .G = 3, .C = 4, .P = 2, .N = 64, .M = 97, .H = 131, .W = 140, .crop = 33},
};

static int part, parts = 1;

static bool is_chosen(int row, int column)
{
    return (row + column) % parts == part || test_all();
}

static void print(const char *who, const char *how, const char *what, const test_field *field)
{
    printf("%s; %s; %s %016" PRIx64 "\n", who, how, what, every_digest(field));
}

static void print_operations(clpt_context *context)
{
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes && !(test_small() && i); i++)
        for (int k = 0; every_case_at(k); k++) {
            if (!is_chosen((int)i, k)) continue;
            every_result result = every_run(context, every_case_at(k), &sizes[i], (every_way){0});
            for (int r = 0; r < result.count; r++)
                print(every_case_at(k)->name, test_text("side %d", (int)sizes[i].N), result.names[r], &result.out[r]);
            every_free(&result);
        }
}

static void print_engines(clpt_context *context)
{
    for (int s = 0; every_options_at(s); s++) {
        const every_options *set = every_options_at(s);
        solver_case c = solver_case_new(set->modes);
        if (set->masked) solver_case_mask(&c, true);
        for (size_t k = 0; clpt_engine_name(k); k++) {
            if (!is_chosen(s, (int)k)) continue;
            every_state state = every_reconstruct(context, &c, clpt_engine_name(k), set, 3);
            for (int r = 0; r < state.count; r++)
                print(clpt_engine_name(k), set->name, state.names[r], &state.fields[r]);
            every_state_free(&state);
        }
        solver_case_free(&c);
    }
}

int main(int count, char **words)
{
    if (count > 2) part = atoi(words[1]), parts = atoi(words[2]);
    test_start();
    clpt_context *context = test_open(test_device(), 0);
    fprintf(stderr, "%s: %u compute units\n", clpt_context_get_device(context)->name,
            (unsigned)clpt_context_get_device(context)->compute_units);
    print_operations(context);
    print_engines(context);
    clpt_context_destroy(&context);
    return 0;
}
