# SPDX-License-Identifier: Apache-2.0
# Checks of the sources: kernels that compile alone, format, words, cppcheck, layers. A missing tool skips its test.
find_program(CLPTYCHO_CLANG NAMES clang clang-14 clang-15 clang-16)
find_program(CLPTYCHO_CLANG_FORMAT NAMES clang-format-14 clang-format)
find_program(CLPTYCHO_CPPCHECK cppcheck)
find_program(CLPTYCHO_PYTHON python3)
mark_as_advanced(CLPTYCHO_CLANG CLPTYCHO_CLANG_FORMAT CLPTYCHO_CPPCHECK CLPTYCHO_PYTHON)

# clptycho_check(NAME TOOL command …): a test, reported as skipped if the tool is missing.
function(clptycho_check name tool)
  if(${tool})
    add_test(NAME check.${name} COMMAND ${ARGN})
  else()
    add_test(NAME check.${name} COMMAND sh -c "echo no such tool; exit 77")
  endif()
  set_tests_properties(check.${name} PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 300 LABELS check)
endfunction()

file(GLOB kernels CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/cl/*.cl)
foreach(kernel ${kernels})
  get_filename_component(stem ${kernel} NAME_WE)
  clptycho_check(kernel.${stem} CLPTYCHO_CLANG ${CMAKE_CURRENT_SOURCE_DIR}/check_kernel.sh ${CLPTYCHO_CLANG}
                 ${PROJECT_SOURCE_DIR}/cl ${kernel})
endforeach()

clptycho_check(format CLPTYCHO_CLANG_FORMAT ${CMAKE_CURRENT_SOURCE_DIR}/check_format.sh ${CLPTYCHO_CLANG_FORMAT}
               ${PROJECT_SOURCE_DIR})
add_custom_target(format COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/check_format.sh ${CLPTYCHO_CLANG_FORMAT} ${PROJECT_SOURCE_DIR} fix
                  VERBATIM)

clptycho_check(words CLPTYCHO_PYTHON ${CLPTYCHO_PYTHON} ${CMAKE_CURRENT_SOURCE_DIR}/check_words.py ${PROJECT_SOURCE_DIR})

clptycho_check(cppcheck CLPTYCHO_CPPCHECK ${CLPTYCHO_CPPCHECK} --quiet --error-exitcode=1 --inline-suppr --std=c11
               --enable=warning,performance,portability --suppress=missingInclude --suppress=missingIncludeSystem -j2
               -D__GNUC__ -D_GNU_SOURCE -DCLPTI_HAVE_CLFFT -DCLPTI_HAVE_CLBLAST -DCL_TARGET_OPENCL_VERSION=120
               -I${PROJECT_SOURCE_DIR}/include -I${PROJECT_SOURCE_DIR}/src -I${PROJECT_SOURCE_DIR}/cl
               ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR}/examples)

find_program(CLPTYCHO_NM nm)
mark_as_advanced(CLPTYCHO_NM)
clptycho_check(layers CLPTYCHO_NM ${CMAKE_CURRENT_SOURCE_DIR}/check_layers.sh ${PROJECT_SOURCE_DIR}
               ${PROJECT_BINARY_DIR}/src/CMakeFiles/clptycho_objects.dir)
