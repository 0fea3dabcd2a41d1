// SPDX-License-Identifier: Apache-2.0
/**
 * The source directory: how its objects are reached, told apart and numbered, and what its names
 * mean.
 */
package org.extfuse4j.stackfs.source;
