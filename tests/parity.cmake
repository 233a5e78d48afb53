# SPDX-License-Identifier: Apache-2.0
# Parity: numbers, rules and files of made-up runs, and the command from outside.
if(TARGET clptycho_parity)
  foreach(stem parity parity_dump)
    clptycho_test(test_${stem} LIBRARIES clptycho_parity PkgConfig::CJSON)
    add_test(NAME ${stem} COMMAND test_${stem})
  endforeach()
endif()
if(TARGET clptycho_command)
  find_program(CLPTYCHO_PYTHON python3)
  mark_as_advanced(CLPTYCHO_PYTHON)
  set(python "")
  if(CLPTYCHO_PYTHON)
    set(python ${CLPTYCHO_PYTHON})
  endif()
  clptycho_command_tests(
    parity RUNTIMES pocl rusticl intel nvidia reference
    COMMAND env CLPTYCHO_PYTHON=${python} ${CMAKE_CURRENT_SOURCE_DIR}/test_parity.sh $<TARGET_FILE:clptycho_command> RUNTIME
            ${PROJECT_SOURCE_DIR} $<TARGET_FILE:test_parity_dump>)
endif()
