# SPDX-License-Identifier: Apache-2.0
# Parity: numbers, rules and files of made-up runs, and the command from outside.
if(TARGET clptycho_parity)
  foreach(stem parity parity_dump)
    clptycho_test(test_${stem} SOURCES test_${stem}.c page_case.c support.c support_arrays.c sanitizers.c LIBRARIES clptycho_parity PkgConfig::CJSON)
    add_test(NAME ${stem} COMMAND test_${stem})
  endforeach()
endif()
if(TARGET clptycho_command)
  find_program(CLPTYCHO_PYTHON python3)
  mark_as_advanced(CLPTYCHO_PYTHON)
  set(environment CLPTYCHO_CACHE_DIR=${PROJECT_BINARY_DIR}/test-cache CLPTYCHO_TUNING=off "CLPTYCHO_PYTHON=$<IF:$<BOOL:${CLPTYCHO_PYTHON}>,${CLPTYCHO_PYTHON},>")
  if(CLPTYCHO_SANITIZE) # as in command.cmake
    list(APPEND environment LSAN_OPTIONS=suppressions=${CMAKE_CURRENT_SOURCE_DIR}/lsan.supp:print_suppressions=0
         ASAN_OPTIONS=fast_unwind_on_malloc=0:new_delete_type_mismatch=0)
  endif()
  foreach(runtime pocl rusticl intel nvidia reference)
    add_test(NAME command.parity.${runtime}
             COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/test_parity.sh $<TARGET_FILE:clptycho_command> ${runtime} ${PROJECT_SOURCE_DIR}
                     $<TARGET_FILE:test_parity_dump>)
    set_tests_properties(
      command.parity.${runtime}
      PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 900 LABELS ${runtime} ENVIRONMENT "${environment};${clptycho_environment_${runtime}}")
  endforeach()
endif()
