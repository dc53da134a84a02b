#include "tariff_msg.h"

#include <arpa/inet.h>
#include <stdint.h>
#include <string.h>
#include <sys/types.h>
#include <sys/socket.h>

#define TARIFF_NAME_MAX 48
#define PACKET_MAX 512

struct tariff_header {
    uint16_t name_len;
    uint16_t cents_per_kwh;
};

struct tariff {
    char name[TARIFF_NAME_MAX + 1];
    uint16_t cents_per_kwh;
};

static int parse_tariff(const unsigned char *packet, size_t len, struct tariff *out)
{
    struct tariff_header hdr;
    size_t name_len;

    if (len < sizeof(hdr))
        return -1;
    memcpy(&hdr, packet, sizeof(hdr));

    name_len = ntohs(hdr.name_len);
    if (name_len > TARIFF_NAME_MAX || name_len > len - sizeof(hdr))
        return -1;

    memcpy(out->name, packet + sizeof(hdr), name_len);
    out->name[name_len] = '\0';
    out->cents_per_kwh = ntohs(hdr.cents_per_kwh);
    return 0;
}

int meterd_recv_tariff(int sock, struct tariff *out)
{
    unsigned char packet[PACKET_MAX];
    ssize_t n = recv(sock, packet, sizeof(packet), 0);

    if (n < 0)
        return -1;
    return parse_tariff(packet, (size_t)n, out);
}
