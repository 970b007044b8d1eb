// Decompression as RFC 1951 says, for servers that accept permessage-deflate. Plain rather than fast: a compressing
// server pays far more for a message than this does.
#include "load.h"

#include <stdlib.h>
#include <string.h>

#define WINDOW 32768
#define LARGEST (1 << 20)

struct window {
    size_t length;
    uint8_t data[WINDOW];
};

struct bits {
    const uint8_t *data;
    size_t length, at;
    uint32_t held;
    int count;
    bool spent;
};

struct code {
    uint16_t counts[16], symbols[288];
};

static uint8_t scratch[WINDOW + LARGEST];
static const uint8_t TAIL[4] = {0, 0, 0xff, 0xff};
static const uint16_t LENGTHS[] = {3,  4,  5,  6,  7,  8,  9,  10, 11,  13,  15,  17,  19,  23, 27,
                                   31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258};
static const uint8_t LENGTH_BITS[] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0};
static const uint16_t DISTANCES[] = {1,   2,   3,   4,   5,   7,    9,    13,   17,   25,   33,   49,   65,    97,    129,
                                     193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577};
static const uint8_t DISTANCE_BITS[] = {0, 0, 0, 0, 1, 1, 2, 2,  3,  3,  4,  4,  5,  5,  6,
                                        6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13};

// The four bytes that a sender leaves out are read after the message's own.
static uint32_t take(struct bits *bits, int wanted) {
    while (bits->count < wanted) {
        if (bits->at >= bits->length + 4) {
            bits->spent = true;
            return 0;
        }
        uint8_t next = bits->at < bits->length ? bits->data[bits->at] : TAIL[bits->at - bits->length];
        bits->at++;
        bits->held |= (uint32_t)next << bits->count;
        bits->count += 8;
    }
    uint32_t value = bits->held & ((1u << wanted) - 1);
    bits->held >>= wanted;
    bits->count -= wanted;
    return value;
}

static void build(struct code *code, const uint8_t *lengths, int count) {
    uint16_t offsets[16] = {0};
    memset(code->counts, 0, sizeof code->counts);
    for (int i = 0; i < count; i++) code->counts[lengths[i]]++;
    for (int i = 1; i < 15; i++) offsets[i + 1] = (uint16_t)(offsets[i] + code->counts[i]);
    for (int i = 0; i < count; i++)
        if (lengths[i]) code->symbols[offsets[lengths[i]]++] = (uint16_t)i;
    code->counts[0] = 0;
}

static int decode(struct bits *bits, const struct code *code) {
    int value = 0, first = 0, index = 0;
    for (int length = 1; length < 16; length++) {
        value |= (int)take(bits, 1);
        if (bits->spent) return -1;
        int count = code->counts[length];
        if (value - count < first) return code->symbols[index + (value - first)];
        index += count;
        first = (first + count) << 1;
        value <<= 1;
    }
    return -1;
}

static bool fixed(struct code *lengths, struct code *distances) {
    uint8_t sizes[288];
    for (int i = 0; i < 288; i++) sizes[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
    build(lengths, sizes, 288);
    memset(sizes, 5, 30);
    build(distances, sizes, 30);
    return true;
}

static bool dynamic(struct bits *bits, struct code *lengths, struct code *distances) {
    static const uint8_t ORDER[19] = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
    uint8_t sizes[320] = {0};
    int literals = (int)take(bits, 5) + 257, ways = (int)take(bits, 5) + 1, given = (int)take(bits, 4) + 4, done = 0;
    for (int i = 0; i < given; i++) sizes[ORDER[i]] = (uint8_t)take(bits, 3);
    build(lengths, sizes, 19);
    memset(sizes, 0, sizeof sizes);
    while (done < literals + ways) {
        int symbol = decode(bits, lengths), again = 1;
        uint8_t size = (uint8_t)symbol;
        if (symbol < 0) return false;
        if (symbol == 16 && !done) return false;
        if (symbol >= 16) {
            size = symbol == 16 ? sizes[done - 1] : 0;
            again = symbol == 16 ? 3 + (int)take(bits, 2) : symbol == 17 ? 3 + (int)take(bits, 3) : 11 + (int)take(bits, 7);
        }
        if (done + again > literals + ways) return false;
        while (again--) sizes[done++] = size;
    }
    build(lengths, sizes, literals);
    build(distances, sizes + literals, ways);
    return !bits->spent;
}

static bool stored(struct bits *bits, uint8_t **out) {
    bits->held = 0;
    bits->count = 0;
    uint32_t length = take(bits, 16);
    take(bits, 16);
    if (bits->spent || *out + length > scratch + sizeof scratch) return false;
    while (length--) *(*out)++ = (uint8_t)take(bits, 8);
    return !bits->spent;
}

static bool coded(struct bits *bits, uint8_t **out, const struct code *lengths, const struct code *distances) {
    for (;;) {
        int symbol = decode(bits, lengths);
        if (symbol < 0 || symbol > 285 || *out + 258 > scratch + sizeof scratch) return false;
        if (symbol == 256) return true;
        if (symbol < 256) {
            *(*out)++ = (uint8_t)symbol;
            continue;
        }
        int length = LENGTHS[symbol - 257] + (int)take(bits, LENGTH_BITS[symbol - 257]);
        int way = decode(bits, distances);
        if (way < 0 || way > 29) return false;
        ptrdiff_t distance = DISTANCES[way] + (ptrdiff_t)take(bits, DISTANCE_BITS[way]);
        if (bits->spent || distance > *out - scratch) return false;
        for (; length--; (*out)++) **out = (*out)[-distance];
    }
}

static bool blocks(struct bits *bits, uint8_t **out) {
    static struct code lengths, distances;
    while (bits->at < bits->length + 4) {
        bool last = take(bits, 1);
        uint32_t kind = take(bits, 2);
        bool good = kind == 0   ? stored(bits, out)
                    : kind == 1 ? fixed(&lengths, &distances) && coded(bits, out, &lengths, &distances)
                    : kind == 2 ? dynamic(bits, &lengths, &distances) && coded(bits, out, &lengths, &distances)
                                : false;
        if (!good) return false;
        if (last) break;
    }
    return true;
}

bool inflate_message(struct line *line, const uint8_t *data, size_t length, const uint8_t **text, size_t *text_length) {
    if (!line->window) line->window = calloc(1, sizeof *line->window);
    struct window *window = line->window;
    memcpy(scratch, window->data, window->length);
    uint8_t *start = scratch + window->length, *out = start;
    struct bits bits = {.data = data, .length = length};
    if (!blocks(&bits, &out)) return false;
    *text = start;
    *text_length = (size_t)(out - start);
    size_t all = (size_t)(out - scratch);
    window->length = !line->keeps_window ? 0 : all < WINDOW ? all : WINDOW;
    memcpy(window->data, out - window->length, window->length);
    return true;
}

void inflate_forget(struct line *line) {
    free(line->window);
    line->window = NULL;
}
