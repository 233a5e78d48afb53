# SPDX-License-Identifier: Apache-2.0
# The same bits however work is split and wherever it runs, and any shape without another build.
set(every_support every.c every_variants.c support.c support_arrays.c)

clptycho_test(test_repeat SOURCES test_repeat.c every_engine.c solver_case.c ${every_support} LIBRARIES PkgConfig::XXHASH)
target_compile_definitions(test_repeat PRIVATE CLPTYCHO_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
clptycho_device_tests(test_repeat)

clptycho_test(test_draws SOURCES test_draws.c support.c support_arrays.c LIBRARIES PkgConfig::XXHASH)
clptycho_device_tests(test_draws)

# The number of threads is the runtime's: each setting in a process of its own.
clptycho_test(repeat_digests SOURCES repeat_digests.c every_engine.c solver_case.c ${every_support} LIBRARIES PkgConfig::XXHASH)
set(threads_pocl "env POCL_MAX_PTHREAD_COUNT=1" "env POCL_MAX_PTHREAD_COUNT=3" "env POCL_MAX_PTHREAD_COUNT=8"
                 "env POCL_DEVICES=basic")
set(threads_intel "taskset -c 0")
foreach(runtime pocl intel)
  add_test(NAME repeat_threads.${runtime} COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/test_repeat_threads.sh
                                                  $<TARGET_FILE:repeat_digests> ${threads_${runtime}})
  set_tests_properties(
    repeat_threads.${runtime}
    PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 1500 LABELS ${runtime}
               ENVIRONMENT "CLPTYCHO_TEST_DEVICE=${runtime};CLPTYCHO_TUNING=off;CLPTYCHO_CACHE_DIR=${PROJECT_BINARY_DIR}/test-cache;${clptycho_environment_${runtime}}")
endforeach()

clptycho_test(test_shapes SOURCES test_shapes.c layer_case.c every_engine.c solver_case.c ${every_support}
              LIBRARIES PkgConfig::XXHASH ${CMAKE_DL_LIBS})
clptycho_device_tests(test_shapes)
clptycho_test(test_engine_faults SOURCES test_engine_faults.c layer_case.c every_engine.c solver_case.c support.c support_arrays.c
              LIBRARIES ${CMAKE_DL_LIBS})
clptycho_device_tests(test_engine_faults RUNTIMES pocl rusticl nvidia)
foreach(name shapes engine_faults)
  target_compile_definitions(test_${name} PRIVATE CLPT_LAYER_PATH="$<TARGET_FILE:clptycho_cl_layer>") # of a file read later
  add_dependencies(test_${name} clptycho_cl_layer)
endforeach()
if(CLPTYCHO_TEST_LONG)
  foreach(runtime pocl nvidia)
    set_property(TEST shapes.${runtime} APPEND PROPERTY ENVIRONMENT CLPTYCHO_TEST_MANY=1)
  endforeach()
endif()
