# SPDX-License-Identifier: Apache-2.0
# Quality figures: host work, no device.
clptycho_test(test_compare)
add_test(NAME compare COMMAND test_compare)
clptycho_test(test_unwrap)
add_test(NAME unwrap COMMAND test_unwrap)
# The command's own grids and physics.
if(TARGET clptycho_command)
  set(cli ${PROJECT_SOURCE_DIR}/src/cli)
  clptycho_test(test_fine_model SOURCES ${cli}/fine_model.c ${cli}/grid.c LIBRARIES clptycho_io)
  add_test(NAME fine_model COMMAND test_fine_model)
  clptycho_test(test_grid SOURCES ${cli}/grid.c LIBRARIES clptycho_io)
  add_test(NAME grid COMMAND test_grid)
  clptycho_test(test_optics SOURCES ${cli}/optics.c LIBRARIES clptycho_io)
  add_test(NAME optics COMMAND test_optics)
endif()
