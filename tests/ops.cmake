# SPDX-License-Identifier: Apache-2.0
# Operations: the reference on its own, then every operation on every runtime against stored cases and the reference.
set(support support.c support_arrays.c)

foreach(name poisson reference reference_waves)
  clptycho_test(test_${name} SOURCES test_${name}.c ${support})
  add_test(NAME ${name} COMMAND test_${name})
endforeach()
