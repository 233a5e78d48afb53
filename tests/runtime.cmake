# SPDX-License-Identifier: Apache-2.0
# The OpenCL runtime: devices, selection, cache, memory, launches, and what happens when any OpenCL call fails.
set(with_opencl pocl rusticl oclgrind intel nvidia)

foreach(stem runtime runtime_errors builds cache share)
  clptycho_test(test_${stem})
endforeach()
clptycho_device_tests(test_runtime RUNTIMES ${with_opencl})
clptycho_device_tests(test_cache RUNTIMES ${with_opencl})
# These make faulty OpenCL calls on purpose, which Oclgrind rightly reports.
clptycho_device_tests(test_runtime_errors RUNTIMES pocl rusticl intel nvidia)
clptycho_device_tests(test_builds RUNTIMES pocl rusticl intel nvidia)
clptycho_device_tests(test_share RUNTIMES pocl rusticl intel nvidia)

# Lists and selections: over all that is installed at once. Mesa's Clover cannot be loaded next to AddressSanitizer (it
# throws C++ exceptions that the sanitizer of a C program does not know), so there only the runtimes above are shown.
set(every_runtime "")
if(CLPTYCHO_SANITIZE)
  file(GLOB icds ${clptycho_icd_dir}/pocl/*.icd ${clptycho_icd_dir}/rusticl/*.icd ${clptycho_icd_dir}/nvidia/*.icd)
  file(MAKE_DIRECTORY ${clptycho_icd_dir}/together)
  file(COPY ${icds} DESTINATION ${clptycho_icd_dir}/together)
  set(every_runtime "OCL_ICD_VENDORS=${clptycho_icd_dir}/together;OPENCL_VENDOR_PATH=${clptycho_icd_dir}/together")
endif()
foreach(stem devices select)
  clptycho_test(test_${stem})
  add_test(NAME ${stem} COMMAND test_${stem})
  set_tests_properties(${stem} PROPERTIES ENVIRONMENT "RUSTICL_ENABLE=llvmpipe;${every_runtime}")
endforeach()

# Every OpenCL call fails once in turn.
clptycho_test(test_faults)
clptycho_device_tests(test_faults RUNTIMES pocl rusticl nvidia)

# Memcheck over a suite that opens, shares and closes contexts. PoCL compiles slowly under it, so one suite is enough.
find_program(CLPTYCHO_VALGRIND valgrind)
mark_as_advanced(CLPTYCHO_VALGRIND)
if(CLPTYCHO_VALGRIND AND CLPTYCHO_TEST_ALL AND NOT CLPTYCHO_SANITIZE)
  add_test(NAME share.pocl.valgrind
           COMMAND ${CLPTYCHO_VALGRIND} -q --error-exitcode=9 --leak-check=full --show-leak-kinds=definite
                   --errors-for-leak-kinds=definite --num-callers=40 --suppressions=${CMAKE_CURRENT_SOURCE_DIR}/valgrind.supp
                   $<TARGET_FILE:test_share>)
  set_tests_properties(
    share.pocl.valgrind
    PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 1500 ENVIRONMENT
               "CLPTYCHO_TEST_DEVICE=pocl;CLPTYCHO_CACHE_DIR=${PROJECT_BINARY_DIR}/test-cache-valgrind;${clptycho_environment_pocl}")
endif()
