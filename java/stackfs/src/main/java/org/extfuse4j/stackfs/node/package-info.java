// SPDX-License-Identifier: Apache-2.0
/**
 * What the kernel knows of the source by nodeid: identity, life, and the descriptors that are kept.
 */
package org.extfuse4j.stackfs.node;
