# SPDX-License-Identifier: Apache-2.0
# Every OpenCL runtime that the suites run on, one after another, and clptycho_device_tests to register a suite on each.
# A runtime that is not installed keeps its tests: they find no device and report themselves as skipped.
set(CLPTYCHO_TEST_INTEL_ICD "" CACHE FILEPATH "Intel's CPU runtime: libintelocl.so or an .icd file that names it")

set(clptycho_icd_dir ${PROJECT_BINARY_DIR}/icd)
set(clptycho_runtimes "" CACHE INTERNAL "")

# Each runtime gets a directory with its one .icd file: a form that every ICD loader understands.
function(clptycho_runtime name)
  cmake_parse_arguments(RUNTIME "" "ICD" "LIBRARY;PATHS;ENVIRONMENT" ${ARGN})
  set(directory ${clptycho_icd_dir}/${name})
  file(REMOVE_RECURSE ${directory})
  file(MAKE_DIRECTORY ${directory})
  if(RUNTIME_ICD MATCHES "\\.icd$" AND EXISTS ${RUNTIME_ICD})
    file(COPY ${RUNTIME_ICD} DESTINATION ${directory})
    set(found ${RUNTIME_ICD})
  elseif(RUNTIME_ICD AND NOT RUNTIME_ICD MATCHES "\\.icd$" AND EXISTS ${RUNTIME_ICD})
    set(found ${RUNTIME_ICD})
    file(WRITE ${directory}/${name}.icd "${found}\n")
  elseif(RUNTIME_LIBRARY)
    find_library(CLPTYCHO_TEST_${name}_LIBRARY NAMES ${RUNTIME_LIBRARY} PATHS ${RUNTIME_PATHS})
    mark_as_advanced(CLPTYCHO_TEST_${name}_LIBRARY)
    set(found ${CLPTYCHO_TEST_${name}_LIBRARY})
    if(found OR name STREQUAL "reference")
      file(WRITE ${directory}/${name}.icd "${found}\n")
    endif()
  endif()
  if(found)
    message(STATUS "Tests on ${name}: ${found}")
  elseif(NOT name STREQUAL "reference")
    message(STATUS "Tests on ${name}: not installed, will be skipped")
  endif()
  set(clptycho_runtimes ${clptycho_runtimes} ${name} CACHE INTERNAL "")
  set(clptycho_environment_${name} "OCL_ICD_VENDORS=${directory};OPENCL_VENDOR_PATH=${directory};${RUNTIME_ENVIRONMENT}"
      CACHE INTERNAL "")
endfunction()

file(GLOB intel_paths $ENV{HOME}/.local/lib/python3*/site-packages /opt/intel/oneapi/compiler/*/lib
     /opt/intel/oneapi/compiler/*/linux/lib/x64 /usr/local/lib/python3*/dist-packages)
clptycho_runtime(pocl ICD /etc/OpenCL/vendors/pocl.icd LIBRARY libpocl.so.2)
clptycho_runtime(rusticl ICD /etc/OpenCL/vendors/rusticl.icd LIBRARY libRusticlOpenCL.so.1 ENVIRONMENT RUSTICL_ENABLE=llvmpipe)
clptycho_runtime(oclgrind LIBRARY liboclgrind-rt-icd.so PATHS /usr/lib/oclgrind /usr/local/lib/oclgrind /usr/local/lib
  ENVIRONMENT OCLGRIND_CHECK_API=1 OCLGRIND_DATA_RACES=1 CLPTYCHO_TEST_SMALL=1)
clptycho_runtime(intel ICD ${CLPTYCHO_TEST_INTEL_ICD} LIBRARY libintelocl.so PATHS ${intel_paths} /usr/local/lib)
clptycho_runtime(nvidia ICD /etc/OpenCL/vendors/nvidia.icd LIBRARY libnvidia-opencl.so.1 PATHS /usr/local/nvidia/lib64)
clptycho_runtime(reference)

# Suites that take minutes where kernels are interpreted or emulated; each runs on every other runtime anyway.
option(CLPTYCHO_TEST_LONG "Also run the suites that take minutes on Oclgrind, rusticl and under Valgrind" OFF)
set(clptycho_long_tests
    vjp.oclgrind vjp_scan.oclgrind losses.oclgrind descent.oclgrind back_sums.oclgrind solver.oclgrind fft.oclgrind
    choices.oclgrind forward.oclgrind modes.oclgrind vjp_scan.rusticl losses.rusticl descent.rusticl fft.rusticl
    near_field.rusticl solver_faults.rusticl faults.rusticl engines.rusticl engines.oclgrind likelihood.rusticl likelihood.oclgrind orthogonalise.rusticl orthogonalise.oclgrind state.oclgrind
    refine.oclgrind refine.rusticl solver_arguments.oclgrind engine_faults.rusticl)
# Suites of every operation and engine: small sizes on rusticl, besides a few operations and one engine on Oclgrind.
set(clptycho_small_tests repeat.rusticl shapes.rusticl repeat.oclgrind shapes.oclgrind)

# clptycho_device_tests(test_x [RUNTIMES …]): registers x.pocl, x.rusticl, … for an executable made by clptycho_test.
function(clptycho_device_tests executable)
  cmake_parse_arguments(TESTS "" "" "RUNTIMES" ${ARGN})
  if(NOT TESTS_RUNTIMES)
    set(TESTS_RUNTIMES ${clptycho_runtimes})
  endif()
  string(REGEX REPLACE "^test_" "" suite ${executable})
  foreach(runtime ${TESTS_RUNTIMES})
    set(test ${suite}.${runtime})
    if(test IN_LIST clptycho_long_tests AND NOT CLPTYCHO_TEST_LONG)
      continue()
    endif()
    set(wrapper "")
    set(environment "")
    if(test IN_LIST clptycho_small_tests AND NOT CLPTYCHO_TEST_LONG)
      set(environment CLPTYCHO_TEST_SMALL=1)
      if(runtime STREQUAL "oclgrind")
        list(APPEND environment CLPTYCHO_TEST_FEW=1)
      endif()
    endif()
    if(runtime STREQUAL "oclgrind")
      set(log ${PROJECT_BINARY_DIR}/Testing/${test}.log)
      set(wrapper ${PROJECT_SOURCE_DIR}/tests/check_log.sh ${log})
      list(APPEND environment OCLGRIND_LOG=${log})
    endif()
    add_test(NAME ${test} COMMAND ${wrapper} $<TARGET_FILE:${executable}>)
    set_tests_properties(
      ${test} PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 1500 LABELS ${runtime}
      ENVIRONMENT "CLPTYCHO_TEST_DEVICE=${runtime};CLPTYCHO_TUNING=off;CLPTYCHO_CACHE_DIR=${PROJECT_BINARY_DIR}/test-cache;${clptycho_environment_${runtime}};${environment}")
  endforeach()
endfunction()
