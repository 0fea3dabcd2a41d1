// SPDX-License-Identifier: Apache-2.0
/** What the kernel may keep of what callbacks have answered, and when that ends. */
package org.extfuse4j.jnrfuse.publish;
