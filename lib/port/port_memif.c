/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * Two calls of libc that DPDK's memif driver makes in EAL's interrupt thread, taken over to repair
 * what would end the program when a peer goes.  Seen with DPDK 22.11:
 *
 * munmap(): when its peer goes, memif_disconnect() clears the flag that bursts look at first, and then
 * unmaps the rings at once, without waiting for a burst that has looked before.  A poller that lost
 * its CPU in there, or is just slow, dies of SIGSEGV: once in some ten disconnects on a busy box.
 * Between the flag and the damage there is only munmap(), so ours waits.
 *
 * sendmsg(): when a client connects and is gone before the server's first message is sent, the
 * server closes the descriptor but leaves it in the interrupt thread's list, and that thread panics
 * (two or three such clients are enough; looking whether a socket is alive, as port_open() does, is
 * such a client).  Told that the message was sent, the driver finds the end of the connection in its
 * next read, and cleans up well.
 *
 * Both are plain system calls for everybody else.
 */

#include <errno.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <rte_interrupts.h>

#include "port.h"

static void (*grace_wait)(void *arg);
static void *grace_arg;

void
port_set_grace(void (*wait)(void *arg), void *arg)
{
	grace_arg = arg;
	grace_wait = wait;
}

int
munmap(void *addr, size_t len)
{
	if (grace_wait != NULL && rte_thread_is_intr())
		grace_wait(grace_arg);
	return (int)syscall(SYS_munmap, addr, len);
}

ssize_t
sendmsg(int fd, const struct msghdr *msg, int flags)
{
	ssize_t ret;

	if (!rte_thread_is_intr())
		return syscall(SYS_sendmsg, fd, msg, flags);
	ret = syscall(SYS_sendmsg, fd, msg, flags | MSG_NOSIGNAL);
	if (ret < 0 && (errno == EPIPE || errno == ECONNRESET)) {
		ret = 0;
		for (size_t i = 0; i < msg->msg_iovlen; i++)
			ret += (ssize_t)msg->msg_iov[i].iov_len;
	}
	return ret;
}
