# SPDX-License-Identifier: Apache-2.0
# The OpenCL runtime: devices, selection, cache, memory, launches, and what happens when any OpenCL call fails.
set(runtime_support runtime_support.c support.c)
set(with_opencl pocl rusticl oclgrind intel nvidia)

foreach(stem runtime runtime_errors cache share)
  clptycho_test(test_${stem} SOURCES test_${stem}.c ${runtime_support})
endforeach()
clptycho_device_tests(test_runtime RUNTIMES ${with_opencl})
clptycho_device_tests(test_cache RUNTIMES ${with_opencl})
# These make faulty OpenCL calls on purpose, which Oclgrind rightly reports.
clptycho_device_tests(test_runtime_errors RUNTIMES pocl rusticl intel nvidia)
clptycho_device_tests(test_share RUNTIMES pocl rusticl intel nvidia)

# Lists and selections: over all that is installed at once.
foreach(stem devices select)
  clptycho_test(test_${stem} SOURCES test_${stem}.c ${runtime_support})
  add_test(NAME ${stem} COMMAND test_${stem})
  set_tests_properties(${stem} PROPERTIES ENVIRONMENT RUSTICL_ENABLE=llvmpipe)
endforeach()
