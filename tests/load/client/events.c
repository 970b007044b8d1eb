// The events of a frame: read, counted, held against the numbers before them.
//
// Every client gets the same bytes. What was read of them once is kept beside them; a client that gets bytes that are equal
// to the last (all of them are compared) need not read them again. So the client stays cheaper than any server.
#include "load.h"

#include <stdlib.h>
#include <string.h>

#define KEPT 256
#define NAMED "[\"frame\","

struct told {
    uint64_t seq;
    int64_t sent_ns;
};

struct read {
    char *text;
    size_t length;
    struct told *events;
    size_t count, room;
    int64_t seq; // what the frame says it leads to; -1 where it does not
};

static struct read kept[KEPT];

static const char *blank(const char *at, const char *end) {
    while (at < end && (*at == ' ' || *at == '\n' || *at == '\t' || *at == '\r')) at++;
    return at;
}

static const char *skip_text(const char *at, const char *end) {
    for (at++; at < end; at++) {
        if (*at == '\\') at++;
        else if (*at == '"') return at + 1;
    }
    return NULL;
}

static const char *skip_many(const char *at, const char *end, char close) {
    at = blank(at + 1, end);
    if (at < end && *at == close) return at + 1;
    while (at && at < end) {
        if (close == '}') {
            if (*at != '"' || !(at = skip_text(at, end))) return NULL;
            at = blank(at, end);
            if (at >= end || *at != ':') return NULL;
            at = blank(at + 1, end);
        }
        if (!(at = json_skip(at, end))) return NULL;
        at = blank(at, end);
        if (at < end && *at == close) return at + 1;
        if (at >= end || *at != ',') return NULL;
        at = blank(at + 1, end);
    }
    return NULL;
}

// Past one value of any kind; NULL where it is none.
const char *json_skip(const char *at, const char *end) {
    if (at >= end) return NULL;
    if (*at == '"') return skip_text(at, end);
    if (*at == '{') return skip_many(at, end, '}');
    if (*at == '[') return skip_many(at, end, ']');
    const char *start = at;
    while (at < end && ((*at >= '0' && *at <= '9') || (*at >= 'a' && *at <= 'z') || *at == '-' || *at == '+' || *at == '.' || *at == 'E'))
        at++;
    return at == start ? NULL : at;
}

// The value of a name of the object at `at`.
bool json_find(const char *at, const char *end, const char *name, const char **value) {
    size_t length = strlen(name);
    if (at >= end || *at != '{') return false;
    at = blank(at + 1, end);
    while (at < end && *at == '"') {
        const char *key = at + 1;
        if (!(at = skip_text(at, end))) return false;
        bool found = (size_t)(at - 1 - key) == length && !memcmp(key, name, length);
        at = blank(at, end);
        if (at >= end || *at != ':') return false;
        at = blank(at + 1, end);
        if (found) {
            *value = at;
            return at < end;
        }
        if (!(at = json_skip(at, end))) return false;
        at = blank(at, end);
        if (at < end && *at == ',') at = blank(at + 1, end);
    }
    return false;
}

bool json_whole(const char *at, const char *end, int64_t *value) {
    const char *after = json_skip(at, end);
    char *rest;
    *value = strtoll(at, &rest, 10);
    return after != NULL && rest == after;
}

static bool read_event(struct read *read, const char *at, const char *end) {
    const char *seq, *amount;
    int64_t number, stamp = 0;
    if (!json_find(at, end, "seq", &seq) || !json_whole(seq, end, &number) || number < 1) return false;
    bool stamped = json_find(at, end, "amount_minor", &amount) && json_whole(amount, end, &stamp);
    if (read->count == read->room) {
        read->room = read->room ? read->room * 2 : 8;
        read->events = realloc(read->events, read->room * sizeof *read->events);
    }
    int64_t sent_ns = !stamped ? 0 : options.bid_stamps ? bids_sent_ns(stamp) : stamp * 1000;
    read->events[read->count++] = (struct told){.seq = (uint64_t)number, .sent_ns = sent_ns};
    return true;
}

// Read a frame, all of it: what is no JSON to its last byte is no frame.
static bool read_frame(struct read *read, const char *text, size_t length) {
    const char *end = text + length, *at = text + strlen(NAMED), *value;
    read->count = 0;
    read->seq = -1;
    const char *after = json_skip(text, end);
    if (after == NULL || after != end) return false;
    if (json_find(at, end, "seq", &value) && !json_whole(value, end, &read->seq)) return false;
    if (!json_find(at, end, "events", &value) || *value != '[') return false;
    value = blank(value + 1, end);
    while (value < end && *value == '{') {
        const char *next = json_skip(value, end);
        if (!read_event(read, value, next)) return false;
        value = blank(next, end);
        if (value < end && *value == ',') value = blank(value + 1, end);
    }
    return value < end && *value == ']';
}

static struct read *look_up(const char *text, size_t length) {
    uint32_t hash = 2166136261u;
    for (size_t i = length > 64 ? length - 64 : 0; i < length; i++) hash = (hash ^ (uint8_t)text[i]) * 16777619u;
    struct read *read = &kept[hash % KEPT];
    if (read->length == length && !memcmp(read->text, text, length)) return read;
    read->length = 0;
    if (!read_frame(read, text, length)) return NULL;
    read->text = realloc(read->text, length);
    memcpy(read->text, text, length);
    read->length = length;
    return read;
}

static void missed(struct line *line, uint64_t count) {
    if (line->state == JOINED) stats.gaps += count;
    line->seen = count < 64 ? line->seen << count : 0;
    line->seq += count;
}

static void note(struct line *line, const struct told *event, int64_t at_ns) {
    if (line->state != JOINED && !line->first_early) {
        line->first_early = event->seq;
        line->seq = event->seq - 1;
    }
    if (line->state == JOINED && event->seq <= line->joined_at) return;
    if (event->seq > line->seq + 1) missed(line, event->seq - line->seq - 1);
    if (event->seq == line->seq + 1) {
        line->seen = line->seen << 1 | 1;
        line->seq++;
    } else {
        uint64_t back = line->seq - event->seq;
        if (back > 63 || line->seen >> back & 1) {
            stats.duplicates++;
            return;
        }
        line->seen |= 1ULL << back;
        stats.late++;
    }
    stats.events++;
    if (event->sent_ns) stats_note(&stats.delivery, at_ns - event->sent_ns);
}

bool events_take(struct line *line, const char *text, size_t length) {
    if (length < strlen(NAMED) || memcmp(text, NAMED, strlen(NAMED))) {
        stats.other++;
        return true;
    }
    struct read *read = look_up(text, length);
    if (!read) return false;
    stats.frames++;
    int64_t at_ns = read_clock();
    for (size_t i = 0; i < read->count; i++) note(line, &read->events[i], at_ns);
    if (line->state == JOINED && read->seq > 0 && (uint64_t)read->seq > line->seq)
        missed(line, (uint64_t)read->seq - line->seq);
    return true;
}
