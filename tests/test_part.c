/* SPDX-License-Identifier: Apache-2.0 */
/* Parts of an object: created once with zeros, closed in reverse order of creation. */
#include "support.h"

#include <stdint.h>
#include <string.h>

#include "core/part.h"

static clpti_parts parts;
static clpt_message message;
static char closed[8]; /* first letters of the parts, in the order in which they were closed */

typedef struct noted {
    char letter;
    double numbers[5];
} noted;

static void note(void *state)
{
    const noted *n = state;
    closed[strlen(closed)] = n->letter;
}

static const clpti_part apple = {"apple", sizeof(noted), note}, banana = {"banana", sizeof(noted), note},
                        empty = {"empty", 0, NULL};

/* Uses banana until its end. */
static void note_with_banana(void *state)
{
    const noted *used = clpti_part_find(&parts, &banana);
    assert_non_null(used);
    assert_int_equal(used->letter, 'b');
    assert_null(clpti_part_find(&parts, &apple)); /* created after this one: closed by now */
    note(state);
}

static const clpti_part cherry = {"cherry", sizeof(noted), note_with_banana};

static noted *create(const clpti_part *part)
{
    static const noted zeros;
    noted *made = clpti_part_get(&parts, part, &message);
    assert_non_null(made);
    assert_int_equal((uintptr_t)made % _Alignof(max_align_t), 0);
    assert_memory_equal(made, &zeros, sizeof zeros);
    made->letter = part->name[0];
    return made;
}

static int start(void **state)
{
    (void)state;
    memset(closed, 0, sizeof closed);
    return 0;
}

static void get_the_same_part_is_the_same_state(void **state)
{
    (void)state;
    assert_null(clpti_part_find(&parts, &apple));
    noted *made = create(&apple);
    create(&banana);
    assert_ptr_equal(clpti_part_get(&parts, &apple, &message), made);
    assert_ptr_equal(clpti_part_find(&parts, &apple), made);
    assert_int_equal(made->letter, 'a');
    clpti_parts_close(&parts);
    assert_null(clpti_part_find(&parts, &apple));
}

static void close_several_parts_goes_backwards(void **state)
{
    (void)state;
    create(&banana);
    assert_non_null(clpti_part_get(&parts, &empty, &message));
    create(&cherry);
    create(&apple);
    clpti_parts_close(&parts);
    assert_string_equal(closed, "acb");
    clpti_parts_close(&parts); /* closed twice: nothing is left */
    assert_string_equal(closed, "acb");
}

/* AddressSanitizer, where linked: an allocation that is too large fails, and does not end the program. */
__attribute__((visibility("default"))) const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "allocator_may_return_null=1";
}

static void get_more_than_memory_holds_fails_with_a_name(void **state)
{
    (void)state;
    static const clpti_part vast = {"vast", SIZE_MAX / 4, note};
    assert_null(clpti_part_get(&parts, &vast, &message));
    assert_non_null(strstr(message.text, "vast"));
    assert_null(clpti_part_find(&parts, &vast));
    clpti_parts_close(&parts);
    assert_string_equal(closed, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(get_the_same_part_is_the_same_state, start),
        cmocka_unit_test_setup(close_several_parts_goes_backwards, start),
        cmocka_unit_test_setup(get_more_than_memory_holds_fails_with_a_name, start),
    };
    return cmocka_run_group_tests_name("part", tests, NULL, NULL);
}
