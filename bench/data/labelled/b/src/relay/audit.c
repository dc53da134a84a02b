#include "audit.h"

#include <ctype.h>
#include <stdarg.h>
#include <stddef.h>
#include <syslog.h>

#define USER_MAX 64

static void audit(int priority, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void audit(int priority, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    vsyslog(LOG_AUTH | priority, fmt, ap);
    va_end(ap);
}

static void printable(char *dst, size_t size, const char *src)
{
    size_t i;

    for (i = 0; i + 1 < size && src[i] != '\0'; i++)
        dst[i] = isprint((unsigned char)src[i]) ? src[i] : '?';
    dst[i] = '\0';
}

void audit_login(const char *peer, const char *user, int accepted)
{
    char name[USER_MAX];

    printable(name, sizeof(name), user);
    if (accepted)
        audit(LOG_INFO, "login of '%s' from [%s] accepted", name, peer);
    else
        audit(LOG_NOTICE, "login of '%s' from [%s] refused", name, peer);
}

void audit_quota(const char *user, unsigned long used, unsigned long limit)
{
    char name[USER_MAX];

    printable(name, sizeof(name), user);
    audit(LOG_WARNING, "quota of '%s' exceeded: %lu of %lu bytes", name, used, limit);
}
