# SPDX-License-Identifier: Apache-2.0
# Script: writes OUTPUT, a C file with the text of the page TEMPLATE, in which links to the style sheets and scripts of
# PARTS, files beside it, are replaced by what these contain.
include(${CMAKE_CURRENT_LIST_DIR}/TextArray.cmake)
file(READ ${TEMPLATE} page)
foreach(part IN LISTS PARTS)
  get_filename_component(name ${part} NAME)
  file(READ ${part} text)
  string(REPLACE "<link rel=\"stylesheet\" href=\"${name}\">" "<style>\n${text}</style>" page "${page}")
  string(REPLACE "<script src=\"${name}\"></script>" "<script>\n${text}</script>" page "${page}")
endforeach()
if(page MATCHES "<link|<script src")
  message(FATAL_ERROR "${TEMPLATE} links to a file that is not one of ${PARTS}")
endif()
string(HEX "${page}" bytes)
clptycho_text_array(bytes "${bytes}")
file(WRITE ${OUTPUT} "/* Generated from ${TEMPLATE} by cmake/WritePage.cmake. */
#include \"report/page.h\"

const char clpti_page_template[] = {
    ${bytes}};
")
