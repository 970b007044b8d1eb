/* A machine's clock that is put right, or stands still, when told to: preloaded into a server.

   FAKE_CLOCK names a file of two numbers of 64 bits: by how many milliseconds the clock is wrong, and, where it is not
   nought, the moment in milliseconds at which it stands. Only the wall clock is wrong: ticks go on as they are. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static volatile const int64_t *told(void) {
  static const int64_t *map = NULL;
  if (map != NULL) return map;
  const char *path = getenv("FAKE_CLOCK");
  int file = path == NULL ? -1 : open(path, O_RDONLY);
  if (file < 0) return NULL;
  void *found = mmap(NULL, 2 * sizeof *map, PROT_READ, MAP_SHARED, file, 0);
  close(file);
  if (found == MAP_FAILED) abort();
  return map = found;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
  int answer = syscall(SYS_clock_gettime, clock, now);
  if (answer != 0 || (clock != CLOCK_REALTIME && clock != CLOCK_REALTIME_COARSE)) return answer;
  volatile const int64_t *wrong = told();
  if (wrong == NULL) return answer;
  int64_t ms = wrong[1] != 0 ? wrong[1] : now->tv_sec * 1000 + now->tv_nsec / 1000000 + wrong[0];
  now->tv_nsec = ms % 1000 * 1000000 + (wrong[1] != 0 ? 0 : now->tv_nsec % 1000000);
  now->tv_sec = ms / 1000;
  return answer;
}

int gettimeofday(struct timeval *now, void *zone) {
  struct timespec precise;
  (void)zone;
  int answer = clock_gettime(CLOCK_REALTIME, &precise);
  now->tv_sec = precise.tv_sec;
  now->tv_usec = precise.tv_nsec / 1000;
  return answer;
}

time_t time(time_t *into) {
  struct timespec precise;
  clock_gettime(CLOCK_REALTIME, &precise);
  if (into != NULL) *into = precise.tv_sec;
  return precise.tv_sec;
}
