#include "retained.h"

#include <stdlib.h>
#include <string.h>

struct retained {
    char *topic;
    unsigned char *payload;
    size_t len;
    struct retained *next;
};

static struct retained *head;

static void retained_free(struct retained *msg)
{
    free(msg->topic);
    free(msg->payload);
    free(msg);
}

int retained_replace(struct retained *msg, const unsigned char *payload, size_t len)
{
    unsigned char *copy = malloc(len > 0 ? len : 1);

    if (copy == NULL)
        return -1;
    if (len > 0)
        memcpy(copy, payload, len);
    free(msg->payload);
    msg->payload = copy;
    msg->len = len;
    return 0;
}

size_t retained_remove(const char *topic)
{
    struct retained **link = &head;
    size_t removed = 0;

    while (*link != NULL) {
        struct retained *msg = *link;

        if (strcmp(msg->topic, topic) == 0) {
            *link = msg->next;
            retained_free(msg);
            removed++;
        } else {
            link = &msg->next;
        }
    }
    return removed;
}

void retained_clear(void)
{
    while (head != NULL) {
        struct retained *next = head->next;

        retained_free(head);
        head = next;
    }
}
