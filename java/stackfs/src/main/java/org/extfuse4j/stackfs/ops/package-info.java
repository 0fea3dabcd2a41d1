// SPDX-License-Identifier: Apache-2.0
/** The operations, by what they are about; a request comes in here. */
package org.extfuse4j.stackfs.ops;
