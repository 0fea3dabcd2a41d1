// SPDX-License-Identifier: Apache-2.0

/** Charts as SVG, in black and white: greys, hatches and marks tell series apart. */
package org.extfuse4j.bench.chart;
