// Commands come one a line on standard input, each gets one line of JSON when it is done:
//   open COUNT ROLE SECONDS     connect and join so many more (watcher, bidder, stalled, forger)
//   mark                        forget what was counted
//   read                        what was counted since
//   wait EVENTS SECONDS         until so many events have come since the mark
//   settle SECONDS              until every bid is answered
//   closed BIDDERS              these bid, and bid again when they are answered
//   offered PER_S BIDDERS       so many bids a second, from these in turn
//   stop                        no bid any more
//   storm WINDOW_MS SECONDS     cut everybody off; all come back within the window, at random
#include "load.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#define STANDARD_INPUT UINT32_MAX
#define ATTEMPT_NS 10000000000LL
#define FORGE_EVERY_NS 2000000000LL

struct options options = {.host = "127.0.0.1", .part = "watcher", .lot = "1", .in_flight = 200, .step = 1};
struct line *lines;
int line_count;
int epoll_fd;

static int most, in_flight;
static int64_t looked_ns, forged_ns;
static struct {
    char name[16];
    int64_t until_ns;
    uint64_t events;
} awaited;

static const char *ROLE_NAMES[ROLES] = {"watcher", "bidder", "stalled", "forger"};

static void set(const char *argument) {
    const char *value = strchr(argument, '=');
    size_t length = value ? (size_t)(value - argument) : 0;
    const struct { const char *name; const char **text; int *number; int64_t *amount; bool *flag; } known[] = {
        {"host", &options.host, NULL, NULL, NULL},       {"ports", &options.ports, NULL, NULL, NULL},
        {"sale", &options.sale, NULL, NULL, NULL},       {"part", &options.part, NULL, NULL, NULL},
        {"lot", &options.lot, NULL, NULL, NULL},         {"cookies", &options.cookies, NULL, NULL, NULL},
        {"base", NULL, NULL, &options.base, NULL},       {"step", NULL, NULL, &options.step, NULL},
        {"deflate", NULL, NULL, NULL, &options.deflate}, {"bid_stamps", NULL, NULL, NULL, &options.bid_stamps},
        {"in_flight", NULL, &options.in_flight, NULL, NULL},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (!length || strlen(known[i].name) != length || strncmp(known[i].name, argument, length)) continue;
        if (known[i].text) *known[i].text = value + 1;
        if (known[i].number) *known[i].number = atoi(value + 1);
        if (known[i].amount) *known[i].amount = atoll(value + 1);
        if (known[i].flag) *known[i].flag = atoi(value + 1);
        return;
    }
    fprintf(stderr, "unknown option %s\n", argument);
    exit(2);
}

static void await(const char *name, double seconds, uint64_t events) {
    snprintf(awaited.name, sizeof awaited.name, "%s", name);
    awaited.until_ns = now_ns + (int64_t)(seconds * 1e9);
    awaited.events = events;
}

static void open_more(int count, const char *role_name, double seconds) {
    int role = 0;
    while (role < ROLES && strcmp(ROLE_NAMES[role], role_name)) role++;
    for (; role < ROLES && count-- && line_count < most; line_count++)
        lines[line_count] =
            (struct line){.fd = -1, .state = WAITING, .role = (uint8_t)role, .number = line_count, .due_ns = now_ns, .away_ns = now_ns};
    await("open", seconds, 0);
}

static void storm(int window_ms, double seconds) {
    options.in_flight = most;
    for (int i = 0; i < line_count; i++) {
        bool was_in = lines[i].state == JOINED;
        line_close(&lines[i], true);
        if (!was_in) continue;
        lines[i].state = WAITING;
    }
    now_ns = read_clock();
    for (int i = 0; i < line_count; i++) {
        lines[i].away_ns = now_ns;
        lines[i].due_ns = now_ns + (int64_t)(drand48() * window_ms * 1e6);
    }
    stats_reset();
    await("storm", seconds, 0);
}

static void obey(char *command) {
    char *word = strtok(command, " "), *first = strtok(NULL, " "), *second = strtok(NULL, " "), *third = strtok(NULL, " ");
    if (!word) return;
    if (!strcmp(word, "open") && third) open_more(atoi(first), second, atof(third));
    else if (!strcmp(word, "wait") && second) await("wait", atof(second), strtoull(first, NULL, 10));
    else if (!strcmp(word, "settle") && first) await("settle", atof(first), 0);
    else if (!strcmp(word, "storm") && second) storm(atoi(first), atof(second));
    else if (!strcmp(word, "mark")) stats_reset(), stats_print("mark");
    else if (!strcmp(word, "read")) stats_print("read");
    else if (!strcmp(word, "closed") && first) bids_closed(atoi(first)), stats_print("closed");
    else if (!strcmp(word, "offered") && second) bids_offered(atof(first), atoi(second)), stats_print("offered");
    else if (!strcmp(word, "stop")) bids_stop(), stats_print("stop");
    else fprintf(stderr, "unknown command %s\n", word), exit(2);
}

static void read_commands(void) {
    static char input[4096];
    static size_t length;
    ssize_t got = read(STDIN_FILENO, input + length, sizeof input - 1 - length);
    if (got <= 0) exit(0); // the sender of the commands is gone
    length += (size_t)got;
    input[length] = 0;
    for (char *end; (end = strchr(input, '\n'));) {
        *end = 0;
        obey(input);
        length -= (size_t)(end + 1 - input);
        memmove(input, end + 1, length + 1);
    }
}

static bool is_done(void) {
    if (now_ns >= awaited.until_ns) return true;
    if (!strcmp(awaited.name, "wait")) return stats.events >= awaited.events;
    if (!strcmp(awaited.name, "settle")) return bids_waiting() == 0;
    for (int i = 0; i < line_count; i++)
        if (lines[i].state != JOINED && lines[i].state != GONE) return false;
    return true;
}

// Every millisecond while something is to come: connect who is due, give up who waits too long.
static void look_after_lines(void) {
    in_flight = 0;
    for (int i = 0; i < line_count; i++) {
        if (lines[i].state >= CONNECTING && lines[i].state < JOINED && now_ns - lines[i].began_ns > ATTEMPT_NS)
            line_failed(&lines[i], "no answer");
        in_flight += lines[i].state >= CONNECTING && lines[i].state < JOINED;
    }
    for (int i = 0; i < line_count && in_flight < options.in_flight; i++)
        if (lines[i].state == WAITING && lines[i].due_ns <= now_ns) {
            line_open(&lines[i]);
            in_flight++;
        }
    if (now_ns - forged_ns < FORGE_EVERY_NS) return;
    forged_ns = now_ns;
    for (int i = 0; i < line_count; i++)
        if (lines[i].role == FORGER && lines[i].state == JOINED) frames_send(&lines[i], "3", 1);
}

static void listen_to_commands(void) {
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = STANDARD_INPUT};
    epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, STDIN_FILENO, &event)) exit(2); // a file cannot be listened to
}

int main(int count, char **arguments) {
    for (int i = 1; i < count; i++) set(arguments[i]);
    most = most_open();
    lines = calloc((size_t)most, sizeof *lines);
    read_ports();
    read_cookies(options.cookies);
    srand48(read_clock());
    stats_reset();
    listen_to_commands();
    for (;;) {
        struct epoll_event events[512];
        bool busy = bids_under_way() || *awaited.name;
        int ready = epoll_wait(epoll_fd, events, 512, busy ? 1 : 50);
        now_ns = read_clock();
        for (int i = 0; i < ready; i++) {
            if (events[i].data.u32 == STANDARD_INPUT) read_commands();
            else line_ready(&lines[events[i].data.u32], events[i].events);
        }
        now_ns = read_clock();
        bids_due();
        if (now_ns - looked_ns > 1000000) {
            looked_ns = now_ns;
            look_after_lines();
        }
        if (*awaited.name && is_done()) {
            stats_print(awaited.name);
            *awaited.name = 0;
        }
    }
}
