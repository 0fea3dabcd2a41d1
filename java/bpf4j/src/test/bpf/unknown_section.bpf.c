// SPDX-License-Identifier: Apache-2.0
/* libbpf knows no such section: the program's type has to be set. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("nobody_knows_this")
int odd(void *ctx)
{
	return 5;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
