// The baseline of ContainerStartComparison: the same system calls as the SDK's container, by a C program that forks.
//
//   same-syscalls PROGRAM FOLDER COUNT [CGROUP...]
//
// PROGRAM is the plan of a container as the SDK's own init gets it; it is run here by a loop of C in a forked child.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define BASE 0x10000000UL
#define SIZE 0x800000UL

struct op {
    uint32_t call;
    uint8_t loaded, exact, pad[2];
    int64_t arguments[6];
    uint64_t result;
    uint32_t success, error;
    uint8_t tolerated[8];
};

static void die(const char *what) {
    perror(what);
    exit(1);
}

static void run(void) {
    mmap((void *)BASE, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED, 3, 0);
    struct op *op = (struct op *)*(uint64_t *)BASE;
    for (;;) {
        int64_t a[6], result;
        for (int i = 0; i < 6; i++)
            a[i] = op->loaded >> i & 1 ? *(int64_t *)op->arguments[i] : op->arguments[i];
        if (op->call >> 31)
            result = (a[0] & a[1]) == a[2] ? a[4] : a[3];
        else if ((result = syscall(op->call, a[0], a[1], a[2], a[3], a[4], a[5])) < 0)
            result = -errno;
        if (result > -4096 && result < 0) {
            if (!memchr(op->tolerated, (int)-result, 8)) {
                fprintf(stderr, "op %ld: errno %ld\n", (long)(((uint64_t)op - BASE - 32) / 80), (long)-result);
                _exit(255);
            }
            op = (struct op *)(uint64_t)op->error;
            continue;
        }
        if (op->result)
            *(int64_t *)op->result = result;
        op = (struct op *)(uint64_t)op->success;
    }
}

// A new cpuset takes no process before it has CPUs and memory.
static void inherit(const char *group, const char *name) {
    char file[4096], text[4096];
    snprintf(file, sizeof file, "%s/../%s", group, name);
    int parent = open(file, O_RDONLY);
    if (parent < 0)
        return;
    int length = read(parent, text, sizeof text);
    close(parent);
    snprintf(file, sizeof file, "%s/%s", group, name);
    int own = open(file, O_WRONLY);
    if (length > 0 && write(own, text, length) != length)
        die(file);
    close(own);
}

static int container(int program, const char *folder, int groups, char **paths) {
    char fifo_path[4096], failure_path[4096], text[4096];
    snprintf(fifo_path, sizeof fifo_path, "%s/fifo", folder);
    snprintf(failure_path, sizeof failure_path, "%s/failure", folder);
    if (mkdir(folder, 0700) || mkfifo(fifo_path, 0600))
        die("state");
    int fifo = open(fifo_path, O_RDWR | O_CLOEXEC), failure = open(failure_path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    for (int i = 0; i < groups; i++) {
        if (mkdir(paths[i], 0755))
            die(paths[i]);
        inherit(paths[i], "cpuset.cpus");
        inherit(paths[i], "cpuset.mems");
    }
    int sync[2], pidfd = -1;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sync))
        die("socketpair");
    pid_t first = fork();
    if (first == 0) {
        dup3(program, 103, O_CLOEXEC), dup3(sync[1], 104, O_CLOEXEC), dup3(fifo, 105, O_CLOEXEC), dup3(failure, 106, O_CLOEXEC);
        dup2(103, 3), dup2(104, 4), dup2(105, 5), dup2(106, 6);
        run();
    }
    close(sync[1]);
    for (int ready = 0; !ready;) {
        int64_t frame[2];
        char control[64];
        struct iovec vector = {frame, sizeof frame};
        struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
        if (recvmsg(sync[0], &message, 0) != sizeof frame)
            die("recvmsg");
        if (frame[0] == 1) {
            int length = snprintf(text, 16, "%d", first);
            for (int i = 0; i < groups; i++) {
                char file[4096];
                snprintf(file, sizeof file, "%s/cgroup.procs", paths[i]);
                int procs = open(file, O_WRONLY);
                if (write(procs, text, length) != length)
                    die(file);
                close(procs);
            }
            if (send(sync[0], frame, 8, 0) != 8)
                die("send");
        } else if (frame[0] == 2)
            memcpy(&pidfd, CMSG_DATA((struct cmsghdr *)control), 4);
        else if (frame[0] == 4)
            ready = 1;
    }
    siginfo_t status;
    waitid(P_PID, first, &status, WEXITED);
    if (write(fifo, "s", 1) != 1)
        die("start");
    if (waitid(P_PIDFD, pidfd, &status, WEXITED))
        die("waitid");
    close(pidfd), close(fifo), close(failure), close(sync[0]);
    for (int i = 0; i < groups; i++)
        while (rmdir(paths[i]) && errno == EBUSY)
            ;
    unlink(fifo_path), unlink(failure_path), rmdir(folder);
    return status.si_status;
}

int main(int argc, char **argv) {
    int program = open(argv[1], O_RDONLY | O_CLOEXEC);
    int failed = 0;
    for (int i = atoi(argv[3]); i > 0; i--)
        failed |= container(program, argv[2], argc - 4, argv + 4);
    return failed;
}
