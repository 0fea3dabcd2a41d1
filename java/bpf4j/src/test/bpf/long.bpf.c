// SPDX-License-Identifier: Apache-2.0
/* A program that the verifier looks at for long: it walks through the loop. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "GPL";

SEC("socket")
int longer(struct __sk_buff *skb)
{
	__u32 sum = 0;

	for (int i = 0; i < 20000; i++)
		sum = sum * 31 + skb->len + i;
	return sum & 1;
}
