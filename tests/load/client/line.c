// One connection: opening, reading, writing, ending, coming back.
#include "load.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

static int ports[16], port_count;
static char **cookies;
static int cookie_count;
static uint8_t buffer[1 << 20];

void read_cookies(const char *path) {
    FILE *file = path && *path ? fopen(path, "r") : NULL;
    char row[1024];
    while (file && fgets(row, sizeof row, file)) {
        row[strcspn(row, "\n")] = 0;
        cookies = realloc(cookies, (size_t)(cookie_count + 1) * sizeof *cookies);
        cookies[cookie_count++] = strdup(row);
    }
    if (file) fclose(file);
}

void read_ports(void) {
    for (const char *at = options.ports; at && *at && port_count < 16; at += strcspn(at, ","), at += *at == ',')
        ports[port_count++] = atoi(at);
    if (!port_count) exit(2);
}

static int port_of(const struct line *line) { return ports[line->number % port_count]; }

const char *cookie_of(int number) { return number < cookie_count ? cookies[number] : NULL; }

int most_open(void) {
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    return (int)limit.rlim_cur - 16;
}

int lines_in(int role, int state) {
    int count = 0;
    for (int i = 0; i < line_count; i++) count += lines[i].role == role && lines[i].state == state;
    return count;
}

static void append(struct bytes *bytes, const uint8_t *data, size_t length) {
    if (bytes->length + length > bytes->room) {
        bytes->room = (bytes->length + length) * 2;
        bytes->data = realloc(bytes->data, bytes->room);
    }
    memcpy(bytes->data + bytes->length, data, length);
    bytes->length += length;
}

static void forget(struct bytes *bytes) {
    free(bytes->data);
    memset(bytes, 0, sizeof *bytes);
}

static void listen_for(struct line *line, uint32_t events) {
    struct epoll_event event = {.events = events, .data.u32 = (uint32_t)line->number};
    epoll_ctl(epoll_fd, EPOLL_CTL_MOD, line->fd, &event);
}

// What a line wants to hear of: a stalled one nothing, so that what it is sent stays where it is.
static uint32_t wanted(const struct line *line) {
    bool deaf = line->state == JOINED && (line->role == STALLED || line->role == FORGER);
    return (deaf ? 0u : (uint32_t)EPOLLIN) | (line->wants_write ? (uint32_t)EPOLLOUT : 0u);
}

void line_open(struct line *line) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port_of(line))};
    inet_pton(AF_INET, options.host, &address.sin_addr);
    line->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    line->state = CONNECTING;
    line->began_ns = now_ns;
    line->seq = line->joined_at = line->first_early = line->seen = 0;
    line->wants_write = true;
    if (line->fd < 0) {
        line_failed(line, "no socket");
        return;
    }
    int one = 1, small = 4096;
    setsockopt(line->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (line->role == STALLED || line->role == FORGER)
        setsockopt(line->fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT, .data.u32 = (uint32_t)line->number};
    epoll_ctl(epoll_fd, EPOLL_CTL_ADD, line->fd, &event);
    if (connect(line->fd, (struct sockaddr *)&address, sizeof address) < 0 && errno != EINPROGRESS)
        line_failed(line, "no connection");
}

// `abruptly`: as a network that goes away, without a farewell.
void line_close(struct line *line, bool abruptly) {
    struct linger now = {.l_onoff = 1, .l_linger = 0};
    if (line->fd >= 0) {
        if (abruptly) setsockopt(line->fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
        close(line->fd);
    }
    line->fd = -1;
    line->state = GONE;
    forget(&line->in);
    forget(&line->out);
    inflate_forget(line);
}

// Full jitter: anywhere from now to twice the last bound, five seconds at the most.
void line_failed(struct line *line, const char *why) {
    bool was_in = line->state == JOINED;
    stats.cut += was_in;
    stats_failure(why);
    line_close(line, false);
    if (was_in) line->away_ns = now_ns;
    if (was_in && (line->role == STALLED || line->role == FORGER)) return;
    int64_t bound = 500000000LL << (line->tries < 4 ? line->tries : 4);
    if (bound > 5000000000LL) bound = 5000000000LL;
    line->tries++;
    line->due_ns = now_ns + (int64_t)(drand48() * (double)bound);
    line->state = WAITING;
}

static void ask_upgrade(struct line *line) {
    char request[2048];
    const char *cookie = cookie_of(line->number);
    int length = snprintf(request, sizeof request,
                          "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: %s:%d\r\nOrigin: http://%s:%d\r\n"
                          "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n%s%s%s%s\r\n",
                          options.host, port_of(line), options.host, port_of(line),
                          options.deflate ? "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n" : "",
                          cookie ? "Cookie: session=" : "", cookie ? cookie : "", cookie ? "\r\n" : "");
    line->state = UPGRADING;
    line_send(line, (const uint8_t *)request, (size_t)length);
}

static bool has(const char *head, size_t length, const char *word) {
    size_t size = strlen(word);
    for (size_t i = 0; i + size <= length; i++)
        if (!strncasecmp(head + i, word, size)) return true;
    return false;
}

static size_t upgraded(struct line *line, const uint8_t *data, size_t length) {
    const uint8_t *end = memmem(data, length, "\r\n\r\n", 4);
    if (!end) return 0;
    size_t head = (size_t)(end - data) + 4;
    if (length < 12 || memcmp(data + 9, "101", 3)) {
        char why[24];
        snprintf(why, sizeof why, "answered %.3s", length < 12 ? "???" : (const char *)data + 9);
        line_failed(line, why);
        return 0;
    }
    line->deflate = has((const char *)data, head, "permessage-deflate");
    line->keeps_window = !has((const char *)data, head, "server_no_context_takeover");
    line->state = OPENING;
    return head;
}

static void take(struct line *line, const uint8_t *data, size_t length) {
    size_t start = 0, used = 0;
    if (line->state == UPGRADING) {
        start = upgraded(line, data, length);
        if (line->fd < 0) return;
    }
    if (line->state != UPGRADING && !frames_take(line, data + start, length - start, &used)) return;
    line->in.length = 0;
    if (start + used < length) append(&line->in, data + start + used, length - start - used);
    else if (line->in.room > 65536) forget(&line->in);
}

static void read_line(struct line *line) {
    size_t before = line->in.length;
    if (before > sizeof buffer / 2) {
        line_failed(line, "a frame without an end");
        return;
    }
    ssize_t got = recv(line->fd, buffer + before, sizeof buffer - before, 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) {
        line_failed(line, got ? "reset" : "ended");
        return;
    }
    if (before) memcpy(buffer, line->in.data, before);
    stats.bytes += (uint64_t)got;
    take(line, buffer, before + (size_t)got);
}

static void write_line(struct line *line) {
    ssize_t sent = line->out.length ? send(line->fd, line->out.data, line->out.length, MSG_NOSIGNAL) : 0;
    if (sent < 0 && errno != EAGAIN) {
        line_failed(line, "reset");
        return;
    }
    if (sent > 0) {
        line->out.length -= (size_t)sent;
        memmove(line->out.data, line->out.data + sent, line->out.length);
    }
    if (!line->out.length) {
        line->wants_write = false;
        listen_for(line, wanted(line));
    }
}

void line_send(struct line *line, const uint8_t *data, size_t length) {
    ssize_t sent = line->out.length ? 0 : send(line->fd, data, length, MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN) return; // gone: reading will tell
    if (sent < 0) sent = 0;
    if ((size_t)sent == length) return;
    append(&line->out, data + sent, length - (size_t)sent);
    line->wants_write = true;
    listen_for(line, wanted(line));
}

void line_ready(struct line *line, uint32_t events) {
    if (line->fd < 0) return;
    if (line->state == CONNECTING) {
        int error = 0;
        socklen_t size = sizeof error;
        getsockopt(line->fd, SOL_SOCKET, SO_ERROR, &error, &size);
        if (error) {
            line_failed(line, "no connection");
            return;
        }
        line->wants_write = false;
        listen_for(line, EPOLLIN);
        ask_upgrade(line);
        return;
    }
    if (events & EPOLLOUT) write_line(line);
    if (line->fd < 0) return;
    if (line->state == JOINED && !(wanted(line) & EPOLLIN)) {
        if (events & (EPOLLHUP | EPOLLERR)) line_failed(line, "cut");
        else listen_for(line, wanted(line));
        return;
    }
    if (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) read_line(line);
}
