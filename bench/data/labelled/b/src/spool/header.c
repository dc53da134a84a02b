#include "header.h"

#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#define SPOOL_MAGIC "SPL2"

struct spool_header {
    char magic[4];
    uint32_t job_id;
    uint32_t pages;
};

static int read_header(int fd, struct spool_header *hdr)
{
    return read(fd, hdr, sizeof(*hdr)) == (ssize_t)sizeof(*hdr) ? 0 : -1;
}

/* returns the number of pages of a spooled job, -1 when the file is not a job */
long spool_page_count(const char *path)
{
    struct spool_header hdr;
    struct stat st;
    long pages;
    int fd;

    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -1;

    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        close(fd);
        return -1;
    }

    if (read_header(fd, &hdr) != 0 || memcmp(hdr.magic, SPOOL_MAGIC, sizeof(hdr.magic)) != 0)
        return -1;

    pages = (long)hdr.pages;
    close(fd);
    return pages;
}
