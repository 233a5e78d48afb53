# SPDX-License-Identifier: Apache-2.0
# Adjoints, losses, total variation and the physics layer.
set(adjoint_support support.c support_arrays.c)

foreach(name back back_sums)
  clptycho_test(test_${name} SOURCES test_${name}.c step_case.c ${adjoint_support})
  clptycho_device_tests(test_${name})
endforeach()

if(TARGET clptycho_io)
  clptycho_test(test_gradient_golden SOURCES test_gradient_golden.c golden.c ${adjoint_support} LIBRARIES clptycho_io)
  clptycho_device_tests(test_gradient_golden)
endif()

foreach(name vjp vjp_scan)
  clptycho_test(test_${name} SOURCES test_${name}.c vjp_case.c ${adjoint_support})
  clptycho_device_tests(test_${name})
endforeach()
