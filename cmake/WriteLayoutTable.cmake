# SPDX-License-Identifier: Apache-2.0
# Script: writes OUTPUT, a C file with the table of the layouts of scans in FILES, in their order.
include(${CMAKE_CURRENT_LIST_DIR}/TextArray.cmake)
set(arrays "")
set(table "")
foreach(file IN LISTS FILES)
  get_filename_component(name ${file} NAME)
  file(READ ${file} bytes HEX)
  clptycho_text_array(bytes "${bytes}")
  string(APPEND arrays "static const char text_${name}[] = {\n    ${bytes}};\n\n")
  string(APPEND table "    {\"${name}\", text_${name}},\n")
endforeach()
file(WRITE ${OUTPUT} "/* Generated from src/io/layouts by cmake/WriteLayoutTable.cmake. */
#include \"io/layout.h\"

${arrays}const clpti_layout_text clpti_layout_texts[] = {
${table}    {NULL, NULL},
};
")
