#include "subscription.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

struct subscription {
    char *topic;
    time_t expires;
    struct subscription *next;
};

static struct subscription *head;

static void subscription_free(struct subscription *sub)
{
    free(sub->topic);
    free(sub);
}

int subscription_add(const char *topic, time_t expires)
{
    struct subscription *sub = malloc(sizeof(*sub));

    if (sub == NULL)
        return -1;
    sub->topic = strdup(topic);
    if (sub->topic == NULL) {
        free(sub);
        return -1;
    }
    sub->expires = expires;
    sub->next = head;
    head = sub;
    return 0;
}

/* drops everything; called when the client disconnects */
void subscription_clear(void)
{
    struct subscription *sub;

    for (sub = head; sub != NULL; sub = sub->next)
        subscription_free(sub);
    head = NULL;
}

size_t subscription_count(time_t now)
{
    const struct subscription *sub;
    size_t n = 0;

    for (sub = head; sub != NULL; sub = sub->next)
        if (sub->expires > now)
            n++;
    return n;
}
