// A load client: thousands of Socket.IO clients in one process and one epoll loop. Each file has one subject:
//   main.c     commands on standard input, answers on standard output, the loop
//   line.c     one connection: opening, reading, writing, ending
//   frames.c   websocket frames in both directions
//   inflate.c  RFC 1951, for servers that compress
//   packet.c   Engine.IO and Socket.IO packets: open, ping, join, answers
//   events.c   the events of a frame: read, counted, held against the numbers before them
//   bids.c     bidders: closed loop and offered rate
//   stats.c    what was measured, as JSON
#ifndef LOAD_H
#define LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum state { IDLE, WAITING, CONNECTING, UPGRADING, OPENING, JOINING, JOINED, GONE };
enum role { WATCHER, BIDDER, STALLED, FORGER, ROLES };

struct bytes {
    uint8_t *data;
    size_t length, room;
};

struct window; // what a decompressor remembers (inflate.c)

struct line {
    int fd;
    uint8_t state, role;
    bool deflate, keeps_window, wants_write;
    int number;             // which client this is; its cookie has the same number
    int tries;              // failed attempts to come back
    int64_t due_ns;         // when a waiting client connects
    int64_t began_ns;       // when the attempt began
    int64_t away_ns;        // since when it is not in
    uint64_t first_early;   // the first number that came before the answer to the join
    uint64_t joined_at;     // the number of that answer: what is not above it was told by it
    uint64_t seq;           // the last number seen
    uint64_t seen;          // the sixty-four numbers up to it, one bit each
    struct bytes in, out;
    struct window *window;
};

struct histogram {
    uint64_t count, most_ns;
    uint32_t slots[40 * 64];
};

struct options {
    const char *host, *ports, *sale, *part, *lot, *cookies; // ports: 5000, or 5000,5001: the clients take turns
    int in_flight;
    bool deflate, bid_stamps;
    int64_t base, step;     // the amount of the n-th bid is base + n * step
};

extern struct options options;
extern struct line *lines;
extern int line_count;
extern int epoll_fd;

// --- line.c ---
void line_open(struct line *line);
void line_ready(struct line *line, uint32_t events);
void line_close(struct line *line, bool abruptly);
void line_send(struct line *line, const uint8_t *data, size_t length);
void line_failed(struct line *line, const char *why);
int lines_in(int role, int state);
int most_open(void);
void read_ports(void);
void read_cookies(const char *path);
const char *cookie_of(int number);

// --- frames.c ---
bool frames_take(struct line *line, const uint8_t *data, size_t length, size_t *used);
void frames_send(struct line *line, const char *text, size_t length);

// --- inflate.c ---
bool inflate_message(struct line *line, const uint8_t *data, size_t length, const uint8_t **text, size_t *text_length);
void inflate_forget(struct line *line);

// --- packet.c ---
void packet_take(struct line *line, const char *text, size_t length);

// --- events.c ---
bool events_take(struct line *line, const char *text, size_t length);
const char *json_skip(const char *at, const char *end);
bool json_find(const char *at, const char *end, const char *name, const char **value);
bool json_whole(const char *at, const char *end, int64_t *value);

// --- bids.c ---
void bids_closed(int bidders);
void bids_offered(double per_s, int bidders);
void bids_stop(void);
void bids_due(void);
bool bids_under_way(void);
void bids_answered(uint64_t id, const char *text, size_t length);
int64_t bids_sent_ns(int64_t amount);
uint64_t bids_waiting(void);

// --- stats.c ---
extern struct counters {
    uint64_t frames, events, bytes, pings, gaps, duplicates, late, broken, cut, failed, other;
    uint64_t bids, accepted, refused;
    struct histogram delivery, answer, refusal, back;
} stats;
extern int64_t now_ns; // read once a turn of the loop

int64_t read_clock(void);
void stats_reset(void);
void stats_note(struct histogram *histogram, int64_t ns);
void stats_code(const char *code, size_t length);
void stats_failure(const char *why);
void stats_print(const char *name);

#endif
