# SPDX-License-Identifier: Apache-2.0
# Script: writes OUTPUT, a C file with the table of the kernel FILES, named relative to ROOT.
include(${CMAKE_CURRENT_LIST_DIR}/TextArray.cmake)
set(arrays "")
set(table "")
set(index 0)
foreach(file IN LISTS FILES)
  file(RELATIVE_PATH name ${ROOT} ${file})
  file(READ ${file} bytes HEX)
  clptycho_text_array(bytes "${bytes}")
  string(APPEND arrays "static const char text_${index}[] = {\n    ${bytes}}; /* ${name} */\n\n")
  string(APPEND table "    {\"${name}\", text_${index}},\n")
  math(EXPR index "${index} + 1")
endforeach()
file(WRITE ${OUTPUT} "/* Generated from cl/ by cmake/WriteKernelTable.cmake. */
#include \"cl/runtime.h\"

${arrays}const clpti_source clpti_sources[] = {
${table}    {NULL, NULL},
};
")
