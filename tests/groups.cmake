# SPDX-License-Identifier: Apache-2.0
# Groups of a scan, and the search and the draws behind them; parts of an object. A search that compares all pairs would run into the time limit.
foreach(name groups neighbours part)
  clptycho_test(test_${name})
  add_test(NAME ${name} COMMAND test_${name})
  set_tests_properties(${name} PROPERTIES TIMEOUT 60)
endforeach()
