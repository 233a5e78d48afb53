# SPDX-License-Identifier: Apache-2.0
# The Python package: built as a wheel from this build's library, installed, and tested with pytest.
set(CLPTYCHO_TEST_PYTHON "" CACHE FILEPATH "Python with cffi, numpy, pytest, setuptools and wheel; empty: python3")
set(python ${CLPTYCHO_TEST_PYTHON})
if(NOT python)
  set(python ${CLPTYCHO_PYTHON})
endif()
if(python AND NOT CLPTYCHO_SANITIZE) # a sanitized library loads into a sanitized process only
  add_test(NAME python COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/test_python.sh ${python} ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR})
  set_tests_properties(python PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 300 LABELS python
                       ENVIRONMENT "CLPTYCHO_TUNING=off;CLPTYCHO_CACHE_DIR=${CLPTYCHO_TEST_CACHE};${clptycho_environment_pocl}")
endif()
