// SPDX-License-Identifier: Apache-2.0
/**
 * Whose rights a thread has while it does something for somebody, and what each user may have open.
 */
package org.extfuse4j.stackfs.caller;
