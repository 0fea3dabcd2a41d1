// SPDX-License-Identifier: Apache-2.0
/** Manual pages out of the definitions of the commands. */
package org.extfuse4j.cli.man;
