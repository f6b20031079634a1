/*
 * Lets btvirt run where the kernel has no crypto sockets (AF_ALG, for pairing only): it is handed a file in
 * their place. And puts its sockets below $BTVIRT_FOLDER, so that two of them do not meet in /tmp.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#define FAKES 64
static int fakes[FAKES];
static int count;

static const char *moved(const char *path, char *to, size_t size)
{
	const char *folder = getenv("BTVIRT_FOLDER");
	if (!folder || strncmp(path, "/tmp/bt-server", 14) != 0)
		return path;
	snprintf(to, size, "%s/%s", folder, path + 5);
	return to;
}

int socket(int domain, int type, int protocol)
{
	int (*real)(int, int, int) = dlsym(RTLD_NEXT, "socket");
	if (domain != 38 || count == FAKES)
		return real(domain, type, protocol);
	return fakes[count++] = open("/dev/null", O_RDWR);
}

int bind(int fd, const struct sockaddr *address, socklen_t length)
{
	int (*real)(int, const struct sockaddr *, socklen_t) = dlsym(RTLD_NEXT, "bind");
	for (int i = 0; i < count; i++)
		if (fakes[i] == fd)
			return 0;
	if (address->sa_family != AF_UNIX)
		return real(fd, address, length);
	struct sockaddr_un own = { .sun_family = AF_UNIX };
	char path[sizeof(own.sun_path)];
	const char *to = moved(((const struct sockaddr_un *)address)->sun_path, path, sizeof(path));
	strncpy(own.sun_path, to, sizeof(own.sun_path) - 1);
	return real(fd, (struct sockaddr *)&own, sizeof(own));
}

int unlink(const char *path)
{
	int (*real)(const char *) = dlsym(RTLD_NEXT, "unlink");
	char to[108];
	return real(moved(path, to, sizeof(to)));
}
