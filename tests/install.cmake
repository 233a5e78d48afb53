# SPDX-License-Identifier: Apache-2.0
# The installed tree, used as another project would use it (see test_install.sh).
set(arguments ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR} ${PROJECT_BINARY_DIR}/installed)
set(environment CMAKE_COMMAND=${CMAKE_COMMAND} CMAKE_GENERATOR=${CMAKE_GENERATOR} CLPTYCHO_CACHE_DIR=${CLPTYCHO_TEST_CACHE})
set(run ${CMAKE_CURRENT_SOURCE_DIR}/test_install.sh)

function(clptycho_install_test name)
  cmake_parse_arguments(TEST "" "SETUP;NEEDS" "ARGUMENTS;ENVIRONMENT" ${ARGN})
  add_test(NAME install.${name} COMMAND ${run} ${TEST_ARGUMENTS})
  set_tests_properties(install.${name} PROPERTIES TIMEOUT 300 LABELS install ENVIRONMENT "${environment};${TEST_ENVIRONMENT}"
                                                  FIXTURES_SETUP "${TEST_SETUP}" FIXTURES_REQUIRED "${TEST_NEEDS}")
endfunction()

# A program of a sanitized library requires the sanitizer too, which the package does not list.
if(TARGET clptycho_command AND NOT CLPTYCHO_SANITIZE)
  clptycho_install_test(tree SETUP installed_tree ARGUMENTS tree ${arguments})
  clptycho_install_test(symbols NEEDS installed_tree ARGUMENTS symbols ${arguments})
  clptycho_install_test(readme NEEDS installed_tree ARGUMENTS readme ${arguments})
  clptycho_install_test(package SETUP installed_examples NEEDS installed_tree ARGUMENTS package ${arguments})
  set(device reference)
  if(EXISTS ${clptycho_icd_dir}/pocl/pocl.icd)
    set(device pocl)
  endif()
  clptycho_install_test(examples NEEDS installed_examples ARGUMENTS examples ${arguments} ${device}
                        ENVIRONMENT ${clptycho_environment_${device}})
  clptycho_install_test(pkgconfig NEEDS installed_tree ARGUMENTS pkgconfig ${arguments} ${device}
                        ENVIRONMENT ${clptycho_environment_${device}})
endif()
