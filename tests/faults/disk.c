/* A disk that fails when told to, and one that remembers: preloaded into a server, under its SQLite.

   FAULTY_DISK names a file that is looked at whenever a file of the database is written or synced. Its first letter says
   what happens: F the disk is full, E a sync ends in an I/O error, C only one
   of the database itself does, as at a checkpoint, K17 the process is killed before the 17th such call
   from now on, anything else nothing.

   DISK_TRACE names a file that takes down, in their order, every write, truncation and sync of a file of the database,
   and every byte that leaves the process by a socket: with it a power cut can be played at any moment. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum { DATABASE = 'd', LOG = 'w', JOURNAL = 'j', NETWORK = 'n', NONE = 0 };

static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
static int calls_left = -1;

/* What a descriptor is of: the database, its write-ahead log, another journal, or nothing of ours. */
static char kind_of(int fd) {
  char link[64], path[PATH_MAX];
  int before = errno;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  errno = before;
  if (length < 0) return NONE;
  path[length] = 0;
  char *suffix = strstr(path, ".sqlite3");
  if (suffix == NULL) return NONE;
  suffix += strlen(".sqlite3");
  return *suffix == 0 ? DATABASE : strcmp(suffix, "-wal") == 0 ? LOG : strcmp(suffix, "-journal") == 0 ? JOURNAL : NONE;
}

static char fault(char kind) {
  char text[16] = "";
  const char *control = getenv("FAULTY_DISK");
  if (control == NULL || kind == NONE) return 0;
  int file = open(control, O_RDONLY);
  if (file < 0) return 0;
  if (read(file, text, sizeof text - 1) < 1) text[0] = 0;
  close(file);
  if (text[0] == 'K') {
    if (calls_left < 0) calls_left = atoi(text + 1);
    if (--calls_left <= 0) raise(SIGKILL);
  }
  return text[0];
}

/* One line of the trace; the lock is the caller's, so that lines stand in the order of what they tell. */
static void take_down(char what, char kind, off_t offset, const void *bytes, size_t count) {
  static int trace = -2;
  if (trace == -2) {
    const char *path = getenv("DISK_TRACE");
    trace = path == NULL ? -1 : open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
  }
  if (trace < 0) return;
  struct __attribute__((packed)) { char what, kind; uint64_t offset, count; } line = {what, kind, offset, count};
  struct iovec parts[2] = {{&line, sizeof line}, {(void *)bytes, count}};
  if (syscall(SYS_writev, trace, parts, 2) != (ssize_t)(sizeof line + count)) abort();
}

static ssize_t write_at(int fd, const void *bytes, size_t count, off_t offset) {
  char kind = kind_of(fd);
  if (fault(kind) == 'F') { errno = ENOSPC; return -1; }
  pthread_mutex_lock(&turn);
  if (kind != NONE) take_down('W', kind, offset, bytes, count);
  ssize_t written = syscall(SYS_pwrite64, fd, bytes, count, offset);
  pthread_mutex_unlock(&turn);
  return written;
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off_t offset) { return write_at(fd, bytes, count, offset); }
ssize_t pwrite(int fd, const void *bytes, size_t count, off_t offset) { return write_at(fd, bytes, count, offset); }

static int truncate_to(int fd, off_t length) {
  char kind = kind_of(fd);
  pthread_mutex_lock(&turn);
  if (kind != NONE) take_down('T', kind, length, NULL, 0);
  int result = syscall(SYS_ftruncate, fd, length);
  pthread_mutex_unlock(&turn);
  return result;
}

int ftruncate64(int fd, off_t length) { return truncate_to(fd, length); }
int ftruncate(int fd, off_t length) { return truncate_to(fd, length); }

static int sync_of(long call, int fd) {
  char kind = kind_of(fd);
  char letter = fault(kind);
  if (letter == 'E' || (letter == 'C' && kind == DATABASE)) { errno = EIO; return -1; }
  int result = syscall(call, fd);
  pthread_mutex_lock(&turn);
  if (kind != NONE && result == 0) take_down('S', kind, 0, NULL, 0);
  pthread_mutex_unlock(&turn);
  return result;
}

int fdatasync(int fd) { return sync_of(SYS_fdatasync, fd); }
int fsync(int fd) { return sync_of(SYS_fsync, fd); }

ssize_t send(int fd, const void *bytes, size_t count, int flags) {
  pthread_mutex_lock(&turn);
  take_down('N', NETWORK, 0, bytes, count);
  pthread_mutex_unlock(&turn);
  return syscall(SYS_sendto, fd, bytes, count, flags, NULL, 0);
}
