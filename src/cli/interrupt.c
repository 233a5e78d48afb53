/* SPDX-License-Identifier: Apache-2.0 */
/* Signals as requests to stop or to save. */
#include "cli/interrupt.h"

#include <signal.h>
#include <unistd.h>

/* Signal handlers can only access such variables. */
static volatile sig_atomic_t stop_requested, save_requested;

static const int stopping[] = {SIGINT, SIGTERM, SIGHUP};
enum { stopping_count = sizeof stopping / sizeof *stopping };

static void note_stop(int number)
{
    static const char line[] = "\nclptycho: finishing this iteration, then saving; interrupt again to stop at once\n";
    (void)number;
    stop_requested = 1;
    ssize_t written = write(STDERR_FILENO, line, sizeof line - 1);
    (void)written;
}

static void note_save(int number)
{
    (void)number;
    save_requested = 1;
}

void clpti_interrupt_watch_saves(void)
{
    struct sigaction action = {.sa_handler = note_save, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    sigaction(SIGUSR1, &action, NULL);
}

void clpti_interrupt_watch(void)
{
    /* SA_RESETHAND: the second signal has the default action, which ends the program. */
    struct sigaction action = {.sa_handler = note_stop, .sa_flags = (int)(SA_RESETHAND | SA_RESTART)};
    sigemptyset(&action.sa_mask);
    for (int i = 0; i < stopping_count; i++) sigaction(stopping[i], &action, NULL);
    clpti_interrupt_watch_saves();
}

void clpti_interrupt_release(void)
{
    for (int i = 0; i < stopping_count; i++) signal(stopping[i], SIG_DFL);
    signal(SIGUSR1, SIG_IGN);
}

bool clpti_interrupted(void)
{
    return stop_requested != 0;
}

bool clpti_interrupt_take_save(void)
{
    bool requested = save_requested != 0;
    save_requested = 0;
    return requested;
}
