// SPDX-License-Identifier: Apache-2.0
// The natives of Calls.java.
#include <jni.h>
#include <unistd.h>

int bpf_map_update_elem(int fd, const void *key, const void *value, unsigned long long flags);

JNIEXPORT jint JNICALL Java_Calls_00024Jni_getppid(JNIEnv *env, jclass c)
{
	return getppid();
}

JNIEXPORT jint JNICALL Java_Calls_00024Jni_update(JNIEnv *env, jclass c, jint fd, jlong key, jlong value, jlong flags)
{
	return bpf_map_update_elem(fd, (void *)key, (void *)value, flags);
}
