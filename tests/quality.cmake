# SPDX-License-Identifier: Apache-2.0
# Quality figures: host work, no device.
clptycho_test(test_compare)
add_test(NAME compare COMMAND test_compare)
