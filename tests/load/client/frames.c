// Websocket frames in both directions (RFC 6455).
#include "load.h"

#include <stdlib.h>
#include <string.h>

enum { TEXT = 1, CLOSE = 8, PING = 9, PONG = 10 };

static uint32_t chance = 2463534242u;

static uint32_t draw(void) {
    chance ^= chance << 13;
    chance ^= chance >> 17;
    chance ^= chance << 5;
    return chance;
}

static void send_frame(struct line *line, int kind, const char *text, size_t length) {
    uint8_t frame[2048];
    size_t at = 2;
    if (length > sizeof frame - 16) abort();
    frame[0] = (uint8_t)(0x80 | kind);
    frame[1] = (uint8_t)(0x80 | (length < 126 ? length : 126));
    if (length >= 126) {
        frame[at++] = (uint8_t)(length >> 8);
        frame[at++] = (uint8_t)length;
    }
    uint32_t mask = draw();
    memcpy(frame + at, &mask, 4);
    const uint8_t *key = frame + at;
    at += 4;
    for (size_t i = 0; i < length; i++) frame[at + i] = (uint8_t)text[i] ^ key[i & 3];
    line_send(line, frame, at + length);
}

void frames_send(struct line *line, const char *text, size_t length) { send_frame(line, TEXT, text, length); }

static void take_frame(struct line *line, int first, const uint8_t *data, size_t length) {
    int kind = first & 15;
    if (kind == CLOSE) {
        line_failed(line, "closed by the server");
    } else if (kind == PING) {
        send_frame(line, PONG, (const char *)data, length);
    } else if (kind != TEXT || !(first & 0x80)) {
        stats.broken++;
    } else if (first & 0x40) {
        const uint8_t *text;
        size_t text_length;
        if (!line->deflate || !inflate_message(line, data, length, &text, &text_length))
            stats.broken++;
        else
            packet_take(line, (const char *)text, text_length);
    } else {
        packet_take(line, (const char *)data, length);
    }
}

// Take every whole frame; `used` says how many bytes those had. False where the line ended meanwhile.
bool frames_take(struct line *line, const uint8_t *data, size_t length, size_t *used) {
    size_t at = 0;
    int fd = line->fd;
    while (length - at >= 2) {
        const uint8_t *frame = data + at;
        uint64_t size = frame[1] & 127;
        size_t head = size == 126 ? 4 : size == 127 ? 10 : 2;
        if (length - at < head) break;
        if (head > 2) {
            size = 0;
            for (size_t i = 2; i < head; i++) size = size << 8 | frame[i];
        }
        if (length - at - head < size) break;
        at += head + size;
        take_frame(line, frame[0], frame + head, size);
        if (line->fd != fd) return false;
    }
    *used = at;
    return true;
}
