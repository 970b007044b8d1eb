// What was measured, as JSON on one line.
#include "load.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

struct counters stats;
int64_t now_ns;

static int64_t marked_ns;
static double marked_cpu_s;

struct tally {
    char name[40];
    uint64_t count;
};
static struct tally codes[32], failures[32];

int64_t read_clock(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static double cpu_s(void) {
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return used.ru_utime.tv_sec + used.ru_stime.tv_sec + (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

void stats_reset(void) {
    memset(&stats, 0, sizeof stats);
    memset(codes, 0, sizeof codes);
    memset(failures, 0, sizeof failures);
    marked_ns = read_clock();
    marked_cpu_s = cpu_s();
}

// Sixty-four steps for each power of two, told by their upper end: 1.6 % too much at the worst, never too little. Times
// above 2^40 ns (18 minutes) count as that.
static int slot_of(uint64_t ns) {
    if (ns < 64) return (int)ns;
    int power = 63 - __builtin_clzll(ns);
    if (power > 40) return 40 * 64 - 1;
    return (power - 5) * 64 + (int)((ns >> (power - 6)) & 63);
}

static double slot_ms(int slot) {
    slot++;
    if (slot < 64) return slot / 1e6;
    int power = slot / 64 + 5;
    return (double)((64ULL + (uint64_t)(slot % 64)) << (power - 6)) / 1e6;
}

void stats_note(struct histogram *histogram, int64_t ns) {
    uint64_t value = ns < 0 ? 0 : (uint64_t)ns;
    histogram->count++;
    histogram->slots[slot_of(value)]++;
    if (value > histogram->most_ns) histogram->most_ns = value;
}

static double share_ms(const struct histogram *histogram, double share) {
    uint64_t wanted = (uint64_t)(share * (double)histogram->count + 0.999999), passed = 0;
    for (int slot = 0; slot < 40 * 64; slot++) {
        passed += histogram->slots[slot];
        if (passed >= wanted) return slot_ms(slot);
    }
    return 0;
}

static void tally(struct tally *of, const char *name, size_t length) {
    for (int i = 0; i < 32; i++) {
        if (!of[i].count) snprintf(of[i].name, sizeof of[i].name, "%.*s", (int)(length < 39 ? length : 39), name);
        if (strlen(of[i].name) == length && !strncmp(of[i].name, name, length)) {
            of[i].count++;
            return;
        }
    }
}

void stats_code(const char *code, size_t length) { tally(codes, code, length); }

void stats_failure(const char *why) {
    stats.failed++;
    tally(failures, why, strlen(why));
}

static void print_times(const char *name, const struct histogram *histogram) {
    printf(", \"%s\": {\"count\": %llu", name, (unsigned long long)histogram->count);
    if (histogram->count)
        printf(", \"p50_ms\": %.3f, \"p90_ms\": %.3f, \"p99_ms\": %.3f, \"most_ms\": %.3f", share_ms(histogram, 0.5),
               share_ms(histogram, 0.9), share_ms(histogram, 0.99), (double)histogram->most_ns / 1e6);
    printf("}");
}

static void print_tallies(const char *name, const struct tally *of) {
    printf(", \"%s\": {", name);
    for (int i = 0; i < 32 && of[i].count; i++)
        printf("%s\"%s\": %llu", i ? ", " : "", of[i].name, (unsigned long long)of[i].count);
    printf("}");
}

void stats_print(const char *name) {
    printf("{\"answer\": \"%s\", \"seconds\": %.6f, \"cpu_s\": %.6f", name, (double)(read_clock() - marked_ns) / 1e9,
           cpu_s() - marked_cpu_s);
    printf(", \"joined\": {\"watcher\": %d, \"bidder\": %d, \"stalled\": %d, \"forger\": %d}", lines_in(WATCHER, JOINED),
           lines_in(BIDDER, JOINED), lines_in(STALLED, JOINED), lines_in(FORGER, JOINED));
    const struct { const char *name; uint64_t value; } whole[] = {
        {"frames", stats.frames}, {"events", stats.events}, {"bytes", stats.bytes}, {"pings", stats.pings},
        {"gaps", stats.gaps}, {"duplicates", stats.duplicates}, {"late", stats.late}, {"broken", stats.broken},
        {"cut", stats.cut}, {"failed", stats.failed}, {"other", stats.other}, {"bids", stats.bids},
        {"accepted", stats.accepted}, {"refused", stats.refused}, {"unanswered", bids_waiting()},
    };
    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++)
        printf(", \"%s\": %llu", whole[i].name, (unsigned long long)whole[i].value);
    print_times("delivery", &stats.delivery);
    print_times("ack", &stats.answer);
    print_times("refusal", &stats.refusal);
    print_times("back", &stats.back);
    print_tallies("codes", codes);
    print_tallies("failures", failures);
    printf("}\n");
    fflush(stdout);
}
