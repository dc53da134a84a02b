#include "session_log.h"

#include <stdio.h>
#include <syslog.h>

#define LINE_MAX_LEN 1024

static int opened;

void session_log_open(const char *ident)
{
    openlog(ident, LOG_PID | LOG_NDELAY, LOG_DAEMON);
    opened = 1;
}

static void session_log_write(int priority, const char *line)
{
    if (!opened)
        session_log_open("relayd");
    syslog(priority, line);
}

/* called with the argument of the HELO command as received from the client */
void session_log_greeting(const char *peer, const char *helo)
{
    char line[LINE_MAX_LEN];

    snprintf(line, sizeof(line), "greeting from [%s]: %s", peer, helo);
    session_log_write(LOG_INFO, line);
}

void session_log_closed(const char *peer, unsigned long bytes)
{
    char line[LINE_MAX_LEN];

    snprintf(line, sizeof(line), "closed [%s] after %lu bytes", peer, bytes);
    session_log_write(LOG_DEBUG, line);
}

void session_log_close(void)
{
    if (opened) {
        closelog();
        opened = 0;
    }
}
