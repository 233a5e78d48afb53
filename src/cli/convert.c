/* SPDX-License-Identifier: Apache-2.0 */
/* clptycho convert: a scan of any layout as CXI or as the PtychoPINN contract. */
#include <stdio.h>
#include <string.h>

#include "cli/beam.h"
#include "cli/commands.h"
#include "cli/document.h"
#include "cli/scan_options.h"
#include "cli/session.h"
#include "io/scan_write.h"

typedef struct values {
    clpti_beam_values beam;
    clpti_scan_values reading;
} values;

static const clpt_option options[] = {{.name = NULL}};
static const clpti_option_table shared[] = {{clpti_propagation_option_table, offsetof(values, beam.propagation), NULL},
                                            {clpti_beam_options, offsetof(values, beam), NULL},
                                            {clpti_scan_value_options, offsetof(values, reading), NULL},
                                            {NULL, 0, NULL}};

static clpt_status run(clpti_session *session, const void *given)
{
    const values *v = given;
    const char *in = session->arguments->operand, *out = session->arguments->second;
    clpt_message *message = &session->message;
    clpt_status status = CLPT_OK;
    clpti_scan_file scan = {0};
    clpti_scan_options how = {.need_patterns = true};
    if (!out) return clpti_session_usage(session, "name the file to write after %s", in);
    if (!clpti_scan_writes_cxi(out)) CLPTI_TRY(clpti_output_check_ending(out, false, message));
    CLPTI_TRY(clpti_output_check(out, message));
    CLPTI_TRY(clpti_output_refuse_overwrite(out, "the second argument", in, message));
    clpti_beam_set(&v->beam, &how);
    clpti_scan_values_set(&v->reading, &how);
    CLPTI_TRY(clpti_scan_load(in, &how, &scan, message));
    clpti_scan_warn_notes(session, &scan);
    CLPTI_TRY(clpti_scan_write(out, &scan, message));
    clpti_document_output(session, out);
    printf("%lld patterns of %lld x %lld pixels; wrote %s\n", (long long)scan.count, (long long)scan.side,
           (long long)scan.side, out);
cleanup:
    clpti_scan_free(&scan);
    return status;
}

const clpti_command clpti_command_convert = {
    .name = "convert",
    .summary = "writes a scan of any layout as CXI or NPZ (PtychoPINN)",
    .details = "OUT ends in .cxi, .nxs, .h5, .hdf5, .hdf (CXI, with the paths of NXcxi_ptycho) or .npz. Options for "
               "reading apply: the result is cropped, masked and corrected.",
    .operand = "IN",
    .operand_needed = true,
    .second = "OUT",
    .example = "clptycho convert scan.ptyd scan.cxi",
    .options = options,
    .shared = shared,
    .values_size = sizeof(values),
    .run = run};
