# SPDX-License-Identifier: Apache-2.0
if(TARGET clptycho_command)
  clptycho_test(test_command_files SOURCES test_command_files.c LIBRARIES clptycho_io)
  set(run ${CMAKE_CURRENT_SOURCE_DIR}/test_command.sh)
  set(reconstruct ${CMAKE_CURRENT_SOURCE_DIR}/test_reconstruct.sh)
  set(arguments $<TARGET_FILE:clptycho_command> $<TARGET_FILE:test_command_files>)
  set(environment CLPTYCHO_CACHE_DIR=${PROJECT_BINARY_DIR}/test-cache CLPTYCHO_TUNING=off)
  if(CLPTYCHO_SANITIZE) # slow unwinding, so that the leaks of drivers can be told from ours
    list(APPEND environment LSAN_OPTIONS=suppressions=${CMAKE_CURRENT_SOURCE_DIR}/lsan.supp:print_suppressions=0
         ASAN_OPTIONS=fast_unwind_on_malloc=0:new_delete_type_mismatch=0)
  endif()
  foreach(suite usage bad_input output groups)
    add_test(NAME command.${suite} COMMAND ${run} ${suite} ${arguments} reference)
    set_tests_properties(command.${suite} PROPERTIES TIMEOUT 600 ENVIRONMENT "${environment}")
  endforeach()
  foreach(runtime reference ${clptycho_runtimes})
    foreach(suite ops gradients trip near files)
      if(TEST command.${suite}.${runtime} OR (suite MATCHES "trip|near|files" AND runtime STREQUAL "oclgrind")
         OR (suite STREQUAL "files" AND runtime STREQUAL "rusticl" AND NOT CLPTYCHO_TEST_LONG))
        continue() # a simulator of devices is too slow for a reconstruction
      endif()
      set(script ${run})
      if(suite MATCHES "trip|near|files")
        set(script ${reconstruct})
      endif()
      add_test(NAME command.${suite}.${runtime} COMMAND ${script} ${suite} ${arguments} ${runtime})
      set_tests_properties(
        command.${suite}.${runtime}
        PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 1500 LABELS ${runtime}
                   ENVIRONMENT "${environment};${clptycho_environment_${runtime}}")
    endforeach()
    if(NOT runtime STREQUAL "oclgrind" AND NOT TEST command.simulate.${runtime})
      add_test(NAME command.simulate.${runtime} COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/test_simulate.sh ${arguments}
                                                        ${runtime})
      set_tests_properties(
        command.simulate.${runtime}
        PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 600 LABELS ${runtime}
                   ENVIRONMENT "${environment};${clptycho_environment_${runtime}}")
    endif()
    if(NOT runtime STREQUAL "reference")
      set(provider "")
      if(CLPTYCHO_HAVE_CLFFT AND runtime STREQUAL "pocl") # Oclgrind writes the count of clFFT's warnings to stderr
        set(provider clfft)
      endif()
      add_test(NAME command.first_run.${runtime} COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/test_first_run.sh
                                                         $<TARGET_FILE:clptycho_command> ${runtime} ${provider})
      set_tests_properties(
        command.first_run.${runtime}
        PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 600 LABELS ${runtime}
                   ENVIRONMENT "${environment};${clptycho_environment_${runtime}}")
    endif()
  endforeach()
endif()
