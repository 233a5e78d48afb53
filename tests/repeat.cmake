# SPDX-License-Identifier: Apache-2.0
# The same bits however work is split and wherever it runs, and any shape without another build.
foreach(name repeat draws shapes)
  clptycho_test(test_${name})
  clptycho_device_tests(test_${name})
endforeach()
if(CLPTYCHO_TEST_ALL)
  foreach(runtime pocl nvidia)
    if(TEST shapes.${runtime})
      set_property(TEST shapes.${runtime} APPEND PROPERTY ENVIRONMENT CLPTYCHO_TEST_MANY=1)
    endif()
  endforeach()
endif()
clptycho_test(test_engine_faults)
clptycho_device_tests(test_engine_faults RUNTIMES pocl rusticl nvidia)

# The number of threads is the runtime's: each setting in a process of its own.
clptycho_test(repeat_digests)
set(threads ${CMAKE_CURRENT_SOURCE_DIR}/test_repeat_threads.sh $<TARGET_FILE:repeat_digests>)
clptycho_runtime_test(repeat_threads pocl ${threads} "env POCL_MAX_PTHREAD_COUNT=1" "env POCL_MAX_PTHREAD_COUNT=3"
                      "env POCL_DEVICES=basic")
clptycho_runtime_test(repeat_threads intel ${threads} "taskset -c 0")
