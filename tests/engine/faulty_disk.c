/* A disk that fails when told to: preloaded into a server, it looks for the file named by FAULTY_DISK at every write
   of a database file. Its first letter says how to fail: F the disk is full, E an I/O error, anything else not at all. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static char fault(int fd) {
  char link[64], path[PATH_MAX], letter = 0;
  const char *control = getenv("FAULTY_DISK");
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (control == NULL || length < 0) return 0;
  path[length] = 0;
  if (strstr(path, ".sqlite3") == NULL) return 0;
  int file = open(control, O_RDONLY);
  if (file < 0) return 0;
  if (read(file, &letter, 1) != 1) letter = 0;
  close(file);
  return letter;
}

static ssize_t (*real(const char *name))(int, const void *, size_t, off_t) {
  return (ssize_t(*)(int, const void *, size_t, off_t))dlsym(RTLD_NEXT, name);
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off_t offset) {
  if (fault(fd) == 'F') { errno = ENOSPC; return -1; }
  return real("pwrite64")(fd, bytes, count, offset);
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t offset) {
  if (fault(fd) == 'F') { errno = ENOSPC; return -1; }
  return real("pwrite")(fd, bytes, count, offset);
}

static int sync_of(const char *name, int fd) {
  if (fault(fd) == 'E') { errno = EIO; return -1; }
  return ((int (*)(int))dlsym(RTLD_NEXT, name))(fd);
}

int fdatasync(int fd) { return sync_of("fdatasync", fd); }
int fsync(int fd) { return sync_of("fsync", fd); }
