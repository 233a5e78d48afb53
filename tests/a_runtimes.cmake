# SPDX-License-Identifier: Apache-2.0
# Every OpenCL runtime that suites run on, which suite runs on which of them, and clptycho_device_tests to register one.
# A runtime that is not installed keeps its tests: they find no device and report themselves as skipped. NVIDIA's is
# there only where its library is.
set(CLPTYCHO_TEST_INTEL_ICD "" CACHE FILEPATH "Intel's CPU runtime: libintelocl.so or an .icd file that names it")
option(CLPTYCHO_TEST_ALL "Run every suite on every runtime in full (tests/run.sh --all), not the chosen part" OFF)
set(CLPTYCHO_TEST_CACHE "${PROJECT_BINARY_DIR}/test-cache" CACHE PATH "Where the tests keep compiled kernels")

set(clptycho_icd_dir ${PROJECT_BINARY_DIR}/icd)
set(clptycho_runtimes "" CACHE INTERNAL "")

# Each runtime gets a directory with its one .icd file: a form that every ICD loader understands.
function(clptycho_runtime name)
  cmake_parse_arguments(RUNTIME "WHERE_FOUND" "ICD" "LIBRARY;PATHS;ENVIRONMENT" ${ARGN})
  set(directory ${clptycho_icd_dir}/${name})
  set(found "")
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
    if(found)
      file(WRITE ${directory}/${name}.icd "${found}\n")
    endif()
  endif()
  if(found)
    message(STATUS "Tests on ${name}: ${found}")
  elseif(RUNTIME_WHERE_FOUND)
    return()
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
clptycho_runtime(nvidia WHERE_FOUND ICD /etc/OpenCL/vendors/nvidia.icd LIBRARY libnvidia-opencl.so.1
                 PATHS /usr/local/nvidia/lib64)
clptycho_runtime(reference)

# ---- the chosen part ----
# docs/testing.md has the claims. Every suite runs in full on PoCL. The other runtimes are there for their compilers and
# checks: small sizes where they are slow, and no studies of convergence.
set(clptycho_left_out
    # every kernel and engine of these runs there in repeat, shapes, steps and golden
    choices.oclgrind descent.oclgrind engines.oclgrind fft.oclgrind forward.oclgrind likelihood.oclgrind losses.oclgrind
    modes.oclgrind orthogonalise.oclgrind refine.oclgrind solver.oclgrind solver_arguments.oclgrind
    state.oclgrind vjp.oclgrind vjp_scan.oclgrind golden.oclgrind gradient_golden.oclgrind
    # solver: repeat and trip run engines there
    solver.rusticl descent.rusticl engines.rusticl fft.rusticl likelihood.rusticl losses.rusticl near_field.rusticl
    orthogonalise.rusticl refine.rusticl vjp_scan.rusticl opr.rusticl corrections.rusticl
    descent.intel engines.intel likelihood.intel losses.intel orthogonalise.intel refine.intel opr.intel
    corrections.intel probe_centre.intel bench_gate.intel bench_gate.rusticl
    # tests of host code only
    choices.rusticl choices.intel solver_arguments.rusticl solver_arguments.intel state.rusticl state.intel
    faults.rusticl solver_faults.rusticl engine_faults.rusticl enqueued.intel tuning.rusticl
    descent.reference
    # the command's own code: on PoCL, in the reference, and a round trip without double precision on rusticl
    command.gradients.oclgrind command.gradients.rusticl command.near.rusticl command.files.rusticl command.simulate.rusticl
    command.pad_detector.rusticl command.pad_detector.intel command.fractions.rusticl command.fractions.intel
    command.gradients.intel command.trip.intel command.near.intel command.files.intel command.simulate.intel)
set(clptycho_small
    repeat.rusticl repeat.reference shapes.rusticl shapes.intel shapes.reference near_field.intel
    engines.reference likelihood.reference refine.reference corrections.reference opr.reference losses.reference
    near_field.reference)
# A few operations and one engine.
set(clptycho_few repeat.oclgrind shapes.oclgrind repeat.intel)

# clptycho_environment_of(SUITE RUNTIME OUT): "left out", or the variables that the suite runs with there.
function(clptycho_environment_of suite runtime out)
  set(environment CLPTYCHO_TEST_DEVICE=${runtime} CLPTYCHO_TUNING=off CLPTYCHO_CACHE_DIR=${CLPTYCHO_TEST_CACHE}
      ${clptycho_environment_${runtime}})
  if(CLPTYCHO_SANITIZE AND suite MATCHES "^command") # slow unwinding, to distinguish leaks of drivers from the project's
    list(APPEND environment LSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/tests/lsan.supp:print_suppressions=0
         ASAN_OPTIONS=fast_unwind_on_malloc=0:new_delete_type_mismatch=0)
  endif()
  if(CLPTYCHO_TEST_ALL)
    list(APPEND environment CLPTYCHO_TEST_ALL=1)
  elseif(${suite}.${runtime} IN_LIST clptycho_left_out)
    set(environment "left out")
  elseif(${suite}.${runtime} IN_LIST clptycho_small)
    list(APPEND environment CLPTYCHO_TEST_SMALL=1)
  elseif(${suite}.${runtime} IN_LIST clptycho_few)
    list(APPEND environment CLPTYCHO_TEST_SMALL=1 CLPTYCHO_TEST_FEW=1)
  endif()
  set(${out} "${environment}" PARENT_SCOPE)
endfunction()

# clptycho_runtime_test(SUITE RUNTIME command …): registers SUITE.RUNTIME, unless the chosen part leaves it out.
function(clptycho_runtime_test suite runtime)
  set(test ${suite}.${runtime})
  clptycho_environment_of(${suite} ${runtime} environment)
  if(environment STREQUAL "left out")
    return()
  endif()
  add_test(NAME ${test} COMMAND ${ARGN})
  set_tests_properties(${test} PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 1500 LABELS ${runtime} ENVIRONMENT "${environment}")
endfunction()

# clptycho_device_tests(test_x [RUNTIMES …]): registers x.pocl, x.rusticl, … for an executable made by clptycho_test.
function(clptycho_device_tests executable)
  cmake_parse_arguments(TESTS "" "" "RUNTIMES" ${ARGN})
  string(REGEX REPLACE "^test_" "" suite ${executable})
  foreach(runtime ${clptycho_runtimes})
    if(TESTS_RUNTIMES AND NOT runtime IN_LIST TESTS_RUNTIMES)
      continue()
    endif()
    set(wrapper "")
    if(runtime STREQUAL "oclgrind")
      set(wrapper ${PROJECT_SOURCE_DIR}/tests/check_log.sh ${PROJECT_BINARY_DIR}/Testing/${suite}.oclgrind.log)
    endif()
    clptycho_runtime_test(${suite} ${runtime} ${wrapper} $<TARGET_FILE:${executable}>)
  endforeach()
endfunction()

# clptycho_command_tests(SUITE RUNTIMES … COMMAND …): registers command.SUITE on each of them. RUNTIME among the command's
# words stands for the runtime's name.
function(clptycho_command_tests suite)
  cmake_parse_arguments(TESTS "" "" "RUNTIMES;COMMAND" ${ARGN})
  foreach(runtime ${TESTS_RUNTIMES})
    if(runtime IN_LIST clptycho_runtimes)
      list(TRANSFORM TESTS_COMMAND REPLACE "^RUNTIME$" ${runtime} OUTPUT_VARIABLE command)
      clptycho_runtime_test(command.${suite} ${runtime} ${command})
    endif()
  endforeach()
endfunction()
