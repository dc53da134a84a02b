#include "copyjob.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/types.h>
#include <unistd.h>

#define CHUNK 16384

static int write_full(int fd, const char *buf, size_t len)
{
    while (len > 0) {
        ssize_t n = write(fd, buf, len);
        if (n < 0) {
            if (errno == EINTR)
                continue;
            return -1;
        }
        buf += n;
        len -= (size_t)n;
    }
    return 0;
}

int spool_copy_job(const char *from, const char *to)
{
    char buf[CHUNK];
    int in = -1, out = -1, rc = -1;
    ssize_t n;

    in = open(from, O_RDONLY | O_CLOEXEC);
    if (in < 0)
        goto done;
    out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
    if (out < 0)
        goto done;

    while ((n = read(in, buf, sizeof(buf))) != 0) {
        if (n < 0) {
            if (errno == EINTR)
                continue;
            goto done;
        }
        if (write_full(out, buf, (size_t)n) != 0)
            goto done;
    }
    rc = 0;

done:
    if (out >= 0) {
        if (close(out) != 0)
            rc = -1;
        if (rc != 0)
            unlink(to);
    }
    if (in >= 0)
        close(in);
    return rc;
}
