# SPDX-License-Identifier: Apache-2.0
# Tuning rows: looked up, damaged, and in use on every runtime.
clptycho_test(test_tuning_lookup SOURCES test_tuning_lookup.c runtime_support.c support.c support_arrays.c sanitizers.c)
add_test(NAME tuning_lookup COMMAND test_tuning_lookup)
clptycho_test(test_tuning SOURCES test_tuning.c runtime_support.c support.c support_arrays.c sanitizers.c)
clptycho_device_tests(test_tuning)

if(TARGET clptycho_command)
  set(cli ${PROJECT_SOURCE_DIR}/src/cli)
  clptycho_test(test_tune_rows SOURCES test_tune_rows.c ${cli}/tune_rows.c ${cli}/tune_work.c ${cli}/tune_trial.c ${cli}/progress.c
                                       runtime_support.c support.c support_arrays.c LIBRARIES clptycho_bench)
  add_test(NAME tune_rows COMMAND test_tune_rows)
  # The command measures: one runtime is enough, and where there is no such device it skips.
  add_test(NAME command.tune.pocl COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/test_tune.sh $<TARGET_FILE:clptycho_command>
                                          ${PROJECT_SOURCE_DIR}/cl pocl)
  set_tests_properties(
    command.tune.pocl
    PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 900 LABELS pocl
               ENVIRONMENT "CLPTYCHO_CACHE_DIR=${PROJECT_BINARY_DIR}/test-cache;CLPTYCHO_TUNING=off;${clptycho_environment_pocl}")
endif()
