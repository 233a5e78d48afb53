# SPDX-License-Identifier: Apache-2.0
# Quality figures: host work, no device.
clptycho_test(test_compare)
add_test(NAME compare COMMAND test_compare)
# The simulator's physics: host work of the command.
clptycho_test(test_fine_model SOURCES ${PROJECT_SOURCE_DIR}/src/cli/fine_model.c)
add_test(NAME fine_model COMMAND test_fine_model)
