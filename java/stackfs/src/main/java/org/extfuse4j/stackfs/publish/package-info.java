// SPDX-License-Identifier: Apache-2.0
/**
 * What the kernel may keep, and when that ends: attributes and names in the maps of the cache,
 * listings and contents in the kernel's page cache, names that are looked up ahead.
 */
package org.extfuse4j.stackfs.publish;
