# SPDX-License-Identifier: Apache-2.0
# The sweep: what it makes of made-up results, whether its gate holds on every device, and the command from outside.
if(TARGET clptycho_bench)
  set(bench_support bench_case.c page_case.c support.c sanitizers.c)
  foreach(stem files compare)
    clptycho_test(test_bench_${stem} SOURCES test_bench_${stem}.c ${bench_support} LIBRARIES clptycho_bench PkgConfig::CJSON)
    add_test(NAME bench_${stem} COMMAND test_bench_${stem})
  endforeach()
  clptycho_test(test_bench_gate SOURCES test_bench_gate.c support.c sanitizers.c LIBRARIES clptycho_bench)
  # Every row with its reference: too much for an interpreter, and every operation has its own suite there.
  clptycho_device_tests(test_bench_gate RUNTIMES pocl rusticl intel nvidia reference)
endif()
if(TARGET clptycho_command)
  set(environment CLPTYCHO_CACHE_DIR=${PROJECT_BINARY_DIR}/test-cache CLPTYCHO_TUNING=off)
  if(CLPTYCHO_SANITIZE) # as in command.cmake
    list(APPEND environment LSAN_OPTIONS=suppressions=${CMAKE_CURRENT_SOURCE_DIR}/lsan.supp:print_suppressions=0
         ASAN_OPTIONS=fast_unwind_on_malloc=0:new_delete_type_mismatch=0)
  endif()
  foreach(runtime pocl nvidia)
    add_test(NAME command.bench.${runtime}
             COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/test_bench.sh $<TARGET_FILE:clptycho_command> ${runtime} ${PROJECT_SOURCE_DIR}/cl)
    set_tests_properties(
      command.bench.${runtime}
      PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 600 LABELS ${runtime} ENVIRONMENT "${environment};${clptycho_environment_${runtime}}")
  endforeach()
endif()
