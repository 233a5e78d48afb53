# SPDX-License-Identifier: Apache-2.0
# The sweep: what it makes of made-up results, whether its gate holds on every device, and the command from outside.
if(TARGET clptycho_bench)
  foreach(stem files compare)
    clptycho_test(test_bench_${stem} LIBRARIES clptycho_bench PkgConfig::CJSON)
    add_test(NAME bench_${stem} COMMAND test_bench_${stem})
  endforeach()
  clptycho_test(test_bench_gate LIBRARIES clptycho_bench)
  # Every row with its reference: too much for an interpreter, and every operation has its own suite there.
  clptycho_device_tests(test_bench_gate RUNTIMES pocl rusticl intel nvidia reference)
endif()
if(TARGET clptycho_command)
  clptycho_command_tests(bench RUNTIMES pocl nvidia COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/test_bench.sh
                         $<TARGET_FILE:clptycho_command> RUNTIME ${PROJECT_SOURCE_DIR}/cl)
endif()
