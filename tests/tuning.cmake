# SPDX-License-Identifier: Apache-2.0
# Tuning entries: looked up, damaged, and in use on every runtime.
clptycho_test(test_tuning_lookup)
add_test(NAME tuning_lookup COMMAND test_tuning_lookup)
clptycho_test(test_tuning)
clptycho_device_tests(test_tuning)

if(TARGET clptycho_command)
  set(cli ${PROJECT_SOURCE_DIR}/src/cli)
  clptycho_test(test_tune_entries SOURCES ${cli}/tune_entries.c ${cli}/tune_work.c ${cli}/tune_trial.c ${cli}/progress.c
                LIBRARIES clptycho_bench)
  add_test(NAME tune_entries COMMAND test_tune_entries)
  # The command measures: one runtime is enough, and where there is no such device it skips.
  clptycho_command_tests(tune RUNTIMES pocl COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/test_tune.sh $<TARGET_FILE:clptycho_command>
                         ${PROJECT_SOURCE_DIR}/cl RUNTIME)
endif()
