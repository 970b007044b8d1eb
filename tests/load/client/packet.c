// Engine.IO 4 and Socket.IO 5 packets: the opening, pings, the join and its answer, the answers to bids.
#include "load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define JOIN_ID "0"

static void join(struct line *line) {
    char text[512];
    const char *part = line->role == BIDDER ? "bidder" : line->role == WATCHER ? options.part : "watcher";
    int length = snprintf(text, sizeof text, "42" JOIN_ID "[\"join\",{\"sale\":\"%s\",\"as\":\"%s\",\"seq\":null}]",
                          options.sale, part);
    line->state = JOINING;
    frames_send(line, text, (size_t)length);
}

// Frames may have come before the answer; what they told must follow on it, or be told by it.
static void joined(struct line *line, const char *answer, const char *end) {
    const char *value;
    int64_t seq;
    if (json_find(answer, end, "code", &value)) {
        const char *after = *value == '"' ? json_skip(value, end) : NULL;
        char why[48];
        snprintf(why, sizeof why, "join: %.*s", after ? (int)(after - value - 2) : 0, value + 1);
        line_failed(line, why);
        return;
    }
    if (!json_find(answer, end, "seq", &value) || !json_whole(value, end, &seq)) {
        line_failed(line, "join: no number");
        return;
    }
    if (!json_find(answer, end, "snapshot", &value)) {
        line_failed(line, "join: no snapshot");
        return;
    }
    line->state = JOINED;
    line->joined_at = (uint64_t)seq;
    if (line->first_early > line->joined_at + 1) stats.gaps += line->first_early - line->joined_at - 1;
    if (line->seq < line->joined_at) line->seq = line->joined_at;
    line->seen = ~0ULL;
    line->tries = 0;
    stats_note(&stats.back, read_clock() - line->away_ns);
}

static void answered(struct line *line, const char *text, size_t length) {
    char *rest;
    uint64_t id = strtoull(text, &rest, 10);
    const char *end = text + length;
    if (*rest != '[' || length < 3) {
        stats.broken++;
        return;
    }
    const char *answer = rest + 1;
    if (id == 0 && line->state == JOINING) joined(line, answer, end);
    else bids_answered(id, answer, (size_t)(end - answer));
}

static void message(struct line *line, const char *text, size_t length) {
    switch (text[0]) {
    case '0':
        join(line);
        break;
    case '2':
        if (!events_take(line, text + 1, length - 1)) stats.broken++;
        break;
    case '3':
        answered(line, text + 1, length - 1);
        break;
    default:
        line_failed(line, text[0] == '1' ? "dismissed" : "not let in");
    }
}

void packet_take(struct line *line, const char *text, size_t length) {
    if (!length || (text[0] == '4' && length < 2)) {
        stats.broken++;
    } else if (text[0] == '0') {
        frames_send(line, "40", 2);
    } else if (text[0] == '2') {
        stats.pings++;
        frames_send(line, "3", 1);
    } else if (text[0] == '4') {
        message(line, text + 1, length - 1);
    } else if (text[0] == '1') {
        line_failed(line, "closed by the server");
    } else if (text[0] != '6') {
        stats.broken++;
    }
}
