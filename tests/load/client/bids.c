// Bidders. Closed loop: each sends its next bid when the last one is answered. Offered rate: bids leave at their time,
// answered or not, and are measured from the time at which they were due. All amounts come from one counter.
#include "load.h"

#include <stdio.h>
#include <string.h>

#define KEPT (1 << 20)

struct bid {
    uint64_t id;
    int64_t sent_ns;
    int line;
};

static struct bid bids[KEPT]; // the n-th bid has the id n, and the amount base + n * step
static uint64_t sent, answered;
static int closed, offered, next_bidder;
static double interval_ns, due_ns;
static char run[17];

static void bid(struct line *line, int64_t at_ns) {
    char text[256];
    uint64_t id = ++sent;
    if (!*run) snprintf(run, sizeof run, "%llx", (unsigned long long)read_clock());
    bids[id % KEPT] = (struct bid){.id = id, .sent_ns = at_ns, .line = line->number};
    int length = snprintf(text, sizeof text, "42%llu[\"bid\",{\"lot\":\"%s\",\"amount_minor\":%lld,\"key\":\"%s-%llu\"}]",
                          (unsigned long long)id, options.lot,
                          (long long)(options.base + (int64_t)id * options.step), run, (unsigned long long)id);
    stats.bids++;
    frames_send(line, text, (size_t)length);
}

int64_t bids_sent_ns(int64_t amount) {
    int64_t id = (amount - options.base) / options.step;
    return id > 0 && bids[id % KEPT].id == (uint64_t)id ? bids[id % KEPT].sent_ns : 0;
}

static bool is_free(const struct line *line) { return line->role == BIDDER && line->state == JOINED; }

void bids_closed(int bidders) {
    closed = bidders;
    for (int i = 0; i < line_count && bidders; i++)
        if (is_free(&lines[i]) && bidders--) bid(&lines[i], read_clock());
}

void bids_offered(double per_s, int bidders) {
    offered = bidders;
    interval_ns = 1e9 / per_s;
    due_ns = (double)read_clock() + interval_ns;
}

void bids_stop(void) { closed = offered = 0; }

bool bids_under_way(void) { return offered > 0; }

void bids_due(void) {
    while (offered && due_ns <= (double)now_ns) {
        for (int tries = 0; tries < offered; tries++) {
            struct line *line = &lines[next_bidder];
            next_bidder = (next_bidder + 1) % offered;
            if (is_free(line)) {
                bid(line, (int64_t)due_ns);
                break;
            }
        }
        due_ns += interval_ns;
    }
}

void bids_answered(uint64_t id, const char *text, size_t length) {
    const char *end = text + length, *code;
    struct bid *bid_of = &bids[id % KEPT];
    if (!id || bid_of->id != id) {
        stats.other++;
        return;
    }
    int64_t took_ns = read_clock() - bid_of->sent_ns;
    answered++;
    if (json_find(text, end, "code", &code) && *code == '"') {
        const char *after = json_skip(code, end);
        stats.refused++;
        stats_note(&stats.refusal, took_ns);
        stats_code(code + 1, (size_t)(after - code - 2));
    } else {
        stats.accepted++;
        stats_note(&stats.answer, took_ns);
    }
    if (closed) bid(&lines[bid_of->line], read_clock());
}

uint64_t bids_waiting(void) { return sent - answered; }
