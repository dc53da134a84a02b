#include "frame.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#define SERIAL_MAX 64

struct reading_header {
    uint16_t serial_len;
    uint16_t value_count;
};

struct reading {
    char serial[SERIAL_MAX];
    uint16_t value_count;
};

static int read_full(int fd, void *buf, size_t len)
{
    unsigned char *p = buf;

    while (len > 0) {
        ssize_t n = read(fd, p, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return -1;
        p += n;
        len -= (size_t)n;
    }
    return 0;
}

/* one reading as sent by the meters on the field bus gateway port */
int meterd_read_reading(int sock, struct reading *out)
{
    struct reading_header hdr;
    uint16_t serial_len;

    memset(out, 0, sizeof(*out));
    if (read_full(sock, &hdr, sizeof(hdr)) != 0)
        return -1;

    serial_len = ntohs(hdr.serial_len);
    if (read_full(sock, out->serial, serial_len) != 0)
        return -1;

    out->value_count = ntohs(hdr.value_count);
    return 0;
}
