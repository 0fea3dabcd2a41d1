// SPDX-License-Identifier: Apache-2.0
/** {@code extfuse doctor}: what this machine lacks, and how to get it. */
package org.extfuse4j.cli.doctor;
