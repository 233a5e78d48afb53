# SPDX-License-Identifier: Apache-2.0
# Pages of reports, drawn and compared with the JSON inside them: by Node.js, and by Chromium where it is installed.
if(TARGET clptycho_bench)
  find_program(CLPTYCHO_NODE NAMES node nodejs)
  find_program(CLPTYCHO_BROWSER NAMES chromium chromium-headless-shell chromium-browser google-chrome)
  mark_as_advanced(CLPTYCHO_NODE CLPTYCHO_BROWSER)
  foreach(kind node browser)
    string(TOUPPER ${kind} name)
    clptycho_check(page.${kind} CLPTYCHO_${name} ${CMAKE_CURRENT_SOURCE_DIR}/test_page.sh ${kind} ${CLPTYCHO_${name}}
                   $<TARGET_FILE:test_bench_files> $<TARGET_FILE:test_parity>)
  endforeach()
endif()
