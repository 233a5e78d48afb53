# SPDX-License-Identifier: Apache-2.0
# Quality figures: host work, no device.
clptycho_test(test_compare SOURCES test_compare.c support.c support_arrays.c)
add_test(NAME compare COMMAND test_compare)
