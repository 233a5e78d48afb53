/* SPDX-License-Identifier: Apache-2.0 */
/* clptycho layouts: the layouts of scans that are read, or the text of one. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "cli/commands.h"
#include "cli/session.h"
#include "io/layout.h"

static const clpt_option options[] = {{.name = NULL}};

static clpt_status print_row(const clpti_layout_text *text, clpt_message *message)
{
    clpti_file_layout layout;
    clpt_status status = clpti_layout_parse(text->name, text->name, text->text, &layout, message);
    if (status != CLPT_OK) return status;
    printf("%-14s %s\n%-14s needs: %s\n", text->name, clpti_layout_text_of(&layout, "title"), "",
           clpti_layout_text_of(&layout, "needs"));
    clpti_layout_free(&layout);
    return CLPT_OK;
}

static clpt_status run(clpti_session *session, const void *given)
{
    const char *name = session->arguments->operand;
    (void)given;
    for (const clpti_layout_text *t = clpti_layout_texts; name && t->name; t++)
        if (!strcasecmp(name, t->name)) {
            fputs(t->text, stdout);
            return CLPT_OK;
        }
    if (name) return clpti_session_usage(session, "'%s' is not a layout; 'clptycho layouts' lists them", name);
    printf("%-14s %s\n%-14s needs: %s\n", "contract",
           "PtychoPINN: NPZ or HDF5 with diff3d or diffraction, xcoords, ycoords", "", "nothing else");
    clpt_status status = CLPT_OK;
    for (const clpti_layout_text *t = clpti_layout_texts; status == CLPT_OK && t->name; t++)
        status = print_row(t, &session->message);
    if (status == CLPT_OK)
        puts("Others: --layout FILE with lines as 'clptycho layouts NAME' prints, or --data, --positions.");
    return status;
}

const clpti_command clpti_command_layouts = {.name = "layouts",
                                             .summary = "lists the layouts of scans that are read, or prints one",
                                             .operand = "NAME",
                                             .operand_needed = false,
                                             .example = "clptycho layouts ptypy",
                                             .options = options,
                                             .values_size = 1,
                                             .run = run};
