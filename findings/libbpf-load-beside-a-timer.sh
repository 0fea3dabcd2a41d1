#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# libbpf1 1.1.2. A program of five instructions, a loop of 100,000 rounds, is loaded with bpf_prog_load() by a process that
# has an interval timer of 10 ms, as profilers by the clock have, whose handler is installed with SA_RESTART. A good guess
# is that loading takes a few interruptions longer. But the verifier, which takes some hundred milliseconds for such a loop,
# looks for a pending signal at each instruction and gives up with EAGAIN, for which there is no restart. libbpf tries five
# times, then returns EAGAIN, which does not tell that a signal was the reason: none of ten loads succeeds, though each does
# without the timer, and with the signal blocked.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
root_only
tools gcc:gcc,libc6-dev
debian bookworm libbpf-dev=1:1.1.2-0+deb12u1 libbpf1=1:1.1.2-0+deb12u1 libelf1=0.188-2.1
about "libbpf1 1.1.2, a loop of 100,000 rounds loaded ten times"
expected "it is loaded ten times, with a timer of 10 ms in the process too"

cat >"$work/load.c" <<'EOF'
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>
#include <bpf/bpf.h>

static volatile sig_atomic_t ticks;

static void tick(int signal)
{
	(void)signal;
	ticks++;
}

int main(int argc, char **argv)
{
	struct bpf_insn loop[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 6 },
		{ .code = BPF_ALU64 | BPF_ADD | BPF_K, .dst_reg = 6, .imm = 1 },
		{ .code = BPF_JMP | BPF_JLT | BPF_K, .dst_reg = 6, .imm = 100000, .off = -2 },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	struct itimerval every = { .it_interval.tv_usec = atoi(argv[1]), .it_value.tv_usec = atoi(argv[1]) };
	struct sigaction action = { .sa_handler = tick, .sa_flags = SA_RESTART };
	int loaded = 0, error = 0;
	sigset_t alarm;

	sigemptyset(&alarm);
	sigaddset(&alarm, SIGALRM);
	if (argc > 2)
		sigprocmask(SIG_BLOCK, &alarm, NULL);
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &every, NULL);
	for (int i = 0; i < 10; i++) {
		int fd = bpf_prog_load(BPF_PROG_TYPE_SOCKET_FILTER, "loop", "GPL", loop, 5, NULL);

		if (fd >= 0) {
			loaded++;
			close(fd);
		} else {
			error = errno;
		}
	}
	printf("%d loaded, %s\n", loaded, error ? strerrorname_np(error) : "no error");
	return 0;
}
EOF
cd "$work"
gcc -O1 -D_GNU_SOURCE -I"$root/usr/include" load.c -o load -L"$root/usr/lib/x86_64-linux-gnu" -lbpf -Wl,--allow-shlib-undefined
alone=$(unpacked ./load 0)
[[ $alone == '10 loaded, no error' ]] || untried "the program is not loaded here at all: $alone"
beside=$(unpacked ./load 10000)
blocked=$(unpacked ./load 10000 blocked)
seen "without: $alone; with the timer: $beside; with the timer, but its signal blocked: $blocked"
[[ $beside == '0 loaded, EAGAIN' ]] || changed 'a timer does not keep programs from being loaded'
[[ $blocked == '10 loaded, no error' ]] || changed 'it helps no more to block the signal'
holds
