/* SPDX-License-Identifier: Apache-2.0 */
/* The version of the headers, of the library and of the build are one. */
#include <stdio.h>

#include "support.h"

#if !CLPT_VERSION_GE(0, 0, 0) || CLPT_VERSION_GE(CLPT_VERSION_MAJOR + 1, 0, 0)
#error CLPT_VERSION_GE compares major numbers wrongly
#endif

static void version_of_headers_and_library_is_that_of_the_build(void **state)
{
    (void)state;
    char text[64];
    snprintf(text, sizeof text, "%d.%d.%d", CLPT_VERSION_MAJOR, CLPT_VERSION_MINOR, CLPT_VERSION_PATCH);
    assert_string_equal(text, CLPTYCHO_BUILD_VERSION);
    assert_string_equal(clpt_version(), CLPTYCHO_BUILD_VERSION);
}

static void version_ge_compares_in_order_of_weight(void **state)
{
    (void)state;
    enum { major = CLPT_VERSION_MAJOR, minor = CLPT_VERSION_MINOR, patch = CLPT_VERSION_PATCH };
    assert_true(CLPT_VERSION_GE(major, minor, patch));
    assert_true(CLPT_VERSION_GE(major - 1, minor + 1, patch + 1));
    assert_true(CLPT_VERSION_GE(major, minor - 1, patch + 1));
    assert_false(CLPT_VERSION_GE(major, minor, patch + 1));
    assert_false(CLPT_VERSION_GE(major, minor + 1, 0));
    assert_false(CLPT_VERSION_GE(major + 1, 0, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(version_of_headers_and_library_is_that_of_the_build),
        cmocka_unit_test(version_ge_compares_in_order_of_weight),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
