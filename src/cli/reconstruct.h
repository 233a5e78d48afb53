/* SPDX-License-Identifier: Apache-2.0 */
/* One run of `reconstruct`: its state, and the functions of its files. */
#ifndef CLPTI_CLI_RECONSTRUCT_H
#define CLPTI_CLI_RECONSTRUCT_H

#include "cli/beam.h"
#include "cli/optics.h"
#include "cli/orient.h"
#include "cli/result.h"
#include "cli/scan_options.h"
#include "cli/session.h"
#include "cli/start.h"

typedef struct clpti_reconstruct_values {
    clpt_solver_options solver;
    const char *background, *out, *output, *resume, *probe, *object, *orientation, *dump, *time_limit;
    int64_t iterations, modes, checkpoint;
    int probe_scale, lattice;
    double pad_detector, object_limit;
    bool object_from_file, dry_run;
    clpti_optics_values optics;
    clpti_beam_values beam;
    clpti_scan_values reading;
} clpti_reconstruct_values;

/* Object and probe after the last iteration whose error was near the best. */
typedef struct clpti_good_state {
    clpti_tensor object, probe; /* C64; data NULL: none yet */
    int64_t iteration;
    double best; /* lowest error so far; 0: none yet */
} clpti_good_state;

typedef struct clpti_job {
    clpti_session *session;
    const clpti_reconstruct_values *v;
    char *path; /* of the result */
    clpti_scan_file scan;
    int64_t measured; /* side of the measured patterns; those of the scan are padded by --pad-detector */
    clpt_propagation propagation;
    clpti_orientation orientation; /* as applied to the scan */
    char orientation_words[96];
    double *positions;          /* [S, 2] in the pixels of the object */
    clpti_tensor object, probe; /* starting values, C128 */
    clpt_solver *solver;
    double *errors;      /* [v->iterations] */
    int64_t first, done; /* iterations completed before this run, and in total */
    char *resume;        /* the checkpoint that it continues; NULL: none */
    bool resume_if_present;
    bool stopped;   /* by a signal or the time limit */
    bool continues; /* after the result that is being written */
    bool timed_out; /* by the time limit */
    bool unsaved;   /* the last checkpoint could not be written */
    bool diverged;  /* the result is an earlier state */
    clpti_good_state good;
    char divergence[1024]; /* the sentence that the command fails with */
    double seconds;        /* spent iterating */
    clpti_result result;
} clpti_job;

/* ---- reconstruct_options.c ---- */

extern const clpt_option clpti_reconstruct_options[];
extern const clpti_option_table clpti_reconstruct_shared[];

/* ---- reconstruct_checks.c ---- */

/* Rejects options that contradict each other, or have no effect. */
clpt_status clpti_job_check_options(const clpti_job *job);
/* Fails if outputs cannot be written, or would replace an input. */
clpt_status clpti_job_check_outputs(const clpti_job *job);
/* Fails if the scan's positions cannot be in pixels. */
clpt_status clpti_job_check_extent(const clpti_job *job);
void clpti_job_warn_of_power(const clpti_job *job);
void clpti_job_warn_of_late_starts(const clpti_job *job);

/* ---- divergence.c ---- */

/* True if the error of the iteration that has just ended, errors[done], shows that the run diverges. */
bool clpti_job_diverges(const clpti_job *job);
/* Copies the state after iteration `done` if it is good and a copy is due. */
clpt_status clpti_job_keep_good(clpti_job *job);
/* Sets the solver to the good state and describes the divergence; fails if there is none. */
clpt_status clpti_job_return_to_good(clpti_job *job);
void clpti_good_state_free(clpti_good_state *good);

/* ---- lattice.c ---- */

/* Removes the lattice of a raster scan from the object unless --lattice keep, and prints what was removed. */
clpt_status clpti_job_remove_lattice(clpti_job *job);

/* ---- reconstruct.c ---- */

/* Writes the result and the pictures of the current state; the run can continue. */
clpt_status clpti_job_save_result(const clpti_job *job);

/* ---- pad_detector.c ---- */

/* The side of padded patterns, from --pad-detector, with a line of output. Without the option: that of what
 * the run starts from, or twice the patterns where they lose light at their edges and a trial is explained better so.
 */
clpt_status clpti_job_choose_padding(const clpti_job *job, const clpti_probe_choice *probe, int64_t *padded);

/* ---- choose_subpixel.c ---- */

/* Completes the options, and those recorded of the command line, with the model of fractions of a pixel if --subpixel
 * is absent, with a line of output. */
clpt_status clpti_job_choose_subpixel(clpti_job *job, clpt_solver_options *how);

/* ---- start_job.c ---- */

/* True if --object is `word`; --object-from-file counts as "file". */
bool clpti_job_starts_from(const clpti_reconstruct_values *values, const char *word);

/* Fills positions, errors, object and probe of a job whose scan has been read and oriented, and pads its patterns. */
clpt_status clpti_job_start(clpti_job *job, const clpti_probe_choice *choice);

/* ---- iterate.c ---- */

/* Iterates until v->iterations are completed, a signal requests a stop, or the time limit would pass, with a progress
 * line and a checkpoint every v->checkpoint iterations, and after a stop; one that cannot be written gives a warning,
 * and the run continues. SIGUSR1 writes checkpoint and result.
 * Signals are handled until the caller releases them, so that results can be saved. */
clpt_status clpti_job_iterate(clpti_job *job);

/* Seconds of "90", "45m", "2h", "1:30" (hours and minutes) or "1:30:00"; 0 for any other text. */
double clpti_duration(const char *text);

/* ---- dry_run.c ---- */

/* Prints what the run would do: sizes, memory, batches, device, outputs; also in its JSON document. */
clpt_status clpti_job_print_plan(const clpti_job *job);

/* ---- reconstruct_document.c ---- */

/* Scan, object and probe. */
void clpti_job_describe_sizes(const clpti_job *job);

/* Adds figures, record and outputs of a run that has been saved to its JSON document. */
void clpti_job_describe(clpti_job *job);

/* ---- dump_reconstruct.c ---- */

/* Writes the folder of --dump: the start, the first patterns' stages from it, and the results of the iterations. */
clpt_status clpti_job_dump(const clpti_job *job);

/* ---- checkpoint.c ---- */

/* <stem of the result>_checkpoint.npz, freed by the caller; NULL if out of memory. */
char *clpti_checkpoint_path(const clpti_job *job);

/* Writes everything required to continue: state, errors, and the identity of the run. */
clpt_status clpti_checkpoint_write(const clpti_job *job, clpt_message *message);

/* The factor of --pad-detector of a checkpoint. */
clpt_status clpti_checkpoint_pad_detector(const char *path, double *factor, clpt_message *message);

/* Restores a checkpoint into the job's solver. One with other data or options is rejected with a list of differences;
 * another device or version gives a warning, because the bits are then not those of an uninterrupted run. */
clpt_status clpti_checkpoint_read(const char *path, clpti_job *job, clpt_message *message);

#endif
