/* SPDX-License-Identifier: Apache-2.0 */
/* The `clptycho` command: dispatch of subcommands. Exit status: 0 success, 1 failure, 2 usage error, 3 stopped by a
 * signal after saving. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/config.h"
#include "cli/document.h"
#include "cli/driver_environment.h"
#include "cli/help.h"
#include "cli/session.h"
#include "cli/warning.h"
#include "io/io.h"
#include "core/words.h"

enum { EXIT_FINE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2, EXIT_STOPPED = 3 };

static const clpti_command *const commands[] = {
    &clpti_command_devices, &clpti_command_doctor,   &clpti_command_info,    &clpti_command_layouts,
    &clpti_command_convert, &clpti_command_simulate, &clpti_command_forward, &clpti_command_reconstruct,
    &clpti_command_train,   &clpti_command_infer,    &clpti_command_compare, &clpti_command_export,
    &clpti_command_op,      &clpti_command_tune,     &clpti_command_bench,   &clpti_command_parity};
enum { COMMAND_COUNT = sizeof commands / sizeof *commands };

const clpti_command *clpti_command_at(int index)
{
    return index < COMMAND_COUNT ? commands[index] : NULL;
}

static void print_overview(FILE *stream)
{
    fprintf(stream,
            "clptycho %s: ptychography on any OpenCL device\n\nUsage: clptycho COMMAND [options]\n\nCommands:\n",
            clpt_version());
    for (int k = 0; k < COMMAND_COUNT; ++k) fprintf(stream, "  %-13s %s\n", commands[k]->name, commands[k]->summary);
    fprintf(stream, "  %-13s %s\n\n", "help", "help on a command: 'clptycho help COMMAND [GROUP|OPTION]'");
    fprintf(stream, "Options:\n  --help        this text\n  --version     the version\n\n");
    fprintf(stream, "Example:\n  clptycho simulate --out scan.npz && clptycho reconstruct scan.npz\n");
}

static const clpti_command *find_command(const char *name)
{
    for (int k = 0; k < COMMAND_COUNT; ++k)
        if (!strcmp(commands[k]->name, name)) return commands[k];
    return NULL;
}

static int unknown_command(const char *name)
{
    const char *names[COMMAND_COUNT + 1] = {"help"};
    for (int k = 0; k < COMMAND_COUNT; ++k) names[k + 1] = commands[k]->name;
    const char *near = clpti_nearest_word(name, names, COMMAND_COUNT + 1);
    fprintf(stderr, "clptycho: unknown command '%s'%s%s%s; 'clptycho --help' lists them\n", name,
            near ? " (did you mean " : "", near ? near : "", near ? "?)" : "");
    return EXIT_USAGE;
}

/* `help warnings` */
static int show_warnings(void)
{
    const char *code, *name;
    for (const clpti_warning *w = clpti_warnings; w->code; ++w) printf("%s  %s\n", w->code, w->meaning);
    for (int k = 0; (code = clpti_scan_check_code(k, &name)); ++k) printf("%s  check of scans: %s\n", code, name);
    return EXIT_FINE;
}

static int report(const clpti_command *command, const clpt_message *message, int exit_status)
{
    fprintf(stderr, "clptycho %s: %s\n", command->name, clpti_message_sentence(message->text));
    return exit_status;
}

/* ---- help ---- */

static int show_topic(const clpti_command *command, const char *topic)
{
    clpt_message message;
    clpt_status status = clpti_help_command(stdout, command, topic, &message);
    return status == CLPT_OK ? EXIT_FINE : report(command, &message, EXIT_USAGE);
}

static int show_completion(const char *shell)
{
    int index = shell ? clpti_word_index(CLPTI_COMPLETION_SHELLS, shell) : -1;
    if (index < 0) {
        fprintf(stderr, "clptycho help: --completion requires one of %s\n", CLPTI_COMPLETION_SHELLS);
        return EXIT_USAGE;
    }
    clpti_help_completion(stdout, index);
    return EXIT_FINE;
}

/* help [COMMAND [TOPIC]], with --markdown or --manual; help --completion SHELL. A topic may be of several words. */
static int show_help(int argc, char **argv)
{
    const char *name = NULL;
    char topic[128] = "";
    bool markdown = false, manual = false;
    for (int k = 0; k < argc; ++k) {
        size_t used = strlen(topic);
        if (!strcmp(argv[k], "--completion")) return show_completion(k + 1 < argc ? argv[k + 1] : NULL);
        if (!strcmp(argv[k], "--markdown"))
            markdown = true;
        else if (!strcmp(argv[k], "--manual"))
            manual = true;
        else if (!name)
            name = argv[k];
        else
            snprintf(topic + used, sizeof topic - used, "%s%s", used ? "-" : "", argv[k]);
    }
    const clpti_command *command = name ? find_command(name) : NULL;
    if (name && !strcmp(name, "warnings")) return show_warnings();
    if (name && !command) return unknown_command(name);
    if (!command) {
        (manual ? clpti_help_manual_overview : print_overview)(stdout);
        return EXIT_FINE;
    }
    if (!markdown && !manual) return show_topic(command, *topic ? topic : NULL);
    (markdown ? clpti_help_markdown : clpti_help_manual)(stdout, command);
    return EXIT_FINE;
}

/* ---- a run ---- */

/* The report that a command prints to stdout is dropped. */
static void silence_report(void)
{
    if (!freopen("/dev/null", "w", stdout)) fprintf(stderr, "clptycho: --quiet: %s\n", strerror(errno));
}

/* Checks of the options common to all commands, then the command. */
static clpt_status run_session(clpti_session *session, int argc, char **argv)
{
    const clpti_arguments *given = session->arguments;
    clpt_status status = CLPT_OK;
    CLPTI_TRY(clpti_warnings_check(session));
    CLPTI_TRY(clpti_run_log_open(session, argc, argv));
    CLPTI_TRY(clpti_document_begin(session));
    if (given->quiet) silence_report();
    CLPTI_TRY(given->command->run(session, given->values));
    status = clpti_warnings_refuse(session);
cleanup:
    return status;
}

static int dump_configuration(const clpti_arguments *arguments)
{
    clpt_message message;
    if (clpti_config_print(arguments, &message) == CLPT_OK) return EXIT_FINE;
    return report(arguments->command, &message, EXIT_FAILED);
}

static int run_command(const clpti_command *command, int argc, char **argv)
{
    clpti_arguments arguments;
    clpti_session session = {.arguments = &arguments, .started = clpti_seconds()};
    if (clpti_arguments_parse(command, argc, argv, &arguments, &session.message) != CLPT_OK)
        return report(command, &session.message, EXIT_USAGE);
    int exit_status = EXIT_FINE;
    session.building.quiet = arguments.quiet;
    session.building.shown =
        clpti_terminal() && !arguments.verbose && !arguments.quiet; /* with --verbose they are in the library's log */
    if (arguments.without) setenv("CLPTYCHO_WITHOUT", arguments.without, 1); /* for every context of this run */
    if (arguments.help)
        exit_status = show_topic(command, arguments.topic);
    else if (arguments.dump_config)
        exit_status = dump_configuration(&arguments);
    else if (run_session(&session, argc, argv) != CLPT_OK)
        exit_status = session.stopped ? EXIT_STOPPED
                                      : report(command, &session.message, session.usage ? EXIT_USAGE : EXIT_FAILED);
    if (exit_status == EXIT_USAGE || exit_status == EXIT_FAILED) clpti_run_log(&session, "%s", session.message.text);
    clpt_message message;
    if (clpti_document_end(&session, exit_status, &message) != CLPT_OK && exit_status == EXIT_FINE)
        exit_status = report(command, &message, EXIT_FAILED);
    clpti_run_log(&session, "exit status %d after %.2f s", exit_status, clpti_seconds() - session.started);
    clpti_session_close(&session);
    if (session.log) fclose(session.log);
    clpti_arguments_free(&arguments);
    return exit_status;
}

static int dispatch(int argc, char **argv)
{
    if (argc < 2) {
        print_overview(stderr);
        return EXIT_USAGE;
    }
    const char *name = argv[1];
    if (!strcmp(name, "--help") || !strcmp(name, "-h")) return show_help(0, NULL);
    if (!strcmp(name, "help")) return show_help(argc - 2, argv + 2);
    if (!strcmp(name, "--version")) {
        printf("clptycho %s\n", clpt_version());
        return EXIT_FINE;
    }
    const clpti_command *command = find_command(name);
    return command ? run_command(command, argc - 2, argv + 2) : unknown_command(name);
}

int main(int argc, char **argv)
{
    clpti_driver_environment_set();
    int exit_status = dispatch(argc, argv);
    if ((fflush(stdout) != 0 || ferror(stdout)) && exit_status == EXIT_FINE) {
        fprintf(stderr, "clptycho: cannot write to stdout: %s\n", strerror(errno));
        exit_status = EXIT_FAILED;
    }
    return exit_status;
}
